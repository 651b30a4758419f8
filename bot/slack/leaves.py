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
ONCE = (
    "There is more than fits on this page, and it cannot be turned. Close it, and open it from "
    "your own page to see all of it; or search for less at once."
)
MORE = "There is more of this than fits here."
WHOLE = "See all of it"


def to_leaf(form: Form, blocks: list[Block], leaf: int, *, once: bool) -> list[Block]:
    """All of it where it fits; or one leaf, of which there is always one. `once`: it cannot be
    turned, for it cannot be drawn again."""
    leaves = _leaves(blocks, VIEW_BLOCKS, VIEW_ROOM)
    if len(leaves) == 1:
        return blocks
    if once:
        return [*leaves[0], *to_sections(ONCE)]
    leaf = min(leaf, len(leaves) - 1)
    [which] = to_sections(f"Page {leaf + 1} of {len(leaves)}.")
    before = [_turn(form, leaf - 1, "Page before")] if leaf else []
    after = [_turn(form, leaf + 1, "Next page")] if leaf + 1 < len(leaves) else []
    row: Block = {"type": "actions", "elements": [*before, *after]}
    return [which, *leaves[leaf], row]


def to_share(form: Form, blocks: list[Block], share: int) -> list[Block]:
    """What of a page has room on a Home, where `share` of them stand together; and the way to the
    whole of it."""
    [first, *others] = _leaves(blocks, VIEW_BLOCKS // share, VIEW_ROOM // share)
    if not others:
        return blocks
    [more] = to_sections(MORE)
    button: Block = {
        "type": "button",
        "action_id": f"open:{form.name.value}:0",
        "text": to_plain(WHOLE),
    }
    return [*first, more, {"type": "actions", "elements": [button]}]


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
    """`most` blocks and no more, that weigh no more than `room`."""

    most: int
    room: int
    blocks: list[Block] = field(default_factory=list)
    weight: int = _AROUND_ROOM

    def holds(self, more: Sequence[Weighed]) -> bool:
        if len(self.blocks) + len(more) > self.most - _AROUND_BLOCKS:
            return False
        return self.weight + sum(weight for _, weight in more) <= self.room

    def another(self) -> "_Leaf":
        return _Leaf(self.most, self.room)

    def lay(self, block: Block, weight: int) -> None:
        self.blocks.append(block)
        self.weight += weight

    def take_last_heading(self) -> list[Weighed]:
        """No heading stands alone at the foot."""
        if len(self.blocks) < 2 or self.blocks[-1]["type"] != HEADING:
            return []
        return [(last := self.blocks.pop(), weigh_in_view(last))]


def _leaves(blocks: list[Block], most: int, room: int) -> list[list[Block]]:
    """Begun anew at a divider, so that what belongs to one leader stands together; what is too
    much for one leaf goes on in the next, under the same heading."""
    weighed = [(block, weigh_in_view(block)) for block in blocks]
    if len(blocks) <= most and sum(weight for _, weight in weighed) <= room:
        return [blocks]
    leaves = [_Leaf(most, room)]
    for chapter in _chapters(weighed):
        if leaves[-1].blocks and not leaves[-1].holds(chapter):
            leaves.append(leaves[-1].another())
        _lay(leaves, chapter)
    return [leaf.blocks for leaf in leaves]


def _lay(leaves: list[_Leaf], chapter: Sequence[Weighed]) -> None:
    headings = [one for one in chapter[:2] if one[0]["type"] == HEADING][:1]
    for block, weight in chapter:
        last = leaves[-1]
        if last.blocks and not last.holds([(block, weight)]):
            leaves.append(last.another())
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
