"""A lead's totals: a table, and why it shows so little."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from prompts.composing.saying import LOCALE
from prompts.message import Element, Heading, Quiet, Table

TOO_FEW = "Too few to show"
NONE = "–"


@dataclass(frozen=True, slots=True)
class TotalsRow:
    """One group in one quarter, each figure in words."""

    quarter: str
    group: str
    taking_part: str = NONE
    answered: str = NONE
    paired: str = NONE
    coaches: str = NONE


def totals(rows: Sequence[TotalsRow], threshold: int) -> list[Element]:
    """Nothing before the first quarter has ended. `threshold` is in people."""
    if not rows:
        return []
    return [
        Heading("Totals"),
        Table(
            "Totals by quarter, newest first",
            (
                "Quarter",
                "Group",
                "Leaders taking part",
                "Of these, answered half their questions or more",
                "Leaders newly paired",
                "Coaches",
            ),
            tuple(
                (row.quarter, row.group, row.taking_part, row.answered, row.paired, row.coaches)
                for row in rows
            ),
        ),
        Quiet(
            f"No figure stands for fewer than {threshold} people: a small group would give people "
            "away, so most groups of fewer than about twice that say “Too few to show”. Each count "
            "is moved by chance, by 6 at most, and rounded to the nearest 5, so it is never exact. "
            "It stays as it was until enough people have come or gone. Only leaders who agreed to "
            "be counted and were asked something in the quarter are in it. A quarter is written "
            "once and never changed."
        ),
    ]


def quarter(first: date, last: date) -> str:
    """October to December 2026"""
    begins = format_date(first, "MMMM", locale=LOCALE)
    return f"{begins} to {format_date(last, 'MMMM y', locale=LOCALE)}"


def count(people: int) -> str:
    return f"About {people}"


def share(percent: int) -> str:
    return f"About {percent}%"


def at_most(percent: int) -> str:
    return f"{percent}% or less"


def at_least(percent: int) -> str:
    return f"{percent}% or more"
