"""`python -m tests.prompts.lint`: how much of the made-up sets is caught, and how fast."""

import time
from collections import Counter
from dataclasses import replace

from prompts.bank import load_bank
from prompts.linting.likeness import look_alikes
from prompts.linting.lint import lint_words
from prompts.question import Question
from tests.prompts.lint import LINT, Example, asking, examples, found_in

MANY = 10_000


def main() -> None:
    bad = [(one, bool(found_in(one.question))) for one in examples("bad.toml")]
    print("bad questions caught: family, in sight while the rules were written, held out")
    for family in dict.fromkeys(one.family for one, _ in bad):
        ours = [(one, caught) for one, caught in bad if one.family == family]
        print(f"  {family:32} {_share(ours, held_out=False):>9} {_share(ours, held_out=True):>9}")
    print(f"  {'all':32} {_share(bad, held_out=False):>9} {_share(bad, held_out=True):>9}")
    good = Counter(bool(found_in(one.question)) for one in examples("good.toml"))
    print(f"false alarms on good ones: {good[True]} of {good.total()}")
    shipped = Counter(bool(found_in(one)) for one in load_bank().questions.values())
    print(f"false alarms on the bank: {shipped[True]} of {shipped.total()}")
    print(f"linting {MANY:,} questions: {_seconds_for_many():.1f} s")


def _share(bad: list[tuple[Example, bool]], *, held_out: bool) -> str:
    seen = [caught for one, caught in bad if one.held_out is held_out]
    return f"{sum(seen)}/{len(seen)}"


def many_questions() -> list[Question]:
    texts = [one.text for file in ("good.toml", "bad.toml") for one in examples(file)]
    return [
        replace(asking(f"{texts[number % len(texts)][:-1]} on day {number}?"), id=f"Q{number}")
        for number in range(MANY)
    ]


def _seconds_for_many() -> float:
    questions = many_questions()
    began = time.process_time()
    for question in questions:
        lint_words(question, LINT)
    for _ in look_alikes(questions, [], LINT.locales):
        pass
    return time.process_time() - began


if __name__ == "__main__":
    main()
