"""Whether a way can be gone again: picks from the stored history, and a leader with other words."""

from dataclasses import replace
from typing import Final

from pydantic import TypeAdapter

from prompts.bank import Bank
from prompts.choosing import Chosen, choose
from prompts.history import History
from scheduler.journeying import Journey, Pick, Policy, travel
from scheduler.tallying import Tally

EVERY_SO_MANY = 10
OTHER_WORDS = "other-private-words"

_stored: Final = TypeAdapter(History)


def try_again(bank: Bank, journey: Journey, counted: Tally, *, sequences: bool) -> None:
    """Every tenth pick from what would be stored; the whole way with other private text."""
    for pick in journey.picks[::EVERY_SO_MANY]:
        counted.replayed += 1
        counted.replayed_alike += replayed(bank, journey.leader.name, pick) == pick.question_id
    _look_for_words(journey, counted)
    other = replace(journey.leader, words=OTHER_WORDS)
    again = travel(bank, other, Policy.OURS, sequences=sequences)
    counted.ways_compared += 1
    counted.ways_alike += _asked(again) == _asked(journey)


def replayed(bank: Bank, name: str, pick: Pick) -> str | None:
    """The history is written down and read back, as a database would hold it."""
    history = _stored.validate_json(_stored.dump_json(pick.history))
    choice = choose(bank, history, pick.slot.now, name, pick.slot.part)
    return choice.question.id if isinstance(choice, Chosen) else None


def _look_for_words(journey: Journey, counted: Tally) -> None:
    """In what was said, and in the last history, which holds all that a choice could rest on."""
    said = [f"{one.reason}\n{one.question.message}" for one in journey.sent]
    known = [_stored.dump_json(pick.history).decode() for pick in journey.picks[-1:]]
    counted.planted += 1
    counted.found += any(journey.leader.words in each for each in (*said, *known))


def _asked(journey: Journey) -> list[tuple[str, str]]:
    return [(one.question.id, one.reason) for one in journey.sent]
