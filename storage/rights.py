"""Who may read a text that somebody wrote: the whole rule, without a database. Else, nobody."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from uuid import UUID


class Purpose(StrEnum):
    """What a text is opened for. Nobody reads without saying why."""

    OWN_PAGE = "own page"
    OWN_COPY = "own copy"
    DIGEST = "digest"


class Kind(StrEnum):
    REFLECTION = "reflection"
    OBJECTIVE = "objective"
    EXPERIMENT = "experiment"
    RATING = "rating"
    ASIDE = "aside"
    # An objective's earlier wording, five levels, a coach's question kept for later.
    UNSHARED = "unshared"


@dataclass(frozen=True, slots=True)
class Shared:
    """What is known of one text without opening it."""

    kind: Kind
    owner: UUID
    shared_at: datetime | None
    pairing: UUID | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a reader stands to an owner now: the pairing in which the one coaches the other, that
    both accepted and nobody ended, and what the owner allows."""

    pairing: UUID
    accepted_at: datetime
    sharing: bool
    titles: bool


def may_read(reader: UUID, purpose: Purpose, text: Shared, standing: Standing | None) -> bool:
    """`standing` is None where the reader does not coach the owner."""
    match purpose:
        case Purpose.OWN_PAGE | Purpose.OWN_COPY:
            return reader == text.owner
        case Purpose.DIGEST:
            return standing is not None and _shared_with_coach(text, standing)
        case _:
            assert_never(purpose)


def _shared_with_coach(text: Shared, standing: Standing) -> bool:
    if not standing.sharing or text.kind is Kind.UNSHARED:
        return False
    if text.kind is Kind.OBJECTIVE and standing.titles:
        return True
    return (
        text.shared_at is not None
        and text.pairing == standing.pairing
        # A coach sees what was shared after the leader had accepted them, and nothing earlier.
        and text.shared_at >= standing.accepted_at
    )
