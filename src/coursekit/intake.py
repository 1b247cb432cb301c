"""What did the student hand in?

A folder in, its files out; a notebook's bytes in, plain cells out, whatever editor and encoding they come from. What was
left out or put right is told in a sentence.

Not here: which cell is which (recognise), archives of a learning platform (incoming).
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from coursekit.errors import BadSubmission

Cell = dict[str, Any]
TIMESTAMP = "timestamp.txt"  # nbgrader's: when a folder was handed in, as '2027-02-01 17:00:00 UTC'
NOTEBOOK_BYTES_MAX = 160 * 1024 * 1024  # outputs of 100 MB are odd and honest
OTHER_BYTES_MAX = 60 * 1024 * 1024  # of all other files together; they travel into the student's world
FOLDER_BYTES_MAX = 320 * 1024 * 1024
FILES_MAX = 2_000
STAMP_BYTES_MAX = 1_000
NOTES_MAX = 20
CELLS_MAX = 5_000


# ---- the folder ----


@dataclass
class Handed:
    """A submission's folder: its notebooks and other files, and what was odd about it."""

    notebooks: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def read_folder(folder: Path, expected: list[str], instructors: Iterable[str] = ()) -> Handed:
    """Read a submission folder without following links or leaving it.

    expected     names of the assignment's notebooks, without .ipynb
    instructors  paths of the instructor's files: a file that cannot lie beside these is left out
    """
    handed = Handed()
    found: dict[str, bytes] = {}
    total = others = 0
    for path, relative in walk(folder, handed.notes):
        size = path.lstat().st_size
        is_notebook = relative.endswith(".ipynb")
        too_large = size > NOTEBOOK_BYTES_MAX if is_notebook else others + size > OTHER_BYTES_MAX
        if too_large or total + size > FOLDER_BYTES_MAX or len(found) >= FILES_MAX:
            handed.notes.append(f"The file '{relative}' ({size:,} bytes) was left out: the submission is too large.")
            continue
        total += size
        others += 0 if is_notebook else size
        try:
            found[relative] = path.read_bytes()
        except OSError as error:
            handed.notes.append(f"The file '{relative}' could not be read ({error.strerror}).")
    _leave_out_clashes(found, [*instructors, *(f"{notebook}.ipynb" for notebook in expected)], handed.notes)
    if len(handed.notes) > NOTES_MAX:
        more = len(handed.notes) - NOTES_MAX
        handed.notes[NOTES_MAX:] = [f"So were {more:,} more files."]
    loose = [name for name in found if name.endswith(".ipynb")]
    for notebook in expected:
        name = _find_notebook(notebook, loose, found, alone=len(expected) == 1)
        if name is None:
            handed.missing.append(notebook)
            continue
        if name != f"{notebook}.ipynb":
            handed.notes.append(f"'{name}' was taken for '{notebook}.ipynb'.")
        handed.notebooks[notebook] = found[name]
        loose.remove(name)
    handed.files = {name: data for name, data in found.items() if not name.endswith(".ipynb")}
    handed.files.pop(TIMESTAMP, None)
    return handed


def _leave_out_clashes(found: dict[str, bytes], instructors: list[str], notes: list[str]) -> None:
    """Take out a file where the instructor has a folder, and one in a folder where the instructor has a file."""
    folders = {folder.as_posix(): name for name in instructors for folder in PurePosixPath(name).parents}
    for name in [name for name in found if not name.endswith(".ipynb")]:
        above = [folder.as_posix() for folder in PurePosixPath(name).parents]
        theirs = folders.get(name) or next((file for file in instructors if file in above), None)
        if theirs:
            del found[name]
            notes.append(f"The file '{name}' was left out: it cannot lie beside the instructor's '{theirs}'.")


def read_stamp(folder: Path) -> bytes | None:
    """What the timestamp.txt of a folder says, cut where no time goes on; None where there is no such plain file."""
    path = folder / TIMESTAMP
    if path.is_symlink() or not path.is_file():
        return None
    try:
        with open(path, "rb") as file:
            return file.read(STAMP_BYTES_MAX)
    except OSError:
        return b""


