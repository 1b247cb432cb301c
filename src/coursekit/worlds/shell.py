"""How is one notebook cell run, and what does it leave behind?

IPython without history, colours or a terminal; outputs are caught as nbformat outputs and cut at a limit.
Both worlds use it: the student's for answers, the reference's for checks.
"""

from __future__ import annotations

import io
import itertools
import json
import linecache
import sys
import traceback
from collections.abc import Callable
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

Output = dict[str, Any]
TEXT_CHARS_MAX = 200_000
RICH_BYTES_MAX = 4_000_000
OUTPUTS_MAX = 500


class Outputs:
    """The outputs of the running cell, cut at a limit so that a flood costs nothing."""

    def __init__(self) -> None:
        self.items: list[Output] = []
        self._text_chars = 0
        self._rich_bytes = 0

    def write(self, stream: str, text: str) -> None:
        room = TEXT_CHARS_MAX - self._text_chars
        if room <= 0:
            return
        self._text_chars += len(text)
        if len(text) > room:
            text = text[:room] + "\n... Output truncated ...\n"
        last = self.items[-1] if self.items else None
        if last is not None and last["output_type"] == "stream" and last["name"] == stream:
            last["parts"].append(text)
        else:
            self.items.append({"output_type": "stream", "name": stream, "parts": [text]})

    def rich(self, kind: str, data: dict[str, Any], metadata: dict[str, Any] | None, count: int | None = None) -> None:
        size = sum(len(value) if isinstance(value, str | bytes) else 200 for value in data.values())
        if self._rich_bytes + size > RICH_BYTES_MAX or len(self.items) >= OUTPUTS_MAX:
            return
        self._rich_bytes += size
        output: Output = {"output_type": kind, "data": data, "metadata": metadata or {}}
        if kind == "execute_result":
            output["execution_count"] = count
        self.items.append(output)

    def error(self, name: str, message: str, lines: list[str]) -> None:
        self.items.append({"output_type": "error", "ename": name, "evalue": message, "traceback": lines})

    def clear(self) -> None:
        self.items.clear()

    def finished(self) -> list[Output]:
        """nbformat outputs, streams joined."""
        done = []
        for item in self.items:
            if item["output_type"] == "stream":
                item = {"output_type": "stream", "name": item["name"], "text": "".join(item["parts"])}
            done.append(item)
        return done


class _Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a cell."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, shell: QuietShell, name: str) -> None:
        self._shell = shell
        self._name = name

    def writable(self) -> bool:
        return True

    def write(self, text: Any) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._shell.outputs.write(self._name, text)
        return len(text)


class _Publisher(DisplayPublisher):
    def publish(self, data: Any, metadata: Any = None, *args: Any, **kwargs: Any) -> None:
        if isinstance(self.shell, QuietShell):
            self.shell.outputs.rich("display_data", _text_only(data), _text_only(metadata or {}))

    def clear_output(self, wait: bool = False) -> None:
        if isinstance(self.shell, QuietShell):
            self.shell.outputs.clear()


class _Hook(DisplayHook):
    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        if isinstance(self.shell, QuietShell):
            self.shell.outputs.rich(
                "execute_result", _text_only(format_dict), _text_only(md_dict or {}), self.shell.execution_count
            )

    def finish_displayhook(self) -> None:
        self._is_active = False


def _text_only(data: dict[str, Any]) -> dict[str, Any]:
    """Notebook data: bytes (pictures) as base64, as the notebook format wants them; else what JSON can hold."""
    return {str(kind): _as_json(value) for kind, value in data.items()}


def _as_json(value: Any) -> Any:
    import base64

    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if type(value) is str:
        return value
    try:
        return json.loads(json.dumps(value, default=str, skipkeys=True))
    except (TypeError, ValueError, RecursionError):
        return "(cannot be shown)"


class QuietShell(InteractiveShell):
    """An IPython shell that keeps outputs instead of printing them."""

    def __init__(self, **kwargs: Any) -> None:
        self.outputs = Outputs()
        super().__init__(**kwargs)

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    def init_io(self) -> None:
        pass

    def enable_gui(self, gui: Any = None) -> None:
        pass

    def _format_exception_for_storage(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Nothing: nobody reads IPython's history here, and making it took longer than most cells run."""
        return {}

    def showtraceback(self, *args: Any, **kwargs: Any) -> None:
        """Errors are taken from the result of run_cell; formatting them in colour would be thrown away."""

    def showsyntaxerror(self, *args: Any, **kwargs: Any) -> None:
        pass

    def showindentationerror(self) -> None:
        pass


def make_shell() -> QuietShell:
    """The process's one shell."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.cache_size = 1000
    # A tight box would draw every figure twice.
    config.InlineBackend.print_figure_kwargs = {"bbox_inches": None}
    return QuietShell.instance(config=config)


class CellRun:
    """What one cell left: outputs, and the error where there was one."""

    def __init__(self, outputs: list[Output], error: BaseException | None, value: Any) -> None:
        self.outputs = outputs
        self.error = error
        self.value = value


def run_cell(shell: QuietShell, source: str, on_error: Callable[[BaseException], list[str]] | None = None) -> CellRun:
    """Run one cell; never raises for what the cell does. on_error makes the lines of a traceback."""
    shell.outputs = Outputs()
    old = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Stream(shell, "stdout"), _Stream(shell, "stderr")
    value = None
    error: BaseException | None = None
    try:
        result = shell.run_cell(source, store_history=True, silent=False)
        error = result.error_before_exec or result.error_in_exec
        value = result.result
    except BaseException as caught:  # the cell must not end the process that reports on it
        error = caught
    finally:
        sys.stdout, sys.stderr = old
    if error is not None:
        lines = (on_error or brief_traceback)(error)
        shell.outputs.error(type(error).__name__, safe_text(error), lines)
    return CellRun(shell.outputs.finished(), error, value)


def safe_text(error: BaseException) -> str:
    """str(error), whatever its __str__ does, at most 2,000 characters."""
    try:
        text = str(error)
    except BaseException:
        text = "(the message could not be read)"
    return text[:2000]


def cell_frames(error: BaseException) -> list[tuple[int, str]]:
    """(line number, line) of every frame of the traceback that lies in a notebook's cell.

    Only these lines are looked up: reading the libraries' sources anew in each fork would cost more than the cell.
    """
    found = []
    for frame, number in itertools.islice(traceback.walk_tb(error.__traceback__), 5000):
        name = frame.f_code.co_filename
        if "ipykernel" in name or name.startswith("<ipython-input"):
            found.append((number, linecache.getline(name, number).strip() or frame.f_code.co_name))
    return found[-200:]


def brief_traceback(error: BaseException) -> list[str]:
    """Where in the notebook it went wrong: the frames of cells, not of libraries."""
    lines = []
    try:
        lines = [f"line {number}: {line}" for number, line in cell_frames(error)]
        if isinstance(error, SyntaxError) and error.text:
            lines.append(f"line {error.lineno}: {error.text.strip()}")
    except Exception:
        lines = []
    return [*lines[-20:], f"{type(error).__name__}: {safe_text(error)}"]
