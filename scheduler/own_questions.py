"""A programme's own question as one of the bank's."""

from datetime import timedelta

from prompts.question import Lens, NotWhen, Question, Requires, Stage, Status, Theme
from prompts.readiness import A_STRETCH
from storage.tables import OwnQuestion

A_YEAR = timedelta(days=365)
# What is deep waits for trust and a lighter week, whoever wrote it.
WAITS = (NotWhen.HEAVY_WEEK, NotWhen.AFTER_STRETCH, NotWhen.SAFETY_CARD_7D)
SETTLES = "CAR-OPN-1"


def to_question(row: OwnQuestion) -> Question:
    """One in its pilot counts as live: it is only ever read for whoever it is tried with."""
    is_deep = row.depth >= A_STRETCH
    asked = row.state in {Status.PILOT, Status.LIVE}
    reviewed_on = row.reviewed_at.date() if row.reviewed_at else None
    return Question(
        id=row.key,
        version=row.version,
        status=Status.LIVE if asked else Status(row.state),
        stage=Stage(row.stage),
        depth=row.depth,
        text=row.words,
        purpose=row.purpose,
        lens=Lens(row.lens),
        themes=(Theme(row.theme),),
        author=str(row.author_id or "somebody who has left"),
        reviewed_by=str(row.reviewer_id) if row.reviewer_id else "",
        reviewed_on=reviewed_on,
        next_review=reviewed_on + A_YEAR if reviewed_on else None,
        requires=Requires(min_readiness=2) if is_deep else Requires(),
        settle_with=SETTLES if is_deep else "",
        not_when=WAITS if is_deep else (),
    )
