"""From manuscript to notebooks that students get.

`build` makes course/, solutions/ and assignments/ from the manuscript; the same text gives the same bytes. Releasing
itself is nbgrader's work (generate_assignment), run in this process.
"""

from __future__ import annotations

import contextlib
import copy
import json
import logging
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from coursekit import notebooks, pages
from coursekit.course import Course
from coursekit.errors import BadManuscript, CourseKitError, EditedByHand, last_words
from coursekit.exercises import BEGIN_SOLUTION
from coursekit.gradebook import open_book
from coursekit.learners_help import help_for_learners


def _manuscripts(course: Course, units: Iterable[str] | None) -> tuple[list[Path], list[Path]]:
    """(lessons, assignments) of these units, or of all."""
    lessons = sorted((course.manuscript / "lessons").glob("*.md"))
    assignments = sorted(p for p in (course.manuscript / "assignments").glob("*/*.md") if p.stem == p.parent.name)
    if not lessons and not assignments:
        raise BadManuscript(
            f"There is nothing to build: {course.manuscript} has no lessons/*.md or assignments/*/*.md."
        )
    if units is None:
        return lessons, assignments
    wanted = set(units)
    return [p for p in lessons if p.stem in wanted], [p for p in assignments if p.stem in wanted]


def generate(course: Course, unit: str, root: Path, *, register: bool) -> None:
    """nbgrader's generate_assignment for one unit, with the course's configuration.

    root      folder whose source and release folders are used (the course's own, or a temporary one)
    register  whether the gradebook learns of it
    raises    CourseKitError with nbgrader's own words when it refuses
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory

    config = copy.deepcopy(course.config)
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.assignment_id = unit
    config.SaveCells.enabled = register
    said = _Listener()
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    converter.log = said.logger
    converter.force, converter.no_database = True, not register
    try:
        with contextlib.redirect_stdout(None):
            converter.start()
    except (Exception, SystemExit) as error:
        raise CourseKitError(f"nbgrader could not release '{unit}': {last_words(said.last, error)}") from error


class _Listener(logging.Handler):
    """Keeps the error that nbgrader logs, so that it can be said in one line. What it says after a traceback names none."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.last = ""
        self.logger = logging.Logger("nbgrader-release")
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if not self.last.startswith("Traceback"):
            self.last = record.getMessage()


def built_files(course: Course, units: Iterable[str] | None = None) -> dict[str, bytes]:
    """Every file that the manuscript makes, by path inside the course. Nothing is written."""
    lessons, assignments = _manuscripts(course, units)
    files: dict[str, bytes] = {}
    for path in lessons:
        made_from = path.relative_to(course.root).as_posix()
        nb = notebooks.build_notebook(path.read_text(encoding="utf-8"), made_from)
        files[f"{course.lessons.relative_to(course.root).as_posix()}/{path.stem}.ipynb"] = notebooks.dump(nb)
    for name, text in pages.notebooks_of(course).items() if units is None else ():
        nb = notebooks.build_notebook(text, f"manuscript/{pages.FILE}")
        files[f"{course.lessons.relative_to(course.root).as_posix()}/{name}.ipynb"] = notebooks.dump(nb)
    source = course.source.relative_to(course.root).as_posix()
    for path in assignments:
        exercises = notebooks.read_exercises(path.parent / "exercises.yaml")
        made_from = path.relative_to(course.root).as_posix()
        nb = notebooks.build_notebook(path.read_text(encoding="utf-8"), made_from, exercises)
        told = help_for_learners(nb, exercises)
        files[f"{source}/{path.stem}/{path.stem}.ipynb"] = notebooks.dump(nb)
        files[f"{source}/{path.stem}/help.json"] = _json(told)
    files |= _released(course, files, [path.stem for path in assignments])
    return files


def _json(told: object) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _released(course: Course, files: dict[str, bytes], units: list[str]) -> dict[str, bytes]:
    """What nbgrader makes of the solutions in files: the students' versions."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, content in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
        for unit in units:
            generate(course, unit, root, register=False)
        made = root / course.release.relative_to(course.root)
        return {p.relative_to(root).as_posix(): _stamped(p) for p in sorted(made.rglob("*")) if p.is_file()}


def _stamped(path: Path) -> bytes:
    """A released file; a notebook's stamp gets the hash of the cells that are left."""
    if path.suffix != ".ipynb":
        return path.read_bytes()
    nb = notebooks.load(path)
    if notebooks.STAMP in nb.metadata:
        nb.metadata[notebooks.STAMP]["cells_sha256"] = notebooks.cells_hash(nb)
    return notebooks.dump(nb)


def stale_files(course: Course, units: Iterable[str] | None = None) -> list[str]:
    """Built files that are missing or differ from what the manuscript makes."""
    made = built_files(course, units)
    return [
        n for n, content in made.items() if not (course.root / n).is_file() or (course.root / n).read_bytes() != content
    ]


