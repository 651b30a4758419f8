"""The pace at Teams: by the tenant, one at a time in a conversation, whoever waits goes first."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.pacing import Lane
from bot.teams.pacing import A_SECOND, HOLDS, TOGETHER, Pace, Ticket

AT_ONCE, IN_TURN = Lane.AT_ONCE, Lane.IN_TURN
THEIR_LIMIT = 50


def rested() -> Pace:
    """A minute after the process began."""
    return Pace(-60.0)


def run(pace: Pace, until: float, each: float = 0.05) -> list[tuple[float, Ticket]]:
    """Everybody who waits, each under way for so long."""
    gone: list[tuple[float, Ticket]] = []
    busy: list[tuple[float, Ticket]] = []
    steps = int(until / 0.01)
    for now in (step * 0.01 for step in range(steps)):
        for end, ticket in [one for one in busy if one[0] <= now]:
            pace.leave(ticket)
            busy.remove((end, ticket))
        for ticket in pace.admit(now):
            gone.append((now, ticket))
            busy.append((now + each, ticket))
    return gone


def test_a_thousand_people_are_written_to_in_forty_seconds_and_no_second_has_too_many() -> None:
    pace = rested()
    for number in range(1_000):
        pace.join(f"a:{number}", IN_TURN, 0.0)
    gone = run(pace, 45.0)
    assert len(gone) == 1_000
    assert gone[-1][0] < 1_000 / A_SECOND + 1
    for start in range(40):
        assert sum(start <= at < start + 1 for at, _ in gone) <= THEIR_LIMIT


def test_just_after_a_start_little_goes_at_once() -> None:
    pace = Pace(0.0)
    for number in range(100):
        pace.join(f"a:{number}", AT_ONCE, 0.0)
    assert len(pace.admit(0.0)) == HOLDS // 4


def test_whoever_waits_goes_first_and_finds_room() -> None:
    pace = rested()
    for number in range(100):
        pace.join(f"a:{number}", IN_TURN, 0.0)
    assert len(pace.admit(0.0)) == 18
    waiting = pace.join("a:amara", AT_ONCE, 0.0)
    assert pace.admit(0.0) == [waiting]
    assert pace.wait("a:ruth", AT_ONCE, 0.0) == 0
    assert pace.wait("a:ruth", IN_TURN, 0.0) > 3


def test_what_has_no_end_leaves_places_for_those_who_wait() -> None:
    pace = rested()
    for number in range(100):
        pace.join(f"a:{number}", IN_TURN, 0.0)
    assert len(run(pace, 20.0, each=1_000)) == TOGETHER * 3 // 4
    assert pace.next_in(20.0) is None
    pace.join("a:amara", AT_ONCE, 20.0)
    assert len(pace.admit(20.0)) == 1


def test_in_a_conversation_they_go_one_after_another_in_their_order() -> None:
    pace = rested()
    first, second = (pace.join("a:amara", AT_ONCE, 0.0) for _ in range(2))
    other = pace.join("a:ruth", IN_TURN, 0.0)
    assert pace.admit(0.0) == [first, other]
    assert pace.next_in(0.0) is None
    pace.leave(first)
    assert pace.admit(0.0) == [second]


def test_a_conversation_that_must_rest_holds_up_no_other() -> None:
    pace = rested()
    pace.slow_down("a:amara", 10.0, 0.0)
    held = pace.join("a:amara", AT_ONCE, 0.0)
    other = pace.join("a:ruth", AT_ONCE, 0.0)
    assert pace.admit(0.0) == [other]
    assert pace.wait("a:amara", AT_ONCE, 4.0) == 6.0
    assert pace.next_in(4.0) == 6.0
    assert pace.admit(9.9) == []
    assert pace.admit(10.0) == [held]


def test_complaints_together_halve_the_pace_once_and_it_grows_back() -> None:
    pace = rested()
    for number in range(8):
        pace.slow_down(f"a:{number}", 1.0, 0.0)
    for number in range(500):
        pace.join(f"b:{number}", AT_ONCE, 0.0)
    gone = run(pace, 20.0)
    first = sum(at < 1 for at, _ in gone)
    last = sum(19 <= at < 20 for at, _ in gone)
    assert 10 <= first <= 15
    assert 24 <= last <= 26


def test_nothing_is_remembered_of_whom_nothing_is_the_matter_with() -> None:
    pace = rested()
    for number in range(1_000):
        pace.slow_down(f"a:{number}", 5.0, float(number))
    pace.wait("a:amara", AT_ONCE, 2_000.0)
    assert pace._held == {}


acts = st.lists(
    st.tuples(
        st.sampled_from(["join", "admit", "leave", "slow", "give up"]),
        st.integers(0, 5),
        st.sampled_from(Lane),
        st.floats(0, 3),
    ),
    max_size=60,
)


@given(acts)
def test_whatever_happens_nobody_is_lost_and_none_goes_twice(
    acts: list[tuple[str, int, Lane, float]],
) -> None:
    pace, now = rested(), 0.0
    waiting: list[Ticket] = []
    going: list[Ticket] = []
    for act, number, lane, passed in acts:
        now += passed
        match act:
            case "join":
                waiting.append(pace.join(f"a:{number}", lane, now))
            case "leave" if going:
                pace.leave(going.pop(number % len(going)))
            case "give up" if waiting:
                pace.leave(waiting.pop(number % len(waiting)))
            case "slow":
                pace.slow_down(f"a:{number}", passed, now)
            case _:
                for ticket in pace.admit(now):
                    waiting.remove(ticket)
                    going.append(ticket)
        assert all(ticket.goes for ticket in going)
        together = Counter(ticket.conversation for ticket in going)
        assert not together or max(together.values()) == 1
    for _ in range(200):
        for ticket in going:
            pace.leave(ticket)
        going = pace.admit(now)
        for ticket in going:
            waiting.remove(ticket)
        now += pace.next_in(now) or 0.1
    assert waiting == []
