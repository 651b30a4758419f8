"""What is listened for in an answer: phrases, and the sayings they are not to be mistaken for.

    phrases.heard("I can't go on like this")  # Tier.SOFT

It goes sentence by sentence and stops at the first that says it outright.
"""

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from prompts.checking import Problem
from prompts.hearing import Bars, Hearing
from prompts.phrases import PhraseError, Reader, Row, vocabulary
from prompts.reading import found_wrong, read_toml
from prompts.spelling import EDGE, Spelling, words_and_quotes

LONGEST_SENTENCE = 80  # words; a longer one is heard in pieces
OVERLAP = 25  # words that two pieces share
MOST_EXCUSED = 200  # in one text; past that nothing is an excuse


class Tier(IntEnum):
    """How plainly it was said."""

    EXPLICIT = 1
    SOFT = 2


@dataclass(frozen=True, slots=True)
class Said:
    """Phrases that belong together, and the sayings they are not to be mistaken for."""

    tier: Tier
    name: str
    phrases: tuple[str, ...]
    unless: tuple[str, ...] = ()
    despite: tuple[Literal["reported", "figures"], ...] = ()


@dataclass(frozen=True, slots=True)
class _Written:
    """phrases.toml as it stands."""

    sets: dict[str, tuple[str, ...]]
    said: tuple[Said, ...]
    reported: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    spellings: dict[str, str] | None = None
    misspelt: tuple[str, ...] = ()
    run_together: tuple[str, ...] = ()
    their_own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """How plain a phrase is, and the numbers of those that speak against it."""

    tier: Tier
    unless: frozenset[int]


@dataclass(frozen=True, slots=True)
class Phrases:
    """What to listen for, by the number under which it is heard."""

    hearing: Hearing
    spelling: Spelling
    groups: Mapping[int, Group]
    run_together: Mapping[str, tuple[str, ...]]

    def heard(self, words: str) -> Tier | None:
        typed, quoted = words_and_quotes(words, self.run_together)
        spelt: dict[str, str] = {}  # for this text only
        for word in typed:
            if word not in spelt:
                spelt[word] = self.spelling.settle(word)
        settled = [spelt[word] for word in typed]
        found = None
        excused = 0
        before: set[tuple[str, ...]] = set()  # a sentence said twice is heard once
        for start, end in _pieces(settled):
            sentence = tuple(settled[start:end])
            if sentence in before:
                continue
            marked = (
                frozenset(p - start for p in range(start, end) if p in quoted) if quoted else quoted
            )
            if not marked:
                before.add(sentence)
            tier, more = self._heard_in(sentence, marked, MOST_EXCUSED - excused)
            if tier is Tier.EXPLICIT:
                return tier
            found = found or tier
            excused += more
        return found

    def _heard_in(
        self, sentence: Sequence[str], quoted: frozenset[int], most: int
    ) -> tuple[Tier | None, int]:
        """How plainly it is said, and how often it was excused."""
        ends = list(self.hearing.ends(sentence))
        said = sorted(
            (self.groups[number].tier, end, number) for number, end in ends if number in self.groups
        )
        if not said:
            return None, 0
        # Nearly always nothing was said; only now is it worth asking where it began.
        against = [(end, number) for number, end in ends if number not in self.groups]
        around = _Around(self.hearing, sentence, against, quoted)
        for count, (tier, end, number) in enumerate(said):
            if count >= most or not around.is_excused(number, end, self.groups[number].unless):
                return tier, count
        return None, len(said)


def _pieces(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends, its edges included."""
    edges = [place for place, word in enumerate(words) if word == EDGE]
    for begin, end in pairwise(edges):
        here = begin
        while end - here > LONGEST_SENTENCE:
            yield here, here + LONGEST_SENTENCE
            here += LONGEST_SENTENCE - OVERLAP
        yield here, end + 1


class _Around:
    """What stands around a phrase that was said."""

    def __init__(
        self,
        hearing: Hearing,
        settled: Sequence[str],
        against: Sequence[tuple[int, int]],
        quoted: frozenset[int],
    ) -> None:
        self._phrases = hearing.phrases
        self._against = against  # in the order in which they end
        self._quoted = quoted
        self._edges = frozenset(place for place, word in enumerate(settled) if word == EDGE)
        self._back = hearing.look_back(settled)

    def is_excused(self, number: int, end: int, unless: frozenset[int]) -> bool:
        """Whether it is a quotation, or shares a word with a saying it is not to be taken for."""
        # The shortest reading counts: what stands before it is only how it was led up to.
        begin = max(self._back.starts(self._phrases[number], end))
        if not self._quoted.isdisjoint(range(begin, end)):
            return True
        for ended, other in self._against[bisect(self._against, (begin + 1, -1)) :]:
            if other in unless:
                began = min(self._back.starts(self._phrases[other], ended))
                shared = range(max(begin, began), min(end, ended))
                if not self._edges.issuperset(shared):
                    return True
        return False


# From a file.

_written = TypeAdapter(_Written)


def read_phrases(path: Path, problems: list[Problem]) -> Phrases | None:
    said = read_toml(path, problems)
    if said is None:
        return None
    try:
        written = _written.validate_python(said)
    except ValidationError as invalid:
        problems += found_wrong(path, invalid)
        return None
    reader = Reader(written.sets)
    rows: list[Row] = []

    def lay(phrases: tuple[str, ...], where: str) -> frozenset[int]:
        before = len(rows)
        for phrase in phrases:
            try:
                rows.append(reader.phrase(phrase))
            except PhraseError as error:
                problems.append(Problem(path.name, where, f"In “{phrase}”: {error}."))
        return frozenset(range(before, len(rows)))

    if not written.said:
        problems.append(Problem(path.name, "said", "There is nothing to listen for."))
    everywhere = {
        "reported": lay(written.reported, "reported"),
        "figures": lay(written.figures, "figures"),
    }
    groups: dict[int, Group] = {}
    for group in written.said:
        against = lay(group.unless, f"{group.name}, unless").union(
            *(everywhere[name] for name in everywhere.keys() - group.despite)
        )
        same = Group(group.tier, against)
        groups.update(dict.fromkeys(lay(group.phrases, group.name), same))
    people, things = (
        reader.words_of(name) if name in written.sets else frozenset()
        for name in ("people", "things")
    )
    if problems:
        return None
    hearing = Hearing(rows, Bars(people, things))
    spelling = Spelling(
        vocabulary(rows) | people | things,
        written.misspelt,
        written.spellings or {},
        written.their_own,
    )
    apart = {said.replace(" ", ""): tuple(said.split()) for said in written.run_together}
    return Phrases(hearing, spelling, MappingProxyType(groups), MappingProxyType(apart))
