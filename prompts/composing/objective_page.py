"""One objective, with all that belongs to it; and the list of them all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from prompts.composing.objectives import ANOTHER_WAY, AS_IT_IS, THEMES, WHOSE
from prompts.composing.saying import day, listed
from prompts.drawing import level_in_words
from prompts.message import (
    LEVELS,
    Button,
    Buttons,
    Chart,
    Divider,
    Element,
    Fact,
    Facts,
    Form,
    FormName,
    Heading,
    Point,
    Press,
    Quiet,
    Quote,
    Table,
    Text,
)
from prompts.question import ObjectiveState

MOST_SHOWN = 6
STATES = {
    ObjectiveState.SHAPING: "Being shaped",
    ObjectiveState.ACTIVE: "In use",
    ObjectiveState.PARKED: "Parked",
    ObjectiveState.COMPLETED: "Completed",
    ObjectiveState.LET_GO: "Let go",
}


@dataclass(frozen=True, slots=True)
class Rated:
    """One placing; `reader` is the coach who can read it, or empty."""

    id: UUID
    on: date
    level: int
    evidence: str
    reader: str


@dataclass(frozen=True, slots=True)
class OnPage:
    """An objective as its owner sees it. `ratings` are oldest first, `earlier` (words, until) and
    `reviews` (decision, day) newest first."""

    id: UUID
    words: str
    state: ObjectiveState
    reader: str
    coach: str = ""
    whose: str = ""
    themes: Sequence[str] = ()
    review: date | None = None
    levels: Mapping[int, str] | None = None
    start: int | None = None
    ratings: Sequence[Rated] = ()
    earlier: Sequence[tuple[str, date]] = ()
    reviews: Sequence[tuple[str, date]] = ()


def objective_page(one: OnPage) -> Form:
    return Form(
        FormName.OBJECTIVE_PAGE,
        "An objective of yours",
        about=str(one.id),
        elements=(
            Quote(one.words),
            Quiet(f"You and {one.reader} can read it." if one.reader else "Only you can read it."),
            Facts(_facts(one)),
            Buttons(_buttons(one)),
            *_ratings(one),
            *_levels(one),
            *_earlier(one),
            *_reviews(one),
        ),
    )


def _facts(one: OnPage) -> tuple[Fact, ...]:
    themes = [label for value, label in THEMES if value in one.themes]
    whose = dict(WHOSE).get(one.whose, "")
    looked_at = one.review if one.state is ObjectiveState.ACTIVE else None
    return (
        Fact("State", STATES[one.state]),
        *((Fact("Whose it is", whose),) if whose else ()),
        *((Fact("What it touches", listed(themes)),) if themes else ()),
        *((Fact("Next review", day_and_year(looked_at)),) if looked_at else ()),
    )


def _buttons(one: OnPage) -> tuple[Button, ...]:
    about = str(one.id)
    levels = Button("Five levels", FormName.LEVELS, about)
    reword = Button(ANOTHER_WAY, FormName.OBJECTIVE, about)
    park = Button("Park it", Press.PARK_OBJECTIVE, about)
    ends = (
        Button("Complete it", Press.COMPLETE_OBJECTIVE, about),
        Button("Let it go", Press.LET_GO_OBJECTIVE, about),
    )
    everything = Button("All my objectives", FormName.OBJECTIVE_PAGE)
    match one.state:
        case ObjectiveState.ACTIVE:
            rate = Button("Rate it", FormName.RATING, about, primary=True)
            review = Button("Review it", Press.REVIEW_OBJECTIVE, about)
            return (rate, review, levels, reword, *_share(one), park, *ends, everything)
        case ObjectiveState.SHAPING:
            further = Button("Next question", Press.SHAPE_OBJECTIVE, about, primary=True)
            use = Button(AS_IT_IS, FormName.OBJECTIVE, about)
            return (further, use, levels, *_share(one), park, *ends, everything)
        case ObjectiveState.PARKED:
            again = Button("Take it up again", Press.TAKE_UP_OBJECTIVE, about, primary=True)
            return (again, levels, reword, *_share(one), *ends, everything)
        case _:
            return (*_share(one), everything)


def _share(one: OnPage) -> tuple[Button, ...]:
    about = str(one.id)
    if one.reader:
        return (Button("Take it back", Press.TAKE_BACK_OBJECTIVE, about),)
    if one.coach:
        return (Button("Share with my coach", Press.SHARE_OBJECTIVE, about),)
    return ()


def _ratings(one: OnPage) -> tuple[Element, ...]:
    if not one.ratings:
        return ()
    said = one.levels or {}
    chart = Chart(
        "Where you placed yourself",
        tuple((level, said.get(level, "")) for level in LEVELS),
        tuple(Point(each.on, each.level, each.evidence) for each in one.ratings),
    )
    shared = [each for each in one.ratings if each.reader]
    return (Divider(), chart, Quiet(_readers(shared)), *_sharing(one, shared))


def _readers(shared: Sequence[Rated]) -> str:
    if not shared:
        return "Only you can read your placings."
    days = listed([day_and_year(each.on) for each in shared])
    return f"{shared[0].reader} can read what you placed on {days}; the rest, only you."


def _sharing(one: OnPage, shared: Sequence[Rated]) -> tuple[Element, ...]:
    newest = one.ratings[-1]
    give = (
        (Button(f"Share the newest with {one.coach}", Press.SHARE_RATING, str(newest.id)),)
        if one.coach and not newest.reader
        else ()
    )
    back = tuple(
        Button(f"Take {day_and_year(each.on)} back", Press.TAKE_BACK_RATING, str(each.id))
        for each in shared
    )
    return (Buttons((*give, *back)),) if give or back else ()


def _levels(one: OnPage) -> tuple[Element, ...]:
    said = one.levels or {}
    if not any(said.values()):
        return ()
    facts = [
        Fact(level_in_words(level), said[level]) for level in reversed(LEVELS) if said.get(level)
    ]
    if one.start is not None:
        facts.append(Fact("Where you started from", level_in_words(one.start)))
    return (Divider(), Heading("Five levels, in your words"), Facts(tuple(facts)))


def _earlier(one: OnPage) -> tuple[Element, ...]:
    if not one.earlier:
        return ()
    parts: list[Element] = [Divider(), Heading("How you put it before")]
    for words, until in one.earlier[:MOST_SHOWN]:
        parts += [Quote(words), Quiet(f"Until {day_and_year(until)}. Only you can read it.")]
    return tuple(parts)


def _reviews(one: OnPage) -> tuple[Element, ...]:
    if not one.reviews:
        return ()
    rows = tuple((day_and_year(on), decision) for decision, on in one.reviews)
    return (
        Divider(),
        Heading("Reviews"),
        Table("What you decided, newest first", ("Day", "Decision"), rows),
    )


def day_and_year(when: date) -> str:
    return f"{day(when)} {when.year}"


@dataclass(frozen=True, slots=True)
class Listed:
    id: UUID
    words: str
    state: ObjectiveState


def objectives_list(
    theirs: Sequence[Listed], does: FormName = FormName.OBJECTIVE_PAGE, label: str = "Look at it"
) -> Form:
    """Every one of theirs, each with a button for what is to be done; those in use first."""
    elements: list[Element] = [Quiet("Only you can see this page.")]
    for one in theirs:
        elements += [
            Quote(one.words),
            Quiet(f"{STATES[one.state]}."),
            Buttons((Button(label, does, str(one.id)),)),
        ]
    if not theirs:
        elements.append(Text("None yet."))
    more = (
        Button("Set an objective", FormName.OBJECTIVE),
        Button("Shape one with questions", Press.SHAPE_OBJECTIVE),
    )
    return Form(
        FormName.OBJECTIVE_PAGE,
        "Your objectives" if does is FormName.OBJECTIVE_PAGE else "Which one?",
        elements=(*elements, Divider(), Buttons(more)),
    )
