"""A small try in the real world: made, asked about, put off, looked back on, decided or let go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from prompts.bank import Bank
from prompts.composing.asking import NOT_SAVED, Asked
from prompts.composing.saying import day, note
from prompts.message import (
    Button,
    Buttons,
    Choice,
    Day,
    Form,
    FormName,
    LongText,
    Message,
    Option,
    Quiet,
    Quote,
    Text,
)

SOONEST, LATEST = 1, 21
# The five parts, by the question of the bank whose wording each is asked in.
FIELDS = {"hypothesis": "EX1", "action": "EX2", "cue": "EX3", "expected": "EX4", "rethink": "EX5"}
# Where a bank has no such question.
PLAIN = {
    "hypothesis": "What do you think might happen?",
    "action": "What exactly will you try?",
    "cue": "Which moment will be your cue?",
    "expected": "What would you expect to see?",
    "rethink": "What would tell you to look again?",
}
BESIDE = {
    "hypothesis": "Your hunch:",
    "action": "What you set out to try:",
    "expected": "What you expected:",
    "observed": "What you saw:",
    "learned": "What you know now:",
}
MORE_TO_ASK = "There is more to ask about it, whenever you like."
TO_BE_DECIDED = "One of the next questions will be what comes of it: keep going, change it or stop."
KEPT_GOING = (
    "You chose to keep going. This experiment is closed, and nothing more is asked about it."
)
STOPPED = "You chose to stop. This experiment is closed, and nothing more is asked about it."
TO_BE_CHANGED = "This one is closed. What you will try instead is a new experiment, linked to it."
CHANGED = "This one is closed, and the one that took its place goes on."
LET_GO = "This experiment is let go, and nothing more is asked about it."
NONE_OF_THESE = "none"


def asked_again_on(due: date, *, smaller: bool) -> str:
    again = f"I will ask again on or soon after {day(due)}."
    return f"That is what you will try from now on. {again}" if smaller else again


def see_path(experiment: UUID) -> Button:
    return Button("See its path", FormName.EXPERIMENT_PAGE, str(experiment))


def change_it(experiment: UUID) -> Button:
    return Button("Write the new one", FormName.EXPERIMENT, str(experiment), primary=True)


def make_of(nudge: UUID, *, primary: bool = False) -> Button:
    return Button("Make this an experiment", FormName.EXPERIMENT, str(nudge), primary=primary)


def offer_to_make(newest: UUID | None) -> Message:
    """`newest`: the newest question, where it has an answer that could become one."""
    of_answer = (
        (Button("Make my newest answer an experiment", FormName.EXPERIMENT, str(newest)),)
        if newest
        else ()
    )
    return note(
        "A small try, with a day on which I ask what happened.",
        Buttons((Button("New experiment", FormName.EXPERIMENT, primary=True), *of_answer)),
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form: the five parts, a day in ISO 8601, an objective's id or empty."""

    parts: Mapping[str, str] = field(default_factory=dict)
    due: str = ""
    objective: str = ""


def experiment_form(
    bank: Bank,
    draft: Draft,
    objectives: Sequence[tuple[UUID, str]],
    *,
    about: str = "",
    title: str = "An experiment of yours",
    reader: str = "",
    errors: Mapping[str, str] | None = None,
    basis: str = "",
) -> Form:
    """`errors` by field; under "form" stands what is wrong with the whole."""
    wrong = errors or {}
    who = f"You and {reader} can read it." if reader else "Only you can read it."
    return Form(
        FormName.EXPERIMENT,
        title,
        about=about,
        elements=(Quiet(f"Only what you will try and the day are needed. {who}"),),
        fields=(
            *(
                LongText(
                    name,
                    _label(bank, name),
                    value=draft.parts.get(name, ""),
                    error=wrong.get(name, ""),
                    needed="Write what you will try." if name == "action" else "",
                )
                for name in FIELDS
            ),
            Day(
                "due",
                "When shall I ask what happened?",
                hint="A day within the next three weeks.",
                value=draft.due,
                error=wrong.get("due", ""),
                needed=not_a_day(),
            ),
            *_objective_field(objectives, draft.objective, wrong.get("objective", "")),
        ),
        submit="Keep this experiment",
        error=f"{NOT_SAVED} {wrong.get('form', '')}".strip() if wrong else "",
        basis=basis,
    )


