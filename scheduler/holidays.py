"""Bank holidays, by nation: the only file that knows the calendar package."""

from datetime import date
from functools import lru_cache

from holidays import country_holidays

# As the programme names them; any other keeps none.
NATIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern-ireland": "NIR"}


def is_bank_holiday(nation: str, day: date) -> bool:
    return day in _of_year(nation, day.year)


def is_working_day(nation: str, day: date) -> bool:
    """A weekday on which that nation works."""
    return day.weekday() < 5 and not is_bank_holiday(nation, day)


@lru_cache(maxsize=200)
def _of_year(nation: str, year: int) -> frozenset[date]:
    part = NATIONS.get(nation)
    if part is None:
        return frozenset()
    return frozenset(country_holidays("GB", subdiv=part, years=year))
