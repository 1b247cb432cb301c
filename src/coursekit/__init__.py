"""Build, release, check, grade and report nbgrader courses. Knows nothing of any subject."""
