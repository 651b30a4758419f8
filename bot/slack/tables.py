"""Table → Slack's table, or lines where Slack would refuse one."""

from collections.abc import Iterator, Sequence

from bot.slack.room import PASSAGE, TABLE_COLUMNS, TABLE_ROWS, Block, size
from bot.slack.words import Run, fact_line, to_bold, to_lines, to_text
from prompts.dressing import settled
from prompts.message import Table


def is_drawable(table: Table) -> bool:
    rows = (table.columns, *table.rows)
    widest = max(map(len, rows))
    longest = max((size(cell) for row in rows for cell in row), default=0)
    return 1 < len(rows) <= TABLE_ROWS and 0 < widest <= TABLE_COLUMNS and longest <= PASSAGE


def to_table(table: Table) -> list[Block]:
    width = max(map(len, (table.columns, *table.rows)))
    header = [_cell(words, bold=True) for words in _row(table.columns, width)]
    rows = [[_cell(words, bold=False) for words in _row(row, width)] for row in table.rows]
    wrapped = [{"align": "left", "is_wrapped": True}] * width
    block = {"type": "table", "column_settings": wrapped, "rows": [header, *rows]}
    return [*to_bold(table.caption), block]


def to_table_lines(table: Table) -> list[Block]:
    return to_bold(table.caption) + to_lines(_lines(table))


def _lines(table: Table) -> Iterator[Run]:
    """A row as its name and then one line for each other column."""
    for row in table.rows:
        yield f"\n{settled(row[0] if row else '') or '–'}", True
        labels = (*table.columns[1:], *("" for _ in row))
        for label, words in zip(labels, row[1:], strict=False):
            yield from fact_line(label, words)


def _row(cells: Sequence[str], width: int) -> list[str]:
    """Slack refuses an empty cell and rows of unequal length."""
    return [settled(cell) or "–" for cell in (*cells, *[""] * (width - len(cells)))]


def _cell(words: str, *, bold: bool) -> Block:
    # Slack has answered raw_text cells with errors of its own; rich_text cells always worked.
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [to_text(words, bold=bold)]}],
    }
