"""When a leader and their coach talk next: either says it, and both can have it in a calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prompts.composing.saying import day_and_hour, note
from prompts.message import (
    Button,
    Buttons,
    Choice,
    Day,
    Element,
    Fact,
    Facts,
    Form,
    FormName,
    Heading,
    Hour,
    Link,
    Message,
    Option,
    Press,
    Quiet,
    Text,
)

LENGTHS = (30, 45, 60, 90)
USUAL = 60
NO_NOTES = "Only the date and the length are kept. No notes of sessions are stored."


@dataclass(frozen=True, slots=True)
class When:
    """A session's time, on the clock of whoever reads it."""

    starts_at: datetime
    minutes: int
    zone: str

    @property
    def words(self) -> str:
        return f"{day_and_hour(self.starts_at, self.zone)}, for {self.minutes} minutes"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields of a session's form, and what is wrong with it."""

    on: str = ""
    at: str = ""
    minutes: str = str(USUAL)
    wrong_on: str = ""
    wrong_at: str = ""
    wrong_minutes: str = ""
    # Of the form as a whole.
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """The session that has a date, and the one of the last days; each may be missing."""

    coming: UUID | None = None
    past: UUID | None = None
    past_at: str = ""
    basis: str = ""


NOTHING_KNOWN = Known()


def session_form(
    other: str, pairing: UUID, typed: Typed | None = None, known: Known = NOTHING_KNOWN
) -> Form:
    typed = typed or Typed()
    wrong = any((typed.wrong_on, typed.wrong_at, typed.wrong_minutes))
    return Form(
        FormName.COACHING_SESSION,
        f"Next session with {other}",
        about=str(pairing),
        elements=(Quiet(f"{NO_NOTES} {_first(other)} is told the date."), *_known(known)),
        fields=(
            Day("on", "Day", value=typed.on, error=typed.wrong_on, needed="Choose a day."),
            Hour(
                "at",
                "Hour, on your clock",
                value=typed.at,
                error=typed.wrong_at,
                needed="Choose an hour.",
            ),
            Choice(
                "minutes",
                "Length",
                tuple(Option(str(one), f"{one} minutes") for one in LENGTHS),
                value=typed.minutes,
                error=typed.wrong_minutes,
                needed="Choose a length.",
            ),
        ),
        submit="Keep this date",
        error=typed.problem or ("Nothing was saved yet." if wrong else ""),
        basis=known.basis,
    )


def _first(name: str) -> str:
    return name.split(" ", maxsplit=1)[0]


def _known(known: Known) -> tuple[Element, ...]:
    parts: list[Element] = []
    if known.coming:
        about = str(known.coming)
        parts.append(
            Buttons(
                (
                    Button("Add to my calendar", Press.ADD_TO_CALENDAR, about),
                    Button("Cancel it", Press.CANCEL_SESSION, about),
                )
            )
        )
    if known.past:
        parts += [
            Text(f"Your last session was to be on {known.past_at}."),
            Buttons((Button("It did not take place", Press.CANCEL_SESSION, str(known.past)),)),
        ]
    return tuple(parts)


def changed_since(when: str) -> str:
    """`when` is empty where it was cancelled."""
    now = f"it is on {when} now" if when else "it was cancelled"
    return f"Nothing was saved yet. The date was changed since you opened this: {now}. " + (
        "To keep yours instead, send it again."
    )


def session_kept(other: str, when: When, session: UUID) -> Message:
    return note(
        f"Kept. Your next session with {other} is on {when.words}. {_first(other)} is told.",
        Buttons((Button("Add to my calendar", Press.ADD_TO_CALENDAR, str(session)),)),
    )


def nothing_changed(other: str, when: When) -> Message:
    return note(f"Your next session with {other} is on {when.words}, as before.")


def session_cancelled(other: str, when: When, *, is_over: bool) -> Message:
    what = "is kept as one that did not take place" if is_over else "is cancelled"
    return note(
        f"Your session with {other} on {day_and_hour(when.starts_at, when.zone)} {what}. "
        f"{_first(other)} is told, and nothing more is asked about it."
    )


def nothing_to_cancel() -> Message:
    return note("No session has a date, so nothing was changed.")


