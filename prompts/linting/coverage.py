"""What the bank as a whole holds, and what it lacks (L28)."""

from collections.abc import Iterator

from prompts.bank import Bank
from prompts.question import Question, Stage, Theme

FEWEST_AT_DEPTH_1 = 3


def themed_under(bank: Bank, theme: Theme) -> list[Question]:
    return [question for question in bank.themed if theme in question.themes]


def depths_of(bank: Bank, theme: Theme, stage: Stage) -> list[int]:
    return sorted(each.depth for each in themed_under(bank, theme) if each.stage is stage)


def gaps(bank: Bank) -> Iterator[str]:
    """A sentence for each thing that is missing."""
    for theme in Theme:
        for stage in Stage:
            if not depths_of(bank, theme, stage):
                yield f"{theme} has no question at {stage}."
        challenges = set(depths_of(bank, theme, Stage.CHALLENGE))
        if challenges and 3 not in challenges:
            yield f"{theme} has no CHALLENGE at depth 3."
        if challenges and not challenges & {4, 5}:
            yield f"{theme} has no CHALLENGE at depth 4 or 5."
        light = sum(question.depth == 1 for question in themed_under(bank, theme))
        if light < FEWEST_AT_DEPTH_1:
            yield f"{theme} has {light} at depth 1; {FEWEST_AT_DEPTH_1} is the fewest."
    for sequence in bank.sequences.values():
        if not sequence.exit.strip():
            yield f"The sequence {sequence.id} does not say how it ends."
