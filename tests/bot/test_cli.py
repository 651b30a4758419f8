"""The `bearings` command: what it prints, how it ends, and that the README knows all of it."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from uuid import UUID

import pytest
import typer

from bot import cli, demoing
from bot.serving import take_port
from tests.bot.commands import OURS, Bearings, Ended, is_one_line

BEARINGS = Path(sys.executable).parent / "bearings"
README = Path(__file__).parents[2] / "README.md"


def every_command(group: typer.Typer, before: str = "") -> Iterator[tuple[str, str]]:
    """(its name as it is typed, its help)"""
    for command in group.registered_commands:
        assert command.callback is not None
        name = command.name or command.callback.__name__.replace("_", "-")
        yield f"{before}{name}", command.help or command.callback.__doc__ or ""
    for part in group.registered_groups:
        assert part.typer_instance is not None
        yield from every_command(part.typer_instance, f"{before}{part.name} ")


COMMANDS = dict(every_command(cli.commands))


# ---- what there is ----


def test_every_command_has_help_and_stands_in_the_readme() -> None:
    told = set(re.findall(r"^\| `bearings ([a-z ]*[a-z])", README.read_text(), re.MULTILINE))
    assert told == set(COMMANDS)
    assert all(COMMANDS.values())


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_shown_and_is_no_mistake(bearings: Bearings, command: str) -> None:
    shown = bearings(*command.split(), "--help")
    assert (shown.code, shown.error) == (0, "")
    words = " ".join(re.sub("[│╭╮╰╯─]", " ", shown.out).split())
    assert COMMANDS.get(command, "Bearings, a coaching companion").split(".")[0] in words


def test_called_with_nothing_it_shows_what_there_is(bearings: Bearings) -> None:
    for words in ((), ("bank",)):
        shown = bearings(*words)
        assert shown.code == 2
        assert "Usage" in shown.out


# ---- what scripts read ----


def test_the_bank_is_shown_with_the_keys_that_scripts_read(bearings: Bearings) -> None:
    questions = bearings("bank", "show", "--json").json
    assert len(questions) >= 170
    assert {tuple(question) for question in questions} == {
        ("id", "text", "stage", "depth", "themes", "sequence", "status")
    }
    shown = bearings("bank", "show").out
    assert all(question["id"] in shown for question in questions)


def test_a_tick_says_how_many_were_sent(bearings: Bearings, laid_out: str) -> None:
    first = bearings("tick", "--at", "2000-01-02T09:00Z", "--json")
    assert (first.code, first.json["sent"]) == (0, 0)
    due = bearings("preview", "Amara Okafor").out
    assert due.strip() == "No question is planned in that time."
    at = bearings("preview", "dan@example.org", "--json").json[0]["at"]
    sent = bearings("tick", "--at", at, "--json").json
    assert sent == {"at": datetime.fromisoformat(at).astimezone(UTC).isoformat(), "sent": 1}
    assert bearings("tick", "--at", at).out.strip() == "Sent 0."


def test_a_preview_says_what_would_come_when_and_why_and_writes_nothing(
    bearings: Bearings, laid_out: str
) -> None:
    before = Path(laid_out).read_bytes()
    coming = bearings("preview", "dan@example.org", "--weeks", "3", "--json").json
    assert len(coming) in {5, 6, 7}
    assert {tuple(one) for one in coming} == {("at", "question", "text", "reason")}
    assert [one["at"] for one in coming] == sorted(one["at"] for one in coming)
    shown = bearings("preview", "DAN@example.org", "--weeks", "3").out
    assert all(one["question"] is None or one["question"] in shown for one in coming)
    assert Path(laid_out).read_bytes() == before


def test_a_member_is_found_by_id_e_mail_or_a_name_that_is_theirs_alone(
    bearings: Bearings, laid_out: str
) -> None:
    with closing(sqlite3.connect(laid_out)) as database:
        [(key,)] = database.execute(
            "SELECT id FROM member WHERE is_leader AND timezone = 'Europe/London'"
        )
    for member in ("Amara Okafor", "amara okafor", "amara@example.org", str(UUID(key))):
        assert bearings("preview", member).code == 0


def test_migrating_says_what_it_did(bearings: Bearings) -> None:
    assert "Brought the database from nothing to version" in bearings("migrate").out
    assert "is up to date" in bearings("migrate").out


# ---- what is refused ----


def test_nobody_and_more_than_one_are_refused_in_one_line(
    bearings: Bearings, laid_out: str
) -> None:
    for member, because in (
        ("Nobody", "Nobody here is called 'Nobody'"),
        ("two\nlines", "Nobody here is called"),
        ("Dan Whitfield", "More than one person is called 'Dan Whitfield'"),
    ):
        ended = bearings("preview", member)
        assert ended.code == 1
        assert is_one_line(ended), ended
        assert because in ended.error


@pytest.mark.parametrize(
    ("words", "because"),
    [
        (("tick", "--at", "yesterday"), "2027-03-28T09:00Z"),
        (("tick", "--at", "0001-01-01T00:00+14:00"), "between 2000 and 2200"),
        (("tick", "--at", "9999-12-31T23:59-10:00"), "between 2000 and 2200"),
        (("tick",), "--at"),
        (("preview",), "MEMBER"),
        (("preview", ""), "Give an id, an e-mail address or a name."),
        (("preview", " "), "Give an id, an e-mail address or a name."),
        (("preview", "Amara Okafor", "--weeks", "0"), "--weeks"),
        (("preview", "Amara Okafor", "--weeks", "many"), "--weeks"),
        (("dance",), "dance"),
        (("bank", "dance"), "dance"),
        (("demo", "--dance"), "--dance"),
    ],
)
def test_a_slip_in_the_usage_is_one_line(
    bearings: Bearings, words: tuple[str, ...], because: str
) -> None:
    ended = bearings(*words)
    assert ended.code == 2
    assert is_one_line(ended), ended
    assert because in ended.error


@pytest.mark.parametrize(
    ("settings", "because"),
    [
        ({"PORT": "eighty"}, "PORT must be a whole number from 0 to 65535"),
        ({"PORT": "65536"}, "PORT must be"),
        ({"PORT": "-1"}, "PORT must be"),
        ({"PORT": ""}, "PORT must be"),
        ({"BEARINGS_DATABASE_URL": "mysql://x"}, "BEARINGS_DATABASE_URL must begin with"),
        ({"BEARINGS_DATABASE_URL": "nonsense"}, "BEARINGS_DATABASE_URL cannot be read"),
        ({"BEARINGS_DATABASE_URL": "postgresql://u:hush@h:p/x"}, "BEARINGS_DATABASE_URL cannot"),
        ({"BEARINGS_LOG_LEVEL": "loud"}, "BEARINGS_LOG_LEVEL must be one of DEBUG"),
        ({"PORT": "x", "BEARINGS_LOG_LEVEL": "y"}, "; "),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_in_one_line(
    bearings: Bearings, settings: dict[str, str], because: str
) -> None:
    for command in (("demo",), ("serve",), ("work",), ("migrate",), ("doctor",)):
        ended = bearings(*command, **settings)
        assert ended.code == 78
        assert is_one_line(ended), ended
        assert because in ended.error
        assert "hush" not in ended.error


@pytest.mark.parametrize(
    ("written", "because"),
    [
        (b"PORT=\xff\xfe\n", "cannot be read as text"),
        (b"# fine\nPORT=1\nPORT 2\n", "line 3"),
        (b"BEARINGS_LOG_LEVEL\n", "line 1"),
        (b"A='unclosed\n", "line 1"),
        (b"PORT=x\n", "PORT must be"),
    ],
)
def test_an_env_file_with_a_mistake_is_refused_in_one_line(
    bearings: Bearings, written: bytes, because: str
) -> None:
    Path(".env").write_bytes(written)
    ended = bearings("doctor")
    assert ended.code == 78
    assert is_one_line(ended), ended
    assert because in ended.error


def test_an_env_file_is_heeded_and_the_environment_comes_first(bearings: Bearings) -> None:
    Path(".env").write_text("# ours\nexport BEARINGS_DATABASE_URL='sqlite:///here.db'\n\nPORT=1\n")
    assert bearings("migrate").code == 0
    assert Path("here.db").exists()
    assert bearings("migrate", BEARINGS_DATABASE_URL="sqlite:///there.db").code == 0
    assert Path("there.db").exists()


def test_an_unmigrated_database_is_refused_in_one_line(bearings: Bearings) -> None:
    at = ("--at", "2027-01-01T00:00Z")
    for command in (("serve",), ("work",), ("tick", *at), ("preview", "Amara Okafor")):
        ended = bearings(*command, PORT="0")
        assert ended.code == 1
        assert is_one_line(ended), ended
        assert "bearings migrate" in ended.error


@pytest.mark.parametrize("url", ["postgresql://u:hush@127.0.0.1:1/x", "sqlite:///text.db"])
def test_a_database_that_cannot_be_opened_is_one_line(bearings: Bearings, url: str) -> None:
    Path("text.db").write_text("This is a letter and no database. " * 100)
    for command in (("migrate",), ("tick", "--at", "2027-01-01T00:00Z"), ("preview", "Amara")):
        ended = bearings(*command, BEARINGS_DATABASE_URL=url)
        assert ended.code == 1
        assert is_one_line(ended), ended
        assert "hush" not in ended.error


def test_a_port_that_is_taken_or_a_host_that_is_not_here_is_one_line(bearings: Bearings) -> None:
    with take_port("127.0.0.1", 0) as listener:
        taken = str(listener.getsockname()[1])
        for command, settings in (("demo", {}), ("serve", {}), ("serve", {"HOST": "192.0.2.1"})):
            ended = bearings(command, PORT=taken, **settings)
            assert ended.code == 1
            assert is_one_line(ended), ended
            assert "Choose another with PORT" in ended.error


# ---- doctor ----


def test_doctor_says_that_slack_takes_nothing_for_now_and_that_it_was_taken_out(
    bearings: Bearings,
) -> None:
    slack = {
        "SLACK_SIGNING_SECRET": "hush",
        "SLACK_BOT_TOKEN": "xoxb-1",
        "BEARINGS_BASE_URL": "https://bearings.example",
    }
    assert bearings("migrate").code == 0
    assert bearings("doctor", **slack).code == 0
    with closing(sqlite3.connect("var/bearings.db")) as db, db:
        db.execute(
            "INSERT INTO workspace (id, platform, external_id, box_only)"
            " VALUES (?, 'slack', 'T0ROYAL', 0)",
            ["1" * 32],
        )
        db.execute(
            "INSERT INTO installation (id, workspace_id, token, bot_user, enterprise, scopes,"
            " installed_at, ended_because, refused_at, refused_because) VALUES (?, ?, '', 'U0',"
            " '', '', datetime('now'), '', datetime('now', '-2 hours'),"
            " 'Its messages are used up.')",
            ["2" * 32, "1" * 32],
        )
    paused = bearings("doctor", **slack)
    assert paused.code == 1
    assert "T0ROYAL refused at" in paused.out
    assert "Its messages are used up." in paused.out
    with closing(sqlite3.connect("var/bearings.db")) as db, db:
        db.execute("UPDATE installation SET refused_at = datetime('now', '-3 days')")
    assert bearings("doctor", **slack).code == 0
    with closing(sqlite3.connect("var/bearings.db")) as db, db:
        db.execute("UPDATE installation SET ended_at = datetime('now')")
    assert "taken Bearings out" in bearings("doctor", **slack).out


def test_doctor_says_what_is_wrong_in_plain_words_and_then_that_all_is_well(
    bearings: Bearings,
) -> None:
    new = bearings("doctor")
    assert new.code == 1
    assert "wrong Database: sqlite:///var/bearings.db" in new.out
    assert "There is no such file yet. Run `bearings migrate`." in new.out
    assert bearings("migrate").code == 0
    well = bearings("doctor")
    assert well.code == 0
    assert "wrong" not in well.out
    found = bearings("doctor", "--json").json
    assert {tuple(one) for one in found} == {("what", "wrong")}
    gone = bearings("doctor", BEARINGS_DATABASE_URL="postgresql://u:hush@127.0.0.1:1/x")
    assert gone.code == 1
    assert "Check BEARINGS_DATABASE_URL and that it is running." in gone.out
    assert "hush" not in gone.out


@pytest.mark.parametrize(("weeks", "is_due"), [(3, False), (6, True)])
def test_doctor_says_when_a_change_of_keys_is_long_overdue(
    bearings: Bearings, tmp_path: Path, weeks: int, is_due: bool
) -> None:
    ours = {
        "BEARINGS_KEY_FILE": "keys/bearings.keys",
        "BEARINGS_KEYSTORE_URL": "sqlite:///var/keystore/keys.db",
    }
    bearings("keys", "init", **ours)
    bearings("migrate", **ours)
    with closing(sqlite3.connect(tmp_path / "var/keystore/keys.db")) as store, store:
        made = f"{datetime.now(UTC) - timedelta(weeks=weeks):%Y-%m-%d %H:%M:%S.%f}"
        store.execute("UPDATE wrapper SET added_at = ?, promoted_at = ?", [made, made])
    found = bearings("doctor", "--json", **ours).json
    [keys] = [one for one in found if "Keys" in one["what"]]
    assert ("has been due since" in keys["wrong"]) == is_due


# ---- as a process of its own ----


@contextmanager
def running(folder: Path, *words: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    clean = {name: value for name, value in os.environ.items() if not OURS.match(name)}
    process = subprocess.Popen(
        [BEARINGS, *words],
        cwd=folder,
        env={**clean, "PYTHONUNBUFFERED": "1", **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def test_a_refusal_has_no_traceback_and_its_exit_code(tmp_path: Path) -> None:
    with running(tmp_path, "serve", PORT="x") as process:
        out, error = process.communicate(timeout=60)
    assert is_one_line(Ended(process.returncode, out, error))
    assert process.returncode == 78


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_begins_with_nothing_and_ends_quietly_with_a_page_open(
    tmp_path: Path, told: signal.Signals
) -> None:
    with running(tmp_path, "demo", PORT="0") as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r"http://(127\.0\.0\.1:\d+) ", said)
        assert found, said
        with closing(HTTPConnection(found[1], timeout=30)) as page:
            page.request("GET", "/leader/amara/live")
            assert page.getresponse().readline().startswith(b"event: changed")
            process.send_signal(told)
            out, error = process.communicate(timeout=30)
    assert (process.returncode, out, error) == (0, "", "")
    assert (tmp_path / "var" / "bearings.db").exists()


@pytest.mark.parametrize("threshold", ["4", "51", "many"])
def test_a_threshold_that_protects_nobody_or_shows_nothing_is_refused(
    bearings: Bearings, threshold: str
) -> None:
    ended = bearings("tick", "--at", "2027-01-01T00:00Z", BEARINGS_TOTALS_THRESHOLD=threshold)
    assert ended.code == 78
    assert is_one_line(ended), ended
    assert "BEARINGS_TOTALS_THRESHOLD" in ended.error


# ---- the lint ----


def test_a_bad_question_is_told_with_rule_place_reason_and_something_better(
    bearings: Bearings,
) -> None:
    asked = ("bank", "lint", "--text", "How will you apologise?", "--stage", "explore")
    told = bearings(*asked, "--depth", "2", "--json")
    assert told.code == 1
    [found] = told.json
    assert tuple(found) == ("rule", "severity", "place", "reason", "better")
    assert (found["rule"], found["severity"]) == ("L07", "error")
    assert found["place"] == "text 0-22 “How will you apologise”"
    shown = bearings(*asked)
    assert shown.code == 1
    assert all(found[each] in shown.out for each in ("rule", "place", "reason", "better"))
    assert "Errors: 1." in shown.out


def test_a_good_question_is_nothing_to_talk_about(bearings: Bearings) -> None:
    good = bearings("bank", "lint", "--text", "What surprised you?", "--depth", "1", "--json")
    assert (good.code, good.json) == (0, [])


def test_a_file_is_told_with_its_line_and_steers_no_terminal(bearings: Bearings) -> None:
    Path("mine.toml").write_text(
        '\n[[question]]\nid = "A"\nstage = "OPEN"\ndepth = 1\nthemes = ["care"]\nlens = "self"\n'
        'author = "ED"\nstatus = "draft"\npurpose = "Try."\n'
        'text = "[red]Now \\u001b[31m\\u202e?"\n',
        "utf-8",
    )
    told = bearings("bank", "lint", "mine.toml")
    assert told.code == 1
    assert "mine.toml:2 A" in told.out
    assert "control characters" in told.out
    assert "“[red]Now \\x1b[31m\\u202e?”" in told.out
    assert "\x1b" not in told.out
    assert "\u202e" not in told.out
    gone = bearings("bank", "lint", "nowhere.toml", "--json")
    assert gone.code == 1
    assert gone.json[0]["reason"] == "This file cannot be read: No such file or directory."


@pytest.mark.parametrize(
    ("words", "because"),
    [
        (("--stage", "OPEN"), "--text"),
        (("--text", "What now?", "mine.toml"), "not both"),
        (("--text", "What now?", "--record"), "--record"),
        (("--text", "What now?", "--depth", "6"), "--depth"),
        (("--text", "What now?", "--stage", "CLOSE"), "--stage"),
    ],
)
def test_the_lint_is_asked_one_thing_at_a_time(
    bearings: Bearings, words: tuple[str, ...], because: str
) -> None:
    ended = bearings("bank", "lint", *words)
    assert ended.code == 2
    assert is_one_line(ended), ended
    assert because in ended.error


def test_coverage_counts_each_theme_at_each_stage(bearings: Bearings) -> None:
    told = bearings("bank", "coverage", "--json").json
    assert set(told) == {"themes", "missing"}
    assert len(told["themes"]) == 12
    depths = told["themes"]["care"]["CHALLENGE"]["depths"]
    assert {3, 4} <= set(depths)
    assert told["themes"]["care"]["CHALLENGE"]["count"] == len(depths)
    shown = bearings("bank", "coverage").out
    assert all(theme in shown for theme in told["themes"])
    assert all(reason in shown for reason in told["missing"])


def test_where_the_pretended_slack_is_not_installed_it_says_what_to_do(
    bearings: Bearings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demoing, "CHECKOUT", tmp_path)
    ended = bearings("demo", "--slack")
    assert ended.code == 1
    assert is_one_line(ended)
    assert "Run this in a checkout" in ended.error
    assert not (tmp_path / "var").exists()
