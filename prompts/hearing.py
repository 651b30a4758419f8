"""Whether plain words say one of a list of phrases. It counts nothing and keeps nothing.

All phrases are read along the words together, one step for each word, so the time it takes grows
with the length of the text and with nothing else. What is not asked for is not laid out.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from prompts.phrases import AnyOf, Either, Gap, Part, Perhaps, Row, any_ofs, last_words
from prompts.spelling import EDGE, FIRST_PERSON, OTHER

MOST_FOUND = 100_000
MOST_STATES = 4_000  # remembered; then the memory begins anew


class Bars:
    """The words that no gap runs over: edges, "I" and other people, and things for a narrow one."""

    def __init__(self, people: Collection[str] = (), things: Collection[str] = ()) -> None:
        self._wide = FIRST_PERSON | {EDGE} | frozenset(people)
        self._narrow = self._wide | frozenset(things)

    def may_fill(self, gap: Gap, word: str) -> bool:
        return word not in (self._narrow if gap.narrow else self._wide)

    def all(self) -> frozenset[str]:
        return self._narrow

    def kind(self, word: str) -> int:
        """Two words of one kind fill the same gaps."""
        return (word in self._narrow) + (word in self._wide)


class LookingBack:
    """Where a phrase began that has ended, in words that have been settled."""

    def __init__(
        self,
        words: Sequence[str],
        bars: Bars | None = None,
        last: dict[int, frozenset[str] | None] | None = None,
    ) -> None:
        self._words = words
        self._bars = bars or Bars()
        self._found: dict[tuple[int, int], frozenset[int]] = {}
        self._last_words = {} if last is None else last

    def starts(self, part: Part, end: int) -> frozenset[int]:
        last = self._last(part)
        if last is not None and (end == 0 or self._words[end - 1] not in last):
            return frozenset()
        key = (id(part), end)
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= MOST_FOUND:
                self._found.clear()
            found = self._found[key] = self._look(part, end)
        return found

    def _last(self, part: Part) -> frozenset[str] | None:
        """The words that it can end with, unless it can end with any."""
        if id(part) not in self._last_words:
            self._last_words[id(part)] = last_words(part)
        return self._last_words[id(part)]

    def _look(self, part: Part, end: int) -> frozenset[int]:
        match part:
            case AnyOf(words):
                known = end > 0 and self._words[end - 1] in words
                return frozenset({end - 1} if known else ())
            case Gap(most):
                reached = {end}
                while most and end > 0 and self._bars.may_fill(part, self._words[end - 1]):
                    most, end = most - 1, end - 1
                    reached.add(end)
                return frozenset(reached)
            case Either(ways):
                return frozenset().union(*(self.starts(way, end) for way in ways))
            case Row(parts):
                ends = frozenset({end})
                for each in reversed(parts):
                    ends = frozenset().union(*(self.starts(each, here) for here in ends))
                    if not ends:
                        break
                return ends
            case Perhaps(inner):
                return self.starts(inner, end) | {end}


@dataclass(slots=True)
class _State:
    """Where in which phrases a text can be, and what each next word leads to."""

    places: frozenset[int]
    ended: tuple[int, ...]
    leads: dict[str, "_State"]


class Hearing:
    """All phrases at once. It keeps places in phrases, never anything that was typed.

    A place is a part of a phrase and the place after it. It is opened up when a text first gets
    there.
    """

    def __init__(self, phrases: Sequence[Part], bars: Bars | None = None) -> None:
        self.phrases = tuple(phrases)
        self._bars = bars or Bars()
        self._places: list[tuple[Part | None, int]] = []  # None where a phrase has ended
        self._known: dict[tuple[int, int], int] = {}
        self._opened: dict[int, frozenset[int]] = {}
        self._gaps: dict[Gap, Gap] = {}
        self._last_words: dict[int, frozenset[str] | None] = {}
        self._alike = _alike(any_ofs(self.phrases), self._bars)
        starts = []
        for number, phrase in enumerate(self.phrases):
            self._places.append((None, number))
            starts.append((phrase, len(self._places) - 1))
        self._first = frozenset().union(*(self._open(self._place(*each)) for each in starts))
        self._begin: dict[str, frozenset[int]] = {}
        self._states: dict[frozenset[int], _State] = {}

    def look_back(self, words: Sequence[str]) -> LookingBack:
        """For these phrases only: what they can end with is worked out once."""
        return LookingBack(words, self._bars, self._last_words)

    def _place(self, part: Part, following: int) -> int:
        key = (id(part), following)
        if key not in self._known:
            self._known[key] = len(self._places)
            self._places.append((part, following))
        return self._known[key]

    def _open(self, place: int) -> frozenset[int]:
        """The places that are reached from here without another word and take one, or are ends."""
        opened = self._opened.get(place)
        if opened is None:
            opened = self._opened[place] = self._opening(place)
        return opened

    def _opening(self, place: int) -> frozenset[int]:
        part, following = self._places[place]
        match part:
            case None | AnyOf():
                return frozenset({place})
            case Gap():
                return self._open(following) | {place}
            case Perhaps(inner):
                return self._open(following) | self._open(self._place(inner, following))
            case Either(ways):
                found = (self._open(self._place(way, following)) for way in ways)
                return frozenset().union(*found)
            case Row(parts):
                for each in reversed(parts):
                    following = self._place(each, following)
                return self._open(following)

    def _onward(self, place: int, word: str) -> frozenset[int] | None:
        """Where a word leads from a place that takes one."""
        part, following = self._places[place]
        if isinstance(part, AnyOf):
            return self._open(following) if word in part.words else None
        if isinstance(part, Gap) and self._bars.may_fill(part, word):
            if part.most == 1:
                return self._open(following)
            shorter = Gap(part.most - 1, part.narrow)
            return self._open(self._place(self._gaps.setdefault(shorter, shorter), following))
        return None

    def ends(self, words: Iterable[str]) -> Iterator[tuple[int, int]]:
        """(phrase, where it ended) of everything that is said in these settled words."""
        state = self._state(frozenset())
        for end, typed in enumerate(words, start=1):
            word = self._alike.get(typed, OTHER)
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
        onward = (self._onward(place, word) for place in places)
        return frozenset().union(*(each for each in onward if each is not None))

    def _state(self, places: frozenset[int]) -> _State:
        known = self._states.get(places)
        if known is None:
            if len(self._states) >= MOST_STATES:
                for each in self._states.values():
                    each.leads.clear()
                self._states.clear()
            ended = {self._places[place] for place in places}
            numbers = tuple(sorted(number for part, number in ended if part is None))
            known = self._states[places] = _State(places, numbers, {})
        return known


def _alike(sets: Iterable[AnyOf], bars: Bars) -> dict[str, str]:
    """One word for all words that stand in the same places, so that there are fewer to follow."""
    among: dict[str, list[int]] = {}
    for number, words in enumerate(dict.fromkeys(each.words for each in sets)):
        for word in words:
            among.setdefault(word, [bars.kind(word)]).append(number)
    for word in bars.all() - among.keys():
        among[word] = [bars.kind(word)]
    first: dict[tuple[int, ...], str] = {}
    return {word: first.setdefault(tuple(found), word) for word, found in sorted(among.items())}
