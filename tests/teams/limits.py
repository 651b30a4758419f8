"""How many calls Teams takes: by conversation and by tenant, and one at a time.

Off until a test says `teams.limits.are_on = True`, but for the one at a time, which is always so.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.teams.calls import Operation

Windows = tuple[tuple[int, int], ...]  # so many within so many seconds
SENDING: Windows = ((7, 1), (8, 2), (60, 30), (1800, 3600))
LOOKING: Windows = ((14, 1), (16, 2), (120, 30), (3600, 3600))
A_TENANT: Windows = ((50, 1),)
_LOOKS = {"member", "members"}


@dataclass
class Limits:
    are_on: bool = False
    tell_when: bool = True  # False: a 429 without Retry-After
    a_tenant: Windows = A_TENANT
    _taken: dict[str, deque[datetime]] = field(default_factory=lambda: defaultdict(deque))

    def wait(self, tenant: str, operation: Operation, conversation: str, now: datetime) -> float:
        """Seconds to wait for, or 0 where the call is taken."""
        if not self.are_on:
            return 0.0
        kind, windows = ("look", LOOKING) if operation in _LOOKS else ("send", SENDING)
        asked = {f"tenant {tenant}": self.a_tenant, f"{kind} {conversation or tenant}": windows}
        waits = [self._left(self._taken[key], some, now) for key, some in asked.items()]
        if not any(waits):
            for key in asked:
                self._taken[key].append(now)
        return max(waits)

    @staticmethod
    def _left(taken: deque[datetime], windows: Windows, now: datetime) -> float:
        longest = timedelta(seconds=windows[-1][1])
        while taken and taken[0] <= now - longest:
            taken.popleft()
        wait = 0.0
        for most, seconds in windows:
            if len(taken) >= most:
                free = taken[-most] + timedelta(seconds=seconds)
                wait = max(wait, (free - now).total_seconds())
        return wait
