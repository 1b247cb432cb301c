"""A row of evidence is found again, or the reader is told what is missing."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tipcourse import data
from tipcourse.brief import FIELDS, all_met, check_row, check_table
from tipcourse.sources import quote
from tipcourse.sources.reading import body

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "evidence.yaml").read_text(encoding="utf-8"))
GOOD = dict(
    proposal="prosecution",
    role="supports",
    source="interview",
    words="[1,756 convicted traffickers compared to 2,076]",
    number=1756,
    unit="persons",
    year=2016,
    definition="convicted of sex or labour trafficking",
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case):
    row = GOOD | case["change"]
    failed = {finding.field for finding in check_row(row) if finding.met is False}
    assert failed == set(case["fails"]), case["why"]


@pytest.mark.parametrize("field", FIELDS)
def test_a_row_without_a_key_is_told_which(field):
    row = {key: value for key, value in GOOD.items() if key != field}
    (finding,) = check_row(row)
    assert finding.field == field and finding.met is False and field in finding.because


def test_findings_name_their_row():
    findings = check_table([GOOD, GOOD | {"unit": ""}])
    assert [f.row for f in findings if f.met is False] == [1]
    assert not all_met(findings) and all_met(check_table([GOOD]))


def test_nothing_to_check_is_not_a_fault():
    assert all_met([]) and check_table([]) == ()


@settings(derandomize=True, max_examples=60)
@given(st.integers(0, len(body("interview")) - 41), st.integers(10, 40))
def test_any_piece_of_the_text_can_be_quoted(start, length):
    words = body("interview")[start : start + length].strip().split("\n")[0]
    row = GOOD | {"words": words, "number": None}
    failed = [f.field for f in check_row(row) if f.met is False]
    assert failed == ([] if words.strip() else ["words"])


@settings(derandomize=True, max_examples=60)
@given(st.text(min_size=1, max_size=40))
def test_invented_words_are_never_accepted_by_chance(words):
    row = GOOD | {"words": words + " zzq", "number": None}
    assert "words" in {f.field for f in check_row(row) if f.met is False}


def test_the_words_of_every_proposal_are_exact_and_its_unit_has_positions():
    positions = data.load("positions")
    for proposal in data.load("proposals").itertuples():
        assert quote("interview", proposal.words).words in body("interview")
        assert {"government", "disagrees"} <= set(positions.loc[positions["unit"] == proposal.unit, "kind"])


def test_no_position_rests_on_memory_or_a_blank():
    positions = data.load("positions")
    assert not positions.drop(columns="quote").isna().any().any()
    assert not positions["confidence"].str.contains("memory").any()
