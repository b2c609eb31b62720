"""How the door names its check-in points."""

from kit import text


def point_label(catalogue: text.Catalogue, lang: str, point: str) -> str:
    """A check-in point as people call it; one the catalogue does not know is shown as the activity names it."""
    if point.startswith("seance-"):
        return catalogue.say(lang, "checkin.session", number=point.removeprefix("seance-"))
    key = f"point.{point}"
    return catalogue.say(lang, key) if catalogue.has(key) else point.replace("_", " ").capitalize()
