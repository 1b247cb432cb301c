"""Settling what is open in a case may turn 'not known' into yes or no, and never turns yes into no or no into yes."""

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tipcourse.law import Case, every_offence, forced_labour_c29, palermo, severe_form
from tipcourse.law.cases import ACTS, CONDUCT, MEANS, PURPOSES

KINDS = {"acts": ACTS, "means": MEANS, "purposes": PURPOSES, "conduct": CONDUCT}
DAY = dt.date(2017, 7, 10)


def words_of(vocabulary):
    return st.lists(st.sampled_from(vocabulary), max_size=4, unique=True)


@st.composite
def open_and_settled(draw):
    """A case with open words and unknown persons, and the same case with all of it settled in some way."""
    facts, settled = {}, {}
    for kind, vocabulary in KINDS.items():
        words = draw(words_of(vocabulary))
        doubtful = [word for word in words if draw(st.booleans())]
        facts[kind] = tuple(f"{word}?" if word in doubtful else word for word in words)
        settled[kind] = tuple(word for word in words if word not in doubtful or draw(st.booleans()))
    age, sex = draw(st.integers(0, 60)), draw(st.sampled_from(["female", "male"]))
    hide_age, hide_sex = draw(st.booleans()), draw(st.booleans())
    hired = draw(st.booleans())
    exception = {"court": draw(st.booleans()), "public supervision": True, "hired out": None}
    some = Case(**facts, age_years=None if hide_age else age, sex=None if hide_sex else sex, exception=exception)
    return some, replace(some, **settled, age_years=age, sex=sex, exception=exception | {"hired out": hired})


def agree(before, after):
    return before is None or before is after


@given(open_and_settled())
def test_treaty_verdicts_and_each_finding(pair):
    some, settled = pair
    for definition in (palermo, severe_form, forced_labour_c29):
        before, after = definition(some), definition(settled)
        assert agree(before.met, after.met), f"{before}\n{after}"
        for one, other in zip(before.findings, after.findings, strict=True):
            assert agree(one.met, other.met), f"{one}\n{other}"


@given(open_and_settled())
def test_prc_offences(pair):
    some, settled = pair
    for before, after in zip(every_offence(some, DAY), every_offence(settled, DAY), strict=True):
        assert agree(before.met, after.met), before.article


@given(open_and_settled())
def test_calling_a_man_a_woman_changes_articles_240_241_and_242_alone(pair):
    _, case = pair
    other = replace(case, sex="male" if case.sex == "female" else "female")
    for definition in (palermo, severe_form, forced_labour_c29):
        assert definition(case).met is definition(other).met
    changed = {
        a.article
        for a, b in zip(every_offence(case, DAY), every_offence(other, DAY), strict=True)
        if a.met is not b.met
    }
    assert changed <= {"240", "241", "242"}
