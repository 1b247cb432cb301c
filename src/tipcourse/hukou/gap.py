"""How far apart are living in a city and being registered in one?

Two shares of the same population in, a gap in percentage points and in people out, with the name of the definition it
belongs to. Not here: who the people are. The gap is a difference of two totals: people who live in a city and are
registered in another city are not in it, and villagers with urban registration are taken off it.
"""

from __future__ import annotations

import pandas as pd

from tipcourse.errors import OutOfRange, UnknownName, did_you_mean

UNCLEAR = "not known"


def _share(name: str, percent: float) -> float:
    if not 0 <= percent <= 100:
        raise OutOfRange(f"{name} is {percent}; a share lies between 0 and 100 percent. Is it perhaps in people?")
    return float(percent)


def gap_points(resident_pct: float, registered_pct: float) -> float:
    """The share living in cities minus the share registered there, in percentage points (negative when more register).

    resident_pct, registered_pct  percent of the same population in the same year, 0-100
    raises                        OutOfRange
    """
    return _share("resident_pct", resident_pct) - _share("registered_pct", registered_pct)


def gap_million(resident_pct: float, registered_pct: float, population_million: float) -> float:
    """The same gap in million people.

    population_million  total population, million, above 0
    raises              OutOfRange
    """
    if population_million <= 0:
        raise OutOfRange(f"population_million is {population_million}; give the total population in million people.")
    return gap_points(resident_pct, registered_pct) / 100 * population_million


def _definition(row: pd.Series) -> str:
    """Which measure of registration stands against which census: gaps compare only where both are the same."""
    if row["registration_measure"] == UNCLEAR:
        return UNCLEAR
    return f"{row['registration_measure']}, {row['residence_base']} base"


def gap_table(shares: pd.DataFrame) -> pd.DataFrame:
    """The years in which both shares are known, each with its gap and the definition that it belongs to.

    shares   the table hukou_shares: year, population_million, urban_resident_pct, urban_registered_pct,
             registration_measure, residence_base
    returns  frame: year, gap_points (percentage points), gap_million (million people), definition
    """
    known = shares.dropna(subset=["urban_resident_pct", "urban_registered_pct"]).reset_index(drop=True)
    points = known["urban_resident_pct"] - known["urban_registered_pct"]
    return pd.DataFrame(
        {
            "year": known["year"].astype(int),
            "gap_points": points.astype(float),
            "gap_million": (points / 100 * known["population_million"]).astype(float),
            "definition": known.apply(_definition, axis=1),
        }
    )


def peak_gap(gaps: pd.DataFrame, definition: str, unit: str = "gap_points") -> pd.Series:
    """The year with the widest gap among the years of one definition (the earliest of equals).

    gaps        as gap_table gives it
    definition  one of gaps["definition"]
    unit        "gap_points" or "gap_million"
    raises      UnknownName when no year has that definition
    """
    of_one = gaps[gaps["definition"] == definition]
    if of_one.empty:
        known = list(gaps["definition"].unique())
        raise UnknownName(
            f"No year has the definition '{definition}'.{did_you_mean(definition, known)} Known: {'; '.join(known)}."
        )
    return of_one.iloc[int(of_one[unit].to_numpy().argmax())]
