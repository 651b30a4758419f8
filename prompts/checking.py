"""What a bank must keep to before anybody is asked anything from it.

Each rule yields sentences a programme lead can act on. Rules of wording that need a language's
word lists belong to the lint (`prompts/linting/`); here stands what would break a message, a
thread or a promise, and is looked at whenever a bank is loaded.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from unicodedata import normalize

from prompts.history import Dial
from prompts.question import (
    A_VARIABLE,
    AnswerKind,
    NotWhen,
    Question,
    Sets,
    Stage,
    Status,
    filled_in,
)
from prompts.variables import FALLBACKS, PRIVATE

MOST_WORDS = 25
FEWEST_WORDS = 2
MOST_WORDS_SHOWN = 45
MOST_CHARACTERS_SHOWN = 280
LONGEST_FALLBACK = 80
LONGEST_COOL_DOWN = 3650
LONGEST_WAIT = 366
MOST_READINESS = 3
DEPTHS = {Stage.OPEN: range(1, 3), Stage.CHALLENGE: range(3, 6)}
ANY_OTHER_STAGE = range(1, 5)
WAITS_FOR = frozenset({NotWhen.HEAVY_WEEK, NotWhen.AFTER_STRETCH, NotWhen.SAFETY_CARD_7D})
OFFERED = {
    Sets.PLACING: ("−2", "−1", "0", "+1", "+2"),
    Sets.DECISION: ("keep", "revise", "complete", "let go"),
}
UNSIGNED = frozenset({Status.DRAFT, Status.REVIEW})
# What the bank asks of a file beyond the rules of wording that have a number of their own.
NO_RULE = "L00"

_AN_ID = re.compile(r"[A-Za-z0-9-]{1,40}")
_A_FACT = re.compile(
    r"answered|skipped|tapped_go_deeper|choice=.+"
    r"|experiment\.state=(?:idea|planned|due|not_yet|observed|decided|closed|let_go)"
    r"|experiment\.delays=\d+"
)
A_FACT_OF_A_RUN = re.compile(r"(?:answered|skipped|unanswered|not_asked)=([A-Za-z0-9-]{1,40})")
_A_WAIT = re.compile(r"same_thread|next_slot|\d+[mhd]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where; two are the same that say the same of the same question."""

    file: str
    key: str
    reason: str
    line: int = field(default=0, compare=False)
    rule: str = field(default=NO_RULE, compare=False)

    def __str__(self) -> str:
        source = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (source, self.key, self.reason) if part)


