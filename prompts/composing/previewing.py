"""What a leader sees before the coach does: the same words in the same order, to leave out."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from prompts.composing.telling import Section, Told, sections
from prompts.message import (
    Button,
    Buttons,
    Divider,
    Element,
    Form,
    FormName,
    Heading,
    Message,
    Press,
    Quiet,
    Text,
)
from prompts.shared import SharedWeek


@dataclass(frozen=True, slots=True)
class PreviewDoes:
    """What this page is called, and what its buttons do."""

    page: FormName
    leave_out: Press
    skip: Press
    send: Press
    change_answer: FormName = FormName.ANSWER


def preview_ready(nudge: UUID, page: FormName) -> Message:
    """The chat line holds no name and no content."""
    words = "What your coach will get on Monday is ready for you to look at."
    return Message(
        plain=words,
        elements=(
            Text(words),
            Quiet("It opens on a page that only you can see. You can leave things out, or skip."),
            Buttons((Button("Look at it", page, str(nudge), primary=True),)),
        ),
        nudge=nudge,
    )


def preview_page(
    nudge: UUID,
    week: SharedWeek,
    coach: str,
    goes_at: str,
    zone: str,
    does: PreviewDoes,
    *,
    held: bool,
) -> Form:
    """`coach` is a first name, `goes_at` reads “Monday 9 March at 09:00”; `held`: not this week."""
    theirs = sections(week, zone)
    return Form(
        does.page,
        f"What {coach} will get",
        about=str(nudge),
        elements=(
            *_opening(coach, goes_at, held=held, empty=not theirs),
            *(element for section in theirs for element in _section(section, does)),
            *(_closing(nudge, coach, does, held=held) if theirs else ()),
        ),
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


def _section(section: Section, does: PreviewDoes) -> Iterator[Element]:
    yield from (Divider(), Heading(section.heading))
    for thing in section.things:
        yield from thing.elements
        yield Buttons(tuple(_buttons(thing, does)))


def _buttons(thing: Told, does: PreviewDoes) -> Iterator[Button]:
    yield Button("Leave this out", does.leave_out, str(thing.id))
    if thing.nudge is not None:
        yield Button("Change it", does.change_answer, str(thing.nudge))


def _closing(nudge: UUID, coach: str, does: PreviewDoes, *, held: bool) -> tuple[Element, ...]:
    if held:
        send = Button("Send it after all", does.send, str(nudge), primary=True)
        return Divider(), Buttons((send,))
    return (
        Divider(),
        Quiet(
            f"{coach} may see up to three questions to hold beside it: {coach}’s own, or some from "
            "the question bank, chosen by rule from this page alone."
        ),
        Quiet(f"If you skip, it waits for the week after, and {coach} is not told."),
        Buttons((Button("Skip this week", does.skip, str(nudge)),)),
    )
