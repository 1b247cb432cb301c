"""What is said of an answer that cannot be read, or that gives nothing back."""

from __future__ import annotations

import pytest

from coursekit.slips import about_return, about_unread, stopped

NO_RETURN = " Your function twice has no return, so it gives nothing back. print only shows a value."


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("def twice(x):\n    print(x)", NO_RETURN),
        ("%matplotlib inline\ndef twice(x):\n    print(x)", NO_RETURN),
        ("def twice(x):\n    return x", ""),
        ("def twice(x):\n    yield x", ""),
        ("def twice(x):\n    yield from [x]", ""),
        ("    x = 2 *\n", ""),
        ("for x in [1, 2\n    print(x)", ""),
        ("%matplotlib inline\ny = 3", ""),
        (None, ""),
    ],
)
def test_a_function_without_return(answer: str | None, said: str) -> None:
    assert about_return(answer, ("twice",)) == said


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ("def twice(x):\n    return 2 x", 2),
        ("%matplotlib inline\n\ndef twice(x):\n    return 2 x", 4),
        ("%matplotlib inline\ndef twice(x):\n    return x + 2", None),
        ("!ls\ntwice = 2", None),
    ],
)
def test_an_answer_that_python_cannot_read(answer: str, line: int | None) -> None:
    said = f"Python could not read your answer as you last ran it. Look at line {line} of it, and the one before."
    assert about_unread(("twice",), [answer]) == (said if line else "")


@pytest.mark.parametrize("file", ["<ipython-input-4-e7944df940d8>", "3021749682.py"])
def test_a_cell_that_is_not_python_is_told_by_its_line_alone(file: str) -> None:
    assert stopped("SyntaxError", f"'[' was never closed ({file}, line 2)") == (
        "Your code stopped with SyntaxError: '[' was never closed (line 2)."
    )
