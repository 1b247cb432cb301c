"""How does the course become a web site that needs nothing but a browser?

Lessons are run, guides and the course's own pages are added, and Sphinx makes one folder of static files of it (see
site_sphinx.py). What has to change in each text is in site_text.py.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from coursekit import notebooks, pages, site_text
from coursekit.course import CONFIG_NAME, Course
from coursekit.errors import BadManuscript, CourseKitError
from coursekit.pages import CoursePages
from coursekit.site_sphinx import need_sphinx, run_sphinx

SECONDS_PER_CELL = 120
MADE_BY = ".made-by-course-site"


@dataclass(frozen=True)
class Site:
    """A finished site: its front page, how many pages, how many bytes."""

    index: Path
    pages: int
    total_bytes: int


def build_site(course: Course, out: Path | None = None, *, workers: int | None = None) -> Site:
    """Make the web edition; the old one is replaced only when the new one is whole.

    out      folder to write, default site/ in the course
    workers  lessons run at a time, default one for each processor
    raises   BadManuscript when a lesson or page cannot be made; CourseKitError when Sphinx is missing or warns, or when
             `out` holds something else
    """
    out = (out or course.root / "site").resolve()
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MADE_BY).is_file())):
        raise CourseKitError(f"{out} holds something that 'course site' did not make. Move it away, or name --out.")
    need_sphinx()
    extra = pages.of_site(course)
    with tempfile.TemporaryDirectory(prefix="course-site-") as folder:
        text, made = Path(folder, "text"), Path(folder, "made")
        text.mkdir()
        for name, nb in run_lessons(course, Path(folder, "desk"), workers or os.cpu_count() or 1).items():
            _write_lesson(course, name, nb, extra, text)
        _write_pages(course, extra, text)
        _write_guides(course, text)
        _write_downloads(course, extra, text / "extra")
        run_sphinx(text, made, extra)
        (made / MADE_BY).touch()
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(made, out)
    files = [path for path in out.rglob("*") if path.is_file()]
    return Site(out / "index.html", sum(f.suffix == ".html" for f in files), sum(f.stat().st_size for f in files))


def run_lessons(course: Course, desk: Path, workers: int) -> dict[str, NotebookNode]:
    """Every lesson, run from top to bottom, by name; several at a time.

    desk  a new folder in which lessons stand as on a learner's first day, so that nobody's own progress is published
    """
    lessons = sorted((course.manuscript / "lessons").glob("*.md"))
    if not lessons:
        raise BadManuscript(f"There is no lesson in {course.manuscript / 'lessons'}, so there is no site to make.")
    if not course.release.is_dir():
        raise CourseKitError(f"{course.release} is missing, and lessons link to it. Run 'course build' first.")
    (desk / "course").mkdir(parents=True)
    shutil.copy(course.root / CONFIG_NAME, desk)
    shutil.copytree(course.release, desk / course.release.relative_to(course.root))

    made = {
        path.stem: notebooks.build_notebook(path.read_text(encoding="utf-8"), path.relative_to(course.root).as_posix())
        for path in lessons
    }
    names, workers = list(made), min(workers, len(made))
    with ThreadPoolExecutor(workers) as pool:
        turns = [{name: made[name] for name in names[place::workers]} for place in range(workers)]
        for _ in pool.map(lambda turn: _execute(turn, desk / "course"), turns):
            pass
    return made


def _execute(lessons: dict[str, NotebookNode], folder: Path) -> None:
    """Run lessons one after another in one kernel, emptied before each: what they import is loaded once.

    That each also runs in a kernel of its own is for the course's tests to show.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    together = nbformat.v4.new_notebook(cells=[])
    for nb in lessons.values():
        together.cells += [nbformat.v4.new_code_cell("%reset -f"), *nb.cells]
    client = NotebookClient(
        together, timeout=SECONDS_PER_CELL, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.store_widget_state = False
    client.extra_arguments = ["--IPKernelApp.log_level=ERROR", "--HistoryManager.enabled=False"]
    try:
        asyncio.run(client.async_execute(env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}))
    except CellExecutionError as error:
        raise BadManuscript(
            f"Lesson {_stopped(lessons)} stopped with {error.ename}: {error.evalue} "
            "Run it in JupyterLab, mend its manuscript, then 'course site' again."
        ) from error
    except (TimeoutError, DeadKernelError) as error:
        raise BadManuscript(
            f"Lesson {_stopped(lessons)} did not end: a cell ran for more than {SECONDS_PER_CELL} s or took all memory. "
            "Make it smaller."
        ) from error


def _stopped(lessons: dict[str, NotebookNode]) -> str:
    """The lesson whose cells were not all run."""
    for name, nb in lessons.items():
        done = [cell.execution_count is not None for cell in nb.cells if cell.cell_type == "code"]
        failed = any(o.output_type == "error" for c in nb.cells if c.cell_type == "code" for o in c.outputs)
        if failed or not all(done):
            return name
    return "unknown"


