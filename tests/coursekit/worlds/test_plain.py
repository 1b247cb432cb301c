"""Values arrive on the other side as they were, and nothing else can be built from a message."""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import fractions
import json
import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.worlds.alarm import alarm
from coursekit.worlds.plain import Codec, NotPlain


@dataclass(frozen=True)
class Ruling:
    tier: int
    reasons: tuple[str, ...]


REGISTERED = [f"{Ruling.__module__}:Ruling"]


def travel(value: Any, *dataclasses_: str) -> Any:
    codec = Codec(dataclasses_)
    return codec.decode(json.loads(json.dumps(codec.encode(value))))


Point = collections.namedtuple("Point", "x y")
EQUAL = [
    None, True, 3, -(2**70), 10**6000, 2.5, "text", "\ud800", b"bytes", 1 + 2j, [1, [2.0, "a"]], (1, (2,)), {1, "a"},
    frozenset({1}), {"a": [1], 2: {"b": None}}, collections.Counter("aab"), collections.OrderedDict(a=1),
    collections.deque([1, 2]), range(3), slice(1, None), dt.date(2026, 1, 2), dt.datetime(2026, 1, 2, 3, 4, 5, 6),
    dt.datetime(2026, 1, 2, tzinfo=dt.UTC), dt.time(1, 2), dt.timedelta(days=1, microseconds=3),
    decimal.Decimal("1.10"), fractions.Fraction(1, 3), np.float64(2.5), np.int8(3), np.bool_(True), np.datetime64("2026-01-02"),
    pd.Timestamp("2026-01-02", tz="Asia/Shanghai"), pd.Timedelta("3h"), pd.Period("2026-01", "M"), int, ValueError,
]  # fmt: skip


@pytest.mark.parametrize("value", EQUAL, ids=lambda value: type(value).__name__)
def test_plain_values_come_back_equal_and_of_the_same_type(value: Any) -> None:
    back = travel(value)
    assert back == value
    assert type(back) is type(value)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner, inner),
    max_leaves=20,
)


@given(json_like)
def test_anything_made_of_plain_parts_comes_back(value: Any) -> None:
    assert travel(value) == value


def test_not_a_number_stays_not_a_number() -> None:
    assert math.isnan(travel(math.nan))
    assert travel([math.inf, -math.inf]) == [math.inf, -math.inf]


FRAMES = [
    pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": [1.5, np.nan]}),
    pd.DataFrame({"when": pd.to_datetime(["2026-01-01", None]), "kind": pd.Categorical(["u", "v"])}, index=["p", "q"]),
    pd.DataFrame({"n": pd.array([1, None], dtype="Int64"), "t": pd.array([True, None], dtype="boolean")}),
    pd.DataFrame({"a": [1, 1, 2], "b": [1, 2, 3], "n": [4, 5, 6]}).set_index(["a", "b"]),
    pd.DataFrame(columns=["a", "b"]),
    pd.DataFrame([[1, 2]], columns=["same", "same"]),
]


