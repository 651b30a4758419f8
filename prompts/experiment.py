"""Where an experiment stands, and what became of it."""

from enum import StrEnum


class TryState(StrEnum):
    PLANNED = "planned"
    OBSERVED = "observed"
    CLOSED = "closed"


class Decision(StrEnum):
    """What became of an experiment. Let go is as good an end as any."""

    KEEP = "keep"
    CHANGE = "change"
    STOP = "stop"
    LET_GO = "let go"
