"""A programme's own question, or a coach's, as one of the bank's."""

from datetime import timedelta

from prompts.bank import Bank
from prompts.question import Lens, NotWhen, Question, Requires, Stage, Status, Theme
from prompts.readiness import A_STRETCH
from storage.tables import OwnQuestion, Pin

# What a coach's own question is for, by how deep it goes.
STAGES = {1: Stage.OPEN, 2: Stage.EXPLORE, 3: Stage.CHALLENGE, 4: Stage.CHALLENGE}
DEEPEST_PIN = max(STAGES)
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


def coachs_question(key: str, words: str, depth: int) -> Question:
    """It belongs to no theme, so nobody is asked it but whom it is pinned for."""
    return Question(
        id=key,
        stage=STAGES[depth],
        depth=depth,
        text=words,
        purpose="A coach chose it for one leader.",
        lens=Lens.SELF,
        author="their coach",
        settle_with=SETTLES if depth >= A_STRETCH else "",
        not_when=WAITS if depth >= A_STRETCH else (),
    )


def pinned_question(pin: Pin, bank: Bank) -> Question | None:
    """None where the bank asks it no more."""
    if pin.words:
        return coachs_question(pin.question_id, pin.words, pin.depth)
    question = bank.questions.get(pin.question_id)
    return question if question is not None and question.status is Status.LIVE else None
