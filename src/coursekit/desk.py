"""A learner's own desk: copies of lessons and assignments in work/, brought up to date without losing anything.

A copy that the learner has not changed follows the course. A changed one is never touched: the learner is told, and
'course reset' takes the new version and keeps the old one beside it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from coursekit import notebooks
from coursekit.course import Course
from coursekit.errors import BadManuscript, BadSubmission, CourseKitError

MANIFEST = ".copied.json"


@dataclass(frozen=True)
class Update:
    """What bringing up to date did: paths inside work/."""

    new: list[str]
    updated: list[str]
    kept: list[str]

    def sentences(self) -> list[str]:
        """What a learner should know, a line each; empty when there is nothing to say."""
        said = []
        if self.updated:
            said.append(f"Brought up to date: {', '.join(self.updated)}.")
        for path in self.kept:
            way = (
                f"'course reset {Path(path).stem}' takes the new one and keeps yours beside it."
                if path.startswith("assignments/")
                else "rename yours, and 'course lab' brings the new one."
            )
            said.append(f"{path} has changed in the course. Your copy has your work and was kept as it is; {way}")
        return said


def _fingerprint(path: Path) -> str:
    """What a learner would call the content: cells of a notebook, bytes of anything else."""
    if path.suffix == ".ipynb":
        try:
            return notebooks.cells_hash(notebooks.load(path))
        except BadManuscript:
            pass  # a notebook that cannot be read counts as changed by its bytes
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _wanted(course: Course) -> dict[str, Path]:
    """Path inside work/ -> the course's own file."""
    files = {f"course/{p.name}": p for p in sorted(course.lessons.glob("*.ipynb"))}
    for path in sorted(course.release.rglob("*")):
        if path.is_file() and ".ipynb_checkpoints" not in path.parts:
            files[f"assignments/{path.relative_to(course.release).as_posix()}"] = path
    return files


def _copied_beside(source: Path, target: Path) -> Path:
    """A whole copy of source beside target, to take its place in one step; on a full disk nothing is left behind."""
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(target.name + ".new")
    try:
        shutil.copyfile(source, new)
    except OSError:
        new.unlink(missing_ok=True)
        raise
    return new


def _manifest(course: Course) -> dict[str, str]:
    """Path inside work/ -> fingerprint of what was copied. A lost or damaged file means: nothing is known, keep all."""
    try:
        told = json.loads((course.work / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _write_manifest(course: Course, manifest: dict[str, str]) -> None:
    fresh = (course.work / MANIFEST).with_suffix(".new")
    fresh.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(fresh, course.work / MANIFEST)


def update(course: Course) -> Update:
    """Copy what is new, renew what the learner has not changed, keep what the learner has changed."""
    files = _wanted(course)
    if not files:
        raise CourseKitError(f"{course.root} has no built notebooks yet. Run 'course build' first.")
    course.work.mkdir(exist_ok=True)
    manifest = _manifest(course)
    new, updated, kept = [], [], []
    for name, source in files.items():
        target, wanted = course.work / name, _fingerprint(source)
        if not target.exists():
            new.append(name)
        elif _fingerprint(target) == wanted:
            manifest[name] = wanted
            continue
        elif _fingerprint(target) == manifest.get(name) or target.name == "help.json":  # nobody's work
            updated.append(name)
        else:
            if manifest.get(name) != wanted:
                kept.append(name)
            continue
        os.replace(_copied_beside(source, target), target)
        manifest[name] = wanted
    _write_manifest(course, manifest)
    return Update(new, updated, kept)


def notebook(course: Course, unit: str) -> Path:
    """The learner's notebook of a unit; copied from the course when there is none yet."""
    path = course.work / "assignments" / unit / f"{unit}.ipynb"
    if not path.is_file():
        update(course)
    if not path.is_file():
        raise CourseKitError(f"Unit '{unit}' has no notebook in {course.release}. Run 'course build' first.")
    return path


def kept_beside(path: Path, now: dt.datetime) -> Path:
    """Where an old notebook is kept: a name that is still free, however quickly one command follows another."""
    name = f"{path.stem}.before-{now:%Y-%m-%d-%H%M%S}"
    tried = (path.with_name(f"{name}{number}.ipynb") for number in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(place for place in tried if not place.exists())


def reset(course: Course, unit: str, now: dt.datetime) -> tuple[Path, Path]:
    """Put a fresh copy of the unit's assignment in place; returns (the fresh one, where the old one is kept)."""
    path = notebook(course, unit)
    release = course.release / unit / path.name
    if not release.is_file():
        raise CourseKitError(f"There is no fresh copy: {release} does not exist. Run 'course build' first.")
    new, kept = _copied_beside(release, path), kept_beside(path, now)
    os.replace(path, kept)
    os.replace(new, path)
    update(course)  # remembers what was copied
    return path, kept


@dataclass(frozen=True)
class Receipt:
    """What was handed in, when, and a checksum by which both sides can see that it is the same file."""

    unit: str
    file: Path
    handed_in: str
    sha256: str
    exchange: bool

    def text(self) -> str:
        how = (
            "It is in the class's exchange." if self.exchange else "Upload this one file where your course asks for it."
        )
        return f"Unit:      {self.unit}\nFile:      {self.file}\nHanded in: {self.handed_in}\nsha256:    {self.sha256}\n{how}"


def submit(course: Course, unit: str, now: dt.datetime, exchange: Path | None = None) -> Receipt:
    """Hand in: through the exchange where there is one, else as one zip file to upload; a receipt either way."""
    path = notebook(course, unit)
    try:
        notebooks.load(path)  # a file that is no notebook is refused here, not by the instructor
    except BadManuscript as error:
        raise BadSubmission(
            f"{path} is not a notebook that can be read. 'course repair {unit}' puts it right if that can be done; "
            f"'course reset {unit}' takes a fresh copy and keeps this file."
        ) from error
    out = course.work / "submitted" / f"{unit}-{now:%Y-%m-%d-%H%M%S}.zip"
    _zip(path, out)
    if exchange is not None:
        _submit_to_exchange(course, unit, path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    receipt = Receipt(unit, out, f"{now:%Y-%m-%d %H:%M:%S %Z}".strip(), sha256, exchange is not None)
    out.with_suffix(".receipt.txt").write_text(receipt.text() + "\n", encoding="utf-8")
    return receipt


def _zip(path: Path, out: Path) -> None:
    """The file to upload, whole or not there at all."""
    out.parent.mkdir(parents=True, exist_ok=True)
    new = out.with_name(out.name + ".new")
    try:
        with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(path, path.name)
        os.replace(new, out)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def _submit_to_exchange(course: Course, unit: str, path: Path) -> None:
    """nbgrader's own submit, run where the learner's copy lies."""
    import copy

    from nbgrader.apps import NbGraderAPI
    from nbgrader.exchange import ExchangeFactory

    config = copy.deepcopy(course.config)
    config.CourseDirectory.assignment_id = unit
    config.Exchange.assignment_dir = str(path.parents[1])
    api = NbGraderAPI(config=config)
    factory = ExchangeFactory(config=config)
    here = Path.cwd()
    os.chdir(path.parents[1])
    try:
        factory.Submit(coursedir=api.coursedir, authenticator=api.authenticator, config=config).start()
    except (Exception, SystemExit) as error:
        raise CourseKitError(
            f"The exchange did not take '{unit}' ({error}). The zip file in work/submitted/ is whole."
        ) from error
    finally:
        os.chdir(here)
