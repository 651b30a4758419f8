"""What is in the clear, and why: the page that tells it is held to the tables."""

import re
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from storage.tables.columns import Sealed

PAGE = Path(__file__).parents[2] / "docs" / "sealed.md"
ROW = re.compile(r"^\| (\w+) \| ([\w, ]+) \| (.+) \|$", re.MULTILINE)
TOLD = {table: (columns.split(", "), why) for table, columns, why in ROW.findall(PAGE.read_text())}
TABLES = SQLModel.metadata.tables
SEALED = {
    "aside": {"words"},
    "coach_question": {"words"},
    "experiment": {"words"},
    "measure": {"words"},
    "objective_version": {"words"},
    "rating": {"words"},
    "chat_line": {"body"},
    "installation": {"token"},
    "intake": {"body"},
    "newcomer": {"body"},
    "reference": {"conversation", "user"},
    "reply": {"body"},
    "cohort": {"name"},
    "member": {"user_id", "address", "name", "email"},
    "objective": {"words"},
    "programme": {"name", "purpose"},
    "reflection": {"words"},
}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_column_is_sealed_or_stands_on_the_page_with_its_reason(table: str) -> None:
    sealed = {one.name for one in TABLES[table].columns if isinstance(one.type, Sealed)}
    assert sealed == SEALED.get(table, set())
    clear, why = TOLD[table]
    assert clear == [one.name for one in TABLES[table].columns if one.name not in sealed]
    assert why


def test_the_page_tells_of_no_table_that_is_not_there() -> None:
    assert set(TOLD) - {"table"} == set(TABLES)
