"""Sponsor levels of the file: what comes with them, what is promised, and the spots they are sold by."""

from registration.catalog.levels.schemas import LabelText, LevelText, PromiseText, SpotText
from registration.seed.source import Node


def _owed(label: LabelText, weeks_before: int) -> PromiseText:
    return PromiseText(label=label, weeks_before=weeks_before)


# What the file calls each benefit: in both languages, and how many weeks before the activity it is owed.
BENEFITS = {
    "logo_site": _owed(LabelText(fr="Logo sur le site", en="Logo on the website"), 8),
    "logo_emails": _owed(LabelText(fr="Logo dans les courriels", en="Logo in e-mails"), 6),
    "banner": _owed(LabelText(fr="Bannière sur place", en="Banner on site"), 0),
    "speech_2_min": _owed(LabelText(fr="Allocution de 2 minutes", en="2-minute speech"), 0),
    "name_in_title": _owed(LabelText(fr="Nom dans le titre de l’activité", en="Name in the activity’s title"), 8),
    "table_cards": _owed(LabelText(fr="Cartons sur les tables", en="Cards on the tables"), 0),
    "sign_on_hole": _owed(LabelText(fr="Affiche au trou", en="Sign at the hole"), 1),
}
# What the spots of a level are called, by what the file lets its sponsors choose.
SPOTS = {"hole_number": LabelText(fr="Trou {n}", en="Hole {n}")}


def sponsor_level(node: Node) -> LevelText:
    """One sponsorship of the file."""
    called = SPOTS.get(node.get("choose", ""))
    numbers = range(1, node["quantity"] + 1) if called else ()
    labels = [LabelText(fr=called.fr.format(n=n), en=called.en.format(n=n)) for n in numbers] if called else []
    return LevelText(
        includes=dict(node["includes"]),
        benefits=tuple(BENEFITS[name] for name in node["visibility"]),
        spots=tuple(SpotText(label=label) for label in labels),
    )
