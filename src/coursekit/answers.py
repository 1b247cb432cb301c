"""What stands in the answer cells of a learner's notebook? Empty ones, and how long the written ones are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coursekit.errors import counted, plural
from coursekit.exercises import Question

FAR = 0.2  # so much outside the range that was asked is said when a notebook is handed in


def answers_in(notebook: Mapping[str, Any]) -> dict[str, str]:
    """The source of every cell that has a grade_id, by grade_id; of a cell that is there twice, the first counts."""
    found: dict[str, str] = {}
    for cell in notebook["cells"]:
        facts = cell["metadata"].get("nbgrader")
        if isinstance(facts, dict) and facts.get("grade_id"):
            found.setdefault(str(facts["grade_id"]), cell.get("source", ""))
    return found


def is_empty(question: Question, source: str) -> bool:
    return source.strip() in ("", question.stub.strip())


def word_count(text: str) -> int:
    """Words as a person counts them: what stands between spaces and holds a letter or a digit."""
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def length(question: Question, source: str) -> str:
    """How a written answer stands: nothing there, or its words beside what the question asks for."""
    if is_empty(question, source):
        return "Nothing is written yet."
    said = f"You wrote {counted(word_count(source), 'word')}"
    return f"{said}; {_asked(question)}." if question.words_asked else f"{said}."


def left_open(questions: Mapping[str, Question], answers: Mapping[str, str]) -> str:
    """One sentence on answers that are empty, or far from the length asked for; an empty text where there are none.

    answers  by grade_id; a question whose cell is not there is not spoken of
    """
    numbered = [(n, q, answers[q.grade_id]) for n, q in enumerate(questions.values(), 1) if q.grade_id in answers]
    empty = [str(n) for n, question, source in numbered if is_empty(question, source)]
    if numbered and len(empty) == len(numbered):
        return "Note: no question is answered in this file. If you wrote answers, save the notebook and hand in again."
    said = [f"nothing is written in {plural(len(empty), 'question')} {', '.join(empty)}"] if empty else []
    for number, question, source in numbered:
        count = word_count(source)
        if str(number) not in empty and _is_far(question, count):
            said.append(f"question {number} has {counted(count, 'word')} ({_asked(question)})")
    return f"Note: {'; '.join(said)}. You can still change that, save and hand in again." if said else ""


def _is_far(question: Question, count: int) -> bool:
    if question.words_asked is None:
        return False
    least, most = question.words_asked
    return not least * (1 - FAR) <= count <= most * (1 + FAR)


def _asked(question: Question) -> str:
    assert question.words_asked is not None
    return "{} to {} are asked for".format(*question.words_asked)
