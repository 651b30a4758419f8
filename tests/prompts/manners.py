"""How the companion speaks, as rules that every Message and Form is held to."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from prompts.message import Button, Chart, Form, Message, Quote

PRAISE = re.compile(
    r"\b(great|good job|well done|amazing|awesome|fantastic|excellent|brilliant|proud|"
    r"congratulations|impressive|wonderful|nice work|keep it up|streak)\b",
    re.IGNORECASE,
)
# A leader's boss is named once: in the notice, among those who cannot see.
BOSSES = re.compile(r"\b(admin|manager|HR|line manager)\b", re.IGNORECASE)
CANNOT_SEE = "Your manager, your organisation and the people who run this programme cannot see"
LEFTOVERS = re.compile(r"[{}<>]|%s|\bNone\b(?! yet| of these| sent yet)|undefined|  | [.,]|“”")


def own_words(part: object) -> Iterator[str]:
    """Every piece of text that the companion itself says; a Quote is somebody else's, and so are
    a Chart's levels and what is beside its points."""
    match part:
        case Quote():
            return
        case Chart(title=title):
            yield title
        case str():
            yield part
        case tuple():
            for inner in part:
                yield from own_words(inner)
        case Button(label=label):
            yield label
        case _ if is_dataclass(part):
            for field in fields(part):
                # Ids and typed values are not said.
                if field.name not in {"about", "value", "values", "name", "kind", "nudge"}:
                    yield from own_words(getattr(part, field.name))


def faults_in(reply: Message | Form) -> list[str]:
    """What is wrong with how this is said; empty when nothing is."""
    faults = []
    if isinstance(reply, Message) and not reply.plain.strip():
        faults.append("it has no plain text")
    for words in own_words(reply):
        said = words.replace(CANNOT_SEE, "Nobody can see")
        faults += [
            f"{fault}: {words!r}"
            for fault, found in (
                ("an exclamation mark", "!" in said),
                ("praise", PRAISE.search(said)),
                ("a boss", BOSSES.search(said)),
                ("a leftover of a template", LEFTOVERS.search(said)),
                ("a straight quotation mark", '"' in said),
                ("a symbol that is not words", any(unicodedata.category(c) == "So" for c in said)),
            )
            if found
        ]
    return faults
