"""Where is the course, and which units has it?

A course is a folder with an nbgrader_config.py. Folder names come from that file, so that every command and
nbgrader itself agree on them.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from coursekit.errors import CourseKitError, CourseNotFound, UnknownUnit, did_you_mean

if TYPE_CHECKING:
    from traitlets.config import Config

CONFIG_NAME = "nbgrader_config.py"

# nbgrader starts 'alembic' by name when it makes a gradebook; it lies beside the Python that runs this.
_SCRIPTS = str(Path(sys.executable).parent)
if _SCRIPTS not in os.environ.get("PATH", "").split(os.pathsep):
    os.environ["PATH"] = os.pathsep.join([_SCRIPTS, os.environ.get("PATH", "")])


@dataclass(frozen=True)
class Course:
    """A course folder. Paths are absolute; nothing is created by asking."""

    root: Path

    @cached_property
    def config(self) -> Config:
        """nbgrader_config.py as traitlets reads it, with CourseDirectory.root set."""
        from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

        try:
            config = PyFileConfigLoader(CONFIG_NAME, path=str(self.root)).load_config()
        except ConfigFileNotFound as error:
            raise CourseNotFound(f"No {CONFIG_NAME} in {self.root}. Run the command inside a course folder.") from error
        except Exception as error:
            raise CourseKitError(
                f"{self.root / CONFIG_NAME} could not be read ({type(error).__name__}: {error}). Mend that file first."
            ) from error
        config.CourseDirectory.root = str(self.root)
        return config

    def _folder(self, trait: str, default: str) -> Path:
        return self.root / str(self.config.CourseDirectory.get(trait, default))

    @property
    def source(self) -> Path:
        """Instructor notebooks with answers (nbgrader's source)."""
        return self._folder("source_directory", "source")

    @property
    def release(self) -> Path:
        """Student notebooks without answers (nbgrader's release)."""
        return self._folder("release_directory", "release")

    @property
    def submitted(self) -> Path:
        return self._folder("submitted_directory", "submitted")

    @property
    def autograded(self) -> Path:
        return self._folder("autograded_directory", "autograded")

    @property
    def feedback(self) -> Path:
        return self._folder("feedback_directory", "feedback")

    @property
    def manuscript(self) -> Path:
        """Text from which the notebooks are built; absent in a course that has only notebooks."""
        return self.root / "manuscript"

    @property
    def lessons(self) -> Path:
        return self.root / "course"

    @property
    def work(self) -> Path:
        """A learner's own copies."""
        return self.root / "work"

    @property
    def units(self) -> list[str]:
        """Assignment names, sorted: every folder in source, release or the manuscript's assignments, or in work."""
        places = [self.source, self.release, self.manuscript / "assignments", self.work / "assignments"]
        found = {
            entry.name
            for place in places
            if place.is_dir()
            for entry in place.iterdir()
            if entry.is_dir() and not entry.name.startswith((".", "_"))
        }
        return sorted(found)

    def unit(self, name: str) -> str:
        """The full unit name for '3-tiers', 'tiers', '3' or a path that ends so; UnknownUnit with near names otherwise."""
        units = self.units
        name = re.split(r"[/\\]", name.rstrip("/\\"))[-1].removesuffix(".ipynb")
        if name in units:
            return name
        short = [u for u in units if name.lower() in (u.lower(), u.split("-", 1)[0], u.split("-", 1)[-1].lower())]
        if len(short) == 1:
            return short[0]
        if not units:
            raise UnknownUnit(f"{self.root} has no units yet, so there is no '{name}'. Run 'course build' first.")
        parts = units + [u.split("-", 1)[-1] for u in units]
        raise UnknownUnit(f"No unit '{name}'.{did_you_mean(name, parts)} The units are: {', '.join(units)}.")


def find_course(start: Path | str | None = None) -> Course:
    """The course at or above start (default: the current folder); CourseNotFound where there is none."""
    here = Path(start) if start is not None else Path.cwd()
    here = here.resolve()
    for folder in (here, *here.parents):
        if (folder / CONFIG_NAME).is_file():
            return Course(folder)
    raise CourseNotFound(
        f"No {CONFIG_NAME} in {here} or above it. Go to the course folder (cd), or name it with --course-dir."
    )
