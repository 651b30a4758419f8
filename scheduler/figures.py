"""What came due in some time, as figures by kind. Pure.

Due is what should have gone out. What was held back, because somebody chose so or a rule of ours
has it, was not to go out, and is counted by itself; so nobody is found by subtraction.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from storage.health import Tally
from storage.tables import NudgeKind, NudgeState, WhyNot


@dataclass(slots=True)
class Figures:
    """`sent`: something left us; `delivered`: the platform said that it took it; `late`: of those.
    `troubles` are of what was put off, given up and is in doubt; `chosen` of what was held back,
    and is None where any of its parts would stand for too few people."""

    kind: NudgeKind
    sent: int = 0
    delivered: int = 0
    late: int = 0
    waiting: int = 0
    put_off: int = 0
    given_up: int = 0
    in_doubt: int = 0
    held_back: int = 0
    troubles: Mapping[WhyNot, int] = field(default_factory=dict)
    chosen: Mapping[WhyNot, int] | None = None

    @property
    def due(self) -> int:
        return self.delivered + self.waiting + self.put_off + self.given_up + self.in_doubt


def figures(found: Sequence[Tally], least: int) -> list[Figures]:
    """One for each kind, of all these workspaces together."""
    return [_of(kind, [one for one in found if one.kind is kind], least) for kind in NudgeKind]


def _of(kind: NudgeKind, found: Sequence[Tally], least: int) -> Figures:
    said = Figures(kind, chosen=_chosen(found, least))
    troubles: dict[WhyNot, int] = defaultdict(int)
    for one in found:
        is_trouble = one.why is not None and one.why.is_trouble
        if is_trouble and one.why is not None:
            troubles[one.why] += one.nudges
        match one.state:
            case NudgeState.SENT:
                said.delivered += one.nudges
                said.late += one.late
            case NudgeState.GIVEN_UP:
                said.given_up += one.nudges
            case NudgeState.IN_DOUBT:
                said.in_doubt += one.nudges
            case NudgeState.EXPIRED if is_trouble:
                said.given_up += one.nudges
            case NudgeState.EXPIRED:
                said.held_back += one.nudges
                continue
            case NudgeState.READY | NudgeState.LEASED | NudgeState.SENDING if is_trouble:
                said.put_off += one.nudges
            case NudgeState.READY | NudgeState.LEASED | NudgeState.SENDING:
                said.waiting += one.nudges
        said.sent += one.tried
    said.troubles = dict(troubles)
    return said


def _chosen(found: Sequence[Tally], least: int) -> Mapping[WhyNot, int] | None:
    """All parts together or none, so that none is found by subtraction."""
    nudges: dict[WhyNot, int] = defaultdict(int)
    people: dict[WhyNot, int] = defaultdict(int)
    for one in found:
        if one.state is NudgeState.EXPIRED and one.why is not None and not one.why.is_trouble:
            nudges[one.why] += one.nudges
            people[one.why] += one.people
    return dict(nudges) if all(count >= least for count in people.values()) else None
