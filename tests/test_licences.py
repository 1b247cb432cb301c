"""Who owns what, and under which terms: the two documents, our text, our code, and how all of it is cited."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tipcourse import sources
from tipcourse.errors import NotAQuotation

ROOT = Path(__file__).resolve().parent.parent
SEEDS: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "seeds" / "sources.yaml").read_text(encoding="utf-8"))
LICENSE = (ROOT / "LICENSE").read_text(encoding="utf-8")
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
NOT_STATED = {"interview": {"address"}, "commission": {"address", "author", "date"}}


@pytest.mark.parametrize("name", SEEDS)
def test_a_document_is_byte_for_byte_what_was_received(name: str) -> None:
    entry = SEEDS[name]
    assert hashlib.sha256((ROOT / "seeds" / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


@pytest.mark.parametrize("name", SEEDS)
def test_one_changed_byte_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    path = tmp_path / "seeds" / SEEDS[name]["file"]
    path.write_bytes(path.read_bytes().replace(b"trafficking", b"Trafficking", 1))
    monkeypatch.setattr(sources, "_seeds", lambda: tmp_path / "seeds")
    with pytest.raises(NotAQuotation, match=rf"{path.name} is not the file .* \(its sha256 differs\)"):
        sources.document.__wrapped__(name)


def test_git_on_windows_changes_no_byte(tmp_path: Path) -> None:
    """There git writes other line ends unless it is told not to; the documents would no longer be what was received."""
    here, there = tmp_path / "here", tmp_path / "there"
    shutil.copytree(ROOT / "seeds", here / "seeds")
    shutil.copytree(ROOT / "course", here / "course")
    shutil.copy(ROOT / ".gitattributes", here)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "core.autocrlf=true"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "all"], ["clone", "-q", ".", str(there)]):
        subprocess.run([*git, *words], cwd=here, check=True, capture_output=True)
    files = [path.relative_to(here) for path in here.rglob("*.*") if path.is_file() and ".git" not in path.parts]
    assert len(files) > 5
    assert [path for path in files if (here / path).read_bytes() != (there / path).read_bytes()] == []


@pytest.mark.parametrize("name", SEEDS)
def test_what_a_document_does_not_say_is_not_stated(name: str) -> None:
    entry = SEEDS[name]
    assert {key for key, value in entry.items() if value == "not stated"} == NOT_STATED[name]
    assert all(str(value).strip() not in ("", "None", "unknown") for value in entry.values())
    assert not re.search(r"://|www\.", str(entry)), (
        "an address that is not known is 'not stated', and no copy is linked"
    )


def test_the_licences_are_those_of_the_documents() -> None:
    interview, commission = SEEDS["interview"], SEEDS["commission"]
    words = "Creative Commons Attribution-NonCommercial-NoDerivatives 4.0 International (CC BY-NC-ND 4.0) License"
    assert words in (ROOT / "seeds" / interview["file"]).read_text(encoding="utf-8")
    assert interview["licence"] == "CC BY-NC-ND 4.0"
    assert "unchanged" in interview["may_be_quoted"] and "no adapted version" in interview["may_be_quoted"]
    assert commission["licence"].startswith("U.S. government work")
    assert "Creative Commons" not in (ROOT / "seeds" / commission["file"]).read_text(encoding="utf-8")


def test_the_licence_excepts_what_is_not_ours() -> None:
    excepted = " ".join(LICENSE.partition("3. Excepted from both:")[2].partition("MIT License")[0].split())
    (interview, commission, nations, others) = [part for part in excepted.split(" - ") if part.strip(" -")]
    assert SEEDS["interview"]["file"] in interview and "CC BY-NC-ND 4.0" in interview
    assert SEEDS["commission"]["file"] in commission and "U.S. government work" in commission
    assert "World Population Prospects" in nations and "CC BY 3.0 IGO" in nations
    assert "datapackage.json" in others
    assert set(re.findall(r"https?://([^/\s]+)", LICENSE)) == {"creativecommons.org"}


def test_the_citation_is_of_this_version_and_of_these_documents() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"cff-version", "message", "type", "title", "authors", "date-released", "license"} <= set(CITATION)
    assert (CITATION["cff-version"], CITATION["version"]) == ("1.2.0", project["version"])
    assert set(CITATION["license"]) == set(re.split(" AND ", project["license"]))
    assert CITATION["authors"] and all({"name"} <= set(author) for author in CITATION["authors"])
    cited = {reference["title"]: reference for reference in CITATION["references"]}
    assert set(cited) == {entry["title"] for entry in SEEDS.values()}
    dates = {title: str(found.get("date-published", "not stated")) for title, found in cited.items()}
    assert dates == {entry["title"]: str(entry["date"]) for entry in SEEDS.values()}
