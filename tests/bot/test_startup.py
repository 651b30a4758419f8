"""Where keys, key store and data do not belong together, nothing starts and nothing is written."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import cli
from storage.engine import KEYS, open_engine
from storage.vault.keyfile import KeyRing, new_encryption_key, read_key_file, write_key_file
from storage.vault.rotating import start
from tests.bot.commands import Bearings, Ended, is_one_line, untouched
from tests.bot.test_cli import COMMANDS

PROGRAMME = Path(__file__).parents[2] / "docs" / "programme.yaml"

# Every command that opens what is kept. The playground makes what is missing on an empty machine,
# and only there.
OPENING = {
    "demo": (),
    "serve": (),
    "work": (),
    "migrate": (),
    "tick": ("--at", "2027-03-28T09:00Z"),
    "preview": ("dan@example.org",),
    "verify": (),
    "changes": (),
    "health": (),
    "programme import": (str(PROGRAMME),),
    "programme export": ("ours.yaml",),
    "people import": (str(PROGRAMME.parent / "people.csv"),),
    "slack add": ("U0AMARA", "--lead"),
    "slack refresh": (),
    "teams add": ("amara@royal.example", "--lead"),
    "erase": ("dan@example.org",),
    "export": ("dan@example.org",),
    "backup": (),
    "restore": ("--drill",),
    "keys status": (),
    "keys rotate": (),
    "keys shred": ("dan@example.org",),
    "keys verify": (),
}
# `doctor` says what is wrong and ends with 1; `keys init` refuses in its own words.
NOT_OPENING = {
    *("doctor", "keys init"),
    *("bank show", "bank lint", "bank coverage", "bank simulate"),
    "slack manifest",
    "teams package",
}
# These look at the keys alone.
KEYS_ALONE = {"keys status", "keys rotate"}
KEY_FILE, STORE, DATA = "keys/bearings.keys", "var/keystore/keys.db", "var/bearings.db"
OURS = {
    "BEARINGS_KEY_FILE": KEY_FILE,
    "BEARINGS_KEYSTORE_URL": f"sqlite:///{STORE}",
    "BEARINGS_DATABASE_URL": f"sqlite:///{DATA}",
    "PORT": "0",
}


@pytest.fixture(scope="session")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the README's two commands make, once they were given."""
    return tmp_path_factory.mktemp("set-up")


@pytest.fixture
def run(bearings: Bearings, tmp_path: Path, set_up: Path) -> Bearings:
    """A machine that is set up as its README says."""

    def here(*words: str, **more: str) -> Ended:
        return bearings(*words, **{**OURS, **more})

    if not any(set_up.iterdir()):
        assert here("keys", "init").code == 0
        assert here("migrate").code == 0
        shutil.copytree(tmp_path, set_up, dirs_exist_ok=True)
    shutil.copytree(set_up, tmp_path, dirs_exist_ok=True)
    return here


def in_place_of(file: Path, ring: KeyRing) -> None:
    file.unlink()
    write_key_file(file, ring)


def missing(folder: Path) -> dict[str, str]:
    (folder / KEY_FILE).unlink()
    return {}


def damaged(folder: Path) -> dict[str, str]:
    file = folder / KEY_FILE
    content = json.loads(file.read_text())
    [key] = content["keys"].values()
    key["secret"] = "A" * 43 + "="
    file.unlink()
    file.write_text(json.dumps(content))
    file.chmod(0o400)
    return {}


def swapped(folder: Path) -> dict[str, str]:
    """Another key under the same name, whole in itself."""
    file = folder / KEY_FILE
    other = new_encryption_key(read_key_file(file).active.id)
    in_place_of(file, KeyRing(other, {other.id: other}))
    return {}


def world_readable(folder: Path) -> dict[str, str]:
    (folder / KEY_FILE).chmod(0o444)
    return {}


def beside_the_data(folder: Path) -> dict[str, str]:
    (folder / KEY_FILE).rename(folder / "var" / "bearings.keys")
    return {"BEARINGS_KEY_FILE": "var/bearings.keys"}


def beside_the_key_store(folder: Path) -> dict[str, str]:
    (folder / KEY_FILE).rename(folder / "var" / "keystore" / "bearings.keys")
    return {"BEARINGS_KEY_FILE": "var/keystore/bearings.keys"}


