"""Where a crowd is due at one moment, each has their own place in a window that begins there.

No platform takes fifty thousand messages in a minute. A person's place is the same every week, and
nobody is moved out of their own hours or beyond the time for which the message is of use.
"""

from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from scheduler.cadence import Cadence, Occurrence, last_useful, may_ask_at

# So many are asked at the very minute.
A_FEW = 300
A_SECOND = 4
# Windows are of whole steps, so that a place hardly moves when a few people come or go.
STEP = timedelta(minutes=5)


def window_for(crowd: int) -> timedelta:
    """How long a crowd takes, at a pace that platforms bear."""
    if crowd <= A_FEW:
        return timedelta()
    return -(-timedelta(seconds=crowd / A_SECOND) // STEP) * STEP


def slot_within(window: timedelta, person_id: UUID) -> timedelta:
    """A person's own place in a window: the same second every week, and people evenly spread."""
    seconds = max(0, int(window.total_seconds()))
    digest = blake2b(person_id.bytes, digest_size=8).digest()
    return timedelta(seconds=int.from_bytes(digest) * seconds >> 64)


def ready_from(
    cadence: Cadence, occurrence: Occurrence, expires_at: datetime, crowd: int, person_id: UUID
) -> datetime:
    """When their turn comes. A message that is late for its place still has an eighth of its time
    to arrive in."""
    window = window_for(crowd)
    if not window:
        return occurrence.at
    useful = last_useful(cadence, occurrence, expires_at - occurrence.at) - occurrence.at
    ready = occurrence.at + slot_within(min(window, useful * 7 / 8), person_id)
    # Hours that the clock repeats may have a gap.
    return ready if may_ask_at(cadence, ready) else occurrence.at
