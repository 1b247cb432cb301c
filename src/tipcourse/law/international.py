"""What do the Palermo Protocol, the U.S. TVPA and ILO Convention 29 call trafficking or forced labour?

Facts in (a Case), a Verdict with a finding for each element out. Each function follows its text, element by element.
Not here: how a court would weigh evidence, and whether a state is bound (see treaties).
"""

from __future__ import annotations

from tipcourse.findings import Finding, all_met, any_met
from tipcourse.law.cases import ACTS, EXPLOITATION, LISTED_MEANS, Case
from tipcourse.law.verdict import Verdict, open_or_missing

PALERMO = "Palermo Protocol (2000), art. 3"
TVPA = "22 U.S.C. 7102 (severe forms of trafficking in persons)"
C29 = "ILO Forced Labour Convention, 1930 (No. 29), art. 2"
FORCE_FRAUD_COERCION = (
    "force",
    "threat",
    "coercion",
    "confinement",
    "abduction",
    "fraud",
    "deception",
    "threatened lawsuit",
)
MAY_BE_COERCION = ("abuse of power", "abuse of vulnerability")
LABOUR = ("forced labour or services", "debt bondage", "slavery")
WORK = (*LABOUR, "prostitution of others", "commercial sex", "ordinary work", "prison work")
MENACE = ("threat", "force", "coercion", "confinement", "abduction")
MAY_BE_MENACE = ("abuse of power", "threatened lawsuit", "abuse of vulnerability")


def listed(case: Case, kind: str, words: tuple[str, ...], element: str, none: str) -> Finding:
    """A finding on whether the case has one of the words, naming those that it has or that are open."""
    met = case.says_any(kind, words)
    if met:
        return Finding(element, True, f"The facts show {', '.join(w for w in words if case.says(kind, w))}.")
    if met is False:
        return Finding(element, False, none)
    doubtful = [w for w in words if getattr(case, kind) is not None and case.says(kind, w) is None]
    return Finding(
        element, None, f"It is open whether there was {' or '.join(doubtful)}." if doubtful else "Nothing is known."
    )


def palermo(case: Case) -> Verdict:
    """Trafficking in persons under art. 3: act + means + purpose; for a child act + purpose.

    Consent is no element: once a listed means was used, or for a child, it does not count (art. 3(b), (c)).
    Crossing a border is no element either. Art. 4 limits what the treaty's duties reach, not the definition.
    """
    act = listed(case, "acts", ACTS, "act", "Nobody recruited, moved, harboured or received the person.")
    purpose = listed(
        case, "purposes", EXPLOITATION, "purpose", "No exploitation of the kinds in the list, or like them."
    )
    means = _palermo_means(case)
    findings = (act, means, purpose)
    return Verdict(
        "Palermo Protocol",
        all_met(f.met for f in findings),
        findings,
        open_or_missing(findings) + _consent(case, means),
        PALERMO,
    )


def _palermo_means(case: Case) -> Finding:
    child, means = (
        case.younger_than(18),
        listed(case, "means", LISTED_MEANS, "means", "None of the listed means was used."),
    )
    if child:
        return Finding("means", True, "Not needed: the person is under 18 (art. 3(c), (d)).")
    if means.met is False and child is None:
        return Finding("means", None, "None was used, but the age is not known, and for a child none is needed.")
    return means


def _consent(case: Case, means: Finding) -> str:
    if not case.consented:
        return ""
    if case.younger_than(18):
        return " The person said yes, but consent of a child does not matter here (art. 3(c))."
    return (
        " The person said yes, but a listed means was used, so that does not matter (art. 3(b))." if means.met else ""
    )


