"""The one seam of the house: the clock knows that messages are delivered, not how."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from prompts.message import Message
from storage.members import Addressee
from storage.tables import WhyNot


class DeliveryError(Exception):
    """A platform did not take a message.

    `permanent`: do not try again. `retry_after`: the platform asked for this much patience.
    `unsure`: it may have taken it after all, as after a timeout; it is looked up, never resent
    blindly. `untried`: it was not even asked, or had no room just then; that is no attempt, and
    `retry_after` alone says when there is one. The reason is the adapter's own sentence and never
    quotes what was sent; `why` is what it is counted as.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        unsure: bool = False,
        untried: bool = False,
        why: WhyNot = WhyNot.NOT_TAKEN,
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after = retry_after
        self.unsure = unsure
        self.untried = untried
        self.why = why


@dataclass(frozen=True, slots=True)
class Found:
    """It arrived, under the platform's own id."""

    message_id: str


@dataclass(frozen=True, slots=True)
class NotThere:
    """It surely did not arrive."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """This platform has no way to look."""


Trace = Found | NotThere | CannotTell


class Messenger(Protocol):
    async def deliver(self, to: Addressee, message: Message) -> str:
        """Post it and return the platform's id of it. Raises DeliveryError and nothing else."""
        ...

    async def trace(self, to: Addressee, nudge_id: UUID) -> Trace:
        """Did a message of this nudge arrive? Raises DeliveryError when it cannot ask now."""
        ...


# By the platform's name, as its workspaces are stored.
Messengers = Mapping[str, Messenger]
