"""What is shown of a count tells nobody about one person, and no subtraction finds a few."""

from fractions import Fraction
from itertools import combinations, pairwise
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from storage.suppressing import (
    SHARE_BASE,
    SPREAD,
    STEPS,
    WEIGHTS,
    AtLeast,
    AtMost,
    Blurred,
    Count,
    Figures,
    People,
    Share,
    Shown,
    TooFew,
    blur,
    check_threshold,
    counts,
    shares,
)
from tests.storage.adversary import STILL, outcomes, surer_than, values

K = 11
EDGE = Fraction(1, 190)
SIZES = st.integers(0, 60)
THRESHOLDS = st.integers(5, 15)


def people(size: int, first: int = 0) -> People:
    return frozenset(range(first, first + size))


def exact(size: int, first: int = 0) -> Blurred:
    """As if the blur had happened to be nothing."""
    return Blurred(people(size, first), size)


def one_count(size: int, k: int, earlier: People | None = None) -> dict:
    standing = Shown(Count(30), earlier) if earlier else None
    released = [[earlier]] if earlier else []
    return outcomes(
        lambda chance: values(
            counts([(blur(people(size), chance), standing)], standing, released, k, chance)
        )
    )


def test_the_blur_is_symmetric_and_each_step_further_is_half_as_likely() -> None:
    assert list(reversed(WEIGHTS)) == WEIGHTS
    assert sum(WEIGHTS) == 190
    assert min(STEPS) == -SPREAD
    assert [a / b for a, b in pairwise(WEIGHTS[: SPREAD + 1])] == [0.5] * SPREAD
    drawn = {len(people(20)) - blur(people(20), chance).about for chance in map(Random, range(999))}
    assert drawn <= set(STEPS)


@given(SIZES, THRESHOLDS)
@example(K - 1, K)
@example(K, K)
@example(K + SPREAD, K)
@example(22, K)
def test_whoever_knows_all_but_one_is_never_surer_than_three_quarters(size: int, k: int) -> None:
    without, within = one_count(size, k), one_count(size + 1, k)
    assert surer_than(Fraction(3, 4), without, within) <= EDGE


@settings(max_examples=40)
@given(SIZES, st.integers(1, 60), st.integers(0, 70), THRESHOLDS)
@example(30, 30, 0, K)
@example(30, 30, 13, K)
@example(16, 30, 42, K)
@example(11, 30, 0, K)
@example(5, 1, 5, 5)
@example(6, 1, 6, 5)
def test_held_against_an_earlier_figure_never_surer_than_nine_tenths(
    size: int, earlier: int, first: int, k: int
) -> None:
    """Whether or not the one was counted then. Nothing was ever shown of fewer than k people, so
    the earlier figure stands on at least k of them in either world."""
    then = people(max(earlier, k + 1), first)
    without, within = one_count(size, k, then), one_count(size + 1, k, then)
    assert surer_than(Fraction(9, 10), without, within) <= 3 * EDGE
    stayed = one_count(size + 1, k, then | {size})
    gone = one_count(size, k, then - {size} or None)
    assert surer_than(Fraction(9, 10), gone, stayed) <= 3 * EDGE


@settings(max_examples=20)
@given(SIZES, st.integers(10, 40), THRESHOLDS)
@example(16, 17, K)
def test_a_breakdown_makes_nobody_surer_of_one_of_its_people(size: int, other: int, k: int) -> None:
    def broken_down(more: int) -> dict:
        return outcomes(
            lambda chance: values(
                counts(
                    [
                        (blur(people(size + more), chance), None),
                        (blur(people(other, 100), chance), None),
                    ],
                    None,
                    [],
                    k,
                    chance,
                )
            )
        )

    assert surer_than(Fraction(3, 4), broken_down(0), broken_down(1)) <= 3 * EDGE


@settings(max_examples=30)
@given(st.integers(14, 70), st.floats(0, 1), THRESHOLDS)
@example(26, 1.0, K)
def test_a_share_makes_nobody_surer_of_one_answer(base: int, part: float, k: int) -> None:
    answered = min(int(part * base), base - 1)

    def share(some: int) -> dict:
        return outcomes(
            lambda chance: values(
                shares([blur(people(base), chance)], [blur(people(some), chance)], k)
            )
        )

    assert surer_than(Fraction(3, 4), share(answered), share(answered + 1)) <= 3 * EDGE


def test_rounding_and_a_hard_line_alone_would_give_one_away_in_a_fifth_of_releases() -> None:
    """What the blur is for. Cohorts of 20 to 120, as coaching practice was measured on."""

    def rounded(size: int) -> int | None:
        return (size + 2) // 5 * 5 if size >= K else None

    certain = [size for size in range(20, 120) if rounded(size) != rounded(size + 1)]
    assert len(certain) == 20
    # And blurred: no outcome is certain but the ends of the blur, 1 in 190.
    for size in range(60):
        assert surer_than(Fraction(999, 1000), one_count(size, K), one_count(size + 1, K)) <= EDGE


