"""From files to questions: what is taken, and what a file is refused for."""

import time
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.bank import BankError, Problem, load_bank
from tests.prompts.written import SIGNED, problems, reasons, settled, toml, write_bank

SEQUENCE = """
    name = "First week"
    trigger = "The agreement is in place."
    exit = "After the last step."
    reason = "You have just begun."
"""


def test_a_good_question_needs_only_what_cannot_be_derived(tmp_path: Path) -> None:
    bank = load_bank(write_bank(tmp_path, toml()))
    question = bank.questions["PUR-OPN-1"]
    assert (question.version, question.status, question.locale) == (1, "live", "en-GB")
    assert question.cool_down.days == 42
    assert bank.live == bank.themed == (question,)


def test_what_stands_at_the_head_holds_unless_a_question_says_otherwise(tmp_path: Path) -> None:
    folder = write_bank(tmp_path, toml(author='"AO"'), settled("PUR-OPN-2"))
    questions = load_bank(folder).questions
    assert [question.author for question in questions.values()] == ["AO", "ED"]


def test_a_resting_question_is_kept_but_not_asked(tmp_path: Path) -> None:
    bank = load_bank(write_bank(tmp_path, toml(status='"resting"')))
    assert bank.questions
    assert bank.live == ()


def test_everything_that_is_wrong_is_said_at_once_and_where(tmp_path: Path) -> None:
    folder = write_bank(
        tmp_path,
        toml(depth="7", text='"Well then"', lens=None),
        toml(id='"PUR-EXL-1"', text='"Not now."'),
    )
    write_bank(tmp_path, toml(id='"CAR-OPN-1"', themes='["cars"]'), file="care.toml")
    with pytest.raises(BankError) as refused:
        load_bank(folder)
    said = str(refused.value).splitlines()
    assert len(said) == 3
    assert said[0].startswith(
        "care.toml:6: CAR-OPN-1: themes.1 is 'cars'; it can be purpose, care,"
    )
    assert said[1] == "purpose.toml:6: PUR-OPN-1: lens is missing."
    assert said[2] == 'purpose.toml:14: PUR-EXL-1: text must end in "?", and hold no other.'


def test_an_id_is_never_used_twice_even_in_two_files(tmp_path: Path) -> None:
    write_bank(tmp_path, toml(), file="care.toml")
    assert problems(write_bank(tmp_path, toml())) == (
        Problem(
            "purpose.toml",
            "PUR-OPN-1",
            "The id is used already, in care.toml; ids are never used twice.",
        ),
    )


def test_a_question_without_an_id_is_found_by_its_place(tmp_path: Path) -> None:
    found = problems(write_bank(tmp_path, toml(), toml(id=None)))
    assert found == (Problem("purpose.toml", "number 2", "id is missing."),)


def test_the_line_is_told_past_strings_that_only_look_like_a_question(tmp_path: Path) -> None:
    inspiration = '"""\n[[question]] \\""" # no end\n[[question]]\n"""'
    quoted = "'''\n[[question]]\n'''  # [[question]]"
    folder = write_bank(
        tmp_path, toml(inspiration=inspiration, licence=quoted), toml(id='"PUR-OPN-2"', lens=None)
    )
    lines = (folder / "questions" / "purpose.toml").read_text().splitlines()
    [problem] = problems(folder)
    assert lines[problem.line :][:1] == ['id = "PUR-OPN-2"']
    assert str(problem) == f"purpose.toml:{problem.line}: PUR-OPN-2: lens is missing."


def test_what_would_steer_a_terminal_is_written_out(tmp_path: Path) -> None:
    red, turned = "\\u001b[31m", "\\u202e"
    folder = write_bank(
        tmp_path, toml(**{f'"{red}"': "1"}), toml(id=f'"{turned}"', lens=f'"{red}{turned}"')
    )
    said = " ".join(reasons(folder))
    assert said.isprintable()
    assert "\\x1b[31m is not known here" in said


def test_a_bank_in_which_everything_is_wrong_says_enough_and_stops(tmp_path: Path) -> None:
    folder = write_bank(tmp_path, *(toml(id=f'"P{number}"', lens=None) for number in range(2000)))
    found = problems(folder)
    assert len(found) == 501
    assert found[-1].reason == "These are the first 500 problems; nothing further was looked at."


