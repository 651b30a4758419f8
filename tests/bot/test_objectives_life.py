"""An objective's life, whatever is done to it in whatever order: never more than three are in use,
what has ended stays ended, no wording is lost, and no review closes without a decision."""

from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prompts.message import FormName, Press
from storage.engine import reading
from storage.objectives import MOST_ACTIVE, all_objectives, earlier_wordings
from storage.questions import open_question
from storage.reviews import reviews_of
from storage.tables import ObjectiveState
from tests.cast import Programme, as_they_wrote

ENDED = (ObjectiveState.COMPLETED, ObjectiveState.LET_GO)
PRESSES = (
    *(Press.SHAPE_OBJECTIVE, Press.REVIEW_OBJECTIVE, Press.PARK_OBJECTIVE),
    *(Press.TAKE_UP_OBJECTIVE, Press.COMPLETE_OBJECTIVE, Press.LET_GO_OBJECTIVE),
)
DECISIONS = ("keep", "revise", "complete", "let go")
NEW, REWORD, ANSWER, DECIDE, SKIP, WAIT = "new", "reword", "answer", "decide", "skip", "wait"
deeds = st.tuples(
    st.sampled_from(
        [*PRESSES, NEW, NEW, REWORD, REWORD, ANSWER, ANSWER, DECIDE, DECIDE, SKIP, WAIT]
    ),
    st.integers(0, 4),
    st.sampled_from(["Wider.", "The board decides.", "Later."]),
    st.sampled_from(DECISIONS),
)


async def does(programme: Programme, what: str, one: UUID | None, words: str, choice: str) -> None:
    match what:
        case Press():
            await programme.presses("amara", what, one or "")
        case "new":
            await programme.submits("amara", FormName.OBJECTIVE, words=words)
        case "reword" if one is not None:
            await programme.submits("amara", FormName.OBJECTIVE, one, words=words)
        case "answer":
            await answers(programme, words, choice)
        case "decide":
            for _ in range(7):
                await programme.presses("amara", Press.REVIEW_OBJECTIVE, one or "")
                await answers(programme, words, choice)
        case "skip":
            await programme.says("amara", "skip")
        case "wait":
            await programme.passes(days=5)


async def answers(programme: Programme, words: str, choice: str) -> None:
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        nudge = await open_question(db, amara, programme.now)
    if nudge is None:
        return
    question = programme.bank.questions[nudge.question_id]
    said = choice if choice in question.options else question.options[0] if question.options else ""
    await programme.submits("amara", FormName.ANSWER, nudge.id, words=said or words)


class Seen:
    """What is in the database of Amara's objectives, in words."""

    def __init__(self) -> None:
        self.states: dict[UUID, ObjectiveState] = {}
        self.wordings: dict[UUID, list[str]] = {}
        self.decided = 0

    @classmethod
    async def of(cls, programme: Programme) -> "Seen":
        seen, amara = cls(), await programme.member("Amara Okafor")
        async with reading(programme.engine) as db:
            mine = await all_objectives(db, amara)
            ids = [one.id for one in mine]
            earlier = await earlier_wordings(db, ids)
            seen.decided = sum(map(len, (await reviews_of(db, ids)).values()))
            for one in mine:
                seen.states[one.id] = one.state
                before = list(reversed(earlier.get(one.id, ())))
                assert [each.version for each in before] == list(range(1, one.version))
                seen.wordings[one.id] = await as_they_wrote(db, amara, [*before, one])
        return seen


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deeds=st.lists(deeds, max_size=12))
async def test_whatever_is_done_nothing_is_lost_and_nothing_is_left_in_between(
    programme: Programme, deeds: list[tuple[str, int, str, str]]
) -> None:
    await programme.agrees("amara")
    for what, which, words, choice in deeds:
        before = await Seen.of(programme)
        theirs = list(before.states)
        one = theirs[which % len(theirs)] if theirs else None
        await does(programme, what, one, words, choice)
        after = await Seen.of(programme)
        in_use = [state for state in after.states.values() if state is ObjectiveState.ACTIVE]
        assert len(in_use) <= MOST_ACTIVE
        for key, state in before.states.items():
            assert after.states[key] is state or state not in ENDED
            if before.states[key] is not ObjectiveState.SHAPING:
                assert (
                    after.wordings[key][: len(before.wordings[key]) - 1]
                    == (before.wordings[key][:-1])
                )
                assert before.wordings[key][-1] in after.wordings[key]
        # A review is recorded by an answer that decides, and by nothing else.
        decisions = {ANSWER: {0, 1}, DECIDE: set(range(8))}.get(what, {0})
        assert after.decided - before.decided in decisions
