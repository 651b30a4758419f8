"""A programme as a file: what is read is checked as a whole, and each mistake has its line.

It knows no people: they are in a file of their own, so that this one can be shown and kept.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.conversation.mistakes import Mistake, MistakesError, shown
from bot.conversation.setups import (
    AS_THE_PROGRAMME,
    CohortSetup,
    ProgrammeSetup,
    Setup,
    clean_name,
    clean_purpose,
    twice,
    whole,
)
from prompts.composing.configuring import NATIONS
from scheduler.cadence import CadenceError, read_slots

LONGEST = 100_000
NATION_NAMES = tuple(name for name, _ in NATIONS)
HEAD = """\
# What Bearings does here: its programmes, their cohorts, their days and hours. It names no people.
# Change it, see what would happen with `bearings programme import FILE --dry-run`, and import it.
# What is left out stays as it is.
"""
_HOURS = re.compile(
    r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?: to | ?[-–] ?)([01]?[0-9]|2[0-3])[:.]([0-5][0-9])"
)
_BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}
_ANSWERS = {"box or chat": False, "box only": True}

Path = tuple[int | str, ...]


def _one_of(choices: Sequence[str]) -> Callable[[str], str]:
    def check(typed: str) -> str:
        if typed not in choices:
            raise ValueError(f"{shown(typed)} is not one of {', '.join(choices)}.")
        return typed

    return check


def _hours(typed: str) -> str:
    found = _HOURS.fullmatch(typed)
    if found is None:
        raise ValueError(f"{shown(typed)} is no pair of hours, such as 08:00 to 18:00.")
    first, minute, last, until = found.groups()
    return f"{int(first):02}:{minute} to {int(last):02}:{until}"


def _days(typed: str) -> str:
    read_slots(typed)
    return typed


def _boolean(typed: str) -> str:
    if typed.casefold() not in _BOOLEANS:
        raise ValueError(f"{shown(typed)} is neither yes nor no.")
    return typed.casefold()


Name = Annotated[str, AfterValidator(clean_name)]
Purpose = Annotated[str, AfterValidator(clean_purpose)]
Nation = Annotated[str, AfterValidator(_one_of(NATION_NAMES))]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class CohortInFile(_Strict):
    name: Name
    days: Annotated[str, AfterValidator(_days)] | None = None
    hours: Annotated[str, AfterValidator(_hours)] | None = None
    bank_holidays: (
        Annotated[str, AfterValidator(_one_of((AS_THE_PROGRAMME, *NATION_NAMES)))] | None
    ) = None


class ProgrammeInFile(_Strict):
    name: Name
    purpose: Purpose | None = None
    nation: Nation | None = None
    open: Annotated[str, AfterValidator(_boolean)] | None = None
    cohorts: Annotated[list[CohortInFile], Field(max_length=200)] = []


class WholeFile(_Strict):
    answers: Annotated[str, AfterValidator(_one_of(tuple(_ANSWERS)))] | None = None
    programmes: Annotated[list[ProgrammeInFile], Field(max_length=50)]


def read_programmes(text: str) -> Setup:
    """Raises MistakesError with every mistake at once."""
    node = _compose(text)
    read = _Read()
    value = read.plain(node, ())
    if read.mistakes:
        raise MistakesError(read.mistakes)
    try:
        whole_file = WholeFile.model_validate(value)
    except ValidationError as error:
        raise MistakesError([*_mistakes(error, read)]) from None
    setup = _setup(whole_file)
    if mistakes := [*_between(setup, read)]:
        raise MistakesError(mistakes)
    return setup


def _compose(text: str) -> yaml.Node:
    if len(text) > LONGEST:
        raise MistakesError([Mistake(1, f"The file is longer than {LONGEST:,} letters.")])
    try:
        # An alias may stand for something a thousand times, and nothing here needs one.
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, (yaml.AliasToken, yaml.AnchorToken, yaml.TagToken)):
                line = token.start_mark.line + 1
                raise MistakesError(
                    [Mistake(line, "Anchors (&), aliases (*) and tags (!) are not read.")]
                )
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = f"This is no YAML: {error.problem or 'something does not fit'}."
        raise MistakesError([Mistake(mark.line + 1 if mark else 1, words)]) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise MistakesError([Mistake(1, "This is no text that YAML can hold.")]) from None
    if not isinstance(node, yaml.MappingNode):
        raise MistakesError([Mistake(1, "Begin with “programmes:”, and a list below it.")])
    return node


@dataclass
class _Read:
    """The file as plain values, all of them text, with the line of each."""

    lines: dict[Path, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def plain(self, node: yaml.Node, at: Path) -> Any:
        self.lines.setdefault(at, node.start_mark.line + 1)
        match node:
            case yaml.ScalarNode():
                # What is not there at all is not the same as an empty word.
                return node.value if node.style or node.value else None
            case yaml.SequenceNode():
                return [self.plain(one, (*at, number)) for number, one in enumerate(node.value)]
            case yaml.MappingNode():
                return self._mapping(node, at)
        raise TypeError(type(node))

    def _mapping(self, node: yaml.MappingNode, at: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            name, line = key.value, key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.mistakes.append(Mistake(line, "Before a colon stands a name alone."))
                continue
            if name in found:
                self.mistakes.append(Mistake(line, f"{shown(name)} stands here twice."))
            self.lines[(*at, name)] = line
            found[name] = self.plain(value, (*at, name))
            if found[name] is None:
                self.mistakes.append(Mistake(line, f"{shown(name)} says nothing."))
        return found

    def line(self, at: Path) -> int:
        while at and at not in self.lines:
            at = at[:-1]
        return self.lines[at]


def _mistakes(error: ValidationError, read: _Read) -> Iterator[Mistake]:
    for one in error.errors(include_url=False):
        at, name = one["loc"], str(one["loc"][-1]) if one["loc"] else ""
        match one["type"]:
            case "missing":
                words = f"“{name}” is missing."
            case "extra_forbidden":
                words = f"{shown(name)} is no name that is known here."
            case "string_type":
                words = f"“{name}” is a word or a sentence, and no list."
            case "list_type":
                words = f"“{name}” is a list; each of it begins with “- ”."
            case "model_type":
                words = "Here stands a name, a colon and a value on each line."
            case "too_long":
                words = f"“{name}” has too many."
            case _:
                words = one["msg"].removeprefix("Value error, ")
        yield Mistake(read.line(at), words)


def _setup(read: WholeFile) -> Setup:
    return Setup(
        None if read.answers is None else _ANSWERS[read.answers],
        tuple(
            ProgrammeSetup(
                one.name,
                one.purpose,
                one.nation,
                None if one.open is None else _BOOLEANS[one.open],
                tuple(_cohort(each) for each in one.cohorts),
            )
            for one in read.programmes
        ),
    )


def _cohort(read: CohortInFile) -> CohortSetup:
    earliest, latest = read.hours.split(" to ") if read.hours else (None, None)
    holidays = "" if read.bank_holidays == AS_THE_PROGRAMME else read.bank_holidays
    return CohortSetup(read.name, read.days, earliest, latest, holidays)


def _between(setup: Setup, read: _Read) -> Iterator[Mistake]:
    """What is wrong between parts that are each right."""
    again = twice([one.name for one in setup.programmes])
    if again is not None:
        yield Mistake(
            read.line(("programmes", again, "name")), "A programme of that name stands above."
        )
    for number, programme in enumerate(setup.programmes):
        at = ("programmes", number, "cohorts")
        again = twice([one.name for one in programme.cohorts])
        if again is not None:
            line = read.line((*at, again, "name"))
            yield Mistake(line, "A cohort of that name stands above.")
        for place, cohort in enumerate(programme.cohorts):
            if cohort.slots is None or cohort.earliest is None:
                continue  # only together with what is there can it be judged
            try:
                whole(cohort, None)
            except CadenceError as error:
                yield Mistake(read.line((*at, place, "days")), str(error))


def write_programmes(setup: Setup) -> str:
    """What `read_programmes` reads, and nothing left out."""
    value = {
        "answers": next(words for words, box in _ANSWERS.items() if box is bool(setup.box_only)),
        "programmes": [
            {
                "name": one.name,
                "purpose": one.purpose or "",
                "nation": one.nation,
                "open": bool(one.is_open),
                "cohorts": [
                    {
                        "name": each.name,
                        "days": each.slots,
                        "hours": f"{each.earliest} to {each.latest}",
                        "bank_holidays": each.holidays or AS_THE_PROGRAMME,
                    }
                    for each in one.cohorts
                ],
            }
            for one in setup.programmes
        ],
    }
    return HEAD + yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=1000)
