"""A secret may stand in a file of its own, and whoever names one wrongly is told which."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import cli
from bot.secretfiles import SECRETS
from bot.settings import Settings, read_settings
from tests.bot.commands import Bearings, is_one_line

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)


def test_every_secret_can_come_from_a_file_and_the_readme_says_so() -> None:
    secret = {
        str(field.validation_alias)
        for field in Settings.model_fields.values()
        if field.annotation is SecretStr
    }
    assert secret < set(SECRETS)
    words = README.read_text().split("A secret may stand in a file")[1].split("\n\n")[0]
    assert all(f"`{name}`" in words for name in SECRETS)


@pytest.mark.parametrize(
    ("held", "is_read"),
    [
        ("xoxb-1", "xoxb-1"),
        ("xoxb-1\n", "xoxb-1"),
        ("xoxb-1\r\n", "xoxb-1"),
        (" xoxb 1 \n\n", " xoxb 1 \n"),
    ],
)
def test_the_whole_file_is_the_secret_but_for_one_lines_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, held: str, is_read: str
) -> None:
    file = tmp_path / "token"
    file.write_bytes(held.encode())
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(file))
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    assert read_settings().slack_bot_token.get_secret_value() == is_read


def test_the_env_file_may_name_it_and_the_environment_names_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("one", "other"):
        (tmp_path / name).write_text(f"sqlite:///var/{name}.db\n")
    (tmp_path / ".env").write_text("BEARINGS_DATABASE_URL_FILE=one\n")
    assert read_settings().database_url == "sqlite:///var/one.db"
    monkeypatch.setenv("BEARINGS_DATABASE_URL_FILE", "other")
    assert read_settings().database_url == "sqlite:///var/other.db"


def test_an_empty_name_names_no_file(bearings: Bearings) -> None:
    assert "Slack: not configured" in bearings("doctor", SLACK_BOT_TOKEN_FILE="").out


WRONG = {
    "both at once": ({"SLACK_BOT_TOKEN": "xoxb-hush"}, "hush", "are set: give one of them"),
    "no such file": ({}, None, "token cannot be read (No such file or directory)"),
    "empty": ({}, "\n", "token is empty"),
    "no text": ({}, b"hush\xff\xfe", "cannot be read as text"),
    "some other file": ({}, "hush" * 5_000, "is too long to hold a secret"),
}


@pytest.mark.parametrize(("more", "held", "because"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_meant_is_refused_by_name_and_never_quoted(
    bearings: Bearings,
    tmp_path: Path,
    more: dict[str, str],
    held: str | bytes | None,
    because: str,
) -> None:
    file = tmp_path / "token"
    if held is not None:
        file.write_bytes(held.encode() if isinstance(held, str) else held)
    for command in ("serve", "work", "doctor"):
        ended = bearings(command, **{**more, "SLACK_BOT_TOKEN_FILE": str(file)})
        assert ended.code == cli.Exit.CONFIGURATION
        assert is_one_line(ended)
        assert "SLACK_BOT_TOKEN_FILE" in ended.error
        assert because in ended.error
        assert "hush" not in ended.error


def test_a_folder_is_no_secret(bearings: Bearings, tmp_path: Path) -> None:
    ended = bearings("doctor", SLACK_BOT_TOKEN_FILE=str(tmp_path))
    assert ended.code == cli.Exit.CONFIGURATION
    assert "cannot be read (Is a directory)" in ended.error


def test_an_address_with_a_password_in_a_file_is_not_shown(
    bearings: Bearings, tmp_path: Path
) -> None:
    file = tmp_path / "address"
    file.write_text("postgresql://bearings:hush@127.0.0.1:9/bearings\n")
    shown = bearings("doctor", BEARINGS_DATABASE_URL_FILE=str(file))
    assert "postgresql://bearings:***@127.0.0.1:9/bearings" in shown.out
    assert "hush" not in shown.out + shown.error
