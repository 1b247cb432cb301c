"""A learner may sit at Windows or macOS: nothing on the learner's path assumes Linux."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
# Grading other people's code needs Linux; only here may its calls be used.
ENGINE = ("worlds/", "sandbox/", "jobs.py", "ledger.py")
POSIX_MODULES = {"fcntl", "resource", "pwd", "grp", "termios", "pty", "tty", "syslog", "posix", "crypt", "spwd"}
POSIX_CALLS = {
    "os.fork", "os.geteuid", "os.getuid", "os.getgid", "os.setsid", "os.setuid", "os.killpg", "os.chown", "os.mkfifo",
    "os.getpgid", "os.setpgid", "os.wait", "os.waitpid", "os.sched_getaffinity", "os.uname", "os.getloadavg",
    "signal.alarm", "signal.setitimer", "signal.pause", "socket.AF_UNIX", "signal.SIGKILL", "signal.SIGALRM",
}  # fmt: skip
FORBIDDEN_ON_WINDOWS = re.compile(r'[<>:"\\|?*\x00-\x1f]|[ .]$')
DEVICES = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}


def is_engine(path: Path) -> bool:
    name = path.relative_to(SOURCE).as_posix()
    return name.startswith("coursekit/") and name.removeprefix("coursekit/").startswith(ENGINE)


LEARNERS = sorted(p for p in SOURCE.rglob("*.py") if not is_engine(p))


def guarded(tree: ast.Module) -> set[int]:
    """Lines that stand under a question about the system: os.name, sys.platform, hasattr(os, ...)."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If | ast.IfExp) and re.search(
            r"os\.name|sys\.platform|hasattr\(", ast.unparse(node.test)
        ):
            lines |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


@pytest.mark.parametrize("path", LEARNERS, ids=lambda p: str(p.relative_to(SOURCE)))
def test_no_posix_only_call_outside_the_grading_engine(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    safe, found = guarded(tree), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [a.name for a in node.names if a.name in POSIX_MODULES]
        elif isinstance(node, ast.ImportFrom) and node.module in POSIX_MODULES:
            found.append(str(node.module))
        elif isinstance(node, ast.Attribute) and node.lineno not in safe and ast.unparse(node) in POSIX_CALLS:
            found.append(f"{ast.unparse(node)} in line {node.lineno}")
    assert found == []


@pytest.mark.parametrize("path", LEARNERS, ids=lambda p: str(p.relative_to(SOURCE)))
def test_text_files_are_read_and_written_as_utf_8(path: Path) -> None:
    """Windows would take its own code page, in which Chinese characters cannot be written."""
    careless = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        given = {k.arg for k in node.keywords}
        words = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        is_text = name in ("read_text", "write_text") or (
            name == "open" and isinstance(node.func, ast.Name) and not any("b" in w for w in words[-1:])
        )
        positional = name == "read_text" and node.args
        if is_text and "encoding" not in given and not positional:
            careless.append(f"{name} in line {node.lineno}")
    assert careless == []


def test_no_shell_is_asked() -> None:
    """A command is a list of words: a shell is another one on every system."""
    for path in LEARNERS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in ("os.system", "os.popen", "subprocess.getoutput"), path
                assert not any(k.arg == "shell" and ast.unparse(k.value) == "True" for k in node.keywords), path


def test_file_names_fit_every_system() -> None:
    """Windows refuses some letters and names, and does not tell 'Readme' from 'README'; long paths fail there too."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    ).stdout.split("\0")
    names = [n for n in listed if n] or [
        p.relative_to(ROOT).as_posix() for folder in ("src", "course", "manuscript") for p in (ROOT / folder).rglob("*")
    ]
    assert [n for n in names if any(FORBIDDEN_ON_WINDOWS.search(part) for part in n.split("/"))] == []
    assert [n for n in names if any(part.split(".")[0].lower() in DEVICES for part in n.split("/"))] == []
    assert len({n.lower() for n in names}) == len(names)
    assert max(len(n) for n in names) < 120
