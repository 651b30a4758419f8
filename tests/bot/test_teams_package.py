"""The package that an admin uploads: what Teams' schema asks of it, and the icons in it.

`teams_schema.json` is the part of Microsoft's schema 1.22 that this manifest makes use of.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.conversation.words import understand
from bot.teams.packaging import is_address, manifest, package
from tests.bot.commands import Bearings

APP = "6f1d8c1e-0b1c-4a55-9a7e-3f0c5a1b2c3d"
SITE = "https://programme.harbour.example"
SCHEMA = json.loads((Path(__file__).parent / "teams_schema.json").read_text())
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool}
TEAMS = {
    "TEAMS_APP_ID": APP,
    "TEAMS_APP_PASSWORD": "secret",
    "TEAMS_TENANT_IDS": "5f1c1f0e-0000-4000-8000-00000000000a",
}


def faults(value: Any, schema: dict[str, Any], place: str = "$") -> Iterator[str]:
    """What a JSON schema's reader would say, as far as this one uses the language."""
    unknown = set(schema) - {
        *("type", "required", "additionalProperties", "properties", "items"),
        *("pattern", "maxLength", "maxItems", "enum"),
    }
    assert not unknown, f"{unknown} are not looked at"
    if not isinstance(value, TYPES[schema["type"]]):
        yield f"{place} is no {schema['type']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place} is {value}"
    if isinstance(value, str):
        if not re.search(schema.get("pattern", ""), value):
            yield f"{place} is not like {schema['pattern']}"
        if len(value) > schema.get("maxLength", len(value)):
            yield f"{place} is too long"
    elif isinstance(value, list):
        if len(value) > schema.get("maxItems", len(value)):
            yield f"{place} has too many"
        for n, one in enumerate(value):
            yield from faults(one, schema["items"], f"{place}[{n}]")
    elif isinstance(value, dict):
        yield from (
            f"{place}.{name} is missing" for name in schema["required"] if name not in value
        )
        for name, one in value.items():
            if name not in schema["properties"]:
                yield f"{place}.{name} is not known"
            else:
                yield from faults(one, schema["properties"][name], f"{place}.{name}")


def test_the_manifest_is_as_the_schema_asks() -> None:
    assert list(faults(manifest(APP, SITE), SCHEMA)) == []
    wrong = {**manifest(APP, SITE), "id": "Bearings", "extra": 1, "permissions": "identity"}
    assert len(list(faults(wrong, SCHEMA))) == 3


def test_the_app_talks_with_each_person_alone() -> None:
    [bot] = manifest(APP, SITE)["bots"]
    assert bot["botId"] == APP
    assert bot["scopes"] == ["personal"]
    assert {scope for one in bot["commandLists"] for scope in one["scopes"]} == {"personal"}


def test_every_command_that_teams_offers_is_a_word_that_is_understood() -> None:
    [bot] = manifest(APP, SITE)["bots"]
    titles = [one["title"] for one in bot["commandLists"][0]["commands"]]
    assert [title for title in titles if understand(title, date(2027, 3, 28)) is None] == []
    assert {"home", "question", "objectives", "journal", "pause", "stop", "help"} <= set(titles)


def test_the_zip_holds_the_manifest_and_two_icons_at_its_root_and_is_the_same_each_time() -> None:
    packed = package(APP, SITE)
    assert packed == package(APP, SITE)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert json.loads(archive.read("manifest.json")) == manifest(APP, SITE)
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
    done = bearings("teams", "package", "--url", f"{SITE}/", "--out", "app.zip", **TEAMS)
    assert (done.code, "app.zip is written" in done.out) == (0, True)
    assert Path("app.zip").read_bytes() == package(APP, SITE)
    assert bearings("teams", "package", "--url", "x.example", **TEAMS).code == 2
    assert bearings("teams", "package", "--url", SITE).code == 78


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
