"""`bearings bank simulate`: what it prints, draws and refuses."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer

from bot.picturing import TITLE, coverage, describe, draw, with_words
from bot.simulatingcommands import add_simulate
from scheduler.journeying import Policy
from scheduler.simulating import Parameters, simulate
from tests.bot.commands import Bearings, is_one_line

ROOT = Path(__file__).parents[2]
LISTENS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
LONG = ("bank", "simulate", "--leaders", "5000", "--json")
TINY = ("--leaders", "15", "--weeks", "8", "--seeds", "1")
CODES = [f"M{number}" for number in range(1, 20)]
SVG = "{http://www.w3.org/2000/svg}"


def test_every_measure_is_told_beside_the_rivals(bearings: Bearings) -> None:
    ended = bearings("bank", "simulate", *TINY, "--json")
    assert ended.error == ""
    told = ended.json
    assert list(told) == ["parameters", *CODES]
    assert told["parameters"] == {
        "leaders": 15,
        "weeks": 8,
        "seeds": 1,
        "sequences": False,
        "themed": told["parameters"]["themed"],
    }
    keys = ["value", "random", "round_robin", "pass_mark", "met"]
    assert all(list(told[code]) == keys for code in CODES)
    assert told["M1"]["value"] == 0
    assert list(told["M12"]["value"]) == ["never sent", "Gini"]


def test_fifteen_leaders_leave_much_of_the_bank_unused_so_a_mark_is_missed(
    bearings: Bearings,
) -> None:
    ended = bearings("bank", "simulate", *TINY, "--json")
    assert ended.code == 1
    assert ended.json["M12"]["met"] is False
    assert ended.json["M4"]["met"] is True


def test_the_same_run_prints_the_same_bytes(bearings: Bearings) -> None:
    once, again = (bearings("bank", "simulate", *TINY, "--json").out for _ in range(2))
    assert once == again


def test_people_get_a_table(bearings: Bearings) -> None:
    ended = bearings("bank", "simulate", *TINY, COLUMNS="160")
    assert all(code in ended.out for code in CODES)
    lint = next(line for line in ended.out.splitlines() if line.strip().startswith("M19"))
    assert lint.split()[-1] in {"yes", "no"}
    assert "15 invented leaders, 8 weeks, seeds 1 to 1" in ended.out
    assert ended.error == ""


def test_the_lint_s_errors_are_told_as_m19(capsys: pytest.CaptureFixture[str]) -> None:
    bank_commands = typer.Typer()
    add_simulate(bank_commands, lambda bank: 3)
    with pytest.raises(SystemExit) as ended:
        bank_commands([*TINY, "--json"], prog_name="simulate")
    assert ended.value.code == 1
    assert '"M19": {\n    "value": 3' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "because"),
    [
        (("--leaders", "0"), "--leaders"),
        (("--leaders", "5001"), "--leaders"),
        (("--weeks", "0"), "--weeks"),
        (("--weeks", "105"), "--weeks"),
        (("--seeds", "0"), "--seeds"),
        (("--seeds", "51"), "--seeds"),
        (("--picture", "leaders.gif"), "A picture ends in .svg or .png."),
    ],
)
def test_a_size_or_a_picture_that_cannot_be_is_refused(
    bearings: Bearings, words: tuple[str, ...], because: str
) -> None:
    ended = bearings("bank", "simulate", *words)
    assert ended.code == 2
    assert is_one_line(ended), ended
    assert because in ended.error


def test_a_folder_without_a_bank_and_a_picture_without_a_folder_are_refused(
    bearings: Bearings,
) -> None:
    empty = bearings("bank", "simulate", *TINY, "--bank", "nowhere")
    assert (empty.code, is_one_line(empty)) == (1, True)
    nowhere = bearings("bank", "simulate", *TINY, "--picture", "nowhere/leaders.svg")
    assert (nowhere.code, is_one_line(nowhere)) == (1, True)
    assert "nowhere/leaders.svg cannot be written" in nowhere.error


# ---- the picture ----


def test_a_drawing_says_in_words_what_it_shows(tmp_path: Path) -> None:
    parameters = Parameters(leaders=15, weeks=8, seeds=1)
    simulated = simulate(parameters, processes=1)
    draw(simulated, parameters, tmp_path / "a.svg")
    drawing = ElementTree.parse(tmp_path / "a.svg").getroot()  # noqa: S314 - our own
    named = {each.get("id"): each.text for each in drawing if each.get("id")}
    assert drawing.get("aria-labelledby") == "title desc"
    assert named["title"] == TITLE
    assert named["desc"] == describe(simulated, parameters)
    shown = {"".join(each.itertext()) for each in drawing.iter(f"{SVG}text")}
    assert {"Deeper as trust is earned", "own themes touched, %"} <= shown
    draw(simulated, parameters, tmp_path / "b.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_run_too_short_for_any_window_is_drawn_all_the_same(tmp_path: Path) -> None:
    parameters = Parameters(leaders=5, weeks=2, seeds=1)
    simulated = simulate(parameters, processes=1)
    draw(simulated, parameters, tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert coverage(simulated.policies[Policy.OURS].all, 2) == []
    assert "T3, by dial: gentle" in describe(simulated, parameters)


def test_words_are_put_into_a_drawing_safely() -> None:
    assert with_words("<svg width='1'><g/></svg>", "a < b") == (
        '<svg role="img" aria-labelledby="title desc" width=\'1\'>\n'
        f'<title id="title">{TITLE}</title>\n<desc id="desc">a &lt; b</desc><g/></svg>'
    )


# ---- as a process of its own ----


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for its processes in /proc")
def test_interrupted_it_ends_with_one_line() -> None:
    process = subprocess.Popen(
        # Whoever runs the tests in the background has them begin deaf to Ctrl+C.
        [sys.executable, "-c", f"{LISTENS}; from bot.cli import main; main()", *LONG],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        while process.poll() is None and not has_begun(process.pid):
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        out, error = process.communicate(timeout=60)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert (process.returncode, out) == (1, "")
    assert error == "bearings: It was stopped before the end, so nothing is measured.\n"


def has_begun(pid: int) -> bool:
    """It has started the processes that share the work."""
    return len(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()) > 1
