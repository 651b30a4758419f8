"""The coach's weekly page: what each leader shared, and perhaps questions to hold."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from prompts.composing.saying import day, day_and_hour
from prompts.composing.telling import Kind, Section, sections
from prompts.holding import Held
from prompts.message import (
    Divider,
    Element,
    Fact,
    Facts,
    Form,
    FormName,
    Heading,
    Quiet,
    Quote,
    Text,
)
from prompts.shared import SharedWeek

WORDS_A_MINUTE = 240
READERS = "can be read only by you and the leader who wrote it."
EMPTY = "Nothing is here now: what was shared has been taken back."


def digest_page(
    nudge: UUID,
    week_to: date,
    weeks: Sequence[SharedWeek],
    held: Mapping[UUID, Sequence[Held]],
    withdrawn: Collection[UUID],
    zone: str,
    *,
    suggestions_on: bool,
    controls: tuple[Element, ...] = (),
) -> Form:
    """`held` and `withdrawn` go by pairing; how much was taken back is not told. Of a leader who
    took everything back there is a week with nothing in it. `controls` switch the questions to
    hold off and on."""
    told = [(week, sections(week, zone)) for week in weeks]
    body: list[Element] = []
    for week, theirs in told:
        questions = held.get(week.pairing, ()) if suggestions_on else ()
        body += _leader(week, theirs, questions, zone, withdrawn=week.pairing in withdrawn)
    opening: Element = Text(EMPTY)
    if any(theirs for _, theirs in told):
        opening = Quiet(_opening(sum(_count(*each) for each in told), body))
    return _page(nudge, week_to, (opening, *body, *((Divider(), *controls) if controls else ())))


def faded_page(nudge: UUID, week_to: date) -> Form:
    """After 90 days."""
    faded = (
        Text("What was in this digest is no longer shown: a digest fades after 90 days."),
        Quiet("Nothing was taken from the leaders who wrote it."),
    )
    return _page(nudge, week_to, faded)


def ended_page(nudge: UUID, week_to: date) -> Form:
    """Whoever it told of is coached by this coach no more."""
    ended = (
        Text("The coaching that this digest told of has ended, so it is no longer shown."),
        Quiet("Nothing was taken from the leaders who wrote it."),
    )
    return _page(nudge, week_to, ended)


def _page(nudge: UUID, week_to: date, elements: tuple[Element, ...]) -> Form:
    title = f"Digest of {day(week_to)}"
    return Form(FormName.DIGEST, title, about=str(nudge), elements=elements)


def _leader(
    week: SharedWeek,
    theirs: Sequence[Section],
    questions: Sequence[Held],
    zone: str,
    *,
    withdrawn: bool,
) -> Iterator[Element]:
    if not theirs and not withdrawn:
        return
    yield from (Divider(), Heading(week.leader))
    if theirs and week.focus is None and week.next_session:
        yield Facts((Fact("Next session", day_and_hour(week.next_session, zone)),))
    for section in theirs:
        yield Heading(section.heading)
        for thing in section.things:
            yield from thing.elements
    if withdrawn:
        yield Quiet(f"Withdrawn by {week.leader}.")
    if theirs and questions:
        yield from _to_hold(questions)


def _to_hold(questions: Sequence[Held]) -> Iterator[Element]:
    """The coach's own words and the leader's stand in quotes; the bank's stand as they are."""
    yield Heading("Questions to hold: use none, one or your own")
    for number, one in enumerate(questions, 1):
        if not one.question_id:
            yield from (Text(f"{number}. {one.reason}"), Quote(one.words))
            continue
        yield Text(f"{number}. {one.words}")
        if one.quote:
            yield from (Quiet(f"{one.reason} On these words:"), Quote(one.quote))
        else:
            yield Quiet(one.reason)


def _count(week: SharedWeek, theirs: Sequence[Section]) -> int:
    """An objective and its ratings are one thing; what to leave for now is a request."""
    kinds = [thing.kind for section in theirs for thing in section.things]
    objectives = sum(1 for one in week.objectives if one.words.strip() or one.ratings)
    return objectives + sum(
        kinds.count(kind) for kind in (Kind.FOCUS, Kind.EXPERIMENT, Kind.REFLECTION)
    )


def _opening(things: int, body: Sequence[Element]) -> str:
    time = f"About {_time_to_read(body)} to read."
    if not things:
        return f"{time} It {READERS}"
    counted = "1 thing shared" if things == 1 else f"{things} things shared"
    return f"{counted}. {time} {'It' if things == 1 else 'Each'} {READERS}"


def _time_to_read(body: Sequence[Element]) -> str:
    words = sum(_words_in(element) for element in body) + len(READERS.split())
    seconds = max(10, round(words / WORDS_A_MINUTE * 6) * 10)
    return f"{seconds} seconds" if seconds < 120 else f"{round(seconds / 60)} minutes"


def _words_in(element: Element) -> int:
    if isinstance(element, Heading | Text | Quiet | Quote):
        return len(element.words.split())
    return 0
