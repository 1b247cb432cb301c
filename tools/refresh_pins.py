"""Choose the newest versions that fit pyproject.toml and write them down where every installer reads them.

    uv run python tools/refresh_pins.py

Pins live in three places, none with an address: pyproject.toml (uv run, and what builds the package), pins.txt
(pip -c) and environment.yml (conda, mamba, Binder). tests/test_pins.py compares them.
"""

from __future__ import annotations

import pathlib
import re
import subprocess
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYPROJECT = ROOT / "pyproject.toml"
BUILD_TOOL = "hatchling"
OLDEST_PYTHON = "3.11"


def compile_pins(*words: str, given: str | None = None) -> list[str]:
    """Exact versions, one `name==version ; marker` a line.

    words  what is to be pinned, for uv: extras and pyproject.toml, or - for what is given
    """
    command = ["uv", "pip", "compile", "--quiet", "--universal", "--no-header", "--no-annotate"]
    command += ["--python-version", OLDEST_PYTHON, *words]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, input=given)
    return [line for line in done.stdout.splitlines() if re.match(r"^[A-Za-z0-9]", line)]


def with_pins(pyproject: str, everything: list[str], build: list[str]) -> str:
    """The text of pyproject.toml with these pins.

    everything  what may be installed
    build       what is needed to build the package: the build tool and what it needs itself
    """
    for key, pins in {"constraint-dependencies": everything, "build-constraint-dependencies": build}.items():
        listed = "".join(f'    "{line}",\n' for line in pins)
        block = f"{key} = [\n{listed}]" if pins else f"{key} = []"
        pyproject = re.sub(rf"^{key} = \[[^\]]*\]", lambda _, text=block: text, pyproject, flags=re.MULTILINE)
    tool = next((line for line in build if line.startswith(f"{BUILD_TOOL}==")), BUILD_TOOL)
    return re.sub(r"^requires = \[.*\]", f'requires = ["{tool}"]', pyproject, flags=re.MULTILINE)


def write_pins(everything: list[str], core: list[str], build: list[str]) -> None:
    """Put the pins into pins.txt, pyproject.toml and environment.yml."""
    (ROOT / "pins.txt").write_text("\n".join(everything) + "\n")
    PYPROJECT.write_text(with_pins(PYPROJECT.read_text(), everything, build))
    in_conda = "".join(f"      - {line}\n" for line in core)
    (ROOT / "environment.yml").write_text(
        "# Written by tools/refresh_pins.py. The same packages as pyproject.toml, for conda, mamba and Binder.\n"
        f"name: tipcourse\nchannels:\n  - conda-forge\ndependencies:\n  - python={OLDEST_PYTHON}\n  - pip\n  - pip:\n"
        f"{in_conda}      - -e .\n"
    )


def main() -> None:
    before = PYPROJECT.read_text()
    tomllib.loads(before)  # a broken file is reported before anything is written
    PYPROJECT.write_text(with_pins(before, [], []))
    try:
        build = compile_pins("-", given=BUILD_TOOL)
        write_pins(compile_pins("--all-extras", "pyproject.toml"), compile_pins("pyproject.toml"), build)
    except BaseException as error:  # Ctrl+C and a machine without uv, too
        PYPROJECT.write_text(before)
        if not isinstance(error, subprocess.CalledProcessError):
            raise
        raise SystemExit(f"No pin was changed: uv found no versions that fit (it says why above). {error}") from error


if __name__ == "__main__":
    main()
