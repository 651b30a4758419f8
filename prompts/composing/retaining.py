"""What was not added to for long is not kept for ever."""

from datetime import date
from uuid import UUID

from prompts.composing.saying import day
from prompts.message import Button, Buttons, FormName, Message, Press, Text


def soon_forgotten(nudge: UUID, on: date) -> Message:
    words = (
        f"You have written nothing for a long time. On {day(on)} everything of yours is erased, "
        "as the notice says. To keep it, answer a question or agree once more; or take a copy."
    )
    return Message(
        plain=words,
        elements=(
            Text(words),
            Buttons(
                (
                    Button("Ask me one now", Press.ASK_NOW, primary=True),
                    Button("My agreement", FormName.AGREEMENT),
                    Button("Get a copy", Press.TAKE_MY_DATA),
                )
            ),
        ),
        nudge=nudge,
    )