def no_key_store(folder: Path) -> dict[str, str]:
    (folder / STORE).unlink()
    return {}


def an_empty_key_store(folder: Path) -> dict[str, str]:
    (folder / STORE).write_bytes(b"")
    return {}


def no_keys_at_all(folder: Path) -> dict[str, str]:
    """As it is on an empty machine, but for the data that somebody has brought there."""
    (folder / STORE).unlink()
    (folder / KEY_FILE).unlink()
    return {}


def another_key_store(folder: Path) -> dict[str, str]:
    """With a key file of its own: only the data tell that they are not of it."""

    async def make() -> None:
        store = open_engine(f"sqlite:///{folder}/other/keys.db", pragmas=KEYS)
        await start(store, folder / "other keys" / "bearings.keys", datetime.now(UTC))
        await store.dispose()

    asyncio.run(make())
    return {
        "BEARINGS_KEY_FILE": "other keys/bearings.keys",
        "BEARINGS_KEYSTORE_URL": "sqlite:///other/keys.db",
    }


def with_something_sealed(folder: Path) -> None:
    """A key in use, so that lacking the one it is wrapped by shows."""
    with closing(sqlite3.connect(folder / STORE)) as store:
        [(name,)] = store.execute("SELECT id FROM wrapper")
        store.execute(
            "INSERT INTO wrapped_key VALUES (x'00', 'a', 'b', 'seal', ?, x'00', '2026-11-23')",
            [name],
        )
        store.commit()


FAULTS: list[tuple[Callable[[Path], dict[str, str]], str]] = [
    (missing, "escrow"),
    (damaged, "is damaged"),
    (swapped, "is another one than the key store was made with"),
    (world_readable, "chmod 400"),
    (beside_the_data, "lies in the folder of the database"),
    (beside_the_key_store, "lies in the folder of the database"),
    (no_key_store, "key store"),
    (an_empty_key_store, "key store"),
    (no_keys_at_all, "key"),
    (another_key_store, "another key store"),
]


def test_every_command_that_opens_what_is_kept_is_tried_here() -> None:
    assert {*OPENING, *NOT_OPENING} == set(COMMANDS)


@pytest.mark.parametrize(("fault", "because"), FAULTS, ids=[one.__name__ for one, _ in FAULTS])
def test_a_fault_in_the_keys_ends_every_command_and_writes_nothing(
    run: Bearings,
    tmp_path: Path,
    fault: Callable[[Path], dict[str, str]],
    because: str,
) -> None:
    with_something_sealed(tmp_path)
    more = fault(tmp_path)
    for command, words in OPENING.items():
        if fault is another_key_store and command in KEYS_ALONE:
            continue
        with untouched(tmp_path):
            ended = run(*command.split(), *words, **more)
        assert ended.code == cli.Exit.CONFIGURATION, (command, ended)
        assert is_one_line(ended), (command, ended)
        assert because in ended.error, (command, ended)


@pytest.mark.parametrize(
    "fault", [missing, damaged, world_readable, beside_the_data, no_key_store, no_keys_at_all]
)
def test_new_keys_are_not_made_where_there_were_some(
    run: Bearings, tmp_path: Path, fault: Callable[[Path], dict[str, str]]
) -> None:
    more = fault(tmp_path)
    with untouched(tmp_path):
        ended = run("keys", "init", **more)
    assert ended.code == cli.Exit.CONFIGURATION
    assert is_one_line(ended)


def test_new_keys_are_not_made_beside_the_data(bearings: Bearings, tmp_path: Path) -> None:
    with untouched(tmp_path):
        ended = bearings("keys", "init", **{**OURS, "BEARINGS_KEY_FILE": "var/bearings.keys"})
    assert ended.code == cli.Exit.CONFIGURATION
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("fault", "because"), FAULTS, ids=[one.__name__ for one, _ in FAULTS])
def test_the_doctor_says_what_is_wrong_and_touches_nothing(
    run: Bearings,
    tmp_path: Path,
    fault: Callable[[Path], dict[str, str]],
    because: str,
) -> None:
    more = fault(tmp_path)
    with untouched(tmp_path):
        ended = run("doctor", **more)
    assert ended.code == cli.Exit.REFUSED
    assert because in ended.out


