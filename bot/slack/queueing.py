"""Slack's pace, kept at one gate."""

from collections.abc import Mapping

from bot import queueing
from bot.slack.failing import must_wait
from bot.slack.failures import CallError
from bot.slack.pacing import RATES, Method, Pace, Rate, Ticket


class Gate(queueing.Gate[Method, Ticket]):
    def __init__(
        self,
        rates: Mapping[Method, Rate] = RATES,
        together: int = 8,
        clock: queueing.Time | None = None,
    ) -> None:
        super().__init__(
            lambda since: Pace(rates, together, since),
            lambda after: CallError(must_wait(after)),
            clock,
        )
