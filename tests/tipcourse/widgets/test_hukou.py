"""The reform scenarios follow their controls and stay readable without them."""

from tipcourse.widgets.hukou import reform_scenarios


def test_nothing_moved_changes_nothing():
    assert "a change of +0.00 percentage points" in reform_scenarios().readout.value


def test_cheaper_complaints_lower_the_share_in_the_world_of_silence():
    scenarios = reform_scenarios()
    before = scenarios.picture.value
    scenarios.controls["extra"].value = 0
    assert scenarios.picture.value != before
    assert "a change of -" in scenarios.readout.value


def test_in_the_world_of_sorting_the_cost_does_nothing_and_the_read_out_says_so():
    scenarios = reform_scenarios()
    scenarios.controls["world"].value = "sorting"
    scenarios.controls["extra"].value = 0
    assert "+0.00" in scenarios.readout.value and "does nothing" in scenarios.readout.value


def test_every_setting_can_be_drawn():
    scenarios = reform_scenarios()
    for name in ("extra", "unregistered", "success", "deterrence"):
        control = scenarios.controls[name]
        for value in (control.min, control.max):
            control.value = value
            assert "aria-label" in scenarios.picture.value


def test_without_widgets_there_is_a_still_figure():
    assert "<figure" in reform_scenarios().still_html()
