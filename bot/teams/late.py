"""What somebody is told in the chat when their turn took longer than Teams waits. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from bot.conversation.events import Event, Submitted
from bot.conversation.offering import openable
from bot.teams.hearing import Taken
from prompts.composing.saying import note
from prompts.message import Message

NOT_SAVED = (
    "What you sent a moment ago was not saved: the database did not take it. It is still where you "
    "typed it: save it there again."
)
NOT_DONE = (
    "What you pressed a moment ago changed nothing: the database did not take it. Try it again."
)
REFUSED = (
    "What you sent a moment ago was not saved: something in it has to be changed first. It is "
    "still where you typed it: press “Save” there again, and it says what."
)
KEPT_ABOVE = "What you typed is not saved. It is still on its card."


def was_not_kept(event: Event) -> Message:
    return note(NOT_SAVED if isinstance(event, Submitted) else NOT_DONE)


def said(taken: Taken) -> Iterator[Message]:
    """A form cannot open over the chat: its button stands there. A form that refused what was sent
    holds private words, and waits where they were typed."""
    if taken.was_refused:
        yield note(REFUSED)
        return
    if taken.box is not None:
        standing, _ = taken.box
        yield replace(standing, replaces=False, box=None)
        yield note(KEPT_ABOVE)
    for form in taken.forms:
        shown = openable(form)
        if isinstance(shown, Message):
            yield shown
