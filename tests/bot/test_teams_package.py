"""The package that an admin uploads: what Teams' schema asks of it, and the icons in it.

`teams_schema.json` is Microsoft's schema of manifests 1.22, whole but for its prose; where it is
from stands in its `$comment`.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from PIL import Image

from bot.conversation.words import understand
from bot.teams.packaging import Publisher, is_address, manifest, package
from tests.bot.commands import Bearings

APP = "6f1d8c1e-0b1c-4a55-9a7e-3f0c5a1b2c3d"
SITE = "https://programme.harbour.example"
SCHEMA = json.loads((Path(__file__).parent / "teams_schema.json").read_text())
PUBLISHER = Publisher("Royal Infirmary", SITE, f"{SITE}/privacy", f"{SITE}/terms")
MANIFEST = manifest(APP, "1.2.0", PUBLISHER)
TEAMS = {
    "TEAMS_APP_ID": APP,
    "TEAMS_APP_PASSWORD": "secret",
    "TEAMS_TENANT_IDS": "5f1c1f0e-0000-4000-8000-00000000000a",
}


def faults(manifest: dict[str, Any]) -> list[str]:
    """What Microsoft's own schema says against it."""
    return [error.message for error in Draft7Validator(SCHEMA).iter_errors(manifest)]


def test_the_manifest_is_as_the_schema_asks() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert faults(MANIFEST) == []
    wrong = {**MANIFEST, "id": "Bearings", "extra": 1, "permissions": "identity"}
    assert len(faults(wrong)) == 3


def test_the_app_talks_with_each_person_alone() -> None:
    [bot] = MANIFEST["bots"]
    assert bot["botId"] == APP
    assert bot["scopes"] == ["personal"]
    assert {scope for one in bot["commandLists"] for scope in one["scopes"]} == {"personal"}


def test_every_command_that_teams_offers_is_a_word_that_is_understood() -> None:
    [bot] = MANIFEST["bots"]
    titles = [one["title"] for one in bot["commandLists"][0]["commands"]]
    assert [title for title in titles if understand(title, date(2027, 3, 28)) is None] == []
    assert {"home", "question", "objectives", "journal", "pause", "stop", "help"} <= set(titles)


def test_the_zip_holds_the_manifest_and_two_icons_at_its_root_and_is_the_same_each_time() -> None:
    packed = package(APP, "1.2.0", PUBLISHER)
    assert packed == package(APP, "1.2.0", PUBLISHER)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert json.loads(archive.read("manifest.json")) == MANIFEST
        color = Image.open(io.BytesIO(archive.read("color.png")))
        outline = Image.open(io.BytesIO(archive.read("outline.png")))
    assert (color.format, color.size) == ("PNG", (192, 192))
    assert color.getchannel("A").getextrema() == (255, 255), "it stands on a ground of its own"
    assert (outline.format, outline.size) == ("PNG", (32, 32))
    assert outline.getpixel((0, 0)) == (0, 0, 0, 0)
    pixels = list(batched_by_four(outline.tobytes()))
    inked = {tuple(pixel[:3]) for pixel in pixels if pixel[3] > 200}
    assert inked == {(255, 255, 255)}, "white on nothing"


def batched_by_four(raw: bytes) -> Iterator[bytes]:
    return (raw[at : at + 4] for at in range(0, len(raw), 4))


@pytest.mark.parametrize(
    "url", ["http://x.example", "https://", "https://x.example/path", "https://x y", "x.example"]
)
def test_an_address_that_people_could_not_open_is_refused(url: str) -> None:
    assert not is_address(url)
    assert is_address(SITE)


def test_the_command_writes_it(bearings: Bearings) -> None:
    whose = ("--url", f"{SITE}/", "--name", "Royal Infirmary")
    pages = ("--privacy", f"{SITE}/privacy", "--terms", f"{SITE}/terms")
    wanted = ("teams", "package", *whose, *pages, "--version", "1.2.0", "--out", "app.zip")
    done = bearings(*wanted, **TEAMS)
    assert (done.code, "app.zip is written" in done.out) == (0, True), done.error
    assert Path("app.zip").read_bytes() == package(APP, "1.2.0", PUBLISHER)
    for wrong in (
        ("--url", "x.example"),
        ("--name", " "),
        ("--name", "A name of more than thirty-two letters"),
        ("--version", "1.2"),
        ("--version", "01.2.0"),
        ("--privacy", "http://x.example/privacy"),
        ("--terms", "javascript:alert(1)"),
    ):
        assert bearings("teams", "package", *whose, *wrong, **TEAMS).code == 2, wrong
    assert bearings("teams", "package", *whose).code == 78
    no_application = {**TEAMS, "TEAMS_APP_ID": "bearings"}
    assert "an application’s id" in bearings("teams", "package", *whose, **no_application).error


def test_people_are_added_by_their_addresses(bearings: Bearings) -> None:
    def add(*words: str, **more: str) -> tuple[int, str]:
        done = bearings("teams", "add", *words, **{**TEAMS, **more})
        return done.code, done.out + done.error

    assert bearings("migrate").code == 0
    code, said = add("ruth@royal.example", "--coach")
    assert code == 0, said
    assert "ruth@royal.example is known now" in said
    code, said = add("amara.okafor@royal.example", "--leader", "--with", "Ruth@royal.example")
    assert code == 0, said
    assert bearings("export", "Amara Okafor").code == 1, "she is known, and has not allowed it"
    for words, because in (
        (("Ruth@Royal.example", "--lead"), "known here already"),
        (("sam@royal.example", "--leader", "--with", "amara.okafor@royal.example"), "no coach"),
        (("nobody", "--leader"), "no e-mail address"),
    ):
        code, said = add(*words)
        assert (code, because in said) == (1, True)
    assert add("sam@royal.example")[0] == 2
    both = {"TEAMS_TENANT_IDS": TEAMS["TEAMS_TENANT_IDS"] + ",another-tenant"}
    assert "give --tenant" in add("sam@royal.example", "--lead", **both)[1]
    assert add("sam@royal.example", "--lead", "--tenant", "another-tenant", **both)[0] == 0
    assert add("kim@royal.example", "--lead", "--tenant", "elsewhere", **both)[0] == 1
