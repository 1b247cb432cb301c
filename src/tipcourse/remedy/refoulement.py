"""May a state send a person back? A decision with unknowns.

Facts answered yes, no or not known go in, with the treaties that bind the state on the day; a ReturnRuling comes out
that says which unknowns could still change it. An unknown is a reason to ask, never a reason to send back.
`screening` counts what a rule of asking, or not asking, does to a group; its numbers are hypothetical.
Not here: how an official weighs a story. That is judgement.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from tipcourse.dated import read_yaml
from tipcourse.errors import OutOfRange, UnknownName, did_you_mean
from tipcourse.findings import WORDS, Answer, Finding, all_met, any_met, opposite


@dataclass(frozen=True)
class ReturnRuling:
    """Whether these treaties bar a return.

    barred     True, False, or None where an unknown could still change the answer
    routes     one Finding for each treaty's rule
    still_ask  the unknown facts that could change the answer, in the order of `questions()`
    set_aside  facts that were given but settle nothing, with the reason
    because    one sentence
    """

    barred: Answer
    routes: tuple[Finding, ...]
    still_ask: tuple[str, ...]
    set_aside: dict[str, str]
    because: str


@dataclass(frozen=True)
class Screened:
    """What a rule of asking does to a group. Expected persons, not whole people; hypothetical numbers in, so out too."""

    returned_into_danger: float
    protected: float
    kept_without_danger: float
    returned_safely: float


def _rules() -> Any:
    return read_yaml("tipcourse.remedy", "rules/non_refoulement.yaml")


def questions() -> dict[str, str]:
    """Every fact that can decide, with the question that it answers."""
    return {fact: " ".join(question.split()) for fact, question in _rules()["facts"].items()}


def treaties_needed() -> tuple[str, ...]:
    """Short names of the treaties that hold the rules."""
    return tuple(route["treaty"] for route in _rules()["routes"].values())


def _check(facts: Mapping[str, Answer], in_force: Collection[str]) -> None:
    known = [*questions(), *_rules()["do_not_decide"]]
    for fact in facts:
        if fact not in known:
            raise UnknownName(
                f"The rules ask nothing about '{fact}'.{did_you_mean(fact, known)} questions() lists all."
            )
    if isinstance(in_force, str):
        raise UnknownName(f"in_force came as the text '{in_force}'. Give a list of treaties, such as ['CAT'].")


def _routes(facts: Mapping[str, Answer], in_force: Collection[str]) -> Iterator[Finding]:
    for route in _rules()["routes"].values():
        if route["treaty"] not in in_force:
            yield Finding(route["title"], False, f"{route['treaty']} does not bind the state on this day")
            continue
        needs = route["needs"].items()
        met = all_met(facts.get(fact) if wanted else opposite(facts.get(fact)) for fact, wanted in needs)
        told = "; ".join(f"{fact} is {WORDS[facts.get(fact)]}" for fact, _ in needs)
        yield Finding(route["title"], met, f"{route['cite']}: {told}")


def _barred(facts: Mapping[str, Answer], in_force: Collection[str]) -> Answer:
    return any_met(finding.met for finding in _routes(facts, in_force))


def _could_change(fact: str, facts: Mapping[str, Answer], in_force: Collection[str]) -> bool:
    """Whether some way of filling the other unknowns makes this fact decide."""
    others = [name for name in questions() if facts.get(name) is None and name != fact]
    for filled in product((True, False), repeat=len(others)):
        world = {**facts, **dict(zip(others, filled, strict=True))}
        if _barred({**world, fact: True}, in_force) != _barred({**world, fact: False}, in_force):
            return True
    return False


def may_not_return(facts: Mapping[str, Answer], in_force: Collection[str]) -> ReturnRuling:
    """Apply article 33 of the Refugee Convention and article 3 of the Convention against Torture.

    facts     fact -> True, False or None; names are those of `questions()`, or of facts that settle nothing
              (left_for_work, crossed_illegally, agreement_to_return), which are set aside with the reason
    in_force  short names of the treaties that bind the state on the day, such as ['refugees_protocol', 'CAT']
    returns   ReturnRuling
    raises    UnknownName for a fact that is neither
    source    Refugee Convention art. 33; 1967 Protocol art. I; CAT art. 3(1)
    """
    _check(facts, in_force)
    routes = tuple(_routes(facts, in_force))
    barred = any_met(finding.met for finding in routes)
    unknown = [fact for fact in questions() if facts.get(fact) is None]
    still_ask = tuple(fact for fact in unknown if _could_change(fact, facts, in_force))
    aside = {fact: why for fact, why in _rules()["do_not_decide"].items() if facts.get(fact) is not None}
    if barred:
        because = "Return is barred: " + "; ".join(finding.element for finding in routes if finding.met) + "."
    elif barred is None:
        because = f"Not known. Ask before anybody is sent back: {', '.join(still_ask)}."
    else:
        because = "These two treaties do not bar the return. Other rules may."
    return ReturnRuling(barred, routes, still_ask, aside, because)


def screening(people: float, share_in_danger: float, recognised: float, wrongly_kept: float = 0.0) -> Screened:
    """What a rule of asking does to a group of people.

    people           persons, 0 or more
    share_in_danger  share of them who would be in danger on return, 0-1; hypothetical
    recognised       share of those in danger whom the screening recognises, 0-1; 0 means that nobody asks
    wrongly_kept     share of those not in danger whom the screening keeps all the same, 0-1
    returns          Screened, four groups that add up to people
    raises           OutOfRange
    """
    shares = {"share_in_danger": share_in_danger, "recognised": recognised, "wrongly_kept": wrongly_kept}
    for name, share in shares.items():
        if not 0 <= share <= 1:
            raise OutOfRange(f"{name} came as {share}. A share lies between 0 and 1.")
    if people < 0:
        raise OutOfRange(f"people came as {people}. Give 0 or more persons.")
    in_danger = people * share_in_danger
    safe = people - in_danger
    return Screened(
        in_danger * (1 - recognised), in_danger * recognised, safe * wrongly_kept, safe * (1 - wrongly_kept)
    )
