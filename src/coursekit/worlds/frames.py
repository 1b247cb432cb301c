"""How do NumPy arrays and pandas tables travel?

Numbers as raw bytes with their type and shape; objects one by one. Types are named from a closed list.
Neither library is imported unless the value (or the message) needs it.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from typing import Any

Step = Callable[[Any], Any]

ARRAY_BYTES_MAX = 64 * 1024 * 1024
_RAW_KINDS = "biufcmMSU"


class BadFrame(TypeError):
    """An array or table that does not follow the rules."""


def encode(value: Any, step: Step) -> Any:
    """Plain data for an array, a table or one of their scalars; None where value is something else."""
    part = _encode_numpy(value, step)
    if part is None:
        part = _encode_pandas(value, step)
    return None if part is None else ["frame", part]


def _encode_numpy(value: Any, step: Step) -> Any:
    import numpy as np

    if isinstance(value, np.generic):
        return ["scalar", _encode_array(np.asarray(value), step)]
    if isinstance(value, np.dtype):
        return ["dtype", str(value)]
    if isinstance(value, np.ma.MaskedArray):
        return ["masked", _encode_array(np.asarray(value.data), step), _encode_array(np.ma.getmaskarray(value), step)]
    if isinstance(value, np.ndarray):
        return ["array", _encode_array(np.asarray(value), step)]
    if type(value) is np.random.Generator:
        return ["rng", type(value.bit_generator).__name__, step(_plain_state(value.bit_generator.state))]
    if isinstance(value, np.ufunc):
        name = str(value.__name__)
        return ["npfunction", name] if getattr(np, name, None) is value else None
    if isinstance(value, type) and issubclass(value, np.generic):
        return ["nptype", value.__name__]
    return None


def _plain_state(state: Any) -> Any:
    return {k: _plain_state(v) for k, v in state.items()} if isinstance(state, dict) else state


def _encode_array(array: Any, step: Step) -> list[Any]:
    if array.dtype.kind in _RAW_KINDS:
        if array.nbytes > ARRAY_BYTES_MAX:
            raise BadFrame(f"An array of {array.nbytes:,} bytes; at most {ARRAY_BYTES_MAX:,} travel.")
        return [array.dtype.str, list(array.shape), base64.b64encode(array.tobytes()).decode()]
    return ["O", list(array.shape), [step(item) for item in array.ravel().tolist()]]


def _encode_pandas(value: Any, step: Step) -> Any:
    import pandas as pd

    if value is pd.NaT:
        return ["NaT"]
    if value is pd.NA:
        return ["NA"]
    if isinstance(value, pd.Timestamp):
        return ["Timestamp", value.isoformat(), str(value.tz) if value.tz is not None else None, value.unit]
    if isinstance(value, pd.Timedelta):
        return ["Timedelta", int(value.value)]
    if isinstance(value, pd.Period):
        return ["Period", str(value), value.freqstr]
    if isinstance(value, pd.DataFrame):
        columns = [_encode_column(value.iloc[:, i], step) for i in range(value.shape[1])]
        return ["DataFrame", _encode_index(value.index, step), _encode_index(value.columns, step), columns]
    if isinstance(value, pd.Series):
        return ["Series", _encode_column(value, step), _encode_index(value.index, step), step(value.name)]
    if isinstance(value, pd.Index):
        return ["Index", _encode_index(value, step)]
    if isinstance(value, pd.api.extensions.ExtensionArray):
        return ["Extension", _encode_column(pd.Series(value), step)]
    return None


def _encode_index(index: Any, step: Step) -> list[Any]:
    import pandas as pd

    if type(index) is pd.RangeIndex:
        return ["range", [index.start, index.stop, index.step], step(index.name)]
    if isinstance(index, pd.MultiIndex):
        levels = [_encode_index(index.get_level_values(i), step) for i in range(index.nlevels)]
        return ["multi", levels, [step(name) for name in index.names]]
    return ["plain", _encode_column(index.to_series(), step), step(index.name)]


def _encode_column(column: Any, step: Step) -> list[Any]:
    """One column as [type, data]: raw numbers, categories with codes, or a list."""
    dtype = column.dtype
    kind = str(dtype)
    if getattr(dtype, "kind", "O") in _RAW_KINDS and not hasattr(dtype, "construct_array_type"):
        return ["raw", _encode_array(column.to_numpy(), step)]
    if kind == "category":
        codes = _encode_array(column.cat.codes.to_numpy(), step)
        return ["category", codes, _encode_index(column.cat.categories, step), bool(column.cat.ordered)]
    return [kind, [step(item) for item in column.tolist()]]


_COLUMN_TYPES = ("object", "str", "string", "boolean", "Int", "UInt", "Float", "datetime64[", "timedelta64[", "period[")
_RANDOM = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")


def decode(part: list[Any], step: Step, plain_step: Step) -> Any:
    """The array or table behind what encode made.

    step        reads one item
    plain_step  reads one item that must be plain throughout: a stand-in inside could answer anew each time it is asked
    """
    kind, *rest = part
    if kind == "rng":
        return _decode_random(rest[0], plain_step(rest[1]))
    if kind in ("scalar", "array", "masked", "dtype", "nptype", "npfunction"):
        return _decode_numpy(kind, rest, step)
    return _decode_pandas(kind, rest, step)


def _decode_numpy(kind: str, rest: list[Any], step: Step) -> Any:
    import numpy as np

    if kind == "scalar":
        array = _decode_array(rest[0], step)
        if array.ndim:
            raise BadFrame("A scalar with a shape.")
        return array[()]
    if kind == "masked":
        data, mask = _decode_array(rest[0], step), _decode_array(rest[1], step).astype(bool)
        return np.where(mask, np.nan, data) if mask.any() else data  # a masked item equals everything in comparisons
    if kind == "dtype":
        return np.dtype(str(rest[0]))
    if kind == "nptype":
        found = getattr(np, str(rest[0]))
        if not (isinstance(found, type) and issubclass(found, np.generic)):
            raise BadFrame(f"No NumPy type '{rest[0]}'.")
        return found
    if kind == "npfunction":
        found = getattr(np, str(rest[0]))
        if not isinstance(found, np.ufunc):
            raise BadFrame(f"No NumPy function '{rest[0]}'.")
        return found
    return _decode_array(rest[0], step)


def _decode_random(name: str, state: Any) -> Any:
    import numpy as np

    if name not in _RANDOM:
        raise BadFrame(f"Unknown source of random numbers '{name}'.")
    source = getattr(np.random, name)()
    inner = state.get("state", {})
    for place, last in ((inner.get("pos", 0), 624), (state.get("buffer_pos", 0), 4)):
        if type(place) is not int or not 0 <= place <= last:
            raise BadFrame("Random numbers from beyond their table.")  # NumPy reads there without looking
    source.state = state
    return np.random.Generator(source)


def _decode_array(part: list[Any], step: Step) -> Any:
    import numpy as np

    name, shape, data = part
    shape = tuple(int(n) for n in shape)
    if len(shape) > 32 or any(n < 0 for n in shape):
        raise BadFrame("An array with an impossible shape.")
    if name == "O":
        if len(data) != math.prod(shape):
            raise BadFrame("An array whose shape does not fit its data.")
        array = np.empty(len(data), dtype=object)
        for i, item in enumerate(data):
            array[i] = step(item)
        return array.reshape(shape)
    dtype = np.dtype(str(name))
    if dtype.kind not in _RAW_KINDS or dtype.hasobject:
        raise BadFrame(f"Arrays of type {dtype} do not travel as bytes.")
    return np.frombuffer(bytearray(base64.b64decode(data)), dtype=dtype).reshape(shape)


def _decode_pandas(kind: str, rest: list[Any], step: Step) -> Any:
    import pandas as pd

    if kind == "NaT":
        return pd.NaT
    if kind == "NA":
        return pd.NA
    if kind == "Timestamp":
        return pd.Timestamp(rest[0]).tz_localize(None).tz_localize(rest[1]) if rest[1] else pd.Timestamp(rest[0])
    if kind == "Timedelta":
        return pd.Timedelta(int(rest[0]))
    if kind == "Period":
        return pd.Period(rest[0], freq=rest[1])
    if kind == "Series":
        return pd.Series(_decode_column(rest[0], step), index=_decode_index(rest[1], step), name=step(rest[2]))
    if kind == "Index":
        return _decode_index(rest[0], step)
    if kind == "Extension":
        return pd.Series(_decode_column(rest[0], step)).array
    if kind == "DataFrame":
        index = _decode_index(rest[0], step)
        columns = {i: pd.Series(_decode_column(c, step), index=index) for i, c in enumerate(rest[2])}
        frame = pd.DataFrame(columns, index=index)
        frame.columns = _decode_index(rest[1], step)
        return frame
    raise BadFrame(f"An unknown kind of table '{kind}'.")


def _decode_index(part: list[Any], step: Step) -> Any:
    import pandas as pd

    kind = part[0]
    if kind == "range":
        start, stop, stride = (int(n) for n in part[1])
        return pd.RangeIndex(start, stop, stride, name=step(part[2]))
    if kind == "multi":
        levels = [_decode_index(level, step) for level in part[1]]
        return pd.MultiIndex.from_arrays(levels, names=[step(name) for name in part[2]])
    return pd.Index(_decode_column(part[1], step), name=step(part[2]))


def _decode_column(part: list[Any], step: Step) -> Any:
    import pandas as pd

    kind = part[0]
    if kind == "raw":
        return _decode_array(part[1], step)
    if kind == "category":
        codes, categories, ordered = part[1:]
        return pd.Categorical.from_codes(_decode_array(codes, step), _decode_index(categories, step), ordered=ordered)
    if not str(kind).startswith(_COLUMN_TYPES):
        raise BadFrame(f"Columns of type {kind} do not travel.")
    return pd.array([step(item) for item in part[1]], dtype=kind) if kind != "object" else _objects(part[1], step)


def _objects(items: list[Any], step: Step) -> Any:
    import numpy as np

    column = np.empty(len(items), dtype=object)
    for i, item in enumerate(items):
        column[i] = step(item)
    return column
