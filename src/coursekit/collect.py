"""Take in what students handed in: a folder of notebooks, or the zip that Canvas or Moodle gives.

Every file ends in one of three places and is named in the result: in the course's submitted folder under its student,
in `unmapped/` when nobody on the roster fits, or among the refused with the reason. Nothing is ever thrown away: an
earlier hand-in of the same student is kept in `earlier/`.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from coursekit import attempts
from coursekit.course import Course
from coursekit.errors import BadSubmission, counted
from coursekit.incoming import Incoming, files_of
from coursekit.intake import TIMESTAMP
from coursekit.roster import Person, fold, roster, student_id_of

NAME_ERRORS = (
    errno.ENAMETOOLONG,
    errno.EINVAL,
    errno.EILSEQ,
    errno.ENOENT,
)  # what a system says of names it cannot take


@dataclass
class Collected:
    """What became of each file: (student, file), (file, where it is kept), (file, reason); misnamed: (student, file, unit)."""

    taken: list[tuple[str, str]] = field(default_factory=list)
    unchanged: list[tuple[str, str]] = field(default_factory=list)
    older: list[tuple[str, str]] = field(default_factory=list)
    unmapped: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    misnamed: list[tuple[str, str, str]] = field(default_factory=list)

    def lines(self) -> list[str]:
        """What to tell the instructor."""
        said = [f"taken: {student} ({name})" for student, name in self.taken]
        said += [f"already here: {student} ({name})" for student, name in self.unchanged]
        said += [f"older than what is here, kept in earlier/: {student} ({name})" for student, name in self.older]
        said += [f"NOT MAPPED to a student: {name}; kept as {kept}" for name, kept in self.unmapped]
        said += [f"REFUSED: {name}: {why}" for name, why in self.refused]
        said += [f"LOOK AT: {student} ({name}) bears the name of {unit}" for student, name, unit in self.misnamed]
        students = len({s for s, _ in self.taken})
        said.append(
            f"{counted(students, 'student')} taken in, {counted(len(self.unchanged), 'file')} unchanged, "
            f"{len(self.unmapped)} not mapped, {len(self.refused)} refused."
        )
        return said

    def advice(self, unit: str) -> list[str]:
        """What to do about files that were not taken in, a sentence each."""
        said = []
        if self.unmapped:
            folder = Path(self.unmapped[0][1]).parents[1].as_posix()
            said.append(
                f"Not mapped: no student on your list has such a name. Rename each folder in {folder} to the student's id, "
                f"then 'course collect {unit} {folder}'. ('course students FILE.csv' adds students.)"
            )
        if self.misnamed:
            said.append(
                f"Named after another unit: was it meant for {unit}? 'course collect {self.misnamed[0][2]} PATH' takes it in there."
            )
        if self.refused:
            said.append("Refused: nothing was taken from these. Ask the students for the notebook file itself.")
        return said


def _find(whose: str, people: list[Person]) -> str | None:
    """The one student on the roster whom the name fits, one's very id before all; with an empty roster the name itself."""
    if not people or student_id_of(whose) in (p.id for p in people):
        return student_id_of(whose)
    fits = [p.id for p in people if fold(whose) in p.keys]
    return fits[0] if len(fits) == 1 else None


def _file_name(name: str, unit: str, alone: bool) -> str:
    """Canvas adds '-1' to a second upload, browsers ' (1)': the assignment's notebook gets its own name back."""
    path = PurePosixPath(name)
    if path.suffix == ".ipynb" and (alone or _bears(path.stem, unit)):
        return f"{unit}.ipynb"
    return student_id_of(name)


def _bears(stem: str, unit: str) -> bool:
    return re.fullmatch(rf"{re.escape(unit)}[-_ ]?\(?\d*\)?", stem) is not None


def _of_another(each: Incoming, unit: str, others: list[str]) -> str | None:
    """The unit whose name a notebook bears, where it is another one than it was handed in for."""
    path = PurePosixPath(each.name)
    if path.suffix != ".ipynb" or _bears(path.stem, unit):
        return None
    return next((other for other in others if _bears(path.stem, other)), None)


