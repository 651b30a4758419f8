"""The one-screen notice, and what is agreed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from prompts.composing.saying import day_and_hour, note, paragraphs
from prompts.message import (
    Button,
    Buttons,
    Element,
    Fact,
    Facts,
    Form,
    FormName,
    Heading,
    Message,
    Press,
    Quiet,
    Switch,
    Text,
)

# Raised whenever the words of the notice change in meaning. The older ones are kept, so that
# everybody can read what they agreed to.
NOTICE_VERSION = "2026-12"
# What is new in it, for those who agreed to the one before.
WHAT_CHANGED = (
    "What is new: what you write is sealed with a key of your own; you can see when your coach "
    "opens something; you can have everything erased by typing “forget me”; and some phrases of "
    "distress, noticed by a fixed list, show you who is there to talk to, and nobody else."
)
# Months after somebody's last answer; a programme can choose fewer.
KEPT_MONTHS = 24

SWITCHES = (
    ("questions", "Send me questions"),
    ("sharing", "Let me share things with my coach, one at a time"),
    ("titles", "Share my objective titles with my coach"),
    ("totals", "Count me in the quarterly totals"),
    ("research", "Contact me about research (separate)"),
)


class KnownBy(StrEnum):
    """By what people can be made known there before they have written."""

    ADDRESS = "e-mail address"
    MEMBER_ID = "member ID"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the chat happens and where answers are held, as the notice must say it.

    `least`: no figure that leads see stands for fewer people. `employers`: the chat is an
    employer's, who can keep and search it. `follows`: a line that is changed or deleted there is
    told of, and the answer follows it.
    `address` is where a page of ours can be opened, "" for this very server; None: nowhere.
    """

    platform: str
    held: str
    address: str | None = None
    employers: bool = True
    least: int = 11
    follows: bool = False
    known_by: KnownBy = KnownBy.ADDRESS


def notice(name: str, place: Place, programme: str = "") -> Message:
    """What a leader reads before anything is asked or stored; whose programme it is comes first."""
    whose = f"“{programme}”" if programme else "your programme"
    return Message(
        plain=f"Hello {name}. Before we start: what I do, and who can see what.",
        elements=(
            Heading("Before we start"),
            Quiet(f"The people who run {whose} added you here."),
            *notice_words(NOTICE_VERSION, place),
            Buttons(
                (
                    Button("Choose and agree", FormName.AGREEMENT, primary=True),
                    Button("Not now", Press.NOT_NOW),
                )
            ),
        ),
    )


def notice_words(version: str, place: Place) -> tuple[Heading | Text, ...]:
    """The notice of that version, as it was shown."""
    return paragraphs(
        f"notices/{version}",
        platform=place.platform,
        held=place.held,
        months=KEPT_MONTHS,
        least=place.least,
    )


def notice_changed(nudge: UUID | None = None) -> Message:
    """For who agreed to an older one: nothing new is asked until they have agreed to this."""
    words = (
        "The notice has changed. Until you agree to it I ask nothing new. What you wrote stays "
        "yours, under what you agreed to before."
    )
    return Message(
        plain=words,
        elements=(
            Text(words),
            Buttons(
                (
                    Button("Read it and agree", FormName.AGREEMENT, primary=True),
                    Button("Stop", Press.STOP),
                )
            ),
        ),
        nudge=nudge,
    )


def what_changed(place: Place) -> tuple[Element, ...]:
    return (Heading("What is new"), Text(WHAT_CHANGED), *notice_words(NOTICE_VERSION, place))


def agreement_form(
    on: Collection[str] = (), error: str = "", agreed: tuple[Element, ...] = ()
) -> Form:
    """One switch for each permission; a newcomer finds every one of them off. `agreed` is what
    they agreed to before, to be read."""
    return Form(
        FormName.AGREEMENT,
        "What do you agree to?",
        elements=(
            Quiet("Only the first is needed. You can change each of them on any day."),
            *agreed,
        ),
        fields=tuple(Switch(name, label, on=name in on) for name, label in SWITCHES),
        submit="Agree",
        error=error,
    )


def agreed_before(version: str, at: datetime, zone: str, place: Place) -> tuple[Element, ...]:
    """What was agreed, when, and the words of it."""
    return (
        Heading("What you agreed to"),
        Facts((Fact("When", day_and_hour(at, zone)), Fact("Notice", version))),
        *notice_words(version, place),
    )


def first_is_needed(on: Collection[str]) -> Form:
    return agreement_form(
        on,
        "Nothing was saved. To start, switch on “Send me questions”. "
        "If you would rather not, close this; nothing will be asked.",
    )


def not_agreed_yet() -> Message:
    """Whatever a newcomer says: nothing is kept before the agreement."""
    return note(
        "I keep nothing and ask nothing until you have agreed, so nothing was saved.",
        Buttons((Button("Choose and agree", FormName.AGREEMENT, primary=True),)),
    )


def not_open_yet() -> Message:
    return note(
        "Your programme has not opened yet, so nothing was saved and nothing is asked. Whoever "
        "runs it will tell you when it does; then press “Choose and agree” once more."
    )


def not_now() -> Message:
    return note(
        "That is fine. Nothing was stored and nothing will be asked. "
        "Type “agree” whenever you want to start.",
        Buttons((Button("Choose and agree", FormName.AGREEMENT),)),
    )


def questions_are_off() -> Message:
    """They agreed once and switched questions off: what they wrote is still theirs."""
    return note(
        "Your questions are switched off, so I ask nothing and nothing was changed. What you "
        "wrote is still in your journal. Type “agree” to start again.",
        Buttons(
            (
                Button("Choose and agree", FormName.AGREEMENT, primary=True),
                Button("Journal", FormName.JOURNAL),
            )
        ),
    )


def agreed(next_question: str) -> Message:
    """`next_question` is a sentence that says when."""
    return Message(
        plain="Agreed. Next: one thing you would like to be different.",
        elements=(
            *paragraphs("agreed", next_question=next_question),
            Buttons(
                (
                    Button("Set an objective", FormName.OBJECTIVE, primary=True),
                    Button("Days and hours", FormName.WHEN),
                )
            ),
        ),
    )


def agreed_again(next_question: str) -> Message:
    return note(
        "Agreed. You have your questions back, and your objectives are as you left them. "
        f"{next_question}",
        Buttons(
            (Button("Days and hours", FormName.WHEN), Button("My agreement", FormName.AGREEMENT))
        ),
    )


def agreement_changed(*, sharing: bool) -> Message:
    return note(
        "Your agreement is changed, from this moment. "
        + (
            "You can share things with your coach, one at a time."
            if sharing
            else "Nothing is shared with your coach, and what you had shared is taken back."
        )
    )


def agreement_withdrawn() -> Message:
    return note(
        "Questions are off, and with them everything else you had agreed to. I ask nothing more, "
        "and what you had shared is taken back. What you wrote is still yours, in your journal. "
        "Type “agree” to start again.",
        Buttons(
            (Button("Choose and agree", FormName.AGREEMENT), Button("Journal", FormName.JOURNAL))
        ),
    )
