"""A workspace's programmes as somebody wants them to be, and how that differs from what is.

Pure values: the file and the forms both make them, and both are carried out by `setting_up`.
What is None was left out: there it stays as it is, and something new has the usual.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time

from prompts.composing.configuring import NATIONS
from prompts.composing.leading import HOLIDAYS
from scheduler.cadence import CadenceError, check, check_for_others, read_slots, to_text
from storage.members import plainly
from storage.tables import Cohort

MOST_LETTERS = 80
LONGEST_PURPOSE = 300
SLOTS, EARLIEST, LATEST, NATION = "tue 12:00, thu 16:00", "08:00", "18:00", "england"
# Names, and what a programme is for, are somebody's own words, and stand in no log.
NAME, RENAMED = "an earlier name", "renamed"
PURPOSE, PURPOSE_REWRITTEN = "what it was for", "what it is for, rewritten"
# As a file writes that a cohort keeps its programme's bank holidays.
AS_THE_PROGRAMME = "as the programme"


class SetupError(ValueError):
    """It cannot be set up like that; str() says why."""


@dataclass(frozen=True, slots=True)
class CohortSetup:
    """`holidays`: a nation, or empty for the programme's."""

    name: str
    slots: str | None = None
    earliest: str | None = None
    latest: str | None = None
    holidays: str | None = None


@dataclass(frozen=True, slots=True)
class ProgrammeSetup:
    name: str
    purpose: str | None = None
    nation: str | None = None
    is_open: bool | None = None
    cohorts: tuple[CohortSetup, ...] = ()


