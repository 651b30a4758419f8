"""A lead makes people known: one of them, or many as a table."""

from collections.abc import Mapping, Sequence

from prompts.composing.agreeing import KnownBy
from prompts.composing.saying import note
from prompts.message import (
    Button,
    Buttons,
    Choice,
    Element,
    Form,
    FormName,
    LongText,
    Message,
    Option,
    Quiet,
    ShortText,
    Switch,
    Table,
)

NOBODY = "none"
ROLES = (
    ("leader", "Leader"),
    ("coach", "Coach"),
    ("lead", "Programme lead"),
    ("leader and coach", "Leader and coach"),
)
QUIET = "Nobody hears of it before you invite them."

Named = Sequence[tuple[str, str]]


def person_form(
    known_by: KnownBy,
    cohorts: Named,
    coaches: Named,
    typed: Mapping[str, str],
    error: str = "",
) -> Form:
    """`cohorts` and `coaches` are (value, name); `typed` is what stood in each field."""
    by_id = known_by is KnownBy.MEMBER_ID
    return Form(
        FormName.ADD_PERSON,
        "Add somebody",
        elements=(Quiet(QUIET),),
        fields=(
            ShortText("name", "Name", value=typed.get("name", ""), needed="Give their name."),
            ShortText(
                "who",
                "Member ID" if by_id else "E-mail address",
                hint="In their profile: ⋮, Copy member ID (U…)." if by_id else "",
                value=typed.get("who", ""),
                needed="It is how they are known here.",
            ),
            Choice(
                "role",
                "Role",
                tuple(Option(value, label) for value, label in ROLES),
                value=typed.get("role", "leader"),
            ),
            Choice(
                "cohort",
                "Cohort, for a leader",
                _options(cohorts, "No cohort"),
                value=typed.get("cohort", NOBODY),
            ),
            Choice(
                "coach",
                "Coach to suggest, for a leader",
                _options(coaches, "Nobody yet"),
                hint="Both are asked, and each can say no.",
                value=typed.get("coach", NOBODY),
            ),
            ShortText(
                "timezone",
                "Time zone",
                hint="Such as Europe/London. Left empty, theirs is found out.",
                value=typed.get("timezone", ""),
            ),
        ),
        submit="Add",
        error=error,
    )


def _options(named: Named, none: str) -> tuple[Option, ...]:
    return (Option(NOBODY, none), *(Option(value, label) for value, label in named))


def person_added(name: str, words: str) -> Message:
    """`words`: the role and what goes with it, as a list."""
    return note(
        f"Added: {name} ({words}). {QUIET}",
        Buttons(
            (
                Button("Add somebody", FormName.ADD_PERSON),
                Button("Invite people", FormName.INVITING),
            )
        ),
    )


def person_known(name: str) -> Message:
    return note(f"{name} is known here already, and stays as before. Nothing was changed.")


def people_form(
    known_by: KnownBy,
    typed: str = "",
    report: Sequence[Element] = (),
    *,
    looks: bool = True,
    error: str = "",
) -> Form:
    """`report`: what would come of each line, or what is wrong with some."""
    who = "member ID" if known_by is KnownBy.MEMBER_ID else "e-mail address"
    return Form(
        FormName.ADD_PEOPLE,
        "Add people",
        elements=(
            Quiet(
                f"One person on each line: name, {who}, role, coach, cohort, time zone. Commas "
                "stand between, or it is copied out of a spreadsheet. Only the first three are "
                f"needed. {QUIET}"
            ),
            *report,
        ),
        fields=(
            LongText(
                "people",
                "People",
                hint="A role is leader, coach or lead. Coaches can stand in the same table.",
                value=typed,
                needed="There is nobody in it yet.",
            ),
            Switch(
                "look",
                "Only say what would come of each line",
                hint="Switch it off to add them.",
                on=looks,
            ),
        ),
        submit="Go on",
        error=error,
    )


def would_come(rows: Sequence[tuple[int, str, str]]) -> tuple[Element, ...]:
    """(line, name, what becomes of it)."""
    return (
        Table(
            "What would come of each line",
            ("Line", "Name", "Would be"),
            tuple((str(line), name, words) for line, name, words in rows),
        ),
        Quiet("Nobody was added yet. Switch “Only say …” off, and press “Go on”."),
    )


def to_correct(rows: Sequence[tuple[int, str]]) -> tuple[Element, ...]:
    """(line, what is wrong)."""
    return (
        Table("To correct", ("Line", "What"), tuple((str(line), words) for line, words in rows)),
    )


NOT_ADDED = "Some lines have to be corrected first. Nobody was added."


def people_added(new: int, changed: int, same: int) -> Message:
    return note(
        f"New: {new}. Changed: {changed}. As before: {same}. {QUIET}",
        Buttons(
            (
                Button("Invite people", FormName.INVITING, primary=True),
                Button("Open the programme", FormName.LEAD_HOME),
            )
        ),
    )
