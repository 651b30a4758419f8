"""When, how often, and not now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from prompts.composing.saying import day, note
from prompts.composing.zones import Shown, zone_field
from prompts.message import (
    Button,
    Buttons,
    Choice,
    Day,
    Element,
    Field,
    Form,
    FormName,
    Hour,
    Message,
    Option,
    Press,
    Quiet,
    Switch,
    Text,
)

WEEKDAYS = (
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
)
ORDINALS = ("First", "Second", "Third")
NO_DAY = "none"


@dataclass(frozen=True, slots=True)
class When:
    """A cadence as a form holds it: up to three (day, HH:MM), the hours, the zone."""

    slots: tuple[tuple[str, str], ...]
    earliest: str
    latest: str
    zone: str
    dial: str = "balanced"
    reminders: bool = True


DIALS = (
    ("gentle", "Gentle: nothing that pushes hard"),
    ("balanced", "Balanced: now and then something that stretches"),
    ("stretching", "Stretching: the hardest questions, too"),
)


def when_form(when: When, clock: Shown, errors: Mapping[str, str] | None = None) -> Form:
    return Form(
        FormName.WHEN,
        "When shall I ask?",
        elements=(Quiet("At most one question a day, and never outside your hours."),),
        fields=(
            *slot_fields(when.slots),
            *hours_fields(when.earliest, when.latest),
            zone_field(clock, when.zone, (errors or {}).get("zone", "")),
            Choice(
                "dial",
                "How much stretch you welcome",
                tuple(Option(value, label) for value, label in DIALS),
                hint="The hardest come only once you have been here a while, whatever you choose.",
                value=when.dial,
            ),
            Switch(
                "reminders",
                "Remind me once, on the next working day",
                on=when.reminders,
            ),
        ),
        submit="Keep these",
        error=(errors or {}).get("form", ""),
    )


def slot_fields(slots: tuple[tuple[str, str], ...]) -> tuple[Field, ...]:
    """A day and an hour for each of up to three questions a week."""
    fields: list[Field] = []
    days = tuple(Option(value, label) for value, label in WEEKDAYS)
    for number, ordinal in enumerate(ORDINALS):
        none = (Option(NO_DAY, f"No {ordinal.lower()} question"),) if number else ()
        empty = (NO_DAY if number else "", "")
        weekday, hour = slots[number] if number < len(slots) else empty
        fields += [
            Choice(f"day{number}", f"{ordinal} question, day", (*none, *days), value=weekday),
            Hour(f"hour{number}", f"{ordinal} question, hour", value=hour),
        ]
    return tuple(fields)


def hours_fields(earliest: str, latest: str) -> tuple[Field, ...]:
    return (
        Hour("earliest", "Never before", value=earliest),
        Hour("latest", "Never after", value=latest),
    )


def when_kept(next_question: str) -> Message:
    return note(f"Kept. {next_question}")


def cadence_in_words(slots: tuple[tuple[str, str], ...]) -> str:
    """Tuesday 12:00 and Thursday 16:00"""
    names = dict(WEEKDAYS)
    said = [f"{names[weekday]} {hour}" for weekday, hour in slots]
    return " and ".join(filter(None, [", ".join(said[:-1]), said[-1]])) if said else "no day"


def pause_form(value: str = "", error: str = "") -> Form:
    return Form(
        FormName.PAUSE,
        "Pause the questions",
        elements=(Quiet("Nobody is told. Your coach sees no difference from a quiet week."),),
        fields=(
            Day(
                "until",
                "Start again on",
                hint="Leave it empty to pause until you type “resume”.",
                value=value,
                error=error,
            ),
        ),
        submit="Pause",
        error="You are not paused yet." if error else "",
    )


def paused(until: date | None) -> Message:
    end = f"until {day(until)}" if until else "until you type “resume”"
    return note(
        f"Paused {end}. Nothing will be asked until then, and nobody is told.",
        Buttons((Button("Resume", Press.RESUME),)),
    )


def stopped_already() -> Message:
    return note(
        "Your questions are stopped already, so nothing was changed and nothing will be asked. "
        "Type “resume” if you ever want questions again."
    )


def nothing_is_asked_now() -> Message:
    """Putting a question off would promise a day that does not come."""
    return note(
        "Your questions are paused or stopped, so this one was not put off. Answer it whenever "
        "you like, or type “resume” first.",
        Buttons((Button("Resume", Press.RESUME),)),
    )


def not_a_day() -> Message:
    """What was typed is not repeated: it may be more than a day."""
    return note(
        "I could not read that as a day in the coming year, so nothing was changed. "
        "Try “pause until 3 June”, or choose a day.",
        Buttons((Button("Choose a day", FormName.PAUSE),)),
    )


def resumed(next_question: str) -> Message:
    return note(f"Welcome back. {next_question}")


def stopped() -> Message:
    return note(
        "Stopped. I will ask nothing more, and nobody is told. What you wrote is still yours, in "
        "your journal, until 24 months after your last answer. Would you rather keep a copy "
        "(“get a copy”), have everything erased (“forget me”), or both? You are offered a copy "
        "before anything is erased. Type “resume” if you ever want questions again.",
        Buttons(
            (
                Button("Journal", FormName.JOURNAL),
                Button("Get a copy", Press.TAKE_MY_DATA),
                Button("Forget me", Press.ASK_BEFORE_FORGETTING),
            )
        ),
    )


def gone_quiet(nudge: UUID) -> Message:
    """Once, and then nothing comes by itself."""
    words = "It has been quiet between us, and that is fine. Shall I pause, or carry on?"
    return Message(
        words,
        (
            Text(words),
            Quiet("Until you choose I ask nothing, and nobody is told."),
            Buttons(
                (
                    Button("Carry on", Press.CARRY_ON, primary=True),
                    Button("Pause", FormName.PAUSE),
                    Button("Stop", Press.STOP),
                )
            ),
        ),
        nudge=nudge,
    )


def carried_on(next_question: str) -> Message:
    return note(f"I carry on, then. {next_question}")


def no_reminders() -> Message:
    return note(
        "No more reminders. A question that you leave is let go by itself. "
        "“Days and hours” turns them on again."
    )


@dataclass(frozen=True, slots=True)
class DaysAway:
    key: UUID
    first: date
    last: date


def away_form(
    known: Sequence[DaysAway], first: str = "", last: str = "", errors: tuple[str, str] = ("", "")
) -> Form:
    listed: list[Element] = []
    for one in known:
        listed += [
            Text(_from_to(one.first, one.last)),
            Buttons((Button("Take this out", Press.NOT_AWAY, str(one.key)),)),
        ]
    return Form(
        FormName.AWAY,
        "Days away",
        elements=(Quiet("Nothing is asked on these days, and nobody is told."), *listed),
        fields=(
            Day(
                "first",
                "First day away",
                value=first,
                error=errors[0],
                needed="Choose the first day.",
            ),
            Day(
                "last", "Last day away", value=last, error=errors[1], needed="Choose the last day."
            ),
        ),
        submit="Keep these days",
        error="Nothing was changed." if any(errors) else "",
    )


def _from_to(first: date, last: date) -> str:
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def away_kept(first: date, last: date, next_question: str) -> Message:
    return note(f"Away: {_from_to(first, last)}. {next_question}")


def away_taken_out(next_question: str) -> Message:
    return note(f"Taken out. {next_question}")


def never_away() -> Message:
    return note("No days away are noted, so nothing was changed.")
