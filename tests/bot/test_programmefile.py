"""A programme as a file: what it may say, where it says what is wrong, and that nothing is lost."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.mistakes import MistakesError
from bot.conversation.setups import (
    CohortSetup,
    ProgrammeSetup,
    Setup,
    SetupError,
    clean_name,
    compare,
    twice,
    whole,
)
from bot.programmefile import LONGEST, NATION_NAMES, read_programmes, write_programmes
from scheduler.cadence import CadenceError, Slot, check, check_for_others, to_text

DOCS = Path(__file__).parents[2] / "docs"

NHS = """\
answers: box or chat
programmes:
  - name: Leading across boundaries
    nation: wales
    open: no
    cohorts:
      - name: Autumn cohort
        days: Tuesdays 12:00, thu 16.00
        hours: 8:00-18:00
        bank_holidays: as the programme
      - name: Spring cohort
        days: wed 10:30
"""


def mistakes(text: str) -> list[tuple[int, str]]:
    with pytest.raises(MistakesError) as refused:
        read_programmes(text)
    return [(one.line, one.words) for one in refused.value.mistakes]


def test_days_and_hours_are_read_as_people_write_them() -> None:
    autumn = CohortSetup("Autumn cohort", "Tuesdays 12:00, thu 16.00", "08:00", "18:00", "")
    assert read_programmes(NHS) == Setup(
        box_only=False,
        programmes=(
            ProgrammeSetup(
                "Leading across boundaries",
                nation="wales",
                is_open=False,
                cohorts=(autumn, CohortSetup("Spring cohort", "wed 10:30")),
            ),
        ),
    )


def test_the_file_to_start_from_is_the_usual_one() -> None:
    shown = read_programmes((DOCS / "programme.yaml").read_text())
    [programme] = shown.programmes
    [cohort] = programme.cohorts
    assert not shown.box_only
    assert whole(CohortSetup(cohort.name), None) == cohort
    new = ProgrammeSetup(programme.name, cohorts=(CohortSetup(cohort.name),))
    nothing = Setup(box_only=False)
    assert compare(shown, nothing) == compare(Setup(programmes=(new,)), nothing)


def test_a_name_that_yaml_would_take_for_something_else_stays_a_name() -> None:
    for name in ("yes", "12:00", "1e3", "null", "~", "2027-03-28", "0x10"):
        read = read_programmes(f"programmes:\n  - name: {name}\n")
        assert read.programmes[0].name == name


@pytest.mark.parametrize(
    ("was", "becomes", "line", "words"),
    [
        ("nation: wales", "nation: walse", 4, "'walse' is not one of england, northern-ireland,"),
        ("nation: wales", "nations: wales", 4, "'nations' is no name that is known here."),
        ("nation: wales", "nation:", 4, "'nation' says nothing."),
        ("nation: wales", "nation: [wales]", 4, "“nation” is a word or a sentence,"),
        ("nation: wales", "name: Again", 4, "'name' stands here twice."),
        ("nation: wales", "? [a]\n    : b", 4, "Before a colon stands a name alone."),
        ("nation: wales", "nation: &a wales", 4, "Anchors (&), aliases (*) and tags (!)"),
        ("nation: wales", "nation: !!python/name:os.system", 4, "Anchors (&), aliases (*)"),
        ("open: no", "open: perhaps", 5, "'perhaps' is neither yes nor no."),
        ("name: Autumn cohort", "days: tue 12:00", 8, "'days' stands here twice."),
        ("name: Spring cohort", "bank_holidays: wales", 11, "“name” is missing."),
        ("name: Spring cohort", 'name: ""', 11, "Give it a name."),
        ("name: Spring cohort", f"name: {'a' * 81}", 11, "A name has at most 80 letters;"),
        ("name: Spring cohort", 'name: "a\\eb"', 11, "A name is written in letters that"),
        ("name: Spring cohort", "name: AUTUMN cohort", 11, "A cohort of that name stands above."),
        ("days: wed 10:30", "days: whenever", 12, "Write each as a day and a time, like this:"),
        ("days: wed 10:30", "days: wed 25:30", 12, "There is no time 25:30."),
        ("days: Tuesdays 12:00", "days: tue 07:00", 8, "Tuesday 07:00 is outside the hours,"),
        ("days: Tuesdays 12:00", "days: sat 12:00", 8, "The weekend is the leaders’ own."),
        ("hours: 8:00-18:00", "hours: all day", 9, "'all day' is no pair of hours, such as"),
        ("answers: box or chat", "answers: nowhere", 1, "'nowhere' is not one of box or chat,"),
        ("    open: no\n", "   open: no\n", 6, "This is no YAML: "),
    ],
)
def test_each_mistake_is_told_with_its_line(was: str, becomes: str, line: int, words: str) -> None:
    assert was in NHS
    [(where, told)] = mistakes(NHS.replace(was, becomes))
    assert (where, told[: len(words)]) == (line, words)


def test_every_mistake_is_told_at_once() -> None:
    wrong = NHS.replace("wales", "walse").replace("no\n", "perhaps\n").replace("wed 10:30", "wed")
    assert [line for line, _ in mistakes(wrong)] == [4, 5, 12]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "programmes",
        "- programmes",
        "programmes: nothing",
        "programmes: {name: one}",
        "programmes: [one]",
        "answers: box only",
        "programmes: []\n---\nprogrammes: []",
        "[" * 5_000,
        "a" * (LONGEST + 1),
        "programmes: \0",
        "programmes:\n\t- name: one",
        "%YAML 9.9\n---\nprogrammes: []",
        "programmes: [&a [*a]]",
        "? ? ? ?",
        "{{{{",
    ],
)
def test_what_is_no_such_file_is_refused_and_nothing_breaks(text: str) -> None:
    assert mistakes(text)


@given(st.text(max_size=200))
def test_no_text_at_all_breaks_the_reading(text: str) -> None:
    for words in (text, f"programmes:\n  - name: {text}"):
        with suppress(MistakesError):
            read_programmes(words)


# ---- what is written can be read ----


def is_name(name: str) -> bool:
    try:
        return clean_name(name) == name
    except SetupError:
        return False


names = st.text(min_size=1, max_size=80).filter(is_name)


@st.composite
def rhythms(draw: st.DrawFn) -> tuple[str, str, str]:
    weekdays = draw(st.sets(st.integers(0, 4), min_size=1, max_size=3))
    at = [draw(st.times()).replace(second=0, microsecond=0) for _ in weekdays]
    slots = [Slot(day, one) for day, one in zip(sorted(weekdays), at, strict=True)]
    earliest, latest = (draw(st.times()).replace(second=0, microsecond=0) for _ in range(2))
    try:
        check(slots, earliest, latest)
        check_for_others(slots)
    except CadenceError:
        return "tue 12:00, thu 16:00", "08:00", "18:00"
    return to_text(slots), f"{earliest:%H:%M}", f"{latest:%H:%M}"


@st.composite
def cohorts(draw: st.DrawFn) -> CohortSetup:
    holidays = draw(st.sampled_from(["", *NATION_NAMES]))
    return CohortSetup(draw(names), *draw(rhythms()), holidays)


programmes = st.builds(
    ProgrammeSetup,
    names,
    st.just("") | names,
    st.sampled_from(NATION_NAMES),
    st.booleans(),
    st.lists(cohorts(), max_size=3)
    .filter(lambda some: twice([one.name for one in some]) is None)
    .map(tuple),
)
setups = st.builds(
    Setup,
    st.booleans(),
    st.lists(programmes, max_size=3)
    .filter(lambda some: twice([one.name for one in some]) is None)
    .map(tuple),
)


@given(setups)
def test_whatever_is_written_is_read_as_the_same_and_would_change_nothing(setup: Setup) -> None:
    read = read_programmes(write_programmes(setup))
    assert read == setup
    assert not compare(read, setup).differences
