"""Codes as forms say them, and as pages tell them. Amounts are cents before tax; dates are typed on the activity's wall
clock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kit.errors import InvalidInput
from kit.text import Catalogue, money
from registration.catalog import view as addresses
from registration.catalog.codes.queries import CodeRow, KeptPrice
from registration.catalog.codes.rules import CodeLimits, is_over
from registration.catalog.offers.rules import Offer
from registration.catalog.offers.rules_activity import last_moment
from registration.catalog.rules import MEMBER_PRICES, Who
from registration.catalog.sections.rules import wall_of
from registration.catalog.sections.schemas_times import WRITTEN_YEARS
from registration.catalog.sections.view_amounts import amount_typed, has_three_decimals
from registration.forms import FormValues
from registration.office.codes.schemas import CodeIn, CodePerson

# Digits of the greatest number anybody may type.
LONGEST = 6
# What a code does other than to open a price, and the field that says how much.
LOWERS = {"percent": "percent_off", "amount": "amount_off", "price": "set_price", "free": ""}
PERSON = ("first_name", "last_name", "email")


class Typed:
    """Values of a form as they are read: what is no number, no amount or no day is gathered, to be refused at once."""

    def __init__(self, form: FormValues, zone: str) -> None:
        self._form, self._zone = form, zone
        self.wrong: dict[str, str] = {}

    def one(self, name: str) -> str:
        return self._form.one(name)

    def whole(self, name: str, empty: int | None) -> int | None:
        """A number of units; `empty` when nothing was typed."""
        text = self._form.one(name)
        if text.isdecimal() and len(text) <= LONGEST:
            return int(text)
        if text:
            self.wrong[name] = "problem.whole_number"
        return empty

    def cents(self, name: str) -> int | None:
        """An amount in dollars, `1 234,50`; None when nothing was typed."""
        text = self._form.one(name)
        value = amount_typed(text)
        if value is not None and not has_three_decimals(value):
            return int(value * 100)
        if text.strip():
            self.wrong[name] = "problem.amount"
        return None

    def moment(self, name: str, read: Callable[[datetime, str], datetime | None]) -> datetime | None:
        """A day and an hour of the wall clock, in UTC."""
        text = self._form.one(name)
        if not text:
            return None
        try:
            wall = datetime.fromisoformat(text).replace(tzinfo=None)
            if wall.year in WRITTEN_YEARS:
                return read(wall, self._zone)
        except ValueError:
            pass
        self.wrong[name] = "problem.time"
        return None

    def limits(self) -> CodeLimits:
        return CodeLimits(
            max_units=self.whole("max_units", 1) or 0,
            per_company=self.whole("per_company", None),
            budget=self.cents("budget"),
            since=self.moment("since", _first_moment),
            until=self.moment("until", last_moment),
        )

    def refuse(self) -> None:
        """Raises InvalidInput for what could not be read."""
        if self.wrong:
            raise InvalidInput(self.wrong)


def _first_moment(wall: datetime, zone: str) -> datetime | None:
    last = last_moment(wall, zone)
    return last.replace(second=0, microsecond=0) if last else None


def asked(form: FormValues, zone: str) -> CodeIn:
    """The form that makes codes, as a request. Raises InvalidInput."""
    typed, effect = Typed(form, zone), form.one("opens")
    limits, field = typed.limits(), LOWERS.get(effect, "")
    percent = 100 if effect == "free" else typed.whole("percent_off", 0) if field == "percent_off" else 0
    amount = typed.cents("amount_off") if field == "amount_off" else 0
    price = typed.cents("set_price") if field == "set_price" else None
    count = typed.whole("count", 1)
    if field in ("amount_off", "set_price") and not typed.one(field):
        typed.wrong[field] = "problem.amount"
    typed.refuse()
    person = CodePerson.model_construct(
        first_name=form.one("first_name"), last_name=form.one("last_name"), email=form.one("email")
    )
    return CodeIn.model_construct(
        word=form.one("word"),
        count=1 if count is None else count,
        opens="" if effect in LOWERS else effect,
        percent_off=percent or 0,
        amount_off=amount or 0,
        set_price=price,
        person=person if any(form.one(name) for name in PERSON) else None,
        note=form.one("note"),
        **vars(limits),
    )


def asked_limits(form: FormValues, zone: str) -> CodeLimits:
    """The form that changes how far a code goes. Raises InvalidInput."""
    typed = Typed(form, zone)
    limits = typed.limits()
    typed.refuse()
    return limits


@dataclass(frozen=True)
class CodeWords:
    """What pages say of the codes of one activity."""

    catalogue: Catalogue
    lang: str
    offer: Offer
    prices: Sequence[KeptPrice]
    now: datetime

    def say(self, key: str, **values: Any) -> str:
        return self.catalogue.say(self.lang, key, **values)

    @property
    def zone(self) -> str:
        return self.offer.activity.timezone

    @property
    def effects(self) -> list[dict[str, str]]:
        """What a new code may do: open one of the prices kept for codes, or lower prices."""
        kept = [{"value": price.key, "label": self._named(price)} for price in self.prices]
        if self.opens_members:
            kept.append({"value": MEMBER_PRICES, "label": self.say("codes.members")})
        return kept + [{"value": kind, "label": self.say(f"codes.{kind}")} for kind in LOWERS]

    @property
    def opens_members(self) -> bool:
        """Whether members have prices of their own here."""
        return any(price.who == Who.MEMBER for product in self.offer.products for price in product.prices)

    def _named(self, price: KeptPrice) -> str:
        return (price.label_en if self.lang == "en" else "") or price.label_fr

    def effect(self, row: CodeRow) -> str:
        """What a code does, in a few words."""
        effect = row.effect
        if effect.opens == MEMBER_PRICES:
            return self.say("codes.members")
        if effect.opens:
            return next((self._named(price) for price in self.prices if price.key == effect.opens), effect.opens)
        if effect.set_price is not None:
            return self.say("codes.at_price", amount=money(effect.set_price, self.lang))
        if effect.amount_off:
            return self.say("codes.off_amount", amount=money(effect.amount_off, self.lang))
        return self.say("codes.free") if effect.percent_off == 100 else self.say("codes.off", n=effect.percent_off)

    def is_open(self, row: CodeRow) -> bool:
        return not is_over(row.used, row.limits.max_units, row.limits.until, self.now)

    def form_address(self, row: CodeRow) -> str:
        """The form with the code in it: what is sent to whoever is invited."""
        return f"{addresses.form(self.offer.activity, self.lang)}?code={row.word}"

    def limits_typed(self, row: CodeRow) -> FormValues:
        """How far a code goes, as its form shows it."""
        limits = row.limits
        values = {
            "max_units": str(limits.max_units),
            "per_company": "" if limits.per_company is None else str(limits.per_company),
            "budget": "" if limits.budget is None else f"{limits.budget // 100}.{limits.budget % 100:02}",
            "since": self._wall(limits.since),
            "until": self._wall(limits.until),
        }
        return FormValues({name: [value] for name, value in values.items()})

    def _wall(self, moment: datetime | None) -> str:
        wall = wall_of(moment, self.zone)
        return wall.isoformat()[:16] if wall else ""
