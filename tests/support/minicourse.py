"""A small course of one lesson and one assignment, built in a folder, with this course's own configuration."""

from __future__ import annotations

import shutil
from pathlib import Path

from coursekit import release
from coursekit.course import Course

ROOT = Path(__file__).resolve().parents[2]

LESSON = """# 0 Start

Read me.

```{code-cell}
1 + 1
```
"""

ASSIGNMENT = '''# 9 Try

```{code-cell}
---
nbgrader: {schema_version: 3, grade: false, grade_id: try-setup, locked: true, solution: false, task: false}
---
import math
```

```{code-cell}
---
nbgrader: {schema_version: 3, grade: false, grade_id: try-twice, locked: false, solution: true, task: false}
---
def twice(x):
    """Two times x."""
    ### BEGIN SOLUTION
    secret_of_the_key = 2 * x
    return secret_of_the_key
    ### END SOLUTION
```

```{code-cell}
---
nbgrader: {schema_version: 3, grade: true, grade_id: try-twice-check, locked: true, points: 4, solution: false, task: false}
---
assert twice(2) == 4, "Twice two is four."
### BEGIN HIDDEN TESTS
assert twice(3) == 6, "@adds-two"
assert twice(-1.5) == -3.0
### END HIDDEN TESTS
```

+++ {"nbgrader": {"schema_version": 3, "grade": true, "grade_id": "try-why", "locked": false, "points": 2, "solution": true, "task": false}}

### BEGIN SOLUTION
Because two times three is six.
### END SOLUTION

+++

The end.
'''

EXERCISES = """
try-twice:
  title: Twice a number
  hints: [Think of two equal heaps., Use the star., "It begins: return 2 *"]
  reasoning: Twice means two times.
  known_wrong:
    - name: adds-two
      message: You added two. Twice means two times.
      answer: |
        def twice(x):
            return x + 2
  alternatives:
    - |
      def twice(x):
          return x + x
try-why:
  title: Say why
  rubric:
    criteria:
      - name: Reason
        levels: [{points: 0, text: no reason}, {points: 2, text: a reason that only markers read}]
    comments: [Good.]
"""


def make_course(root: Path) -> Course:
    """A course of one lesson and one assignment, built."""
    (root / "manuscript" / "lessons").mkdir(parents=True)
    (root / "manuscript" / "lessons" / "0-start.md").write_text(LESSON)
    folder = root / "manuscript" / "assignments" / "9-try"
    folder.mkdir(parents=True)
    (folder / "9-try.md").write_text(ASSIGNMENT)
    (folder / "exercises.yaml").write_text(EXERCISES)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    course = Course(root.resolve())
    release.build(course)
    return course
