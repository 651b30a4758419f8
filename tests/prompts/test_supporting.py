"""The card of who is there: when it is shown, what it says, and how fresh its numbers are."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prompts.composing.supporting import support_card
from prompts.hearing import Bars, Hearing
from prompts.listening import MOST_EXCUSED, Tier
from prompts.message import Buttons, FormName, Message, Press
from prompts.phrases import PhraseError, Reader
from prompts.spelling import EDGE, Spelling, words_in
from prompts.supporting import (
    FOLDER,
    NATIONS,
    PHRASES,
    Support,
    SupportError,
    load_cards,
    load_support,
    out_of_date,
)
from tests.prompts.distress import BLIND, measure
from tests.prompts.manners import faults_in, own_words

CHECKED = date(2026, 11, 2)


@pytest.fixture(scope="module")
def support() -> Support:
    return load_support()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "support"))


def change(folder: Path, file: str, said: str, instead: str) -> None:
    path = folder / file
    words = path.read_text("utf-8")
    assert said in words
    path.write_text(words.replace(said, instead, 1), "utf-8")


def refused(folder: Path) -> list[str]:
    with pytest.raises(SupportError) as error:
        load_support(folder)
    return str(error.value).splitlines()


def say(message: Message) -> str:
    return " ".join(own_words(message.elements))


# What is heard.


@pytest.mark.parametrize(
    ("prefix", "heard", "false_alarms"), [("", 0.98, 0.002), ("dev_", 0.98, 0.015)]
)
def test_nearly_everybody_who_says_it_is_heard_and_nearly_nobody_else(
    support: Support, prefix: str, heard: float, false_alarms: float
) -> None:
    figures = measure(support, prefix)
    assert figures.recall >= heard, figures.missed
    assert figures.false_alarms <= false_alarms, figures.alarms


def test_three_quarters_of_what_nobody_worked_on_is_heard_too(support: Support) -> None:
    """Written blind, and read by nobody who works on the phrases: the honest measure of them. The
    button and “help now” are there for what is missed."""
    figures = measure(support, BLIND)
    assert figures.recall >= 0.75
    assert figures.false_alarms <= 0.01


def test_a_sentence_without_an_end_is_heard_in_pieces(support: Support) -> None:
    on_and_on = "the board met on tuesday and the rota was agreed and " * 30
    for many in range(0, 60, 7):
        before = " ".join(on_and_on.split()[: 60 + many])
        assert support.heard(f"{before} I want to die and {on_and_on}") is Tier.EXPLICIT
    assert support.heard(on_and_on) is None


def test_what_is_excused_without_end_is_heard(support: Support) -> None:
    def excused(times: int) -> str:
        each = (format(n, "b").replace("0", "so ").replace("1", "really ") for n in range(times))
        return " ".join(f"We laughed {words} I want to die laughing." for words in each)

    assert support.heard(excused(10)) is None
    assert support.heard(excused(MOST_EXCUSED + 1)) is Tier.EXPLICIT


@pytest.mark.parametrize(
    "words",
    [
        "I want to die",
        "i WANT to DIE",
        "I want to\ndie",
        "I want\r\nto die",
        "I  want to   die…",
        "I wa\u200bnt to d\u00adie",
        "Ｉ ｗａｎｔ ｔｏ ｄｉｅ",
        "I wnat to dieeee",
        "I don’t want to be alive",
        "I don't want to be alive",
        "I dont want to be alive",
        "**I want to die**",
        "I want to k i l l myself",
        "su1cide is on my mind",
        "Iwant to die",
        "idont want tobe alive",
    ],
)
def test_however_it_is_typed_it_is_heard(support: Support, words: str) -> None:
    assert support.heard(words) is Tier.EXPLICIT


ORDINARY = "sluice should would could where there nurses purposes shopped relied honing setters"


def test_no_ordinary_word_is_taken_for_another(support: Support) -> None:
    spelling = support.phrases.spelling
    assert {spelling.settle(word) for word in ORDINARY.split()} <= {"", *ORDINARY.split()}
    assert support.heard("Nobody asked the nurses where the sluice should be.") is None


def test_a_plain_saying_is_heard_whatever_stands_around_it(support: Support) -> None:
    assert support.heard("A patient asked if I was suicidal.") is None
    assert support.heard("My GP asked if I was suicidal and I lied.") is Tier.EXPLICIT
    assert support.heard("I hate my life, said my deputy, and laughed.") is None


def test_a_no_before_it_does_not_hide_it(support: Support) -> None:
    assert support.heard("I am not suicidal.") is Tier.EXPLICIT
    assert support.heard("I don't want to kill myself.") is Tier.EXPLICIT


def test_softer_words_are_heard_as_softer(support: Support) -> None:
    assert support.heard("I can't go on like this.") is Tier.SOFT
    assert support.heard("There is no way out.") is Tier.SOFT
    assert support.heard("I can't go on like this, I want to die.") is Tier.EXPLICIT


def test_one_plain_sentence_is_heard_in_a_long_answer(support: Support) -> None:
    before = "The board met on Tuesday and the rota was agreed. " * 50
    assert support.heard(before) is None
    assert support.heard(f"{before}I want to end my life. {before}") is Tier.EXPLICIT


def test_a_saying_excuses_only_itself(support: Support) -> None:
    assert support.heard("This merger will be the death of me.") is None
    assert support.heard("This merger will be the death of me. I want to die.") is Tier.EXPLICIT


def test_what_is_quoted_is_not_the_writers_own_unless_they_quote_themselves(
    support: Support,
) -> None:
    assert support.heard("The poster in the lift reads “I want to die”.") is None
    assert support.heard("Last night I said “I want to die”.") is Tier.EXPLICIT
    assert support.heard("“I want to die”") is Tier.EXPLICIT
    assert support.heard("He called it “brave”. I want to die.") is Tier.EXPLICIT


def test_what_somebody_else_said_is_not_the_writers_own(support: Support) -> None:
    assert support.heard("A patient told me “I want to die”.") is None
    assert support.heard("A patient died on Monday and I want to die.") is Tier.EXPLICIT


@given(st.text())
@example("")
@example("\ud800")
@example("\x00. ? !" * 50)
@example("i " * 500)
@example("'" * 500)
def test_any_text_at_all_gets_an_answer(support: Support, words: str) -> None:
    assert support.heard(words) in {None, *Tier}


WORDS = (
    "i",
    "want",
    "to",
    "die",
    "kill",
    "myself",
    "not",
    "patient",
    "said",
    "suicide",
    ".",
    "xyz",
)


@given(st.lists(st.sampled_from(WORDS), max_size=40), st.booleans())
def test_what_is_heard_does_not_hang_on_marks_or_case(
    support: Support, words: list[str], loud: bool
) -> None:
    plain = " ".join(words)
    other = "  ".join(word.upper() if loud else f"\u200b{word}" for word in words)
    assert support.heard(plain) == support.heard(other)


@given(st.lists(st.sampled_from(WORDS), max_size=30))
def test_what_was_heard_before_changes_nothing(support: Support, words: list[str]) -> None:
    assert support.heard(" ".join(words)) == support.heard(" ".join(words))


def test_what_is_remembered_is_places_in_phrases_and_never_what_was_typed(folder: Path) -> None:
    support = load_support(folder)
    support.heard("zebra I want to zebra giraffe die zebras")
    hearing = support.phrases.hearing
    kept = {word for state in hearing._states.values() for word in state.leads}
    kept |= {word for steps in hearing._steps for word in steps} | hearing._begin.keys()
    assert "die" in kept
    assert not {word for word in kept if "zebra" in word or "giraffe" in word}


# How a phrase is read.


def heard(phrase: str, text: str, sets: dict[str, list[str]] | None = None) -> bool:
    row = Reader(sets or {}).phrase(phrase)
    return any(Hearing([row], Bars({"she"}, {"the"})).ends(words_in(text)))


@pytest.mark.parametrize(
    ("phrase", "said", "not_said"),
    [
        ("want to die", "they want to die", "want die to"),
        ("want to? die", "want die", "want too die"),
        ("kill|end it", "end it", "kill and end"),
        ("(kill|end it) now", "kill now", "kill it now"),
        ("( at home | alone ) now", "at home now", "at now"),
        ("(at home)? now", "now", "then"),
        ("want *2 die", "want so to die", "want so very to die"),
        ("want *2 die", "want the die", "want she die"),
        ("want ~2 die", "want so to die", "want the die"),
        ("want *2 die", "want die", "want. die"),
        ("want *2 die", "want to die", "want i die"),
        ("^ die", "die", "to die"),
        ("die $", "die. now", "die now"),
        ("{go} on", "carry on", "hold on"),
        ("{go}? on", "on", "off"),
    ],
)
def test_a_phrase_means_what_its_signs_say(phrase: str, said: str, not_said: str) -> None:
    sets = {"go": ["go", "carry"]}
    assert heard(phrase, said, sets)
    assert not heard(phrase, not_said, sets)


@pytest.mark.parametrize(
    "phrase",
    ["", "(a", "a)", "()", "Die", "don't", "*9", "*x", "~9", "{nothing}", "{round}", "a||b", "?"],
)
def test_what_is_not_a_phrase_is_refused(phrase: str) -> None:
    with pytest.raises(PhraseError):
        Reader({"round": ["and {round}"]}).phrase(phrase)


PHRASES_TO_TRY = (
    *("aa bb", "aa? bb", "aa *2 bb", "(aa bb | bb)? aa", "^ aa", "bb $"),
    *("aa|bb (aa | bb aa)", "*1 aa", "aa (bb)? *1 $", "aa ~2 bb", "~1 cc"),
)


@given(st.lists(st.sampled_from(("aa", "bb", "i", "cc", ".")), max_size=12).map(" ".join))
def test_where_a_phrase_began_is_found_from_where_it_ended(text: str) -> None:
    words = words_in(text)
    phrases = [Reader({}).phrase(phrase) for phrase in PHRASES_TO_TRY]
    hearing = Hearing(phrases, Bars(things={"cc"}))
    ended = set(hearing.ends(words))
    for number, phrase in enumerate(hearing.phrases):
        for end in range(len(words) + 1):
            began = hearing.look_back(words).starts(phrase, end)
            assert bool(began) == ((number, end) in ended)


@given(st.text())
def test_every_text_is_words_between_edges(text: str) -> None:
    words = words_in(text)
    assert words[0] == words[-1] == EDGE
    assert all(words)


def test_a_word_with_one_slip_is_heard_unless_it_is_a_word_of_its_own() -> None:
    spelling = Spelling({"dying", "kill"}, {"dying"}, {"kil": "kill"}, {"lying"})
    typed = ("dying", "dyng", "dyying", "dyinng", "dyign", "bying", "lying", "kil", "killl", "xx")
    assert [spelling.settle(word) for word in typed] == [
        *("dying", "dying", "dying", "dying", "dying", "dying", "", "kill", "kill", ""),
    ]


# The cards.


@pytest.mark.parametrize("nation", ["", *NATIONS])
@pytest.mark.parametrize("tier", [None, *Tier])
@pytest.mark.parametrize("coach", ["", "Ruth"])
def test_every_card_has_manners_and_tells_nobody(
    support: Support, nation: str, tier: Tier | None, coach: str
) -> None:
    message = support_card(support.card(nation), tier, coach)
    assert faults_in(message) == []
    assert "nobody is reading this now" in say(message)
    assert "Nobody has been told" in say(message)
    assert "is stored" in say(message)


def test_what_was_misread_is_allowed_for_and_what_was_asked_for_is_not(support: Support) -> None:
    card = support.card("wales")
    for tier in Tier:
        assert "If I have misread you, carry on." in say(support_card(card, tier))
    assert "misread" not in say(support_card(card, None))


def test_each_tier_opens_in_its_own_words(support: Support) -> None:
    cards = [support_card(support.card(), tier) for tier in (None, *Tier)]
    assert len({message.elements[0] for message in cards}) == 3


def test_questions_can_be_paused_from_a_card_beside_an_answer(support: Support) -> None:
    def forms(tier: Tier | None) -> list[object]:
        elements = support_card(support.card(), tier).elements
        return [b.does for each in elements if isinstance(each, Buttons) for b in each.buttons]

    assert forms(Tier.EXPLICIT) == forms(Tier.SOFT) == [FormName.PAUSE, Press.HEAVY_WEEK]
    assert forms(None) == []


def test_a_coach_can_be_asked_to_call_and_is_told_no_more(support: Support) -> None:
    for tier in (None, *Tier):
        message = support_card(support.card(), tier, "Ruth")
        buttons = [b for one in message.elements if isinstance(one, Buttons) for b in one.buttons]
        assert ("Ask Ruth to call me", Press.ASK_COACH_TO_CALL) in {
            (one.label, one.does) for one in buttons
        }
        assert "Asking Ruth to call sends only that." in say(message)


def test_the_coach_is_named_as_one_who_was_not_told(support: Support) -> None:
    said = say(support_card(support.card(), Tier.EXPLICIT, "Ruth"))
    assert "Nobody has been told, Ruth included," in said


@pytest.mark.parametrize(
    ("nation", "words"),
    [
        ("england", "choose the mental health option"),
        ("wales", "111 and press 2"),
        ("scotland", "call 111."),
        ("northern-ireland", "0808 808 8000"),
        ("elsewhere", "local emergency number"),
    ],
)
def test_each_nation_has_its_own_number(support: Support, nation: str, words: str) -> None:
    assert words in say(support_card(support.card(nation), None))
    # Where the nation is not known every one of them is there.
    assert words in say(support_card(support.card(), None))
    assert support.card("atlantis") == support.card()


def test_a_card_fits_on_a_phone(support: Support) -> None:
    for nation in NATIONS:
        assert len(say(support_card(support.card(nation), Tier.EXPLICIT, "Ruth")).split()) < 130


@given(st.integers(min_value=-200, max_value=400))
def test_a_card_is_out_of_date_from_the_day_after_its_check(support: Support, days: int) -> None:
    late = out_of_date(support, CHECKED + timedelta(days=days))
    assert len(late) == (len(NATIONS) if days > 90 else 0)


# The files.


def test_every_nation_has_an_owner_and_a_day_of_its_check(support: Support) -> None:
    assert set(support.cards.by_nation) == set(NATIONS)
    for nation, card in support.cards.by_nation.items():
        assert (card.nation, card.checked_on, card.check_every_days) == (nation, CHECKED, 90)
        assert card.owner == "Programme safeguarding lead"


def test_everything_that_is_wrong_is_said_at_once_and_where(folder: Path) -> None:
    change(folder, "wales.toml", 'nation = "wales"', 'nation = "whales"')
    change(folder, "scotland.toml", "2026-11-02", '"soon"')
    change(folder, "england.toml", "A&E.", "A&E")
    change(folder, PHRASES, '"killmyself', '"{nowhere}", "killmyself')
    (folder / "elsewhere.toml").unlink()
    (folder / "atlantis.toml").write_text("", "utf-8")
    said = refused(folder)
    assert [line.split(":")[0] for line in said] == [
        *("england.toml", "wales.toml", "scotland.toml", "elsewhere.toml", "atlantis.toml"),
        PHRASES,
    ]
    assert said[0].endswith("line 1: A line has a title, and words that end with a full stop.")
    assert said[1].endswith("nation: This must be wales, as the file is named.")
    assert "checked_on" in said[2]
    assert said[3].endswith("This file cannot be read: No such file or directory.")
    assert "In “{nowhere}”: there is no set nowhere." in said[5]


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (b"nation =", "This file is not TOML"),
        (b"\xff", "This file is not UTF-8."),
        (b"#" * 300_000, "This file is larger than 256 KiB."),
        (b"x = " + b"[" * 5000, "This file is not TOML"),
    ],
)
@pytest.mark.parametrize("file", ["england.toml", PHRASES])
def test_a_file_that_cannot_be_read_is_named(
    folder: Path, file: str, written: bytes, reason: str
) -> None:
    (folder / file).write_bytes(written)
    [said] = refused(folder)
    assert said.startswith(f"{file}: {reason}")


def test_the_cards_are_there_when_the_phrases_are_broken(folder: Path) -> None:
    (folder / PHRASES).write_text("said = 3", "utf-8")
    assert refused(folder)
    assert load_cards(folder).card("wales").nation == "wales"
