"""What the lint says of a question's words, and of a whole bank."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from prompts.bank import FOLDER, Sequence, ServedBank, load_bank
from prompts.bank import Bank as ABank
from prompts.linting.coverage import gaps
from prompts.linting.finding import Severity
from prompts.linting.ledger import (
    LedgerError,
    against_the_ledger,
    read_ledger,
    recorded_now,
    to_toml,
)
from prompts.linting.likeness import look_alikes
from prompts.linting.lint import (
    Lint,
    lint_bank,
    lint_files,
    lint_question,
    lint_text,
    read_lint,
)
from prompts.linting.locale import LocaleError, read_locale
from prompts.question import AnswerKind, Question, Stage, Status, Theme, Variable
from tests.prompts.lint import LINT, asking, examples, found_in
from tests.prompts.lint.__main__ import many_questions
from tests.prompts.written import settled, toml, write_bank

BAD = list(examples("bad.toml"))


def rules_in(question: Question, lint: Lint = LINT) -> set[str]:
    return {one.rule for one in lint_question(question, lint) if one.stands_in_the_way}


# ---- good ones, and bad ones ----


def test_no_good_question_is_stopped() -> None:
    stopped = {one.text: found_in(one.question) for one in examples("good.toml")}
    assert len(stopped) >= 150
    assert {text: found for text, found in stopped.items() if found} == {}


@pytest.mark.parametrize("family", dict.fromkeys(one.family for one in BAD))
def test_no_question_of_a_bad_family_gets_through(family: str) -> None:
    through = [one.text for one in BAD if one.family == family and not found_in(one.question)]
    assert through == []


def test_the_bank_that_comes_with_the_product_is_clean() -> None:
    found = [one for one in lint_bank(FOLDER, LINT) if one.stands_in_the_way]
    assert {one.rule for one in found} == set()


EXAMPLES = {
    "L01": "What happened? And then what?",
    "L02": "What " + "and on " * 12 + "now?",
    "L04": "Did the talk go well?",
    "L05": "Why did nobody ask?",
    "L06": "What happened, and what did you learn?",
    "L07": "If you delegated more, what would become possible?",
    "L08": "What should come first?",
    "L09": "What matters here is time, isn't it?",
    "L10": "Who is to blame here?",
    "L11": "What is the silver lining?",
    "L12": "How does your stress show?",
    "L13": "Which KPIs matter to you?",
    "L14": "What organisational responsibilities necessitate accountability?",
    "L15": "What did Sarah see in the corridor?",
    "L16": "What became of {their_plan}?",
    "L17": "Who always speaks first?",
    "L20": "What would a stronger leader do here?",
    "L21": "Who cannot see that it will not last?",
    "L22": "How could you be braver with the board?",
    "L23": "Who makes you feel at home?",
    "L24": "Which color did you see first?",
    "L25": "What is holding you back?",
    "L26": "Which is it, courage or caution?",
    "L27": "How might you make sure that it lasts?",
    "L29": "What in your childhood does this bring back?",
    "L30": "Who told you about the merger?",
    "L31": "What comes first before it is too late?",
    "L33": "What happened to the plan you promised?",
    "L34": "What would you like us to tell your chair?",
}


@pytest.mark.parametrize(("rule", "text"), EXAMPLES.items())
def test_each_rule_finds_its_example_and_says_where_why_and_what_would_be_better(
    rule: str, text: str
) -> None:
    found = [one for one in found_in(asking(text)) if one.rule == rule]
    assert found, rules_in(asking(text))
    for one in found:
        assert one.reason.endswith(".")
        assert one.better
        assert text[one.place.start : one.place.end] == one.place.words


def test_the_place_is_told_in_letters_of_what_was_written() -> None:
    [one] = found_in(asking("What might you notice in İzmir’s people?"))
    assert (one.rule, one.place.words) == ("L15", "İzmir’s")
    assert str(one.place) == "text 25-32 “İzmir’s”"


def test_the_whole_message_has_a_limit_too() -> None:
    assert "L03" in rules_in(asking("What now?", context="So " + "and so " * 22 + "on."))
    assert rules_in(asking("What now?", Stage.OPEN, 4)) == {"L18"}


def test_pictures_are_named_and_marks_are_not() -> None:
    assert rules_in(asking("What now 🎉?")) == {"L11"}
    assert rules_in(asking("What, on a scale of −2 to +2 – if any – comes to mind?")) == {"L04"}


def test_a_choice_may_offer_its_options_and_a_scale_may_ask_how_much() -> None:
    words = ("keep", "stop")
    offered = asking("Which is it: keep or stop?", answer=AnswerKind.CHOICE, options=words)
    assert rules_in(offered) == set()
    asked = asking("How ready are you?", answer=AnswerKind.SCALE, options=("0", "1"))
    assert rules_in(asked) == set()


def test_a_warning_stands_when_somebody_says_why() -> None:
    [warning] = found_in(asking("Who always speaks first?"))
    assert warning.severity is Severity.WARNING
    assert 'notes = { L17 = "…" }' in warning.reason
    noted = asking("Who always speaks first?", notes={"L17": "It is about one person."})
    assert [one.severity for one in lint_question(noted, LINT)] == [Severity.NOTED]


def test_a_note_without_a_warning_and_a_note_on_an_error_are_no_use() -> None:
    assert rules_in(asking("Who speaks first?", notes={"L17": "Once it was there."})) == {"L00"}
    assert rules_in(asking("What should we do?", notes={"L08": "I like it."})) == {"L08", "L00"}


def test_what_stands_in_for_a_variable_is_looked_at_too() -> None:
    def of(fallback: str) -> Question:
        told = asking("What would you ask {coach_first_name}?")
        return replace(told, variables=(Variable("coach_first_name", fallback),))

    assert rules_in(of("your coach")) == set()
    assert rules_in(of("your amazing coach")) == {"L11"}
    assert rules_in(of("Ruth Bell")) == {"L15"}


def test_a_programme_may_allow_its_own_terms(tmp_path: Path) -> None:
    asked = asking("What would the NHS and your stakeholders see in Leeds?")
    assert rules_in(asked) == {"L13", "L15"}
    (tmp_path / "glossary.toml").write_text('terms = ["NHS", "Leeds", "stakeholders"]')
    assert rules_in(asked, read_lint(tmp_path)) == set()
    (tmp_path / "glossary.toml").write_text('words = ["NHS"]')
    with pytest.raises(LocaleError, match=r"glossary\.toml"):
        read_lint(tmp_path)


# ---- in another language ----

WELSH = """
locale = "cy"
many_words = 20
names_allowed = ["Llun"]
small_words = ["y", "yn", "i", "ti", "beth"]

