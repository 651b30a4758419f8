"""The life of a question: each move, by whom, and no way around the second person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.life import IN_WORDS, MOVES, Deed, LifeError, deeds_for, moved
from prompts.question import Status

PRIYA, TOM = "Priya", "Tom"


def life(*deeds: tuple[Deed, str], status: Status = Status.DRAFT) -> Status:
    """What becomes of a question that Priya wrote."""
    for deed, by in deeds:
        status = moved(status, deed, author=PRIYA, by=by)
    return status


def test_a_question_is_written_read_by_another_tried_and_asked() -> None:
    tried = [(Deed.HAND_IN, PRIYA), (Deed.SIGN_OFF, TOM)]
    assert life(*tried) is Status.PILOT
    assert life(*tried, (Deed.MAKE_LIVE, PRIYA)) is Status.LIVE
    assert life(*tried, (Deed.MAKE_LIVE, PRIYA), (Deed.REST, TOM)) is Status.RESTING


def test_what_the_lint_found_is_mended_first() -> None:
    with pytest.raises(LifeError, match="what the lint found"):
        moved(Status.DRAFT, Deed.HAND_IN, author=PRIYA, by=PRIYA, errors=1)


def test_nobody_signs_off_what_they_wrote() -> None:
    with pytest.raises(LifeError, match="Somebody else must sign off"):
        life((Deed.HAND_IN, PRIYA), (Deed.SIGN_OFF, PRIYA))
    assert Deed.SIGN_OFF not in deeds_for(Status.REVIEW, is_author=True)


@given(st.lists(st.tuples(st.sampled_from(Deed), st.sampled_from([PRIYA, TOM])), max_size=12))
def test_no_way_leads_to_live_past_the_second_person(deeds: list[tuple[Deed, str]]) -> None:
    status, signed = Status.DRAFT, False
    for deed, by in deeds:
        try:
            status = moved(status, deed, author=PRIYA, by=by)
        except LifeError:
            continue
        signed = (signed or (deed is Deed.SIGN_OFF and by == TOM)) and status is not Status.DRAFT
        assert status not in {Status.PILOT, Status.LIVE, Status.RESTING} or signed


@pytest.mark.parametrize("over", [Status.RETIRED, Status.WITHDRAWN])
def test_what_is_over_stays_over(over: Status) -> None:
    assert deeds_for(over, is_author=False) == ()
    with pytest.raises(LifeError, match=IN_WORDS[over]):
        life((Deed.MAKE_LIVE, TOM), status=over)


@pytest.mark.parametrize("status", Status)
def test_what_is_offered_can_be_done(status: Status) -> None:
    for deed in deeds_for(status, is_author=False):
        assert moved(status, deed, author=PRIYA, by=TOM) is MOVES[deed][1]
