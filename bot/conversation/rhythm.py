"""Days and hours between a form and what is stored."""

import re
from collections.abc import Mapping, Sequence
from datetime import time

from prompts.composing import pacing
from prompts.history import Dial
from scheduler.cadence import DAYS, CadenceError, Slot, check, read_slots


def read_rhythm(values: Mapping[str, Sequence[str]]) -> tuple[tuple[Slot, ...], time, time]:
    """Days and hours as a form sends them. Raises CadenceError with a sentence."""
    typed = typed_rhythm(values)
    if not all(hour for _, hour in typed.slots):
        raise CadenceError("Choose an hour for each day.")
    slots = read_slots(", ".join(f"{weekday} {hour}" for weekday, hour in typed.slots))
    earliest, latest = _hour(typed.earliest), _hour(typed.latest)
    check(slots, earliest, latest)
    return slots, earliest, latest


def typed_rhythm(values: Mapping[str, Sequence[str]]) -> pacing.When:
    def one(name: str) -> str:
        return "".join(values.get(name, ())).strip()

    return pacing.When(
        slots=tuple(
            (one(f"day{number}"), one(f"hour{number}"))
            # More than the form offers, so that a fourth is refused and not lost.
            for number in range(len(DAYS))
            if one(f"day{number}") not in {"", pacing.NO_DAY}
        ),
        earliest=one("earliest"),
        latest=one("latest"),
        zone=one("zone"),
        dial=one("dial"),
        reminders=bool(values.get("reminders")),
    )


def check_dial(typed: str) -> None:
    if typed not in set(Dial):
        raise CadenceError("Choose how much stretch you welcome.")


def _hour(typed: str) -> time:
    if re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", typed) is None:
        raise CadenceError("Give the first and the last hour like this: 08:30.")
    return time.fromisoformat(typed)


def hhmm(hour: time) -> str:
    return f"{hour:%H:%M}"


def form_slots(slots: str) -> tuple[tuple[str, str], ...]:
    """Stored slots as a form shows them: (("tue", "12:00"), …)."""
    return tuple((DAYS[slot.weekday][:3], hhmm(slot.at)) for slot in read_slots(slots))
