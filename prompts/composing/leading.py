"""What a programme lead sees and decides: people, pairings, days and hours. Never a reflection."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prompts.composing.configuring import NATIONS, name_field
from prompts.composing.pacing import cadence_in_words, hours_fields, slot_fields
from prompts.composing.saying import note
from prompts.message import (
    Button,
    Buttons,
    Choice,
    Divider,
    Element,
    Fact,
    Facts,
    Form,
    FormName,
    Heading,
    Message,
    Option,
    Press,
    Quiet,
    Table,
    Text,
)


@dataclass(frozen=True, slots=True)
class PersonRow:
    name: str
    role: str
    cohort: str
    coach: str
    messages: str


@dataclass(frozen=True, slots=True)
class CohortRow:
    cohort: UUID
    name: str
    slots: tuple[tuple[str, str], ...]
    earliest: str
    latest: str
    nation: str = ""


AS_THE_PROGRAMME = "programme"
HOLIDAYS = (
    (AS_THE_PROGRAMME, "As set for the programme"),
    *NATIONS[:-1],
    ("elsewhere", "Nobody’s"),
)


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    programme: UUID
    name: str
    is_open: bool
    waiting: int = 0


def lead_home(
    programmes: Sequence[ProgrammeRow],
    people: Sequence[PersonRow],
    cohorts: Sequence[CohortRow],
    totals: Sequence[Element],
) -> Form:
    elements: list[Element] = []
    for programme in programmes:
        about = str(programme.programme)
        settings = Button("Settings", FormName.PROGRAMME, about)
        opening = Button("Let its leaders begin", Press.OPEN_PROGRAMME, about, primary=True)
        invite = Button("Invite people", FormName.INVITING, about)
        waits = programme.waiting > 0
        elements += [
            Heading(programme.name),
            *(() if programme.is_open else (Text("Not open yet: nobody can begin."),)),
            *((Text(f"Waiting for an invitation: {programme.waiting}."),) if waits else ()),
            Buttons(
                (
                    *(() if programme.is_open else (opening,)),
                    settings,
                    Button("New cohort", FormName.NEW_COHORT, about),
                    *((invite,) if waits else ()),
                )
            ),
        ]
    for cohort in cohorts:
        elements += [
            Heading(cohort.name),
            Facts(
                (
                    Fact("Days and hours", cadence_in_words(cohort.slots)),
                    Fact("Never outside", f"{cohort.earliest} to {cohort.latest}"),
                )
            ),
            Buttons((Button("Change days and hours", FormName.COHORT, str(cohort.cohort)),)),
        ]
    elements += [
        Divider(),
        _people(people),
        Buttons(
            (
                Button("Add people", FormName.ADD_PEOPLE),
                Button("Add somebody", FormName.ADD_PERSON),
                Button("New programme", FormName.NEW_PROGRAMME),
                Button("Suggest a coach", FormName.PAIRING),
                Button("Questions", FormName.QUESTIONS),
                Button("What was changed", FormName.CHANGES),
                Button("Delivery", FormName.DELIVERY),
            )
        ),
        *totals,
        Quiet(
            "You see when a message cannot reach somebody. You never see a reflection, who agreed "
            "or who answered."
        ),
    ]
    return Form(FormName.LEAD_HOME, "Programme", elements=tuple(elements))


def _people(people: Sequence[PersonRow]) -> Element:
    return Table(
        "People and pairings",
        ("Name", "Role", "Cohort", "Coach", "Messages"),
        tuple(
            (
                row.name,
                row.role,
                row.cohort,
                row.coach,
                row.messages,
            )
            for row in people
        ),
    )


def holidays_field(value: str) -> Choice:
    return Choice(
        "nation",
        "Whose bank holidays are kept",
        tuple(Option(name, label) for name, label in HOLIDAYS),
        hint="Nobody in the cohort is asked anything on them.",
        value=value,
    )


def cohort_form(cohort: CohortRow, error: str = "") -> Form:
    return Form(
        FormName.COHORT,
        f"Days and hours of {cohort.name}",
        about=str(cohort.cohort),
        elements=(Quiet("A leader’s own choice of days and hours always comes first."),),
        fields=(
            name_field(cohort.name),
            *slot_fields(cohort.slots),
            *hours_fields(cohort.earliest, cohort.latest),
            holidays_field(cohort.nation or AS_THE_PROGRAMME),
        ),
        submit="Change for the cohort",
        error=error,
    )


def cohort_changed(name: str, rhythm: str) -> Message:
    return note(
        f"{name} is now asked on {rhythm}. Leaders who chose their own days and hours keep them."
    )


def lead_welcome(name: str) -> Message:
    return note(
        f"Hello {name}. Your page shows people, pairings, days and hours, and when a message "
        "cannot reach somebody. Reflections are never shown to you. Type “help” to see what I "
        "understand."
    )


def home_card() -> Message:
    """The page of a lead as a line of the chat: whom it is about stands behind its buttons."""
    return Message(
        "Your programme.",
        (
            Heading("Your programme"),
            Buttons(
                (
                    Button("Open the programme", FormName.LEAD_HOME, primary=True),
                    Button("Add people", FormName.ADD_PEOPLE),
                    Button("Suggest a coach", FormName.PAIRING),
                    Button("Questions", FormName.QUESTIONS),
                    Button("Settings", FormName.PROGRAMME),
                    Button("What was changed", FormName.CHANGES),
                    Button("Help now", FormName.SUPPORT),
                )
            ),
            Quiet("You decide days and hours; leaders own what they write."),
        ),
    )


def lead_help() -> Message:
    return note(
        "Words you can type: “home” (your page), “people”, “cohort” (its days and hours), "
        "“settings”, “new programme”, “new cohort”, “add people”, “add somebody”, "
        "“invite people”, "
        "“suggest a coach”, “questions” (your programme’s own), “what was changed”, "
        "“help now” (someone to talk to), “help”. You decide days and hours; "
        "leaders own what they write."
    )
