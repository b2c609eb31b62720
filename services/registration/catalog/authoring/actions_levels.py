"""Writing the spots of sponsor levels: each is counted as one unit, which the database sells once."""

import uuid
from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from registration.catalog.authoring.actions_writing import NewId
from registration.catalog.levels.rules import NO_LEVEL, SPOT, Level, Spot, spot_key
from registration.catalog.levels.schemas import LevelText, SpotText
from registration.catalog.models import Product, Resource
from registration.catalog.sections.rules import StillHeld


def write_levels(
    session: Session, activity_id: uuid.UUID, written: Iterable[tuple[str, LevelText | None]], new_id: NewId
) -> None:
    """The levels of an activity's products, by their keys. Raises StillHeld for a spot that somebody has and no level
    names any more. The spots are locked first, so that nobody takes one in between."""
    mine = select(Resource).where(Resource.activity_id == activity_id, col(Resource.key).contains(SPOT))
    standing = {one.key: one for one in session.exec(mine.order_by(col(Resource.id)).with_for_update()).all()}
    products = {one.key: one for one in session.exec(select(Product).where(Product.activity_id == activity_id)).all()}
    kept: set[str] = set()
    for key, text in written:
        product = products[key]
        product.level = _level(product, text)
        session.add(product)
        for spot in product.level.spots:
            kept.add(spot.key)
            known = standing.get(spot.key) or _counted(activity_id, spot.key, new_id)
            known.label_fr, known.label_en = spot.label.fr, spot.label.en
            session.add(known)
    for key, resource in standing.items():
        if key not in kept:
            if resource.taken:
                raise StillHeld()
            session.delete(resource)


def _counted(activity_id: uuid.UUID, key: str, new_id: NewId) -> Resource:
    return Resource(id=new_id("resource", key), activity_id=activity_id, key=key, capacity=1)


def _level(product: Product, text: LevelText | None) -> Level:
    return text.level(_spots(product, text.spots)) if text else NO_LEVEL


def _spots(product: Product, written: Sequence[SpotText]) -> tuple[Spot, ...]:
    """The spots with keys for good: the one that is said, that of the spot which was called so, else a new one."""
    own, known = f"{product.key}{SPOT}", {one.label.fr: one.key for one in product.level.spots}
    keys = [one.key if one.key.startswith(own) else known.get(one.label.fr, "") for one in written]
    taken, number, made = {*keys, *known.values()}, 0, []
    used: set[str] = set()
    for key, one in zip(keys, written, strict=True):
        while not key or key in used:
            number += 1
            key = "" if spot_key(product.key, number) in taken else spot_key(product.key, number)
        used.add(key)
        made.append(Spot(key, one.label.said))
    return tuple(made)
