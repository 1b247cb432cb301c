"""Are these the outputs of a cell, as nbformat knows them? What a student's world sends is not taken on trust."""

from __future__ import annotations

from typing import Any

NAME_CHARS_MAX, TEXT_CHARS_MAX, LINES_MAX = 200, 2_000, 21  # of an error: an honest world keeps to them by itself
_OUTPUT_KEYS = {
    "stream": ("name", "text"),
    "error": ("ename", "evalue", "traceback"),
    "display_data": ("data", "metadata"),
    "execute_result": ("data", "metadata", "execution_count"),
}


def checked_outputs(outputs: Any) -> list[dict[str, Any]]:
    """Outputs as they came from the student's world, in nbformat's shape; what has another shape is dropped."""
    shaped = [
        {"output_type": output["output_type"], **{key: output[key] for key in _OUTPUT_KEYS[output["output_type"]]}}
        for output in (outputs if isinstance(outputs, list) else [])
        if _well_formed(output)
    ]
    return [_cut(output) if output["output_type"] == "error" else output for output in shaped]


def _cut(error: dict[str, Any]) -> dict[str, Any]:
    """What it says goes into rows, records and pages."""
    return {
        **error,
        "ename": error["ename"][:NAME_CHARS_MAX],
        "evalue": error["evalue"][:TEXT_CHARS_MAX],
        "traceback": [line[:TEXT_CHARS_MAX] for line in error["traceback"][-LINES_MAX:]],
    }


def _well_formed(output: Any) -> bool:
    kind = output.get("output_type") if isinstance(output, dict) else None
    if not isinstance(kind, str) or any(key not in output for key in _OUTPUT_KEYS.get(kind, ("no such kind",))):
        return False
    if kind == "stream":
        return output["name"] in ("stdout", "stderr") and isinstance(output["text"], str)
    if kind == "error":
        lines = output["traceback"]
        texts = [output["ename"], output["evalue"], *(lines if isinstance(lines, list) else [None])]
        return all(isinstance(text, str) for text in texts)
    if kind == "execute_result" and type(output["execution_count"]) not in (int, type(None)):
        return False
    data = output["data"]
    return isinstance(data, dict) and isinstance(output["metadata"], dict) and all(map(_mime_fits, data.items()))


def _mime_fits(item: tuple[str, Any]) -> bool:
    """Text, or where the kind is JSON anything."""
    return isinstance(item[1], str) or item[0].endswith("json")


def counting(outputs: Any) -> int:
    """How many of these outputs say something about points; -1 where they are no outputs."""
    if not isinstance(outputs, list):
        return -1
    kinds = [output.get("output_type") if isinstance(output, dict) else None for output in outputs]
    return kinds.count("error") + kinds.count("execute_result")


def first_error(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is kept of outputs that are too large."""
    return [output for output in outputs if output["output_type"] == "error"][:1]


def error_output(name: str, message: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": [f"{name}: {message}"]}
