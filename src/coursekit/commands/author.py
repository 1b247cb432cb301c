"""Commands for those who write the course."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from coursekit import release
from coursekit.commands import course_option, say
from coursekit.course import Course
from coursekit.errors import CourseKitError, counted


@click.command("build")
@click.argument("units", nargs=-1)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 when a built file is not up to date.")
@click.option("--force", is_flag=True, help="Overwrite built notebooks even if they were edited by hand.")
@course_option
def build_command(course: Course, units: tuple[str, ...], only_check: bool, force: bool) -> None:
    """Make course/, solutions/ and assignments/ from the manuscript (all UNITS, or those named)."""
    wanted = [_unit(course, name) for name in units] or None
    if only_check:
        stale = release.stale_files(course, wanted)
        for name in stale:
            say(f"not up to date: {name}")
        say("Run 'course build'." if stale else "Everything that is built is up to date.")
        sys.exit(1 if stale else 0)
    changed = release.build(course, wanted, force=force)
    for name in changed:
        say(f"wrote {name}")
    say(f"{counted(len(changed), 'file')} written." if changed else "Everything was up to date.")


def _unit(course: Course, name: str) -> str:
    """A unit's full name; a lesson without an assignment counts too."""
    if (course.manuscript / "lessons" / f"{name}.md").is_file():
        return name
    return course.unit(name)


@click.command("import")
@click.argument("notebook", type=click.Path(path_type=Path))
@course_option
def import_command(course: Course, notebook: Path) -> None:
    """Take an edited lesson or solution NOTEBOOK back into its manuscript."""
    if not notebook.is_file():
        raise CourseKitError(f"There is no file {notebook}. Name a notebook in course/ or {course.source.name}/.")
    manuscript = release.import_edit(course, notebook)
    say(f"{manuscript.relative_to(course.root)} now says what {notebook.name} says. Next: 'course build'.")


@click.command("site")
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write instead of site/ in the course.")
@click.option("--workers", type=click.IntRange(min=1), help="Lessons run at a time; default one for each processor.")
@course_option
def site_command(course: Course, out: Path | None, workers: int | None) -> None:
    """Make the web edition: lessons as they come out, guides, look-ups, all in one folder of static pages."""
    from coursekit import site

    say("Running the lessons and making the pages. This takes about a minute.")
    made = site.build_site(course, out, workers=workers)
    say(
        f"{made.pages} pages, {made.total_bytes / 1e6:.0f} MB. Open {made.index} in a browser, or copy the folder to any web server."
    )
