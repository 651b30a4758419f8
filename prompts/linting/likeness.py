"""Which questions ask nearly the same, by the words that carry them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from prompts.linting.locale import Locale
from prompts.question import A_VARIABLE, Question, Status

ALIKE = 0.60
_A_WORD = re.compile(r"[^\W\d_](?:[\w'’]*[^\W_])?|\d+")
GONE = {Status.RETIRED, Status.WITHDRAWN}


def content_words(question: Question, locale: Locale) -> frozenset[str]:
    said = A_VARIABLE.sub(" ", question.text).casefold().replace("’", "'")
    words = {re.sub(r"'s$", "", word) for word in _A_WORD.findall(said)}
    return frozenset(words - locale.small_words)


def look_alikes(
    questions: Sequence[Question], beside: Sequence[Question], locales: Mapping[str, Locale]
) -> Iterator[tuple[Question, Question]]:
    """Each question with a live one that came before it, and asks nearly the same."""
    carried = {
        id(question): content_words(question, locales[question.locale])
        for question in (*beside, *questions)
        if question.locale in locales and question.status not in GONE
    }
    index = _Index(Counter(word for words in carried.values() for word in words))
    for question in beside:
        if question.status is Status.LIVE and id(question) in carried:
            index.add(question, carried[id(question)])
    # Those that are not live come last, so that each is held against every live one.
    for question in sorted(questions, key=lambda each: each.status is not Status.LIVE):
        if id(question) not in carried:
            continue
        words = carried[id(question)]
        if other := index.like(question, words):
            yield question, other
        if question.status is Status.LIVE:
            index.add(question, words)


class _Index:
    """Live questions by their rarest words: two that are alike share one of these."""

    def __init__(self, used: Counter[str]) -> None:
        self._used = used
        self._found: dict[tuple[str, str], list[tuple[Question, frozenset[str]]]] = {}
        self._same: dict[tuple[str, frozenset[str]], Question] = {}

    def _rarest(self, words: frozenset[str]) -> list[str]:
        by_rarity = sorted(words, key=lambda word: (self._used[word], word))
        return by_rarity[: len(words) - ceil(ALIKE * len(words)) + 1]

    def add(self, question: Question, words: frozenset[str]) -> None:
        if words and self._same.setdefault((question.locale, words), question) is question:
            for word in self._rarest(words):
                self._found.setdefault((question.locale, word), []).append((question, words))

    def like(self, question: Question, words: frozenset[str]) -> Question | None:
        if words and (same := self._same.get((question.locale, words))):
            return same
        for word in self._rarest(words) if words else ():
            for other, theirs in self._found.get((question.locale, word), ()):
                if len(words & theirs) >= ALIKE * len(words | theirs):
                    return other
        return None
