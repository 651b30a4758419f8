"""What a lead is shown of the quarters that have ended."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from uuid import UUID

from bot.conversation.scene import Scene
from prompts.composing import totals
from prompts.composing.totals import TotalsRow
from prompts.message import Element
from storage.programmes import names_of, programmes_in
from storage.suppressing import (
    AtLeast,
    AtMost,
    Count,
    Figure,
    Share,
    Shown,
    TooFew,
    Value,
)
from storage.tables import Cohort, TotalKind
from storage.totals import Quarter, Released, released

QUARTERS_SHOWN = 4
ALL_COACHES = "All coaches"


async def totals_of(scene: Scene, cohorts: Sequence[Cohort]) -> list[Element]:
    """The newest quarters; within each a programme, then its cohorts, then the coaches."""
    workspace_id = scene.someone.workspace_id
    programmes = await programmes_in(scene.db, workspace_id)
    called = await names_of(scene.db, [*programmes, *cohorts])
    groups: dict[tuple[UUID | None, UUID | None], str] = {}
    for programme in sorted(programmes, key=lambda one: called[one.id]):
        name = groups[programme.id, None] = called[programme.id]
        theirs = sorted(
            (one for one in cohorts if one.programme_id == programme.id),
            key=lambda one: called[one.id],
        )
        groups.update({(programme.id, one.id): f"{name}: {called[one.id]}" for one in theirs})
    groups[None, None] = ALL_COACHES
    quarters = groupby(await released(scene.db, workspace_id), lambda one: one.quarter)
    rows: list[TotalsRow] = []
    for _, (quarter, figures) in zip(range(QUARTERS_SHOWN), quarters, strict=False):
        rows += _quarter(quarter, figures, groups)
    return totals.totals(rows, scene.place.least)


def _quarter(
    quarter: Quarter,
    figures: Iterable[Released],
    groups: Mapping[tuple[UUID | None, UUID | None], str],
) -> list[TotalsRow]:
    there = {
        (one.about.programme_id, one.about.cohort_id, one.about.kind): one.figure for one in figures
    }
    name = totals.quarter(quarter.start.date(), (quarter.end - timedelta(days=1)).date())
    rows = []
    for (programme, cohort), group in groups.items():
        said = {
            kind: _words(there[programme, cohort, kind])
            for kind in TotalKind
            if (programme, cohort, kind) in there
        }
        if said:
            rows.append(
                TotalsRow(
                    name,
                    group,
                    said.get(TotalKind.TAKING_PART, totals.NONE),
                    said.get(TotalKind.ANSWERED, totals.NONE),
                    said.get(TotalKind.PAIRED, totals.NONE),
                    said.get(TotalKind.COACHES, totals.NONE),
                )
            )
    return rows


def _words(figure: Figure) -> str:
    match figure:
        case TooFew():
            return totals.TOO_FEW
        case Shown(value):
            return _value(value)


def _value(value: Value) -> str:
    match value:
        case Count(people):
            return totals.count(people)
        case Share(percent):
            return totals.share(percent)
        case AtMost(percent):
            return totals.at_most(percent)
        case AtLeast(percent):
            return totals.at_least(percent)
