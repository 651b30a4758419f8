"""An objective or an experiment goes to the coach, and comes back."""

from uuid import UUID

from prompts.composing.saying import note
from prompts.message import Button, Buttons, FormName, Message, Press


def objective_shared(objective: UUID, coach: str) -> Message:
    return note(
        f"Shared with {coach}. Only you and {coach} can read this objective.",
        Buttons((Button("Take it back", Press.TAKE_BACK_OBJECTIVE, str(objective)),)),
    )


def objective_taken_back(reader: str) -> Message:
    """`reader`: the coach who can read it all the same, by what the agreement says of titles."""
    if reader:
        return note(
            f"{reader} can still read this objective, for your agreement shares all of them. You "
            "can switch that off.",
            Buttons((Button("My agreement", FormName.AGREEMENT),)),
        )
    return note("Taken back. Only you can read this objective.")


def switch_on_first(coach: str) -> Message:
    return note(
        f"Nothing was shared: sharing with your coach is off in your agreement. Switch it on there "
        f"to share things with {coach}, one at a time.",
        Buttons((Button("My agreement", FormName.AGREEMENT, primary=True),)),
    )


def experiment_shared(experiment: UUID, coach: str) -> Message:
    return note(
        f"Shared with {coach}. Only you and {coach} can read this experiment, as it stands and as "
        "it goes on, with each “not yet”, until you take it back.",
        Buttons((Button("Take it back", Press.TAKE_BACK_EXPERIMENT, str(experiment)),)),
    )


def experiment_taken_back(experiment: UUID) -> Message:
    return note(
        "Taken back. Only you can read this experiment.",
        Buttons((Button("See its path", FormName.EXPERIMENT_PAGE, str(experiment)),)),
    )
