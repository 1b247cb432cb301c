"""Are these the outputs of a cell, as nbformat knows them? What a student's world sends is not taken on trust."""

from __future__ import annotations

from typing import Any

_OUTPUT_KEYS = {
    "stream": ("name", "text"),
    "error": ("ename", "evalue", "traceback"),
    "display_data": ("data", "metadata"),
    "execute_result": ("data", "metadata", "execution_count"),
}


def checked_outputs(outputs: Any) -> list[dict[str, Any]]:
    """Outputs as they came from the student's world, in nbformat's shape; what has another shape is dropped."""
    return [
        {"output_type": output["output_type"], **{key: output[key] for key in _OUTPUT_KEYS[output["output_type"]]}}
        for output in (outputs if isinstance(outputs, list) else [])
        if _well_formed(output)
    ]


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


def error_output(name: str, message: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": [f"{name}: {message}"]}