@dataclass(frozen=True, slots=True)
class Setup:
    box_only: bool | None = None
    programmes: tuple[ProgrammeSetup, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """`what` names the thing, with words that somebody wrote; `before`, empty for something new,
    and `after` are the program's own words.

    `programme` and `cohort` are the names it is found by, empty for the workspace itself.
    """

    programme: str
    cohort: str
    before: str
    after: str

    @property
    def is_new(self) -> bool:
        return not self.before

    @property
    def detail(self) -> str:
        return f"{self.before} → {self.after}" if self.before else self.after

    @property
    def what(self) -> str:
        if not self.programme:
            return "Workspace"
        if not self.cohort:
            return f"Programme “{self.programme}”"
        return f"Cohort “{self.cohort}” of “{self.programme}”"


def clean_name(name: str) -> str:
    """Raises SetupError for what is no name."""
    clean = " ".join(name.split())
    if not clean:
        raise SetupError("Give it a name.")
    if len(clean) > MOST_LETTERS:
        raise SetupError(f"A name has at most {MOST_LETTERS} letters; this has {len(clean)}.")
    if not clean.isprintable():
        raise SetupError("A name is written in letters that can be seen.")
    return clean


def clean_purpose(words: str) -> str:
    """Raises SetupError for what cannot stand in an invitation. Empty: nothing is said yet."""
    clean = " ".join(words.split())
    if len(clean) > LONGEST_PURPOSE:
        raise SetupError(
            f"What it is for is said in at most {LONGEST_PURPOSE} letters; this has {len(clean)}."
        )
    if not clean.isprintable():
        raise SetupError("What it is for is written in letters that can be seen.")
    return clean


def checked_nation(nation: str) -> str:
    if nation not in {value for value, _ in NATIONS}:
        raise SetupError("Choose one of the nations.")
    return nation


def clean_rhythm(days: str, earliest: str, latest: str) -> str:
    """The days in the one way they are stored. Raises CadenceError."""
    slots = read_slots(days)
    check(slots, time.fromisoformat(earliest), time.fromisoformat(latest))
    check_for_others(slots)
    return to_text(slots)


def whole(wanted: CohortSetup, present: CohortSetup | None) -> CohortSetup:
    """With everything that was left out filled in. Raises CadenceError."""
    usual = present or CohortSetup("", SLOTS, EARLIEST, LATEST, "")
    slots = _or(wanted.slots, usual.slots)
    earliest, latest = _or(wanted.earliest, usual.earliest), _or(wanted.latest, usual.latest)
    holidays = _or(wanted.holidays, usual.holidays)
    if holidays and holidays not in dict(HOLIDAYS):
        raise CadenceError("Choose whose bank holidays are kept.")
    slots = clean_rhythm(slots, earliest, latest)
    return CohortSetup(wanted.name, slots, earliest, latest, holidays)


def _or(wanted: str | None, present: str | None) -> str:
    return wanted if wanted is not None else present or ""


def cohort_in_words(cohort: CohortSetup) -> str:
    holidays = cohort.holidays or "the programme's nation"
    return f"{cohort.slots}, {cohort.earliest} to {cohort.latest}, bank holidays of {holidays}"


def as_setup(cohort: Cohort, name: str = "") -> CohortSetup:
    return CohortSetup(name, cohort.slots, cohort.earliest, cohort.latest, cohort.nation)


def programme_in_words(nation: str, *, is_open: bool) -> str:
    return f"nation {nation}, {'open' if is_open else 'not open yet'}"


def box_in_words(*, box_only: bool) -> str:
    return f"answers {'in the box only' if box_only else 'in the box or the chat'}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What would be changed; and what is here and was not named, which stays as it is."""

    differences: tuple[Difference, ...] = ()
    unnamed: tuple[str, ...] = ()


def compare(wanted: Setup, present: Setup) -> Comparison:
    """`present` is whole. Raises SetupError and CadenceError."""
    here = {plainly(one.name): one for one in present.programmes}
    named = {plainly(one.name) for one in wanted.programmes}
    unnamed = [f"Programme “{one.name}”" for key, one in here.items() if key not in named]
    differences = [*_of_workspace(wanted, present)]
    for programme in wanted.programmes:
        before = here.get(plainly(programme.name))
        differences += _of_programme(programme, before)
        unnamed += _left(programme, before)
    return Comparison(tuple(differences), tuple(unnamed))


def _of_workspace(wanted: Setup, present: Setup) -> Iterator[Difference]:
    if wanted.box_only is not None and wanted.box_only != bool(present.box_only):
        before = box_in_words(box_only=bool(present.box_only))
        yield Difference("", "", before, box_in_words(box_only=wanted.box_only))


def _of_programme(wanted: ProgrammeSetup, before: ProgrammeSetup | None) -> Iterator[Difference]:
    was_open, was_nation = bool(before and before.is_open), before.nation if before else NATION
    nation = _or(wanted.nation, was_nation)
    is_open = was_open if wanted.is_open is None else wanted.is_open
    if was_open and not is_open:
        raise SetupError(
            f"“{wanted.name}” is open already, and what has begun is not closed by a file."
        )
    words = programme_in_words(nation, is_open=is_open)
    if before is None:
        yield Difference(wanted.name, "", "", words)
    elif words != (was := programme_in_words(_or(before.nation, None), is_open=was_open)):
        yield Difference(before.name, "", was, words)
    if wanted.purpose is not None and wanted.purpose != (before.purpose or "" if before else ""):
        # Its words are somebody's own, and stand in no log.
        name = before.name if before else wanted.name
        yield Difference(name, "", PURPOSE, PURPOSE_REWRITTEN)
    here = {plainly(one.name): one for one in before.cohorts} if before else {}
    called = before.name if before else wanted.name
    for cohort in wanted.cohorts:
        present = here.get(plainly(cohort.name))
        after = cohort_in_words(whole(cohort, present))
        if present is None:
            yield Difference(called, cohort.name, "", after)
        elif after != (was := cohort_in_words(present)):
            yield Difference(called, present.name, was, after)


def _left(wanted: ProgrammeSetup, before: ProgrammeSetup | None) -> list[str]:
    if before is None:
        return []
    named = {plainly(one.name) for one in wanted.cohorts}
    return [
        f"Cohort “{one.name}” of “{before.name}”"
        for one in before.cohorts
        if plainly(one.name) not in named
    ]


def twice(names: Sequence[str]) -> int | None:
    """The place of the first name that stands there a second time, however it is written."""
    seen = set[str]()
    for number, name in enumerate(names):
        if plainly(name) in seen:
            return number
        seen.add(plainly(name))
    return None
