"""A person's objectives as they are copied: how each was put, its levels, ratings and reviews."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from prompts.composing.copying import LevelsCopy, ObjectiveCopy, RatingCopy
from prompts.drawing import level_in_words
from storage.bundles import DAMAGED, LEVELS, Levels, Placing
from storage.members import Member
from storage.objectives import all_objectives, earlier_wordings
from storage.ratings import all_measures, ratings_of
from storage.reviews import reviews_of
from storage.rights import Purpose
from storage.tables import Measure, Rating
from storage.texts import Kept, open_texts


async def copied_objectives(
    db: AsyncSession, someone: Member, now: datetime
) -> tuple[ObjectiveCopy, ...]:
    theirs = await all_objectives(db, someone)
    ids = [one.id for one in theirs]
    earlier, measures = await earlier_wordings(db, ids), await all_measures(db, ids)
    ratings, reviews = await ratings_of(db, ids), await reviews_of(db, ids)
    kept: list[Kept] = [
        *theirs,
        *(one for each in earlier.values() for one in each),
        *(one for each in measures.values() for one in each),
        *(one for each in ratings.values() for one in each),
    ]
    words = await open_texts(db, someone, Purpose.OWN_COPY, kept, now)
    return tuple(
        ObjectiveCopy(
            id=str(one.id),
            words=words[one.id],
            version=one.version,
            themes=one.themes,
            whose=one.whose.value if one.whose else "",
            state=one.state.value,
            made_at=_at(one.made_at),
            next_review=_at(one.next_review),
            shared_at=_at(one.shared_at),
            earlier=tuple((words[v.id], _at(v.until)) for v in earlier.get(one.id, ())),
            levels=tuple(_levels(each, words) for each in measures.get(one.id, ())),
            ratings=tuple(_rating(each, words) for each in ratings.get(one.id, ())),
            reviews=tuple((r.decision.value, _at(r.decided_at)) for r in reviews.get(one.id, ())),
        )
        for one in theirs
    )


def _levels(measure: Measure, words: Mapping[UUID, str]) -> LevelsCopy:
    levels = Levels.read(words[measure.id])
    return LevelsCopy(
        {level_in_words(level): levels.words[level] for level in LEVELS},
        "" if levels.start is None else level_in_words(levels.start),
        _at(measure.made_at),
        _at(measure.closed_at),
    )


def _rating(rating: Rating, words: Mapping[UUID, str]) -> RatingCopy:
    """One that does not open is said to be damaged, and hides none of the others."""
    at, shared_at = _at(rating.rated_at), _at(rating.shared_at)
    placing = Placing.read(words[rating.id])
    if placing is None:
        return RatingCopy("", "", DAMAGED, at, shared_at)
    level = level_in_words(placing.level)
    return RatingCopy(level, placing.level_words, placing.evidence, at, shared_at)


def _at(moment: datetime | date | None) -> str:
    return moment.isoformat() if moment else ""
