"""A form that no platform could show is refused where it is written, with a sentence."""

import pytest

from prompts.message import (
    Choice,
    Choices,
    Field,
    Form,
    FormName,
    LongText,
    Option,
    ShortText,
    Switch,
)


def a_form(*fields: Field) -> Form:
    return Form(FormName.WHEN, "When", fields=fields, submit="Keep")


def test_two_fields_of_a_form_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match="Two fields of the form 'when' are named 'zone'"):
        a_form(ShortText("zone", "Zone"), Switch("on", "On"), LongText("zone", "Zone again"))


@pytest.mark.parametrize("name", ["event", "form", "about", "line", "bearings", "msteams"])
def test_a_field_cannot_take_a_name_that_is_sent_beside_it(name: str) -> None:
    with pytest.raises(ValueError, match=f"No field can be named '{name}'"):
        a_form(ShortText(name, "Name"))


@pytest.mark.parametrize("name", ["", " ", "answer~2", "Answer", "an answer", "a" * 101])
def test_a_name_is_plain_enough_for_every_platform(name: str) -> None:
    with pytest.raises(ValueError, match="No field can be named"):
        a_form(ShortText(name, "Name"))


@pytest.mark.parametrize("label", ["", "  \n", "\u200b", "\u202e\u202c", "\x07"])
def test_a_field_has_a_label_that_can_be_read(label: str) -> None:
    with pytest.raises(ValueError, match="The field 'zone' has no label"):
        a_form(ShortText("zone", label))


@pytest.mark.parametrize("value", ["", "mon,tue", "x" * 151])
def test_an_option_has_a_value_that_comes_back_whole(value: str) -> None:
    with pytest.raises(ValueError, match="1 to 150 characters and no comma"):
        Option(value, "Monday")


def test_the_longest_value_is_an_option() -> None:
    assert Option("x" * 150, "Monday").value == "x" * 150


@pytest.mark.parametrize("kind", [Choice, Choices])
def test_two_options_of_a_field_cannot_share_a_value(kind: type[Choice | Choices]) -> None:
    options = (Option("mon", "Monday"), Option("tue", "Tuesday"), Option("mon", "Moonday"))
    with pytest.raises(ValueError, match="Two options of the field 'days' have the value 'mon'"):
        kind("days", "Days", options)


def test_a_persons_own_words_are_an_option_whatever_they_are() -> None:
    assert a_form(Choice("objective", "Objective", (Option("o1", "\u200b"), Option("o2", ""))))
