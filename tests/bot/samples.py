"""What the companion may say, once of each: the Messages and Forms kept in tests/golden."""

from datetime import date
from typing import Any
from uuid import UUID

from bot.slack import rendering as slack
from bot.teams import rendering as teams
from prompts.message import (
    LEVELS,
    Button,
    Buttons,
    Chart,
    Choice,
    Choices,
    Day,
    Divider,
    Fact,
    Facts,
    Form,
    FormName,
    Heading,
    Hour,
    Link,
    LongText,
    Message,
    Option,
    Path,
    Point,
    Press,
    Quiet,
    Quote,
    ShortText,
    Step,
    StepState,
    Switch,
    Table,
    Text,
)

NUDGE = UUID("5b0e7c52-95c4-4f0a-9d4e-6a1c3f0a7d10")
ABOUT = str(NUDGE)

QUESTION = "Who will notice first if Thursday’s bed meeting runs differently?"
QUESTION_MESSAGE = Message(
    plain=QUESTION,
    elements=(
        Text(QUESTION),
        Quiet("Only you can read your answer."),
        Buttons(
            (
                Button("Answer", FormName.ANSWER, ABOUT, primary=True),
                Button("Skip", Press.SKIP, ABOUT),
                Button("Later", Press.LATER, ABOUT),
                Button("Heavy week", Press.HEAVY_WEEK, ABOUT),
                Button("Not for me", Press.NOT_FOR_ME, ABOUT),
                Button("Why this question?", Press.WHY, ABOUT),
                Button("Pause", FormName.PAUSE),
            )
        ),
    ),
    nudge=NUDGE,
    box=LongText("words", "Your answer", hint="One line is enough."),
)

SCALE_MESSAGE = Message(
    plain="Where would you place yourself on your own scale today?",
    elements=(
        Text("Where would you place yourself on your own scale today?"),
        Quiet("Only you can read your answer."),
        Buttons((Button("Answer", FormName.ANSWER, ABOUT, primary=True),)),
    ),
    nudge=NUDGE,
    box=Choice(
        "words",
        "Your answer",
        tuple(Option(one, one) for one in ("−2", "−1", "0", "+1", "+2")),
        hint="“Answer” shows what you wrote for each level.",
    ),
)

NOTICE = Form(
    name=FormName.AGREEMENT,
    title="Before we start",
    about="agreement-3",
    elements=(
        Text(
            "One short question at a time, at an hour you choose. You can stop whenever you like."
        ),
        Quiet("Your answers are kept for you. Nobody else reads one unless you share it."),
        Divider(),
    ),
    fields=(
        Switch("coach", "My coach sees what I share, once a week"),
        Switch("objectives", "My coach sees my objectives", on=True),
        Switch(
            "totals", "Count me in totals", hint="Only where a total hides at least five people."
        ),
        Switch("reminders", "Remind me once about a question I left open"),
        Switch("research", "Ask me about research", error="Choose this again: the notice changed."),
    ),
    submit="Agree and start",
    error="The notice changed while it was open. Read it once more.",
)

SAVED = Message(
    plain="Saved, for you only.",
    elements=(
        Text(QUESTION),
        Quiet("Saved, for you only."),
        Buttons(
            (
                Button("Share with my coach", Press.SHARE, ABOUT),
                Button("Link to an objective", FormName.LINK, ABOUT),
            )
        ),
    ),
    nudge=NUDGE,
    replaces=True,
)

DIGEST = Form(
    name=FormName.DIGEST,
    title="Shared with you this week",
    about="2027-03-29",
    elements=(
        Heading("Amira Osei"),
        Quiet("Shared on Tuesday 23 March"),
        Quote(
            "I asked the ward sisters to speak first. I said *nothing* for six minutes & it held."
        ),
        Facts((Fact("Objective", "Decide last, not first"), Fact("Placed at", "+1, from 0"))),
        Divider(),
        Heading("Rhys Bevan"),
        Quote("Finance wants <one> page.\n\nI sent [two](https://example.org), then rang them."),
        Buttons((Button("Ask next week", FormName.COACHING_SESSION, "pairing-7"),)),
    ),
)

PEOPLE = Message(
    plain="The spring cohort: two people have started, one has not.",
    elements=(
        Table(
            "Spring cohort",
            ("Name", "Role", "Started"),
            (
                ("Amira Osei", "Leader", "2 March"),
                ("Rhys Bevan", "Leader", ""),
                ("Ines Duarte", "Coach", "2 March"),
            ),
        ),
        Table("Hours", ("Day", "At"), (("Tuesday", "12:15"), ("Thursday", "08:40"))),
    ),
)

