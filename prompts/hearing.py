"""Whether plain words say one of a list of phrases. It counts nothing and keeps nothing.

All phrases are read along the words together, one step for each word, so the time it takes grows
with the length of the text and with nothing else. What is not asked for is not laid out.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from prompts.phrases import (
    AnyOf,
    Either,
    First,
    Gap,
    Part,
    Perhaps,
    Row,
    any_ofs,
    first_of,
    last_words,
)
from prompts.spelling import EDGE, FIRST_PERSON, OTHER

MOST_FOUND = 100_000
MOST_STATES = 4_000  # remembered; then the memory begins anew
MOST_STEPS = 200_000  # the same
NOWHERE: frozenset[int] = frozenset()


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

    A place is a part that is still to come and the place after it. Where a word leads from there
    is worked out when a text first says it there.
    """

    def __init__(self, phrases: Sequence[Part], bars: Bars | None = None) -> None:
        self.phrases = tuple(phrases)
        self._bars = bars or Bars()
        self._places: list[tuple[Part | None, int]] = []  # None where a phrase has ended
        self._known: dict[tuple[int, int], int] = {}
        self._must: list[frozenset[str] | None] = []  # by place: the words it begins with, if any
        self._steps: list[dict[str, frozenset[int]]] = []  # by place: word → places after it
        self._stepped = 0
        self._over: dict[int, frozenset[int]] = {}  # by place: the phrases that may end there
        self._gaps: dict[Gap, Gap] = {}
        self._first: dict[int, First] = {}
        self._last_words: dict[int, frozenset[str] | None] = {}
        self._alike = _alike(any_ofs(self.phrases), self._bars)
        self._beginning: dict[str, list[int]] = {}
        self._beginning_anyhow: list[int] = []
        for number, phrase in enumerate(self.phrases):
            begin = self._place(phrase, self._add(None, number))
            first = first_of(phrase, self._first)
            if first.gap:
                self._beginning_anyhow.append(begin)
            for word in {self._alike[word] for word in first.words} if not first.gap else ():
                self._beginning.setdefault(word, []).append(begin)
        self._begin: dict[str, frozenset[int]] = {}
        self._states: dict[frozenset[int], _State] = {}

    def look_back(self, words: Sequence[str]) -> LookingBack:
        """For these phrases only: what they can end with is worked out once."""
        return LookingBack(words, self._bars, self._last_words)

    def _add(self, part: Part | None, following: int) -> int:
        first = first_of(part, self._first) if part else First(frozenset())
        self._must.append(None if first.gap or first.missing else first.words)
        self._places.append((part, following))
        self._steps.append({})
        return len(self._places) - 1

    def _place(self, part: Part, following: int) -> int:
        key = (id(part), following)
        if key not in self._known:
            self._known[key] = self._add(part, following)
        return self._known[key]

    def _row(self, parts: Sequence[Part], following: int) -> int:
        for each in reversed(parts):
            following = self._place(each, following)
        return following

    def _shorter(self, gap: Gap, following: int) -> int:
        if gap.most == 1:
            return following
        shorter = Gap(gap.most - 1, gap.narrow)
        return self._place(self._gaps.setdefault(shorter, shorter), following)

    def _step(self, place: int, word: str) -> frozenset[int]:
        """Where a word leads from a place."""
        must = self._must[place]
        if must is not None and word not in must:
            return NOWHERE
        steps = self._steps[place]
        led = steps.get(word)
        if led is None:
            if self._stepped >= MOST_STEPS:
                for each in self._steps:
                    each.clear()
                self._stepped = 0
            self._stepped += 1
            led = steps[word] = self._stepping(place, word)
        return led

    def _stepping(self, place: int, word: str) -> frozenset[int]:
        part, following = self._places[place]
        match part:
            case None:
                return NOWHERE
            case AnyOf(words):
                return frozenset({following}) if word in words else NOWHERE
            case Gap():
                led = self._step(following, word)
                fills = self._bars.may_fill(part, word)
                return led | {self._shorter(part, following)} if fills else led
            case Row(parts):
                return self._step(self._row(parts, following), word)
            case Perhaps(inner):
                ways: tuple[Part, ...] = (inner,)
                led = self._step(following, word)
            case Either(ways):
                missing = first_of(part, self._first).missing
                led = self._step(following, word) if missing else NOWHERE
        for way in ways:
            first = first_of(way, self._first)
            if first.gap or first.missing or word in first.words:
                led |= self._step(self._place(way, following), word)
        return led

    def _ended(self, place: int) -> frozenset[int]:
        """The phrases that are over if nothing more comes."""
        over = self._over.get(place)
        if over is None:
            part, following = self._places[place]
            if part is None:
                over = frozenset({following})
            else:
                missing = first_of(part, self._first).missing
                over = self._ended(following) if missing else NOWHERE
            self._over[place] = over
        return over

    def ends(self, words: Iterable[str]) -> Iterator[tuple[int, int]]:
        """(phrase, where it ended) of everything that is said in these settled words."""
        state = self._state(NOWHERE)
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
            first = (*self._beginning.get(word, ()), *self._beginning_anyhow)
            self._begin[word] = NOWHERE.union(*(self._step(place, word) for place in first))
        led = (self._step(place, word) for place in state.places)
        following = self._state(self._begin[word].union(*led))
        state.leads[word] = following
        return following

    def _state(self, places: frozenset[int]) -> _State:
        known = self._states.get(places)
        if known is None:
            if len(self._states) >= MOST_STATES:
                for each in self._states.values():
                    each.leads.clear()
                self._states.clear()
            ended = tuple(sorted(NOWHERE.union(*(self._ended(place) for place in places))))
            known = self._states[places] = _State(places, ended, {})
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