def _store(course: Course, unit: str, student: str, files: list[Incoming], result: Collected) -> None:
    """One student's files into submitted/<student>/<unit>/; what was there before goes to earlier/."""
    target = course.submitted / student / unit
    notebooks = [f for f in files if f.name.endswith(".ipynb")]
    sources = {p.name for p in (course.source / unit).glob("*.ipynb")} or {f"{unit}.ipynb"}
    alone = len({f.name for f in notebooks}) == 1 and sources == {f"{unit}.ipynb"}
    newest: dict[str, Incoming] = {}
    oldest_first = sorted(files, key=lambda f: f.when or dt.datetime.min.replace(tzinfo=dt.UTC))
    for each in oldest_first:
        newest[_file_name(each.name, unit, alone and each in notebooks)] = each
    same = target.is_dir() and all(
        (target / name).is_file() and (target / name).read_bytes() == f.read() for name, f in newest.items()
    )
    if same:
        result.unchanged += [(student, f.origin) for f in newest.values()]
        return
    times = [f.when for f in newest.values() if f.when is not None]
    stamp = f"{max(times):%Y-%m-%d %H:%M:%S} UTC" if times else ""
    with tempfile.TemporaryDirectory(dir=course.submitted.parent, prefix=".incoming-") as place:
        fresh = Path(place) / unit  # whole, before anything that is here is touched
        _write(fresh, newest, stamp)
        if target.exists() and stamp and stamp < attempts.stamp_of(target):
            kept = attempts.earlier_folder(course, unit, student) / attempts.digest_of(fresh)
            told = result.older
        else:
            if target.exists():
                attempts.put_aside(course, unit, student)
            kept, told = target, result.taken
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            fresh.replace(kept)
    told += [(student, each.origin) for each in newest.values()]


def _write(target: Path, files: dict[str, Incoming], stamp: str) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name, each in files.items():
        (target / name).write_bytes(each.read())
    if stamp:
        (target / TIMESTAMP).write_text(stamp, encoding="utf-8")


def collect(course: Course, unit: str, path: Path) -> Collected:
    """Take in a folder or a zip for one unit.

    raises BadSubmission when there is no such folder or zip, or when it holds nothing; then nothing was taken in
    """
    result = Collected()
    place = course.submitted.parent
    place.mkdir(parents=True, exist_ok=True)
    people = roster(course)
    by_student: dict[str, list[Incoming]] = {}
    with tempfile.TemporaryDirectory(dir=place, prefix=".incoming-") as folder:
        incoming = [
            _kept(each, Path(folder) / str(number)) for number, each in enumerate(files_of(path, result.refused))
        ]
        if not incoming and not result.refused:
            raise BadSubmission(
                f"{path} holds no files. Name the folder of notebooks, or the zip from Canvas or Moodle."
            )
        for each in incoming:
            student = _find(each.whose, people)
            if student is None:
                with _refusing([each], result):
                    _keep_unmapped(course, unit, each, result)
            else:
                by_student.setdefault(student, []).append(each)
        others = [other for other in course.units if other != unit]
        for student, files in by_student.items():
            with _refusing(files, result):
                _store(course, unit, student, files, result)
                named = [(each.origin, _of_another(each, unit, others)) for each in files]
                result.misnamed += [(student, origin, other) for origin, other in named if other]
    return result


@contextmanager
def _refusing(files: list[Incoming], result: Collected) -> Iterator[None]:
    """Files whose names this system cannot take are refused, and the rest of the class is taken in."""
    try:
        yield
    except OSError as error:
        if error.errno not in NAME_ERRORS:  # a full disk, say: that is nothing of these files'
            raise
        result.refused += [(each.origin, f"it cannot be kept here ({error.strerror})") for each in files]


def _kept(each: Incoming, path: Path) -> Incoming:
    path.write_bytes(each.content)
    return replace(each, content=b"", kept=path)


def _keep_unmapped(course: Course, unit: str, each: Incoming, result: Collected) -> None:
    kept = course.submitted.parent / "unmapped" / unit / student_id_of(each.whose) / student_id_of(each.name)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(each.read())
    if each.when is not None:  # collected from there, it is as late as it was
        os.utime(kept, (each.when.timestamp(), each.when.timestamp()))
    result.unmapped.append((each.origin, kept.relative_to(course.root).as_posix()))
