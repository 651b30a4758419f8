"""A Message, a Form and the whole playground page as HTML; pure, nothing is read or kept here.

Python says what there is to draw (two closed matches, so mypy names a forgotten element);
the templates say how it looks.
"""

import pathlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from bot.web.drawing import to_plot
from prompts.drawing import chart_in_words, days_in_words, level_in_words
from prompts.message import (
    Button,
    Buttons,
    Chart,
    Choice,
    Choices,
    Day,
    Divider,
    Element,
    Facts,
    Field,
    Form,
    FormName,
    Heading,
    Hour,
    Link,
    LongText,
    Message,
    Path,
    Press,
    Quiet,
    Quote,
    ShortText,
    Switch,
    Table,
    Text,
)

ROLES = ("leader", "coach", "lead")
# More than these are quicker to choose from a list that opens.
MOST_RADIOS = 5

_here = pathlib.Path(__file__).parent
_environment = ImmutableSandboxedEnvironment(
    # The mark is one file: the browser's icon, and drawn into the page where it takes its colour.
    loader=FileSystemLoader([_here / "templates", _here / "static"]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals["roles"] = ROLES


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the sample programme; `key` is their part of the URL."""

    key: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the conversation: what the person typed, or what the companion said.

    `form` stands open inside the message. `platforms` are those as which it can be shown;
    `dressed` is the one that was asked for, such as ("Slack", "{…}").
    """

    id: str
    at: datetime
    words: str = ""
    message: Message | None = None
    form: Form | None = None
    platforms: tuple[str, ...] = ()
    dressed: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything one person sees at one moment. `token` gives a fresh event id for each <form>.

    `here` is the query of this address.
    """

    person: Person
    people: tuple[Person, ...]
    now: datetime
    zone: str
    lines: tuple[Line, ...]
    home: Form
    token: Callable[[], str]
    opened: Form | None = None
    here: str = ""
    notice: str = ""
    draft: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: whose page, what its ids begin with, and the line it belongs to."""

    path: str
    id: str
    token: Callable[[], str]
    line: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    iso: str
    words: str
    zone: str


def to_page(page: Page) -> str:
    path = f"/{page.person.role}/{page.person.key}"
    home = Place(path, _form_id("home", page.home), page.token)
    opened = Place(path, _form_id("opened", page.opened), page.token) if page.opened else None
    return _environment.get_template("page.html.j2").render(
        page=page,
        path=path,
        here=f"{path}{page.here}",
        peers=[person for person in page.people if person.role == page.person.role],
        clock=_clock(page.now, page.zone),
        days=_by_day(page, path),
        home=form_to_html(page.home, home),
        home_id=home.id,
        opened=form_to_html(page.opened, opened) if page.opened and opened else "",
        opened_id=opened.id if opened else "",
        opened_refused=bool(page.opened and _refused(page.opened)),
    )


def to_welcome(people: tuple[Person, ...], now: datetime, zone: str) -> str:
    names = {role: [person.name for person in people if person.role == role] for role in ROLES}
    return _environment.get_template("welcome.html.j2").render(names=names, clock=_clock(now, zone))


def to_error_page(title: str, words: str) -> str:
    return _environment.get_template("error.html.j2").render(title=title, words=words)


def to_copy_page(title: str, words: str, nonce: str, *, can_open: bool) -> str:
    return _environment.get_template("copy.html.j2").render(
        title=title, words=words, nonce=nonce, can_open=can_open
    )


def to_html(message: Message, place: Place, form: Form | None = None) -> Markup:
    """The message; a form that stands open in it comes before the buttons that end it."""
    elements = message.elements or (Text(message.plain),)
    last = elements[-1] if form and isinstance(elements[-1], Buttons) else None
    spoken = elements[:-1] if last else elements
    parts = [_elements_to_html(spoken, place, form)]
    if form:
        level = 3 if _has_many(form) or _asks_in_own_words(form, message) else 0
        parts.append(form_to_html(form, _inside(place, form), level))
    if last:
        parts.append(_buttons_to_html(last, place, len(spoken), form))
    return Markup("\n").join(parts)


def form_to_html(form: Form, place: Place, level: int = 2) -> Markup:
    """The form under a heading of that level, or under none at level 0.

    A <form> cannot hold another, so the buttons among the elements stand before the fields.
    """
    fields = [(_field_id(field, place), field) for field in form.fields]
    return _draw(
        "form",
        form=form,
        place=place,
        level=level,
        elements=_elements_to_html(form.elements, place),
        fields=[_field_to_html(field, id_) for id_, field in fields],
        refused=_refused(form),
        errors=[(id_, field) for id_, field in fields if field.error],
    )


def _elements_to_html(
    elements: tuple[Element, ...], place: Place, standing: Form | None = None
) -> Markup:
    return Markup("\n").join(
        _element_to_html(element, place, number, standing)
        for number, element in enumerate(elements)
    )


def _element_to_html(element: Element, place: Place, number: int, standing: Form | None) -> Markup:
    match element:
        case Heading():
            return _draw("heading", words=element.words)
        case Text():
            return _draw("text", words=element.words)
        case Quiet():
            return _draw("quiet", words=element.words)
        case Quote():
            return _draw("quote", words=element.words)
        case Facts():
            return _draw("facts", facts=element.facts)
        case Table():
            return _draw("table", table=element)
        case Chart():
            return _chart_to_html(element, f"{place.id}-{number}-chart")
        case Path():
            return _draw("path", path=element)
        case Link():
            return _draw("link", link=element)
        case Divider():
            return _draw("divider")
        case Buttons():
            return _buttons_to_html(element, place, number, standing)


def _chart_to_html(chart: Chart, id_: str) -> Markup:
    return _draw(
        "chart",
        chart=chart,
        id=id_,
        plot=to_plot(chart.points),
        in_words=chart_in_words(chart),
        days=days_in_words(chart.points),
        level_in_words=level_in_words,
    )


def _buttons_to_html(buttons: Buttons, place: Place, number: int, standing: Form | None) -> Markup:
    """The buttons, without the one whose form already stands open here."""
    already = (standing.name, standing.about) if standing else None
    shown = [button for button in buttons.buttons if (button.does, button.about) != already]
    drawn = [
        _button_to_html(button, place, f"{place.id}-{number}-{nth}-{button.does.value}")
        for nth, button in enumerate(shown)
    ]
    return _draw("buttons", buttons=drawn) if drawn else Markup("")


def _button_to_html(button: Button, place: Place, id_: str) -> Markup:
    # The id names the deed as well as the position, so that a morph never turns the button
    # a finger rests on into another one.
    match button.does:
        case Press():
            return _draw("press", button=button, place=place, id=id_)
        case FormName():
            return _draw("opener", button=button, place=place, id=id_)


def _field_to_html(field: Field, id_: str) -> Markup:
    match field:
        case ShortText():
            return _draw("one_line", field=field, id=id_, type="text")
        case LongText():
            return _draw("long_text", field=field, id=id_)
        case Choice():
            kind = "radios" if len(field.options) <= MOST_RADIOS else "select"
            return _draw(kind, field=field, id=id_)
        case Choices():
            return _draw("checkboxes", field=field, id=id_)
        case Day():
            return _draw("one_line", field=field, id=id_, type="date")
        case Hour():
            return _draw("one_line", field=field, id=id_, type="time")
        case Switch():
            return _draw("switch", field=field, id=id_)


def _draw(name: str, **values: object) -> Markup:
    macro: Callable[..., Markup] = getattr(_parts(), name)
    return macro(**values)


def _parts() -> object:
    return _environment.get_template("parts.html.j2").module


def _inside(place: Place, form: Form) -> Place:
    return Place(place.path, _form_id(place.id, form), place.token, place.line)


def _form_id(beginning: str, form: Form) -> str:
    # With what it is about: what is typed about one objective must not turn up under another.
    return "-".join(part for part in (beginning, form.name.value, form.about) if part)


def _field_id(field: Field, place: Place) -> str:
    return f"{place.id}.{field.name}"


def _has_many(form: Form) -> bool:
    """A single field's label says what the form is; a form of several needs its title."""
    return len(form.fields) != 1


def _asks_in_own_words(form: Form, message: Message) -> bool:
    """What they wrote stands in the question where it is opened, and not in the message."""
    return form.name is FormName.ANSWER and form.title not in message.plain


def _refused(form: Form) -> bool:
    return bool(form.error) or any(field.error for field in form.fields)


def _clock(now: datetime, zone: str) -> Clock:
    local = now.astimezone(ZoneInfo(zone))
    words = format_datetime(local, "EEE d MMM y, HH:mm", locale="en_GB")
    return Clock(local.isoformat(timespec="seconds"), words, zone.replace("_", " "))


def _by_day(page: Page, path: str) -> list[tuple[date, str, list[Markup]]]:
    """The conversation in the person's own days."""
    zone = ZoneInfo(page.zone)
    days = groupby(page.lines, key=lambda line: line.at.astimezone(zone).date())
    return [
        (
            day,
            format_date(day, "EEEE d MMMM y", locale="en_GB"),
            [_line_to_html(line, page, path) for line in lines],
        )
        for day, lines in days
    ]


def _line_to_html(line: Line, page: Page, path: str) -> Markup:
    place = Place(path, line.id, page.token, line.id)
    if line.message:
        said = to_html(line.message, place, line.form)
    else:
        said = _draw("own_words", words=line.words)
    local = line.at.astimezone(ZoneInfo(page.zone))
    return _draw(
        "line", line=line, path=path, said=said, at=format_datetime(local, "HH:mm", locale="en_GB")
    )