def build(course: Course, units: Iterable[str] | None = None, *, force: bool = False) -> list[str]:
    """Write what the manuscript makes; returns the paths that changed.

    raises EditedByHand, before anything is written, when a built notebook has edits that the manuscript does not have
    """
    made = built_files(course, units)
    changed = [
        n for n, content in made.items() if not (course.root / n).is_file() or (course.root / n).read_bytes() != content
    ]
    for name in changed:
        path = course.root / name
        if not force and name.endswith(".ipynb") and path.is_file() and notebooks.is_edited(notebooks.load(path)):
            raise EditedByHand(
                f"{name} was edited by hand. 'course import {name}' takes the edit into the manuscript; "
                "'course build --force' throws it away."
            )
    for name in changed:
        path = course.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made[name])
    return changed


def import_edit(course: Course, path: Path) -> Path:
    """Take a hand-edited lesson or solution notebook back into its manuscript; returns the manuscript's path."""
    nb = notebooks.load(path)
    made_from = nb.metadata.get(notebooks.STAMP, {}).get("made_from")
    if not made_from:
        raise BadManuscript(
            f"{path.name} carries no stamp, so its manuscript is unknown. Only built notebooks can be imported."
        )
    if not made_from.endswith(".md"):
        raise BadManuscript(f"{path.name} is made by {made_from} from a table. Change the table, then 'course build'.")
    manuscript = (course.root / made_from).resolve()
    if course.manuscript.resolve() not in manuscript.parents:
        raise BadManuscript(f"{path.name} says it was made from '{made_from}', which is not in {course.manuscript}.")
    key = manuscript.read_text(encoding="utf-8") if manuscript.is_file() else ""
    if BEGIN_SOLUTION in key and not any(BEGIN_SOLUTION in cell.source for cell in nb.cells):
        raise BadManuscript(f"{path} is a student version without answers. Edit the one in {course.source.name}/.")
    exercises = notebooks.read_exercises(manuscript.parent / "exercises.yaml")
    manuscript.write_text(notebooks.manuscript_of(nb, exercises), encoding="utf-8")
    path.write_bytes(
        notebooks.dump(notebooks.build_notebook(manuscript.read_text(encoding="utf-8"), made_from, exercises))
    )
    return manuscript


def release(course: Course, unit: str) -> list[str]:
    """Make the students' version, register it in the gradebook, put it into the exchange where there is one.

    returns sentences that say what was done
    raises CourseKitError where there is no key, or nbgrader refuses it; the release is then as it was
    """
    if not any((course.source / unit).glob("*.ipynb")):
        raise CourseKitError(f"There is no key in {course.source / unit}. Run 'course build', or put it back, first.")
    with open_book(course):
        pass  # made here, where that is quick, if there is none yet
    with _kept_if_refused(course.release / unit):
        generate(course, unit, course.root, register=True)
    for path in (course.release / unit).rglob("*.ipynb"):
        path.write_bytes(_stamped(path))
    done = [f"{unit} is released in {course.release.relative_to(course.root)}/{unit} and known to the gradebook."]
    return [*done, _to_exchange(course, unit)]


@contextlib.contextmanager
def _kept_if_refused(folder: Path) -> Iterator[None]:
    """The folder is as it was before if anything goes wrong: nbgrader empties it first."""
    with tempfile.TemporaryDirectory() as place:
        kept = Path(place) / "kept"
        if folder.is_dir():
            shutil.copytree(folder, kept)
        try:
            yield
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            if kept.is_dir():
                shutil.copytree(kept, folder)
            raise


def exchange_root(course: Course) -> Path | None:
    """The exchange's folder where one is set up and can be written, else None."""
    import os

    from nbgrader.exchange.default import Exchange

    root = course.config.get("Exchange", {}).get("root") or Exchange.root.default_value
    path = Path(str(root)) if root else None
    return path if path and path.is_dir() and os.access(path, os.W_OK) else None


def _to_exchange(course: Course, unit: str) -> str:
    root = exchange_root(course)
    if root is None:
        return "No exchange is set up here: give students the folder, or a bundle ('course bundle')."
    from nbgrader.apps import NbGraderAPI

    config = copy.deepcopy(course.config)
    config.ExchangeReleaseAssignment.force = True  # a corrected unit takes the place of the old one
    result = NbGraderAPI(config=config).release_assignment(unit)
    if not result["success"]:
        raise CourseKitError(
            f"The exchange in {root} did not take '{unit}' ({last_words(result.get('error'), result.get('log'))}). It is in "
            f"{course.release.relative_to(course.root)}/{unit}; mend the exchange and release it again."
        )
    return f"It is in the exchange {root}."