def test_a_machine_that_was_moved_whole_starts_where_it_is(run: Bearings, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "var", tmp_path / "there")
    ended = run(
        "keys",
        "verify",
        BEARINGS_DATABASE_URL="sqlite:///there/bearings.db",
        BEARINGS_KEYSTORE_URL="sqlite:///there/keystore/keys.db",
    )
    assert ended.code == 0


# ---- half of Teams ----

TEAMS = {
    "TEAMS_APP_ID": "11111111-aaaa-4bbb-8ccc-222222222222",
    "TEAMS_APP_PASSWORD": "hush-hush",
    "TEAMS_TENANT_IDS": "33333333-aaaa-4bbb-8ccc-444444444444",
}
# What is set, and the words that it is refused with.
HALVES = {
    "no app": ({"TEAMS_APP_ID": ""}, "TEAMS_APP_ID is missing for Teams"),
    "no proof": ({"TEAMS_APP_PASSWORD": ""}, "TEAMS_APP_PASSWORD is missing for Teams (or"),
    "no tenant": ({"TEAMS_TENANT_IDS": " , "}, "TEAMS_TENANT_IDS is missing for Teams"),
    "two proofs": (
        {"TEAMS_CERTIFICATE_FILE": "keys/teams.pem"},
        "TEAMS_APP_PASSWORD and TEAMS_CERTIFICATE_FILE are set: give one of them",
    ),
    "two other proofs": (
        {"TEAMS_MANAGED_IDENTITY": "system"},
        "TEAMS_APP_PASSWORD and TEAMS_MANAGED_IDENTITY are set: give one of them",
    ),
    "a tenant that is none": ({"TEAMS_TENANT_IDS": "../common"}, "TEAMS_TENANT_IDS must be"),
    "an app that is none": ({"TEAMS_APP_ID": "my app"}, "TEAMS_APP_ID must be an application’s id"),
    "keys in the clear": ({"TEAMS_OPENID_URL": "http://example.org/"}, "TEAMS_OPENID_URL must be"),
    "tokens in the clear": ({"TEAMS_TOKEN_URL": "http://example.org/"}, "TEAMS_TOKEN_URL must be"),
    "a host that is none": (
        {"TEAMS_SERVICE_HOSTS": "https://example.org/"},
        "TEAMS_SERVICE_HOSTS 'https://example.org/' is not a host",
    ),
}


@pytest.mark.parametrize(("half", "because"), HALVES.values(), ids=HALVES)
def test_half_of_teams_is_refused_by_the_name_of_what_is_missing(
    run: Bearings, half: dict[str, str], because: str
) -> None:
    for command in ("serve", "work", "doctor"):
        ended = run(command, **{**TEAMS, **half})
        assert ended.code == cli.Exit.CONFIGURATION
        assert is_one_line(ended)
        assert because in ended.error
        assert "hush" not in ended.error


@pytest.mark.parametrize(
    "proof",
    [
        {},
        {"TEAMS_APP_PASSWORD": "", "TEAMS_MANAGED_IDENTITY": "system"},
        {"TEAMS_OPENID_URL": "http://127.0.0.1:9/keys", "TEAMS_SERVICE_HOSTS": "127.0.0.1:9"},
        {"TEAMS_OPENID_URL": "", "TEAMS_TOKEN_URL": "", "TEAMS_SERVICE_HOSTS": ""},
    ],
)
def test_the_doctor_knows_teams_when_it_is_whole(run: Bearings, proof: dict[str, str]) -> None:
    ended = run("doctor", **{**TEAMS, **proof, "BEARINGS_BASE_URL": "https://bearings.example"})
    assert ended.code == 0
    assert "Teams" in ended.out
    assert "not configured" not in ended.out.replace("Slack: not configured", "")


def test_the_doctor_says_what_the_certificate_lacks(run: Bearings, tmp_path: Path) -> None:
    file = tmp_path / "teams.pem"
    settings = {**TEAMS, "TEAMS_APP_PASSWORD": "", "TEAMS_CERTIFICATE_FILE": str(file)}
    settings["BEARINGS_BASE_URL"] = "https://bearings.example"
    missing = run("doctor", **settings)
    file.write_text("-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----\n")
    wrong = run("doctor", **settings)
    for ended, because in ((missing, "cannot be read"), (wrong, "holds no certificate")):
        assert ended.code == cli.Exit.REFUSED
        assert "TEAMS_CERTIFICATE_FILE" in ended.out
        assert because in ended.out
        assert "hush" not in ended.out
