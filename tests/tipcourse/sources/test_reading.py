"""Close reading gives back what stands in the document, and nothing else."""

import datetime as dt

import pandas as pd
import pytest

from tipcourse import data
from tipcourse.errors import NotAQuotation, UnknownName
from tipcourse.sources import claims, document, names, quote
from tipcourse.sources.reading import DATES, body, context, known_by, numbers


def test_every_claim_is_quoted_letter_for_letter():
    for claim in claims().itertuples():
        assert quote(claim.document, claim.words).words == claim.words


def test_a_straight_apostrophe_is_refused_and_the_right_words_are_named():
    with pytest.raises(NotAQuotation, match="China’s downgrade to the Tier 3 ranking"):
        quote("interview", "China's downgrade to the Tier 3 ranking")


def test_the_words_of_the_entries_stand_in_the_page_and_give_the_dates_of_the_table():
    text = document("commission").text
    for entry in data.load("commission_entries").itertuples():
        assert entry.first_words in text
        for column in DATES:
            day, words = getattr(entry, column), getattr(entry, column.replace("date", "words"))
            if pd.isna(day):
                assert pd.isna(words)
                continue
            assert words in text
            assert words.endswith(f"{day:%B} {day.day}, {day.year}")


def test_two_thousand_and_the_rest_make_more_than_six_thousand():
    found = numbers(quote("commission", "more than 6,000 victims (2,169 children and 3,851 women)").words)
    assert [n.text for n in found] == ["6,000", "2,169", "3,851"]
    assert found[1].value + found[2].value == 6020


@pytest.mark.parametrize(
    ("words", "values"),
    [("the 709th day", []), ("3.5% of 1,756", [3.5, 1756]), ("2008-2012", [2008, 2012]), ("none", [])],
)
def test_numbers_are_read_as_written(words, values):
    assert [n.value for n in numbers(words)] == values


def test_context_holds_the_quotation_and_its_neighbours():
    found = context(quote("interview", "These consequences, however, are not mandatory."), 120)
    assert "⟦These consequences, however, are not mandatory.⟧" in found
    assert "exchange programs." in found and "Nor is the prospect" in found


def test_context_at_the_very_beginning_and_end_is_not_cut():
    text = document("commission").text
    assert context(quote("commission", text[:20]), 50).startswith("⟦")
    assert context(quote("commission", text.strip()[-30:]), 50).endswith("⟧")


def test_body_leaves_out_what_the_site_put_around_the_interview():
    inside = body("interview")
    for furniture in (
        "More From Our Experts",
        "Top Stories",
        "Relatives of detained",
        "[The United States] is calling",
    ):
        assert furniture in document("interview").text and furniture not in inside
    assert inside.endswith("at the hands of the Chinese government.")


@pytest.mark.parametrize("name", names())
def test_every_claim_stands_in_the_body(name):
    inside = " ".join(body(name).split())
    for words in claims(name)["words"]:
        assert " ".join(words.split()) in inside


def test_the_day_of_the_event_comes_first_and_the_posting_years_later():
    day = dt.date(2010, 1, 1)
    assert known_by(day)["entry_id"].tolist() == ["C8", "C7", "C6"]
    assert known_by(day, "posted_date").empty


def test_an_unknown_day_is_never_among_the_known():
    assert "C4" not in known_by(dt.date(2100, 1, 1))["entry_id"].tolist()


def test_a_wrong_kind_of_date_is_refused_with_the_right_names():
    with pytest.raises(UnknownName, match="posted_date"):
        known_by(dt.date(2010, 1, 1), "posting_date")
