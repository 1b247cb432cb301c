"""How is the code of a notebook cell read, in which lines such as %matplotlib inline and !ls may stand?

As IPython reads it before it runs. Reading only: nothing is run here.
"""

from __future__ import annotations

import ast

RUN_THE_REST = ("%%time", "%%capture", "%%timeit")  # what follows such a line is Python of the notebook's own


def as_python(source: str) -> str:
    """The cell with each magic as the call that it stands for. Lines keep their numbers.

    raises  SyntaxError where IPython itself cannot read it
    """
    from IPython.core.inputtransformer2 import TransformerManager

    first, _, rest = source.lstrip().partition("\n")
    body = rest if first.startswith(RUN_THE_REST) else source
    lines_before = source.count("\n") - body.lstrip().count("\n")  # IPython takes empty lines away
    return "\n" * lines_before + TransformerManager().transform_cell(body)


def parsed(source: str) -> ast.Module:
    """The cell as Python understands it.

    raises  SyntaxError where it is not Python, or nested too deeply to be read
    """
    try:
        return ast.parse(as_python(source))
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(f"it cannot be read ({error})") from error
