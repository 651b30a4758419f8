"""What is told to whoever is not talked with: those we do not know, and where others read along."""

import structlog

from bot.strangers import OUTSIDE, Strangers
from bot.teams.incoming import Contact, Unwelcome, Where
from bot.teams.posting import TeamsMessenger
from prompts.composing.saying import note
from prompts.message import Message
from scheduler.delivery import DeliveryError

logger = structlog.get_logger(__name__)

ELSEWHERE = (
    "I talk with each person alone, so nothing that was written here was taken or kept. "
    "Open Bearings under Apps: it answers there, to you only."
)


class Telling:
    def __init__(self, messenger: TeamsMessenger) -> None:
        self._messenger = messenger
        self._strangers = Strangers()

    async def refuse(self, unwelcome: Unwelcome) -> None:
        """Once a day in each place; it names nobody."""
        if self.is_new(unwelcome.contact, unwelcome.where):
            await self.tell(unwelcome.contact, unwelcome.where, note(refusal(unwelcome)))

    async def tell(self, contact: Contact, where: Where, message: Message) -> None:
        try:
            await self._messenger.tell(contact.tenant, where, message)
        except DeliveryError as error:
            # Whoever asked for it can ask again.
            logger.info("teams was not reached", error=type(error).__name__)

    def is_new(self, contact: Contact, where: Where) -> bool:
        return self._strangers.is_new(contact.tenant, where.conversation)


def refusal(unwelcome: Unwelcome) -> str:
    return ELSEWHERE if unwelcome.why == "elsewhere" else OUTSIDE
