"""What a person wrote comes back exactly as they wrote it, on either database."""

from itertools import count
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from storage.engine import reading, transaction
from storage.members import Member
from storage.objectives import find_objective, set_objective
from storage.reflections import keep_reflection, reflection_on
from storage.rights import Purpose
from storage.tables import Nudge, NudgeKind
from storage.texts import open_text
from tests.cast import MONDAY, Programme

# NUL and halves of characters are refused before they come here: no text can hold them.
WRITABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300)
NUMBERS = count()


@pytest.fixture
async def amara(programme: Programme) -> Member:
    return await programme.member("Amara Okafor")


def a_question(who: Member) -> Nudge:
    return Nudge(
        workspace_id=who.workspace_id,
        member_id=who.id,
        slot=f"{next(NUMBERS)}/question",
        kind=NudgeKind.QUESTION,
        due_at=MONDAY,
        ready_at=MONDAY,
        expires_at=MONDAY,
    )


async def keep(programme: Programme, who: Member, words: str) -> tuple[UUID, Nudge]:
    nudge = a_question(who)
    async with transaction(programme.engine) as db:
        db.add(nudge)
        await db.flush()
        objective = await set_objective(db, who, words, [], MONDAY)
        await keep_reflection(db, who, nudge, words, words, MONDAY)
        return objective.id, nudge


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=WRITABLE)
@example(words="")
@example(words=" \t kept as typed \r\n\n ")
@example(words="👩🏾‍⚕️ and 🏴󠁧󠁢󠁷󠁬󠁳󠁿, one of each")
@example(words="שלום، مرحبا\u202e then back\u202c")
@example(words="e\u0301 is not é, and ﬁ is not fi")
@example(words="'; DROP TABLE reflection; -- %s %(x)s :x {x} \\ \\0 $1")
@example(words="\x01\x1b\x7f\x85\u2028\ufeff\ufffe\U0010ffff")
@example(words="I\u0307ß" * 5_000)
async def test_what_amara_wrote_comes_back_to_the_letter(
    programme: Programme, amara: Member, words: str
) -> None:
    objective_id, nudge = await keep(programme, amara, words)
    async with reading(programme.engine) as db:
        objective = await find_objective(db, amara, objective_id)
        reflection = await reflection_on(db, nudge)
        assert objective is not None
        assert reflection is not None
        for kept in (objective, reflection):
            assert words.encode() not in kept.words or len(words) < 8
            assert await open_text(db, amara, Purpose.OWN_PAGE, kept, MONDAY) == words
    assert reflection.question_words == words
