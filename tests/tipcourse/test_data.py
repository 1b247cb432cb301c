"""Every table is described, and every cell is what its description says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from frictionless import Package

from tipcourse import data
from tipcourse.errors import UnknownName

FOLDER = Path(data.__file__).parent


def test_every_cell_fits_its_description() -> None:
    report = Package(str(FOLDER / "datapackage.json")).validate()
    assert [(task.name, str(task.errors[0].message)) for task in report.tasks if not task.valid] == []


def test_the_check_can_fail(tmp_path: Path) -> None:
    for file in FOLDER.iterdir():
        if file.suffix in (".csv", ".json"):
            shutil.copy(file, tmp_path)
    lines = (tmp_path / "claims.csv").read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace(",interview,", ",newspaper,")
    (tmp_path / "claims.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert [task.name for task in report.tasks if not task.valid] == ["claims"]


def test_every_file_is_described_and_every_description_has_a_file() -> None:
    files = {path.stem for path in FOLDER.glob("*.csv")}
    assert files == set(data.names())


@pytest.mark.parametrize("name", data.names())
def test_a_table_says_what_it_is(name: str) -> None:
    told = data.describe(name)
    assert all(told[key] for key in ("title", "description", "sources", "licenses", "caveats"))
    unit_in_the_row = any(field["name"] == "unit" for field in told["schema"]["fields"])
    for field in told["schema"]["fields"]:
        assert field["description"].strip(), field["name"]
        if field["type"] == "number":
            assert field.get("unit") or unit_in_the_row, f"{field['name']} is a number without a unit"
    frame = data.load(name)
    assert len(frame) > 0
    assert list(frame.columns) == [field["name"] for field in told["schema"]["fields"]]
    assert frame.attrs["title"] == told["title"]
    assert data.source_line(name).startswith("Source: ")


@pytest.mark.parametrize("name", data.names())
def test_no_table_carries_what_nobody_verified(name: str) -> None:
    text = (FOLDER / f"{name}.csv").read_text(encoding="utf-8").lower()
    assert "from memory" not in text


def test_loading_gives_a_copy() -> None:
    first = data.load("claims")
    first.loc[0, "words"] = "changed"
    assert data.load("claims").loc[0, "words"] != "changed"


def test_unknown_cells_stay_unknown() -> None:
    found = data.load("claims")
    unchecked = found[found["confidence"] == "open"]
    assert len(unchecked) > 0
    assert unchecked["finding"].isna().any()
    assert not (found["finding"] == "").any()


def test_an_unknown_table_names_near_ones() -> None:
    with pytest.raises(UnknownName, match="Did you mean claims"):
        data.load("claim")


def test_the_file_is_sorted_and_tidy() -> None:
    names = [resource["name"] for resource in json.loads((FOLDER / "datapackage.json").read_text())["resources"]]
    assert names == sorted(names)
