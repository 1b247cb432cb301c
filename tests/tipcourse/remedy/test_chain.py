"""The remedy chain: what must hold for any shares, and the simulation against its closed form."""

from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipcourse import sources
from tipcourse.errors import OutOfRange, UnknownName
from tipcourse.remedy import chain as model

shares = st.floats(min_value=0.01, max_value=1)
chains = st.lists(shares, min_size=1, max_size=7).map(lambda xs: {f"step {i}": x for i, x in enumerate(xs)})


@settings(derandomize=True, max_examples=100)
@given(chains)
def test_people_only_leave_and_the_last_step_holds_the_product(chain):
    left = list(model.people_left(chain, 1000).values())
    assert all(later <= earlier + 1e-9 for earlier, later in zip([1000, *left], left, strict=False))
    assert left[-1] == pytest.approx(1000 * model.share_with_remedy(chain))
    assert model.share_with_remedy(chain) <= min(chain.values()) + 1e-12


@settings(derandomize=True, max_examples=100)
@given(chains)
def test_the_order_of_steps_does_not_matter_for_the_end(chain):
    backwards = dict(reversed(chain.items()))
    assert model.share_with_remedy(backwards) == pytest.approx(model.share_with_remedy(chain))


@settings(derandomize=True, max_examples=100)
@given(st.lists(st.floats(min_value=0.01, max_value=0.9), min_size=2, max_size=7, unique=True))
def test_the_weakest_step_gains_most_from_the_same_points(values):
    chain = {f"step {i}": x for i, x in enumerate(values)}
    gains = model.gains(chain, 0.10)
    assert gains[model.weakest(chain)] == pytest.approx(max(gains.values()))


@settings(derandomize=True, max_examples=100)
@given(chains, st.floats(min_value=0, max_value=0.5))
def test_raising_a_step_never_hurts_and_no_share_passes_one(chain, points):
    for step, gain in model.gains(chain, points).items():
        assert gain >= -1e-12
        assert model.share_with_remedy(chain) + gain <= prod(v for s, v in chain.items() if s != step) + 1e-9


def test_a_perfect_last_step_leaves_the_chain_almost_as_it_was():
    chain = model.hypothetical_chain()
    fixed = model.share_with_remedy(model.changed(chain, "carried out", 1.0))
    assert model.share_with_remedy(chain) == pytest.approx(0.01134)
    assert fixed == pytest.approx(0.0162)
    assert fixed < 0.02


def test_looking_ahead_moves_the_first_step():
    chain = model.hypothetical_chain()
    assert model.discouraged(chain, "comes forward", 0) == chain
    full = model.discouraged(chain, "comes forward", 1)
    ahead = prod(chain[step] for step in ["finds help", "case accepted", "decided for", "carried out"])
    assert full["comes forward"] == pytest.approx(0.30 * ahead)
    assert max(model.gains(chain), key=model.gains(chain).get) == "comes forward"
    foreseen = model.gains(chain, looks_ahead="comes forward")
    assert max(foreseen, key=foreseen.get) == "finds help"  # no longer the weakest step
    better_end = model.discouraged(model.changed(chain, "carried out", 1.0), "comes forward", 1)
    assert better_end["comes forward"] > full["comes forward"]


def test_simulation_agrees_with_the_closed_form_within_four_standard_errors():
    chain = model.hypothetical_chain()
    people = 400_000
    left = model.simulate(chain, people, np.random.default_rng(6))
    expected = list(model.people_left(chain, people).values())
    for count, mean in zip(left, expected, strict=True):
        share = mean / people
        assert abs(count - mean) <= 4 * np.sqrt(people * share * (1 - share))
    assert model.standard_error(chain, people) == pytest.approx(np.sqrt(0.01134 * (1 - 0.01134) / people))


def test_the_same_seed_gives_the_same_run():
    runs = [model.simulate(model.hypothetical_chain(), 1000, np.random.default_rng(3)) for _ in range(2)]
    assert np.array_equal(*runs)


def test_every_step_is_drawn_from_words_that_stand_in_the_interview():
    for passage in model.passages().values():
        assert sources.quote("interview", passage)
    assert list(model.titles()) == list(model.hypothetical_chain())


def test_errors_say_what_came_and_what_to_do():
    with pytest.raises(OutOfRange, match="between 0 and 1"):
        model.share_with_remedy({"knows": 60})
    with pytest.raises(OutOfRange, match="no steps"):
        model.share_with_remedy({})
    with pytest.raises(UnknownName, match="finds help"):
        model.changed(model.hypothetical_chain(), "find help", 0.5)
    with pytest.raises(UnknownName, match="no step"):
        model.discouraged(model.hypothetical_chain(), "court", 0.5)
    with pytest.raises(OutOfRange, match="weight"):
        model.discouraged(model.hypothetical_chain(), "knows", 2)
    with pytest.raises(OutOfRange, match="at least 1"):
        model.standard_error(model.hypothetical_chain(), 0)
