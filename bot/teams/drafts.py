"""What is typed on a question's card and not saved: it is handed back, and never wiped."""

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.events import Event, Submitted
from bot.conversation.scene import Scene
from bot.conversation.turn import Reply
from bot.teams.boxes import Typed, holding
from bot.teams.incoming import Way
from prompts.composing import asking
from prompts.message import Box, Field, Form, FormName, Message, Quiet

STILL_HERE = "What you typed is not saved. It is still here; “Save” keeps it as your answer."
STILL_ABOVE = (
    "What you typed is not saved. It is still on the card above; “Save” there keeps it as your "
    "answer."
)

Replies = list[Reply]
OnCard = tuple[Message, Typed] | None


async def with_what_is_typed(
    scene: Scene, event: Event, way: Way, replies: Replies, typed: str
) -> tuple[Replies, OnCard]:
    """The replies that remain, and the card with what was typed in its box.

    It is shown to whoever typed it, in the answer to their press; the chat is not changed, for it
    would hold their words, or take them away.
    """
    if isinstance(event, Submitted):
        return await _refused(scene, event, replies)
    standing = next((one for one in replies if _is_in_its_place(one)), None)
    if not isinstance(standing, Message) or not typed.strip():
        return replies, None
    if way is Way.OLD_CARD:
        # Its card can only be changed in the chat itself: so it stays, and the line comes below.
        return [_below(standing) if one is standing else one for one in replies], None
    rest = [one for one in replies if one is not standing]
    if standing.box is not None:
        return rest, (standing, Typed(typed))
    nudge = await scene.question(str(standing.nudge))
    if nudge is None:
        return replies, None
    boxed = replace(standing, box=asking.box(await scene.asked(nudge)))
    return rest, (boxed, Typed(typed, says=STILL_HERE))


async def _refused(scene: Scene, event: Submitted, replies: Replies) -> tuple[Replies, OnCard]:
    """The question once more, with what was typed on its card and could not be saved."""
    form = next((one for one in replies if _is_answer_form(one)), None)
    nudge = await scene.question(form.about) if isinstance(form, Form) else None
    if not isinstance(form, Form) or nudge is None:
        return replies, None
    errors = " ".join(filter(None, (form.error, *(field.error for field in form.fields))))
    words = "".join(event.values.get("words", ()))
    again = asking.ask(await scene.asked(nudge)), Typed(words, errors, basis=form.basis)
    return [one for one in replies if not _is_answer_form(one)], again


def in_the_dialog(forms: Sequence[Form], typed: str) -> Sequence[Form]:
    """Whoever began on the card goes on in the dialog."""
    return [
        replace(form, fields=tuple(_holding(one, typed) for one in form.fields))
        if typed.strip() and form.name is FormName.ANSWER
        else form
        for form in forms
    ]


def _holding(field: Field, typed: str) -> Field:
    return holding(field, typed) if isinstance(field, Box) else field


def _below(message: Message) -> Message:
    said = (*message.elements, Quiet(STILL_ABOVE))
    return replace(message, elements=said, replaces=False, box=None)


def _is_in_its_place(reply: Reply) -> bool:
    return isinstance(reply, Message) and reply.replaces and reply.nudge is not None


def _is_answer_form(reply: Reply) -> bool:
    return isinstance(reply, Form) and reply.name is FormName.ANSWER