def test_never_fewer_than_the_threshold_and_surely_with_twelve_more() -> None:
    for size in range(60):
        chances = one_count(size, K)
        if size < K:
            assert chances == {(None, None): 1}
        if size >= K + 2 * SPREAD:
            assert (None, None) not in chances
        for value in {one for outcome in chances for one in outcome if one}:
            assert type(value.people) is int
            assert value.people % 5 == 0
            assert abs(value.people - size) <= SPREAD + 2


@pytest.mark.parametrize("k", [-1, 0, 4])
def test_a_threshold_that_protects_nobody_is_refused(k: int) -> None:
    for refused in (
        lambda: check_threshold(k),
        lambda: counts([], None, [], k, STILL),
        lambda: shares([], [], k),
    ):
        with pytest.raises(ValueError, match=f"No totals of fewer than 5 people; {k} is too low"):
            refused()
    check_threshold(5)


def test_a_programme_without_anybody_shows_nothing() -> None:
    assert counts([], None, [], K, STILL) == Figures(TooFew(), ())
    assert shares([], [], K) == Figures(TooFew(), ())


def test_one_cohort_is_the_programme() -> None:
    [shown] = {*(found := counts([(exact(32), None)], None, [], K, STILL)).parts, found.whole}
    assert shown == Shown(Count(30), people(32))


def test_cohorts_are_shown_together_and_add_up() -> None:
    parts = [(exact(22), None), (exact(18, 100), None)]
    found = counts(parts, None, [], K, STILL)
    assert values(found) == (Count(40), Count(20), Count(20))
    assert isinstance(found.whole, Shown)
    assert len(found.whole.people) == 40


def test_one_small_cohort_hides_them_all_but_not_the_programme() -> None:
    parts = [(exact(22), None), (exact(3, 100), None), (exact(18, 200), None)]
    assert values(counts(parts, None, [], K, STILL)) == (Count(45), None, None, None)
    assert values(counts(parts[1:], None, [], K, STILL)) == (None, None, None)


