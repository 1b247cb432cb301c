"""Zip files as a learning platform gives them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

DAY = (2026, 3, 4, 5, 6, 8)  # of every entry, so that the bytes, which stand in the names of tests, are always the same


def zipped(path: Path | io.BytesIO, content: dict[str, bytes]) -> None:
    """Write an archive of these files to a path or into memory."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(zipfile.ZipInfo(name, DAY), data, zipfile.ZIP_DEFLATED)


def zip_of(content: dict[str, bytes]) -> bytes:
    """An archive as bytes."""
    made = io.BytesIO()
    zipped(made, content)
    return made.getvalue()
