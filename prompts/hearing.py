"""Whether plain words say one of a fixed list of phrases. It counts nothing and keeps nothing.

A phrase is written as words with a space between them:

    to   {want}      a word; one of a named set, whose entries are phrases themselves
    so?  {want}?     it may be missing
    no|not|never     any of these words
    (at home | alone)  any of these phrases
    *3               up to three other words, none of them "I", inside one sentence
    ^    $           where a sentence begins and ends

All phrases are read along the words together, one step for each word, so the time it takes grows
with the length of the text and with nothing else.
"""

import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

EDGE = "."  # between sentences
OTHER = ""  # any word that stands in no phrase
FIRST_PERSON = frozenset({"i", "im", "ive", "id", "iam"})
SHORTEST_MISSPELT = 5
MOST_STATES = 4_000  # remembered; then the memory begins anew
LONGEST_GAP = 8
LONGEST_WORD = 24


class PhraseError(ValueError):
    """This is not a phrase that can be listened for."""


# What a phrase is made of.


@dataclass(frozen=True, slots=True)
class AnyOf:
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Gap:
    most: int


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
        pieces = deque(re.findall(r"[()]|[^\s()]+", phrase))
        row = self._row(pieces)
        if pieces:
            raise PhraseError("a bracket is closed that was not opened")
        return row

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
        if piece.startswith("*"):
            if not piece[1:].isdecimal() or not 0 < int(piece[1:]) <= LONGEST_GAP:
                raise PhraseError(f"{piece} is not a gap of 1 to {LONGEST_GAP} words")
            return Gap(int(piece[1:]))
        if piece in {"^", "$"}:
            return AnyOf(frozenset({EDGE}))
        if piece.startswith("{") and piece.endswith("}"):
            return self._set(piece[1:-1])
        if words_in(piece) != [EDGE, piece, EDGE]:
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


def _words_of(part: Part) -> Iterator[str]:
    match part:
        case AnyOf(words):
            yield from words
        case Either(ways):
            for way in ways:
                yield from _words_of(way)
        case Row(parts):
            for each in parts:
                yield from _words_of(each)
        case Perhaps(inner):
            yield from _words_of(inner)
        case Gap():
            return


def starts(part: Part, words: Sequence[str], ends: frozenset[int]) -> frozenset[int]:
    """Where it began, if it ended just before one of these places."""
    match part:
        case AnyOf(known):
            return frozenset(end - 1 for end in ends if end > 0 and words[end - 1] in known)
        case Gap(most):
            here = reached = ends
            for _ in range(most):
                here = frozenset(e - 1 for e in here if e > 0 and _may_fill(words[e - 1]))
                reached |= here
            return reached
        case Either(ways):
            return frozenset().union(*(starts(way, words, ends) for way in ways))
        case Row(parts):
            for each in reversed(parts):
                ends = starts(each, words, ends)
            return ends
        case Perhaps(inner):
            return ends | starts(inner, words, ends)


def _may_fill(word: str) -> bool:
    return word != EDGE and word not in FIRST_PERSON


# From what was typed to words.


class _Letters(dict[int, str | None]):
    """Each character as it is heard: letters and figures, the edge of a sentence, or a space."""

    def __missing__(self, code: int) -> str | None:
        heard = _heard(chr(code))
        if code < 0x2100:
            self[code] = heard
        return heard


def _heard(character: str) -> str | None:
    if character in ".?!":
        return f" {EDGE} "
    if character in "'’‘‛ʼ`´*" or unicodedata.category(character) in {"Cf", "Mn", "Me"}:
        return None
    return character if character.isalnum() else " "


_letters = _Letters()
_LOOKALIKES = str.maketrans("013457@$", "oieasta" + "s")


def words_in(text: str) -> list[str]:
    """The words of a text with an edge round every sentence. Marks, case and accents are gone."""
    whole = unicodedata.normalize("NFKD", text).casefold()
    whole = whole.replace("...", " ").replace("\r\n", "\n").replace("\n\n", " . ")
    words = [EDGE]
    letters: list[str] = []
    for word in f"{whole.translate(_letters)} {EDGE}".split():
        if len(word) == 1 and word.isalpha():
            letters.append(word)
            continue
        words += _spelt_out(letters)
        letters = []
        if word == EDGE and words[-1] == EDGE:
            continue
        if not word.isalpha() and any(letter.isalpha() for letter in word):
            word = word.translate(_LOOKALIKES)  # noqa: PLW2901 - su1cide
        words.append(word)
    return words


def _spelt_out(letters: list[str]) -> list[str]:
    """k i l l as one word; "I" and "a" stay what they are."""
    return ["".join(letters)] if len(letters) >= 4 else letters


# Spelling.


def _without_one(word: str) -> Iterator[str]:
    return (word[:place] + word[place + 1 :] for place in range(len(word)))


def _one_apart(left: str, right: str) -> bool:
    """One letter more, fewer, other, or two that changed places."""
    if abs(len(left) - len(right)) > 1:
        return False
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    left, right = left[start:], right[start:]
    if len(left) != len(right):
        return left[1:] == right or left == right[1:]
    return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])


