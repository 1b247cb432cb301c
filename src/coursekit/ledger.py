"""What has been graded already?

One small file for each submission, written before and after the gradebook: a run that is cut off at any moment leaves
files from which the next run goes on. A result that was written down but not yet put into the gradebook is put there
without grading again; what was finished is not touched.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from coursekit.errors import CourseKitError

KEPT = ("fingerprint", "handed", "row", "walls", "graded_at", "failed_of", "failed_runs")
NAME_CHARS_MAX = 180  # file systems take 255 bytes, and endings are added


class Ledger:
    """The records of one assignment, below folder.

    <student>.pending   a whole result, not yet in the gradebook
    <student>.json      the row of a submission that is in the gradebook and in autograded/, what stands for the files that
                        were handed in, when it was graded (UTC) and the walls that stood around its code (null: no code
                        ran). A fingerprint of "" fits nothing: the grading itself failed, and the next run tries again.
                        failed_of is then the state in which it failed, failed_runs the number of runs in which it did
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with _room():
            folder.mkdir(parents=True, exist_ok=True)
            for half in folder.glob("*.half"):
                half.unlink()

    def row(self, student: str, fingerprint: str, target: Path) -> dict[str, Any] | None:
        """The row of a submission that was graded in exactly this state and is in place at target, or waits to be put
        there; None otherwise."""
        for kind in ("pending", "json"):
            record = _read(self._file(student, kind))
            if (
                record is not None
                and record.get("fingerprint") == fingerprint
                and (kind == "pending" or target.is_dir())
            ):
                row: dict[str, Any] = record["row"]
                return row
        return None

    def failed_runs(self, student: str, fingerprint: str) -> int:
        """In how many runs the grading itself failed on a submission in exactly this state."""
        record = _read(self._file(student, "json")) or {}
        return int(record.get("failed_runs") or 0) if record.get("failed_of") == fingerprint else 0

    def records(self) -> Iterator[dict[str, Any]]:
        """The record of every finished submission, in order of student."""
        for path in sorted(self._folder.glob("*.json")):
            record = _read(path)
            if record is not None:
                yield record

    def rows(self) -> Iterator[dict[str, Any]]:
        """Every finished row, in order of student."""
        return (record["row"] for record in self.records())

    def pending(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Results that an earlier run left behind: student and record."""
        for path in sorted(self._folder.glob("*.pending")):
            record = _read(path)
            if record is None:
                path.unlink()
            else:
                yield str(record["row"]["student"]), record

    def write_down(self, student: str, record: dict[str, Any]) -> None:
        """Before the gradebook is touched."""
        write_whole(self._file(student, "pending"), record)

    def finish(self, student: str, record: dict[str, Any]) -> None:
        """After the gradebook and autograded/ are written."""
        write_whole(self._file(student, "json"), {key: record.get(key) for key in KEPT})
        self._file(student, "pending").unlink(missing_ok=True)

    def _file(self, student: str, kind: str) -> Path:
        name = quote(student, safe=" ")
        if len(name) > NAME_CHARS_MAX:  # a Chinese character takes nine
            name = f"{name[:NAME_CHARS_MAX]}-{hashlib.sha256(student.encode()).hexdigest()[:16]}"
        return self._folder / f"{name}.{kind}"


def _read(path: Path) -> dict[str, Any] | None:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) and "row" in record else None


def write_whole(path: Path, told: dict[str, Any]) -> None:
    """Either the whole file or none: written beside, brought to the disk, then renamed."""
    half = path.with_name(path.name + ".half")
    with _room():
        with open(half, "w", encoding="utf-8", errors="replace") as file:
            json.dump(told, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)


def put_folder(target: Path, files: dict[str, bytes], mode: int) -> None:
    """Put a folder in place as a whole: never half of it, never a mix of old and new."""
    fresh = target.parent / f".{target.name}.new"
    with _room():
        _remove(fresh)
        fresh.mkdir(parents=True)
        for name, data in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            path.chmod(mode)
        _remove(target)
        fresh.replace(target)


def _remove(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


class _room:
    """A full disk, as a sentence."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise CourseKitError(
                f"A file could not be written ({error.strerror}: {error.filename}). Nothing that was graded is lost: make "
                "room or mend the permissions, and run the same command again."
            ) from error
