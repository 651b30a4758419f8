"""`bearings people import`: a table becomes people who wait, and nobody hears of it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.commands import Bearings

PROGRAMME = """\
programmes:
  - name: Leading
    cohorts:
      - name: Autumn
      - name: Spring
"""
PEOPLE = """\
name,email,role,coach,cohort,timezone
Ruth Ellis,ruth@example.org,coach,,,
Amara Okafor,amara@example.org,leader,Ruth Ellis,autumn,
Dan Whitfield,dan@example.org,leader,ruth@example.org,Leading / Spring,Atlantic/Stanley
Priya Nair,priya@example.org,lead,,,Europe/London
"""


@pytest.fixture
def empty(bearings: Bearings) -> Bearings:
    """A programme with two cohorts, and nobody in it."""
    assert bearings("migrate").code == 0
    Path("ours.yaml").write_text(PROGRAMME)
    assert bearings("programme", "import", "ours.yaml").code == 0
    return bearings


def imports(bearings: Bearings, text: str, *words: str) -> str:
    Path("people.csv").write_text(text)
    ended = bearings("people", "import", "people.csv", *words)
    assert (ended.code, ended.error) == (0, "")
    return ended.out


def refused(bearings: Bearings, text: str) -> list[str]:
    """For the same reasons in a dry run."""
    Path("people.csv").write_text(text)
    tried = bearings("people", "import", "people.csv", "--dry-run")
    ended = bearings("people", "import", "people.csv")
    assert (ended.code, ended.out, ended.error) == (tried.code, tried.out, tried.error)
    assert ended.code == 1
    assert ended.error == "bearings: people.csv was not imported. Nothing was changed.\n"
    return [line.removeprefix("people.csv, ") for line in ended.out.splitlines()]


def count(table: str) -> int:
    with closing(sqlite3.connect("var/bearings.db")) as db:
        [(rows,)] = db.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own names
        return int(rows)


REPORT = """\
+ line 2, Ruth Ellis: coach
+ line 3, Amara Okafor: leader; cohort Autumn; Ruth Ellis is suggested as coach
+ line 4, Dan Whitfield: leader; cohort Spring; Ruth Ellis is suggested as coach
+ line 5, Priya Nair: lead
New: 4. Changed: 0. As they were: 0.
"""


def test_a_dry_run_says_what_would_come_of_each_line(empty: Bearings) -> None:
    told = imports(empty, PEOPLE, "--dry-run")
    assert told == f"{REPORT}This was a dry run. Nobody was added.\n"
    assert count("member") == 0


def test_an_import_makes_people_known_and_writes_to_nobody(empty: Bearings) -> None:
    told = imports(empty, PEOPLE)
    assert told == f"{REPORT}Nobody was written to: that is for a lead, who invites them.\n"
    assert (count("member"), count("pairing"), count("nudge")) == (4, 2, 0)
    with closing(sqlite3.connect("var/bearings.db")) as db:
        noted = list(db.execute("SELECT detail, before, after FROM audit ORDER BY number"))
    assert noted[-6:] == [
        *(("person", "", role) for role in ("coach", "leader", "leader", "programme lead")),
        *[("pairing", "", "suggested")] * 2,
    ]


def test_doing_it_again_changes_nothing(empty: Bearings) -> None:
    imports(empty, PEOPLE)
    rows = count("audit")
    told = imports(empty, PEOPLE)
    assert "  line 3, Amara Okafor: known here already, and stays as it is\n" in told
    assert told.endswith("New: 0. Changed: 0. As they were: 4.\n")
    assert (count("member"), count("pairing"), count("audit")) == (4, 2, rows)


def test_whoever_is_known_gains_a_role_or_moves_to_another_cohort(empty: Bearings) -> None:
    imports(empty, PEOPLE)
    told = imports(
        empty,
        "name,email,role,cohort\n"
        "Amara Okafor,amara@example.org,leader and coach,Spring\n"
        "Dan Whitfield,dan@example.org,leader,\n",
    )
    assert told.splitlines()[:2] == [
        "~ line 2, Amara Okafor: coach; cohort Spring",
        "  line 3, Dan Whitfield: known here already, and stays as it is",
    ]


def test_scripts_read_the_report(empty: Bearings) -> None:
    Path("people.csv").write_text(PEOPLE)
    told = empty("people", "import", "people.csv", "--dry-run", "--json").json
    assert told["dry_run"] is True
    assert told["lines"][1] == {
        "line": 3,
        "name": "Amara Okafor",
        "result": "new",
        "words": "leader; cohort Autumn; Ruth Ellis is suggested as coach",
    }
    Path("people.csv").write_text("name,email,role\nAmara,amara,boss\n")
    wrong = empty("people", "import", "people.csv", "--json").json["mistakes"]
    assert {one["line"] for one in wrong} == {2}


def test_what_does_not_go_with_what_is_there_is_told_by_line(empty: Bearings) -> None:
    head = "name,email,role,coach,cohort\n"
    assert refused(
        empty,
        f"{head}"
        "Amara,amara@example.org,leader,Nobody,Autumn\n"
        "Dan,dan@example.org,leader,,Winter\n"
        "Efua,efua@example.org,leader,,\n"
        "Femi,femi@example.org,leader and coach,Femi,Autumn\n"
        "Gwen,gwen@example.org,leader,Sam,Spring\n"
        "Sam,sam1@example.org,coach,,\n"
        "Sam,sam2@example.org,coach,,\n",
    ) == [
        "line 2: There is no coach 'Nobody', here or in these lines.",
        "line 3: There is no cohort 'Winter'. There are: Autumn, Spring.",
        "line 4: There are several cohorts. Say which in the column cohort.",
        "line 5: Nobody coaches themselves.",
        "line 6: More than one coach is called 'Sam'. Use the address.",
    ]
    assert count("member") == 0


def test_without_a_programme_there_is_nothing_to_be_in(bearings: Bearings) -> None:
    assert bearings("migrate").code == 0
    Path("people.csv").write_text(PEOPLE)
    told = bearings("people", "import", "people.csv")
    assert told.code == 1
    assert told.error == (
        "bearings: Nothing is set up here yet: begin with `bearings programme import`.\n"
    )


def test_the_table_to_start_from_can_be_imported(empty: Bearings) -> None:
    shown = (Path(__file__).parents[2] / "docs" / "people.csv").read_text()
    assert imports(empty, shown.replace("Autumn cohort", "Autumn")).startswith("+ line 2, Ruth")
