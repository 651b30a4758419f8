"""A table of people: what is read of it, and what is told of each line that is wrong."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.mistakes import MistakesError
from bot.conversation.newpeople import MOST_LETTERS, PersonLine, Role, is_reckoned, read_people
from prompts.composing.agreeing import KnownBy

HEAD = "name,email,role,coach,cohort,timezone"
AMARA = "Amara Okafor,amara@example.org,leader,ruth@example.org,Autumn,Europe/London"


def mistakes(text: str, known_by: KnownBy = KnownBy.ADDRESS) -> list[tuple[int, str]]:
    with pytest.raises(MistakesError) as refused:
        read_people(text, known_by)
    return [(one.line, one.words) for one in refused.value.mistakes]


def test_a_line_is_somebody_with_what_is_said_of_them() -> None:
    assert read_people(f"{HEAD}\n{AMARA}\n", KnownBy.ADDRESS) == [
        PersonLine(
            line=2,
            name="Amara Okafor",
            email="amara@example.org",
            user_id="mail:amara@example.org",
            roles=frozenset({Role.LEADER}),
            coach="ruth@example.org",
            cohort="Autumn",
            zone="Europe/London",
        )
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_it_is_read_as_spreadsheets_write_and_copy_it(mark: str) -> None:
    text = f"Name,E-Mail,Roles\r\nAmara Okafor,AMARA@example.org,Leader and Coach\r\n{',' * 2}\r\n"
    [amara] = read_people(text.replace(",", mark), KnownBy.ADDRESS)
    assert (amara.email, amara.zone) == ("amara@example.org", "")
    assert amara.roles == {Role.LEADER, Role.COACH}


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = f'{HEAD}\n\n"Amara\nOkafor",amara@example.org,leader,,,\nDan,dan,leader,,,\n'
    assert mistakes(text) == [
        (3, "'Amara\\nOkafor' is too long, or has signs that cannot be seen."),
        (5, "'dan' is no e-mail address."),
        (5, "The e-mail address is missing."),
    ]


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ("leader", "", "The role is missing: write leader, coach or lead, or several with"),
        ("leader", "leader and boss", "'leader and boss' is no role: write leader, coach"),
        ("leader", "coach", "A coach is for leaders, and Amara Okafor is none."),
        ("Amara Okafor", "", "The name is missing or wrong. Give it a name."),
        ("amara@example.org", "", "The e-mail address is missing."),
        ("amara@example.org", "amara at home", "'amara at home' is no e-mail address."),
        ("Europe/London", "Europe/Londn", "'Europe/Londn': No time zone has that name. Give a"),
        ("Amara Okafor", "=HYPERLINK(1)", "'=HYPERLINK(1)' begins like a formula. Take out"),
        ("Amara Okafor", "  @SUM(1)", "'  @SUM(1)' begins like a formula."),
        ("Amara Okafor", "＝1+1", "'＝1+1' begins like a formula."),
        ("Autumn", "+44 1632 960001", "'+44 1632 960001' begins like a formula."),
        ("Autumn", "-1", "'-1' begins like a formula."),
        ("Autumn", "\tAutumn", "'\\tAutumn' begins like a formula."),
        ("Amara Okafor", "Amara\x00", "'Amara\\x00' is too long, or has signs that"),
        ("Europe/London", "Europe/London,more", "There are more values than columns."),
    ],
)
def test_each_mistake_is_told_with_its_line(was: str, becomes: str, words: str) -> None:
    assert was in AMARA
    told = mistakes(f"{HEAD}\n{AMARA.replace(was, becomes, 1)}\n")
    assert (2, words) in [(line, said[: len(words)]) for line, said in told]


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("name,email", "The column role is missing."),
        ("name,email,role,role", "The column role is here twice."),
        ("name,email,role,cohrt", "'cohrt' is no column that is known here. Did you mean cohort?"),
        ("name,email,role,shoe size", "'shoe size' is no column that is known here. Known are "),
    ],
)
def test_columns_are_known_by_their_names(head: str, words: str) -> None:
    told = mistakes(f"{head}\n{AMARA}\n")
    assert [(line, said[: len(words)]) for line, said in told] == [(1, words)]


def test_nobody_stands_there_twice() -> None:
    again = AMARA.replace("amara@", "AMARA@").replace("Amara Okafor", "A. Okafor")
    assert mistakes(f"{HEAD}\n{AMARA}\n{again}\n") == [
        (3, "The same person stands in line 2 already.")
    ]


def test_where_people_are_known_by_a_member_id_each_needs_one() -> None:
    head = "name,role,user_id\n"
    [amara] = read_people(f"{head}Amara,leader,U0AMARA\n", KnownBy.MEMBER_ID)
    assert amara.user_id == "U0AMARA"
    where = "in their profile, ⋮ and “Copy member ID” (U…), in the column user_id."
    assert mistakes(f"{head}Amara,leader,\nDan,leader,dan\n", KnownBy.MEMBER_ID) == [
        (2, f"The member ID is missing: {where}"),
        (3, f"'dan' is no member ID: {where}"),
    ]
    assert mistakes(f"{HEAD}\n{AMARA}", KnownBy.MEMBER_ID) == [
        (1, "The column user_id is missing.")
    ]


@pytest.mark.parametrize("text", ["", "\n\n", HEAD, "a" * (MOST_LETTERS + 1), f'{HEAD}\n"Amara'])
def test_what_is_no_table_is_refused(text: str) -> None:
    assert mistakes(text)


@given(st.text(max_size=300))
def test_no_text_at_all_breaks_the_reading(text: str) -> None:
    for words in (text, f"{HEAD}\n{text}", f"{HEAD}\n{AMARA}\n{text}"):
        try:
            people = read_people(words, KnownBy.ADDRESS)
        except MistakesError:
            continue
        assert people


@given(st.lists(st.text(max_size=30), min_size=6, max_size=6))
def test_nothing_that_a_spreadsheet_would_reckon_gets_in(cells: list[str]) -> None:
    written = io.StringIO()
    csv.writer(written).writerows([HEAD.split(","), cells])
    try:
        [one] = read_people(written.getvalue(), KnownBy.ADDRESS)
    except MistakesError:
        return
    kept = (one.name, one.email, one.user_id, one.coach, one.cohort, one.zone)
    assert not any(is_reckoned(words) for words in kept)
