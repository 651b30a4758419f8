"""Everything the companion can say, as Slack gets it: what stands in tests/golden/block_kit.

    RECORD=1 pytest tests/bot/test_slack_goldens.py tests/bot/test_renderings.py

writes all golden files anew; the diff is the review.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from bot.slack.pages import Page, Pages
from bot.slack.rendering import to_errors, to_home, to_page, to_payload, to_view
from prompts.message import Divider, Element, Form, FormName, Heading, Message, Quote
from tests.bot.samples import NOTICE, leaves_in_slack
from tests.prompts.test_composing import SAYINGS

Dressed = dict[str, Any]
HOMES = (FormName.LEADER_HOME, FormName.COACH_HOME, FormName.LEAD_HOME)
MESSAGES = [said for said in SAYINGS if isinstance(said, Message)]
FORMS = [said for said in SAYINGS if isinstance(said, Form)]
# So many of its first words name a message.
WORDS = 6


def everything() -> dict[str, list[Dressed]]:
    """By the file in which it stands: several where they begin with the same words, or are the
    same form."""
    return {**_messages(), **_forms(), **_homes(), **_pages()}


def _messages() -> dict[str, list[Dressed]]:
    return _grouped((f"messages/{slug(said.plain)}", to_payload(said)) for said in MESSAGES)


def _forms() -> dict[str, list[Dressed]]:
    return _grouped((f"forms/{said.name.value}", to_view(said)) for said in FORMS)


def _homes() -> dict[str, list[Dressed]]:
    each = [(f"homes/{form.name.value}", to_home([form])) for form in FORMS if form.name in HOMES]
    first = [next(form for form in FORMS if form.name is name) for name in HOMES]
    return _grouped([*each, ("homes/every-role", to_home(first)), ("homes/nobody", to_home([]))])


def _pages() -> dict[str, list[Dressed]]:
    """What becomes of forms and messages in Slack alone."""
    on_top = Pages(
        (Page(FormName.LEADER_HOME), Page(FormName.JOURNAL, "d1", leaf=1)), over_home=True
    )
    search = next(form for form in FORMS if form.name is FormName.SEARCH)
    return {
        "pages/on-top-of-others": [to_view(search, on_top), to_page(MESSAGES[:1], on_top)],
        "pages/drawn-once": [to_view(search, once=True)],
        "pages/leaf-by-leaf": leaves_in_slack(long_page()),
        "pages/errors": [to_errors(NOTICE)],
    }


def long_page() -> Form:
    elements: list[Element] = []
    for leader in ("Amara", "Dan", "Ines"):
        elements += [Divider(), Heading(leader)]
        elements += [Quote(f"{leader} shared this, number {number}.") for number in range(60)]
    return Form(FormName.DIGEST, "Digest of Monday 9 March", about="d1", elements=tuple(elements))


def _grouped(named: Iterable[tuple[str, Dressed]]) -> dict[str, list[Dressed]]:
    groups: dict[str, list[Dressed]] = defaultdict(list)
    for name, dressed in named:
        if dressed not in groups[name]:
            groups[name].append(dressed)
    return dict(groups)


def slug(words: str) -> str:
    found = re.findall(r"[a-z0-9]+", words.lower().replace("’", ""))
    return "-".join(found[:WORDS])


def in_lines(dressed: list[Dressed]) -> str:
    """A line for each block: what is reviewed is what changed."""
    return "\n".join("\n".join(_lines(one)) for one in dressed) + "\n"


def _lines(dressed: Mapping[str, Any]) -> list[str]:
    lines = ["----"]
    for name, value in dressed.items():
        if name == "blocks":
            lines += [f"  {_json(block)}" for block in value]
        else:
            lines.append(f"{name}: {_json(value)}")
    return lines


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


# ---- the fields that a form has ----


def fields() -> dict[str, dict[str, str]]:
    """The kind of each field of each form, by its name."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for form in FORMS:
        if form.submit:
            found[form.name.value] |= {field.name: field.kind for field in form.fields}
    return {name: dict(sorted(kinds.items())) for name, kinds in sorted(found.items())}
