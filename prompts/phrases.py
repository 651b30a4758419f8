"""Phrases that can be listened for, and how they are written.

A phrase is written as words with a space between them:

    to   {want}      a word; one of a named set, whose entries are phrases themselves
    so?  {want}?     it may be missing
    no|not|never     any of these words; in brackets any of these phrases: (at home|alone)
    *3               up to three other words of the sentence, none of them "I" or another person
    ~3               the same, and none of them leads to a thing ("the", "my", "about")
    ^    $           where a sentence begins and ends
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from prompts.spelling import EDGE, words_in

LONGEST_GAP = 8


class PhraseError(ValueError):
    """This is not a phrase that can be listened for."""


# What a phrase is made of.


@dataclass(frozen=True, slots=True)
class AnyOf:
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Gap:
    most: int
    narrow: bool = False  # nor over things


@dataclass(frozen=True, slots=True)
class Either:
    ways: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Row:
    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Perhaps:
    part: "Part"


Part = AnyOf | Gap | Either | Row | Perhaps


class Reader:
    """Reads phrases, with the sets they name written out."""

    def __init__(self, sets: Mapping[str, Sequence[str]]) -> None:
        self._sets = sets
        self._read: dict[str, Part] = {}
        self._inside: list[str] = []

    def phrase(self, phrase: str) -> Row:
        pieces = deque(_pieces(phrase))
        row = self._row(pieces)
        if pieces:
            raise PhraseError("a bracket is closed that was not opened")
        return row

    def words_of(self, name: str) -> frozenset[str]:
        """Every word that stands in a set."""
        return vocabulary([self._set(name)])

    def _row(self, pieces: deque[str]) -> Row:
        parts: list[Part] = []
        while pieces and pieces[0] not in {")", "|"}:
            piece = pieces.popleft()
            if piece == "(":
                parts.append(self._bracket(pieces))
            elif piece == "?" and parts:
                parts.append(Perhaps(parts.pop()))
            else:
                parts.append(self._part(piece))
        if not parts:
            raise PhraseError("a phrase, and each way in a bracket, has at least one word")
        return Row(tuple(parts))

    def _bracket(self, pieces: deque[str]) -> Part:
        ways = [self._row(pieces)]
        while pieces and pieces[0] == "|":
            pieces.popleft()
            ways.append(self._row(pieces))
        if not pieces:
            raise PhraseError("a bracket is not closed")
        pieces.popleft()
        return _either(ways)

    def _part(self, piece: str) -> Part:
        if piece.endswith("?"):
            return Perhaps(self._part(piece[:-1]))
        if "|" in piece:
            return _either([Row((self._part(way),)) for way in piece.split("|")])
        if piece.startswith(("*", "~")):
            if not piece[1:].isdecimal() or not 0 < int(piece[1:]) <= LONGEST_GAP:
                raise PhraseError(f"{piece} is not a gap of 1 to {LONGEST_GAP} words")
            return Gap(int(piece[1:]), piece.startswith("~"))
        if piece in {"^", "$"}:
            return AnyOf(frozenset({EDGE}))
        if piece.startswith("{") and piece.endswith("}"):
            return self._set(piece[1:-1])
        plain = piece.isascii() and piece.isalpha() and piece.islower()
        if not (plain and len(piece) > 1) and words_in(piece) != [EDGE, piece, EDGE]:
            raise PhraseError(f"{piece} is not a word in small letters, without marks")
        return AnyOf(frozenset({piece}))

    def _set(self, name: str) -> Part:
        if name not in self._sets:
            raise PhraseError(f"there is no set {name}")
        if name in self._inside:
            raise PhraseError(f"the set {name} names itself")
        if name not in self._read:
            self._inside.append(name)
            try:
                self._read[name] = _either([self.phrase(each) for each in self._sets[name]])
            finally:
                self._inside.pop()
        return self._read[name]


def _pieces(phrase: str) -> Iterator[str]:
    """Words and signs; inside a bracket what stands beside | is a phrase of its own."""
    depth = 0
    for piece in re.findall(r"[()]|[^\s()]+", phrase):
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if depth > 0 and "|" in piece:
            yield from re.findall(r"\||[^|]+", piece)
        else:
            yield piece


def _either(ways: Sequence[Row]) -> Part:
    """Any of these; those of a single word stand together in one step."""
    single: set[str] = set()
    longer: list[Part] = []
    for way in ways:
        part: Part = way.parts[0] if len(way.parts) == 1 else way
        for each in part.ways if isinstance(part, Either) else (part,):
            if isinstance(each, AnyOf):
                single |= each.words
            else:
                longer.append(each)
    together = (AnyOf(frozenset(single)),) if single else ()
    return together[0] if together and not longer else Either((*together, *longer))


def any_ofs(parts: Iterable[Part]) -> tuple[AnyOf, ...]:
    """Each choice of words in them, once."""
    seen: dict[int, Part] = {}
    waiting = deque(parts)
    while waiting:
        part = waiting.popleft()
        if id(part) in seen:
            continue
        seen[id(part)] = part
        match part:
            case Either(inner) | Row(inner):
                waiting.extend(inner)
            case Perhaps(each):
                waiting.append(each)
    return tuple(part for part in seen.values() if isinstance(part, AnyOf))


def last_words(part: Part) -> frozenset[str] | None:
    """The words that it can end with, or None where it can end with any, or be missing."""
    match part:
        case AnyOf(words):
            return words
        case Gap() | Perhaps():
            return None
        case Row(parts):
            return last_words(parts[-1])
        case Either(ways):
            found: set[str] = set()
            for way in ways:
                last = last_words(way)
                if last is None:
                    return None
                found |= last
            return frozenset(found)


@dataclass(frozen=True, slots=True)
class First:
    """How something begins: with one of these words, with any that fills a gap, or not at all."""

    words: frozenset[str]
    gap: bool = False
    missing: bool = False


def first_of(part: Part, known: dict[int, First]) -> First:
    """How it can begin; `known` by the part's id, to work it out once."""
    if id(part) not in known:
        known[id(part)] = _first_of(part, known)
    return known[id(part)]


def _first_of(part: Part, known: dict[int, First]) -> First:
    match part:
        case AnyOf(words):
            return First(words)
        case Gap():
            return First(frozenset(), gap=True, missing=True)
        case Perhaps(inner):
            first = first_of(inner, known)
            return First(first.words, first.gap, missing=True)
        case Either(ways):
            each = [first_of(way, known) for way in ways]
        case Row(parts):
            each = []
            for one in parts:
                each.append(first_of(one, known))
                if not each[-1].missing:
                    break
    missing = all if isinstance(part, Row) else any
    return First(
        frozenset().union(*(first.words for first in each)),
        any(first.gap for first in each),
        missing(first.missing for first in each),
    )


def vocabulary(parts: Iterable[Part]) -> frozenset[str]:
    return frozenset().union(*(each.words for each in any_ofs(parts)))
