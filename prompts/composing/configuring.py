"""What a lead decides for a programme and its workspace, and what was changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prompts.composing.saying import day, day_and_hour, note
from prompts.message import (
    Choice,
    Form,
    FormName,
    LongText,
    Message,
    Option,
    Quiet,
    ShortText,
    Switch,
    Table,
    Text,
)
from prompts.supporting import Card

NONE = "–"
NATIONS = (
    ("england", "England"),
    ("northern-ireland", "Northern Ireland"),
    ("scotland", "Scotland"),
    ("wales", "Wales"),
    ("elsewhere", "Elsewhere"),
)


def nation_in_words(nation: str) -> str:
    return dict(NATIONS).get(nation, nation)


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    by: str
    what: str
    before: str
    after: str


def name_field(value: str = "") -> ShortText:
    return ShortText("name", "Its name", value=value, needed="Give it a name.")


def purpose_field(value: str = "") -> LongText:
    return LongText(
        "purpose",
        "What it is for",
        hint="A sentence or two: they stand in the invitation.",
        value=value,
    )


def nation_field(value: str) -> Choice:
    return Choice(
        "nation",
        "Its nation",
        tuple(Option(name, label) for name, label in NATIONS),
        hint="Whose helplines are shown, and whose bank holidays are kept.",
        value=value,
    )


def programme_form(
    programme: UUID, name: str, nation: str, purpose: str = "", *, box_only: bool, error: str = ""
) -> Form:
    return Form(
        FormName.PROGRAMME,
        f"Settings of {name}",
        about=str(programme),
        fields=(
            name_field(name),
            purpose_field(purpose),
            nation_field(nation),
            Switch(
                "box_only",
                "Answers are written in the box only",
                hint="Then what is typed in the chat is never saved as an answer. It holds for the "
                "whole workspace.",
                on=box_only,
            ),
        ),
        submit="Change",
        error=error,
    )


def settings_changed() -> Message:
    return note("Changed, from this moment. It stands under “What was changed”.")


def programme_opened(name: str) -> Message:
    return note(f"{name} is open. Its leaders can agree and begin.")


def overdue_in_words(overdue: Sequence[Card]) -> str:
    """Each card by its nation, with who has to check it."""
    cards = " ".join(
        f"{card.nation.capitalize()} was due on {day(card.check_by)}; "
        f"it is for the {card.owner} to check."
        for card in overdue
    )
    return (
        "The programme was not opened: what people are shown about who is there to talk to has not "
        f"been checked in time. {cards} Nothing was changed."
    )


def cards_out_of_date(overdue: Sequence[Card]) -> Message:
    return note(overdue_in_words(overdue))


def changes_page(changes: Sequence[Change], zone: str) -> Form:
    rows = tuple(
        (day_and_hour(one.at, zone), one.by, one.what, one.before or NONE, one.after or NONE)
        for one in changes
    )
    return Form(
        FormName.CHANGES,
        "What was changed",
        elements=(
            Quiet("Changes of settings only. What leaders and coaches do is not in it."),
            Table("Newest first", ("When", "Who", "What", "Before", "After"), rows)
            if rows
            else Text("Nothing was changed yet."),
        ),
    )
