"""Days as people type them, British order: "3 June", "3/6", "the 3rd", "monday", "2027-06-03"."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_TH = "(?:st|nd|rd|th)"
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_NUMBERS = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})(?:[/.-]([0-9]{4}|[0-9]{2}))?")
_DAY_MONTH = re.compile(rf"([0-9]{{1,2}}){_TH}? (?:of )?([a-z]{{3,9}})(?: ([0-9]{{4}}))?")
_MONTH_DAY = re.compile(rf"([a-z]{{3,9}}) ([0-9]{{1,2}}){_TH}?(?: ([0-9]{{4}}))?")
_DAY = re.compile(rf"([0-9]{{1,2}}){_TH}")


def read_day(typed: str, today: date) -> date | None:
    """A day to come, or None when it is not one. Without a year the coming one is meant."""
    plain = " ".join(typed.casefold().replace(",", " ").split())
    plain = re.sub(r"^(?:on )?(?:the )?", "", plain)
    if plain == "tomorrow":
        return today + timedelta(days=1)
    if plain == "next week":
        return today + timedelta(days=7 - today.weekday())
    return _first_after(today, _readings(plain, today))


def _first_after(today: date, readings: Iterable[date | None]) -> date | None:
    return next((day for day in readings if day is not None and day > today), None)


def _readings(plain: str, today: date) -> list[date | None]:
    """Every day these words could mean, in the order in which they come."""
    weekday = _number(plain.removeprefix("next ").removeprefix("this "), _WEEKDAYS)
    if weekday is not None:
        return [today + timedelta(days=(weekday - 1 - today.weekday()) % 7 or 7)]
    if found := _ISO.fullmatch(plain):
        return [_date(int(found[1]), int(found[2]), int(found[3]))]
    if found := _NUMBERS.fullmatch(plain):
        return _in_years(found[3], int(found[2]), int(found[1]), today)
    if found := _DAY_MONTH.fullmatch(plain):
        return _in_years(found[3], _number(found[2], _MONTHS), int(found[1]), today)
    if found := _MONTH_DAY.fullmatch(plain):
        return _in_years(found[3], _number(found[1], _MONTHS), int(found[2]), today)
    if found := _DAY.fullmatch(plain):
        months = [today.month + more - 1 for more in range(3)]
        return [_date(today.year + one // 12, one % 12 + 1, int(found[1])) for one in months]
    return _in_years(None, _number(plain, _MONTHS), 1, today)


def _in_years(year: str | None, month: int | None, day: int, today: date) -> list[date | None]:
    if month is None:
        return []
    if year:
        return [_date(int(year) if len(year) == 4 else 2000 + int(year), month, day)]
    return [_date(today.year + more, month, day) for more in (0, 1)]


def _number(plain: str, names: tuple[str, ...]) -> int | None:
    """1 for the first of these names; its first three letters or more are enough."""
    if len(plain) < 3:
        return None
    return next((n for n, name in enumerate(names, 1) if name.startswith(plain)), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
