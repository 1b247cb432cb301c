"""Which tier follows from a government's history and this year's facts?

Facts and History in, a Ruling with reasons and citations out. An unknown fact is tried both ways: only what holds
either way is ruled. Not here: how the Department weighs evidence. That is judgement; see lesson 3.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import product

from tipcourse.dated import DatedRule, load_rules
from tipcourse.findings import Finding
from tipcourse.tiers.clock import FIRST_COUNTED_REPORT, Clock, State, report_day, stands, watch_list_clock
from tipcourse.tiers.facts import TIERS, Facts, History, Ruling


@dataclass(frozen=True)
class _Law:
    """The law on the day of the report: which criteria there were; the clock where there was one."""

    rules: dict[str, DatedRule]
    watch_list: bool
    number_alone: bool
    promises_list: bool
    pattern_is_proof: bool
    clock: Clock | None


def _law(past: History, on: int) -> _Law:
    rules, day = load_rules("tipcourse.tiers", "rules/lists.yaml"), report_day(on)
    watch_list = stands(rules["special_watch_list"], day)
    return _Law(
        rules=rules,
        watch_list=watch_list,
        number_alone=watch_list and rules["criterion_a"].on(day).value == "number alone",
        promises_list=stands(rules["criterion_c"], day),
        pattern_is_proof=stands(rules["policy_or_pattern"], day),
        clock=watch_list_clock(past, on) if on >= FIRST_COUNTED_REPORT else None,
    )


def next_tier(past: History, facts: Facts, on: int) -> Ruling:
    """The tier in the report of year `on`.

    past    tiers of the years before; years from `on` on are not looked at
    facts   what is known about the reporting period
    on      report year, 2001 or later
    raises  OutsideTheRule for a report before 2001
    source  22 U.S.C. 7106-7107, dated values in rules/*.yaml
    """
    past = past.before(on)
    law = _law(past, on)
    possible = _possible(facts, law)
    special = {_special(past.tier(on - 1), tier, law) for tier in possible}
    return Ruling(
        government=past.government,
        report_year=on,
        tier=possible[0] if len(possible) == 1 else None,
        possible=possible,
        special_watch_list=special.pop() if len(special) == 1 else None,
        findings=_findings(past, facts, law, on),
    )


def _possible(facts: Facts, law: _Law) -> tuple[str, ...]:
    """Every tier that some way of filling the unknown facts leads to."""
    unknown = [f.name for f in fields(Facts) if getattr(facts, f.name) is None]
    clock: State = law.clock.state if law.clock else "open"
    states: tuple[State, ...] = ("open", "used up") if clock == "not known" else (clock,)
    found = set()
    for values in product((True, False), repeat=len(unknown)):
        filled = replace(facts, **dict(zip(unknown, values, strict=True)))
        found |= {_tier(filled, law, state) for state in states}
    return tuple(tier for tier in TIERS if tier in found)


def _tier(facts: Facts, law: _Law, clock: State) -> str:
    """The tier when every fact is known: the decision in the order of the statute."""
    if facts.meets_standards:
        return "1"
    if not facts.significant_efforts or (law.pattern_is_proof and facts.policy_or_pattern):
        return "3"
    if not _criterion(facts, law):
        return "2"
    if clock == "used up" or (clock == "waiver needed" and not facts.waiver):
        return "3"
    return "2WL"


def _criterion(facts: Facts, law: _Law) -> bool | None:
    """Does a criterion put a Tier 2 government on the watch list? None where the facts leave it open."""
    if not law.watch_list:
        return False
    idle = True if law.number_alone else _not(facts.proportional_action)
    promises = facts.promises_only if law.promises_list else False
    return _any(_all(facts.very_many_victims, idle), _not(facts.increasing_efforts), promises)


def _not(fact: bool | None) -> bool | None:
    return None if fact is None else not fact


def _any(*facts: bool | None) -> bool | None:
    return True if True in facts else None if None in facts else False


def _all(*facts: bool | None) -> bool | None:
    return False if False in facts else None if None in facts else True


def _special(last: str | None, tier: str, law: _Law) -> bool | None:
    """Is it on the special watch list: the printed Watch List and every fresh upgrade, from Tier 3 to 2 or 2 to 1?"""
    if not law.watch_list:
        return False
    if tier in ("2WL", "3"):
        return tier == "2WL"
    return None if last is None else (last == "3" if tier == "2" else last in ("2", "2WL"))


def _findings(past: History, facts: Facts, law: _Law, on: int) -> tuple[Finding, ...]:
    """The reasoning step by step, in the order of the statute."""
    day = report_day(on)
    judged = law.rules["judged_on"].on(day)
    efforts = facts.significant_efforts
    found = [Finding("meets the minimum standards", facts.meets_standards, f"Judged on {judged.value}.", judged.cite)]
    if law.pattern_is_proof and facts.policy_or_pattern:
        cite = law.rules["policy_or_pattern"].on(day).cite
        found.append(Finding("makes significant efforts", False, "A policy or pattern is proof of failure.", cite))
    else:
        weighed = law.rules["efforts_weighed_by"].on(day)
        found.append(Finding("makes significant efforts", efforts, f"Weighed: {weighed.value}.", weighed.cite))
    if not law.watch_list:
        return (*found, Finding("watch list", False, "There was no watch list before 19 December 2003."))
    parts = [
        "very many victims" + ("" if law.number_alone else " without proportional action"),
        "no increasing efforts",
    ]
    parts += ["promises only"] if law.promises_list else []
    cite = law.rules["criterion_a"].on(day).cite
    found.append(Finding("a watch-list criterion is met", _criterion(facts, law), f"Any of: {'; '.join(parts)}.", cite))
    if law.clock is None:
        return (*found, Finding("may stay on the watch list", True, "There was no limit before the report of 2009."))
    stay = {"open": True, "waiver needed": facts.waiver, "used up": False, "not known": None}[law.clock.state]
    return (*found, Finding("may stay on the watch list", stay, law.clock.because, law.clock.cite))
