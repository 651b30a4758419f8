"""Which words each version of a question had, so that new words are a new version.

`versions.toml` beside the questions remembers every id that there ever was.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from prompts.checking import Problem
from prompts.question import Number, Question
from prompts.reading import found_wrong, parse

FILE = "versions.toml"
LENGTH = 12
HEAD = """\
# The words each version of a question had, as a hash; `bearings bank lint --record` writes this.
# An id that has gone stays here, and is never used again.
"""


class LedgerError(Exception):
    """The ledger cannot be read; str() says why."""


@dataclass(frozen=True, slots=True)
class Recorded:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    version: Number
    words: str
    gone: bool = False


_ledgers = TypeAdapter(dict[str, Recorded])


def words_of(question: Question) -> str:
    """A hash of everything of it that people read."""
    said = "\x1f".join((question.context_line, question.text, *question.options))
    return sha256(said.encode()).hexdigest()[:LENGTH]


def read_ledger(folder: Path) -> dict[str, Recorded]:
    """What was recorded; nothing, where there is no ledger yet."""
    path = folder / FILE
    if not path.exists():
        return {}
    try:
        return _ledgers.validate_python(parse(path.read_bytes()))
    except ValidationError as invalid:
        raise LedgerError("\n".join(map(str, found_wrong(path, invalid)))) from None
    except (OSError, ValueError, RecursionError) as error:
        reason = f"This is no ledger: {type(error).__name__}."
        raise LedgerError(str(Problem(FILE, "", reason))) from None


def against_the_ledger(
    questions: Mapping[str, Question], ledger: Mapping[str, Recorded]
) -> Iterator[tuple[str, str]]:
    """(id, reason) of each question that is not what was recorded."""
    for key, question in questions.items():
        recorded = ledger.get(key)
        if recorded is None:
            continue
        if recorded.gone:
            yield key, "This id was another question's, which has gone; ids are never used twice."
        elif question.version < recorded.version:
            yield key, f"Version {recorded.version} was recorded, and this is {question.version}."
        elif question.version == recorded.version and words_of(question) != recorded.words:
            yield key, f"The words have changed, and the version is still {question.version}."


def recorded_now(
    questions: Mapping[str, Question], ledger: Mapping[str, Recorded]
) -> dict[str, Recorded]:
    now = {key: Recorded(each.version, words_of(each)) for key, each in questions.items()}
    gone = {key: replace(one, gone=True) for key, one in ledger.items() if key not in now}
    return dict(sorted({**now, **gone}.items()))


def to_toml(ledger: Mapping[str, Recorded]) -> str:
    def row(key: str, one: Recorded) -> str:
        gone = ", gone = true" if one.gone else ""
        return f'{key} = {{ version = {one.version}, words = "{one.words}"{gone} }}'

    return HEAD + "\n".join(row(key, one) for key, one in ledger.items()) + "\n"
