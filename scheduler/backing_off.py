"""Whoever leaves questions unanswered is asked less often, and at last not at all.

Three in a row, and the next comes a week after the last; six, a fortnight; ten, and there is one
plain word, whether to pause or to carry on, and then nothing until the leader says something.
A question that was skipped or put off was not left unanswered: somebody was there. Whoever
leaves the whole first week unanswered is asked that plain word at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from prompts.history import Asked

# (so many in a row, days from the last question to the next), the longest first.
STEPS = ((6, 14), (3, 7))
QUIET_AFTER = 10
# Whoever answers neither of these may not want to begin at all.
FIRST_WEEK = {"ON1", "ON3"}
IN_WORDS = {14: "once a fortnight", 7: "once a week"}


@dataclass(frozen=True, slots=True)
class BackingOff:
    """Nothing is asked now. `quiet`: nothing more comes by itself."""

    reason: str
    quiet: bool = False


def backing_off(asked: Sequence[Asked], now: datetime) -> BackingOff | None:
    """`asked` is oldest first; `now` carries the leader's zone, and their dates are counted."""
    in_a_row = silent_in_a_row(asked)
    if in_a_row == len(asked) and {one.question_id for one in asked} >= FIRST_WEEK:
        return BackingOff("The first week's questions were not answered.", quiet=True)
    if in_a_row >= QUIET_AFTER:
        return BackingOff(f"The last {in_a_row} questions were not answered.", quiet=True)
    for least, days in STEPS:
        if in_a_row >= least:
            last = asked[-1].at.astimezone(now.tzinfo).date()
            if (now.date() - last).days < days:
                return BackingOff(
                    f"The last {in_a_row} questions were not answered, so they come"
                    f" {IN_WORDS[days]} at most."
                )
            return None
    return None


def silent_in_a_row(asked: Sequence[Asked]) -> int:
    return sum(1 for _ in takewhile(lambda one: one.met_with_silence, reversed(asked)))
