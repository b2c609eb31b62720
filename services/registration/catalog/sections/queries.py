"""Reads for authors: an activity section by section, as it was written."""

import hashlib
import uuid
from collections.abc import Sequence

from sqlmodel import Session, col, select

from registration.catalog.levels.rules import is_spot
from registration.catalog.levels.schemas import LevelText
from registration.catalog.models import Activity, ActivitySession, Price, Product, Question, Resource, Series
from registration.catalog.offers.rules_activity import Note
from registration.catalog.sections.rules import Draft, span, wall_of
from registration.catalog.sections.schemas import (
    AgendaLine,
    Dates,
    Essentials,
    NoteText,
    OptionText,
    PlaceText,
    PointText,
    Prices,
    PriceText,
    ProductText,
    Questions,
    QuestionText,
    RefundStep,
    Resources,
    ResourceText,
    Section,
    SessionDates,
    Terms,
    Text,
    Title,
    Welcome,
)


def draft(session: Session, activity_id: uuid.UUID) -> Draft | None:
    """An activity as its author sees it, in seven reads whatever its size; None when there is none."""
    activity = session.get(Activity, activity_id)
    if activity is None:
        return None
    sessions = session.exec(
        select(ActivitySession).where(ActivitySession.activity_id == activity_id).order_by(col(ActivitySession.number))
    ).all()
    series = session.get(Series, activity.series_id) if activity.series_id else None
    products = session.exec(
        select(Product).where(Product.activity_id == activity_id).order_by(col(Product.position))
    ).all()
    return Draft(
        key=activity.key,
        kind=activity.kind,
        timezone=activity.timezone,
        essentials=_essentials(activity, series.key if series else ""),
        dates=_dates(activity, sessions),
        prices=_prices(session, products, activity.timezone),
        resources=_resources(session, activity_id, products),
        questions=_questions(session, activity_id),
        terms=_terms(activity),
        welcome=Welcome(points=tuple(PointText(key=point.key, serves=point.serves) for point in activity.points)),
    )


def mark(section: Section) -> str:
    """What a section is known by as it stands: a form that was opened on another text is told."""
    return hashlib.blake2b(section.model_dump_json().encode(), digest_size=9).hexdigest()


def _essentials(row: Activity, series: str) -> Essentials:
    place = row.place
    return Essentials(
        title=Title.of(row.title),
        summary=Text(fr=row.summary_fr, en=row.summary_en),
        slug=Title.of(row.slug),
        series=series,
        edition=row.edition,
        axis=row.axis,
        place=PlaceText(
            name=place.name,
            address=place.address,
            city=place.city,
            postal_code=place.postal_code,
            online=place.online,
            stops=place.stops,
        ),
        members_only=row.members_only,
        signup_open=row.signup_open,
        notes=tuple(_note(note) for note in row.notes),
    )


def _note(note: Note) -> NoteText:
    text = Text(fr=note.text.fr, en=note.text.en) if note.text else Text()
    return NoteText(
        kind=note.kind, text=text, labels=tuple(Title.of(label) for label in note.labels), values=dict(note.values)
    )


def _dates(row: Activity, sessions: Sequence[ActivitySession]) -> Dates:
    zone = row.timezone
    written = Dates(
        starts=wall_of(row.starts_at, zone),
        ends=wall_of(row.ends_at, zone),
        sale_opens=wall_of(row.sale_opens_at, zone),
        sale_closes=wall_of(row.sale_closes_at, zone),
        names_due=wall_of(row.names_due_at, zone),
        min_people=row.min_people,
        decides_on=row.decides_on,
        agenda=tuple(
            AgendaLine(at=wall, text=Title.of(item.text)) for item in row.agenda if (wall := wall_of(item.at, zone))
        ),
        undivided=not sessions and row.starts_at is not None,
    )
    if _is_plain(written, sessions):
        return written
    # Its first and its last moment are those of its sessions.
    return written.model_copy(update={"sessions": _sessions(sessions), "starts": None, "ends": None})


def _is_plain(written: Dates, sessions: Sequence[ActivitySession]) -> bool:
    """Whether there is no session but the activity itself, from its start to its end, which goes without saying."""
    if len(sessions) > 1 or any(one.title_fr or one.number != 1 for one in sessions):
        return False
    return all(one.span == span(written) for one in _sessions(sessions))


def _sessions(rows: Sequence[ActivitySession]) -> tuple[SessionDates, ...]:
    return tuple(
        SessionDates(
            number=row.number,
            title=Title.of(row.title),
            day=row.day,
            starts=row.starts,
            ends_day=row.ends_day if row.ends_day != row.day else None,
            ends=row.ends,
        )
        for row in rows
    )


def _prices(session: Session, products: Sequence[Product], zone: str) -> Prices:
    of_product: dict[uuid.UUID, list[PriceText]] = {product.id: [] for product in products}
    rows = session.exec(
        select(Price).where(col(Price.product_id).in_(of_product)).order_by(col(Price.position), col(Price.key))
    )
    for row in rows.all():
        of_product[row.product_id].append(_price(row, zone))
    return Prices(
        products=tuple(
            ProductText(
                key=product.key,
                label=Title.of(product.label),
                attendees=product.attendees,
                add_on=product.add_on,
                max_per_attendee=product.max_per_attendee,
                on_request=product.on_request,
                prices=tuple(of_product[product.id]),
                level=LevelText.of(product.level),
            )
            for product in products
        )
    )


def _price(row: Price, zone: str) -> PriceText:
    return PriceText(
        key=row.key,
        label=Title.of(row.label),
        who=row.who,
        channel=row.channel,
        amount=row.amount,
        until=wall_of(row.until, zone),
        min_quantity=row.min_quantity,
        tax_class=row.tax_class,
        tax_review=row.tax_review,
        gl_account=row.gl_account,
        components=row.components,
    )


def _resources(session: Session, activity_id: uuid.UUID, products: Sequence[Product]) -> Resources:
    rows = session.exec(
        select(Resource).where(Resource.activity_id == activity_id).order_by(col(Resource.position), col(Resource.key))
    ).all()
    return Resources(
        resources=tuple(
            ResourceText(key=row.key, label=Title.of(row.label), capacity=row.capacity)
            for row in rows
            if not is_spot(row.key)
        ),
        uses={product.key: dict(product.uses) for product in products if product.uses},
    )


def _questions(session: Session, activity_id: uuid.UUID) -> Questions:
    rows = session.exec(
        select(Question)
        .where(Question.activity_id == activity_id, ~col(Question.retired))
        .order_by(col(Question.position))
    ).all()
    return Questions(questions=tuple(_question(row) for row in rows))


def _question(row: Question) -> QuestionText:
    return QuestionText(
        key=row.key,
        per=row.per,
        type=row.type,
        required=row.required,
        label=Title.of(row.label),
        options=tuple(OptionText(id=option.id, label=Title.of(option.label)) for option in row.options),
        max_choices=row.max_choices,
        for_products=row.show_if.products,
        if_question=row.show_if.question,
        if_answers=row.show_if.answers,
        sensitive=row.sensitive,
        purge_days=row.purge_days,
    )


def _terms(row: Activity) -> Terms:
    steps = tuple(
        RefundStep(until=wall_of(step.until, row.timezone), keep_percent=step.keep_percent) for step in row.cancellation
    )
    return Terms.model_validate(
        {
            "methods": tuple(row.methods),
            "cancellation": steps,
            "confirm_above": row.confirm_above,
            "company_places": row.company_places,
        }
    )
