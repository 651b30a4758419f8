"""A messenger that keeps what it delivers, and refuses what a real one refuses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from prompts.message import Message
from scheduler.delivery import CannotTell, DeliveryError, Found, NotThere, Trace
from storage.members import Addressee

# A real platform refuses an empty notification line, and a line as long as a book.
LONGEST_PLAIN = 4000


@dataclass
class FakeMessenger:
    """`refuses` may raise a DeliveryError for someone; `can_look` says whether it can trace."""

    delivered: list[tuple[str, Message]] = field(default_factory=list)
    refuses: Callable[[Addressee], DeliveryError | None] = lambda to: None
    can_look: bool = True

    async def deliver(self, to: Addressee, message: Message) -> str:
        if not message.plain or len(message.plain) > LONGEST_PLAIN:
            raise DeliveryError("The platform refuses this line.", permanent=True)
        if error := self.refuses(to):
            raise error
        self.delivered.append((to.name, message))
        return str(len(self.delivered))

    async def trace(self, to: Addressee, nudge_id: UUID) -> Trace:
        if not self.can_look:
            return CannotTell()
        for number, (_, message) in enumerate(self.delivered, 1):
            if message.nudge == nudge_id:
                return Found(str(number))
        return NotThere()

    def said_to(self, name: str) -> list[str]:
        return [message.plain for who, message in self.delivered if who == name]
