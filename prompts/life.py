"""The life of a question: draft, a second person's yes, a pilot, live, resting, retired.

Only a live question is asked of everybody, and one in its pilot of one cohort. Other words are
another version: it begins its own life, and takes the older one's place once it is live.
"""

from collections.abc import Hashable
from enum import StrEnum

from prompts.question import Status


class Deed(StrEnum):
    """What people do with a question that a programme wrote."""

    HAND_IN = "hand in"
    SEND_BACK = "send back"
    SIGN_OFF = "sign off"
    MAKE_LIVE = "make live"
    REST = "rest"
    RETIRE = "retire"
    WITHDRAW = "withdraw"


_LIVING = frozenset({Status.DRAFT, Status.REVIEW, Status.PILOT, Status.LIVE, Status.RESTING})
# From which states, and to which.
MOVES: dict[Deed, tuple[frozenset[Status], Status]] = {
    Deed.HAND_IN: (frozenset({Status.DRAFT}), Status.REVIEW),
    Deed.SEND_BACK: (frozenset({Status.REVIEW, Status.PILOT}), Status.DRAFT),
    Deed.SIGN_OFF: (frozenset({Status.REVIEW}), Status.PILOT),
    Deed.MAKE_LIVE: (frozenset({Status.PILOT, Status.RESTING}), Status.LIVE),
    Deed.REST: (frozenset({Status.PILOT, Status.LIVE}), Status.RESTING),
    Deed.RETIRE: (frozenset({Status.LIVE, Status.RESTING}), Status.RETIRED),
    # At once, from wherever it is: something in it should never have been asked.
    Deed.WITHDRAW: (_LIVING, Status.WITHDRAWN),
}


class LifeError(ValueError):
    """This cannot be done with it now; str() is a plain sentence."""


def moved(status: Status, deed: Deed, *, author: Hashable, by: Hashable, errors: int = 0) -> Status:
    """The state it is in afterwards. `errors` is how many the lint found. Raises LifeError."""
    before, after = MOVES[deed]
    if status not in before:
        raise LifeError(f"It is {IN_WORDS[status]}, so that cannot be done with it now.")
    if deed is Deed.HAND_IN and errors:
        raise LifeError("It cannot be handed in before what the lint found is mended.")
    if deed is Deed.SIGN_OFF and by == author:
        raise LifeError("Somebody else must sign off what you wrote. Ask another lead to read it.")
    return after


def deeds_for(status: Status, *, is_author: bool) -> tuple[Deed, ...]:
    """What this person can do with it now, handing in aside: that is done by writing."""
    return tuple(
        deed
        for deed, (before, _) in MOVES.items()
        if status in before
        and deed is not Deed.HAND_IN
        and not (deed is Deed.SIGN_OFF and is_author)
    )


IN_WORDS = {
    Status.DRAFT: "a draft",
    Status.REVIEW: "waiting for a second person",
    Status.PILOT: "in its pilot",
    Status.LIVE: "live",
    Status.RESTING: "resting",
    Status.RETIRED: "retired",
    Status.WITHDRAWN: "withdrawn",
}