def severe_form(case: Case) -> Verdict:
    """A severe form under the TVPA: (A) sex trafficking or (B) labour trafficking.

    (A) an act for a commercial sex act, brought about by force, fraud or coercion, or of a person under 18.
    (B) an act for labour or services, by force, fraud or coercion, for servitude, peonage, debt bondage or slavery.
    Labour trafficking of a child still needs force, fraud or coercion. Organ removal is in neither.
    """
    act = listed(case, "acts", ACTS, "act", "Nobody recruited, moved, provided or obtained the person.")
    means, child = _tvpa_means(case), case.younger_than(18)
    sex = listed(
        case, "purposes", ("prostitution of others", "commercial sex"), "A: commercial sex", "No commercial sex act."
    )
    reached = Finding(
        "A: force, fraud or coercion, or under 18",
        any_met([child, means.met]),
        "The person is under 18." if child else means.because,
    )
    labour = listed(
        case,
        "purposes",
        LABOUR,
        "B: labour or services",
        "No labour or services in servitude, debt bondage or slavery.",
    )
    forced = Finding("B: force, fraud or coercion", means.met, means.because)
    form_a, form_b = all_met([act.met, sex.met, reached.met]), all_met([act.met, labour.met, forced.met])
    named = [name for name, met in (("(A) sex", form_a), ("(B) labour", form_b)) if met]
    met = any_met([form_a, form_b])
    because = {
        True: f"Form {' and '.join(named)}.",
        False: "Neither form (A) nor form (B).",
        None: "Neither form is sure, at least one is open.",
    }
    return Verdict("TVPA severe form", met, (act, sex, reached, labour, forced), because[met], TVPA)


def _tvpa_means(case: Case) -> Finding:
    means = listed(case, "means", FORCE_FRAUD_COERCION, "means", "No force, fraud or coercion.")
    if means.met is False and case.says_any("means", MAY_BE_COERCION) is not False:
        return Finding(
            "means",
            None,
            "Abuse of power or of vulnerability is no listed means; it may or may not amount to coercion.",
        )
    return means


def forced_labour_c29(case: Case) -> Verdict:
    """Forced or compulsory labour: work or service, under the menace of a penalty, not offered voluntarily, no exception.

    'All work or service' has no exception for sex work (our reading). Of the five exceptions of art. 2(2) the model
    knows (c), work after conviction in a court: under public supervision and not hired out to private parties.
    A child is read like an adult here; the conventions on child labour (C138, C182) are not tried.
    """
    work = listed(case, "purposes", WORK, "work or service", "No work or service was demanded.")
    menace = _menace(case)
    free = _not_voluntary(case, menace)
    outside = _no_exception(case)
    findings = (work, menace, free, outside)
    return Verdict("ILO Convention 29", all_met(f.met for f in findings), findings, open_or_missing(findings), C29)


def _menace(case: Case) -> Finding:
    menace = listed(case, "means", MENACE, "menace of a penalty", "Nothing bad was to follow a refusal.")
    if menace.met is False and case.says_any("means", MAY_BE_MENACE) is not False:
        return Finding(menace.element, None, "Whether refusing would have cost the person anything is open.")
    return menace


def _not_voluntary(case: Case, menace: Finding) -> Finding:
    element = "not offered voluntarily"
    forced = any_met([menace.met, case.says_any("means", ("fraud", "deception"))])
    if forced:
        return Finding(element, True, "An offer under menace or by deceit is not voluntary.")
    if forced is None:
        return Finding(element, None, "It depends on whether there was a menace or deceit.")
    if case.younger_than(18) is not False:
        return Finding(element, None, "A child may have agreed; whether that is an offer, the text does not say.")
    return Finding(element, False, "The person offered the work without menace or deceit.")


def _no_exception(case: Case) -> Finding:
    if not case.exception:
        return Finding("no exception", True, "None of the exceptions of art. 2(2) is in sight.")
    court, public, hired = (case.exception.get(key) for key in ("court", "public supervision", "hired out"))
    excepted = all_met([court, public, None if hired is None else not hired])
    because = {
        True: "Work after conviction in a court, under public supervision, not hired out: excepted by art. 2(2)(c).",
        False: "Art. 2(2)(c) does not cover it: it needs a court conviction, public supervision and no hiring out.",
        None: "Whether art. 2(2)(c) covers it is open: it needs a court, public supervision and no hiring out.",
    }
    return Finding("no exception", None if excepted is None else not excepted, because[excepted])
