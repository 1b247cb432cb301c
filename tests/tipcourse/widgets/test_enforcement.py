"""The overlap explorer answers every move with a new picture and the same in words."""

from tipcourse.widgets.enforcement import overlap_explorer


def test_moving_a_control_changes_picture_and_words():
    live = overlap_explorer()
    first = live.picture.value
    assert "holds the truth" in live.readout.value
    live.controls["odds"].value = 3.0
    assert live.picture.value != first
    assert "misses the truth" in live.readout.value


def test_the_ends_of_every_slider_draw():
    live = overlap_explorer()
    for name in ("size", "first", "second"):
        for end in (live.controls[name].min, live.controls[name].max):
            live.controls[name].value = end
            assert live.picture.value.startswith("<svg"), (name, end)


def test_without_widgets_the_page_still_tells_it():
    page = overlap_explorer().still_html()
    assert 'role="img"' in page and "True number of people" in page and "odds ratio" in page
