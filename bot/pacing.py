"""What keeps a pace, whichever platform it is kept for. Pure: the moment, in monotonic seconds, is
an argument."""

from enum import StrEnum
from typing import Protocol, TypeVar


class Lane(StrEnum):
    AT_ONCE = "at once"  # a person waits for it
    IN_TURN = "in turn"


class Ticket(Protocol):
    """A call that waits in line, or is on its way."""

    @property
    def goes(self) -> bool: ...


What_contra = TypeVar("What_contra", contravariant=True)
Held = TypeVar("Held", bound=Ticket)


class Pace(Protocol[What_contra, Held]):
    """One workspace's. `what` is whatever calls are counted by."""

    def wait(self, what: What_contra, lane: Lane, now: float) -> float:
        """Seconds until someone who joins now could go, as far as the rate allows."""
        ...

    def join(self, what: What_contra, lane: Lane, now: float) -> Held: ...

    def admit(self, now: float) -> list[Held]:
        """Those who may go now. Each must leave when it is done."""
        ...

    def leave(self, ticket: Held) -> None:
        """It is done, or no longer wants to go."""
        ...

    def slow_down(self, what: What_contra, after: float, now: float) -> None:
        """The platform asked for so many seconds of patience."""
        ...

    def next_in(self, now: float) -> float | None:
        """Seconds until `admit` may have someone to let go. None: not before someone leaves."""
        ...
