"""Each measure finds what it is there to find, on journeys of which the right figure is known."""

from dataclasses import replace
from math import log2

import pytest

from prompts.history import Dial
from prompts.question import Stage, Theme
from prompts.scoring import SHARES
from scheduler.measuring import gini, lint_result
from scheduler.simulated import WorkingPattern
from scheduler.tallying import Tally
from tests.scheduler.journeys import (
    WEEKS,
    amara,
    counted,
    figure,
    figures,
    journey,
    question,
    result,
    sent,
    tried,
)

PLAIN = question("A")
STRONG = question("C", stage=Stage.CHALLENGE, depth=4)


def test_m1_a_question_that_comes_before_it_has_rested_is_a_repeat() -> None:
    rested = journey(sent(0, PLAIN), sent(60, PLAIN))
    too_soon = journey(sent(0, PLAIN), sent(59, PLAIN))
    assert figure("M1", rested) == 0
    assert figure("M1", too_soon) == 1 / 2
    assert result("M1", counted(rested)).met is True
    assert result("M1", counted(too_soon)).met is False


def test_m1_another_of_the_same_group_is_a_repeat_too() -> None:
    one, other = question("A", group="same"), question("B", group="same")
    assert figure("M1", journey(sent(0, one), sent(3, other))) == 1 / 2
    assert figure("M1", journey(sent(0, one), sent(3, question("B")))) == 0


def test_m1_what_one_leader_was_asked_is_no_repeat_for_another() -> None:
    assert figure("M1", journey(sent(0, PLAIN)), journey(sent(3, PLAIN))) == 0


def test_m2_is_the_share_of_own_themes_in_every_six_weeks() -> None:
    partners = question("B", themes=(Theme.CONNECT,))
    leader = amara(Theme.CARE, Theme.CONNECT)
    weekly = [sent(7 * week, PLAIN) for week in range(WEEKS)]
    assert figure("M2", journey(*weekly, leader=leader)) == 1 / 2
    # The other theme is touched in the first week alone: in one window of the seven.
    assert figure("M2", journey(sent(1, partners), *weekly, leader=leader)) == pytest.approx(4 / 7)
    assert figure("M2", journey(leader=leader)) == 0
    assert result("M2", counted(journey(*weekly, leader=leader))).met is False
    assert result("M2", counted(journey(*weekly))).met is True


def test_m3_is_nothing_where_each_stage_has_its_share_and_a_bit_where_none_has() -> None:
    just_so = Tally()
    for stage, share in SHARES[3].items():
        just_so.stages[3, stage] = round(share * 100)
    assert figures("M3", just_so)[""] == pytest.approx(0, abs=1e-12)
    assert result("M3", just_so).met is True
    # Of newcomers no challenge is asked, so nothing is shared with what should be.
    amiss = Tally(stages=type(just_so.stages)({(0, Stage.CHALLENGE): 10}))
    assert figures("M3", amiss)[""] == pytest.approx(1)
    assert result("M3", amiss).met is False


def test_m3_is_reckoned_in_bits() -> None:
    only_open = Tally(stages=type(Tally().stages)({(0, Stage.OPEN): 5}))
    # Shares 1, 0, 0 beside .4, .4, .2; the middle is .7, .2, .1.
    ours, theirs = log2(1 / 0.7), 0.4 * log2(0.4 / 0.7) + 0.4 * log2(2) + 0.2 * log2(2)
    assert figures("M3", only_open)[""] == pytest.approx((ours + theirs) / 2)


def test_m4_counts_what_is_deeper_than_was_earned() -> None:
    breach = journey(sent(0, STRONG), sent(30, PLAIN), sent(40, question("B", depth=3)))
    assert figure("M4", breach) == 1 / 3
    assert result("M4", counted(breach)).met is False
    assert figure("M4", journey(sent(0, STRONG, gate=4))) == 0


def dosed(means: tuple[float, float, float, float], strong: int) -> Tally:
    """At each readiness a hundred of that mean depth; at the last two so many at depth 4."""
    whole = Tally()
    for ready, mean in enumerate(means):
        of_four = strong if ready >= 2 else 0
        rest = 100 - of_four
        threes = round(mean * 100) - of_four * 4 - rest
        for depth, count in ((4, of_four), (2, threes), (1, rest - threes)):
            whole.depths[ready, Dial.BALANCED, WorkingPattern.FULL_WEEK, depth] += count
    return whole


