"""What was shared with an earlier coach, for the leader to hand over one by one, or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten
from uuid import UUID

from prompts.composing.saying import note
from prompts.message import (
    Button,
    Buttons,
    Choices,
    Element,
    Form,
    FormName,
    Message,
    Option,
    Quiet,
    Text,
)

# Enough to know it by; the whole of it is what is handed over.
SHOWN = 140
# What each kind's field is named, and what stands over it.
KINDS = {
    "answers": "Answers",
    "objectives": "Objectives",
    "experiments": "Experiments",
    "placings": "Placings on your scales",
}


@dataclass(frozen=True, slots=True)
class Thing:
    """`kind` is one of KINDS; `words` are the leader's own."""

    id: UUID
    kind: str
    words: str


def hand_over_form(
    coach: str, things: Sequence[Thing], about: str = "", older: UUID | None = None
) -> Form:
    """Everything is off until it is chosen. `older`: the one after which there are more."""
    fields = tuple(
        Choices(kind, label, options)
        for kind, label in KINDS.items()
        if (options := _options(things, kind))
    )
    more: tuple[Element, ...] = (
        (
            Text("There are older ones. Share what you choose here first."),
            Buttons((Button("Older ones", FormName.HAND_OVER, str(older)),)),
        )
        if older
        else ()
    )
    nothing = () if things else (Text("Nothing that you shared with an earlier coach is here."),)
    return Form(
        FormName.HAND_OVER,
        f"Hand over to {coach}",
        about=about,
        elements=(
            Quiet(
                f"What you had shared with an earlier coach. {coach} can read none of it until "
                "you choose it here, and you can take back each of them. Long ones are cut short "
                "here; the whole is shared."
            ),
            *nothing,
            *more,
        ),
        fields=fields,
        submit=f"Share these with {coach}" if fields else "",
    )


def _options(things: Sequence[Thing], kind: str) -> tuple[Option, ...]:
    return tuple(
        Option(str(one.id), shorten(one.words, SHOWN, placeholder="…") or "–")
        for one in things
        if one.kind == kind
    )


def handed_over(coach: str, *, more: bool) -> Message:
    words = (
        f"Shared. Only you and {coach} can read what you chose, and you can take it back. "
        "Nothing else was shared."
    )
    if not more:
        return note(words)
    return note(words, Buttons((Button("Hand over more", FormName.HAND_OVER),)))


def nothing_chosen(coach: str) -> Message:
    return note(f"You chose nothing, so nothing was shared with {coach}.")


def no_new_coach() -> Message:
    return note("You have no coach here now, so there is nobody to hand over to. It stays yours.")
