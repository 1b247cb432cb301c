"""A check that asks how an answer is written is known by what it asks, not by the words that stand in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from plain import check, code, notebook, solution, write_course

from coursekit.course import Course
from coursekit.handed_in import read_plans
from coursekit.worlds.inside import looks_inside

HELPERS = (
    "import inspect\n"
    "def plain_defaults(function):\n    return function.__defaults__ is None\n"
    "def fair(function):\n    assert plain_defaults(function)\n"
    "def harmless(function):\n    return function(1)"
)


def asks(tmp_path: Path, source: str) -> bool:
    answers = solution(
        "f", "class Own:\n    def __init__(self): super().__init__()\ndef f(x, seen=None):\n    return x\ntotal = 6"
    )
    nb = notebook(code(HELPERS), answers, check("f-check", 1, source))
    (plan,) = read_plans(Course(write_course(tmp_path, "one", nb)), "one")
    return looks_inside(plan, "f-check")


@pytest.mark.parametrize(
    "source",
    [
        "assert not any(isinstance(d, list) for d in f.__defaults__ or ())",
        "assert f.__defaults__ is None",
        "assert 'total' not in f.__globals__",
        "assert not hasattr(f, '__wrapped__')",
        "g = f\nassert getattr(g, '__code__').co_argcount == 1",
        "for name in ('__closure__', '__kwdefaults__'):\n    assert not getattr(f, name)",
        "import inspect\nassert 'for' not in inspect.getsource(f)",
        "from inspect import getsource as text\nassert 'for' not in text(f)",
        "import inspect\nassert not inspect.isgeneratorfunction(f)",
        "import dis\nassert not any(i.opname == 'FOR_ITER' for i in dis.get_instructions(f))",
        "assert not any('for ' in cell for cell in In)",
        "assert 'helper' not in globals()",
        "assert not ('helper' in globals())",
        "assert f(1) == 1 and 'helper' not in get_ipython().user_ns",
        "assert vars(f) == {}",
        "assert 'append' not in dir(f)",
        "fair(f)",
        "def own(function):\n    return plain_defaults(function)\nassert own(f)",
    ],
)
def test_it_asks(tmp_path: Path, source: str) -> None:
    assert asks(tmp_path, source)


@pytest.mark.parametrize(
    "source",
    [
        "# f may use any library, so __code__ is not looked at, nor getsource\nassert f(1) == 1",
        "assert f(1) == 1, 'f has no __defaults__ to speak of'",
        "assert f.__name__ == 'f' and f.__doc__ is None and type(total).__name__ == 'int'",
        "assert 'total' in globals(), 'Give total a value.'\nassert total == 6",
        "assert total == 6 if 'total' not in globals() else True",
        "assert hasattr(total, '__len__') is False and 'In' != 'dis'",
        "import pandas as pd\nassert pd.__version__ and harmless(f) == 1",
        "class Probe:\n    def __init__(self):\n        super().__init__()\n        self.__dict__['seen'] = f(1)\nassert Probe().seen == 1",
        "not python at all",
    ],
)
def test_it_does_not_ask(tmp_path: Path, source: str) -> None:
    assert not asks(tmp_path, source)
