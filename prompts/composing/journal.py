"""A leader's own reflections, newest first, and what can be done with each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from prompts.composing.saying import day, note
from prompts.message import (
    Button,
    Buttons,
    Choice,
    Day,
    Divider,
    Element,
    Fact,
    Facts,
    Form,
    FormName,
    Heading,
    Message,
    Option,
    Press,
    Quiet,
    Quote,
    ShortText,
    Text,
)

FIELDS = ("words", "objective", "first", "last")


@dataclass(frozen=True, slots=True)
class Entry:
    """One reflection as its owner sees it."""

    nudge: UUID
    question: str
    words: str
    answered_at: datetime
    objective: str
    shared_with: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed of a search; `objective` is an id, the days are ISO 8601."""

    words: str = ""
    objective: str = ""
    first: str = ""
    last: str = ""


def journal_page(
    entries: Sequence[Entry], zone: str, *, more: bool, older: str = "", found: str = ""
) -> Form:
    """`older`: the entry after which it goes on; `found`: what was looked for, in words."""
    elements: list[Element] = [
        Quiet("Only you can see this page."),
        Buttons(
            (
                Button("Search", FormName.SEARCH),
                Button("My objectives", FormName.LEADER_HOME),
            )
        ),
    ]
    if found:
        elements.append(Text(found))
    for entry in entries:
        elements += _entry(entry, zone)
    if not entries:
        nothing = "Nothing here yet. Your answers will be kept here for you."
        elements.append(Text("Nothing of yours fits that." if found else nothing))
    if older:
        elements += [Divider(), Buttons((Button("Older", FormName.JOURNAL, older),))]
    elif more:
        elements.append(Quiet("More is kept. These are the newest; a search finds the others."))
    title = "Found in your journal" if found else "Journal"
    return Form(FormName.JOURNAL, title, elements=tuple(elements))


def _entry(entry: Entry, zone: str) -> tuple[Element, ...]:
    state = f"You and {entry.shared_with}" if entry.shared_with else "Only you"
    local = entry.answered_at.astimezone(ZoneInfo(zone)).date()
    facts = [Fact("When", day(local)), Fact("Who can read it", state)]
    if entry.objective:
        facts.append(Fact("Objective", entry.objective))
    about = str(entry.nudge)
    return (
        Divider(),
        Heading(entry.question),
        Quote(entry.words),
        Facts(tuple(facts)),
        Buttons(
            (
                Button("Change this answer", FormName.ANSWER, about),
                Button("Take this back", Press.TAKE_BACK, about)
                if entry.shared_with
                else Button("Share this", Press.SHARE, about),
                Button("Erase this", Press.ERASE_ANSWER, about),
            )
        ),
    )


def search_form(
    objectives: Sequence[tuple[str, str]],
    wanted: Wanted = Wanted(),
    error: str = "",
) -> Form:
    about = (
        (
            Choice(
                "objective",
                "On this objective",
                tuple(Option(key, words) for key, words in objectives),
                value=wanted.objective,
            ),
        )
        if objectives
        else ()
    )
    return Form(
        FormName.SEARCH,
        "Search your journal",
        elements=(Quiet("It looks through your own answers, and keeps nothing of what you type."),),
        fields=(
            ShortText("words", "These words", hint="Every one of them.", value=wanted.words),
            *about,
            Day("first", "From this day", value=wanted.first),
            Day("last", "Until this day", value=wanted.last),
        ),
        submit="Search",
        error=error,
    )


def in_words(wanted: Wanted, first: date | None, last: date | None) -> str:
    """What was looked for, but for the words themselves, which the leader knows."""
    parts = [
        "with these words" if wanted.words else "",
        "on that objective" if wanted.objective else "",
        f"from {day(first)}" if first else "",
        f"until {day(last)}" if last else "",
    ]
    return f"Your answers {' '.join(part for part in parts if part)}."


def ask_before_erasing(nudge: UUID) -> Message:
    about = str(nudge)
    return note(
        "Erase this answer? It goes from your journal, from whatever you shared of it, and within "
        "8 days from every backup. What was typed in the chat stays there. It cannot be brought "
        "back.",
        Buttons(
            (
                Button("Erase it for good", Press.ERASE_FOR_GOOD, about),
                Button("Keep it", Press.KEEP_ANSWER, about, primary=True),
            )
        ),
    )


def erased(*, stays: bool, with_the_line: bool = False) -> Message:
    """`stays`: an objective's wording was made of it. `with_the_line`: it went out of the chat."""
    made = (
        " What you made of it (an objective’s wording) stays; change it on its page."
        if stays
        else ""
    )
    if with_the_line:
        return note(
            "You took your line out of the chat, and the answer that I kept of it is erased, too. "
            "Backups follow within 8 days." + made
        )
    return note(
        "Erased here. Backups follow within 8 days; what was typed in the chat stays there." + made
    )


def kept() -> Message:
    return note("Kept. Nothing was changed.")
