"""Who is there to talk to, and the words that make the companion say so.

    support = load_support()
    support.heard("I can't go on like this")  # Tier.SOFT
    support.card("wales")

What is heard is answered to the one who wrote it, and told to nobody. Cards are data with an owner
and a day on which somebody last rang the numbers.
"""

import sys
import tomllib
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from prompts.checking import Problem
from prompts.hearing import Hearing
from prompts.phrases import PhraseError, Reader, Row, vocabulary
from prompts.spelling import EDGE, Spelling, words_and_quotes

FOLDER = Path(__file__).parent / "support"
PHRASES = "phrases.toml"
NATIONS = {
    "england": "England",
    "wales": "Wales",
    "scotland": "Scotland",
    "northern-ireland": "Northern Ireland",
    "elsewhere": "Elsewhere",
}
LARGEST_FILE = 256 * 1024
LONGEST_PHRASE = 40  # words; further on nothing can share a word with it
LAST = sys.maxsize


class Tier(IntEnum):
    """How plainly it was said."""

    EXPLICIT = 1
    SOFT = 2


class SupportError(Exception):
    """The cards or phrases cannot be used; each problem says where it is."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Line:
    """One place to turn to."""

    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Card:
    nation: str
    owner: str
    checked_on: date
    check_every_days: int
    lines: tuple[Line, ...]

    @property
    def check_by(self) -> date:
        return self.checked_on + timedelta(days=self.check_every_days)


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
class Phrases:
    """What to listen for: each phrase with its tier, and the phrases that speak against it."""

    hearing: Hearing
    spelling: Spelling
    tiers: Mapping[int, Tier]
    unless: Mapping[int, frozenset[int]]
    run_together: Mapping[str, tuple[str, ...]]

    def heard(self, words: str) -> Tier | None:
        typed, quoted = words_and_quotes(words, self.run_together)
        settled = [self.spelling.settle(word) for word in typed]
        ends = list(self.hearing.ends(settled))
        said = sorted(
            (self.tiers[phrase], end, phrase) for phrase, end in ends if phrase in self.tiers
        )
        if not said:
            return None
        # Nearly always nothing was said; only now is it worth asking where it began.
        against = [(end, phrase) for phrase, end in ends if phrase not in self.tiers]
        place = _Place(self.hearing, settled, against, quoted)
        return next(
            (
                tier
                for tier, end, phrase in said
                if not place.is_excused(phrase, end, self.unless[phrase])
            ),
            None,
        )


class _Place:
    """What stands around a phrase that was said."""

    def __init__(
        self,
        hearing: Hearing,
        settled: Sequence[str],
        against: Sequence[tuple[int, int]],
        quoted: frozenset[int],
    ) -> None:
        self._phrases = hearing.phrases
        self._settled = settled
        self._against = against  # in the order in which they end
        self._quoted = quoted
        self._back = hearing.look_back(settled)

    def is_excused(self, phrase: int, end: int, unless: frozenset[int]) -> bool:
        """Whether it is a quotation, or shares a word with a saying it is not to be taken for."""
        # The shortest reading counts: what stands before it is only how it was led up to.
        begin = max(self._back.starts(self._phrases[phrase], end))
        if not self._quoted.isdisjoint(range(begin, end)):
            return True
        for place in range(bisect(self._against, (begin, LAST)), len(self._against)):
            ended, other = self._against[place]
            if ended > end + LONGEST_PHRASE:
                break
            if other in unless:
                began = min(self._back.starts(self._phrases[other], ended))
                shared = self._settled[max(begin, began) : min(end, ended)]
                if any(word != EDGE for word in shared):
                    return True
        return False


@dataclass(frozen=True, slots=True)
class Cards:
    by_nation: Mapping[str, Card]

    def card(self, nation: str = "") -> Card:
        """The nation's own card, or what holds in each where the nation is not known."""
        return self.by_nation.get(nation) or _everywhere(self.by_nation)


@dataclass(frozen=True, slots=True)
class Support:
    cards: Cards
    phrases: Phrases

    def heard(self, words: str) -> Tier | None:
        """How plainly somebody says that they may not be safe; nothing of it is kept."""
        return self.phrases.heard(words)

    def card(self, nation: str = "") -> Card:
        return self.cards.card(nation)


def out_of_date(support: Support | Cards, today: date) -> tuple[Card, ...]:
    """The cards whose numbers somebody should have rung again by today."""
    cards = support.cards if isinstance(support, Support) else support
    return tuple(card for card in cards.by_nation.values() if card.check_by < today)