RATINGS = Chart(
    "Decide last, not first",
    (
        (-2, "I speak first, and the meeting ends where it began"),
        (-1, "One sister speaks, if I ask her by name"),
        (0, "Two speak before me, most weeks"),
        (1, ""),
        (2, "They run it, and I hear what was decided & why"),
    ),
    (
        Point(date(2027, 3, 3), -2, "Nobody else said a word until the last five minutes."),
        Point(date(2027, 4, 9), -1),
        Point(date(2027, 4, 20), -1),
        Point(date(2027, 5, 6), 0, "Dee and <@U123> spoke *before* I did.\nI wrote it down."),
    ),
)
WAY = Path(
    "Say nothing for the first six minutes",
    (
        Step("Hunch", "They wait for me because I always go first.", StepState.DONE),
        Step("Try", "Ask the ward sisters to open, then _say nothing_.", StepState.DONE),
        Step("Cue", "When I put my bag down on Thursday", StepState.DONE),
        Step("Due", "Thursday 8 April", StepState.NOW),
        Step("Saw", "", StepState.AHEAD),
        Step("Learned", "", StepState.AHEAD),
    ),
)
PICTURES = Form(
    FormName.OBJECTIVE,
    "Decide last, not first",
    about=ABOUT,
    elements=(RATINGS, WAY, Quiet("Only you can read this.")),
)

DAYS = tuple(Option(day.lower(), day) for day in ("Monday", "Tuesday", "Wednesday"))
ZONES = tuple(Option(f"zone-{n}", f"Zone {n}") for n in range(1, 131))
LONG_OBJECTIVE = (
    "Make the Thursday bed meeting one where the ward sisters speak first and I am the last to "
    "say what I would do"
)
EVERY_FIELD = Form(
    name=FormName.WHEN,
    title="When shall we ask you, and about what?",
    about=ABOUT,
    elements=(Table("Away", ("From", "To"), (("1 April", "9 April"),)),),
    fields=(
        ShortText(
            "cue", "When exactly?", hint="Such as: after the huddle", value="After the huddle"
        ),
        LongText("answer", "Your answer", value="One line.\nAnother.", error="Say a little more."),
        Choice("objective", "Objective", (Option("o1", LONG_OBJECTIVE),), value="o1"),
        Choice("zone", "Time zone", ZONES, value="zone-101"),
        Choices("days", "Days", DAYS, values=("tuesday", "wednesday")),
        Choices(
            "topics", "Topics", (Option("t1", "*Beds*"), Option("t2", "Rotas")), values=("t2",)
        ),
        Choice("nothing", "Experiment", ()),
        Day("from", "From", value="2027-03-28"),
        Hour("at", "At", value="08:40"),
        Switch("heavy", "This is a heavy week", on=True),
    ),
    submit="Save",
)
EVERY_ELEMENT = Message(
    plain="Everything once, with <b> & {{DATE(2027-03-28T08:00:00Z)}}.",
    elements=(
        Heading("Objective 1"),
        Heading("Objective *2*"),
        Text("Plain words & <angles>, *stars* and <!channel>."),
        Quiet("Only you can read this."),
        Quote("Met at {{DATE(2027-03-28T08:00:00Z)}} with <@U123> :smile:"),
        Facts((Fact("Measure", "Who speaks first"), Fact("Next", ""))),
        Divider(),
        Table("Totals", ("Week", "Asked"), (("12", "9"), ("13",))),
        Chart("Decide *last*", tuple((level, "") for level in LEVELS), ()),
        Path("Say nothing", (Step("Hunch", "They wait for {{DATE(x)}}", StepState.NOW),)),
        Link("As text, to read", "https://bearings.example.org/data/x/text"),
        Buttons(()),
        Text(""),
        Buttons(tuple(Button(f"Objective {n}", FormName.OBJECTIVE, f"o{n}") for n in range(27))),
    ),
)
READ_ONLY = Form(
    name=FormName.JOURNAL, title="Journal", fields=EVERY_FIELD.fields, elements=(Quote("One."),)
)

SAMPLES: dict[str, Message | Form] = {
    "question": QUESTION_MESSAGE,
    "scale": SCALE_MESSAGE,
    "notice": NOTICE,
    "saved": SAVED,
    "digest": DIGEST,
    "people": PEOPLE,
    "pictures": PICTURES,
    "every-element": EVERY_ELEMENT,
    "every-field": EVERY_FIELD,
    "read-only": READ_ONLY,
    "words-alone": Message(plain="Paused until 9 April.", elements=()),
    "nothing": Form(name=FormName.LEAD_HOME, title="Programme"),
}


def as_slack(said: Message | Form) -> dict[str, Any]:
    return slack.to_payload(said) if isinstance(said, Message) else slack.to_view(said)


def leaves_in_slack(form: Form) -> list[dict[str, Any]]:
    """Each leaf of a page, as somebody sees them who turns it from its beginning to its end."""
    leaves = [slack.to_view(form)]
    while f"turn:{form.name.value}:{len(leaves)}" in repr(leaves[-1]):
        leaves.append(slack.to_view(form, leaf=len(leaves)))
    return leaves


def as_teams(said: Message | Form) -> dict[str, Any]:
    return teams.to_activity(said) if isinstance(said, Message) else teams.to_dialog(said)


DRESSES = {"slack": as_slack, "teams": as_teams}
