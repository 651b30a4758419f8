"""The question policy on invented leaders, beside two rivals: the same leaders, the same luck.

A run is cut into parts of a fixed size, each done by whichever process is free, and put together
in their order. So the figures are the same whatever the number of processes.
"""

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context, resource_tracker
from pathlib import Path

from prompts.bank import Bank, load_bank
from scheduler.journeying import Policy, travel
from scheduler.measuring import Result, Tallied, lint_result, results, tallied
from scheduler.replaying import EVERY_SO_MANY, try_again
from scheduler.simulated import invent
from scheduler.tallying import Tally, tally

TOGETHER = 25


@dataclass(frozen=True, slots=True)
class Parameters:
    """All that a run follows from, beside the bank. Seeds are counted from 1."""

    leaders: int = 300
    weeks: int = 26
    seeds: int = 5
    sequences: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Some of one seed's leaders, for one process to do by itself."""

    parameters: Parameters
    seed: int
    first: int
    folder: Path | None

    @property
    def numbers(self) -> range:
        return range(self.first, min(self.first + TOGETHER, self.parameters.leaders))


@dataclass(frozen=True, slots=True)
class Simulated:
    policies: Mapping[Policy, Tallied]

    def results(self, lint_errors: int | None = None) -> list[Result]:
        """M1 to M19; the last is told to us, and not measured where it is not."""
        measured = results(
            self.policies[Policy.OURS],
            self.policies[Policy.RANDOM],
            self.policies[Policy.ROUND_ROBIN],
        )
        return [*measured, lint_result(lint_errors)]


Counted = dict[Policy, Tally]
Progress = Callable[[int, int], None]


def simulate(
    parameters: Parameters,
    folder: Path | None = None,
    *,
    processes: int | None = None,
    progress: Progress = lambda done, of: None,
) -> Simulated:
    """`folder` holds the bank, if it is another than the one served."""
    parts = [
        Part(parameters, seed, first, folder)
        for seed in range(1, parameters.seeds + 1)
        for first in range(0, parameters.leaders, TOGETHER)
    ]
    counts = {policy: [Tally() for _ in range(parameters.seeds)] for policy in Policy}
    with _workers(min(processes or cores(), len(parts))) as count_each:
        for done, (part, counted) in enumerate(zip(parts, count_each(parts), strict=True), 1):
            for policy, one in counted.items():
                counts[policy][part.seed - 1].add(one)
            progress(done, len(parts))
    bank = _bank(folder)
    return Simulated({policy: tallied(each, bank) for policy, each in counts.items()})


def cores() -> int:
    """Those that this process may use, where the machine tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _workers(processes: int) -> Iterator[Callable[[Iterable[Part]], Iterator[Counted]]]:
    if processes == 1:
        yield lambda parts: map(count, parts)
        return
    # Started afresh: a copy of a process with threads may hang.
    pool = ProcessPoolExecutor(processes, get_context("spawn"))

    def count_each(parts: Iterable[Part]) -> Iterator[Counted]:
        with _not_to_be_interrupted():
            return pool.map(count, parts)

    try:
        yield count_each
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _not_to_be_interrupted() -> Iterator[None]:
    """What is started meanwhile stays so: whoever presses Ctrl+C means this process, which hears
    of it as soon as all are started; the others end with the part they are at."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Started later, it would lift the mask again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@cache
def _bank(folder: Path | None) -> Bank:
    return load_bank(folder)


def count(part: Part) -> Counted:
    bank, weeks = _bank(part.folder), part.parameters.weeks
    sequences = part.parameters.sequences
    counted = {policy: Tally() for policy in Policy}
    for number in part.numbers:
        leader = invent(part.seed, number, weeks)
        for policy, whole in counted.items():
            journey = travel(bank, leader, policy, sequences=sequences)
            whole.add(tally(journey, weeks))
            if policy is Policy.OURS and number % EVERY_SO_MANY == 0:
                try_again(bank, journey, whole, sequences=sequences)
    return counted
