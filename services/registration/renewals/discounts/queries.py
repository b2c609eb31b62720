"""What member prices come to in the period of memberships that a day is in."""

from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import Session

from kit.clock import local_day
from registration.catalog.offers.rules import Offer
from registration.catalog.queries import offers
from registration.catalog.rules import ActivityStatus
from registration.renewals.discounts.rules import DiscountReport, report
from registration.renewals.scale.queries import scale_of
from registration.renewals.scale.rules import Period, Scale

# What takes place; a draft is shown to nobody.
OFFERED = (ActivityStatus.PUBLISHED, ActivityStatus.POSTPONED)


def period_of(scale: Scale | None, day: date) -> Period:
    """The twelve months of memberships that a day is in; the calendar year before anybody said when they begin."""
    month, first = (scale.starts_month, scale.starts_day) if scale else (1, 1)
    starts = date(day.year, month, first)
    if starts > day:
        starts = starts.replace(year=day.year - 1)
    return Period(starts, starts.replace(year=starts.year + 1) - timedelta(days=1))


def discounts(session: Session, day: date) -> DiscountReport:
    """Of all activities that begin in the period of this day, in as many statements for one as for many."""
    found = scale_of(session)
    scale = found.scale if found else None
    period = period_of(scale, day)
    since = datetime.combine(period.starts, time(), UTC)
    return report(period, [one for one in offers(session, since) if _begins_in(period, one)], scale)


def _begins_in(period: Period, offer: Offer) -> bool:
    activity = offer.activity
    if activity.starts_at is None or activity.status not in OFFERED:
        return False
    return period.starts <= local_day(activity.starts_at, activity.timezone) <= period.ends
