"""A page that is longer than Slack can show: several leaves, to be turned."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.slack.pages import TURN
from bot.slack.room import ABOUT, VIEW_BLOCKS, VIEW_ROOM, Block, shorten, weigh_in_view
from bot.slack.words import to_plain, to_sections
from prompts.message import Form

HEADING = "header"
# Around what stands on a leaf: which it is, and the row by which it is turned.
_AROUND_BLOCKS, _AROUND_ROOM = 2, 4_000


def to_leaf(form: Form, blocks: list[Block], leaf: int) -> list[Block]:
    """All of it where it fits; or one leaf, of which there is always one."""
    leaves = _leaves(blocks)
    if len(leaves) == 1:
        return blocks
    leaf = min(leaf, len(leaves) - 1)
    [which] = to_sections(f"Page {leaf + 1} of {len(leaves)}.")
    before = [_turn(form, leaf - 1, "Page before")] if leaf else []
    after = [_turn(form, leaf + 1, "Next page")] if leaf + 1 < len(leaves) else []
    row: Block = {"type": "actions", "elements": [*before, *after]}
    return [which, *leaves[leaf], row]


def _turn(form: Form, leaf: int, label: str) -> Block:
    button: Block = {
        "type": "button",
        "action_id": f"{TURN}:{form.name.value}:{leaf}",
        "text": to_plain(label),
    }
    return {**button, "value": shorten(form.about, ABOUT)} if form.about else button


Weighed = tuple[Block, int]


@dataclass
class _Leaf:
    blocks: list[Block] = field(default_factory=list)
    weight: int = _AROUND_ROOM

    def holds(self, more: Sequence[Weighed]) -> bool:
        if len(self.blocks) + len(more) > VIEW_BLOCKS - _AROUND_BLOCKS:
            return False
        return self.weight + sum(weight for _, weight in more) <= VIEW_ROOM

    def lay(self, block: Block, weight: int) -> None:
        self.blocks.append(block)
        self.weight += weight

    def take_last_heading(self) -> list[Weighed]:
        """No heading stands alone at the foot."""
        if len(self.blocks) < 2 or self.blocks[-1]["type"] != HEADING:
            return []
        return [(last := self.blocks.pop(), weigh_in_view(last))]


def _leaves(blocks: list[Block]) -> list[list[Block]]:
    """Begun anew at a divider, so that what belongs to one leader stands together; what is too
    much for one leaf goes on in the next, under the same heading."""
    weighed = [(block, weigh_in_view(block)) for block in blocks]
    if len(blocks) <= VIEW_BLOCKS and sum(weight for _, weight in weighed) <= VIEW_ROOM:
        return [blocks]
    leaves = [_Leaf()]
    for chapter in _chapters(weighed):
        if leaves[-1].blocks and not leaves[-1].holds(chapter):
            leaves.append(_Leaf())
        _lay(leaves, chapter)
    return [leaf.blocks for leaf in leaves]


def _lay(leaves: list[_Leaf], chapter: Sequence[Weighed]) -> None:
    headings = [one for one in chapter[:2] if one[0]["type"] == HEADING][:1]
    for block, weight in chapter:
        last = leaves[-1]
        if last.blocks and not last.holds([(block, weight)]):
            leaves.append(_Leaf())
            taken = last.take_last_heading()
            for one in [*(headings if taken != headings else []), *taken]:
                leaves[-1].lay(*one)
        leaves[-1].lay(block, weight)


def _chapters(blocks: Sequence[Weighed]) -> list[list[Weighed]]:
    chapters: list[list[Weighed]] = [[]]
    for block, weight in blocks:
        if block["type"] == "divider":
            chapters.append([])
        chapters[-1].append((block, weight))
    return [chapter for chapter in chapters if chapter]
