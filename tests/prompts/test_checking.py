"""What a single question is refused for, and what is refused between questions."""

from pathlib import Path

import pytest

from prompts.bank import Problem, load_bank
from tests.prompts.written import problems, settled, toml, write_bank

FALLBACK = '{ review_date = { fallback = "it" } }'
WAITS = '["heavy_week", "after_stretch", "safety_card_7d"]'
DEEP = {"stage": '"CHALLENGE"', "settle_with": '"PUR-OPN-2"', "not_when": WAITS}

REFUSED: list[tuple[str, dict[str, str | None], str]] = [
    ("an unknown field", {"lense": '"goals"'}, "lense is not known here. Did you mean lens?"),
    ("a missing field", {"lens": None}, "lens is missing."),
    ("words for a number", {"depth": '"1"'}, "depth is '1'; it must be a whole number."),
    ("a yes for a number", {"version": "true"}, "version is true; it must be a whole number."),
    ("a number for words", {"group": "3"}, "group is 3; it must be words in quotation marks."),
    (
        "one word for a list",
        {"themes": '"care"'},
        "themes is 'care'; it must be a list in square brackets.",
    ),
    (
        "a date in words",
        {"next_review": '"next May"'},
        "next_review is 'next May'; it must be a date such as 2027-03-28.",
    ),
    (
        "a table of words",
        {"requires": '"a coach"'},
        "requires is 'a coach'; it must be a table in curly brackets.",
    ),
    (
        "a yes in words",
        {"requires": '{ shared_coach = "yes" }'},
        "requires.shared_coach is 'yes'; it must be true or false.",
    ),
    (
        "an unknown stage",
        {"stage": '"CLOSE"'},
        "stage is 'CLOSE'; it can be"
        " OPEN, EXPLORE, CHALLENGE, EXPERIMENT, OBSERVE, CORRECT, REVIEW.",
    ),
    (
        "an unknown lens",
        {"lens": '"money"'},
        "lens is 'money'; it can be goals, methods, relationships, self.",
    ),
    ("its place in a sequence", {"order": "2"}, "order follows from the file; leave it out."),
    (
        "an empty purpose",
        {"purpose": '" "'},
        "purpose says what this question is for, on one line.",
    ),
    ("no theme", {"themes": "[]"}, "A question outside the sequences names at least one theme."),
    ("version 0", {"version": "0"}, "version is 1 or more."),
    ("a negative rest", {"cool_down_days": "-1"}, "cool_down_days goes from 0 to 3650."),
    (
        "a review before its review",
        {"next_review": "2026-11-01"},
        "next_review must come after reviewed_on.",
    ),
    ("depth 0", {"depth": "0"}, "depth is 0; it goes from 1 to 5."),
    ("depth 6", {"depth": "6", "settle_with": '"PUR-OPN-2"'}, "depth is 6; it goes from 1 to 5."),
    (
        "a deep OPEN",
        {"depth": "3"},
        "depth 3 does not fit OPEN, which goes from 1 to 2.",
    ),
    (
        "a light CHALLENGE",
        {**DEEP, "depth": "2"},
        "depth 2 does not fit CHALLENGE, which goes from 3 to 5.",
    ),
    (
        "the deepest outside CHALLENGE",
        {**DEEP, "stage": '"REVIEW"', "depth": "5"},
        "depth 5 does not fit REVIEW, which goes from 1 to 4.",
    ),
    ("a single word", {"text": '"What?"'}, "text has fewer than 2 words."),
    (
        "a call to everybody",
        {"text": '"@channel what do you see?"'},
        "A question calls nobody and holds no address.",
    ),
    (
        "an address",
        {"text": '"What do you see at https://x.example today?"'},
        "A question calls nobody and holds no address.",
    ),
    (
        "no question mark",
        {"text": '"Tell us what you saw."'},
        'text must end in "?", and hold no other.',
    ),
    (
        "two questions",
        {"text": '"What? And what else?"'},
        'text must end in "?", and hold no other.',
    ),
    (
        "a question before the question",
        {"context_line": '"Ready?"'},
        'context_line is a statement, so it holds no "?".',
    ),
    (
        "two lines",
        {"context_line": '"One\\ntwo."'},
        "text and context_line each stand on one line, without control characters.",
    ),
    (
        "26 words",
        {"text": f'"What {"and " * 24}now?"'},
        "text has 26 words; 25 is the most.",
    ),
    (
        "a message of 46 words",
        {"context_line": f'"{"so " * 40}far."'},
        "The whole message has 46 words and 148 characters;"
        " 45 words and 280 characters are the most.",
    ),
    (
        "a message of 281 characters",
        {"context_line": f'"{"s" * 257}"'},
        "The whole message has 6 words and 281 characters;"
        " 45 words and 280 characters are the most.",
    ),
    (
        "a scale without labels",
        {"answer": '"scale"'},
        "An answer by scale lists at least two options.",
    ),
    (
        "options for free text",
        {"options": '["a", "b"]'},
        'options belong to a choice or a scale, and the answer is "text".',
    ),
    (
        "one option twice",
        {"answer": '"choice"', "options": '["a", "a"]'},
        "The same option is listed twice.",
    ),
    (
        "nothing to settle with",
        {"stage": '"CHALLENGE"', "depth": "4", "not_when": WAITS},
        "A question at depth 4 or 5 names a lighter one in settle_with.",
    ),
    (
        "nothing to wait for",
        {**DEEP, "depth": "4", "not_when": '["heavy_week"]'},
        "A question at depth 4 or 5 waits: not_when lacks after_stretch, safety_card_7d.",
    ),
    (
        "signing off one's own",
        {"author": '"Ruth  Bell"', "reviewed_by": '"ruth bell "'},
        "reviewed_by is the author; somebody else signs a question off.",
    ),
    (
        "nobody's signature",
        {"reviewed_by": '""', "status": '"pilot"'},
        "reviewed_by is missing; a question that is pilot has been signed off.",
    ),
    (
        "an empty note",
        {"notes": '{ L14 = " " }'},
        "The note on L14 is empty; say why the words stand.",
    ),
    (
        "settling with something absent",
        {"settle_with": '"PUR-OPN-9"'},
        "settle_with names PUR-OPN-9, which is not in the bank.",
    ),
    (
        "settling with something deep",
        {**DEEP, "depth": "4", "settle_with": '"PUR-CHA-3"'},
        "settle_with names PUR-CHA-3, which is at depth 3; it must be at 1 or 2.",
    ),
    (
        "a follow-up that does not exist",
        {"follow_ups": '[{ when = "answered", ask = "PUR-OPN-9" }]'},
        "A follow-up asks PUR-OPN-9, which is not in the bank.",
    ),
    (
        "a follow-up on a mood",
        {"follow_ups": '[{ when = "seems tired", ask = "PUR-OPN-2" }]'},
        "A follow-up waits for a fact, and 'seems tired' is none: answered, skipped,"
        " tapped_go_deeper, choice=…, experiment.state=… or experiment.delays=….",
    ),
    (
        "a follow-up on a choice nobody has",
        {"follow_ups": '[{ when = "choice=stop", ask = "PUR-OPN-2" }]'},
        "A follow-up waits for 'choice=stop', which is none of its options.",
    ),
    (
        "a follow-up after some time",
        {"follow_ups": '[{ when = "answered", ask = "PUR-OPN-2", max_wait = "soon" }]'},
        "max_wait is 'soon'; write same_thread, next_slot, 10m, 2h or 7d.",
    ),
    (
        "a follow-up that asks nothing",
        {"follow_ups": '[{ when = "answered" }]'},
        "follow_ups.1.ask is missing.",
    ),
    (
        "an undeclared variable",
        {"text": '"What became of {review_date}?"'},
        "{review_date} is used but not declared under variables.",
    ),
    (
        "half a variable",
        {"text": '"What became of {review_date?"'},
        "A curly bracket stands alone; a variable is written {like_this}.",
    ),
    (
        "a variable without a fallback",
        {"variables": "{ review_date = { private = true } }"},
        "variables.review_date.fallback is missing.",
    ),
    (
        "a variable with an empty fallback",
        {"variables": '{ review_date = { fallback = "" } }'},
        "The variable review_date has an empty fallback.",
    ),
    (
        "a fallback of 81 characters",
        {"variables": f'{{ review_date = {{ fallback = "{"x" * 81}" }} }}'},
        "The fallback of review_date is longer than 80 characters.",
    ),
    (
        "the leader's own words in the open",
        {"variables": '{ objective_short = { fallback = "yours" } }'},
        "The variable objective_short holds the leader's own words, so it must be private.",
    ),
    (
        "a variable at the deepest",
        {**DEEP, "depth": "5", "variables": FALLBACK},
        "A question at depth 5 uses no variables.",
    ),
]


