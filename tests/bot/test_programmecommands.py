"""`bearings programme import` and `export`: from a file to what leaders are asked by."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.cadences import cadence_of
from storage.engine import reading
from storage.members import named_member
from tests.bot.commands import Bearings, is_one_line
from tests.databases import close, open_sealed

WANTED = """\
programmes:
  - name: Leading across boundaries
    nation: scotland
    cohorts:
      - name: Autumn cohort
        days: wed 12:00
      - name: Spring cohort
        days: mon 10:00, fri 09:00
        hours: 09:00 to 17:00
        bank_holidays: wales
"""
ADDED = "mon 10:00, fri 09:00, 09:00 to 17:00, bank holidays of wales"
CHANGES = [
    {
        "what": "Programme “Leading across boundaries”",
        "new": False,
        "change": "nation england, open → nation scotland, open",
    },
    {
        "what": "Cohort “Autumn cohort” of “Leading across boundaries”",
        "new": False,
        "change": "tue 12:00, thu 16:00, 08:00 to 18:00, bank holidays of the programme's nation → "
        "wed 12:00, 08:00 to 18:00, bank holidays of the programme's nation",
    },
    {
        "what": "Cohort “Spring cohort” of “Leading across boundaries”",
        "new": True,
        "change": ADDED,
    },
]


def changed(database: str) -> list[tuple[str | None, str, str, str]]:
    with closing(sqlite3.connect(database)) as db:
        rows = db.execute(
            "SELECT actor_id, detail, before, after FROM audit WHERE action = 'configured'"
            " ORDER BY number"
        )
        return list(rows)


def here(database: str) -> str:
    return f"sqlite:///{Path(database).absolute()}"


async def dans_days(url: str) -> tuple[str, str, int]:
    engine = open_sealed(url)
    async with reading(engine) as db:
        row = await cadence_of(db, await named_member(db, "dan@example.org"))
    await close(engine)
    assert row is not None
    assert row.next_due_at is not None
    return row.slots, row.nation, row.next_due_at.weekday()


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    bearings: Bearings, laid_out: str
) -> None:
    Path("ours.yaml").write_text(WANTED)
    tried = bearings("programme", "import", "ours.yaml", "--dry-run", "--json")
    assert (tried.code, tried.error) == (0, "")
    assert tried.json == {"dry_run": True, "changes": CHANGES, "left_as_is": []}
    assert changed(laid_out) == []
    assert asyncio.run(dans_days(here(laid_out)))[0] == "tue 12:00, thu 16:00"


def test_an_import_is_followed_by_the_leaders_and_a_second_one_changes_nothing(
    bearings: Bearings, laid_out: str
) -> None:
    Path("ours.yaml").write_text(WANTED)
    first = bearings("programme", "import", "ours.yaml")
    assert (first.code, first.error) == (0, "")
    assert f"+ Cohort “Spring cohort” of “Leading across boundaries”: {ADDED}\n" in first.out
    assert first.out.endswith("Changed: 3. It stands under “What was changed”.\n")
    assert asyncio.run(dans_days(here(laid_out))) == ("wed 12:00", "scotland", 2)
    again = bearings("programme", "import", "ours.yaml")
    assert again.out == "Everything is like that already. Nothing was changed.\n"
    # No name that somebody wrote is in the log, and nobody but the operator is in it.
    assert changed(laid_out) == [
        (None, "programme", "nation england, open", "nation scotland, open"),
        (None, "cohort", *str(CHANGES[1]["change"]).split(" → ")),
        (None, "cohort", "", ADDED),
    ]


def test_what_is_exported_imports_to_the_same(bearings: Bearings, laid_out: str) -> None:
    Path("ours.yaml").write_text(WANTED)
    bearings("programme", "import", "ours.yaml")
    assert bearings("programme", "export", "there.yaml").out == "Wrote there.yaml.\n"
    again = bearings("programme", "import", "there.yaml", "--json").json
    assert again == {"dry_run": False, "changes": [], "left_as_is": []}
    refused = bearings("programme", "export", "there.yaml")
    assert is_one_line(refused)
    assert refused.code == 1


def test_what_the_file_does_not_name_stays(bearings: Bearings, laid_out: str) -> None:
    Path("other.yaml").write_text("programmes:\n  - name: Another\n    cohorts:\n    - name: One\n")
    told = bearings("programme", "import", "other.yaml")
    assert told.out == (
        "+ Programme “Another”: nation england, not open yet\n"
        "+ Cohort “One” of “Another”: tue 12:00, thu 16:00, 08:00 to 18:00, bank holidays of the "
        "programme's nation\n"
        "  Programme “Leading across boundaries” is not in the file, and stays as it is.\n"
        "Changed: 2. It stands under “What was changed”.\n"
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("    open: no\n", "is open already, and what has begun is not closed by a file."),
        ("    cohorts:\n    - name: Autumn cohort\n      hours: 13:00 to 18:00\n", "is outside"),
    ],
)
def test_what_does_not_go_with_what_is_there_is_refused(
    bearings: Bearings, laid_out: str, said: str, told: str
) -> None:
    Path("ours.yaml").write_text(f"programmes:\n  - name: Leading across boundaries\n{said}")
    for words in (("--dry-run",), ()):
        refused = bearings("programme", "import", "ours.yaml", *words)
        assert refused.code == 1
        assert is_one_line(refused)
        assert told in refused.error
        assert refused.error.endswith("Nothing was changed.\n")
    assert changed(laid_out) == []


def test_mistakes_are_told_by_line_and_nothing_is_opened(bearings: Bearings) -> None:
    Path("ours.yaml").write_text(WANTED.replace("scotland", "mars").replace("wed", "soon"))
    refused = bearings("programme", "import", "ours.yaml")
    assert refused.code == 1
    assert [line.split(":")[0] for line in refused.out.splitlines()] == [
        "ours.yaml, line 3",
        "ours.yaml, line 6",
    ]
    assert refused.error == "bearings: ours.yaml was not imported. Nothing was changed.\n"
    told = bearings("programme", "import", "ours.yaml", "--json").json
    assert [one["line"] for one in told["mistakes"]] == [3, 6]


def test_a_file_that_cannot_be_read_is_refused_in_a_line(bearings: Bearings) -> None:
    Path("latin.yaml").write_bytes(b"programmes:\n  - name: Caf\xe9\n")
    told = "latin.yaml, line 2: this is no UTF-8. Save it as UTF-8."
    assert bearings("programme", "import", "latin.yaml").error == f"bearings: {told}\n"
    nowhere = bearings("programme", "import", "nowhere.yaml")
    assert is_one_line(nowhere)
    assert nowhere.code == 1


def test_an_empty_database_begins_with_the_file(bearings: Bearings) -> None:
    assert bearings("migrate").code == 0
    Path("ours.yaml").write_text(WANTED)
    tried = bearings("programme", "import", "ours.yaml", "--dry-run")
    assert tried.out.startswith("+ Programme “Leading across boundaries”: nation scotland, not o")
    assert tried.out.endswith("This was a dry run. Nothing was changed.\n")
    bearings("programme", "import", "ours.yaml")
    assert bearings("programme", "export", "there.yaml").code == 0
    assert bearings("programme", "import", "there.yaml", "--json").json["changes"] == []
