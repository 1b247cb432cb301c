"""What must not leave with a released notebook, taken out by whichever tool releases it.

nbgrader_config.py names this class, so that nbgrader's own commands and panels strip as 'course release' does.
"""

from __future__ import annotations

from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from coursekit.notebooks import STAMP


class StripForStudents(Preprocessor):
    """Removes rubrics from cell metadata, and the stamp's hash, which no longer fits once answers are taken out."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        for cell in nb.cells:
            cell.metadata.pop("rubric", None)
        nb.metadata.get(STAMP, {}).pop("cells_sha256", None)
        return nb, resources
