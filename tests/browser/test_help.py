"""Help in an assignment: hints one by one, the solution after a second click, a check that answers this question only."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from lab import ROOT, SECONDS, Lab
from playwright.sync_api import expect

from coursekit.course import find_course
from coursekit.exercises import find_question, model_answer

UNIT, NAME = "2-hukou", "hukou-gap"
TIMED = f"""import time
started = time.perf_counter()
verdict = check("{NAME}")
print(f"{{verdict.state}} after {{time.perf_counter() - started:.3f}} s")"""


@pytest.fixture
def assignment(lab: Lab) -> Lab:
    lab.open(f"assignments/{UNIT}/{UNIT}.ipynb")
    lab.run_all()
    return lab


def test_hints_one_by_one_then_the_solution_after_a_second_click(assignment: Lab) -> None:
    course = find_course(ROOT)
    question = find_question(course, NAME)
    answer, reasoning = model_answer(course, question)
    beside = assignment.cell(f'check("{NAME}")', ".jp-CodeCell")

    many = len(question.hints)
    for number in (1, 2, 3, 3):  # those before can be read again; there is no fourth
        told = assignment.run_below(beside, f'hint("{NAME}")')
        so_far = [f"Hint {n} of {many}: {hint}" for n, hint in enumerate(question.hints[:number], 1)]
        expect(told).to_have_text("\n".join(so_far), timeout=SECONDS)

    offered = assignment.run_below(beside, f'solution("{NAME}")')
    offered.get_by_role("button", name="Show the solution").click(timeout=SECONDS)
    expect(offered).to_contain_text("Have you tried a hint?", timeout=SECONDS)
    expect(offered).not_to_contain_text(reasoning)
    expect(offered.locator("pre")).to_have_count(0)
    offered.get_by_role("button", name="Yes, really show it").click()
    expect(offered.locator("pre")).to_have_text(answer, timeout=SECONDS)
    expect(offered).to_contain_text(reasoning)


def test_a_check_of_a_right_answer_in_the_kernel(
    assignment: Lab, record_property: Callable[[str, object], None]
) -> None:
    """How long it took is for the report (-rP or --junitxml), not for a verdict: a machine may be busy."""
    answer, _ = model_answer(find_course(ROOT), find_question(find_course(ROOT), NAME))
    assignment.write(assignment.cell("def gap_from_counts", ".jp-CodeCell"), answer)
    beside = assignment.cell(f'check("{NAME}")', ".jp-CodeCell")
    for turn in ("first", "second"):
        told = assignment.run_below(beside, TIMED)
        expect(told).to_have_text(re.compile(r"right after \d+\.\d{3} s"), timeout=SECONDS)
        print(turn, told.inner_text())
        record_property(f"check, {turn} time", told.inner_text())
