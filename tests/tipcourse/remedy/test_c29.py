"""Article 2 of Convention No. 29: lawyers' cases, and what must hold for any facts."""

from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tipcourse.errors import UnknownName
from tipcourse.findings import all_met, any_met, opposite
from tipcourse.remedy.c29 import forced_labour, no_exception, questions, readings

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "c29.yaml").read_text(encoding="utf-8"))
answers = st.sampled_from([True, False, None])
facts = st.fixed_dictionaries({name: answers for name in questions()})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case):
    start = no_exception() if case["exceptions"] == "none" else {}
    ruling = forced_labour({**start, **case["facts"]})
    assert ruling.forced is case["forced"], f"{case['why']}: {ruling.because}"
    assert ruling.because.endswith(".")


def test_a_ruling_has_three_elements_and_five_exceptions_with_their_articles():
    ruling = forced_labour({})
    assert len(ruling.elements) == 3
    assert len(ruling.exceptions) == 5
    assert [finding.because.split(":")[0] for finding in ruling.exceptions] == [f"C29 art. 2(2)({x})" for x in "abcde"]


@settings(derandomize=True, max_examples=150)
@given(facts)
def test_learning_an_unknown_never_overturns_a_known_answer(known):
    before = forced_labour(known).forced
    for fact, answer in known.items():
        if answer is None and before is not None:
            for learned in (True, False):
                assert forced_labour({**known, fact: learned}).forced is before


@settings(derandomize=True, max_examples=150)
@given(facts)
def test_an_open_answer_can_be_closed_by_answering_everything(known):
    complete = {fact: bool(answer) for fact, answer in known.items()}
    assert forced_labour(complete).forced is not None


@settings(derandomize=True, max_examples=100)
@given(st.lists(answers, max_size=6))
def test_any_and_all_are_mirror_images(found):
    assert opposite(all_met(found)) is any_met([opposite(answer) for answer in found])


def test_a_fact_that_the_test_does_not_use_is_refused_with_a_near_name():
    with pytest.raises(UnknownName, match="menace"):
        forced_labour({"menaces": True})


def test_every_reading_uses_the_tests_own_facts_and_gives_its_reason():
    for name, reading in readings().items():
        assert set(reading.facts) <= set(questions()), name
        assert reading.whose and reading.source and reading.why.endswith(".")


def test_readings_of_one_situation_part_on_facts_and_not_on_law():
    read = {name: forced_labour(reading.facts).forced for name, reading in readings().items()}
    assert read["transfer-government"] is False
    assert read["transfer-critics"] is True
    assert read["transfer-judge"] is None
    assert read["drug-statute"] is None and read["drug-reports"] is True
    assert read["prison-conviction"] is False and read["reeducation-1957-2013"] is True
    assert read["workstudy-2010-entry"] is None


def test_the_rules_are_cited_line_by_line():
    rules = yaml.safe_load(files("tipcourse.remedy").joinpath("rules/c29.yaml").read_text(encoding="utf-8"))
    for part in [*rules["elements"].values(), *rules["exceptions"].values()]:
        assert part["cite"].startswith("C29 art. 2(")
        assert set(part["needs"]) <= set(rules["facts"])