@pytest.mark.parametrize(("changes", "reason"), [pytest.param(*r[1:], id=r[0]) for r in REFUSED])
def test_a_question_is_refused_for(
    tmp_path: Path, changes: dict[str, str | None], reason: str
) -> None:
    deep = toml(id='"PUR-CHA-3"', stage='"CHALLENGE"', depth="3")
    folder = write_bank(tmp_path, toml(**changes), settled("PUR-OPN-2"), deep)
    assert problems(folder) == (Problem("purpose.toml", "PUR-OPN-1", reason),)


def test_a_draft_may_wait_for_its_signature(tmp_path: Path) -> None:
    unsigned = 'author = "ED"\n' + toml(status='"draft"')
    folder = write_bank(tmp_path, settled("PUR-OPN-2"))
    (folder / "questions" / "draft.toml").write_text(unsigned, "utf-8")
    assert load_bank(folder).questions["PUR-OPN-1"].reviewed_on is None


@pytest.mark.parametrize(("key", "place"), [("PUR OPN", "PUR OPN"), ("", "number 1")])
def test_an_id_is_short_and_plain(tmp_path: Path, key: str, place: str) -> None:
    assert problems(write_bank(tmp_path, settled(key))) == (
        Problem("purpose.toml", place, "An id is made of up to 40 letters, digits and hyphens."),
    )