@pytest.mark.parametrize(
    ("means", "strong", "met"),
    [
        ((1.2, 1.5, 1.5, 1.6), 10, True),
        ((1.2, 1.5, 1.5, 1.6), 6, True),
        ((1.2, 1.5, 1.5, 1.6), 5, False),
        ((1.2, 1.7, 1.7, 1.8), 16, False),
        ((1.5, 1.5, 1.5, 1.6), 10, False),
        ((1.2, 1.6, 1.5, 1.7), 10, False),
        ((1.2, 1.5, 1.6, 1.6), 10, False),
    ],
)
def test_m5_rises_and_holds_the_strongest_between_6_and_15_percent(
    means: tuple[float, float, float, float], strong: int, *, met: bool
) -> None:
    whole = dosed(means, strong)
    found = figures("M5", whole)
    assert [found[f"T{ready}"] for ready in range(4)] == pytest.approx(list(means))
    assert found["stretch"] == strong / 100
    assert result("M5", whole).met is met


def test_m5_leaves_out_whoever_wants_it_gentle() -> None:
    gentle = journey(sent(0, STRONG, readiness=3), leader=amara(dial=Dial.GENTLE))
    balanced = journey(sent(0, PLAIN, readiness=3), leader=amara(dial=Dial.BALANCED))
    assert figures("M5", counted(gentle, balanced))["stretch"] == 0


def test_m6_finds_two_strong_ones_running_and_two_within_14_days() -> None:
    again = replace(STRONG, id="D")
    apart = journey(sent(0, STRONG), sent(7, PLAIN), sent(14, again))
    within = journey(sent(0, STRONG), sent(7, PLAIN), sent(13, again))
    running = journey(sent(0, STRONG), sent(14, again))
    assert [figure("M6", one) for one in (apart, within, running)] == [0, 1, 1]
    assert result("M6", counted(within)).met is False


def test_m7_finds_what_is_not_light_in_a_heavy_week() -> None:
    light = question("B", depth=1)
    heavy = journey(sent(0, PLAIN, heavy=True), sent(3, light, heavy=True), sent(7, PLAIN))
    assert figure("M7", heavy) == 1 / 3
    assert result("M7", counted(heavy)).met is False


def test_m8_finds_looking_back_on_nothing() -> None:
    look = question("B", stage=Stage.OBSERVE)
    decide = question("D", stage=Stage.CORRECT)
    orphans = journey(
        sent(0, look, has_tried=False),
        sent(3, decide, has_tried=False),
        sent(7, look),
        sent(9, PLAIN, has_tried=False),
    )
    assert figure("M8", orphans) == 2 / 4
    assert result("M8", counted(orphans)).met is False


def test_m8_leaves_out_the_steps_of_a_sequence_which_look_back_on_something_else() -> None:
    after_session = question("AS1", stage=Stage.OBSERVE)
    assert figure("M8", journey(sent(0, after_session, has_tried=False, in_run=True))) == 0


def test_m9_counts_from_the_due_day_to_four_days_later() -> None:
    tries = (tried(10, 14), tried(20, 25), tried(30, 30), tried(40, None))
    whole = counted(journey(tries=tries, slots=(11, 21, 30, 41)))
    assert figures("M9", whole) == {"reachable": 2 / 4, "all due": 2 / 4}
    assert result("M9", whole).met is False


def test_m9_holds_nothing_against_the_choice_while_nothing_may_be_asked() -> None:
    whole = counted(journey(tries=(tried(10, 11), tried(20, 27)), slots=(11, 27)))
    assert figures("M9", whole) == {"reachable": 1, "all due": 1 / 2}
    assert result("M9", whole).met is True


def test_m9_leaves_out_what_was_not_four_days_due_at_the_end() -> None:
    last = 7 * WEEKS - 4
    assert figures("M9", counted(journey(tries=(tried(last, None),), slots=(last,)))) == {
        "reachable": None,
        "all due": None,
    }
    assert figures("M9", counted(journey(tries=(tried(last - 1, None),), slots=(last,)))) == {
        "reachable": 0,
        "all due": 0,
    }


def test_m10_is_held_against_twice_what_chance_closes() -> None:
    ours = counted(journey(tries=(tried(1, 1, ended=9), tried(2, 2, ended=9), tried(3, 3))))
    third = counted(journey(tries=(tried(1, 1, ended=9), tried(2, 2), tried(3, 3))))
    assert figures("M10", ours)[""] == 2 / 3
    assert result("M10", ours, third).met is True
    assert result("M10", third, third).met is False


def test_m11_is_silence_where_something_was_looked_for() -> None:
    whole = counted(journey(*[sent(n, PLAIN) for n in range(98)], silences=2))
    assert figures("M11", whole)[""] == 2 / 100
    assert result("M11", whole).met is False
    assert result("M11", counted(journey(sent(0, PLAIN)))).met is True


