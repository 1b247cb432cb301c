"""An answer that quotes from the documents is graded like any other: the walls let student code read them."""

from pathlib import Path

import pytest

from coursekit.course import find_course
from coursekit.notebooks import build_notebook, dump
from coursekit.worlds.single import run_checks

ROOT = Path(__file__).resolve().parents[3]
NOTEBOOK = """# A unit

```{code-cell}
---
nbgrader: {schema_version: 3, grade: false, grade_id: tools, locked: true, solution: false, task: false}
---
from tipcourse.sources import quote
```

```{code-cell}
---
nbgrader: {schema_version: 3, grade: false, grade_id: words, locked: false, solution: true, task: false}
---
### BEGIN SOLUTION
words = quote("interview", "This is troubling.").words
### END SOLUTION
```

```{code-cell}
---
nbgrader: {schema_version: 3, grade: true, grade_id: words-check, locked: true, points: 1, solution: false, task: false}
---
assert words == "This is troubling."
```
"""


@pytest.mark.walls
def test_student_code_can_quote(tmp_path):
    source = tmp_path / "unit.ipynb"
    source.write_bytes(dump(build_notebook(NOTEBOOK, "unit.md")))
    result = run_checks(source, source, include_hidden=True, config=find_course(ROOT).config)
    assert result["words-check"].state == "right", result["words-check"].message