def walk(folder: Path, notes: list[str]) -> Iterable[tuple[Path, str]]:
    """Plain files below folder, sorted; links, pipes and devices are named in notes and left out."""
    if folder.is_symlink():
        notes.append("The submission is a link to another place; nothing behind it was read.")
        return
    for place, folders, files in os.walk(folder, followlinks=False):
        folders.sort()
        for name in list(folders):
            if (Path(place) / name).is_symlink():
                notes.append(f"'{name}' is a link to another place and was left out.")
                folders.remove(name)
            elif name in (".ipynb_checkpoints", "__pycache__", ".git"):
                folders.remove(name)
        for name in sorted(files):
            path = Path(place) / name
            relative = path.relative_to(folder).as_posix()
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode):
                yield path, relative
            else:
                notes.append(f"'{relative}' is a link or not a plain file and was left out.")


def _find_notebook(notebook: str, loose: list[str], found: dict[str, bytes], alone: bool) -> str | None:
    """The file that is this notebook: by name, by nearly its name, or the only one there is."""
    exact = f"{notebook}.ipynb"
    if exact in loose:
        return exact
    plain = _plain_name(notebook)
    near = [name for name in loose if _plain_name(name).startswith(plain) or plain in _plain_name(name)]
    if near:
        return max(near, key=lambda name: len(found[name]))
    if alone and loose:
        return max(loose, key=lambda name: (b'"nbgrader"' in found[name], len(found[name])))
    return None


def _plain_name(name: str) -> str:
    return "".join(c for c in Path(name).stem.lower() if c.isalnum())


# ---- the notebook ----


def parse(data: bytes) -> tuple[dict[str, Any], list[str]]:
    """A notebook as a dict with a list of plain cells, and notes; BadSubmission where there is none in the bytes."""
    notes: list[str] = []
    if not data.strip():
        raise BadSubmission("The notebook file is empty. Ask the student to hand it in again.")
    try:
        nb = json.loads(_decode(data, notes))
    except (ValueError, RecursionError) as error:
        raise BadSubmission(
            f"The notebook file is not JSON ({str(error)[:80]}). Ask the student to hand in the .ipynb file itself."
        ) from error
    if isinstance(nb, dict) and "cells" not in nb and isinstance(nb.get("worksheets"), list):
        nb = _upgrade(nb, notes)
    if not isinstance(nb, dict) or not isinstance(nb.get("cells"), list):
        raise BadSubmission("The file is JSON but not a notebook: it has no list of cells.")
    if len(nb["cells"]) > CELLS_MAX:
        raise BadSubmission(f"The notebook has {len(nb['cells']):,} cells; at most {CELLS_MAX:,} are read.")
    nb["cells"] = [cell for cell in map(_plain_cell, nb["cells"]) if cell is not None]
    if not isinstance(nb.get("metadata"), dict):
        nb["metadata"] = {}
    return nb, notes


def _decode(data: bytes, notes: list[str]) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        notes.append("The file began with a byte-order mark, which was taken off.")
        data = data[3:]
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        notes.append("The file was written as UTF-16 and was read as such.")
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        notes.append("The file was not UTF-8; it was read as Windows-1252, so some letters may be wrong.")
        return data.decode("cp1252", errors="replace")


def _upgrade(nb: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    """A notebook of format 3 or older."""
    import nbformat

    try:
        newer = nbformat.reads(json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, **nb}), as_version=4)
    except Exception as error:
        raise BadSubmission(f"The notebook has an old format that cannot be read ({error}).") from error
    notes.append("The notebook had an older format, which was brought up to date.")
    upgraded: dict[str, Any] = json.loads(json.dumps(newer))
    return upgraded


def _plain_cell(cell: Any) -> Cell | None:
    """The parts of a cell that count; outputs and execution counts are dropped, as nbgrader does."""
    if not isinstance(cell, dict):
        return None
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        return None
    kind = cell.get("cell_type")
    metadata = cell.get("metadata")
    plain: Cell = {
        "cell_type": kind if kind in ("code", "markdown", "raw") else "raw",
        "metadata": metadata if isinstance(metadata, dict) else {},
        "source": source.encode("utf-8", "replace").decode("utf-8"),
    }
    if isinstance(cell.get("id"), str):
        plain["id"] = cell["id"]
    return plain
