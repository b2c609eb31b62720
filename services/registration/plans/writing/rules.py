"""What is wrong with a plan as staff write it."""

from kit.contracts.addresses import Reach, problem
from kit.contracts.problems import Where
from kit.contracts.texts import ANSWER, LINE
from registration.plans.rules import PlanMode, PlanTerms


def plan_problems(terms: PlanTerms, reach: Reach) -> dict[Where, str]:
    """Field -> key of its sentence. Whoever is covered must know whom to call, and to what they are entitled."""
    lines = {
        "provider_name": terms.provider_name,
        "provider_email": terms.provider_email,
        "provider_phone": terms.provider_phone,
    }
    problems: dict[Where, str] = {name: "problem.required" for name, text in lines.items() if not text}
    problems |= {name: "problem.line_too_long" for name, text in lines.items() if len(text) > LINE}
    if not terms.entitlement.fr:
        problems |= {("entitlement", "fr"): "problem.required"}
    texts = {"fr": terms.entitlement.fr, "en": terms.entitlement.en}
    problems |= {("entitlement", lang): "problem.too_long" for lang, text in texts.items() if len(text) > ANSWER}
    if wrong := problem(terms.provider_email, reach):
        problems |= {"provider_email": wrong}
    fixed = terms.mode is PlanMode.FIXED_PERIOD
    if fixed and terms.ends is None:
        problems |= {"ends": "problem.required"}
    if terms.ends is not None and (not fixed or terms.ends < terms.starts):
        problems |= {"ends": "problem.plan_ends"}
    return problems
