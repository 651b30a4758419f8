"""What is theirs: to see, to take away, to have forgotten; and who else has read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from prompts.composing.saying import day_and_hour, note
from prompts.message import (
    Button,
    Buttons,
    Element,
    Form,
    FormName,
    Link,
    Message,
    Press,
    Quiet,
    Table,
    Text,
)


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody opened something of theirs."""

    reader: str
    what: str
    at: datetime


def my_data() -> Message:
    return note(
        "I hold your name and how to reach you, what you wrote, your objectives, what you were "
        "asked, your days and hours, your agreement, and who has read what. All of it is yours to "
        "see and to take away. Nobody is told that you asked.",
        Buttons(
            (
                Button("Get a copy", Press.TAKE_MY_DATA, primary=True),
                Button("Who has read what", FormName.READERS),
                Button("Journal", FormName.JOURNAL),
                Button("My agreement", FormName.AGREEMENT),
                Button("Hand it to me another way", Press.HAND_ME_MY_DATA),
                Button("Leave the totals", Press.LEAVE_TOTALS),
            )
        ),
    )


def copy_page(text: str, json: str) -> Form:
    """`text` and `json` are addresses; without them there is no way to a page from here."""
    ways: tuple[Element, ...] = (
        Link("As text, to read", text),
        Link("As JSON, for another program", json),
        Quiet(
            "Each opens once, within ten minutes, for whoever has its address: pass it to nobody."
        ),
    )
    none = (
        Text(
            "No page can be opened from this chat. Choose “Hand it to me another way”: then "
            "whoever runs Bearings can give you a file, for seven days and only because you said "
            "so."
        ),
        Buttons((Button("Hand it to me another way", Press.HAND_ME_MY_DATA),)),
    )
    return Form(
        FormName.MY_DATA,
        "A copy of everything that is yours",
        elements=(
            Text("Everything I hold about you, and nothing of anybody else’s."),
            *(ways if text else none),
        ),
    )


def left_totals() -> Message:
    return note(
        "You are not counted in the totals any more, from the next quarter that is released. What "
        "was released before does not change, so that nobody could tell. Nobody is told."
    )


def hand_over(until: datetime, zone: str) -> Message:
    return note(
        "Until " + day_and_hour(until, zone) + " whoever runs Bearings can make a file of "
        "everything that is yours, to hand to you; before you said so they could not. When they "
        "do, it stands under “Who has read what”."
    )


def readers_page(openings: Sequence[Opening], zone: str) -> Form:
    rows = tuple((one.reader, one.what, day_and_hour(one.at, zone)) for one in openings)
    return Form(
        FormName.READERS,
        "Who has read what",
        elements=(
            Quiet("Only you can see this page. Your own reading is not written down."),
            Table("Opened by somebody else, newest first", ("Who", "What", "When"), rows)
            if rows
            else Text("Nobody else has opened anything of yours."),
        ),
    )


def ask_before_forgetting() -> Message:
    """Without a count of anything: the chat keeps this, and it would tell whether they answer."""
    return note(
        "This erases whatever you wrote, your agreement, and your name from the programme’s list, "
        "so those who run it can see that you are no longer there. It cannot be undone, and nobody "
        "can bring it back: at once here, and within eight days in every backup. If you want a "
        "copy, get it first. To go on, press the button within an hour, or type “erase "
        "everything”.",
        Buttons(
            (
                Button("Erase everything", Press.FORGET_ME),
                Button("Get a copy first", Press.TAKE_MY_DATA),
                Button("Keep everything", Press.KEEP_EVERYTHING, primary=True),
            )
        ),
    )


def ask_first() -> Message:
    return note("Nothing was erased. Type “forget me” first; it says what would be lost.")


def kept() -> Message:
    return note("Nothing was erased. Everything is as it was.")


def forgotten(receipt: str) -> Message:
    """The receipt names nobody: it is found again in the log of what was done, and nowhere else."""
    return note(
        f"Everything of yours is erased, and I do not know you any more. Receipt {receipt}. "
        "Backups that still hold it sealed cannot be opened without your key, which is destroyed; "
        "the last copy of that is gone within eight days. What stands in this chat is kept by "
        "whoever runs the chat."
    )
