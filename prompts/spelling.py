"""From what was typed to words, spelt as the phrases spell them."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

EDGE = "."  # between sentences
QUOTE = '"'
WORDS_BEFORE_QUOTE = 6
OTHER = ""  # any word that stands in no phrase
FIRST_PERSON = frozenset({"i", "im", "ive", "id", "iam"})
SHORTEST_SLIP = 4  # of a word of five
LONGEST_WORD = 24


class _Letters(dict[int, str | None]):
    """Each character as it is heard: letters and figures, the edge of a sentence, or a space."""

    def __missing__(self, code: int) -> str | None:
        heard = _heard(chr(code))
        if code < 0x2100:
            self[code] = heard
        return heard


def _heard(character: str) -> str | None:
    if character in '"“”„«»':
        return f" {QUOTE} "
    if character in ".?!":
        return f" {EDGE} "
    if character in "'’‘‛ʼ`´*" or unicodedata.category(character) in {"Cf", "Mn", "Me"}:
        return None
    return character if character.isalnum() else " "


_letters = _Letters()
_LOOKALIKES = str.maketrans("013457@$", "oieasta" + "s")


def words_in(text: str) -> list[str]:
    """The words of a text with an edge round every sentence. Marks, case and accents are gone."""
    return words_and_quotes(text, {})[0]


def words_and_quotes(
    text: str, run_together: Mapping[str, Sequence[str]]
) -> tuple[list[str], frozenset[int]]:
    """The words, each for itself, and the places of those that are quoted from somebody."""
    whole = unicodedata.normalize("NFKD", text).casefold()
    whole = whole.replace("...", " ").replace("\r\n", "\n").replace("\n\n", " . ")
    words = [EDGE]
    letters: list[str] = []
    marks: list[int] = []
    for word in f"{whole.translate(_letters)} {EDGE}".split():
        if len(word) == 1 and word.isalpha():
            letters.append(word)
            continue
        words += _spelt_out(letters)
        letters = []
        if word == QUOTE:
            marks.append(len(words))
        elif not word.isalpha() and any(letter.isalpha() for letter in word):
            words.append(word.translate(_LOOKALIKES))  # su1cide
        elif word in run_together:
            words += run_together[word]
        elif word != EDGE or words[-1] != EDGE:
            words.append(word)
    return words, frozenset(_quoted(words, marks))


def _quoted(words: Sequence[str], marks: Sequence[int]) -> Iterator[int]:
    """What stands between two quotation marks, inside a sentence that is not about the writer."""
    for begin, end in zip(marks[::2], marks[1::2], strict=False):
        before = words[max(0, begin - WORDS_BEFORE_QUOTE) : begin]
        if before[-1] != EDGE and FIRST_PERSON.isdisjoint(before):
            yield from range(begin, end)


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
        self,
        known: Iterable[str],
        misspelt: Iterable[str],
        also: Mapping[str, str],
        their_own: Iterable[str],
    ) -> None:
        self._known = frozenset(known)
        self._also = also
        self._their_own = frozenset(their_own)
        self._near: dict[str, list[str]] = {}
        for word in sorted(self._known & frozenset(misspelt)):
            for shorter in (word, *_without_one(word)):
                self._near.setdefault(shorter, []).append(word)

    def settle(self, word: str) -> str:
        if word in self._known:
            return word
        if word in self._also:
            return self._also[word]
        if word in self._their_own or len(word) > LONGEST_WORD or not word.isalpha():
            return OTHER
        if "".join(_at_most(word, 2)) != word:  # dieee
            for most in (2, 1):
                fewer = "".join(_at_most(word, most))
                if fewer in self._known or fewer in self._also:
                    return self._also.get(fewer, fewer)
        if len(word) < SHORTEST_SLIP:
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
