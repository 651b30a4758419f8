"""The app package that an admin uploads to Teams: manifest and two icons in a zip."""

import io
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

TEMPLATE = Path(__file__).with_name("manifest.json")
COLOR, OUTLINE = "color.png", "outline.png"
COLOR_SIZE, OUTLINE_SIZE = 192, 32

_ADDRESS = re.compile(r"https://[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?", re.IGNORECASE)
_PLUM, _WHITE, _CLEAR = (165, 64, 123, 255), (255, 255, 255, 255), (0, 0, 0, 0)
# Drawn so many times larger, and made smaller: that smooths the edges.
_FINER = 8
# A zip without a date is the same however often it is made.
_NO_DATE = (1980, 1, 1, 0, 0, 0)

_VERSION = re.compile(r"(0|[1-9]\d{0,4})(\.(0|[1-9]\d{0,4})){2}", re.ASCII)
LONGEST_NAME = 32

Colour = tuple[int, int, int, int]


def is_address(url: str) -> bool:
    return _ADDRESS.fullmatch(url) is not None


def is_version(version: str) -> bool:
    """Teams takes an update for one only where its number is higher."""
    return _VERSION.fullmatch(version) is not None


def is_name(name: str) -> bool:
    return 0 < len(name.strip()) <= LONGEST_NAME and name.isprintable()


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who runs the programme, as Teams shows it to whoever looks at the app. `url`: their site;
    `privacy` and `terms`: the pages that say what happens with people's words, and by which rules.
    """

    name: str
    url: str
    privacy: str
    terms: str


def manifest(app_id: str, version: str, publisher: Publisher) -> dict[str, Any]:
    text = TEMPLATE.read_text(encoding="utf-8").replace("{app_id}", app_id)
    filled: dict[str, Any] = json.loads(text)
    filled["version"] = version
    filled["developer"] = {
        "name": publisher.name,
        "websiteUrl": publisher.url,
        "privacyUrl": publisher.privacy,
        "termsOfUseUrl": publisher.terms,
    }
    return filled


def package(app_id: str, version: str, publisher: Publisher) -> bytes:
    filled = manifest(app_id, version, publisher)
    whole = json.dumps(filled, ensure_ascii=False, indent=2) + "\n"
    files = {
        "manifest.json": whole.encode(),
        COLOR: icon(COLOR_SIZE, _PLUM, _WHITE, room=0.72),
        OUTLINE: icon(OUTLINE_SIZE, _CLEAR, _WHITE, room=0.98),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _NO_DATE), content)
    return packed.getvalue()


def icon(size: int, ground: Colour, ink: Colour, room: float) -> bytes:
    """A compass: its ring, and a needle that points north. `room`: how much the ring takes."""
    fine = size * _FINER
    image = Image.new("RGBA", (fine, fine), ground)
    draw = ImageDraw.Draw(image)
    middle, radius = fine / 2, fine * room / 2
    line = max(fine * room / 16, 1.0)
    draw.ellipse(_around(middle, radius), outline=ink, width=round(line))
    reach, half = radius - 2.2 * line, radius * 0.24
    north = [(middle, middle - reach), (middle + half, middle), (middle - half, middle)]
    south = [(middle, middle + reach), (middle + half, middle), (middle - half, middle)]
    draw.polygon(north, fill=ink)
    _outlined(draw, south, ink, round(line * 0.7))
    drawn = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(drawn, "PNG")
    return drawn.getvalue()


def _around(middle: float, radius: float) -> tuple[float, float, float, float]:
    return middle - radius, middle - radius, middle + radius, middle + radius


def _outlined(
    draw: ImageDraw.ImageDraw, corners: Sequence[tuple[float, float]], ink: Colour, width: int
) -> None:
    draw.line([*corners, corners[0], corners[1]], fill=ink, width=width, joint="curve")
