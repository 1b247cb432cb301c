"""The only place that maps this course's folders to nbgrader's steps."""

from importlib.util import find_spec
from pathlib import Path

c = get_config()  # noqa: F821 - nbgrader provides it

root = Path(__file__).resolve().parent
(root / "grading").mkdir(exist_ok=True)  # nbgrader's own commands need the gradebook's folder

c.CourseDirectory.course_id = "tipcourse"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/feedback"
c.CourseDirectory.solution_directory = "grading/solution"
c.CourseDirectory.db_url = f"sqlite:///{root / 'grading' / 'gradebook.db'}"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "*.md", "exercises.yaml"]

c.ClearSolutions.code_stub = {"python": "...  # YOUR ANSWER HERE"}
c.OverwriteCells.add_missing_cells = True
c.Execute.timeout = 30
c.ClearMarkScheme.enforce_metadata = False  # rubrics stand in a locked cell after a written answer
c.NotebookExporter.preprocessors = ["coursekit.strip.StripForStudents"]  # rubrics never leave with a release
# The two documents, which student code quotes from; they lie beside src/ where the package is installed for editing.
c.CourseKit.readable = [str(Path(find_spec("tipcourse").origin).parents[2] / "seeds")] if find_spec("tipcourse") else []
