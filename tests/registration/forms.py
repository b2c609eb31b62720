"""The forms of a page as a browser would send them."""

from html.parser import HTMLParser


class Forms(HTMLParser):
    """Every form of a page by its address, with what it would send when nothing was touched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, list[tuple[str, str]]] = {}
        self._form = self._select = self._area = ""
        self._chosen: str | None = None
        self._first: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = given.get("action", "")
            self.sent.setdefault(self._form, [])
        elif tag == "input" and given.get("name"):
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked:
                self._put(given["name"], given.get("value", "on"))
        elif tag == "select":
            self._select, self._chosen, self._first = given.get("name", ""), None, None
        elif tag == "option" and self._select:
            self._first = given.get("value", "") if self._first is None else self._first
            self._chosen = given.get("value", "") if "selected" in given else self._chosen
        elif tag == "textarea":
            self._area = given.get("name", "")
            self._put(self._area, "")

    def handle_data(self, data: str) -> None:
        if self._area and self._form:
            name, before = self.sent[self._form][-1]
            self.sent[self._form][-1] = (name, before + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            self._put(self._select, self._first or "" if self._chosen is None else self._chosen)
            self._select = ""
        elif tag == "textarea":
            self._area = ""
        elif tag == "form":
            self._form = ""

    def _put(self, name: str, value: str) -> None:
        if self._form:
            self.sent[self._form].append((name, value))

    def of(self, ending: str) -> dict[str, list[str]]:
        """What the form whose address has this ending sends."""
        [address] = [one for one in self.sent if one.split("#")[0].endswith(ending)]
        fields: dict[str, list[str]] = {}
        for name, value in self.sent[address]:
            fields.setdefault(name, []).append(value.removeprefix("\n") if "\n" in value[:1] else value)
        return fields
