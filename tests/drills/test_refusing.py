"""What cannot work is refused in one line, with an exit code that a script can read."""

import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.drills.processes import House, house

REFUSED, USAGE, CONFIGURATION = 1, 2, 78
A_MOMENT = ("tick", "--at", "2026-11-23T12:00Z")


def refusal(home: House, code: int, *words: str, **env: str) -> str:
    """What it said, once it has been made sure that this was one line."""
    done = home.run(*words, **env)
    assert done.returncode == code, done.stdout + done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("bearings: ")
    assert done.stdout == ""
    return lines[0]


@pytest.fixture
def bare(tmp_path: Path) -> House:
    """A folder, and a database that is not there yet."""
    with ExitStack() as stack:
        return House(tmp_path, f"sqlite:///{tmp_path / 'var' / 'bearings.db'}", stack)


def test_a_taken_port_is_refused_before_anything_is_made(bare: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refusal(bare, REFUSED, "demo", PORT=str(port))
    assert f"Port {port}" in said
    assert "PORT" in said
    assert not (bare.folder / "var").exists()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("sqlite", ("serve",)),
        ("sqlite", A_MOMENT),
        ("sqlite", ("work",)),
        ("postgresql", ("work",)),
    ],
)
def test_an_unmigrated_database_is_refused(
    databases: Databases, tmp_path: Path, kind: str, words: tuple[str, ...]
) -> None:
    url = databases.empty(kind, tmp_path)
    with house(tmp_path, url) as home:
        assert "bearings migrate" in refusal(home, REFUSED, *words, PORT="0")
    databases.drop(url)


def test_a_newer_database_is_refused_and_left_alone(home: House) -> None:
    home.tell("UPDATE alembic_version SET version_num = 'tomorrow'")
    word = "demo" if home.url.startswith("sqlite") else "work"
    assert "newer" in refusal(home, REFUSED, word, PORT="0")
    assert home.ask("SELECT version_num FROM alembic_version") == [("tomorrow",)]


@pytest.mark.parametrize("word", ["demo", "serve"])
def test_a_folder_that_cannot_be_written_is_refused(bare: House, word: str) -> None:
    """A file stands where the folder should be: not even root can write into that."""
    (bare.folder / "var").write_text("not a folder")
    assert "database" in refusal(bare, REFUSED, word, PORT="0")


def test_a_server_that_is_not_there_is_refused_without_its_password(tmp_path: Path) -> None:
    with house(tmp_path, f"postgresql://amara:secret@/x?host={tmp_path}") as home:
        assert "secret" not in refusal(home, REFUSED, "serve", PORT="0")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BEARINGS_DATABASE_URL", "mysql://somewhere"),
        ("PORT", "99999"),
    ],
)
def test_a_wrong_setting_is_a_matter_of_configuration(bare: House, name: str, value: str) -> None:
    url = value if name == "BEARINGS_DATABASE_URL" else bare.url
    bare.url = url
    more = {} if name == "BEARINGS_DATABASE_URL" else {name: value}
    assert name in refusal(bare, CONFIGURATION, "serve", **more)


def test_a_wrong_word_is_a_matter_of_usage(bare: House) -> None:
    assert "--at" in refusal(bare, USAGE, "tick", "--at", "soon")
