"""Two hundred people, and fifty thousand, in one workspace: nobody is lost for want of room."""

from collections.abc import Collection

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bot.mornings import Morning

HOUR = 3600


def is_as_promised(morning: Morning) -> None:
    print(morning)  # `pytest -s` shows the figures
    assert morning.ended == []
    assert len(morning.sent) == morning.people
    assert morning.last < 4 * HOUR
    assert morning.busiest_minute <= 300


def test_two_hundred_are_asked_at_nine() -> None:
    morning = Morning(200).goes_by()

    is_as_promised(morning)
    assert morning.last < 120


def test_fifty_thousand_are_asked_by_half_past_twelve_each_soon_after_their_place() -> None:
    morning = Morning(50_000).goes_by()

    is_as_promised(morning)
    assert morning.last < 3.6 * HOUR
    assert morning.latest < HOUR / 3


def test_fifty_thousand_are_asked_though_slack_complains_every_half_hour() -> None:
    morning = Morning(50_000, complains_at=range(600, 12_600, 1_800)).goes_by()

    is_as_promised(morning)


def test_a_crowd_that_an_outage_made_ready_all_at_once_is_asked_too() -> None:
    is_as_promised(Morning(20_000, spread=False, complains_at=[60, 61, 900]).goes_by())


@settings(max_examples=30)
@given(
    st.integers(1, 1_500),
    st.booleans(),
    st.lists(st.floats(0, 2 * HOUR), max_size=12),
)
def test_however_slack_complains_nobody_is_given_up(
    people: int, spread: bool, complaints: Collection[float]
) -> None:
    morning = Morning(people, spread, complaints).goes_by()

    assert morning.ended == []
    assert len(morning.sent) == people
