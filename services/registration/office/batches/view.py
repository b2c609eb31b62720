"""A batch in words."""

from dataclasses import dataclass

from kit.text import Catalogue
from registration.batches.rules import GIVEN_UP, Act, ItemState
from registration.office.batches.schemas import BatchItemView, BatchView
from registration.registrations.rules import NotInThisState

# How many registrations its page lists: the refused ones come first.
LISTED = 200
# Why a registration stays as it is, where a batch has words of its own for it.
WHY = {GIVEN_UP: "batch.given_up", NotInThisState.__name__: "batch.not_confirmed"}
KINDS = {ItemState.CHOSEN: "quiet", ItemState.READY: "accent", ItemState.DONE: "good", ItemState.REFUSED: "bad"}


@dataclass(frozen=True)
class ItemLine:
    """One registration of a batch, the word and the colour of its state, and why it was refused."""

    item: BatchItemView
    kind: str
    word: str
    why: str


@dataclass(frozen=True)
class BatchWords:
    """The words of a batch in one language."""

    catalogue: Catalogue
    lang: str

    def title(self, act: Act) -> str:
        return self.catalogue.say(self.lang, f"batch.{act}")

    def items(self, batch: BatchView) -> list[ItemLine]:
        """The first of its registrations."""
        return [self._line(item) for item in batch.items[:LISTED]]

    def _line(self, item: BatchItemView) -> ItemLine:
        state = ItemState.REFUSED if item.why else item.state
        word = self.catalogue.say(self.lang, f"batch.item_{state}")
        return ItemLine(item, KINDS[item.state], word, self._why(item.why))

    def _why(self, code: str) -> str:
        if code in WHY:
            return self.catalogue.say(self.lang, WHY[code])
        return self.catalogue.say(self.lang, f"refusal.{code}") if code else ""
