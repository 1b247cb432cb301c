"""Build, release, check, grade and report nbgrader courses. Knows nothing of any subject."""

import sys

# nbformat imports jsonschema, and jsonschema, where rfc3987_syntax can be imported, compiles a grammar of international
# web addresses: two seconds at every start, for a test that no notebook's schema asks for. jsonschema does without it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
