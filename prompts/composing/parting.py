"""The end of a pairing: by either, at once, and without a reason."""

from uuid import UUID

from prompts.composing.saying import note
from prompts.message import Button, Buttons, Form, FormName, Message, Press, Quiet, Text


def has_ended(nudge: UUID, other: str, *, is_leader: bool) -> Message:
    """To the one who did not end it."""
    shared = (
        f"{other} can open nothing of yours any more; what you wrote stays yours."
        if is_leader
        else f"You can open nothing of {other}’s any more."
    )
    words = f"Your coaching with {other} has ended. {shared}"
    return Message(words, (Text(words),), nudge)


def ending_page(other: str, pairing: UUID, *, is_leader: bool) -> Form:
    """The first of two steps."""
    what = (
        f"{other} can open nothing of yours any more, from that moment. What you wrote stays "
        "yours, your questions go on, and you can hand things over to another coach, one by one."
        if is_leader
        else f"You can open nothing of {other}’s any more, from that moment. What {other} wrote "
        "stays theirs."
    )
    return Form(
        FormName.END_PAIRING,
        f"End your coaching with {other}",
        about=str(pairing),
        elements=(
            Text(what),
            Text(
                f"Sessions to come are cancelled. {other} is told that it has ended; no reason is "
                "asked, and none is given. To begin again, a programme lead suggests it anew."
            ),
            Buttons((Button("End it now", Press.END_PAIRING, str(pairing)),)),
            Quiet("To leave everything as it is, close this page."),
        ),
    )


def ended(other: str, *, is_leader: bool) -> Message:
    shared = (
        f"{other} can open nothing of yours any more"
        if is_leader
        else f"You can open nothing of {other}’s any more"
    )
    return note(
        f"Your coaching with {other} has ended. {shared}, and no session is planned. {other} is "
        "told that it has ended, and no reason."
    )


def choose_whom() -> Message:
    return note(
        "Nothing has ended. You coach more than one person; choose on your own page.",
        Buttons((Button("Open my page", FormName.COACH_HOME, primary=True),)),
    )


def nobody_there() -> Message:
    return note("You have no coach and coach nobody here, so nothing was changed.")
