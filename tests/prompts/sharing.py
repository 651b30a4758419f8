"""A leader's week as it was shared, for the tests of the digest."""

from datetime import UTC, date, datetime
from uuid import UUID

from prompts.experiment import Decision, TryState
from prompts.question import Theme
from prompts.shared import (
    SharedAside,
    SharedExperiment,
    SharedFocus,
    SharedObjective,
    SharedRating,
    SharedReflection,
    SharedWeek,
)

MONDAY = date(2026, 3, 9)
PAIRING = UUID(int=100)


def key(number: int) -> UUID:
    return UUID(int=number)


HANDOVER = SharedExperiment(
    key(1),
    TryState.CLOSED,
    date(2026, 3, 4),
    "Started the site meeting with what the night staff had written down.",
    expected="Somebody would say it was not the place for it.",
    observed="The porters' lead spoke for ten minutes and nobody looked at the clock.",
    surprise="I was braced for a fight.",
    learned="Silence isn't always agreement. It was the wrong room before.",
    decision=Decision.KEEP,
)
ROTA = SharedExperiment(
    key(2),
    TryState.PLANNED,
    date(2026, 3, 16),
    "Letting Femi chair the rota group.",
    times_put_off=1,
    put_off_because="Two people were off, so I chaired it again.",
)
VOICES = SharedReflection(
    key(3),
    key(33),
    "ENG-EXL-1",
    "Whose voice is easiest for you to hear in meetings?",
    "Whoever sits nearest the door, it turns out.",
    date(2026, 3, 7),
    (Theme.ENGAGE,),
)
FIXED = SharedReflection(
    key(4),
    key(44),
    "UNC-CHA-2",
    "What are you treating as fixed that could be moved?",
    "The Tuesday slot.\nNobody remembers who chose it.",
    date(2026, 3, 5),
    (Theme.UNCERTAINTY,),
)
RATED = SharedRating(key(6), 0, date(2026, 3, 6), before=-1, evidence="Two wards asked to join.")
WARDS = SharedObjective(
    key(5), "Wards sort out beds between them before they ring me.", date(2026, 3, 20), (RATED,)
)
FOCUS = SharedFocus(
    key(7), datetime(2026, 3, 12, 10, tzinfo=UTC), "Why I still open every meeting myself."
)
ASIDE = SharedAside(key(8), "The vacancy on our board.")
AMARA = SharedWeek(
    PAIRING,
    "Amara",
    next_session=FOCUS.starts_at,
    focus=FOCUS,
    experiments=(HANDOVER, ROTA),
    reflections=(FIXED, VOICES),
    objectives=(WARDS,),
    leave_for_now=ASIDE,
)