def test_m12_finds_what_is_never_sent_and_what_is_sent_too_often() -> None:
    bank = [question(key) for key in "ABCD"]
    even = counted(journey(*[sent(n, each) for n, each in enumerate(bank)]))
    assert figures("M12", even, *bank) == {"never sent": 0, "Gini": 0}
    assert result("M12", even, even, *bank).met is True
    one_only = counted(journey(sent(0, bank[0]), sent(60, bank[0])))
    assert figures("M12", one_only, *bank) == {"never sent": 3 / 4, "Gini": 3 / 4}
    assert result("M12", one_only, one_only, *bank).met is False


def test_the_gini_coefficient_is_that_of_the_textbook() -> None:
    assert gini([5, 5, 5, 5]) == 0
    assert gini([1, 3]) == pytest.approx(1 / 4)
    assert gini([4, 1, 2, 3]) == pytest.approx(1 / 4)


def test_m13_finds_the_week_with_three_and_the_second_reminder() -> None:
    usual = journey(*[sent(n, PLAIN) for n in (1, 3, 8, 10)])
    assert figures("M13", counted(usual)) == {"a week": 2, "reminders": 0}
    crowded = journey(
        *[sent(n, PLAIN) for week in range(WEEKS) for n in range(7 * week, 7 * week + 3)]
    )
    assert figures("M13", counted(crowded))["a week"] == 3
    assert result("M13", counted(crowded)).met is False
    reminded = journey(sent(1, PLAIN, reminders=2))
    assert figures("M13", counted(reminded))["reminders"] == 2
    assert result("M13", counted(reminded)).met is False


def test_m14_looks_at_the_fortnight_after_six_unanswered() -> None:
    six = [sent(n, PLAIN, answered=False) for n in range(0, 18, 3)]
    later = [sent(n, PLAIN, answered=False) for n in (29, 43)]
    assert figure("M14", journey(*six, *later)) == 1
    assert figure("M14", journey(*six, *later, sent(56, PLAIN))) == 2
    assert result("M14", counted(journey(*six, *later, sent(56, PLAIN)))).met is False


def test_m14_is_silent_about_whoever_sets_questions_aside() -> None:
    there = [sent(n, PLAIN, answered=False, set_aside=True) for n in range(0, 18, 3)]
    assert figure("M14", journey(*there, sent(18, PLAIN), sent(20, PLAIN))) == 0


@pytest.mark.parametrize(
    "reason", ["", "because.", "You have an experiment due", "Your {objective}.", "Line\nbreak."]
)
def test_m15_a_reason_is_a_whole_plain_sentence(reason: str) -> None:
    half = journey(sent(0, PLAIN), sent(60, PLAIN, reason=reason))
    assert figure("M15", half) == 1 / 2
    assert result("M15", counted(half)).met is False


def test_m16_one_other_pick_is_a_miss() -> None:
    assert result("M16", Tally(replayed=100, replayed_alike=100)).met is True
    assert result("M16", Tally(replayed=100, replayed_alike=99)).met is False
    assert result("M16", Tally()).met is None


def test_m17_one_string_or_one_other_way_is_a_miss() -> None:
    good = Tally(planted=30, ways_compared=30, ways_alike=30)
    assert result("M17", good).met is True
    assert result("M17", replace(good, found=1)).met is False
    assert result("M17", replace(good, ways_alike=29)).met is False


def test_m18_is_the_gap_between_the_best_and_the_worst_served() -> None:
    whole = Tally()
    for pattern, covered in zip(WorkingPattern, (90.0, 95.0, 96.0), strict=True):
        whole.windows[pattern, 0], whole.covered[pattern, 0] = 100, covered
        whole.asked_about[pattern, True] = 100
        whole.depths[3, Dial.BALANCED, pattern, 2] = 100
    assert figures("M18", whole) == {"M2": pytest.approx(0.06), "M5": 0, "M9": 0}
    assert result("M18", whole).met is False
    whole.covered[WorkingPattern.FULL_WEEK, 0] = 92.0
    assert result("M18", whole).met is True
    whole.asked_about[WorkingPattern.SHIFT, False] = 6
    assert result("M18", whole).met is False


def test_m19_is_told_and_not_reckoned() -> None:
    assert (lint_result(0).met, lint_result(3).met, lint_result(None).met) == (True, False, None)
    assert lint_result(3).policy == {"": 3}


def test_where_nothing_was_sent_nothing_is_measured_and_nothing_missed() -> None:
    assert result("M1", Tally()).met is None
    assert result("M3", Tally()).met is None
    assert result("M5", Tally()).met is None
