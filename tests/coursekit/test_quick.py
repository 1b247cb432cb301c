"""Quick questions answer at once, explain, and still read where widgets cannot run."""

from __future__ import annotations

import pytest

from coursekit.errors import BadManuscript
from coursekit.quick import ShownQuestion, read_question, still_html

CHOICE = """
id: a
objective: 1
question: What is <two>?
options:
  - {text: A number, right: true, because: "Yes, a number."}
  - {text: A letter, because: "No, it is counted with."}
"""
NUMBER = """
id: b
question: How many?
answer: 2.5
tolerance: 0.1
unit: years
because: Half of five.
mistakes: {5: That is the whole.}
"""


def test_each_option_has_its_own_reply() -> None:
    question = read_question(CHOICE)
    assert question.reply_to_option(0).right
    assert question.reply_to_option(1).because == "No, it is counted with."


@pytest.mark.parametrize(
    ("given", "right", "word"),
    [
        ("2.5", True, "Half"),
        ("2.45", True, "Half"),
        ("5", False, "whole"),
        ("7", False, "Read"),
        ("two", False, "digits"),
        ("", False, "digits"),
        ("\N{FULLWIDTH DIGIT TWO}\N{FULLWIDTH FULL STOP}\N{FULLWIDTH DIGIT FIVE}", True, "Half"),  # a Chinese keyboard
        (" 2.5 % ", True, "Half"),
        ("2,5", False, "with a point"),
        ("2,500", False, "Read"),
        ("0,025", False, "with a point"),
        ("2\N{FULLWIDTH COMMA}5", False, "with a point"),
        ("\N{MINUS SIGN}2.5", False, "Read"),
    ],
)
def test_numbers(given: str, right: bool, word: str) -> None:
    reply = read_question(NUMBER).reply_to_number(given)
    assert (reply.right, word in reply.because) == (right, True)


def test_thousands_may_have_commas() -> None:
    question = read_question("id: c\nquestion: How many?\nanswer: 1234567.5")
    assert question.reply_to_number("1,234,567.5").right and question.reply_to_number("1234567.5").right
    assert not question.reply_to_number("1,23,4567.5").right


@pytest.mark.parametrize(
    ("given", "right", "words"),
    [
        ("69", True, "Yes"),
        ("69.0 %", True, "Yes"),
        ("69,0", False, "with a point"),
        ("0.69", False, "Right as a share. The question asks for percent"),
        ("0.694", False, "Right as a share"),
        ("0.69%", False, "Read the passage"),
        ("0.31", False, "Read the passage"),
    ],
)
def test_a_share_where_percent_are_asked_for(given: str, right: bool, words: str) -> None:
    reply = read_question("id: d\nquestion: q\nanswer: 69\ntolerance: 1\nunit: percent").reply_to_number(given)
    assert (reply.right, words in reply.because) == (right, True)
    assert (
        read_question("id: e\nquestion: q\nanswer: 69\nunit: days").reply_to_number("0.69").because.startswith("Read")
    )


def test_not_yet_is_said_once() -> None:
    shown = ShownQuestion(read_question(NUMBER))
    shown.box.entry.value = "7"
    shown.box.button.click()
    assert shown.box.reply.value.count("Not yet") == 1


def test_the_widget_replies_when_the_button_is_pressed() -> None:
    shown = ShownQuestion(read_question(CHOICE))
    shown.box.entry.value = 0
    assert not shown.box.reply.value
    shown.box.entry.value = None
    shown.box.button.click()
    assert "Choose or write an answer first." in shown.box.reply.value
    shown.box.entry.value = 1
    shown.box.button.click()
    assert "No, it is counted with." in shown.box.reply.value


@pytest.mark.parametrize(("text", "late", "words"), [(CHOICE, 0, "Yes, a number."), (NUMBER, "2.5", "Half of five.")])
def test_a_choice_that_reaches_the_kernel_after_the_press_has_the_reply(text: str, late: object, words: str) -> None:
    shown = ShownQuestion(read_question(text))
    shown.box.button.click()
    shown.box.entry.value = late
    assert words in shown.box.reply.value


def test_without_widgets_the_replies_open_on_a_click() -> None:
    still = still_html(read_question(CHOICE))
    assert "&lt;two&gt;" in still
    assert still.count("<details>") == 2
    bundle = ShownQuestion(read_question(CHOICE))._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"} <= set(bundle)


@pytest.mark.parametrize(
    "text", ["id: a", "id: a\nquestion: q", "id: a\nquestion: q\noptions: [{text: a, because: b}]", "- a", ": :"]
)
def test_a_question_that_cannot_be_asked_is_refused(text: str) -> None:
    with pytest.raises(BadManuscript, match=r"[Qq]uick question"):
        read_question(text)
