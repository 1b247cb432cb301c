"""A live picture follows its controls, says what it shows, and stays readable where widgets cannot run."""

import statistics
import time

import pytest

from tipcourse.errors import IncompleteFigure, OutOfRange
from tipcourse.figures import drawing
from tipcourse.figures.base import new_axes, tell
from tipcourse.widgets.base import choice, decimal_slider, live, slider, tick


def picture(years, kind="bar"):
    if years == 9:
        raise OutOfRange("9 years came. Choose 0 to 8.")
    return drawing.picture(
        400, 100, f"{years} years as a {kind}", [drawing.box(i * 5, 0, 4, 9, "#000") for i in range(42)]
    )


def made(**more):
    return live(picture, {"years": slider("Years", 0, 9, 2), "kind": choice("Kind", ["bar", "line"])}, **more)


def test_the_picture_and_the_words_follow_the_control():
    shown = made(readout=lambda years, kind: f"{years} < 10")
    shown.controls["years"].value = 5
    assert 'aria-label="5 years as a bar"' in shown.picture.value
    assert "5 &lt; 10" in shown.readout.value and 'role="status"' in shown.readout.value


def test_a_setting_that_the_model_refuses_is_explained_and_not_drawn():
    shown = made()
    shown.controls["years"].value = 9
    assert shown.picture.value == "" and "Choose 0 to 8." in shown.readout.value


def test_a_page_without_widgets_gets_picture_words_and_the_still_figure():
    still = tell(new_axes(2, 1), alt="A still picture.", source="Source: none.")
    page = made(static=still, readout=lambda **_: "In words.")._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in page
    for part in ("<svg", "In words.", 'alt="A still picture."', "Years: 2; Kind: bar"):
        assert part in page["text/html"]


def test_a_page_without_widgets_reads_a_ticked_box_as_yes():
    page = live(lambda ahead, far: picture(1), {"ahead": tick("Ahead", True), "far": tick("Far")}).still_html()
    assert "Ahead: yes; Far: no." in page


def test_a_control_without_a_visible_label_is_refused():
    with pytest.raises(IncompleteFigure, match="years"):
        live(picture, {"years": slider(" ", 0, 9, 2)})


def test_every_kind_of_control_has_its_label_and_start():
    controls = [
        slider("A", 0, 3, 1),
        decimal_slider("B", 0, 1, 0.5, 0.1),
        choice("C", [("one", 1), ("two", 2)]),
        tick("D", True),
    ]
    assert [c.description for c in controls] == ["A", "B", "C", "D"]
    assert [c.value for c in controls] == [1, 0.5, 1, True]


def test_python_answers_a_move_quickly():
    control = (shown := made()).controls["years"]
    times = []
    for move in range(60):
        start = time.process_time()
        control.value = move % 8
        times.append(time.process_time() - start)
    assert statistics.median(times) < 0.015, shown