def test_follow_ups_never_come_round_in_a_circle(tmp_path: Path) -> None:
    def asks(next_one: str) -> str:
        return f'[{{ when = "answered", ask = "{next_one}" }}]'

    folder = write_bank(
        tmp_path,
        toml(id='"A"', follow_ups=asks("B")),
        toml(id='"B"', follow_ups=asks("A")),
        toml(id='"C"', follow_ups=asks("D")),
        toml(id='"D"'),
    )
    circle = "Its follow-ups come round in a circle and never end."
    assert [(problem.key, problem.reason) for problem in problems(folder)] == [
        ("A", circle),
        ("B", circle),
    ]


def test_one_broken_question_does_not_make_those_that_name_it_wrong(tmp_path: Path) -> None:
    folder = write_bank(
        tmp_path, toml(settle_with='"PUR-OPN-2"'), toml(id='"PUR-OPN-2"', lens=None)
    )
    assert [problem.key for problem in problems(folder)] == ["PUR-OPN-2"]


def test_a_message_is_measured_with_its_fallbacks_filled_in(tmp_path: Path) -> None:
    long_name = "coach_first_name"
    text = f'"What became of {{{long_name}}}?"'
    context = f'"{"s" * 250}"'
    variables = f'{{ {long_name} = {{ fallback = "it" }} }}'
    assert load_bank(
        write_bank(tmp_path, toml(text=text, context_line=context, variables=variables))
    ).live
