"""Writing questions for one's own programme: what the lint says, and the life of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prompts.composing.saying import note
from prompts.explaining import ABOUT
from prompts.life import IN_WORDS, Deed
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
    ShortText,
    Text,
)
from prompts.question import Lens, Stage, Status

PRESSES: dict[Deed, tuple[str, Press]] = {
    Deed.SEND_BACK: ("Send back", Press.SEND_BACK),
    Deed.SIGN_OFF: ("Sign it off", Press.SIGN_OFF),
    Deed.MAKE_LIVE: ("Make it live", Press.MAKE_LIVE),
    Deed.REST: ("Let it rest", Press.REST),
    Deed.RETIRE: ("Retire it", Press.RETIRE),
    Deed.WITHDRAW: ("Withdraw it at once", Press.WITHDRAW),
}
STAGES = {
    Stage.OPEN: "Open: arrive and notice",
    Stage.EXPLORE: "Explore: widen the picture",
    Stage.CHALLENGE: "Challenge: test the reasoning",
    Stage.EXPERIMENT: "Experiment: shape one small try",
    Stage.OBSERVE: "Observe: say what happened",
    Stage.CORRECT: "Correct: keep, change, stop",
    Stage.REVIEW: "Review: look across",
}
DEPTHS = (
    "1: settling",
    "2: curious",
    "3: stretching",
    "4: tests an assumption",
    "5: touches who somebody is",
)
LENSES = {
    Lens.GOALS: "Goals",
    Lens.METHODS: "Methods",
    Lens.RELATIONSHIPS: "Relationships",
    Lens.SELF: "Oneself",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as a form holds it."""

    words: str = ""
    purpose: str = ""
    stage: str = Stage.EXPLORE.value
    depth: str = "2"
    theme: str = "connect"
    lens: str = Lens.METHODS.value
    cohort: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One version of a question on the lead's page."""

    key: UUID
    words: str
    status: Status
    version: int
    author: str
    reviewer: str
    cohort: str
    deeds: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class Objection:
    """What the lint has against it."""

    rule: str
    reason: str
    better: str


def questions_page(questions: Sequence[Listed], shipped: int) -> Form:
    elements: list[Element] = [
        Quiet(
            f"The bank that comes with Bearings holds {shipped} questions. These are your "
            "programme’s own. Nobody is asked one before a second lead has signed it off."
        ),
        Buttons((Button("Write a question", FormName.QUESTION, primary=True),)),
    ]
    for one in questions:
        elements += _listed(one)
    if not questions:
        elements.append(Text("None yet."))
    return Form(FormName.QUESTIONS, "Questions", elements=tuple(elements))


def _listed(one: Listed) -> tuple[Element, ...]:
    about = str(one.key)
    facts = [
        Fact("State", IN_WORDS[one.status].capitalize()),
        Fact("Written by", one.author),
        Fact("Signed off by", one.reviewer or "Nobody yet"),
        Fact("Tried first with", one.cohort or "No cohort"),
    ]
    return (
        Divider(),
        Heading(one.words),
        Facts((*facts, Fact("Version", str(one.version)))),
        Buttons(
            (
                Button("Put it another way", FormName.QUESTION, about),
                *(Button(*PRESSES[deed], about) for deed in one.deeds),
            )
        ),
    )


def question_form(
    draft: Draft,
    cohorts: Sequence[tuple[UUID, str]],
    about: str = "",
    objections: Sequence[Objection] = (),
    error: str = "",
) -> Form:
    kept: tuple[Element, ...] = (Text(KEPT_AS_DRAFT),) if objections else ()
    found = tuple(Text(_objection(one)) for one in objections)
    return Form(
        FormName.QUESTION,
        "A question of your own",
        about=about,
        elements=(
            Quiet("One open question, in ordinary words, without advice. Others will read it."),
            *kept,
            *found,
        ),
        fields=(
            ShortText("words", "The question", hint="Aim for 8 to 16 words.", value=draft.words),
            ShortText(
                "purpose",
                "What it is for",
                hint="One sentence, for whoever signs it off.",
                value=draft.purpose,
            ),
            Choice(
                "stage",
                "Stage",
                tuple(Option(stage.value, label) for stage, label in STAGES.items()),
                value=draft.stage,
            ),
            Choice(
                "depth",
                "Depth",
                tuple(Option(label[0], label) for label in DEPTHS),
                value=draft.depth,
            ),
            Choice(
                "theme",
                "Theme",
                tuple(Option(one.value, said.capitalize()) for one, (said, _) in ABOUT.items()),
                value=draft.theme,
            ),
            Choice(
                "lens",
                "It looks at",
                tuple(Option(lens.value, label) for lens, label in LENSES.items()),
                value=draft.lens,
            ),
            Choice(
                "cohort",
                "Try it first with",
                tuple(Option(str(key), name) for key, name in cohorts),
                value=draft.cohort,
            ),
        ),
        submit="Check it and hand it in",
        error=error,
    )


def _objection(one: Objection) -> str:
    instead = f" Rather: “{one.better}”" if one.better else ""
    return f"{one.rule}: {one.reason}{instead}"


KEPT_AS_DRAFT = "Kept as a draft, and not handed in yet. This stands in the way:"


def handed_in() -> Message:
    return note(
        "Handed in. Another lead of your programme has to sign it off before anybody is asked.",
        Buttons((Button("Questions", FormName.QUESTIONS),)),
    )


_DONE = {
    Deed.HAND_IN: "Handed in.",
    Deed.SEND_BACK: "Sent back: it is a draft again, and nobody is asked it.",
    Deed.SIGN_OFF: "Signed off. It is now tried with its first cohort.",
    Deed.MAKE_LIVE: "It is live. Its older versions are retired.",
    Deed.REST: "It rests. Nobody is asked it until it is made live again.",
    Deed.RETIRE: "Retired. What was answered keeps its words.",
    Deed.WITHDRAW: "Withdrawn at once. What was answered keeps its words.",
}


def moved_on(deed: Deed) -> Message:
    return note(_DONE[deed], Buttons((Button("Questions", FormName.QUESTIONS),)))


def cannot_move(why: str) -> Message:
    return note(f"{why} Nothing was changed.", Buttons((Button("Questions", FormName.QUESTIONS),)))


def nothing_to_move() -> Message:
    return note(
        "No question of your programme waits for that, so nothing was changed.",
        Buttons((Button("Questions", FormName.QUESTIONS),)),
    )
