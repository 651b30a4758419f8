"""Questions that nobody wrote for the bank: what the lint must let through, and what it must not.

A third of them, chosen by their hash, was looked at only as a number while the rules were written.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from prompts.bank import FOLDER
from prompts.checking import WAITS_FOR
from prompts.linting.finding import Finding
from prompts.linting.lint import lint_question, read_lint
from prompts.question import AnswerKind, Lens, Question, Stage, Status, Theme

HERE = Path(__file__).parent
LINT = read_lint(FOLDER)


@dataclass(frozen=True)
class Example:
    family: str
    stage: Stage
    depth: int
    text: str

    @property
    def held_out(self) -> bool:
        return sha256(self.text.encode()).digest()[0] % 3 == 0

    @property
    def question(self) -> Question:
        return asking(self.text, self.stage, self.depth)


def examples(file: str) -> Iterator[Example]:
    for group in tomllib.loads((HERE / file).read_text("utf-8"))["group"]:
        family, stage = group.get("family", "good"), Stage(group["stage"])
        for text in group["texts"]:
            yield Example(family, stage, group["depth"], text)


def asking(
    text: str,
    stage: Stage = Stage.EXPLORE,
    depth: int = 2,
    *,
    context: str = "",
    key: str = "PUR-EXL-9",
    status: Status = Status.DRAFT,
    answer: AnswerKind = AnswerKind.TEXT,
    options: tuple[str, ...] = (),
    locale: str = "en-GB",
    notes: dict[str, str] | None = None,
    version: int = 1,
) -> Question:
    """A question with nothing wrong about it but, perhaps, its words."""
    return Question(
        id=key,
        stage=stage,
        depth=depth,
        text=text,
        context_line=context,
        purpose="See what the lint says.",
        lens=Lens.GOALS,
        author="ED",
        status=status,
        themes=(Theme.PURPOSE,),
        not_when=tuple(sorted(WAITS_FOR)),
        answer=answer,
        options=options,
        locale=locale,
        notes=notes or {},
        version=version,
    )


def found_in(question: Question) -> list[Finding]:
    return [one for one in lint_question(question, LINT) if one.stands_in_the_way]
