"""What does the law call trafficking: in a treaty, in a U.S. statute, in the PRC Criminal Law, on a given day?

Facts come in as a Case; answers come out with three values (yes, no, not known) and reasons.
"""

from tipcourse.findings import Finding, all_met, any_met
from tipcourse.law.cases import Case, Reading, case, cases
from tipcourse.law.compare import regime_table, simple_case, verdicts, who_is_protected
from tipcourse.law.international import forced_labour_c29, palermo, severe_form
from tipcourse.law.offences import Offence, every_offence, governing_law, prc_offences, protected_by_240
from tipcourse.law.plans import covers, plan_on
from tipcourse.law.treaties import Obligation, in_force_for, obligation, obligations
from tipcourse.law.verdict import Verdict

__all__ = [
    "Case", "Finding", "Obligation", "Offence", "Reading", "Verdict", "all_met", "any_met", "case", "cases",
    "covers", "every_offence", "forced_labour_c29", "governing_law", "in_force_for", "obligation",
    "obligations", "palermo", "plan_on", "prc_offences", "protected_by_240", "regime_table", "severe_form",
    "simple_case", "verdicts", "who_is_protected",
]  # fmt: skip