def _write_lesson(course: Course, name: str, nb: NotebookNode, extra: CoursePages, text: Path) -> None:
    """A lesson as Sphinx reads it: links of the site, outputs for a page, a line of downloads under its title."""
    pictures: dict[str, bytes] = {}
    page, download = partial(_page_for_lesson, course, extra), partial(_assignment_for_lesson, course)
    site_text.web_prose(nb, extra.terms, page, download, "../")
    for cell in nb.cells:
        site_text.web_outputs(cell, pictures, "../", partial(site_text.relink_html, page=page, download=download))
    downloads = [f'<a href="../notebooks/course/{name}.ipynb" download>Download this lesson as a notebook</a>']
    if (course.release / name / f"{name}.ipynb").is_file():
        downloads.append(f'<a href="../notebooks/assignments/{name}/{name}.ipynb" download>Download its assignment</a>')
    line = f'<p class="downloads">{" ".join(downloads)}</p>'
    first = nb.cells[0]
    first.source = re.sub(r"^(# .+)$", lambda m: f"{m.group()}\n\n{line}\n", first.source, count=1, flags=re.M)
    nb.metadata.pop("widgets", None)
    nb.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    (text / "lessons").mkdir(exist_ok=True)
    nbformat.write(nb, text / "lessons" / f"{name}.ipynb")
    _write_files(text / "extra", pictures)


def _page_for_lesson(course: Course, extra: CoursePages, address: str) -> str | None:
    """Where a link to a notebook beside a lesson leads: another lesson, or the page that the notebook shows."""
    name = Path(address).stem
    if (course.manuscript / "lessons" / f"{name}.md").is_file() and "/" not in address:
        return f"{name}.ipynb"
    return f"../{name}.md" if name in extra.pages else None


def _assignment_for_lesson(course: Course, address: str) -> str | None:
    name = Path(address).stem
    found = "/" in address and (course.release / name / f"{name}.ipynb").is_file()
    return f"../notebooks/assignments/{name}/{name}.ipynb" if found else None


def _write_pages(course: Course, extra: CoursePages, text: Path) -> None:
    """The course's own pages, and a front page with the whole menu."""
    pictures: dict[str, bytes] = {}
    for address, page in extra.pages.items():
        if address == "index":
            continue
        up = "../" * address.count("/")
        path = text / f"{address}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(site_text.tidy_table(site_text.pictures_to_files(page, pictures, up)), encoding="utf-8")
    front = extra.pages.get("index", f"# {extra.title}\n")
    trees = [
        "```{toctree}\n:hidden:\n:caption: " + heading + "\n\n" + "\n".join(entries) + "\n```"
        for heading, entries in _menu(course, extra).items()
    ]
    (text / "index.md").write_text("\n\n".join([front, *trees, ""]), encoding="utf-8")
    _write_files(text / "extra", pictures)


def _guides(course: Course) -> list[Path]:
    return sorted((course.root / "docs").rglob("*.md"))


def _write_guides(course: Course, text: Path) -> None:
    """Everything in docs/, with links that the site can follow."""
    docs = course.root / "docs"
    if docs.is_dir():
        shutil.copytree(docs, text / "guides")

    def page(guide: Path, address: str) -> str | None:
        target = (guide.parent / address).resolve()
        return address if target.is_file() and docs.resolve() in target.parents else None

    for path in _guides(course):
        words = site_text.show_addresses(path.read_text(encoding="utf-8"))
        place = text / "guides" / path.relative_to(docs)
        place.write_text(site_text.relink(words, partial(page, path)), encoding="utf-8")


def _menu(course: Course, extra: CoursePages) -> dict[str, list[str]]:
    """Headings of the menu and the pages under them: lessons, the course's own, guides by folder."""
    menu = {"Lessons": [f"lessons/{p.stem}" for p in sorted(course.manuscript.glob("lessons/*.md"))], **extra.menu}
    for path in _guides(course):
        place = path.relative_to(course.root / "docs")
        heading = "Guides" if place.parent == Path() else f"Guides: {place.parent.as_posix()}"
        menu.setdefault(heading, []).append(f"guides/{place.with_suffix('').as_posix()}")
    return menu


def _write_downloads(course: Course, extra: CoursePages, folder: Path) -> None:
    """Notebooks without outputs, as learners get them, and the course's own files."""
    for path in sorted(course.manuscript.glob("lessons/*.md")):
        nb = notebooks.build_notebook(path.read_text(encoding="utf-8"), path.relative_to(course.root).as_posix())
        _write_files(folder, {f"notebooks/course/{path.stem}.ipynb": notebooks.dump(nb)})
    for name, words in pages.notebooks_of(course).items():
        nb = notebooks.build_notebook(words, f"manuscript/{pages.FILE}")
        _write_files(folder, {f"notebooks/course/{name}.ipynb": notebooks.dump(nb)})
    shutil.copytree(course.release, folder / "notebooks" / "assignments")
    _write_files(folder, {address: path.read_bytes() for address, path in extra.files.items()})


def _write_files(folder: Path, files: dict[str, bytes]) -> None:
    for address, content in files.items():
        (folder / address).parent.mkdir(parents=True, exist_ok=True)
        (folder / address).write_bytes(content)
