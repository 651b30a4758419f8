"""What a form becomes where none can open: the button that opens it, as a line of the chat."""

from bot.conversation.turn import Reply
from prompts.composing.home import offer
from prompts.composing.rights import my_data
from prompts.message import Form, FormName


def openable(reply: Reply) -> Reply:
    """No form, page or dialog can open over what was typed."""
    match reply:
        case Form(name=FormName.MY_DATA):
            return my_data()
        case Form(name=name, about=about):
            return offer(name, about)
    return reply
