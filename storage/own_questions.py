"""Questions that a programme's own people wrote, and who is asked them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.members import Member
from storage.tables import MemberRow, OwnQuestion

LIVE, PILOT, OVER = "live", "pilot", ("retired", "withdrawn")


async def add_question(
    db: AsyncSession, author: Member, words: OwnQuestion, now: datetime
) -> OwnQuestion:
    """A first version of something new; `words` holds what was written, and no key yet."""
    words.key = f"OWN-{uuid4().hex[:12]}"
    words.workspace_id, words.author_id, words.written_at = author.workspace_id, author.id, now
    db.add(words)
    await db.flush()
    return words


async def add_version(
    db: AsyncSession, before: OwnQuestion, author: Member, words: OwnQuestion, now: datetime
) -> OwnQuestion:
    """Other words for the same question. What was asked before keeps its own."""
    versions = await db.exec(
        select(OwnQuestion.version).where(
            OwnQuestion.workspace_id == before.workspace_id, OwnQuestion.key == before.key
        )
    )
    words.key, words.version = before.key, max(versions) + 1
    words.workspace_id, words.author_id, words.written_at = before.workspace_id, author.id, now
    db.add(words)
    await db.flush()
    return words


async def find_question(db: AsyncSession, workspace_id: UUID, key: UUID) -> OwnQuestion | None:
    found = await db.get(OwnQuestion, key)
    return found if found is not None and found.workspace_id == workspace_id else None


async def questions_of(db: AsyncSession, workspace_id: UUID) -> list[OwnQuestion]:
    """All that are not over, newest first."""
    found = await db.exec(
        select(OwnQuestion)
        .where(OwnQuestion.workspace_id == workspace_id)
        .where(col(OwnQuestion.state).not_in(OVER))
        .order_by(col(OwnQuestion.written_at).desc(), col(OwnQuestion.id))
    )
    return list(found)


async def has_newer(db: AsyncSession, row: OwnQuestion) -> bool:
    """Whether a later version of it is tried or asked already."""
    found = await db.exec(
        select(OwnQuestion.id)
        .where(OwnQuestion.workspace_id == row.workspace_id, OwnQuestion.key == row.key)
        .where(col(OwnQuestion.version) > row.version)
        .where(col(OwnQuestion.state).in_((LIVE, PILOT)))
    )
    return found.first() is not None


async def retire_others(db: AsyncSession, live: OwnQuestion) -> list[tuple[OwnQuestion, str]]:
    """Of one question there is never more than one version that is asked. Returns those that gave
    way, each with the state it was in."""
    found = await db.exec(
        select(OwnQuestion)
        .where(OwnQuestion.workspace_id == live.workspace_id, OwnQuestion.key == live.key)
        .where(OwnQuestion.id != live.id, col(OwnQuestion.state).in_((LIVE, PILOT, "resting")))
        .order_by(col(OwnQuestion.version))
        .with_for_update()
    )
    retired = [(one, one.state) for one in found]
    for one, _ in retired:
        one.state = "retired"
        db.add(one)
    await db.flush()
    return retired


async def known_to(db: AsyncSession, member_ids: Collection[UUID]) -> dict[UUID, list[OwnQuestion]]:
    """What each of these people may be asked, or may have been: the live ones of their workspace,
    those in a pilot with their own cohort, and what rests or is over, so that a choice still knows
    how deep it went. Of one question the version that is asked, or else the newest."""
    found = await db.exec(
        select(MemberRow.id, OwnQuestion)
        .join(OwnQuestion, col(OwnQuestion.workspace_id) == MemberRow.workspace_id)
        .where(col(MemberRow.id).in_(member_ids))
        .where(
            or_(
                col(OwnQuestion.state).in_((LIVE, "resting", *OVER)),
                and_(
                    OwnQuestion.state == PILOT,
                    col(OwnQuestion.cohort_id) == col(MemberRow.cohort_id),
                ),
            )
        )
        .where(col(OwnQuestion.reviewed_at).is_not(None))
        .order_by(col(OwnQuestion.key), col(OwnQuestion.version))
    )
    theirs: dict[UUID, dict[str, OwnQuestion]] = defaultdict(dict)
    for member_id, question in found:
        before = theirs[member_id].get(question.key)
        if before is None or before.state not in {LIVE, PILOT} or question.state in {LIVE, PILOT}:
            theirs[member_id][question.key] = question
    return {member_id: list(own.values()) for member_id, own in theirs.items()}


async def written_by(db: AsyncSession, someone: Member) -> list[OwnQuestion]:
    found = await db.exec(
        select(OwnQuestion)
        .where(OwnQuestion.author_id == someone.id)
        .order_by(col(OwnQuestion.written_at), col(OwnQuestion.id))
    )
    return list(found)
