"""What a leader wants to be different, in the leader's own words."""

from collections.abc import Sequence

from prompts.composing.saying import note
from prompts.message import (
    Button,
    Buttons,
    Choices,
    Form,
    FormName,
    LongText,
    Message,
    Option,
    Quiet,
)

# The bank's themes as a leader would name them.
THEMES = (
    ("purpose", "Purpose and the people we serve"),
    ("care", "Leading with care"),
    ("evidence", "Evidence and assumptions"),
    ("connect", "Working across boundaries"),
    ("vision", "Direction and story"),
    ("engage", "Hearing my team"),
    ("account", "Promises and accountability"),
    ("develop", "Growing others"),
    ("influence", "Influence without authority"),
    ("uncertainty", "Uncertainty and decisions"),
    ("equity", "Equity and missing voices"),
    ("self", "Myself as a leader"),
)
LONGEST = 280


def objective_form(
    words: str = "",
    themes: Sequence[str] = (),
    words_error: str = "",
    themes_error: str = "",
    about: str = "",
) -> Form:
    """`about`: the objective that is to be put another way; a new one without it."""
    return Form(
        FormName.OBJECTIVE,
        "Put it another way" if about else "An objective of yours",
        about=about,
        elements=(Quiet("Only you can read it, unless your agreement shares it with your coach."),),
        fields=(
            LongText(
                "words",
                "Six months from now, what would you most like to be different?",
                hint="In your own words. One sentence is enough.",
                value=words,
                error=words_error,
            ),
            Choices(
                "themes",
                "What does it touch?",
                options=tuple(Option(value, label) for value, label in THEMES),
                hint="Up to three. Your questions will lean towards these.",
                values=tuple(themes),
                error=themes_error,
            ),
        ),
        submit="Keep this objective",
        error="This was not saved. What you wrote is still here."
        if words_error or themes_error
        else "",
    )


def objective_set(count: int, next_question: str, coach: str = "") -> Message:
    """The words themselves stay out of the chat. `next_question` is a sentence, or empty.

    `coach` is named only when the agreement shares objectives.
    """
    readers = f"Only you and {coach} can read it." if coach else "Only you can read it."
    kept = "Your objective is kept." if count == 1 else f"Kept. You have {count} objectives now."
    return note(
        f"{kept} {readers} {next_question}".strip(),
        Buttons(
            (
                Button("Days and hours", FormName.WHEN),
                Button("My objectives", FormName.LEADER_HOME),
            )
        ),
    )


def enough_objectives(most: int) -> Message:
    return note(
        f"You have {most} objectives, which is as many as I hold at once. Nothing was changed."
    )


def objective_changed(reader: str) -> Message:
    """`reader`: the coach who can read it, or empty."""
    who = f"You and {reader} can read it." if reader else "Only you can read it."
    return note(f"Changed, in your own words. {who}")
