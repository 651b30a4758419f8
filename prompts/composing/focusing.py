"""What a leader wants a session for, as its coach reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prompts.composing.meeting import When
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
    Quiet,
    Quote,
    Text,
)


def focus_ready(nudge: UUID, session: UUID) -> Message:
    """The chat line holds no name and no content."""
    words = "The focus for a session of yours is ready to read."
    return Message(
        words,
        (
            Text(words),
            Quiet("It opens on a page that only you can see."),
            Buttons((Button("Read the focus", FormName.FOCUS, str(session), primary=True),)),
        ),
        nudge,
    )


@dataclass(frozen=True, slots=True)
class Focus:
    leader: str
    when: When
    question: str
    words: str


def focus_page(focuses: Sequence[Focus], about: str = "") -> Form:
    parts: list[Element] = []
    for one in focuses:
        parts += [
            Heading(one.leader),
            Facts((Fact("Session", one.when.words),)),
            Quiet(one.question),
            Quote(one.words),
        ]
    if focuses:
        parts.append(Quiet("Only you and the leader who wrote it can read it."))
    else:
        parts.append(
            Text("Nothing is here now. The session has been, or what was shared was taken back.")
        )
    return Form(FormName.FOCUS, "Focus for a session", about=about, elements=tuple(parts))
