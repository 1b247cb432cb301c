"""Which tables has the course, what is in them, and where do they come from?

Tables come out as pandas frames; what is known about a table (unit, source, licence, edition, caveats) travels
with it in `frame.attrs`. An empty cell is an unknown and stays empty: it is never read as 'no' or as zero.
The description of every table is `datapackage.json`, a Frictionless data package with Table Schema.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

from tipcourse.errors import UnknownName, did_you_mean

PANDAS_TYPES = {
    "string": "string",
    "integer": "Int64",
    "number": "Float64",
    "year": "Int64",
    "boolean": "boolean",
    "date": "string",
}


@cache
def _package() -> dict[str, Any]:
    return dict(json.loads(files(__name__).joinpath("datapackage.json").read_text(encoding="utf-8")))


def names() -> list[str]:
    """Names of all tables, in alphabetical order."""
    return sorted(resource["name"] for resource in _package()["resources"])


def describe(name: str) -> dict[str, Any]:
    """The table's entry in the data package: title, description, schema with units, sources, licences, edition, caveats.

    raises UnknownName with near names when there is no such table
    """
    for resource in _package()["resources"]:
        if resource["name"] == name:
            return dict(resource)
    raise UnknownName(f"No table '{name}'.{did_you_mean(name, names())} tipcourse.data.names() lists all.")


@cache
def _read(name: str) -> pd.DataFrame:
    resource = describe(name)
    types = {field["name"]: PANDAS_TYPES[field["type"]] for field in resource["schema"]["fields"]}
    path = files(__name__).joinpath(resource["path"])
    with path.open("r", encoding="utf-8") as lines:
        frame = pd.read_csv(lines, dtype=types, keep_default_na=False, na_values=[""])
    for field in resource["schema"]["fields"]:
        if field["type"] == "date":
            frame[field["name"]] = pd.to_datetime(frame[field["name"]]).dt.date
    return frame


def load(name: str) -> pd.DataFrame:
    """A fresh copy of the table, columns typed as its schema says, unknown cells as missing values.

    `.attrs` holds title, description, units (column -> unit), sources, licences, edition and caveats.
    raises UnknownName with near names when there is no such table
    """
    frame = _read(name).copy()
    resource = describe(name)
    units = {field["name"]: field["unit"] for field in resource["schema"]["fields"] if "unit" in field}
    kept = ("name", "title", "description", "sources", "licenses", "edition", "caveats")
    frame.attrs = {key: resource[key] for key in kept if key in resource} | {"units": units}
    return frame


def source_line(name: str) -> str:
    """One line for the foot of a figure: where the table comes from, its edition and its licence."""
    resource = describe(name)
    titles = "; ".join(source["title"] for source in resource["sources"])
    licence = ", ".join(licence["name"] for licence in resource["licenses"])
    edition = f" ({resource['edition']})" if resource.get("edition") else ""
    return f"Source: {titles}{edition}. Licence: {licence}."
