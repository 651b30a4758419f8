"""Templates, dates and lists, as people read them."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from prompts.message import Element, Heading, Message, Text

# By its name it would be looked for on the disk each time.
LOCALE = Locale("en", "GB")

# Plain words only: each platform escapes what it renders.
_templates = ImmutableSandboxedEnvironment(
    loader=PackageLoader("prompts"),
    undefined=StrictUndefined,
    autoescape=False,
    trim_blocks=True,
)


def say(template: str, **context: object) -> str:
    return _templates.get_template(f"{template}.j2").render(**context).strip()


def paragraphs(template: str, **context: object) -> tuple[Heading | Text, ...]:
    """One element for each paragraph of the template; `## ` begins a heading."""
    return tuple(
        Heading(part.removeprefix("## ")) if part.startswith("## ") else Text(part)
        for part in map(str.strip, say(template, **context).split("\n\n"))
    )


def note(words: str, *more: Element) -> Message:
    """A plain sentence, with what belongs under it."""
    return Message(words, (Text(words), *more))


def day(when: date) -> str:
    """Tuesday 24 November"""
    return format_date(when, "EEEE d MMMM", locale=LOCALE)


def day_of_month(when: date) -> str:
    """24 November"""
    return format_date(when, "d MMMM", locale=LOCALE)


def day_and_hour(moment: datetime, zone: str) -> str:
    """Tuesday 24 November at 12:00, on the clock of that zone"""
    return format_datetime(moment, "EEEE d MMMM 'at' HH:mm", ZoneInfo(zone), locale=LOCALE)


def listed(words: Sequence[str]) -> str:
    """one, two and three"""
    return format_list(words, locale=LOCALE)


def place(zone: str) -> str:
    """A zone as people name it: Stanley, not Atlantic/Stanley"""
    return zone.rpartition("/")[2].replace("_", " ")


def level(placing: int) -> str:
    """A level of a scale, with its sign: −1, 0, +1"""
    return f"{placing:+d}".replace("-", "−") if placing else "0"
