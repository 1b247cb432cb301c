"""One zip that students unpack and start: lessons, released assignments and the programs, but no key.

A bundle is searched for every answer and every hidden check before it is handed over; it is not made if one is found.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import coursekit
from coursekit import notebooks
from coursekit.course import CONFIG_NAME, Course
from coursekit.errors import CourseKitError

PROGRAMS = ("pyproject.toml", "pins.txt", "environment.yml", "LICENSE", "src", "seeds")
REGION = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS|MARK SCHEME)[^\n]*\n(.*?)### END \1", re.S)
TELLING = 20  # a shorter line is too common to be somebody's secret
FIXED_DATE = (2020, 1, 1, 0, 0, 0)
README = """# {title}

You need Python 3.11 or newer with pip. Open a terminal in this folder and type these two lines:

    pip install uv
    uv run --no-dev course lab

A browser opens on the first page. What you change is kept in the folder `work`.
To hand in a unit: `uv run --no-dev course submit NAME` (for example tiers), then upload the file it names.
"""


def project_root() -> Path:
    """The checkout that the programs run from; CourseKitError when they were installed without one."""
    root = Path(coursekit.__file__).resolve().parents[2]
    if not (root / "pyproject.toml").is_file():
        raise CourseKitError(
            "A bundle carries the programs too, so it is made from a checkout of the course. Clone it first."
        )
    return root


def _files(course: Course) -> Iterator[tuple[str, Path]]:
    """(name inside the bundle, file) of everything that students get."""
    root = project_root()
    for name in PROGRAMS:
        place = root / name
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
                yield path.relative_to(root).as_posix(), path
    yield CONFIG_NAME, course.root / CONFIG_NAME
    for path in sorted(course.lessons.glob("*.ipynb")):
        yield f"course/{path.name}", path
    for path in sorted(course.release.rglob("*")):
        if path.is_file() and ".ipynb_checkpoints" not in path.parts:
            yield f"assignments/{path.relative_to(course.release).as_posix()}", path


def _regions(source: str) -> Iterator[tuple[str, list[str]]]:
    """(kind, telling lines) of each answer, hidden check and rubric in a cell."""
    for match in REGION.finditer(source):
        lines = [line.strip() for line in match[2].splitlines()]
        if match[1] == "MARK SCHEME":  # a table: what a level looks like stands in its last column
            lines = [line.strip("| ").split(" | ")[-1] for line in lines]
        yield match[1], [line for line in lines if len(line) >= TELLING and not line.startswith("#")]


def secrets(course: Course) -> list[tuple[str, str, list[str]]]:
    """(unit, kind, lines) of everything in the keys that students must not see; visible lines are left out."""
    found = []
    for unit in course.units:
        path = course.source / unit / f"{unit}.ipynb"
        if not path.is_file():
            continue
        cells = notebooks.load(path).cells
        visible = {line.strip() for cell in cells for line in REGION.sub("", cell.source).splitlines()}
        for cell in cells:
            for kind, lines in _regions(cell.source):
                told = [line for line in lines if line not in visible]
                if told:
                    found.append((unit, kind, told))
    return found


def _text(name: str, content: bytes) -> str:
    """A file's text; a notebook's is that of its cells, outputs and metadata, without JSON's escapes."""
    text = content.decode("utf-8", errors="replace")
    if not name.endswith(".ipynb"):
        return text
    nb = json.loads(text)
    sources = ["".join(cell["source"]) for cell in nb["cells"]]
    rest = [json.dumps({k: v for k, v in cell.items() if k != "source"}, ensure_ascii=False) for cell in nb["cells"]]
    return "\n".join([*sources, *rest, json.dumps(nb["metadata"], ensure_ascii=False)])


def leaks(bundle: Path, course: Course) -> list[str]:
    """Every answer, hidden check or rubric of the course's keys that stands in the bundle, a sentence each.

    A hidden check or a rubric leaks by a single line; an answer when all its telling lines stand in one file. In the
    programs one line of a hidden check leaks only if it asserts: its other lines, such as the loading of a table, are
    lines that any program may hold.
    """
    hidden = secrets(course)
    said = []
    with zipfile.ZipFile(bundle) as archive:
        for name in archive.namelist():
            parts = Path(name).parts
            if parts[1:2] and parts[1] in ("solutions", "tests", "manuscript", "grading"):
                said.append(f"{name} does not belong into a bundle")
                continue
            text = _text(name, archive.read(name))
            for unit, kind, lines in hidden:
                here = [line for line in lines if line in text]
                by_chance = parts[1:2] == ("src",) and not any("assert" in line for line in here)
                whole = kind == "SOLUTION" or (kind == "HIDDEN TESTS" and by_chance)
                if here and (not whole or len(here) == len(lines)):
                    said.append(f"{name} holds {kind.lower()} of {unit}: {here[0][:60]}")
    return said


def make_bundle(course: Course, path: Path) -> tuple[int, int]:
    """Write the bundle and prove that it holds no key; returns (files in it, secrets searched for).

    raises CourseKitError when something would leak, or nothing is released; then there is no bundle
    """
    if path.suffix.lower() != ".zip":
        raise CourseKitError(f"'{path}' cannot name a bundle. Name a file that ends in .zip, or leave the name out.")
    if not course.release.is_dir() or not any(course.release.iterdir()):
        raise CourseKitError("Nothing is released yet. Run 'course release UNIT' first.")
    top = path.stem
    half = path.with_name(path.name + ".new")
    count = 1
    with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
        readme = README.format(title=str(course.config.CourseDirectory.get("course_id", top)))
        archive.writestr(zipfile.ZipInfo(f"{top}/README.md", FIXED_DATE), readme)
        for name, file in _files(course):
            archive.writestr(zipfile.ZipInfo(f"{top}/{name}", FIXED_DATE), file.read_bytes(), zipfile.ZIP_DEFLATED)
            count += 1
    found = leaks(half, course)
    if found:
        half.unlink()
        raise CourseKitError(f"No bundle was made, because it would give something away: {'; '.join(found[:5])}.")
    os.replace(half, path)
    return count, len(secrets(course))
