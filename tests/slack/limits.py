"""How many calls Slack takes: by method and workspace within a minute, and by conversation.

Off until a test says `slack.limits.are_on = True`. Slack publishes tiers, and calls each a floor; a
bucket of that size which fills up evenly is the strict reading. A post may come in a burst.
"""

import math
from dataclasses import dataclass, field
from datetime import datetime

from tests.slack.people import Given

A_MINUTE = {
    "chat.postMessage": 300,
    "chat.postEphemeral": 100,
    "chat.update": 50,
    "chat.delete": 50,
    "conversations.open": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "users.info": 100,
    "users.list": 20,
    "team.info": 50,
    "auth.test": 600,
    "auth.revoke": 50,
    "views.open": 100,
    "views.push": 100,
    "views.update": 100,
    "views.publish": 100,
}
A_CONVERSATION = 60  # posts within a minute, one after the other
BURST = 5  # of them at once


@dataclass
class _Bucket:
    left: float
    at: datetime


@dataclass
class Limits:
    are_on: bool = False
    a_minute: dict[str, int] = field(default_factory=lambda: dict(A_MINUTE))
    _buckets: dict[tuple[str, str], _Bucket] = field(default_factory=dict)

    def wait(self, team: str, method: str, args: Given, now: datetime) -> int:
        """Seconds to wait for, or 0 where the call is taken."""
        if not self.are_on or method not in self.a_minute:
            return 0
        most = self.a_minute[method]
        waits = [self._take((team, method), most, most, now)]
        if method == "chat.postMessage" and not waits[0]:
            where = f"{method} {args.get('channel')}"
            waits.append(self._take((team, where), A_CONVERSATION, BURST, now))
        return max(waits)

    def _take(self, key: tuple[str, str], a_minute: int, most: int, now: datetime) -> int:
        bucket = self._buckets.setdefault(key, _Bucket(most, now))
        gone = (now - bucket.at).total_seconds()
        bucket.left = min(most, bucket.left + gone * a_minute / 60)
        bucket.at = now
        if bucket.left < 1:
            return math.ceil((1 - bucket.left) * 60 / a_minute)
        bucket.left -= 1
        return 0
