"""What came in? Every file of a folder, a notebook or a learning platform's zip, and whose it says that it is.

Paths that lead elsewhere, links, locked or damaged entries and bombs are refused, each with its reason. A timestamp.txt is
left out: when something was handed in says whoever took it, not the student. Not here: who on the roster is meant, and
where a file is kept (see collect).
"""

from __future__ import annotations

import datetime as dt
import io
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from coursekit.errors import BadSubmission
from coursekit.intake import TIMESTAMP

MAX_FILE_MB = 50
MAX_NAME_BYTES = 200  # file systems take 255, and endings may be added
MAX_ARCHIVE_MB, MAX_FILES = 2000, 20_000  # of a class
MAX_INNER_MB, MAX_INNER_FILES = 200, 1000  # of one student's zip inside it
ENCRYPTED = 0x1  # a bit in the flags of a zip's entry
CANVAS = re.compile(r"^(?P<student>[^_]+)_(?P<late>LATE_)?\d+_\d+_(?P<file>.+)$")
MOODLE = re.compile(r"^(?P<student>.+?)_\d+_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)$")
Refused = list[tuple[str, str]]  # file, reason


@dataclass(frozen=True)
class Incoming:
    """One file as it came: who it says it is from, its name, content, and when it was handed in (None: not readable).

    kept    where the content lies while a class is taken in, so that a large class needs no large memory
    """

    whose: str
    name: str
    content: bytes
    when: dt.datetime | None
    origin: str
    kept: Path | None = None

    def read(self) -> bytes:
        return self.content if self.kept is None else self.kept.read_bytes()


def files_of(path: Path, refused: Refused) -> Iterator[Incoming]:
    """Every file of a folder or a zip, or the one notebook; what cannot be taken is added to refused.

    raises  BadSubmission where there is no such folder, notebook or zip
    """
    if path.is_dir():
        return _from_folder(path, refused)
    if path.is_file() and path.suffix.lower() == ".ipynb":
        return _named(path.name, path.read_bytes(), _written(path), path.parent.name, refused, depth=0)
    if path.is_file():
        return _from_zip(path, path.name, refused)
    raise BadSubmission(
        f"There is no folder or file {path}. Name the folder of notebooks, or the zip from Canvas or Moodle."
    )


def _written(path: Path) -> dt.datetime:
    """When a file was last written: for a file that came alone that is when it was handed in, as far as is known."""
    return dt.datetime.fromtimestamp(int(path.stat().st_mtime), tz=dt.UTC)


def _utc(moment: tuple[int, int, int, int, int, int]) -> dt.datetime | None:
    try:
        return dt.datetime(*moment, tzinfo=dt.UTC)
    except ValueError:
        return None


def _unsafe(info: zipfile.ZipInfo) -> str | None:
    """Why an entry of an archive is not unpacked; None when it may be."""
    path = PurePosixPath(info.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"^[A-Za-z]:", info.filename):
        return "its path leads out of the archive"
    if not path.parts:
        return "it has no name"
    as_kept = unicodedata.normalize("NFC", str(path)).encode("utf-8", "surrogatepass")
    if any(len(part) > MAX_NAME_BYTES for part in as_kept.split(b"/")):
        return f"its name is longer than {MAX_NAME_BYTES} bytes"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a symbolic link"
    if info.flag_bits & ENCRYPTED:
        return "it is locked with a password"
    if info.file_size > MAX_FILE_MB * 2**20:
        return f"it is larger than {MAX_FILE_MB} MB when unpacked"
    return None


def _from_zip(archive: Path | io.BytesIO, label: str, refused: Refused, depth: int = 0) -> Iterator[Incoming]:
    """Files of an archive. Zips inside it (what 'course submit' makes) are opened once, and no deeper."""
    try:
        opened = zipfile.ZipFile(archive)
    except Exception as error:  # zipfile raises many kinds for damaged archives
        raise BadSubmission(
            f"{label} is neither a notebook (.ipynb) nor a zip file that can be opened ({error}). Download it again."
        ) from error
    most_mb, most_files = (MAX_INNER_MB, MAX_INNER_FILES) if depth else (MAX_ARCHIVE_MB, MAX_FILES)
    with opened:
        entries = [i for i in opened.infolist() if not i.is_dir()]
        if len(entries) > most_files or sum(i.file_size for i in entries) > most_mb * 2**20:
            raise BadSubmission(
                f"{label} would unpack to more than {most_files} files or {most_mb} MB. "
                + ("Ask for the notebook alone." if depth else "Collect it in parts.")
            )
        for info in entries:
            if info.filename.startswith("__MACOSX/"):
                continue
            why = _unsafe(info)
            if why is not None:
                refused.append((f"{label}/{info.filename}", why))
                continue
            try:
                with opened.open(info) as stream:
                    content = stream.read(MAX_FILE_MB * 2**20 + 1)
            except Exception as error:  # zipfile raises many kinds for damaged entries
                refused.append((f"{label}/{info.filename}", f"it is damaged ({error})"))
                continue
            if len(content) > MAX_FILE_MB * 2**20:
                refused.append((f"{label}/{info.filename}", f"it is larger than {MAX_FILE_MB} MB when unpacked"))
                continue
            yield from _named(info.filename, content, _utc(info.date_time), label, refused, depth)


def _named(
    path: str, content: bytes, when: dt.datetime | None, label: str, refused: Refused, depth: int
) -> Iterator[Incoming]:
    """Whose file it is, from its path: Canvas's and Moodle's patterns, a folder a student, or the file's own name."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    name, folder = parts[-1], parts[0] if len(parts) > 1 else ""
    whose, file = "", name
    for pattern, text in ((MOODLE, folder), (MOODLE, name), (CANVAS, name)):
        match = pattern.match(text)
        if match:
            whose, file = match["student"], (match["file"] or name) if text == name else name
            break
    else:
        whose = folder or PurePosixPath(name).stem
    if file.lower().endswith(".zip") and depth == 0:
        try:
            inner = list(_from_zip(io.BytesIO(content), f"{label}/{path}", refused, depth=1))
        except BadSubmission as error:
            refused.append((f"{label}/{path}", str(error)))
            return
        for each in inner:
            yield Incoming(whose, PurePosixPath(each.name).name, each.content, when, f"{label}/{path}/{each.name}")
        return
    if file.strip().casefold() != TIMESTAMP:
        yield Incoming(whose, file, content, when, f"{label}/{path}")


def _from_folder(folder: Path, refused: Refused) -> Iterator[Incoming]:
    """Files of a folder; links are refused, because they may lead anywhere."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder).as_posix()
        if path.is_symlink():
            refused.append((relative, "it is a symbolic link"))
        elif path.is_file() and not path.name.startswith("."):
            if ".ipynb_checkpoints" in path.parts:
                continue
            if path.stat().st_size > MAX_FILE_MB * 2**20:
                refused.append((relative, f"it is larger than {MAX_FILE_MB} MB"))
                continue
            yield from _named(relative, path.read_bytes(), _written(path), folder.name, refused, depth=0)
