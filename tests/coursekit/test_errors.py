"""Numbers in sentences."""

from __future__ import annotations

import pytest

from coursekit.errors import counted, plural


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 words"),
        (1, "1 word"),
        (1.0, "1 word"),
        (0.5, "0.5 words"),
        (30.0, "30 words"),
        (2_000_000, "2000000 words"),
    ],
)
def test_one_or_many(number: float, said: str) -> None:
    assert counted(number, "word") == said
    assert plural(number, "word") == said.split()[1]
