"""What the connector does with a conversation: a message more, another, one less; who is in it."""

from tests.teams.calls import Call, Given, RefusedError
from tests.teams.people import Person, Tenant
from tests.teams.refusing import check_activity
from tests.teams.world import BOT, Conversation, Post, World


class Conversing:
    def __init__(self, world: World) -> None:
        self.world = world

    # Messages

    def send(self, call: Call, conversation: Conversation) -> Given:
        self._check_may_write(conversation)
        check_activity(call.body, conversation)
        answered = call.activity or call.body.get("replyToId", "")
        if answered and answered not in conversation.known:
            raise RefusedError(404, "ActivityNotFoundInConversation", "No such activity.")
        name = self.world.new_id("1")
        if call.body["type"] == "message":
            conversation.posts.append(_written(Post(id=name, sender=BOT), call.body))
        conversation.known.add(name)
        return {"id": name}

    def update(self, call: Call, conversation: Conversation) -> Given:
        self._check_may_write(conversation)
        post = self._ours(call, conversation)
        check_activity(call.body, conversation)
        if call.body["type"] != "message":
            raise RefusedError(400, "BadArgument", "Only a message can take its place.")
        if call.body.get("id", post.id) != post.id:
            raise RefusedError(400, "BadArgument", "The id is another one than in the address.")
        _written(post, call.body)
        post.edited = True
        return {"id": post.id}

    def delete(self, call: Call, conversation: Conversation) -> None:
        self._check_may_write(conversation)
        conversation.posts.remove(self._ours(call, conversation))

    # Conversations and who is in them

    def create(self, call: Call, tenant: Tenant | None) -> Given:
        """One-to-one: the same person has the same one for ever."""
        person = self._asked_for(call.body, tenant)
        conversation = self.world.direct(person)
        self._check_may_write(conversation, code="ForbiddenOperationException")
        made: Given = {"id": conversation.id}
        if activity := call.body.get("activity"):
            first = Call("send", call.method, call.path, conversation.id, body=activity)
            made["activityId"] = self.send(first, conversation)["id"]
        return made

    def member(self, call: Call, conversation: Conversation) -> Given:
        self._check_is_in(conversation)
        for person in conversation.people:
            if call.member in {person.id, person.aad}:
                return person.member
        raise RefusedError(404, "MemberNotFoundInConversation", "No such member.")

    def members(self, call: Call, conversation: Conversation) -> list[Given]:
        self._check_is_in(conversation)
        return [person.member for person in conversation.people]

    # Within

    def _check_is_in(self, conversation: Conversation, code: str = "") -> None:
        if conversation.tenant.disabled:
            raise RefusedError(403, "BotDisabledByAdmin", "The bot is disabled by the admin.")
        alone = conversation.kind == "personal" and not conversation.people[0].installed
        if alone or not conversation.bot:
            code = code or "BotNotInConversationRoster"
            raise RefusedError(403, code, "The bot is not part of the conversation roster.")

    def _check_may_write(self, conversation: Conversation, code: str = "") -> None:
        self._check_is_in(conversation, code)
        if conversation.kind == "personal" and conversation.people[0].blocked:
            raise RefusedError(403, "ConversationBlockedByUser", "User blocked the conversation.")

    @staticmethod
    def _ours(call: Call, conversation: Conversation) -> Post:
        for post in conversation.posts:
            if post.id == call.activity:
                if post.is_ours:
                    return post
                raise RefusedError(403, "ForbiddenOperationException", "It is somebody else's.")
        raise RefusedError(404, "ActivityNotFoundInConversation", "No such activity.")

    def _asked_for(self, body: Given, among: Tenant | None) -> Person:
        named = body.get("channelData", {}).get("tenant", {}).get("id")
        tenant = self.world.tenants.get(named or "")
        if tenant is None or (among is not None and tenant is not among):
            raise RefusedError(400, "BadSyntax", "Could not parse tenant id.")
        if body.get("bot", {}).get("id") != BOT:
            raise RefusedError(400, "BadArgument", "The bot is another one.")
        members = body.get("members", [])
        if body.get("isGroup") or len(members) != 1:
            raise RefusedError(400, "BadSyntax", "Incorrect conversation creation parameters.")
        person = tenant.people.get(members[0].get("id", ""))
        if person is None:
            raise RefusedError(403, "BadArgument", "Failed to decrypt pairwise id.")
        return person


def _written(post: Post, body: Given) -> Post:
    """What stood in the fields is gone with the card that they were in."""
    post.activity, post.text = body, body.get("text", "")
    post.cards = [one["content"] for one in body.get("attachments", [])]
    post.replaced, post.typed, post.trouble = {}, {}, ""
    post.card = post.cards[0] if post.cards else {}
    return post
