"""Sponsor levels of the file: what comes with them, what is promised, and the spots they are sold by."""

from kit.contracts import Bilingual
from registration.catalog.levels.rules import Level, Promise, numbered_spots
from registration.seed.source import Node

# What the file calls each benefit: in both languages, and how many weeks before the activity it is owed.
BENEFITS = {
    "logo_site": Promise(Bilingual(fr="Logo sur le site", en="Logo on the website"), 8),
    "logo_emails": Promise(Bilingual(fr="Logo dans les courriels", en="Logo in e-mails"), 6),
    "banner": Promise(Bilingual(fr="Bannière sur place", en="Banner on site"), 0),
    "speech_2_min": Promise(Bilingual(fr="Allocution de 2 minutes", en="2-minute speech"), 0),
    "name_in_title": Promise(Bilingual(fr="Nom dans le titre de l’activité", en="Name in the activity’s title"), 8),
    "table_cards": Promise(Bilingual(fr="Cartons sur les tables", en="Cards on the tables"), 0),
    "sign_on_hole": Promise(Bilingual(fr="Affiche au trou", en="Sign at the hole"), 1),
}
# What the spots of a level are called, by what the file lets its sponsors choose.
SPOTS = {"hole_number": Bilingual(fr="Trou {n}", en="Hole {n}")}


def sponsor_level(node: Node) -> Level:
    """One sponsorship of the file."""
    called = SPOTS.get(node.get("choose", ""))
    numbers = range(1, node["quantity"] + 1) if called else ()
    labels = [Bilingual(fr=called.fr.format(n=n), en=called.en.format(n=n)) for n in numbers] if called else []
    benefits = tuple(BENEFITS[name] for name in node["visibility"])
    return Level(True, dict(node["includes"]), benefits, numbered_spots(node["id"], labels))
