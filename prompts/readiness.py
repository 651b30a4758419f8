"""How deep a question may go: trust that was earned, held back by the leader's own dial.

Readiness is reckoned from facts of use and stands in for trust. It is shown to nobody but the
leader whose it is.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from prompts.history import Dial, History
from prompts.question import Question

A_STRETCH = 4
STRETCH_RESTS = timedelta(days=14)
BEFORE_A_SESSION = timedelta(days=7)
CAPS = (2, 3, 4, 5)
DIALS = {Dial.GENTLE: 3, Dial.BALANCED: 4, Dial.STRETCHING: 5}
AFTER_UNANSWERED = (5, 3, 2, 1)


def readiness(history: History, now: datetime) -> int:
    """0 at the start; 1 after two weeks and three answers; 2 with a session held and six answers;
    3 with two sessions, twelve answers, and two in five of what was asked answered."""
    answers = sum(asked.answered for asked in history.asked)
    held = sum(session < now for session in history.sessions)
    if now - history.started_at < timedelta(days=14) or answers < 3:
        return 0
    if held < 1 or answers < 6:
        return 1
    if held < 2 or answers < 12 or answers < 0.4 * len(history.asked):
        return 2
    return 3


def depth_cap(
    history: History, asked: Sequence[tuple[Question, datetime]], ready: int, now: datetime
) -> int:
    """The deepest a question may go today; `asked` is what was asked, as questions of the bank."""
    if history.heavy_week:
        return 1
    return min(
        CAPS[ready] if session_is_near(history, now) else min(CAPS[ready], 4),
        DIALS[history.dial],
        2 if was_a_stretch(asked) else 5,
        3 if _was_stretched_lately(asked, now) else 5,
        AFTER_UNANSWERED[min(3, unanswered_in_a_row(history))],
    )


def _was_stretched_lately(asked: Sequence[tuple[Question, datetime]], now: datetime) -> bool:
    lately = takewhile(lambda each: now - each[1] < STRETCH_RESTS, reversed(asked))
    return any(question.depth >= A_STRETCH for question, _ in lately)


def session_is_near(history: History, now: datetime) -> bool:
    """What touches who somebody is comes only when the coach is near."""
    return any(now <= session <= now + BEFORE_A_SESSION for session in history.sessions)


def was_a_stretch(asked: Sequence[tuple[Question, datetime]]) -> bool:
    return bool(asked) and asked[-1][0].depth >= A_STRETCH


def unanswered_in_a_row(history: History) -> int:
    return sum(1 for _ in takewhile(lambda asked: not asked.answered, reversed(history.asked)))
