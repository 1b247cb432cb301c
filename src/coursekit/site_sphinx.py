"""How does Sphinx make pages that ask no other machine for anything?

A folder of text in, a folder of static files out. Every warning stops the build: a broken link is found here and not by a
reader. Not here: what stands on the site; see site.py.
"""

from __future__ import annotations

import io
import re
import shutil
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from coursekit import site_text
from coursekit.errors import CourseKitError
from coursekit.pages import CoursePages

STATIC = Path(__file__).parent / "site_static"


def need_sphinx() -> None:
    """CourseKitError where a part of Sphinx is missing: said before any lesson is run."""
    for name in ("sphinx", "myst_nb", "furo"):
        if find_spec(name) is None:
            raise CourseKitError(
                f"The web edition needs {name}, which is not here. 'pip install \"tipcourse[author,site]\"' brings it."
            )


def _settings(text: Path, extra: CoursePages) -> dict[str, Any]:
    """Sphinx's settings: nothing from another machine, nothing that depends on the day."""
    return {
        "project": extra.title,
        "html_title": extra.title,
        "author": "",
        "language": "en",
        "highlight_language": "none",
        "extensions": ["myst_nb"],
        "nb_execution_mode": "off",
        "nb_ipywidgets_js": {},
        "nb_output_stderr": "remove-warn",
        "myst_heading_anchors": 3,
        "myst_enable_extensions": [],
        "exclude_patterns": ["extra"],
        "html_theme": "furo",
        "html_static_path": [str(STATIC)],
        "html_css_files": ["course.css"],
        "html_extra_path": [str(text / "extra")],
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "html_show_sphinx": False,
        "html_show_copyright": False,
        "html_use_index": False,
        "html_theme_options": {"navigation_with_keys": True, "top_of_page_buttons": []},
        "html_context": {"summary": extra.summary},
    }


def run_sphinx(text: Path, made: Path, extra: CoursePages) -> None:
    """Make pages of everything in a folder.

    text    Markdown and notebooks, with their outputs, as they stand on the site; text/extra is copied as it is
    made    a new folder for the finished pages
    raises  CourseKitError that names the first thing Sphinx warned of
    """
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    said = io.StringIO()
    with warnings.catch_warnings(), patch_docutils(), docutils_namespace():
        warnings.simplefilter("ignore")  # of libraries about each other; what concerns a page comes through `said`
        app = Sphinx(
            srcdir=text, confdir=None, outdir=made, doctreedir=made.parent / "trees", buildername="html",
            confoverrides=_settings(text, extra), status=None, warning=said, freshenv=True,
        )  # fmt: skip
        app.connect("html-page-context", _finish_page)
        app.build()
    for path in made.rglob("*.html"):
        path.write_text(site_text.name_landmarks(path.read_text(encoding="utf-8")), encoding="utf-8")
    told = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in said.getvalue().splitlines() if line.strip()]
    if app.statuscode or told:
        raise CourseKitError(
            f"The site has {len(told)} warnings, so it was not written. The first: "
            f"{told[0].replace(str(text), '').lstrip('/') if told else 'none'}. Mend that page."
        )
    (made / ".buildinfo").unlink(missing_ok=True)
    shutil.rmtree(made / "_sources", ignore_errors=True)


def _finish_page(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if "body" in context:
        context["body"] = site_text.mark_bare(site_text.reachable(site_text.say_languages(context["body"])))
