"""Whether plain words say one of a list of phrases. It counts nothing and keeps nothing.

All phrases are read along the words together, one step for each word, so the time it takes grows
with the length of the text and with nothing else.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from prompts.phrases import AnyOf, Either, Gap, Part, Perhaps, Row, last_words
from prompts.spelling import EDGE, FIRST_PERSON, OTHER

MOST_FOUND = 100_000
MOST_STATES = 4_000  # remembered; then the memory begins anew


class LookingBack:
    """Where a phrase began that has ended, in words that have been settled."""

    def __init__(
        self, words: Sequence[str], last: dict[int, frozenset[str] | None] | None = None
    ) -> None:
        self._words = words
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
                while most and end > 0 and _may_fill(self._words[end - 1]):
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


def _may_fill(word: str) -> bool:
    return word != EDGE and word not in FIRST_PERSON


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
        self._last_words: dict[int, frozenset[str] | None] = {}
        first = self._place()
        for number, phrase in enumerate(self.phrases):
            self._ends.setdefault(self._lay(phrase, first), []).append(number)
        self._alike = _alike(part.words for _, part in self._laid if isinstance(part, AnyOf))
        self._laid.clear()
        onward = [self._freely(place) for place in range(len(self._steps))]
        self._leads: dict[str, dict[int, frozenset[int]]] = {}  # by word: place → places after it
        for place, leads in enumerate(self._steps):
            for word, steps in leads.items():
                self._leads.setdefault(word, {})[place] = _together(onward, steps)
        self._fills = {
            place: _together(onward, steps) for place, steps in enumerate(self._gaps) if steps
        }
        self._leading = {word: frozenset(leads) for word, leads in self._leads.items()}
        self._filling = frozenset(self._fills)
        self._first = onward[first]
        self._begin: dict[str, frozenset[int]] = {}
        self._states: dict[frozenset[int], _State] = {}

    def look_back(self, words: Sequence[str]) -> LookingBack:
        """For these phrases only: what they can end with is worked out once."""
        return LookingBack(words, self._last_words)

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
        for end, typed in enumerate(words, start=1):
            word = self._alike.get(typed) or (OTHER if _may_fill(typed) else typed)
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
        onward: list[frozenset[int]] = []
        if word in self._leads:
            leads = self._leads[word]
            onward += [leads[place] for place in places & self._leading[word]]
        if _may_fill(word):
            onward += [self._fills[place] for place in places & self._filling]
        return frozenset().union(*onward)

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


def _together(onward: Sequence[frozenset[int]], steps: Sequence[int]) -> frozenset[int]:
    return onward[steps[0]] if len(steps) == 1 else frozenset().union(*(onward[s] for s in steps))


def _alike(sets: Iterable[frozenset[str]]) -> dict[str, str]:
    """One word for all words that stand in the same places, so that there are fewer to follow."""
    among: dict[str, list[int]] = {}
    for number, words in enumerate(dict.fromkeys(sets)):
        for word in words:
            among.setdefault(word, [0 if _may_fill(word) else 1]).append(number)
    first: dict[tuple[int, ...], str] = {}
    return {word: first.setdefault(tuple(found), word) for word, found in sorted(among.items())}
