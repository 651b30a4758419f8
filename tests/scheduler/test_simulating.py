"""The policy on invented leaders: small runs, and what must hold in each."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.bank import Bank, load_bank
from prompts.choosing import Chosen, choose
from prompts.question import PartOfWeek, Stage
from scheduler.journeying import Policy, travel
from scheduler.measuring import tallied
from scheduler.replaying import replayed, try_again
from scheduler.simulated import FIRST_DAY, Kind, Leader, WorkingPattern, chance_of_answer, invent
from scheduler.simulating import Parameters, Part, Simulated, count, simulate
from scheduler.tallying import Tally, tally
from scheduler.trying import due_date

BANK = load_bank()
SMALL = Parameters(leaders=12, weeks=12, seeds=1)


def measured(parameters: Parameters, seed: int) -> dict[str, bool | None]:
    counted = count(Part(parameters, seed, 0, None))
    policies = {policy: tallied([one], BANK) for policy, one in counted.items()}
    return {one.measure.code: one.met for one in Simulated(policies).results()}


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(1, 10**6), sequences=st.booleans())
def test_the_guard_rails_hold_whatever_the_luck(seed: int, *, sequences: bool) -> None:
    met = measured(replace(SMALL, sequences=sequences), seed)
    rails = ("M1", "M4", "M6", "M7", "M8", "M13", "M14", "M15", "M16", "M17")
    assert {code: met[code] for code in rails} == dict.fromkeys(rails, True)


def test_the_rivals_break_the_rails_that_the_policy_keeps() -> None:
    counted = count(Part(replace(SMALL, weeks=26), 1, 0, None))
    for rival in (Policy.RANDOM, Policy.ROUND_ROBIN):
        one = counted[rival]
        assert min(one.repeats, one.over_gate, one.over_in_heavy_week, one.orphans) > 0
        assert one.explained == 0


def test_a_run_is_the_same_however_many_processes_share_it() -> None:
    parameters = Parameters(leaders=27, weeks=6, seeds=2)
    alone = simulate(parameters, processes=1)
    shared = simulate(parameters, processes=2)
    assert alone.policies == shared.policies


def test_progress_is_told_until_the_last_part() -> None:
    told: list[tuple[int, int]] = []
    simulate(
        Parameters(leaders=30, weeks=1, seeds=2),
        processes=1,
        progress=lambda done, of: told.append((done, of)),
    )
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_other_seeds_are_other_leaders() -> None:
    assert invent(1, 0, 12) == invent(1, 0, 12)
    assert invent(1, 0, 12) != invent(2, 0, 12)


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    short, long = invent(1, 7, 12), invent(1, 7, 26)
    assert (short.objectives, short.words) == (long.objectives, long.words)
    assert short.sessions == long.sessions[: len(short.sessions)]


def test_every_sort_of_leader_is_met_equally_often() -> None:
    sorts = [(each.kind, each.dial, each.pattern) for each in (invent(1, n, 1) for n in range(90))]
    assert len(set(sorts)) == 45
    assert {sorts.count(sort) for sort in sorts} == {2}


def test_leaders_have_two_slots_a_week_and_none_while_away() -> None:
    for number in range(45):
        leader = invent(3, number, 26)
        days = [slot.day for slot in leader.slots]
        assert not any(leader.is_away(day) for day in days)
        assert all(0 <= (day - FIRST_DAY).days < 26 * 7 for day in days)
        assert max(sum(slot.week == week for slot in leader.slots) for week in range(26)) == 2
        assert [slot.part for slot in leader.slots[:2]] != [PartOfWeek.NOTICING] * 2


def test_a_session_is_booked_ahead_every_four_weeks_and_beyond_the_end() -> None:
    leader = invent(1, 1, 26)
    apart = {(b.date() - a.date()).days for a, b in pairwise(leader.sessions)}
    assert apart == {28}
    assert (leader.sessions[0].date() - FIRST_DAY).days in range(28, 33)
    assert leader.sessions[-1] > leader.slots[-1].at


def asked_chance(leader: Leader, week: int) -> float:
    slot = replace(leader.slots[0], week=week, heavy=False)
    other = next(q for q in BANK.themed if q.themes[0] not in leader.themes and q.depth == 1)
    return chance_of_answer(leader, slot, other, has_tried=True, about_try=False)


def test_the_five_kinds_answer_as_often_as_they_were_invented_to() -> None:
    leader = invent(1, 0, 26)
    chances = {kind: asked_chance(replace(leader, kind=kind), 10) for kind in Kind}
    assert chances == pytest.approx(
        {
            Kind.KEEN: 0.85,
            Kind.STEADY: 0.65,
            Kind.BUSY: 0.45,
            Kind.SCEPTIC: 0.35,
            Kind.FADING: 0.35,
        }
    )
    assert asked_chance(replace(leader, kind=Kind.FADING), 40) == 0.02


def test_an_experiment_is_due_in_one_to_three_weeks_and_not_while_away() -> None:
    for number in range(45):
        leader = invent(2, number, 26)
        for slot in leader.slots:
            due = due_date(leader, slot)
            assert not leader.is_away(due)
            assert 7 <= (due - slot.day).days <= 21 + 7 + 4


def test_there_are_never_more_than_two_experiments_open() -> None:
    for number in range(15):
        journey = travel(BANK, invent(5, number, 26), Policy.OURS)
        for pick in journey.picks:
            assert len(pick.history.experiments) <= 2


def test_whoever_never_answers_is_left_in_peace() -> None:
    mute = [
        replace(slot, luck=replace(slot.luck, answers=1.0, sets_aside=1.0, heeds_reminder=1.0))
        for slot in invent(1, 0, 52).slots
    ]
    journey = travel(BANK, replace(invent(1, 0, 52), slots=tuple(mute)), Policy.OURS)
    assert len(journey.sent) == 10
    assert tally(journey, 52).reminders == {1: 10}
    rival = travel(BANK, replace(invent(1, 0, 52), slots=tuple(mute)), Policy.RANDOM)
    assert len(rival.sent) == len(mute)


def test_round_robin_goes_round() -> None:
    journey = travel(BANK, invent(1, 0, 12), Policy.ROUND_ROBIN)
    stages = [one.question.stage for one in journey.sent]
    assert stages == [tuple(Stage)[number % 7] for number in range(len(stages))]


def test_with_sequences_the_first_weeks_and_the_sessions_have_their_questions() -> None:
    leader = invent(1, 0, 26)
    without = travel(BANK, leader, Policy.OURS)
    journey = travel(BANK, leader, Policy.OURS, sequences=True)
    assert not any(one.in_run for one in without.sent)
    asked = {one.question.sequence for one in journey.sent if one.in_run}
    assert asked == {"onboarding", "session"}
    assert journey.sent[0].question.id == "ON1"


# ---- the measures of the way back ----


def test_a_pick_made_from_another_history_is_found_out() -> None:
    leader = invent(1, 0, 12)
    journey = travel(BANK, leader, Policy.OURS)
    pick = journey.picks[6]
    assert replayed(BANK, leader.name, pick) == pick.question_id
    tampered = replace(pick, question_id="CAR-OPN-1" if pick.question_id != "CAR-OPN-1" else "X")
    counted = Tally()
    try_again(BANK, replace(journey, picks=(tampered,)), counted, sequences=False)
    assert (counted.replayed, counted.replayed_alike) == (1, 0)


def test_a_private_word_in_a_reason_is_found() -> None:
    journey = travel(BANK, invent(1, 0, 4), Policy.OURS)
    counted = Tally()
    try_again(BANK, journey, counted, sequences=False)
    assert (counted.planted, counted.found, counted.ways_alike) == (1, 0, 1)
    leaking = replace(journey.sent[0], reason=f"You wrote {journey.leader.words}.")
    try_again(BANK, replace(journey, sent=(leaking, *journey.sent[1:])), counted, sequences=False)
    assert (counted.planted, counted.found, counted.ways_alike) == (2, 1, 1)


def test_the_simulated_picks_are_those_of_the_policy_itself() -> None:
    leader = invent(4, 2, 12)
    for pick in travel(BANK, leader, Policy.OURS).picks:
        choice = choose(BANK, pick.history, pick.slot.now, leader.name, pick.slot.part)
        assert pick.question_id == (choice.question.id if isinstance(choice, Chosen) else None)


def test_another_bank_is_read_from_its_folder(tmp_path: Path) -> None:
    served = Path(__file__).parents[2] / "prompts"
    for part in ("questions", "sequences"):
        (tmp_path / part).mkdir()
        for file in (served / part).glob("*.toml"):
            (tmp_path / part / file.name).write_bytes(file.read_bytes())
    (tmp_path / "questions" / "influence.toml").unlink()
    simulated = simulate(Parameters(5, 2, 1), tmp_path, processes=1)
    assert not any(key.startswith("INF-") for key in simulated.policies[Policy.OURS].all.used)


def test_shift_workers_have_nights_besides_their_leave() -> None:
    shifts = [invent(1, n, 26) for n in range(45)]
    away = {each.pattern: len(each.away) for each in shifts}
    assert away[WorkingPattern.SHIFT] > away[WorkingPattern.FULL_WEEK] == 2


def test_a_bank_without_stages_for_a_turn_still_goes_round() -> None:
    one = Bank({"A": BANK.themed[0]}, {})
    journey = travel(one, invent(1, 0, 2), Policy.ROUND_ROBIN)
    assert {each.question.id for each in journey.sent} == {BANK.themed[0].id}
