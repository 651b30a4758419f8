"""How each shared thing is told, whole and unedited: to the coach in the digest, and to the leader
beforehand. The two must never differ, so they are made here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from prompts.composing.saying import day, day_of_month, level
from prompts.experiment import Decision, TryState
from prompts.message import LEVELS, Chart, Element, Point, Quiet, Quote, Text
from prompts.shared import (
    SharedExperiment,
    SharedObjective,
    SharedRating,
    SharedReflection,
    SharedWeek,
)


class Kind(StrEnum):
    FOCUS = "focus"
    EXPERIMENT = "experiment"
    REFLECTION = "reflection"
    OBJECTIVE = "objective"
    RATING = "rating"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that can be left out by itself. `nudge` asked for it, where it is an answer."""

    id: UUID
    kind: Kind
    elements: tuple[Element, ...]
    nudge: UUID | None = None


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    things: tuple[Told, ...]


DECIDED = {
    Decision.KEEP: "keep going",
    Decision.CHANGE: "change it",
    Decision.STOP: "stop",
    Decision.LET_GO: "let go",
}
NTH = {1: "first", 2: "second", 3: "third"}
MOVES_FROM = 2
MOVED_SINCE = "An experiment that has moved since. A later digest tells how it stands."
NOT_SHARED = "On an objective that is not shared"


def sections(week: SharedWeek, zone: str) -> list[Section]:
    """In the order in which a coach reads them; one that has nothing in it is not there."""
    every = (
        Section(_session(week, zone), tuple(_focus(week))),
        Section("Experiments", tuple(map(_experiment, filter(_is_told, week.experiments)))),
        Section("Shared reflections", tuple(_reflections(week))),
        Section("Objectives" if len(week.objectives) > 1 else "Objective", tuple(_all_of(week))),
        Section("Please leave for now", tuple(_aside(week))),
    )
    return [section for section in every if section.things]


def _session(week: SharedWeek, zone: str) -> str:
    if week.focus is None:
        return ""
    return f"For your session on {day(week.focus.starts_at.astimezone(ZoneInfo(zone)).date())}"


def _focus(week: SharedWeek) -> Iterator[Told]:
    if week.focus and week.focus.words.strip():
        yield Told(week.focus.id, Kind.FOCUS, (Quote(week.focus.words),))


def _is_told(one: SharedExperiment) -> bool:
    return bool(one.action.strip() or one.observed.strip() or one.moved_since)


def _experiment(one: SharedExperiment) -> Told:
    said = (
        ("Hunch", one.hypothesis),
        ("Expected", one.expected),
        ("What the week made more important", "" if one.observed else one.put_off_because),
        ("Saw", one.observed),
        ("Compared with what was expected", one.surprise),
        ("What else could explain it", one.other),
        ("Learned", one.learned),
    )
    if one.moved_since:
        return Told(one.id, Kind.EXPERIMENT, (Text(MOVED_SINCE),))
    elements: list[Element] = [Text(_standing(one))]
    if one.action.strip():
        elements.append(Quote(one.action))
    for label, words in said:
        if words.strip():
            elements += [Quiet(label), Quote(words)]
    if one.decision is not None:
        elements.append(Text(f"Decision: {DECIDED[one.decision]}"))
    elif one.state is TryState.PLANNED:
        elements.append(Quiet(f"To look back on: {day(one.due)}"))
    return Told(one.id, Kind.EXPERIMENT, tuple(elements))


def _standing(one: SharedExperiment) -> str:
    if one.observed.strip():
        return "Tried"
    if one.times_put_off:
        count = one.times_put_off
        return f"Not yet, for the {NTH.get(count, f'{count}th')} time"
    match one.state:
        case TryState.PLANNED:
            return "To try"
        case TryState.OBSERVED:
            return "Tried"
        case TryState.CLOSED:
            return "Closed, nothing written of what happened"
        case _:
            assert_never(one.state)


def _reflections(week: SharedWeek) -> Iterator[Told]:
    for one in sorted(week.reflections, key=_newest_first):
        if one.words.strip():
            told = (Quiet(one.question), Quote(one.words))
            yield Told(one.id, Kind.REFLECTION, told, one.nudge)


def _newest_first(one: SharedReflection) -> tuple[int, str]:
    return -one.on.toordinal(), str(one.id)


def _all_of(week: SharedWeek) -> Iterator[Told]:
    """Each objective, followed by the ratings on it that are shared."""
    for one in week.objectives:
        if one.words.strip():
            yield Told(one.id, Kind.OBJECTIVE, _objective(one))
        newest_first = sorted(one.ratings, key=lambda each: (-each.on.toordinal(), str(each.id)))
        for number, rating in enumerate(newest_first):
            unnamed = () if one.words.strip() else (Text(NOT_SHARED),)
            drawn = _over_time(one.placings) if number == 0 else ()
            yield Told(rating.id, Kind.RATING, (*unnamed, *_rating(rating), *drawn))


def _over_time(placings: Sequence[SharedRating]) -> tuple[Chart, ...]:
    """A picture from the second placing on; of one there is nothing to see."""
    if len(placings) < MOVES_FROM:
        return ()
    words = {one.level: one.level_words for one in placings}
    return (
        Chart(
            "Own scale over time",
            tuple((level, words.get(level, "")) for level in LEVELS),
            tuple(Point(one.on, one.level, "") for one in placings),
        ),
    )


def _objective(one: SharedObjective) -> tuple[Element, ...]:
    if one.next_review is None:
        return (Quote(one.words),)
    return Quote(one.words), Quiet(f"Review due on {day(one.next_review)}")


def _rating(one: SharedRating) -> tuple[Element, ...]:
    placing = level(one.level)
    if one.before is not None and one.before != one.level:
        placing = f"{level(one.before)} → {placing}"
    elif one.before is not None:
        placing = f"{placing}, as before"
    told = Quiet(f"Own scale: {placing}, rated on {day_of_month(one.on)}")
    return (told, Quote(one.evidence)) if one.evidence.strip() else (told,)


def _aside(week: SharedWeek) -> Iterator[Told]:
    if week.leave_for_now and week.leave_for_now.words.strip():
        yield Told(week.leave_for_now.id, Kind.ASIDE, (Quote(week.leave_for_now.words),))
