"""What a leader sees before the coach does: the same words in the same order, to leave out."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from prompts.composing.saying import day, note
from prompts.composing.telling import Kind, Section, Told, sections
from prompts.message import (
    Button,
    Buttons,
    Divider,
    Element,
    Form,
    FormName,
    Heading,
    LongText,
    Message,
    Press,
    Quiet,
    Text,
)
from prompts.shared import SharedWeek

LONGEST_ASIDE = 500


def preview_ready(nudge: UUID) -> Message:
    """The chat line holds no name and no content."""
    words = "What your coach will get on Monday is ready for you to look at."
    return Message(
        plain=words,
        elements=(
            Text(words),
            Quiet(
                "It opens on a page that only you can see. If you do nothing, it goes. You can "
                "leave things out, or skip this week."
            ),
            Buttons((Button("Look at it", FormName.PREVIEW, str(nudge), primary=True),)),
        ),
        nudge=nudge,
    )


def preview_page(
    about: UUID,
    week: SharedWeek,
    coach: str,
    goes_at: str,
    zone: str,
    *,
    held: bool,
    shares_all: bool = False,
    before: Sequence[tuple[UUID, datetime]] = (),
    can_leave_out: Collection[UUID] | None = None,
) -> Form:
    """`coach` is a first name, `goes_at` reads “Monday 9 March at 09:00”; `held`: not this week;
    `shares_all`: every objective, by the agreement; `before`: the digests that told of this leader,
    and when; `can_leave_out`: what was shared by hand, where not everything was."""
    theirs = sections(week, zone)
    return Form(
        FormName.PREVIEW,
        f"What {coach} will get",
        about=str(about),
        elements=(
            *_opening(coach, goes_at, held=held, empty=not theirs),
            *((_left_out(shares_all=shares_all),) if theirs else ()),
            *(element for section in theirs for element in _section(section, can_leave_out)),
            *(_closing(about, coach, held=held) if theirs else ()),
            Buttons((Button(f"Ask {coach} not to raise something", FormName.ASIDE),)),
            *_went_before(before, zone),
        ),
    )


def _went_before(before: Sequence[tuple[UUID, datetime]], zone: str) -> tuple[Element, ...]:
    if not before:
        return ()
    buttons = tuple(
        Button(day(at.astimezone(ZoneInfo(zone)).date()), FormName.PREVIEW, str(key))
        for key, at in before
    )
    who = Button("Who has read what", FormName.READERS)
    return Divider(), Heading("Sent before"), Buttons((*buttons, who))


def past_page(nudge: UUID, at: datetime, week: SharedWeek, zone: str) -> Form:
    """What is the leader's own in a digest that went, in their present words."""
    local = at.astimezone(ZoneInfo(zone)).date()
    elements: list[Element] = [
        Quiet("Only you can see this page. It shows your words as they are now.")
    ]
    for section in sections(week, zone):
        elements += [Divider(), Heading(section.heading)]
        elements += [part for thing in section.things for part in thing.elements]
    return Form(
        FormName.PREVIEW,
        f"What was sent on {day(local)}",
        about=str(nudge),
        elements=tuple(elements),
    )


def _opening(coach: str, goes_at: str, *, held: bool, empty: bool) -> tuple[Element, ...]:
    alone = Quiet("Only you can see this page.")
    readers = Quiet(
        "Only you can see this page. What goes can be read only by you and "
        f"{coach}, and you can change it until then."
    )
    if empty:
        return Text(f"Nothing of yours goes to {coach} on {goes_at}."), alone
    if held:
        return (
            Text(f"Nothing of yours goes to {coach} on {goes_at}."),
            Quiet(f"{coach} is not told that there was anything. It waits for the week after."),
            alone,
        )
    return Text(f"This is what {coach} will get on {goes_at}."), readers


def _left_out(*, shares_all: bool) -> Quiet:
    if shares_all:
        return Quiet(
            "What you leave out is private again, but for objectives: your agreement shares all of "
            "them."
        )
    return Quiet("What you leave out is private again.")


def _section(section: Section, can_leave_out: Collection[UUID] | None) -> Iterator[Element]:
    yield from (Divider(), Heading(section.heading))
    for thing in section.things:
        yield from thing.elements
        can_go = can_leave_out is None or thing.id in can_leave_out
        if buttons := tuple(_buttons(thing, can_go=can_go)):
            yield Buttons(buttons)


def _buttons(thing: Told, *, can_go: bool) -> Iterator[Button]:
    if can_go:
        yield Button("Leave this out", Press.LEAVE_OUT, str(thing.id))
    match thing.kind:
        case Kind.REFLECTION | Kind.FOCUS:
            if thing.nudge is not None:
                yield Button("Change it", FormName.ANSWER, str(thing.nudge))
        case Kind.EXPERIMENT:
            yield Button("See its path", FormName.EXPERIMENT_PAGE, str(thing.id))
        case Kind.OBJECTIVE:
            yield Button("Put it another way", FormName.OBJECTIVE, str(thing.id))
        case Kind.ASIDE:
            yield Button("Change it", FormName.ASIDE)
        case Kind.RATING:
            pass
        case _:
            assert_never(thing.kind)


def _closing(about: UUID, coach: str, *, held: bool) -> tuple[Element, ...]:
    if held:
        send = Button("Send it this week", Press.SEND_DIGEST, str(about), primary=True)
        return Divider(), Buttons((send,))
    return (
        Divider(),
        Quiet(
            f"{coach} may see up to three questions to hold beside it: {coach}’s own, or some from "
            "the question bank, chosen by rule from this page alone."
        ),
        Quiet(f"If you skip, it waits for the week after, and {coach} is not told."),
        Buttons((Button("Skip this week", Press.SKIP_DIGEST, str(about)),)),
    )


def nobody_to_share_with() -> Message:
    return note(
        "Nothing of yours goes to anybody: you have no coach here, or sharing is off in your "
        "agreement.",
        Buttons((Button("My agreement", FormName.AGREEMENT),)),
    )


def aside_form(coach: str, words: str = "", error: str = "") -> Form:
    return Form(
        FormName.ASIDE,
        "Please leave for now",
        elements=(
            Quiet(
                f"{coach} reads this in every digest until you take it back, and nobody else does."
            ),
        ),
        fields=(
            LongText(
                "words",
                f"What would you like {coach} not to raise?",
                hint="A word or two is enough. Save it empty to take it back.",
                value=words,
                error=error,
            ),
        ),
        submit="Save",
        error="This was not saved. What you wrote is still here." if error else "",
    )


def aside_kept(coach: str) -> Message:
    return note(
        f"Kept. {coach} reads it in every digest until you take it back, and nobody else does.",
        Buttons((Button("Change it", FormName.ASIDE),)),
    )


def aside_dropped(coach: str) -> Message:
    return note(f"Taken back. {coach} cannot read it any more.")
