"""Choose the newest versions that fit pyproject.toml and write them down where every installer reads them.

    uv run python tools/refresh_pins.py

Pins live in three places, none with an address: `[tool.uv]` in pyproject.toml (uv run), pins.txt (pip -c)
and environment.yml (conda, mamba, Binder). tests/test_pins.py compares them.
"""

from __future__ import annotations

import pathlib
import re
import subprocess
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD_TOOLS = ["hatchling"]
OLDEST_PYTHON = "3.11"


def compile_pins(*extras: str) -> list[str]:
    """Exact versions, one `name==version ; marker` a line, for the package with these extras (a name, or none)."""
    command = ["uv", "pip", "compile", "--quiet", "--universal", "--no-header", "--no-annotate"]
    command += ["--python-version", OLDEST_PYTHON, *extras, "pyproject.toml"]
    lines = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [line for line in lines if re.match(r"^[A-Za-z0-9]", line)]


def write_pins(everything: list[str], core: list[str]) -> None:
    """Put the pins into pins.txt, pyproject.toml and environment.yml."""
    (ROOT / "pins.txt").write_text("\n".join(everything) + "\n")
    pyproject = ROOT / "pyproject.toml"
    listed = "".join(f'    "{line}",\n' for line in everything)
    block = f"constraint-dependencies = [\n{listed}]"
    pyproject.write_text(re.sub(r"constraint-dependencies = \[[^\]]*\]", lambda _: block, pyproject.read_text()))
    in_conda = "".join(f"      - {line}\n" for line in core)
    (ROOT / "environment.yml").write_text(
        "# Written by tools/refresh_pins.py. The same packages as pyproject.toml, for conda, mamba and Binder.\n"
        f"name: tipcourse\nchannels:\n  - conda-forge\ndependencies:\n  - python={OLDEST_PYTHON}\n  - pip\n  - pip:\n"
        f"{in_conda}      - -e .\n"
    )


def main() -> None:
    tomllib.loads((ROOT / "pyproject.toml").read_text())  # a broken file is reported before anything is written
    pyproject = ROOT / "pyproject.toml"
    free = re.sub(r"constraint-dependencies = \[[^\]]*\]", "constraint-dependencies = []", pyproject.read_text())
    pyproject.write_text(free)
    write_pins(compile_pins("--all-extras"), compile_pins())


if __name__ == "__main__":
    main()
