"""A word asked for: who asks, and nothing of why."""

from uuid import UUID

from prompts.composing.saying import note
from prompts.message import Button, Buttons, FormName, Message, Text


def asks_for_a_word(nudge: UUID, coach: str) -> Message:
    """To the leader."""
    words = f"{coach} would like to talk with you, when it suits you."
    return Message(words, (Text(words),), nudge)


def asks_to_call(nudge: UUID, leader: str) -> Message:
    """To the coach: these words and nothing else."""
    words = f"{leader} asks you to call."
    return Message(words, (Text(words),), nudge)


def passed_to_leader(leader: str, coach: str) -> Message:
    return note(
        f"I will tell {leader} within {leader}’s own hours, only this: “{coach} would like to talk "
        "with you, when it suits you”."
    )


def passed_to_coach(leader: str, coach: str) -> Message:
    return note(
        f"I will tell {coach} within {coach}’s own hours, only this: “{leader} asks you to call.” "
        "If it cannot wait, type “help now”.",
        # On a page it stands in the place of the card on which it was pressed.
        Buttons((Button("Help now", FormName.SUPPORT),)),
    )


def on_its_way(other: str) -> Message:
    return note(f"It is on its way to {other} already. It is passed on once a day at most.")


def no_coach_to_call() -> Message:
    return note(
        "You have no coach here, so there is nobody I can ask. Type “help now” to see who else is "
        "there to talk to."
    )