[sentences]
many_words = "{count} o eiriau."
hard = "Gradd {grade}."
long_words = "{count} o eiriau hir."
acronym = "Talfyriad: {word}."
name = "Enw: {word}."
spelling = "{word}: {here}."
picture = "Llun."
like = "Yr un fath â {other}."
note = "Nodyn: {rule}."

[better]
L15 = "cydweithiwr"

[reading]
beat = "[aeiouwyâêîôûŵŷ]+"
silent = []
apart = []
a_word = 0.39
a_beat = 11.8
base = -15.59
shortest = 12
warning_over = 14.0
error_over = 16.0
long_word = 5
most_long_words = 2

[sets]
gofyn = ["pwy", "beth", "pryd", "ble", "sut", "pa", "faint"]

[spelling]

[[rule]]
code = "L04"
field = "text"
reason = "Nid oes gair gofyn ynddo."
better = "Beth sylwaist ti arno?"
needs = ["<gofyn>"]

[[rule]]
code = "L05"
reason = "Mae'n cyhuddo."
better = "Beth oedd yn digwydd o'th gwmpas?"
patterns = ["pam"]
"""


@pytest.fixture
def with_welsh(tmp_path: Path) -> Lint:
    (tmp_path / "cy.toml").write_text(WELSH, "utf-8")
    return read_lint(FOLDER, locales=tmp_path)


def test_welsh_is_a_file_and_no_code(with_welsh: Lint) -> None:
    for good in ("Beth sylwaist ti arno yr wythnos hon?", "Pwy arall sy'n gweld hyn, fore Llun?"):
        assert lint_question(asking(good, locale="cy"), with_welsh) == []
    [closed] = lint_question(asking("Wyt ti'n barod?", locale="cy"), with_welsh)
    assert (closed.rule, closed.reason) == ("L04", "Nid oes gair gofyn ynddo.")
    [accusing] = lint_question(asking("Pam a beth, felly?", locale="cy"), with_welsh)
    assert (accusing.rule, accusing.place.words) == ("L05", "Pam")
    [names] = lint_question(asking("Beth ddywedodd Siân?", locale="cy"), with_welsh)
    assert (names.rule, names.reason, names.better) == ("L15", "Enw: Siân.", "cydweithiwr")


def test_a_language_without_a_file_is_an_error() -> None:
    [found] = found_in(asking("Beth nawr?", locale="cy"))
    assert (found.rule, found.severity, found.place.field) == ("L00", Severity.ERROR, "locale")


@pytest.mark.parametrize(
    ("wrong", "because"),
    [
        ('patterns = ["pam"]\npattern = "pam"', "rule.1.pattern"),
        ('patterns = ["(pam"]', "In a pattern of L05"),
        ('patterns = ["<pam>"]', "there is no set pam"),
        ('patterns = ["<cylch>"]', "the set cylch names itself"),
    ],
)
def test_a_file_of_a_language_with_a_slip_is_refused_with_the_place(
    tmp_path: Path, wrong: str, because: str
) -> None:
    words = WELSH.replace('patterns = ["pam"]', wrong)
    words = words.replace("[spelling]", 'cylch = "<cylch>"\n[spelling]')
    (tmp_path / "cy.toml").write_text(words, "utf-8")
    with pytest.raises(LocaleError, match=because):
        read_locale(tmp_path / "cy.toml")


# ---- beside each other ----


def test_what_asks_nearly_the_same_as_a_live_question_is_found() -> None:
    live = asking("Whose voice is easiest to hear in meetings?", key="A", status=Status.LIVE)
    again = replace(live, id="B", text="In meetings, whose voice do you hear easiest of all?")
    other = replace(live, id="C", text="Whose voice was missing on Monday?")
    resting = replace(again, id="D", status=Status.RESTING)
    gone = replace(again, id="E", status=Status.RETIRED)
    pairs = look_alikes([resting, gone, live, again, other], [], LINT.locales)
    assert [(one.id, like.id) for one, like in pairs] == [("B", "A"), ("D", "A")]
    assert list(look_alikes([live], [resting], LINT.locales)) == []
    welsh = replace(again, locale="cy")
    assert list(look_alikes([welsh], [live], {**LINT.locales, "cy": LINT.locales["en-GB"]})) == []


def test_a_text_is_held_against_the_bank_but_not_against_itself() -> None:
    bank = load_bank()
    mine = asking(bank.questions["ENG-EXL-1"].text)
    assert lint_text(mine, LINT, FOLDER) == []
    nearly = asking("In meetings, whose voice is easiest for you to hear?")
    [found] = lint_text(nearly, LINT, FOLDER)
    assert found.rule == "L19"
    assert "ENG-EXL-1" in found.reason


def test_ten_thousand_are_held_against_each_other_in_seconds() -> None:
    questions = [replace(one, status=Status.LIVE) for one in many_questions()]
    began = time.process_time()
    assert sum(1 for _ in look_alikes(questions, [], LINT.locales)) > 5_000
    assert time.process_time() - began < 5


def test_a_file_is_linted_beside_the_bank_it_may_refer_to(tmp_path: Path) -> None:
    deep = '["heavy_week", "after_stretch", "safety_card_7d"]'
    good = toml(
        id='"NEW-1"', stage='"CHALLENGE"', depth="4", settle_with='"PUR-OPN-1"', not_when=deep
    )
    bad = toml(id='"NEW-2"', text='"What should you see?"', settle_with='"PUR-CHA-1"')
    folder = write_bank(tmp_path, good, bad)
    found = lint_files([folder / "questions" / "purpose.toml"], LINT, FOLDER)
    assert [(one.rule, str(one.place)) for one in found] == [
        ("L18", "purpose.toml:17 NEW-2"),
        ("L08", "purpose.toml:17 NEW-2 text 5-11 “should”"),
    ]


# ---- the whole bank ----


def full_bank() -> ABank:
    """Every theme at every stage, as lightly as the stage allows, and what challenges need."""
    depths = {Stage.OPEN: (1, 1), Stage.EXPLORE: (1,), Stage.CHALLENGE: (3, 4)}
    questions = [
        replace(
            asking("What now?", stage, depth, key=f"{theme}-{stage}-{number}", status=Status.LIVE),
            themes=(theme,),
        )
        for theme in Theme
        for stage in Stage
        for number, depth in enumerate(depths.get(stage, (2,)))
    ]
    ends = Sequence(
        id="week", name="Week", trigger="Monday.", exit="Friday.", reason="It is Monday.", steps=()
    )
    return ABank({one.id: one for one in questions}, {"week": ends})


def without(bank: ABank, key: str) -> ABank:
    return replace(
        bank, questions={name: one for name, one in bank.questions.items() if name != key}
    )


def test_a_bank_with_everything_lacks_nothing() -> None:
    assert list(gaps(full_bank())) == []


@pytest.mark.parametrize(
    ("key", "missing"),
    [
        ("care-REVIEW-0", "care has no question at REVIEW."),
        ("care-CHALLENGE-0", "care has no CHALLENGE at depth 3."),
        ("care-CHALLENGE-1", "care has no CHALLENGE at depth 4 or 5."),
        ("care-OPEN-1", "care has 2 at depth 1; 3 is the fewest."),
    ],
)
def test_what_a_bank_lacks_is_said(key: str, missing: str) -> None:
    assert list(gaps(without(full_bank(), key))) == [missing]


def test_a_sequence_has_an_end_and_what_rests_does_not_count() -> None:
    bank = full_bank()
    endless = replace(bank.sequences["week"], exit=" ")
    said = "The sequence week does not say how it ends."
    assert list(gaps(replace(bank, sequences={"week": endless}))) == [said]
    resting = replace(bank.questions["self-OBSERVE-0"], status=Status.RESTING)
    questions = {**bank.questions, resting.id: resting}
    assert list(gaps(replace(bank, questions=questions))) == ["self has no question at OBSERVE."]


# ---- the ledger ----


def test_new_words_are_a_new_version_and_an_id_is_never_used_again() -> None:
    first = {"A": asking("What now?", key="A"), "B": asking("Who else?", key="B")}
    ledger = recorded_now(first, {})
    assert list(against_the_ledger(first, ledger)) == []
    changed = {**first, "A": asking("What next?", key="A")}
    said = "The words have changed, and the version is still 1."
    assert list(against_the_ledger(changed, ledger)) == [("A", said)]
    raised = {"A": asking("What next?", key="A", version=2), "C": asking("Where?", key="C")}
    assert list(against_the_ledger(raised, ledger)) == []
    later = recorded_now(raised, ledger)
    assert [(key, one.version, one.gone) for key, one in later.items()] == [
        ("A", 2, False),
        ("B", 1, True),
        ("C", 1, False),
    ]
    assert [key for key, _ in against_the_ledger(first, later)] == ["A", "B"]


def test_the_ledger_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    ledger = recorded_now(
        {"A": asking("What now?", key="A")}, recorded_now(load_bank().questions, {})
    )
    (tmp_path / "versions.toml").write_text(to_toml(ledger))
    assert read_ledger(tmp_path) == ledger
    assert read_ledger(tmp_path / "elsewhere") == {}
    for wrong in ("A = 1", "A =", 'A = { version = 1, words = "x", by = "ED" }'):
        (tmp_path / "versions.toml").write_text(wrong)
        with pytest.raises(LedgerError, match=r"versions\.toml"):
            read_ledger(tmp_path)


def test_the_ledger_knows_every_question_that_ships() -> None:
    ledger = read_ledger(FOLDER)
    assert recorded_now(load_bank().questions, ledger) == ledger


def test_a_bank_whose_words_changed_says_so_at_the_question(tmp_path: Path) -> None:
    folder = write_bank(tmp_path, toml(), settled("PUR-OPN-2").replace("today", "on Monday"))
    (folder / "versions.toml").write_text('PUR-OPN-1 = { version = 1, words = "0" }')
    [found] = [one for one in lint_bank(folder, LINT) if one.rule == "L32"]
    assert str(found.place) == "purpose.toml:6 PUR-OPN-1 version"


def test_a_reread_that_is_refused_tells_the_line_and_leaves_what_is_served(tmp_path: Path) -> None:
    served = ServedBank(write_bank(tmp_path, toml()))
    before = served.current
    write_bank(tmp_path, toml(), settled("PUR-OPN-1"))
    [problem] = served.reread()
    assert problem.line == 15
    assert served.current is before


@pytest.mark.parametrize("length", [2_100, 900_000])
def test_what_is_far_too_long_is_refused_for_its_length_and_not_read(length: int) -> None:
    """Some patterns take their time: over a megabyte, minutes."""
    words = f"What {'should you do about it ' * (length // 23)}?"
    found = rules_in(asking(words))
    assert {"L02", "L03"} <= found
    assert "L08" not in found


def test_nor_is_it_read_where_it_stands_in_a_file(tmp_path: Path) -> None:
    words = f"What {'should you do about it ' * 30_000}?"
    folder = write_bank(tmp_path, toml(text=f'"{words}"'))
    found = lint_files([folder / "questions" / "purpose.toml"], LINT, FOLDER)
    assert {"L02", "L03"} <= {one.rule for one in found}
    assert "L08" not in {one.rule for one in found}
