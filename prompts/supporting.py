"""Who is there to talk to, and the words that make the companion say so.

    support = load_support()
    support.heard("I can't go on like this")  # Tier.SOFT
    support.card("wales")

What is heard is answered to the one who wrote it, and told to nobody. Cards are data with an owner
and a day on which somebody last rang the numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

from pydantic import TypeAdapter, ValidationError

from prompts.checking import Problem
from prompts.listening import Phrases, Tier, read_phrases
from prompts.reading import found_wrong, read_toml

FOLDER = Path(__file__).parent / "support"
PHRASES = "phrases.toml"
NATIONS = {
    "england": "England",
    "wales": "Wales",
    "scotland": "Scotland",
    "northern-ireland": "Northern Ireland",
    "elsewhere": "Elsewhere",
}


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


def load_support(folder: Path | None = None) -> Support:
    """The cards and phrases under `folder`, or those that come with the product."""
    folder = folder or FOLDER
    problems: list[Problem] = []
    cards = _read_cards(folder, problems)
    phrases = read_phrases(folder / PHRASES, problems)
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


def _read_card(path: Path, nation: str, problems: list[Problem]) -> Card | None:
    said = read_toml(path, problems)
    if said is None:
        return None
    said["lines"] = said.pop("line", [])
    try:
        card = _cards.validate_python(said)
    except ValidationError as invalid:
        problems += found_wrong(path, invalid)
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
