"""What registration asks for a trial: how a letter reads."""

from fastapi import APIRouter
from pydantic import ValidationError

from kit.auth import allow
from kit.contracts import SendMessage
from kit.contracts.shown import LetterAsked, LetterShown
from kit.errors import refusals
from notify.messages.actions import message_of
from notify.messages.rules import NotALetter
from notify.service import Here

router = APIRouter(tags=["messages"])


@router.post("/letters/shown", dependencies=[allow("service:registration")], openapi_extra=refusals(NotALetter))
def show_letter(asked: LetterAsked, here: Here) -> LetterShown:
    """A letter as it would be written today: it is not queued, not sent, and not kept."""
    try:
        letter = SendMessage.model_validate(asked.letter)
    except ValidationError as error:
        raise NotALetter() from error
    message = message_of(letter, here.pages.catalogue.say, here.clock())
    return LetterShown(subject=message.subject, text=here.writer.as_text(message, here.association()))
