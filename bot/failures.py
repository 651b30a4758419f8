"""What a platform can answer instead of doing what it was asked: the shape that all share.

Each platform lists its own failures, and what follows from them, in a file of this name.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from scheduler.delivery import DeliveryError
from storage.tables import WhyNot

# What else must be done about it, and by whom: each platform's own.
C = TypeVar("C", bound=StrEnum)


class Verdict(StrEnum):
    NEVER = "never"  # it was not taken, and will not be
    LATER = "later"  # it was not taken now
    DOUBTFUL = "doubtful"  # it may have been taken: never sent again blindly


@dataclass(frozen=True)
class Failure(Generic[C]):
    """`name` is the platform's or ours, for a log; `reason` is one sentence for an operator."""

    name: str
    verdict: Verdict
    consequence: C
    reason: str
    after: timedelta | None = None
    # Nothing was sent, or there was no room for it: it is no attempt.
    untried: bool = False

    @property
    def kind(self) -> str:
        """Its name, as a line of the log may hold it."""
        return self.name.replace(" ", "_")


class CallError(DeliveryError, Generic[C]):
    """A platform did not do what it was asked. A DeliveryError that also says what follows."""

    def __init__(self, failure: Failure[C], why: WhyNot) -> None:
        super().__init__(
            failure.reason,
            permanent=failure.verdict is Verdict.NEVER,
            retry_after=failure.after,
            unsure=failure.verdict is Verdict.DOUBTFUL,
            untried=failure.untried,
            why=why,
        )
        self.failure = failure

    @property
    def consequence(self) -> C:
        return self.failure.consequence


def kind_of(error: DeliveryError) -> str:
    """The same of whatever a call raised."""
    return error.failure.kind if isinstance(error, CallError) else type(error).__name__
