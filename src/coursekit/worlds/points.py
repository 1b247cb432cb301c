"""How many points did a check give? By nbgrader's own rule, from what the check put out."""

from __future__ import annotations

import re
from typing import Any

from coursekit.worlds.plan import PlanCell

_NUMPY_NUMBER = re.compile(r"np\.(?:float|u?int)\d+\((.+)\)")


def points_of(outputs: list[dict[str, Any]], known: PlanCell) -> tuple[float, str]:
    """The points, and a remark where what the check gave does not fit.

    Not as nbgrader does it: warnings on stderr cost nothing; NumPy's numbers are numbers; what is below 0 or is not a
    number counts 0. nbgrader gives full points for these, and an answer can bring them about.
    """
    from nbformat.notebooknode import from_dict
    from nbgrader.utils import determine_grade

    counted = [o for o in outputs if not (o["output_type"] == "stream" and o.get("name") == "stderr")]
    counted = [_plain_number(o) if o["output_type"] == "execute_result" else o for o in counted]
    node = from_dict({"cell_type": "code", "source": known.source, "metadata": known.metadata, "outputs": counted})
    try:
        for output in counted:
            if output["output_type"] == "execute_result" and _no_points(output["data"]["text/plain"]):
                raise ValueError(f"{output['data']['text/plain'][:100]} is no number of points")
        score, _ = determine_grade(node)
    except (ValueError, KeyError) as error:
        return (
            0.0,
            f"The check '{known.grade_id}' gave points that do not fit ({str(error)[:200]}); it counts 0. Mend the check.",
        )
    return float(score or 0.0), ""


def _plain_number(output: dict[str, Any]) -> dict[str, Any]:
    """np.float64(1.5) as 1.5."""
    found = _NUMPY_NUMBER.fullmatch(str(output["data"].get("text/plain")))
    return {**output, "data": {**output["data"], "text/plain": found[1]}} if found else output


def _no_points(text: Any) -> bool:
    try:
        return not float(text) >= 0
    except (TypeError, ValueError):
        return False