def date_kept(
    nudge: UUID, other: str, when: When, pairing: UUID, session: UUID, *, moved: bool
) -> Message:
    """To the one who did not say when."""
    what = "was moved to" if moved else "has a date:"
    words = f"Your next session with {other} {what} {when.words}."
    return Message(
        words,
        (
            Text(words),
            Buttons(
                (
                    Button("Add to my calendar", Press.ADD_TO_CALENDAR, str(session)),
                    Button("Change it", FormName.COACHING_SESSION, str(pairing)),
                )
            ),
        ),
        nudge,
    )


def was_cancelled(nudge: UUID, other: str, when: When, *, is_over: bool) -> Message:
    what = "is kept as one that did not take place" if is_over else "is cancelled"
    words = f"Your session with {other} on {day_and_hour(when.starts_at, when.zone)} {what}."
    return Message(words, (Text(words),), nudge)


def which_session(partners: Sequence[tuple[UUID, str]]) -> Message:
    """By typed words: a button for each whom they talk with."""
    if not partners:
        return note("You have no coach and coach nobody here, so there is no session to set.")
    return note(
        "When you talk next.",
        Buttons(
            tuple(
                Button(f"Next session with {name}", FormName.COACHING_SESSION, str(pairing))
                for pairing, name in partners
            )
        ),
    )


def calendar_page(when: When | None, session: str = "", address: str = "") -> Form:
    """`address` is empty where no page can be opened from here; `when`, where nothing is there."""
    if when is None:
        parts: tuple[Element, ...] = (Text("That session is not there any more."),)
    elif address:
        parts = (
            Text(f"Your session is on {when.words}."),
            Link("Get the calendar file", address),
            Quiet(
                "It holds the date and the length, and no name. It can be opened for a day by "
                "whoever has its address. If the date moves, get it again: your calendar then "
                "moves it, too."
            ),
        )
    else:
        parts = (
            Text(f"Your session is on {when.words}."),
            Text(
                "No page can be opened from this chat, so I have no calendar file for you here. "
                "The line above is what to put in your calendar."
            ),
        )
    return Form(FormName.CALENDAR, "Add to my calendar", about=session, elements=parts)


def calendar_offer(when: When | None, session: str = "") -> Form:
    """Looking makes no address; the button does."""
    if when is None:
        return calendar_page(None)
    return Form(
        FormName.CALENDAR,
        "Add to my calendar",
        about=session,
        elements=(
            Text(f"Your session is on {when.words}."),
            Buttons((Button("Add to my calendar", Press.ADD_TO_CALENDAR, session, primary=True),)),
        ),
    )


def no_next_session(nudge: UUID, coach: str, pairing: UUID) -> Message:
    """To the leader, and told to nobody else."""
    words = (
        f"No next session with {coach} has a date here. You can set one, ask {coach} to call, or "
        "leave it."
    )
    return Message(
        words,
        (
            Text(words),
            Quiet("Nobody else is told of this."),
            Buttons(
                (
                    Button("Say when", FormName.COACHING_SESSION, str(pairing), primary=True),
                    Button(f"Ask {coach} to call me", Press.ASK_COACH_TO_CALL),
                    Button("Leave it", Press.LEAVE_IT),
                )
            ),
        ),
        nudge,
    )


def left() -> Message:
    return note("Left as it is. Nobody is told, and nothing was stored.")


def with_coach(
    coach: str, pairing: UUID, when: When | None, *, can_hand_over: bool
) -> tuple[Element, ...]:
    """For the leader's page."""
    about, first = str(pairing), _first(coach)
    hand_over = (Button(f"Hand over to {first}", FormName.HAND_OVER),) if can_hand_over else ()
    return (
        Heading(f"With {coach}"),
        Facts((Fact("Next session", when.words if when else "Not set"),)),
        Buttons(
            (
                *hand_over,
                Button("Say when we talk next", FormName.COACHING_SESSION, about),
                Button(f"What {first} will get", FormName.PREVIEW),
                Button(f"Ask {first} to call me", Press.ASK_COACH_TO_CALL),
                Button(f"End coaching with {first}", FormName.END_PAIRING, about),
            )
        ),
    )


def about_leader(leader: str, pairing: UUID) -> tuple[Button, ...]:
    """For the coach's page, beside each leader."""
    about = str(pairing)
    return (
        Button(f"Set next session with {leader}", FormName.COACHING_SESSION, about),
        Button(f"Ask {leader} to talk", Press.ASK_FOR_A_WORD, about),
        Button(f"End coaching with {leader}", FormName.END_PAIRING, about),
    )