@dataclass(frozen=True, slots=True)
class Objection:
    """A sentence against one question, and the rule of the lint that it goes by."""

    reason: str
    rule: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A question, the file it stands in, and its number there."""

    path: Path
    row: int
    question: Question


def objections(question: Question) -> Iterator[Objection]:
    """What stands against one question, read on its own."""
    for rule, name in RULES.items():
        for reason in rule(question):
            yield Objection(reason, name)


def objections_between(
    entries: Mapping[str, Entry], known: frozenset[str]
) -> Iterator[tuple[Entry, Objection]]:
    """What stands against the questions, read beside each other; `known` also holds broken ones."""
    for entry in entries.values():
        for reason in _settling(entry.question, entries, known):
            yield entry, Objection(reason, "L18")
        for reason in (*_leading(entry, known), *_naming(entry.question.only_if, known)):
            yield entry, Objection(reason, NO_RULE)
    for going_round in _never_ending(entries):
        circle = "Its follow-ups come round in a circle and never end."
        yield entries[going_round], Objection(circle, NO_RULE)


def depths_at(stage: Stage) -> range:
    return DEPTHS.get(stage, ANY_OTHER_STAGE)


def _depth(question: Question) -> Iterator[str]:
    allowed = depths_at(question.stage)
    if question.depth not in range(1, 6):
        yield f"depth is {question.depth}; it goes from 1 to 5."
    elif question.depth not in allowed:
        yield (
            f"depth {question.depth} does not fit {question.stage},"
            f" which goes from {allowed[0]} to {allowed[-1]}."
        )
    if question.depth in {4, 5} and (unsaid := WAITS_FOR - set(question.not_when)):
        yield f"A question at depth 4 or 5 waits: not_when lacks {', '.join(sorted(unsaid))}."


def _one_question(question: Question) -> Iterator[str]:
    if question.text.count("?") != 1 or not question.text.endswith("?"):
        yield 'text must end in "?", and hold no other.'
    if "@" in question.message or "://" in question.message:
        yield "A question calls nobody and holds no address."
    if len(question.text.split()) < FEWEST_WORDS:
        yield f"text has fewer than {FEWEST_WORDS} words."
    if "?" in question.context_line:
        yield 'context_line is a statement, so it holds no "?".'
    if not question.message.isprintable():
        yield "text and context_line each stand on one line, without control characters."


def _length(question: Question) -> Iterator[str]:
    words = len(question.text.split())
    if words > MOST_WORDS:
        yield f"text has {words} words; {MOST_WORDS} is the most."


def _whole_message(question: Question) -> Iterator[str]:
    shown = filled_in(question, question.message)
    if len(shown.split()) > MOST_WORDS_SHOWN or len(shown) > MOST_CHARACTERS_SHOWN:
        yield (
            f"The whole message has {len(shown.split())} words and {len(shown)} characters;"
            f" {MOST_WORDS_SHOWN} words and {MOST_CHARACTERS_SHOWN} characters are the most."
        )


def _variables(question: Question) -> Iterator[str]:
    used = dict.fromkeys(A_VARIABLE.findall(question.message))
    declared = {variable.name: variable for variable in question.variables}
    if question.depth == 5 and (used or declared):
        yield "A question at depth 5 uses no variables."
    for name in used:
        if name not in declared:
            yield f"{{{name}}} is used but not declared under variables."
    if set("{}") & set(A_VARIABLE.sub("", question.message)):
        yield "A curly bracket stands alone; a variable is written {like_this}."
    for name, variable in declared.items():
        if name not in FALLBACKS:
            yield f"No variable is called {name}; there are {', '.join(sorted(FALLBACKS))}."
        if not variable.fallback.strip():
            yield f"The variable {name} has an empty fallback."
        if not variable.fallback.isprintable() or set("{}?") & set(variable.fallback):
            yield f"The fallback of {name} is plain words on one line, without brackets or “?”."
        if len(variable.fallback) > LONGEST_FALLBACK:
            yield f"The fallback of {name} is longer than {LONGEST_FALLBACK} characters."
        if name in PRIVATE and not variable.private:
            yield f"The variable {name} holds the leader's own words, so it must be private."


def _answer(question: Question) -> Iterator[str]:
    labelled = question.answer in {AnswerKind.CHOICE, AnswerKind.SCALE}
    if labelled and len(question.options) < 2:
        yield f"An answer by {question.answer} lists at least two options."
    if not labelled and question.options:
        yield f'options belong to a choice or a scale, and the answer is "{question.answer}".'
    if question.sets is Sets.DIAL and set(question.options) != {dial.value for dial in Dial}:
        yield f"What sets the dial offers {', '.join(dial.value for dial in Dial)}."
    if question.sets in OFFERED and question.options != OFFERED[question.sets]:
        yield f"What sets the {question.sets} offers {', '.join(OFFERED[question.sets])}."
    if any(
        "," in option or not option.strip() or not option.isprintable()
        for option in question.options
    ):
        yield "An option is a few words on one line, without a comma."
    if len(set(question.options)) < len(question.options):
        yield "The same option is listed twice."


def _standing(question: Question) -> Iterator[str]:
    if not _AN_ID.fullmatch(question.id):
        yield "An id is made of up to 40 letters, digits and hyphens."
    if not question.purpose.strip() or not question.purpose.isprintable():
        yield "purpose says what this question is for, on one line."
    if not question.sequence and not question.themes:
        yield "A question outside the sequences names at least one theme."
    if (question.cool_down_days or 0) not in range(LONGEST_COOL_DOWN + 1):
        yield f"cool_down_days goes from 0 to {LONGEST_COOL_DOWN}."
    if question.requires.min_readiness not in range(MOST_READINESS + 1):
        yield f"min_readiness goes from 0 to {MOST_READINESS}."
    if question.version < 1:
        yield "version is 1 or more."
    for name in question.notes:
        if not question.notes[name].strip():
            yield f"The note on {name} is empty; say why the words stand."


def _signed_off(question: Question) -> Iterator[str]:
    """Whoever wrote it does not see what is wrong with it."""
    for name in ("reviewed_by", "reviewed_on", "next_review"):
        if not getattr(question, name) and question.status not in UNSIGNED:
            yield f"{name} is missing; a question that is {question.status} has been signed off."
    if question.reviewed_by and _same_person(question.author, question.reviewed_by):
        yield "reviewed_by is the author; somebody else signs a question off."
    reviewed_on, next_review = question.reviewed_on, question.next_review
    if reviewed_on and next_review and next_review <= reviewed_on:
        yield "next_review must come after reviewed_on."


def _same_person(one: str, other: str) -> bool:
    first, second = ("".join(normalize("NFKC", name).split()).casefold() for name in (one, other))
    return first == second


def _follow_ups(question: Question) -> Iterator[str]:
    for after in question.follow_ups:
        if not _A_FACT.fullmatch(after.when):
            yield (
                f"A follow-up waits for a fact, and {after.when!r} is none: answered, skipped,"
                " tapped_go_deeper, choice=…, experiment.state=… or experiment.delays=…."
            )
        elif after.when.startswith("choice=") and after.when[7:] not in question.options:
            yield f"A follow-up waits for {after.when!r}, which is none of its options."
        if not _A_WAIT.fullmatch(after.max_wait):
            yield f"max_wait is {after.max_wait!r}; write same_thread, next_slot, 10m, 2h or 7d."


def _steps(question: Question) -> Iterator[str]:
    for fact in question.only_if:
        if not A_FACT_OF_A_RUN.fullmatch(fact):
            yield (
                f"only_if holds {fact!r}, which is no fact of a run: answered=…, skipped=…,"
                " unanswered=… or not_asked=…, with a step's id."
            )
        elif fact.partition("=")[2] == question.id:
            yield "only_if names the step itself, so it would never come."
    if question.at is not None and question.at.for_days not in range(LONGEST_WAIT + 1):
        yield f"for_days goes from 0 to {LONGEST_WAIT}."
    if question.at is not None and (question.at.again_after or 1) not in range(1, LONGEST_WAIT + 1):
        yield f"again_after goes from 1 to {LONGEST_WAIT}."
    if (question.at or question.only_if) and not question.sequence:
        yield "at and only_if belong to the steps of a sequence."


RULES: dict[Callable[[Question], Iterator[str]], str] = {
    _standing: NO_RULE,
    _signed_off: NO_RULE,
    _depth: "L18",
    _one_question: "L01",
    _length: "L02",
    _whole_message: "L03",
    _variables: "L16",
    _answer: NO_RULE,
    _follow_ups: NO_RULE,
    _steps: NO_RULE,
}


def _settling(
    question: Question, entries: Mapping[str, Entry], known: frozenset[str]
) -> Iterator[str]:
    if not question.settle_with:
        if question.depth >= 4:
            yield "A question at depth 4 or 5 names a lighter one in settle_with."
    elif question.settle_with not in known:
        yield f"settle_with names {question.settle_with}, which is not in the bank."
    elif (lighter := entries.get(question.settle_with)) and lighter.question.depth > 2:
        yield (
            f"settle_with names {question.settle_with}, which is at depth"
            f" {lighter.question.depth}; it must be at 1 or 2."
        )


def _leading(entry: Entry, known: frozenset[str]) -> Iterator[str]:
    for after in entry.question.follow_ups:
        if after.ask not in known:
            yield f"A follow-up asks {after.ask}, which is not in the bank."


def _naming(facts: Iterable[str], known: frozenset[str]) -> Iterator[str]:
    for fact in facts:
        named = A_FACT_OF_A_RUN.fullmatch(fact)
        if named and named[1] not in known:
            yield f"A fact names {named[1]}, which is not in the bank."


def _never_ending(entries: Mapping[str, Entry]) -> list[str]:
    """The questions whose follow-ups lead into a circle: all that is left once the others ended."""
    leads_to = {key: [after.ask for after in e.question.follow_ups] for key, e in entries.items()}
    ended: set[str] = set()
    order = TopologicalSorter(leads_to)
    with suppress(CycleError):
        order.prepare()
    while order.is_active():
        ready = order.get_ready()
        ended.update(ready)
        order.done(*ready)
    return [key for key in leads_to if key not in ended]
