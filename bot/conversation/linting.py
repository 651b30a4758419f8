"""What the lint has against a question that somebody wrote in the chat."""

from collections.abc import Sequence
from functools import cache

from prompts.bank import FOLDER
from prompts.composing.questioning import Objection
from prompts.linting.finding import Severity
from prompts.linting.lint import Lint, lint_text, read_lint
from prompts.question import Question


@cache
def shipped_lint() -> Lint:
    """The rules and the words they go by, read once."""
    return read_lint(FOLDER)


def objections_to(question: Question, beside: Sequence[Question] = ()) -> list[Objection]:
    """The errors, beside those other questions of the same people. It takes milliseconds, and the
    first time it reads files: not for the event loop."""
    return [
        Objection(one.rule, one.reason, one.better)
        for one in lint_text(question, shipped_lint(), FOLDER, list(beside))
        if one.severity is Severity.ERROR
    ]
