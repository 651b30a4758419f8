"""A stop to look at an objective, and what the leader's decision changed."""

from datetime import date
from uuid import UUID

from prompts.composing.objectives import ANOTHER_WAY
from prompts.composing.saying import day, note
from prompts.message import Button, Buttons, FormName, Message

MAKE_IT_THE_WORDING = "Make this the wording"


def kept_as_it_is(objective: UUID, review: date, reader: str) -> Message:
    return note(
        f"You chose to keep it as it is. We look at it again on {day(review)}. {_who(reader)}",
        Buttons((Button("Look at it", FormName.OBJECTIVE_PAGE, str(objective)),)),
    )


def to_be_revised(about: UUID, review: date, reader: str) -> Message:
    """`about`: the answer that holds the new words, or the objective where there is none."""
    return note(
        "You chose to revise it. Put it in your own new words; how you put it until now is kept. "
        f"We look at it again on {day(review)}. {_who(reader)}",
        Buttons((Button(ANOTHER_WAY, FormName.OBJECTIVE, str(about), primary=True),)),
    )


def _who(reader: str) -> str:
    return f"You and {reader} can read it." if reader else "Only you can read it."
