"""Small banks, written to a folder for a test to load."""

from pathlib import Path
from textwrap import dedent

import pytest

from prompts.bank import BankError, Problem, load_bank

SIGNED = """
    author = "ED"
    reviewed_by = "Lead coach"
    reviewed_on = 2026-11-02
    next_review = 2027-11-02
"""
GOOD = {
    "id": '"PUR-OPN-1"',
    "stage": '"OPEN"',
    "depth": "1",
    "themes": '["purpose"]',
    "lens": '"goals"',
    "purpose": '"Begin with the people served."',
    "text": '"What did you see today?"',
}


def toml(**changes: str | None) -> str:
    """A good question, but for the changes; None leaves a line out."""
    lines = {key: said for key, said in {**GOOD, **changes}.items() if said is not None}
    return "[[question]]\n" + "\n".join(f"{key} = {said}" for key, said in lines.items()) + "\n"


def settled(key: str) -> str:
    return toml(id=f'"{key}"')


def write_bank(
    folder: Path, *questions: str, file: str = "purpose.toml", sequence: str = ""
) -> Path:
    """A bank of one file of questions, and perhaps a sequence."""
    (folder / "questions").mkdir(exist_ok=True)
    (folder / "sequences").mkdir(exist_ok=True)
    (folder / "questions" / file).write_text(dedent(SIGNED) + "\n".join(questions), "utf-8")
    if sequence:
        (folder / "sequences" / "onboarding.toml").write_text(dedent(sequence), "utf-8")
    return folder


def problems(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(BankError) as refused:
        load_bank(folder)
    return refused.value.problems


def reasons(folder: Path) -> list[str]:
    return [problem.reason for problem in problems(folder)]
