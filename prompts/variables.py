"""The placeholders a question may hold: a closed set, filled by name and by nothing else.

There is no template language here, for people who are no developers write questions. A private
one stands for the leader's own words: it is filled in where the leader alone reads, and elsewhere
its fallback stands. None may hold another leader's words.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from prompts.question import A_VARIABLE, Question

IN_THE_BOX = "shown when you open this"


@dataclass(frozen=True, slots=True)
class Variables:
    """What is known of them here; an empty one takes its fallback."""

    objective_short: str = ""
    experiment_action: str = ""
    coach_first_name: str = ""
    workshop_name: str = ""
    review_date: str = ""


PRIVATE = frozenset({"objective_short", "experiment_action"})
# What stands in their place where they are not known, or not to be seen.
FALLBACKS = {
    "objective_short": IN_THE_BOX,
    "experiment_action": IN_THE_BOX,
    "coach_first_name": "your coach",
    "workshop_name": "the workshop",
    "review_date": "the next review",
}


def filled(words: str, known: Variables, question: Question | None = None) -> str:
    """`question`, where it is still known, has fallbacks of its own. A name that is none of these
    stays as it is: the bank refuses it before anybody sees it."""
    own = {one.name: one.fallback for one in question.variables} if question else {}
    values = {name: value for name, value in asdict(known).items() if value}
    stand_in: Mapping[str, str] = {**FALLBACKS, **own, **values}

    def fill(found: re.Match[str]) -> str:
        value = stand_in.get(found[1], found[0])
        # Their own full stop and the question's are one.
        return value.removesuffix(".") if words.startswith(".", found.end()) else value

    return A_VARIABLE.sub(fill, words)
