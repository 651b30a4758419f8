"""`bearings changes`: who changed what, when, as it was before and as it is after."""

from pathlib import Path

from bot import cli
from tests.bot.commands import Bearings
from tests.bot.test_programmecommands import WANTED


def test_nothing_was_changed_yet(bearings: Bearings, laid_out: str) -> None:
    assert laid_out
    told = bearings("changes")
    assert (told.code, told.out) == (0, "Nothing was changed yet.\n")


def test_each_change_is_told_as_it_was_and_as_it_is(bearings: Bearings, laid_out: str) -> None:
    assert laid_out
    Path("ours.yaml").write_text(WANTED)
    bearings("programme", "import", "ours.yaml")
    rows = bearings("changes", "--json").json
    assert [(one["by"], one["what"], one["before"], one["after"]) for one in rows][::-1] == [
        (
            "Whoever runs Bearings",
            "Programme Leading across boundaries",
            "nation england, open",
            "nation scotland, open",
        ),
        (
            "Whoever runs Bearings",
            "Cohort Autumn cohort",
            "tue 12:00, thu 16:00, 08:00 to 18:00, bank holidays of the programme's nation",
            "wed 12:00, 08:00 to 18:00, bank holidays of the programme's nation",
        ),
        (
            "Whoever runs Bearings",
            "Cohort Spring cohort",
            "",
            "mon 10:00, fri 09:00, 09:00 to 17:00, bank holidays of wales",
        ),
    ]
    told = " ".join(bearings("changes", "--last", "1").out.split())
    assert "Whoever runs Bearings: Cohort Spring cohort – → mon 10:00, fri 09:00" in told
    assert bearings("changes", "--last", "0").code == cli.Exit.USAGE
