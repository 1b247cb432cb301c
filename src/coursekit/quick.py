"""Quick questions inside a lesson: an answer at once, with the reason. Nothing is graded and nothing leaves the page.

A question is a piece of YAML in a code cell, so that it reads as text in the manuscript:

    id: tiers-what-a-tier-measures
    objective: 1
    question: What does a tier measure?
    options:
      - {text: How many victims there are., because: No. The law asks what the government does.}
      - {text: What a government does., right: true, because: Yes. Each test is about efforts.}

or, for a number, `answer: 2` with optional `tolerance`, `unit`, `because` and `mistakes: {3: why not}`. With `unit: percent`
a share (0.69 for 69) needs no entry among the mistakes.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

import yaml

from coursekit.errors import BadManuscript

THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")  # 1,234,567.8

# ipywidgets gives every label one line's height and cuts what is longer; a long option must wrap without lying on the next.
STYLE = (
    "<style>.course-quick .widget-radio-box label{display:flex;align-items:flex-start;height:auto;line-height:1.4;"
    "margin:0.25em 0;white-space:normal}"
    ".course-quick .widget-radio-box input{float:none;flex:none;order:-1;height:1em;margin:0.2em 0.5em 0 0}"
    ".course-quick .widget-radio,.course-quick .widget-radio-box{height:auto;width:100%;max-width:48em}"
    ".course-quick.course-quick :is(input,button):focus-visible{outline:3px solid #0072B2!important;outline-offset:2px}</style>"
)


@dataclass(frozen=True)
class Reply:
    """What a reader is told: whether the answer is right, and why."""

    right: bool
    because: str


@dataclass(frozen=True)
class Option:
    text: str
    because: str
    right: bool = False


@dataclass(frozen=True)
class QuickQuestion:
    """A question with options, or one that asks for a number (then options is empty)."""

    id: str
    question: str
    options: tuple[Option, ...] = ()
    answer: float | None = None
    tolerance: float = 0.0
    unit: str = ""
    because: str = ""
    mistakes: dict[float, str] = field(default_factory=dict)
    objective: int | None = None

    def reply_to_option(self, number: int) -> Reply:
        """The reply to the option at that place (0 is the first)."""
        option = self.options[number]
        return Reply(option.right, option.because)

    def reply_to_number(self, given: str) -> Reply:
        """The reply to what a reader typed; words that are no number get a friendly sentence."""
        assert self.answer is not None
        typed = unicodedata.normalize("NFKC", given).replace("\N{MINUS SIGN}", "-").strip()
        if "," in typed and not THOUSANDS.fullmatch(typed.rstrip("% ")):  # 2,5 must not be taken for 25
            return Reply(False, f"'{given}' can be read in two ways. Write a decimal with a point, for example 3.5.")
        try:
            value = float(typed.replace(",", "").replace("%", ""))
        except ValueError:
            return Reply(False, f"'{given}' is not a number. Write digits only, for example 12 or 3.5.")
        if abs(value - self.answer) <= self.tolerance + 1e-12:
            return Reply(True, self.because or "Yes.")
        for wrong, why in self.mistakes.items():
            if abs(value - wrong) <= max(self.tolerance, 1e-9):
                return Reply(False, why)
        if self.unit == "percent" and "%" not in typed and abs(100 * value - self.answer) <= self.tolerance + 1e-9:
            return Reply(False, "Right as a share. The question asks for percent: multiply by 100.")
        return Reply(False, "Read the passage above once more and try again.")


def read_question(text: str) -> QuickQuestion:
    """The question that the YAML describes; BadManuscript when it cannot be asked as it stands."""
    try:
        told = yaml.safe_load(text)
        options = tuple(
            Option(str(o["text"]), str(o["because"]), bool(o.get("right", False))) for o in told.get("options", [])
        )
        answer = told.get("answer")
        question = QuickQuestion(
            id=str(told["id"]),
            question=str(told["question"]),
            options=options,
            answer=None if answer is None else float(answer),
            tolerance=float(told.get("tolerance", 0)),
            unit=str(told.get("unit", "")),
            because=str(told.get("because", "")),
            mistakes={float(k): str(v) for k, v in told.get("mistakes", {}).items()},
            objective=told.get("objective"),
        )
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadManuscript(
            f"A quick question cannot be read ({type(error).__name__}: {error}). See its YAML."
        ) from error
    if bool(question.options) == (question.answer is not None):
        raise BadManuscript(f"Quick question '{question.id}' needs either options or an answer, not both or neither.")
    if question.options and not any(o.right for o in question.options):
        raise BadManuscript(f"Quick question '{question.id}' has no right option.")
    return question


def still_html(question: QuickQuestion) -> str:
    """The question for pages without widgets: the reply to each option opens on a click, without any script."""
    head = f"<p><strong>Check yourself.</strong> {html.escape(question.question)}</p>"
    if question.options:
        rows = "".join(
            f"<li><details><summary>{html.escape(o.text)}</summary><p>{html.escape(o.because)}</p></details></li>"
            for o in question.options
        )
        return f'<div class="question" role="group" aria-label="Quick question">{head}<ul>{rows}</ul></div>'
    told = f"{question.answer:g} {question.unit}".strip()
    reply = f"<details><summary>Show the answer</summary><p>{html.escape(told)}. {html.escape(question.because)}</p></details>"
    return f'<div class="question" role="group" aria-label="Quick question">{head}{reply}</div>'


def _reply_html(reply: Reply) -> str:
    mark, colour = ("✓ Right.", "#0072B2") if reply.right else ("✗ Not yet.", "#B34700")
    return (
        f'<div role="status" aria-live="polite" style="border-left:4px solid {colour};padding:0.3em 0.8em;line-height:1.5">'
        f"<strong>{mark}</strong> {html.escape(reply.because)}</div>"
    )


def _widget(question: QuickQuestion) -> Any:
    import ipywidgets as w

    reply = w.HTML()
    button = w.Button(
        description="Check my answer", tooltip="Check my answer", layout={"width": "auto", "align_self": "flex-start"}
    )
    title = w.HTML(f"{STYLE}<p><strong>Check yourself.</strong> {html.escape(question.question)}</p>")
    entry: Any
    if question.options:
        options = [(o.text, number) for number, o in enumerate(question.options)]
        entry = w.RadioButtons(
            options=options, value=None, description="Your answer", style={"description_width": "initial"},
            layout={"width": "auto"},
        )  # fmt: skip
    else:
        label = f"Your answer ({question.unit})" if question.unit else "Your answer"
        entry = w.Text(description=label, style={"description_width": "initial"}, placeholder="a number")

    def answer(_: Any) -> None:
        if entry.value is None or entry.value == "":
            reply.value = _reply_html(Reply(False, "Choose or write an answer first."))
        elif question.options:
            reply.value = _reply_html(question.reply_to_option(entry.value))
        else:
            reply.value = _reply_html(question.reply_to_number(entry.value))

    def follow(change: Any) -> None:
        # A press of the button can reach a busy kernel before the choice made just before it does: ipywidgets holds
        # values back while the kernel works, but no clicks. A reply on the page always belongs to what is chosen.
        if reply.value:
            answer(change)

    button.on_click(answer)
    entry.observe(follow, "value")
    if not question.options:
        entry.continuous_update = False
    box = w.VBox([title, entry, button, reply])
    box.add_class("course-quick")
    box.entry, box.button, box.reply = entry, button, reply
    return box


class ShownQuestion:
    """A question on the page: a widget where widgets run, folded replies where they do not."""

    def __init__(self, question: QuickQuestion) -> None:
        self.question = question
        self.box = _widget(question)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        bundle = dict(self.box._repr_mimebundle_(**kwargs))
        bundle["text/html"] = still_html(self.question)
        bundle["text/plain"] = self.question.question
        return bundle


def quick(text: str) -> ShownQuestion:
    """Ask a quick question (YAML, see the top of this module) as the last line of a cell."""
    return ShownQuestion(read_question(text))