class Spelling:
    """Typed words as the phrases spell them; what no phrase holds is all one."""

    def __init__(
        self, known: Iterable[str], also: Mapping[str, str], their_own: Iterable[str]
    ) -> None:
        self._known = frozenset(known)
        self._also = also
        self._their_own = frozenset(their_own)
        self._near: dict[str, list[str]] = {}
        for word in sorted(self._known):
            if len(word) >= SHORTEST_MISSPELT:
                for shorter in (word, *_without_one(word)):
                    self._near.setdefault(shorter, []).append(word)

    def settle(self, word: str) -> str:
        if word in self._known:
            return word
        if word in self._also:
            return self._also[word]
        if word in self._their_own or len(word) > LONGEST_WORD or not word.isalpha():
            return OTHER
        for most in (2, 1):
            fewer = "".join(_at_most(word, most))
            if fewer != word and (fewer in self._known or fewer in self._also):
                return self._also.get(fewer, fewer)
        if len(word) < SHORTEST_MISSPELT - 1:
            return OTHER
        near = {
            each
            for shorter in (word, *_without_one(word))
            for each in self._near.get(shorter, ())
            if _one_apart(word, each)
        }
        return min(near, key=lambda each: (each[0] != word[0], each), default=OTHER)


def _at_most(word: str, most: int) -> Iterator[str]:
    """The word with no letter more than so many times in a row."""
    row = 0
    before = ""
    for letter in word:
        row = row + 1 if letter == before else 1
        before = letter
        if row <= most:
            yield letter


# Reading along.


@dataclass(slots=True)
class _State:
    """Where in which phrases a text can be, and what each next word leads to."""

    places: frozenset[int]
    ended: frozenset[int]
    leads: dict[str, "_State"]


class Hearing:
    """All phrases at once. It keeps places in phrases, never anything that was typed."""

    def __init__(self, phrases: Sequence[Row]) -> None:
        self.phrases = tuple(phrases)
        self._steps: list[dict[str, list[int]]] = []  # by place: word → places
        self._gaps: list[list[int]] = []  # by place: places after any word
        self._free: list[list[int]] = []  # by place: places without a word
        self._ends: dict[int, list[int]] = {}  # place → the phrases that end there
        self._laid: dict[tuple[int, Part], int] = {}
        first = self._place()
        for number, phrase in enumerate(self.phrases):
            self._ends.setdefault(self._lay(phrase, first), []).append(number)
        self._laid.clear()
        self._onward = [self._freely(place) for place in range(len(self._steps))]
        self._first = self._onward[first]
        self._begin: dict[str, frozenset[int]] = {}
        self._states: dict[frozenset[int], _State] = {}

    def _place(self) -> int:
        self._steps.append({})
        self._gaps.append([])
        self._free.append([])
        return len(self._steps) - 1

    def _lay(self, part: Part, start: int) -> int:
        """The place where it is over, if it begins at `start`; what is alike is laid once."""
        known = self._laid.get((start, part))
        if known is not None:
            return known
        match part:
            case AnyOf(words):
                end = self._place()
                for word in words:
                    self._steps[start].setdefault(word, []).append(end)
            case Gap(most):
                end = self._place()
                self._free[start].append(end)
                here = start
                for _ in range(most):
                    following = self._place()
                    self._gaps[here].append(following)
                    self._free[following].append(end)
                    here = following
            case Either(ways):
                end = self._place()
                for way in ways:
                    self._free[self._lay(way, start)].append(end)
            case Row(parts):
                end = start
                for each in parts:
                    end = self._lay(each, end)
            case Perhaps(inner):
                end = self._place()
                self._free[start].append(end)
                self._free[self._lay(inner, start)].append(end)
        self._laid[start, part] = end
        return end

    def _freely(self, place: int) -> frozenset[int]:
        """Every place that is reached from here without another word and leads on, or ends."""
        found = {place}
        waiting = deque(found)
        while waiting:
            for free in self._free[waiting.popleft()]:
                if free not in found:
                    found.add(free)
                    waiting.append(free)
        return frozenset(
            each for each in found if self._steps[each] or self._gaps[each] or each in self._ends
        )

    def ends(self, words: Iterable[str]) -> Iterator[tuple[int, int]]:
        """(phrase, where it ended) of everything that is said in these settled words."""
        state = self._state(frozenset())
        for end, word in enumerate(words, start=1):
            following = state.leads.get(word)
            if following is None:
                following = self._follow(state, word)
            state = following
            for phrase in state.ended:
                yield phrase, end

    def _follow(self, state: _State, word: str) -> _State:
        if word not in self._begin:
            self._begin[word] = self._after(self._first, word)
        following = self._state(self._begin[word] | self._after(state.places, word))
        state.leads[word] = following
        return following

    def _after(self, places: frozenset[int], word: str) -> frozenset[int]:
        onward: set[int] = set()
        for place in places:
            for step in self._steps[place].get(word, ()):
                onward |= self._onward[step]
            if _may_fill(word):
                for step in self._gaps[place]:
                    onward |= self._onward[step]
        return frozenset(onward)

    def _state(self, places: frozenset[int]) -> _State:
        known = self._states.get(places)
        if known is None:
            if len(self._states) >= MOST_STATES:
                for each in self._states.values():
                    each.leads.clear()
                self._states.clear()
            ended = frozenset(number for place in places for number in self._ends.get(place, ()))
            known = self._states[places] = _State(places, ended, {})
        return known


def vocabulary(phrases: Iterable[Row]) -> frozenset[str]:
    return frozenset(word for phrase in phrases for word in _words_of(phrase))
