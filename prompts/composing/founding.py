"""A lead sets up a programme and its cohorts."""

from uuid import UUID

from prompts.composing.configuring import name_field, nation_field, purpose_field
from prompts.composing.leading import AS_THE_PROGRAMME, CohortRow, holidays_field
from prompts.composing.pacing import cadence_in_words, hours_fields, slot_fields
from prompts.composing.saying import note
from prompts.message import (
    Button,
    Buttons,
    Form,
    FormName,
    Message,
    Quiet,
)


def new_programme_form(
    name: str = "", purpose: str = "", nation: str = "england", error: str = ""
) -> Form:
    return Form(
        FormName.NEW_PROGRAMME,
        "New programme",
        elements=(Quiet("It begins when you say so. Until then nobody hears of it."),),
        fields=(name_field(name), purpose_field(purpose), nation_field(nation)),
        submit="Set up",
        error=error,
    )


def programme_made(programme: UUID, name: str) -> Message:
    about = str(programme)
    return note(
        f"{name} is set up. Next comes a cohort: leaders who start together.",
        Buttons((Button("New cohort", FormName.NEW_COHORT, about, primary=True),)),
    )


def new_cohort_form(programme: UUID, title: str, cohort: CohortRow, error: str = "") -> Form:
    """`cohort` is as it was typed, or as it usually is; its id says nothing yet."""
    return Form(
        FormName.NEW_COHORT,
        f"New cohort of {title}",
        about=str(programme),
        elements=(Quiet("A leader’s own choice of days and hours always comes first."),),
        fields=(
            name_field(cohort.name),
            *slot_fields(cohort.slots),
            *hours_fields(cohort.earliest, cohort.latest),
            holidays_field(cohort.nation or AS_THE_PROGRAMME),
        ),
        submit="Set up",
        error=error,
    )


def cohort_made(name: str, slots: tuple[tuple[str, str], ...]) -> Message:
    return note(
        f"{name} is set up, and asked on {cadence_in_words(slots)}. Next come its people.",
        Buttons(
            (
                Button("Add people", FormName.ADD_PEOPLE, primary=True),
                Button("Add somebody", FormName.ADD_PERSON),
            )
        ),
    )


def which_programme() -> Message:
    return note(
        "Open the programme, and press “New cohort” below the one that it is for. Nothing was "
        "changed.",
        Buttons((Button("Open the programme", FormName.LEAD_HOME, primary=True),)),
    )
