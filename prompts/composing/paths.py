"""A leader's own experiments: all of them, and the path of one from its hunch to its end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from prompts.choosing import MOST_DELAYS
from prompts.composing.experimenting import change_it, list_button, see_path
from prompts.composing.saying import day
from prompts.experiment import Decision, TryState
from prompts.message import (
    Button,
    Buttons,
    Divider,
    Element,
    Fact,
    Facts,
    Form,
    FormName,
    Path,
    Press,
    Quiet,
    Quote,
    Step,
    StepState,
    Text,
)

ENDED = {
    Decision.KEEP: "Keep going.",
    Decision.CHANGE: "Change it.",
    Decision.STOP: "Stop.",
    Decision.LET_GO: "Let go.",
}
CLOSED = {
    Decision.KEEP: "Closed: you decided to keep going",
    Decision.CHANGE: "Closed: you decided to change it",
    Decision.STOP: "Closed: you stopped it",
    Decision.LET_GO: "Closed: let go",
}
# How often is nobody's business.
PUT_OFF = "You said “not yet”."


@dataclass(frozen=True, slots=True)
class Tried:
    """An experiment as its leader sees it; `reader` is the coach who can read it too, or empty.
    `follows`: it took the place of another."""

    id: UUID
    state: TryState
    decision: Decision | None
    due: date
    delays: int
    reader: str
    action: str
    before: str = ""
    hypothesis: str = ""
    cue: str = ""
    expected: str = ""
    rethink: str = ""
    delayed_by: str = ""
    delay_told: str = ""
    observed: str = ""
    surprise: str = ""
    other: str = ""
    learned: str = ""
    follows: bool = False


def path_of(one: Tried, today: date) -> tuple[Step, ...]:
    """What was left empty is no step; what is still to come is one without words."""
    return (*_planned(one), *_put_off(one), _due(one, today), *_seen(one, today))


def _planned(one: Tried) -> Iterator[Step]:
    for label, words in (
        ("Hunch", one.hypothesis),
        ("Try, as it was first put", one.before),
        ("Try", one.action),
        ("Cue", one.cue),
        ("Expected", one.expected),
        ("Another look if", one.rethink),
    ):
        if words:
            yield Step(label, words, StepState.DONE)


def _put_off(one: Tried) -> Iterator[Step]:
    if one.delays:
        yield Step("Put off", PUT_OFF, StepState.DONE)
    for label, words in (
        ("What the week made more important", one.delayed_by),
        ("What the delay told", one.delay_told),
    ):
        if words:
            yield Step(label, words, StepState.DONE)


def _due(one: Tried, today: date) -> Step:
    waits = one.state is TryState.PLANNED and today < one.due
    return Step("Due", day(one.due), StepState.NOW if waits else StepState.DONE)


def _seen(one: Tried, today: date) -> Iterator[Step]:
    is_over = one.state is TryState.CLOSED
    # The first that has no words yet is where it stands, unless it still waits for its day.
    here = not is_over and not (one.state is TryState.PLANNED and today < one.due)
    for label, words, is_asked in (
        ("Saw", one.observed, True),
        ("Compared with what was expected", one.surprise, True),
        ("What else could explain it", one.other, False),
        ("Learned", one.learned, True),
        ("Decided", ENDED[one.decision] if one.decision else "", True),
    ):
        if words:
            yield Step(label, words, StepState.DONE)
        elif is_asked and not is_over:
            yield Step(label, "", StepState.NOW if here else StepState.AHEAD)
            here = False


def experiments_page(chains: Sequence[Sequence[Tried]], *, more: bool, can_add: bool) -> Form:
    """Open ones first; what took another's place stands above it."""
    elements: list[Element] = [Quiet("Only you can see this page.")]
    for chain in chains:
        elements.append(Divider())
        for one in chain:
            elements += _listed(one)
    if not chains:
        elements.append(
            Text("None yet. An experiment is a small try, with a day on which I ask about it.")
        )
    if more:
        elements.append(Quiet("Older experiments are kept and not shown here."))
    if can_add:
        new = Button("New experiment", FormName.EXPERIMENT)
        elements += [Divider(), Buttons((new,))]
    return Form(FormName.EXPERIMENTS, "Experiments", elements=tuple(elements))


def _listed(one: Tried) -> tuple[Element, ...]:
    facts = [Fact("Now", _now_at(one))]
    if one.follows:
        facts.append(Fact("Comes from", "The one below, changed"))
    if one.reader:
        facts.append(Fact("Who can read it", f"You and {one.reader}"))
    return (Quote(one.action), Facts(tuple(facts)), Buttons((see_path(one.id),)))


def _now_at(one: Tried) -> str:
    match one.state:
        case TryState.PLANNED:
            return f"Planned, due {day(one.due)}"
        case TryState.OBSERVED:
            return "Looked back on, not decided yet"
        case TryState.CLOSED:
            return CLOSED[one.decision or Decision.LET_GO]


def experiment_page(one: Tried, today: date, coach: str, *, can_change: bool) -> Form:
    """`coach`: whom it could be shared with, or empty. `can_change`: it was decided to change it,
    and nothing has taken its place yet."""
    who = f"You and {one.reader} can read it." if one.reader else "Only you can read it."
    return Form(
        FormName.EXPERIMENT_PAGE,
        "The path of an experiment",
        about=str(one.id),
        elements=(
            Path("From the hunch to what was decided", path_of(one, today)),
            Quiet(who),
            Buttons((*_deeds(one, can_change=can_change), *_share(one, coach), list_button())),
        ),
    )


def _deeds(one: Tried, *, can_change: bool) -> tuple[Button, ...]:
    about = str(one.id)
    let_go = Button("Let it go", Press.LET_GO_EXPERIMENT, about)
    match one.state:
        case TryState.PLANNED:
            another = Button("Choose another day", FormName.EXPERIMENT_DAY, about)
            return (
                Button("Look back now", Press.LOOK_BACK, about, primary=True),
                Button("Change it", FormName.EXPERIMENT, about),
                *((another,) if one.delays < MOST_DELAYS else ()),
                let_go,
            )
        case TryState.OBSERVED:
            return (
                Button("Decide now", Press.LOOK_BACK, about, primary=True),
                Button("Stop it", Press.LET_GO_EXPERIMENT, about),
            )
        case TryState.CLOSED:
            return (change_it(one.id),) if can_change else ()


def _share(one: Tried, coach: str) -> tuple[Button, ...]:
    about = str(one.id)
    if one.reader:
        return (Button("Take it back", Press.TAKE_BACK_EXPERIMENT, about),)
    return (Button(f"Share with {coach}", Press.SHARE_EXPERIMENT, about),) if coach else ()