def _everywhere(cards: Mapping[str, Card]) -> Card:
    """All cards in one: what every nation shares is said once, the rest by nation."""
    titles: dict[str, dict[str, list[str]]] = {}
    for nation, card in cards.items():
        for line in card.lines:
            titles.setdefault(line.title, {}).setdefault(line.words, []).append(nation)
    at_home = len(cards.keys() - {"elsewhere"})
    lines = []
    for title, said in titles.items():
        parts = []
        for words, nations in said.items():
            shared = len(set(nations) - {"elsewhere"}) == at_home
            names = " and ".join(NATIONS[nation] for nation in nations)
            parts.append(words if shared else f"{names}: {words}")
        lines.append(Line(title, " ".join(parts)))
    oldest = min(cards.values(), key=lambda card: card.check_by)
    return Card("", oldest.owner, oldest.checked_on, oldest.check_every_days, tuple(lines))


# From files.

_cards = TypeAdapter(Card)
_written = TypeAdapter(_Written)


def load_support(folder: Path | None = None) -> Support:
    """The cards and phrases under `folder`, or those that come with the product."""
    folder = folder or FOLDER
    problems: list[Problem] = []
    cards = _read_cards(folder, problems)
    phrases = _read_phrases(folder / PHRASES, problems)
    if problems or phrases is None:
        raise SupportError(tuple(problems))
    return Support(cards, phrases)


def load_cards(folder: Path | None = None) -> Cards:
    """The cards alone: they must be there when the phrases cannot be read."""
    problems: list[Problem] = []
    cards = _read_cards(folder or FOLDER, problems)
    if problems:
        raise SupportError(tuple(problems))
    return cards


def _read_cards(folder: Path, problems: list[Problem]) -> Cards:
    cards = {}
    for nation in NATIONS:
        card = _read_card(folder / f"{nation}.toml", nation, problems)
        if card is not None:
            cards[nation] = card
    known = {PHRASES, *(f"{nation}.toml" for nation in NATIONS)}
    problems += [
        Problem(path.name, "", f"There is no such nation; there are {', '.join(NATIONS)}.")
        for path in sorted(folder.glob("*.toml"))
        if path.name not in known
    ]
    return Cards(MappingProxyType(cards))


def _read(path: Path, problems: list[Problem]) -> dict[str, object] | None:
    try:
        if path.stat().st_size > LARGEST_FILE:
            problems.append(Problem(path.name, "", "This file is larger than 256 KiB."))
            return None
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        reason = f"This file cannot be read: {error.strerror}."
    except UnicodeDecodeError:
        reason = "This file is not UTF-8."
    except RecursionError:
        reason = "This file is not TOML that can be read: it nests too deep."
    except ValueError as error:
        reason = f"This file is not TOML: {error}."
    problems.append(Problem(path.name, "", reason))
    return None


def _found_wrong(path: Path, invalid: ValidationError) -> list[Problem]:
    return [
        Problem(path.name, ".".join(map(str, error["loc"])), f"{error['msg']}.")
        for error in invalid.errors(include_url=False, include_input=False)
    ]


def _read_card(path: Path, nation: str, problems: list[Problem]) -> Card | None:
    said = _read(path, problems)
    if said is None:
        return None
    said["lines"] = said.pop("line", [])
    try:
        card = _cards.validate_python(said)
    except ValidationError as invalid:
        problems += _found_wrong(path, invalid)
        return None
    reasons = (
        (card.nation != nation, "nation", f"This must be {nation}, as the file is named."),
        (not card.owner.strip(), "owner", "Somebody has to own this card; name their role."),
        (not 0 < card.check_every_days <= 366, "check_every_days", "Give 1 to 366 days."),
        (not card.lines, "line", "A card has at least one [[line]]."),
        *(
            (not line.title.strip() or not line.words.strip().endswith("."), f"line {number}",
             "A line has a title, and words that end with a full stop.")
            for number, line in enumerate(card.lines, start=1)
        ),
    )  # fmt: skip
    problems += [Problem(path.name, key, reason) for wrong, key, reason in reasons if wrong]
    return card


def _read_phrases(path: Path, problems: list[Problem]) -> Phrases | None:
    said = _read(path, problems)
    if said is None:
        return None
    try:
        written = _written.validate_python(said)
    except ValidationError as invalid:
        problems += _found_wrong(path, invalid)
        return None
    reader = Reader(written.sets)
    rows: list[Row] = []
    tiers: dict[int, Tier] = {}
    unless: dict[int, frozenset[int]] = {}

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
    for group in written.said:
        against = lay(group.unless, f"{group.name}, unless").union(
            *(everywhere[name] for name in everywhere.keys() - group.despite)
        )
        for number in lay(group.phrases, group.name):
            tiers[number] = group.tier
            unless[number] = against
    if problems:
        return None
    spelling = Spelling(
        vocabulary(rows), written.misspelt, written.spellings or {}, written.their_own
    )
    apart = {said.replace(" ", ""): tuple(said.split()) for said in written.run_together}
    return Phrases(Hearing(rows), spelling, tiers, unless, MappingProxyType(apart))
