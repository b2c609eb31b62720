"""What is wrong with a sponsor level as its author writes it."""

from collections.abc import Collection, Iterator

from registration.catalog.levels.schemas import LevelText

Place = tuple[str | int, ...]


def level_problems(level: LevelText, bringing: Collection[str]) -> Iterator[tuple[Place, str]]:
    """Texts without words, two spots of one name, what comes with it and brings nobody (`bringing`: the products that
    do)."""
    for key in level.includes:
        if key not in bringing:
            yield ("level", "includes", key), "problem.unknown_product"
    for index, promise in enumerate(level.benefits):
        if not promise.label.fr:
            yield ("level", "benefits", index, "label", "fr"), "problem.text_needed"
    names = [spot.label.fr for spot in level.spots]
    if not all(names):
        yield ("level", "spots"), "problem.text_needed"
    elif len(set(names)) < len(names):
        yield ("level", "spots"), "problem.spots_alike"
