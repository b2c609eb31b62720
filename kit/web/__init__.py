"""Pages: templates bound to a language, with the sentences, the formats and the addresses they need.

One Jinja environment per language, so that `t`, `lang` and the formats are globals and a macro can be imported
without its context (`{% from "kit/forms.html" import field %}`). A sentence about a tax is given its rate:
`t('amount.tvq', rate=percent(rates_on(day).tvq))`. Escaping is on for everything but `.txt`; a name that
does not exist is an error, never an empty space.
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from kit import text
from kit.contracts.texts import isolated
from kit.money import rates_on
from kit.paging import MANY
from kit.web.brand import brand

HERE = Path(__file__).parent
STATIC = HERE / "static"
TEMPLATES = HERE / "templates"
Folders = Mapping[str, Path]


class Pages:
    """The pages of one service.

    `template_folders` maps a prefix to a folder: {"signup": .../signup/templates} makes "signup/form.html" a page.
    "kit" is always there. `static_folders` does the same for files a feature serves itself: {"checkin": ...} makes
    `static('checkin/door.js')` the address /static/checkin/door.js; serving them is the application's work.
    """

    def __init__(self, catalogue: text.Catalogue, template_folders: Folders, static_folders: Folders) -> None:
        self.catalogue = catalogue
        self.static_folders = dict(static_folders)
        self._versions: dict[str, str] = {}
        folders = {"kit": TEMPLATES, **template_folders}
        loader = PrefixLoader({prefix: FileSystemLoader(folder) for prefix, folder in folders.items()})
        self._environments = {lang: self._environment(lang, loader) for lang in text.LANGUAGES}

    def render(self, name: str, lang: str, /, **context: Any) -> str:
        """The page `name` in `lang`. `base` ('' or '/billing') is where the service sits under its origin."""
        return self._environments[lang].get_template(name).render(**{"base": "", **context})

    def static(self, path: str) -> str:
        """`/static/app.css?v=1a2b3c4d`: the version is the file's own, so its answer may be cached for ever."""
        if path not in self._versions:
            self._versions[path] = hashlib.sha256(self._file(path).read_bytes()).hexdigest()[:8]
        return f"/static/{path}?v={self._versions[path]}"

    def _file(self, path: str) -> Path:
        prefix, _, rest = path.partition("/")
        return self.static_folders[prefix] / rest if prefix in self.static_folders else STATIC / path

    def _environment(self, lang: str, loader: PrefixLoader) -> Environment:
        environment = Environment(
            loader=loader,
            autoescape=_is_markup,  # noqa: S701 (off for nothing but the plain text of e-mails)
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.globals.update(
            lang=lang, t=partial(self._say, lang), static=self._static, brand=brand, counted_to=MANY, rates_on=rates_on
        )
        environment.globals.update(_formats(lang))
        return environment

    def _say(self, lang: str, key: str, /, **values: Any) -> str:
        """A sentence; with a Markup value (a link, a strong word) the sentence itself is escaped around it. What
        people typed turns nothing of it around."""
        values = {name: isolated(value) if type(value) is str else value for name, value in values.items()}
        if not any(isinstance(value, Markup) for value in values.values()):
            return self.catalogue.say(lang, key, **values)
        pattern = escape(self.catalogue.pattern(lang, key, values.get("n")))
        return pattern.format(**text.written(values, lang))

    @pass_context
    def _static(self, context: Context, path: str) -> str:
        return f"{context.get('base', '')}{self.static(path)}"


def _is_markup(name: str | None) -> bool:
    """Everything is escaped but the plain text of e-mails."""
    return name is None or not name.endswith(".txt")


FORMATS = ("money", "number", "percent", "phone", "day", "day_short", "day_parts", "hour", "moment", "span")


def _formats(lang: str) -> dict[str, Callable[..., Any]]:
    """The formats of kit.text with the language put in: `money(6500)` in a template. A long list says the same amounts
    and days at each visit, and babel takes its time for each."""
    return {name: lru_cache(maxsize=4096)(partial(getattr(text, name), lang=lang)) for name in FORMATS}