def _label(bank: Bank, name: str) -> str:
    question = bank.questions.get(FIELDS[name])
    return question.text if question else PLAIN[name]


def _objective_field(
    objectives: Sequence[tuple[UUID, str]], chosen: str, error: str
) -> tuple[Choice, ...]:
    if not objectives:
        return ()
    options = (
        *(Option(str(key), words) for key, words in objectives),
        Option(NONE_OF_THESE, "None of these"),
    )
    value = chosen if chosen in {one.value for one in options} else NONE_OF_THESE
    return (Choice("objective", "Which objective is it for?", options, value=value, error=error),)


def not_a_day() -> str:
    return f"Choose a day from tomorrow to {LATEST} days from now."


def enough_open(most: int) -> str:
    return (
        f"You have {most} experiments open, which is as many as I ask about at once. "
        "Look back on one, or let it go, and there is room for this one."
    )


def enough_experiments(most: int) -> Message:
    return note(f"{enough_open(most)} Nothing was changed.", Buttons((list_button(),)))


def list_button(label: str = "My experiments") -> Button:
    return Button(label, FormName.EXPERIMENTS)


def experiment_kept(experiment: UUID, due: date, reader: str, *, asks: bool, new: bool) -> Message:
    """The words themselves stay out of the chat. `asks`: questions are neither off nor paused."""
    kept = "Your experiment is kept." if new else "Changed."
    who = f"Only you and {reader} can read it." if reader else "Only you can read it."
    return note(f"{kept} {who} {_when(due, asks=asks)}", _ways_on(experiment))


def day_changed(experiment: UUID, due: date, *, asks: bool) -> Message:
    return note(
        f"The day is changed. {_when(due, asks=asks)} Who can read it is as before.",
        _ways_on(experiment),
    )


def _when(due: date, *, asks: bool) -> str:
    if asks:
        return f"I will ask what happened on or soon after {day(due)}."
    return "Nothing is asked while questions are off; you can look back on it at any time."


def _ways_on(experiment: UUID) -> Buttons:
    return Buttons((see_path(experiment), list_button()))


def day_form(experiment: UUID, action: str, value: str = "", error: str = "") -> Form:
    return Form(
        FormName.EXPERIMENT_DAY,
        "Choose another day",
        about=str(experiment),
        elements=(Quote(action),),
        fields=(
            Day(
                "due",
                "When shall I ask what happened?",
                hint="A day within the next three weeks.",
                value=value,
                error=error,
                needed=not_a_day(),
            ),
        ),
        submit="Change the day",
        error="Nothing was changed." if error else "",
    )


NO_NEW_DAY = (
    "There is no further day for this one. Nothing was changed; you can look back on it, let it go "
    "or make a new one."
)


def no_new_day() -> Message:
    return note(
        NO_NEW_DAY,
        Buttons((Button("New experiment", FormName.EXPERIMENT), list_button())),
    )


def not_open() -> Message:
    return note("That experiment is closed, so nothing was changed.", Buttons((list_button(),)))


def none_open() -> Message:
    return note(
        "I cannot tell which experiment you mean, so nothing was changed.",
        Buttons((list_button(), Button("New experiment", FormName.EXPERIMENT))),
    )


# ---- not yet ----


def put_off(asked: Asked, experiment: UUID, due: date) -> Message:
    return _now(
        asked,
        f"Noted: not yet. I will ask again on or soon after {day(due)}.",
        Button("Choose another day", FormName.EXPERIMENT_DAY, str(experiment)),
        see_path(experiment),
    )


def put_off_for_good(asked: Asked, experiment: UUID) -> Message:
    """The third time, with one more question to come."""
    return _now(
        asked,
        "Noted: not yet. There is one more question about it, to answer or to skip; after that it "
        "is let go.",
        see_path(experiment),
    )


def let_go_here(asked: Asked) -> Message:
    """In the place of a question about it."""
    return _now(asked, LET_GO, list_button())


def _now(asked: Asked, words: str, *buttons: Button) -> Message:
    return Message(
        plain=f"{asked.words} {words}",
        elements=(Text(asked.words), Quiet(words), Buttons(buttons)),
        nudge=asked.nudge,
        replaces=True,
    )


def ended_by_hand(experiment: UUID, *, observed: bool) -> Message:
    words = STOPPED if observed else LET_GO
    return note(words, Buttons((see_path(experiment), list_button())))
