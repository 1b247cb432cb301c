"""What a person types, and what comes back."""

from __future__ import annotations

import pytest

from coursekit.cli import main


class Terminal:
    """terminal("grade", "tiers") runs `course grade tiers` in this process; its words on both channels come back."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: object, status: int = 0) -> str:
        self._capsys.readouterr()
        found = 0
        try:
            main([str(word) for word in words])
        except SystemExit as stop:
            found = int(stop.code or 0)
        said = self._capsys.readouterr()
        assert found == status, said
        assert "Traceback" not in said.out + said.err
        return said.out + said.err
