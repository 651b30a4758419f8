"""Whoever is not known here, or is of elsewhere: what they are told, and how often."""

import time
from math import inf

A_DAY = 24 * 60 * 60.0
MOST_STRANGERS = 10_000

OUTSIDE_ALONE = "I am here for people of this organisation, so I cannot talk with you."
OUTSIDE = f"{OUTSIDE_ALONE} Nothing of what you wrote was kept."
# To whoever was one of them.
GUEST = (
    "You are a guest here now, or of another organisation, and I am here for this organisation’s "
    "own people, so I cannot talk with you. Nothing of what you did just now was kept."
)
NOT_SURE = (
    "I had been told that you have left, and could not find out otherwise just now. Nothing of "
    "what you did was kept; try again in a few minutes."
)


class Strangers:
    """Whoever writes to us again and again without being known is told so once a day."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], float] = {}

    def is_new(self, workspace: str, user_id: str) -> bool:
        """By another process they are perhaps told once more."""
        now, key = time.monotonic(), (workspace, user_id)
        if now - self._told.get(key, -inf) < A_DAY:
            return False
        if len(self._told) >= MOST_STRANGERS:
            self._told.clear()
        self._told[key] = now
        return True
