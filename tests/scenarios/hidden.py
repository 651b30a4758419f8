"""What was typed into a form stands nowhere but on the pages of whoever may read it."""

from tests.drills.test_canary import hits
from tests.scenarios.stage import Player, Stage


async def check_hidden(stage: Stage, log: str) -> None:
    """When a scenario is over: not in a chat, a log, a file, nor on somebody else's page."""
    for player in stage.everybody:
        if player is not stage.amara:
            await player.opens_home()
    left = {**stage.platform.kept(), "the log": log}
    for writer in stage.everybody:
        if words := _hidden_words(writer):
            chats = {f"the chat of {one.name}": one.chat for one in stage.everybody}
            assert not hits(words, chats)
            assert not hits(words, {k: v for k, v in left.items() if isinstance(v, str)})
            assert not hits(words, {k: v for k, v in left.items() if isinstance(v, bytes)})
            _check_pages(stage, writer, words)


def _hidden_words(writer: Player) -> list[str]:
    """A leader's. What a coach or a lead writes in a form is for others to be asked; and what was
    said in the chat as well stands there."""
    if not writer.is_leader:
        return []
    return [one for one in writer.typed if len(one) > 10 and one not in writer.said]


def _check_pages(stage: Stage, writer: Player, words: list[str]) -> None:
    for reader in stage.everybody:
        if reader is not writer:
            forbidden = [one for one in words if one not in reader.may_read]
            assert not hits(forbidden, {f"a page of {reader.name}": "\n".join(reader.has_seen)})