@pytest.mark.parametrize(
    "frame", FRAMES, ids=["mixed", "dates", "nullable", "two-level index", "empty", "same name twice"]
)
def test_tables_come_back_with_types_and_index(frame: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(travel(frame), frame)


@pytest.mark.parametrize(
    "array", [np.arange(6).reshape(2, 3), np.array(["a", "bc"]), np.array([[], []]), np.array([1, "a"], dtype=object)]
)
def test_arrays_come_back(array: np.ndarray) -> None:
    back = travel(array)
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    assert (back == array).all()


def test_a_source_of_random_numbers_goes_on_where_it_was() -> None:
    rng = np.random.default_rng(7)
    rng.random()
    assert travel(rng).random() == rng.random()


def test_a_registered_dataclass_comes_back_and_another_does_not() -> None:
    ruling = Ruling(3, ("because",))
    assert travel(ruling, *REGISTERED) == ruling
    with pytest.raises(NotPlain, match="cannot travel"):
        travel(ruling)
    with pytest.raises(NotPlain, match="not among the types"):
        Codec().decode(Codec(REGISTERED).encode(ruling))


class LyingFloat(float):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__


class LyingList(list):  # type: ignore[type-arg]
    def __iter__(self) -> Any:
        return iter(["anything"])

    def __eq__(self, other: object) -> bool:
        return True


class LyingText(str):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


@pytest.mark.parametrize(("lie", "truth"), [(LyingFloat(1.5), 1.5), (LyingList([1]), [1]), (LyingText("a"), "a")])
def test_a_subclass_that_lies_arrives_as_what_it_is(lie: Any, truth: Any) -> None:
    back = travel(lie)
    assert type(back) is type(truth)
    assert back == truth
    assert back != "anything else"


@pytest.mark.parametrize(
    "message",
    [
        ["unknown", []], ["list", 3], ["list"], {"a": 1}, ["dict", [1]], ["frame", ["array", ["O8", [1], "AA=="]]],
        ["frame", ["array", ["<f8", [10**9], ""]]], ["frame", ["npfunction", "load"]], ["frame", ["nptype", "memmap"]],
        ["type", "eval"], ["dataclass", ["os:system", []]], ["enum", ["subprocess:Popen", "x"]], ["handle", [1, "function", {}]],
        ["frame", ["rng", "MT19937", ["dict", ["state", ["dict", ["pos", 625]]]]]],
        ["frame", ["rng", "Philox", ["dict", ["buffer_pos", -1]]]],
        ["frame", ["rng", "MT19937", ["dict", ["state", ["dict", ["pos", 2.5]]]]]], ["Fraction", ["1e30000000"]],
        ["Fraction", [1, ["int", hex(1 << 1_000_000)]]], ["namedtuple", ["x", ["import os"], [1]]], ["figure", ["dict", ["kind", "os"]]], ["date", "not a date"],
    ],
    ids=str,
)  # fmt: skip
def test_a_forged_message_builds_nothing(message: Any) -> None:
    with pytest.raises(NotPlain):
        Codec().decode(message)


def test_a_stand_in_has_no_place_in_the_state_of_random_numbers() -> None:
    """It could say one place when it is looked at, and another when NumPy reads there."""

    class TwoFaces:
        def get(self, key: str, default: Any = None) -> int:
            return 5

        def __getitem__(self, key: str) -> Any:
            return np.zeros(624, dtype=np.uint32) if key == "key" else 700

    codec = Codec(revive=lambda part: TwoFaces())
    state = ["dict", ["bit_generator", "MT19937", "state", ["handle", [1, "object", {"can": []}]]]]
    with pytest.raises(NotPlain):
        codec.decode(["frame", ["rng", "MT19937", state]])


class Rang(BaseException):
    pass


@pytest.mark.parametrize("tag", ["set", "frozenset", "dict", "Counter", "OrderedDict", "keys", "items"])
def test_an_alarm_rings_while_things_of_one_hash_are_put_together(tag: str) -> None:
    alike = [k * (2**61 - 1) for k in range(100_000)]  # about a minute

    def ring() -> None:
        raise Rang

    started = time.monotonic()
    with pytest.raises(Rang), alarm(0.2, ring):
        Codec().decode([tag, alike if tag in ("set", "frozenset", "keys") else [x for k in alike for x in (k, 0)]])
    assert time.monotonic() - started < 5


def test_a_value_inside_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(NotPlain, match="contains itself"):
        Codec().encode(loop)
    with pytest.raises(NotPlain, match="digits"):
        Codec().encode(1 << 10_000_000)


def test_what_is_held_twice_is_one_thing_on_the_other_side_too() -> None:
    """The grid whose rows are one row is wrong there as well."""
    row = [0, 0]
    grid, table = travel([row] * 3), travel({"a": row, "b": (row, {"c": row}), "d": [0, 0]})
    grid[0][0] = 1
    assert grid == [[1, 0]] * 3
    table["a"].append(5)
    assert table == {"a": [0, 0, 5], "b": ([0, 0, 5], {"c": [0, 0, 5]}), "d": [0, 0]}
    apart = travel([[0, 0] for _ in range(3)])
    apart[0][0] = 1
    assert apart == [[1, 0], [0, 0], [0, 0]]


@pytest.mark.parametrize(
    "value",
    [
        [(row := [1]), np.array([row, "x", row], dtype=object), row],
        pd.DataFrame({"a": [row, row], "b": ["x", None]}, index=["p", "q"]),
        [row, pd.Series([row, (row, row)]), {"k": row}],
    ],
    ids=["array", "table", "series"],
)
def test_things_held_twice_inside_tables_arrive_in_their_places(value: Any) -> None:
    assert repr(travel(value)) == repr(value)


def test_a_small_message_does_not_become_a_huge_value() -> None:
    bomb: list[Any] = []
    for _ in range(40):
        bomb = [bomb, bomb]
    with pytest.raises(NotPlain, match="far too large"):
        travel(bomb)
    for message in (["again", 0], ["list", [["again", 0]]], ["list", [["again", -1]]], ["list", [["again", "0"]]]):
        with pytest.raises(NotPlain):
            Codec().decode(message)
