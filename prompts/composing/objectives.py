"""What a leader wants to be different, in the leader's own words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from prompts.composing.saying import day, note
from prompts.message import (
    Button,
    Buttons,
    Choice,
    Choices,
    Day,
    Form,
    FormName,
    LongText,
    Message,
    Option,
    Press,
    Quiet,
)

# The bank's themes as a leader would name them.
THEMES = (
    ("purpose", "Purpose and the people we serve"),
    ("care", "Leading with care"),
    ("evidence", "Evidence and assumptions"),
    ("connect", "Working across boundaries"),
    ("vision", "Direction and story"),
    ("engage", "Hearing the people I work with"),
    ("account", "Promises and accountability"),
    ("develop", "Growing others"),
    ("influence", "Influence without authority"),
    ("uncertainty", "Uncertainty and decisions"),
    ("equity", "Equity and missing voices"),
    ("self", "Myself as a leader"),
)
WHOSE = (
    ("mine", "Mine"),
    ("shared", "Mine and others’"),
    ("given", "Somebody asked it of me"),
    ("unsure", "I am not sure"),
)
LONGEST = 280
ONE_NEW = "An objective of yours"
ANOTHER_WAY = "Put it another way"
AS_IT_IS = "Use it as it is"
NEW_ONE_READ_BY = (
    "Only you can read it, unless your agreement shares your objectives with your coach."
)


@dataclass(frozen=True, slots=True)
class Draft:
    """An objective as its form holds it; `review` is ISO 8601. `errors` are by field."""

    words: str = ""
    themes: Sequence[str] = ()
    whose: str = ""
    review: str = ""
    errors: dict[str, str] = field(default_factory=dict)


def objective_form(draft: Draft, title: str = ONE_NEW, about: str = "", reader: str = "") -> Form:
    """`about`: the objective that is to be put another way; a new one without it. `reader`: the
    coach who can read it, or will, or empty."""
    errors = draft.errors
    who = _who(reader) if reader or about else NEW_ONE_READ_BY
    return Form(
        FormName.OBJECTIVE,
        title,
        about=about,
        elements=(Quiet(who),),
        fields=(
            LongText(
                "words",
                "Six months from now, what would you most like to be different?",
                hint="In your own words. One sentence is enough.",
                value=draft.words,
                error=errors.get("words", ""),
                needed="There is nothing to save yet. One sentence is enough.",
            ),
            Choices(
                "themes",
                "What does it touch?",
                options=tuple(Option(value, label) for value, label in THEMES),
                hint="Up to three. Your questions will lean towards these.",
                values=tuple(draft.themes),
                error=errors.get("themes", ""),
            ),
            Choice(
                "whose",
                "Whose objective is this?",
                options=tuple(Option(value, label) for value, label in WHOSE),
                hint="You can leave this out.",
                value=draft.whose,
                error=errors.get("whose", ""),
            ),
            Day(
                "review",
                "When shall we look at it again?",
                hint="From 4 to 52 weeks from now.",
                value=draft.review,
                error=errors.get("review", ""),
            ),
        ),
        submit="Keep this objective",
        error="This was not saved. What you wrote is still here." if any(errors.values()) else "",
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
    return note(f"Changed, in your own words. {_who(reader)}")


def waits_for_room(objective: UUID, most: int, reader: str) -> Message:
    return note(
        f"Kept, and not in use yet: {most} objectives are, which is as many as I hold at once. "
        f"Park one of them or bring it to its end, and then use this one. {_who(reader)}",
        Buttons((_look_at_it(objective), Button("My objectives", FormName.LEADER_HOME))),
    )


def has_ended() -> Message:
    return note(
        "That objective has come to its end, so nothing was changed. You can set a new one.",
        Buttons((Button("Set an objective", FormName.OBJECTIVE),)),
    )


def parked(objective: UUID, reader: str) -> Message:
    return note(
        f"Parked. Nothing is asked about it until you take it up again. {_who(reader)}",
        Buttons(
            (
                Button("Take it up again", Press.TAKE_UP_OBJECTIVE, str(objective)),
                _look_at_it(objective),
            )
        ),
    )


def taken_up(objective: UUID, review: date, reader: str) -> Message:
    return note(
        f"Taken up again. We look at it on {day(review)}. {_who(reader)}",
        Buttons((_look_at_it(objective),)),
    )


def completed(objective: UUID, reader: str) -> Message:
    return note(
        f"Completed. Nothing more is asked about it, and what you wrote is kept. {_who(reader)}",
        Buttons((_look_at_it(objective),)),
    )


def let_go(objective: UUID, reader: str) -> Message:
    return note(
        f"Let go. Nothing more is asked about it, and what you wrote is kept. {_who(reader)}",
        Buttons((_look_at_it(objective),)),
    )


def not_now(objective: UUID) -> Message:
    """What was pressed does not fit the state it is in."""
    return note(
        "That cannot be done with this objective as it stands, so nothing was changed.",
        Buttons((_look_at_it(objective),)),
    )


def which() -> Message:
    """Typed words name none, and there are several. Their words stand on the page alone."""
    return note(
        "You have more than one objective, so nothing was changed. Choose the one you mean; "
        "its page has a button for it.",
        Buttons((Button("All my objectives", FormName.OBJECTIVE_PAGE, primary=True),)),
    )


def none_yet() -> Message:
    return note(
        "You have no objective for that yet, so nothing was changed. You can set one, or shape "
        "one with questions.",
        Buttons(
            (
                Button("Set an objective", FormName.OBJECTIVE),
                Button("Shape one with questions", Press.SHAPE_OBJECTIVE),
            )
        ),
    )


def shaped_so_far(objective: UUID, reader: str) -> Message:
    return note(
        "There is nothing further to ask about this one. Use it as it is, or put it another way. "
        f"{_who(reader)}",
        Buttons(
            (
                Button(AS_IT_IS, FormName.OBJECTIVE, str(objective), primary=True),
                _look_at_it(objective),
            )
        ),
    )


def _look_at_it(objective: UUID) -> Button:
    return Button("Look at it", FormName.OBJECTIVE_PAGE, str(objective))


def _who(reader: str) -> str:
    return f"You and {reader} can read it." if reader else "Only you can read it."
