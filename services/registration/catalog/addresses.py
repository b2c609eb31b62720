"""Where the public pages of an activity or a series are, in both languages."""

from typing import Any

from registration.catalog.models import Activity


def slug(row: Any, lang: str) -> str:
    """The last part of the address of an activity or a series."""
    return str(row.slug_en if lang == "en" else row.slug_fr)


def page(row: Any, lang: str) -> str:
    """The path of the page of an activity or a series."""
    return f"/{lang}/{'activities' if lang == 'en' else 'activites'}/{slug(row, lang)}"


def form(activity: Activity, lang: str) -> str:
    """The path of an activity's form."""
    return page(activity, lang) + ("/registration" if lang == "en" else "/inscription")