def test_a_figure_stands_until_enough_have_come_or_gone() -> None:
    then = Shown(Count(30), people(30))
    for gone, expected in ((0, then), (3, then), (16, then), (17, Shown(Count(30), people(30, 9)))):
        now = exact(30, gone // 2 + gone % 2) if gone < 17 else exact(30, 9)
        assert counts([(now, then)], then, [[then.people]], K, STILL).whole == expected
    # Eight went and nine came: just enough for a new figure.
    now = exact(31, 8)
    assert counts([(now, then)], then, [[then.people]], K, STILL).whole == Shown(
        Count(30), now.people
    )
    # Too near to something else that was shown, and never shown itself.
    assert counts([(exact(31), None)], None, [[then.people]], K, STILL).whole == TooFew()
    # Fewer than may be shown: what stood is no longer true.
    assert counts([(exact(3), then)], then, [[then.people]], K, STILL).whole == TooFew()


def test_cohorts_that_all_stand_leave_their_whole_standing() -> None:
    """As from one quarter to the next, when few come or go."""
    first, second = Shown(Count(30), people(30)), Shown(Count(30), people(30, 100))
    whole = Shown(Count(60), people(30) | people(30, 100))
    parts = [(exact(31), first), (exact(28, 102), second)]
    released = [[whole.people], [first.people, second.people]]
    assert counts(parts, whole, released, K, STILL) == Figures(whole, (first, second))


def test_a_whole_stands_also_where_its_cohorts_are_hidden_now() -> None:
    whole = Shown(Count(45), people(40) | people(5, 100))
    parts = [(exact(38), None), (exact(3, 100), None)]
    found = counts(parts, whole, [[whole.people]], K, STILL)
    assert found == Figures(whole, (TooFew(), TooFew()))


def test_a_figure_that_is_nearly_a_sum_of_earlier_ones_is_not_shown() -> None:
    cohorts = [people(20), people(20, 100), people(20, 200)]
    two_and_a_few = cohorts[0] | cohorts[1] | people(4, 300)
    group = Blurred(two_and_a_few, len(two_and_a_few))
    assert counts([(group, None)], None, [cohorts], K, STILL).whole == TooFew()


def test_a_whole_that_may_not_be_shown_takes_its_cohorts_along() -> None:
    """They would add up to it. One of them stands from before, the other is new."""
    stands = Shown(Count(20), people(20))
    new = exact(30, 100)
    nearly_both = people(20) | people(28, 100)
    parts = [(exact(21), stands), (new, None)]
    released = [[stands.people], [nearly_both]]
    assert values(counts(parts, None, released, K, STILL)) == (None, None, None)


def test_who_changes_cohort_is_not_found_by_subtraction() -> None:
    """The first cohort's figure stands from before some of its 28 went over to the second."""
    stands = Shown(Count(30), people(28))
    second = Blurred(people(15) | people(20, 100), 35)
    found = counts([(exact(13, 15), stands), (second, None)], None, [[stands.people]], K, STILL)
    assert values(found) == (Count(50), None, None)
    # Twelve went over: the whole would be all of the second, and sixteen more.
    stays = Blurred(people(28) - people(12), 17)
    over = Blurred(people(12) | people(40, 100), 52)
    found = counts([(stays, stands), (over, None)], None, [[stands.people]], K, STILL)
    assert values(found) == (None, None, None)
    stays = Blurred(people(28) - people(8), 20)
    over = Blurred(people(8) | people(40, 100), 48)
    found = counts([(stays, stands), (over, None)], None, [[stands.people]], K, STILL)
    assert values(found) == (Count(80), Count(30), Count(50))


@pytest.mark.parametrize(
    ("answered", "of", "shown"),
    [
        (0, 40, AtMost()),
        (-6, 40, AtMost()),
        (4, 40, AtMost()),
        (5, 40, Share(15)),
        (20, 40, Share(50)),
        (34, 40, Share(85)),
        (35, 40, AtLeast()),
        (46, 40, AtLeast()),
        (13, 26, Share(50)),
        (13, 25, None),
    ],
)
def test_a_share_is_in_steps_of_five_with_open_ends(answered: int, of: int, shown: object) -> None:
    found = shares([Blurred(people(of), of)], [Blurred(people(max(answered, 0)), answered)], K)
    assert values(found) == (shown, shown)
    # Per cent are whole numbers, also as they are written.
    assert str(values(found)[0]) == str(shown)


def test_a_share_stands_on_twenty_whatever_the_threshold_and_on_the_threshold_above() -> None:
    for k, least in ((5, SHARE_BASE), (K, SHARE_BASE), (30, 30)):
        for size in range(70):
            shown = outcomes(
                lambda chance, size=size, k=k: values(
                    shares([blur(people(size), chance)], [exact(size // 2)], k)
                )
            )
            assert size >= least or shown == {(None, None): 1}


def test_shares_of_cohorts_are_shown_all_together_or_not_at_all() -> None:
    some = [exact(15), exact(6)]
    assert values(shares([exact(30), exact(26)], some, K)) == (Share(40), Share(50), Share(25))
    assert values(shares([exact(40), exact(25)], some, K)) == (Share(30), None, None)
    assert values(shares([exact(20), exact(11)], some, K)) == (None, None, None)


QUARTERS = st.lists(
    st.tuples(st.sampled_from([0, 1, 3, 8, 15, 40]), st.integers(0, 2**32)),
    min_size=2,
    max_size=5,
)


@settings(max_examples=300)
@given(QUARTERS, st.integers(5, 12), st.integers(1, 3), st.integers(20, 110))
def test_whatever_happens_no_two_released_figures_differ_by_a_few(
    quarters: list[tuple[int, int]], k: int, cohorts: int, crowd: int
) -> None:
    """People come, go, withdraw and change cohort between quarters."""
    where = {one: one % cohorts for one in range(crowd)}
    standing: dict[object, Shown] = {}
    released: list[list[People]] = []
    shown: set[People] = set()
    for changes, seed in quarters:
        chance = Random(seed)  # noqa: S311 - one that can be had again
        for one in chance.sample(range(crowd), min(changes, crowd)):
            where[one] = chance.choice([-1, *range(cohorts)])
        groups = [frozenset(a for a, place in where.items() if place == c) for c in range(cohorts)]
        parts = [(blur(group, chance), standing.get(n)) for n, group in enumerate(groups)]
        found = counts(parts, standing.get("whole"), released, k, chance)
        some = frozenset(one for group in groups for one in group if chance.random() < 0.5)
        _remember(found, released, shown, standing)
        other = counts([(blur(some, chance), None)], None, released, k, chance)
        _remember(other, released, shown, {})
    assert all(len(one) >= k for one in shown)
    assert all(not one ^ other or len(one ^ other) >= k for one, other in combinations(shown, 2))


def _remember(
    found: Figures, released: list[list[People]], shown: set[People], standing: dict[object, Shown]
) -> None:
    for number, one in (("whole", found.whole), *enumerate(found.parts)):
        if isinstance(one, Shown):
            standing[number] = one
            shown.add(one.people)
    each = (
        [one.people for one in figures if isinstance(one, Shown)]
        for figures in ([found.whole], found.parts)
    )
    released.extend(people_of for people_of in each if people_of)
