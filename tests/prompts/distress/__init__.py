"""What people say, of both kinds, and how well it is told apart.

`explicit.txt` holds phrases somebody says about themselves; `ordinary.txt` what leaders write all
day. They were written by somebody who had not seen the phrases, which have since been worked on
with them: they are development data now, like the two files that begin with `dev_`, which were
written together with the phrases. The two that begin with `blind_`, where they are there, measure:
nobody who works on the phrases reads them, and what is missed in them is counted, never shown.
"""

from dataclasses import dataclass
from pathlib import Path

from prompts.supporting import Support

HERE = Path(__file__).parent
DEVELOPMENT = ("", "dev_")
BLIND = "blind_"


@dataclass(frozen=True)
class Figures:
    explicit: int
    missed: tuple[str, ...]
    ordinary: int
    alarms: tuple[str, ...]

    @property
    def recall(self) -> float:
        return 1 - len(self.missed) / self.explicit

    @property
    def false_alarms(self) -> float:
        return len(self.alarms) / self.ordinary


def sentences(file: str) -> list[str]:
    lines = (HERE / file).read_text("utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def are_there(prefix: str = "") -> bool:
    return all((HERE / f"{prefix}{name}.txt").exists() for name in ("explicit", "ordinary"))


def measure(support: Support, prefix: str = "") -> Figures:
    explicit = sentences(f"{prefix}explicit.txt")
    ordinary = sentences(f"{prefix}ordinary.txt")
    return Figures(
        len(explicit),
        tuple(words for words in explicit if support.heard(words) is None),
        len(ordinary),
        tuple(words for words in ordinary if support.heard(words) is not None),
    )