@pytest.mark.parametrize(
    "content",
    [
        "a" + ".a" * 200_000 + " = 1",
        "[[question]]\nrequires = {a" + ".a" * 200_000 + " = 1}",
        "\n".join(f"[{'a.' * 40}b{number}]" for number in range(8000)),
        f"[[question]]\n{'k' * 500_000} = 1",
        "[[question]]\nrequires = " + ("{a" + ".a" * 90 + " = [\n") * 200,
        "[[question]]\n" * 10_000,
    ],
    ids=[
        "a deep key",
        "a deep table",
        "many tables",
        "a long key",
        "deep over lines",
        "10,000 empty questions",
    ],
)
def test_what_is_made_to_be_slow_is_refused_in_a_second(tmp_path: Path, content: str) -> None:
    folder = write_bank(tmp_path, toml())
    (folder / "questions" / "odd.toml").write_text(content, "utf-8")
    began = time.process_time()
    assert problems(folder)[0].file == "odd.toml"
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"# one line\n\xff\xfe", "This file is not UTF-8 (at line 2)."),
        (
            b"[[question]]\nid = \n",
            "This file is not TOML: Invalid value (at line 2, column 6).",
        ),
        (b"question = 3", "Each question begins with [[question]], in double brackets."),
        (b"question = [3]", "This is not a question."),
        (b"auther = 'ED'", "This is not known at the head of a file. Did you mean author?"),
        (b"x = " + b"[" * 5000, "This file is not TOML that can be read: it nests too deep."),
        (b"#" * (1024 * 1024 + 1), "This file is larger than 1 MiB; split it in two."),
    ],
)
def test_a_file_is_refused_with_the_place_in_it(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    folder = write_bank(tmp_path, toml())
    (folder / "questions" / "odd.toml").write_bytes(content)
    found = problems(folder)
    assert [(problem.file, problem.reason) for problem in found] == [("odd.toml", reason)]


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    folder = write_bank(tmp_path, toml())
    file = folder / "questions" / "purpose.toml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert load_bank(folder).live


def test_a_bank_of_more_than_twenty_thousand_questions_is_refused(tmp_path: Path) -> None:
    folder = write_bank(tmp_path, "[[question]]\n" * 20_001)
    assert reasons(folder) == ["There are 20,001 questions; 20,000 is the most."]


def test_an_empty_folder_is_no_bank(tmp_path: Path) -> None:
    assert reasons(tmp_path) == ["There is no question in the bank."]


@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_a_file_holds_the_answer_is_a_bank_or_sentences(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("bank")
    (folder / "questions").mkdir()
    (folder / "questions" / "odd.toml").write_bytes(content)
    assert all(reason for reason in reasons(folder))


def test_a_step_takes_its_place_from_the_file(tmp_path: Path) -> None:
    steps = settled("ON1") + settled("ON2")
    folder = write_bank(
        tmp_path,
        toml(),
        sequence=dedent(SEQUENCE + SIGNED) + steps.replace("[[question]]", "[[step]]"),
    )
    sequence = load_bank(folder).sequences["onboarding"]
    assert sequence.name == "First week"
    assert [(step.id, step.order) for step in sequence.steps] == [("ON1", 1), ("ON2", 2)]


def test_a_sequence_says_what_starts_it_how_it_ends_and_has_a_step(tmp_path: Path) -> None:
    folder = write_bank(tmp_path, toml(), sequence='name = "First week"\ntrigger = 3')
    said = "A sequence says this at the head of its file, in words."
    assert problems(folder) == (
        Problem("onboarding.toml", "", "A sequence has at least one [[step]]."),
        Problem("onboarding.toml", "trigger", said),
        Problem("onboarding.toml", "exit", said),
        Problem("onboarding.toml", "reason", said),
    )


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ('left_if = ["nonsense"]', "left_if is a list of facts, such as unanswered=ON1."),
        ('left_if = ["unanwered=ON1"]', "left_if is a list of facts, such as unanswered=ON1."),
        ('left_if = ["unanswered=ON9"]', "unanswered=ON9 names no step of this sequence."),
        ("rank = true", "rank is a whole number from 0 to 9."),
        ("rank = 10", "rank is a whole number from 0 to 9."),
        ('reason = "Be\\u0007ep."', "A sequence says this at the head of its file, in words."),
        ("later_reason = 3", "A sequence says this at the head of its file, in words."),
    ],
)
def test_a_slip_at_the_head_of_a_sequence_cannot_end_a_run(
    tmp_path: Path, head: str, said: str
) -> None:
    about = dedent(SEQUENCE + SIGNED)
    about = (
        about.replace('reason = "You have just begun."', "") if head.startswith("reason") else about
    )
    step = settled("ON1").replace("[[question]]", "[[step]]")
    folder = write_bank(tmp_path, toml(), sequence=f"{about}{head}\n{step}")
    assert [one.reason for one in problems(folder)] == [said]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"only_if": '["nonsense=ON1"]'}, "which is no fact of a run"),
        ({"only_if": '["answered=ON1"]'}, "names the step itself"),
        ({"only_if": '["answered=ON7"]'}, "A fact names ON7, which is not in the bank."),
        ({"at": "{ for_days = -5 }"}, "for_days goes from 0 to 366."),
        ({"at": "{ days = 5 }"}, "at.days is not known here."),
        ({"requires": "{ min_readiness = 99 }"}, "min_readiness goes from 0 to 3."),
        ({"purpose": '"Two\\nlines"'}, "purpose says what this question is for, on one line."),
        (
            {"answer": '"choice"', "options": '["a\\u202eb", "c"]'},
            "An option is a few words on one line, without a comma.",
        ),
        (
            {"variables": '{ review_date = { fallback = "{objective_short}" } }'},
            "is plain words on one line, without brackets",
        ),
    ],
)
def test_a_step_that_could_never_come_or_would_break_is_refused(
    tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    step = toml(id='"ON1"', **changes).replace("[[question]]", "[[step]]")
    folder = write_bank(tmp_path, toml(), sequence=dedent(SEQUENCE + SIGNED) + step)
    [only] = problems(folder)
    assert said in only.reason
