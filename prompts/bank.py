"""All the questions there are, as people wrote and signed them off.

    bank = load_bank()
    bank.questions["PUR-OPN-1"].text

A bank is whole or it is refused: `BankError` names everything that is wrong with it at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from prompts.checking import Problem
from prompts.loading import Reading, compare, read_folder
from prompts.question import (
    AnswerKind,
    Audience,
    FollowUp,
    Lens,
    NotWhen,
    ObjectiveState,
    Question,
    Requires,
    Sensitivity,
    Sequence,
    Stage,
    Status,
    Theme,
    Variable,
)

__all__ = [
    "AnswerKind",
    "Audience",
    "Bank",
    "BankError",
    "FollowUp",
    "Lens",
    "NotWhen",
    "ObjectiveState",
    "Problem",
    "Question",
    "Requires",
    "Sensitivity",
    "Sequence",
    "ServedBank",
    "Stage",
    "Status",
    "Theme",
    "Variable",
    "load_bank",
]

FOLDER = Path(__file__).parent
MOST_SETS = 500


class BankError(Exception):
    """The bank cannot be served; each problem says where it is and what to do about it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


@dataclass(frozen=True)
class Bank:
    questions: Mapping[str, Question]
    sequences: Mapping[str, Sequence]

    def plus(self, own: tuple[Question, ...]) -> "Bank":
        """With a programme's own questions in it; made once for each set of them."""
        if not own:
            return self
        which = tuple((each.id, each.version, each.status) for each in own)
        if which not in self._plus:
            if len(self._plus) >= MOST_SETS:
                self._plus.clear()
            both = {**self.questions, **{each.id: each for each in own}}
            self._plus[which] = Bank(MappingProxyType(both), self.sequences)
        return self._plus[which]

    @cached_property
    def _plus(self) -> dict[tuple[tuple[str, int, Status], ...], "Bank"]:
        return {}

    @cached_property
    def live(self) -> tuple[Question, ...]:
        return tuple(each for each in self.questions.values() if each.status is Status.LIVE)

    @cached_property
    def themed(self) -> tuple[Question, ...]:
        """The live questions that stand on their own and are for a leader."""
        return tuple(
            each for each in self.live if not each.sequence and each.audience is Audience.LEADER
        )


def load_bank(folder: Path | None = None) -> Bank:
    """The bank under `folder`, or the one that comes with the product."""
    reading = read_folder(folder or FOLDER)
    compare(reading)
    if reading.problems:
        raise BankError(tuple(reading.problems))
    questions = {key: entry.question for key, entry in reading.entries.items()}
    return Bank(MappingProxyType(questions), MappingProxyType(_sequences(reading, questions)))


def _sequences(reading: Reading, questions: Mapping[str, Question]) -> dict[str, Sequence]:
    steps: dict[str, list[Question]] = {}
    for question in questions.values():
        steps.setdefault(question.sequence, []).append(question)
    return {
        sheet.sequence: Sequence(
            id=sheet.sequence,
            steps=tuple(steps.get(sheet.sequence, ())),
            rank=sheet.rank,
            left_if=sheet.left_if,
            **sheet.about,
        )
        for sheet in reading.sheets
        if sheet.sequence
    }


class ServedBank:
    """The bank people are being asked from; a broken one never takes its place."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self.current = load_bank(folder)

    def reread(self) -> tuple[Problem, ...]:
        """Take up what was changed in the files; what is wrong with it, or nothing."""
        try:
            self.current = load_bank(self._folder)
        except BankError as error:
            return error.problems
        return ()
