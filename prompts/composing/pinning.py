"""A question that a coach chooses for one leader, and those a coach keeps for later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from prompts.composing.objectives import THEMES
from prompts.composing.saying import day, note
from prompts.message import (
    Button,
    Buttons,
    Choice,
    Divider,
    Element,
    Form,
    FormName,
    Message,
    Option,
    Press,
    Quiet,
    Quote,
    ShortText,
    Switch,
    Text,
)

LONGEST = 160
# The bank's themes, where a leader's own label speaks of the leader.
_OF_THEM = {"engage": "Hearing the people they work with", "self": "Themselves as a leader"}
COACH_THEMES = tuple((value, _OF_THEM.get(value, label)) for value, label in THEMES)
# The bank's depths, as a coach would name them.
DEPTHS = (
    ("1", "Settling: anyone could answer it on a hard day"),
    ("2", "Curious: it opens things up"),
    ("3", "Stretching: it asks for a second look"),
    ("4", "Testing: it questions something they lean on"),
)
ANYBODY = "anybody"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a coach typed of one question; `kept` is the id of one kept for later."""

    words: str = ""
    depth: str = "2"
    kept: str = ""
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    id: UUID
    words: str
    leader: str


def pin_form(
    leader: str,
    pairing: UUID,
    kept: Sequence[Kept],
    draft: Draft = Draft(),
    error: str = "",
) -> Form:
    """`leader` is a first name."""
    own = (
        (
            Choice(
                "kept",
                "Or one that you keep",
                tuple(Option(str(one.id), one.words) for one in kept),
                value=draft.kept,
            ),
        )
        if kept
        else ()
    )
    return Form(
        FormName.PIN,
        f"Pin a question for {leader}",
        about=str(pairing),
        elements=(
            Quiet(
                f"{leader} meets it at one of the next moments, marked as yours, and can say no. "
                "One a fortnight. You are not told whether it was asked or answered."
            ),
            Quiet("It stands in the chat, so leave out names and what was said in confidence."),
        ),
        fields=(
            ShortText("words", "A question in your own words", value=draft.words, error=error),
            Choice("depth", "How deep it goes", _options(DEPTHS), value=draft.depth),
            *own,
            Choice(
                "theme",
                "Or look through the bank",
                _options(COACH_THEMES),
                hint="You then choose one of its questions.",
                value=draft.theme,
            ),
            Switch("later", "Keep my own words for later instead"),
        ),
        submit="Go on",
        error="Nothing was pinned. What you wrote is still here." if error else "",
    )


def _options(pairs: Sequence[tuple[str, str]]) -> tuple[Option, ...]:
    return tuple(Option(value, label) for value, label in pairs)


def from_the_bank(
    leader: str, pairing: UUID, theme: str, questions: Sequence[tuple[str, str]]
) -> Form:
    """`questions`: (id, words) of those that can be pinned."""
    elements: list[Element] = [Quiet(f"Questions on: {dict(COACH_THEMES)[theme]}.")]
    for key, words in questions:
        elements += [
            Divider(),
            Text(words),
            Buttons((Button("Pin this one", Press.PIN_QUESTION, f"{pairing}/{key}"),)),
        ]
    return Form(
        FormName.PIN, f"Pin a question for {leader}", about=str(pairing), elements=tuple(elements)
    )


def pinned(leader: str, pairing: UUID, again_from: date) -> Message:
    return note(
        f"Pinned for {leader}. It comes at one of the next moments that suit {leader}, marked as "
        f"yours. You can pin another from {day(again_from)}.",
        Buttons((Button("Take the pin back", Press.UNPIN, str(pairing)),)),
    )


def too_soon(leader: str, again_from: date) -> Message:
    return note(
        f"Nothing was pinned: you chose one for {leader} within the last fortnight. You can pin "
        f"another from {day(again_from)}. Your own words can be kept for later until then.",
        Buttons((Button("Questions I keep", FormName.KEPT_QUESTIONS),)),
    )


def unpinned(leader: str) -> Message:
    return note(f"Taken back, if it had not been asked yet. {leader} is not told.")


def nothing_pinned() -> Message:
    return note("Nothing of yours is pinned, so nothing was changed.")


def which_leader() -> Message:
    return note(
        "For whom? Each of your leaders has a button for it on your page. Nothing was changed.",
        Buttons((Button("Open my page", FormName.COACH_HOME, primary=True),)),
    )


def kept_page(kept: Sequence[Kept]) -> Form:
    elements: list[Element] = [
        Quiet("Only you can see this page. A question is asked once you pin it."),
        Buttons((Button("Keep another", FormName.KEPT_QUESTION, primary=True),)),
    ]
    for one in kept:
        about = str(one.id)
        elements += [
            Divider(),
            Quote(one.words),
            Quiet(f"For {one.leader}" if one.leader else "For anybody"),
            Buttons(
                (
                    Button("Change it", FormName.KEPT_QUESTION, about),
                    Button("Drop it", Press.DROP_KEPT, about),
                )
            ),
        ]
    if not kept:
        elements.append(Text("None yet."))
    return Form(FormName.KEPT_QUESTIONS, "Questions I keep", elements=tuple(elements))


def kept_form(
    leaders: Sequence[tuple[UUID, str]],
    words: str = "",
    depth: str = "2",
    leader: str = ANYBODY,
    about: str = "",
    error: str = "",
) -> Form:
    return Form(
        FormName.KEPT_QUESTION,
        "A question for later",
        about=about,
        elements=(Quiet("Only you can see it until you pin it."),),
        fields=(
            ShortText(
                "words",
                "The question",
                value=words,
                error=error,
                needed="Write the question first.",
            ),
            Choice("depth", "How deep it goes", _options(DEPTHS), value=depth),
            Choice(
                "leader",
                "For whom",
                (
                    *(Option(str(key), name) for key, name in leaders),
                    Option(ANYBODY, "Anybody"),
                ),
                hint="What is for one leader stands first beside that leader’s digest.",
                value=leader,
            ),
        ),
        submit="Keep it",
        error="It was not kept. What you wrote is still here." if error else "",
    )


def kept_for_later() -> Message:
    return note(
        "Kept, for you only, until you pin it.",
        Buttons((Button("Questions I keep", FormName.KEPT_QUESTIONS),)),
    )


def too_many(most: int) -> Message:
    return note(f"You keep {most} questions, which is as many as I hold. Drop one first.")


def dropped() -> Message:
    return note("Dropped. It is not among your questions any more.")
