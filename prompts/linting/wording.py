"""What stands against the words of one question, by the rules of its language."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prompts.linting.finding import Finding, Place, Severity
from prompts.linting.locale import Locale, Rule
from prompts.question import A_VARIABLE, AnswerKind, Question, filled_in

_A_WORD = re.compile(r"[^\W\d_](?:[\w&'’-]*[^\W_])?")
_SENTENCE_ENDS = re.compile(r"[.?!:]\s*$")
_STRAIGHT = str.maketrans("’‘‛ʼ`´", "''''''")
# What is no letter, but is typed or written by hand: everything else of its kind is a picture.
_PICTURES = {"So", "Sk", "Cs", "Co"}


@dataclass(frozen=True, slots=True)
class Words:
    """A field as it was written, and as it is looked through: letter for letter the same length."""

    field: str
    written: str
    plain: str

    def place(self, start: int, end: int) -> Place:
        return Place(self.field, start, end, self.written[start:end])

    @property
    def whole(self) -> Place:
        return Place(self.field, 0, len(self.written), self.written)


def fields_of(question: Question) -> list[Words]:
    """Each field of words; one with variables again, with the fallbacks filled in."""
    texts = [("text", question.text), ("context_line", question.context_line)]
    both = [(field, form) for field, said in texts for form in (said, filled_in(question, said))]
    return [Words(field, said, _plain(said)) for field, said in dict.fromkeys(both) if said]


def _plain(text: str) -> str:
    lowered = (each.lower() for each in text.translate(_STRAIGHT))
    return "".join(
        small if len(small) == 1 else each for small, each in zip(lowered, text, strict=True)
    )


def findings_in(question: Question, locale: Locale, terms: frozenset[str]) -> Iterator[Finding]:
    """Every rule of wording; `terms` are what the programme's glossary allows."""
    said: set[tuple[str, str, str]] = set()
    for words in fields_of(question):
        for finding in _in_field(words, question.answer, locale, terms):
            same = (finding.rule, finding.place.field, finding.place.words.casefold())
            if same not in said:
                said.add(same)
                yield finding


def _in_field(
    words: Words, answer: AnswerKind, locale: Locale, terms: frozenset[str]
) -> Iterator[Finding]:
    for rule in locale.rules:
        if rule.field in {"", words.field} and answer not in rule.excused_by:
            yield from _broken(rule, words, terms)
    yield from _long(words, locale)
    yield from _capitals(words, locale, terms)
    yield from _pictures(words, locale)
    yield from _spelt(words, locale)
    yield from _hard(words, locale)


def _broken(rule: Rule, words: Words, terms: frozenset[str]) -> Iterator[Finding]:
    """At most once for a rule and a field: the first place is enough to go back to the words."""
    if rule.needs and not rule.needs.search(words.plain):
        yield Finding(rule.code, rule.severity, words.whole, rule.reason, rule.better)
        return
    if rule.pattern is None or not (found := rule.pattern.search(words.plain)):
        return
    if found[0].strip() in terms or (rule.unless and rule.unless.search(words.plain)):
        return
    place = words.place(found.start(), found.end())
    yield Finding(rule.code, rule.severity, place, rule.reason, rule.better)


def _saying(
    locale: Locale, code: str, sentence: str, place: Place, severity: Severity, **facts: object
) -> Finding:
    reason = locale.sentences[sentence].format(**facts)
    return Finding(code, severity, place, reason, locale.better.get(code, ""))


def _long(words: Words, locale: Locale) -> Iterator[Finding]:
    count = len(words.written.split())
    if words.field == "text" and count > locale.many_words:
        yield _saying(locale, "L02", "many_words", words.whole, Severity.WARNING, count=count)


def _capitals(words: Words, locale: Locale, terms: frozenset[str]) -> Iterator[Finding]:
    variables = [range(*found.span()) for found in A_VARIABLE.finditer(words.written)]
    for found in _A_WORD.finditer(words.written):
        word, start = found[0], found.start()
        plain = re.sub(r"['’]s$", "", word).casefold()
        if plain in terms or any(start in span for span in variables):
            continue
        begins = not start or _SENTENCE_ENDS.search(words.written[:start])
        place = words.place(start, found.end())
        if sum(letter.isupper() for letter in word) > 1:
            yield _saying(locale, "L13", "acronym", place, Severity.ERROR, word=word)
        elif word[0].isupper() and not begins and plain not in locale.names_allowed:
            yield _saying(locale, "L15", "name", place, Severity.ERROR, word=word)


def _pictures(words: Words, locale: Locale) -> Iterator[Finding]:
    for place, letter in enumerate(words.written):
        if unicodedata.category(letter) in _PICTURES and letter not in "^`´¨¯¸˜":
            where = words.place(place, place + 1)
            yield _saying(locale, "L11", "picture", where, Severity.ERROR)
            return


def _spelt(words: Words, locale: Locale) -> Iterator[Finding]:
    for found in _A_WORD.finditer(words.plain):
        if here := _spelling_of(found[0], locale.spelling):
            place = words.place(found.start(), found.end())
            yield _saying(
                locale, "L24", "spelling", place, Severity.ERROR, word=place.words, here=here
            )


def _spelling_of(word: str, spelling: Mapping[str, str]) -> str:
    """As it is spelt here; a list holds whole words, and endings after a hyphen."""
    if word in spelling:
        return "" if spelling[word] == word else spelling[word]
    for length in range(min(len(word) - 2, 8), 2, -1):
        ending = f"-{word[-length:]}"
        if ending in spelling:
            return word[:-length] + spelling[ending].removeprefix("-")
    return ""


# Reading.


def beats_in(word: str, locale: Locale) -> int:
    """How many syllables a word has, near enough; one that everybody uses counts as short."""
    if word in locale.familiar:
        return locale.reading.familiar_beats
    beat, silent, apart = locale.beats
    more = len(apart.findall(word)) if apart else 0
    heard = silent.sub("", word) if silent else word
    return max(1, len(beat.findall(heard)) + more)


def _hard(words: Words, locale: Locale) -> Iterator[Finding]:
    how, text = locale.reading, A_VARIABLE.sub("", words.plain)
    beats = {found.start(): beats_in(found[0], locale) for found in _A_WORD.finditer(text)}
    long = sum(each >= how.long_word for each in beats.values())
    if long > how.most_long_words:
        yield _saying(locale, "L14", "long_words", words.whole, Severity.ERROR, count=long)
    if len(beats) < how.shortest:
        return
    grade = how.a_word * len(beats) + how.a_beat * sum(beats.values()) / len(beats) + how.base
    if grade > how.warning_over:
        severity = Severity.ERROR if grade > how.error_over else Severity.WARNING
        yield _saying(locale, "L14", "hard", words.whole, severity, grade=f"{grade:.0f}")
