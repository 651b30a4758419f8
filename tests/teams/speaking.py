"""What reaches the app without a button: words, changes to them, coming and going."""

import html
from typing import Any

from tests.teams.filling import CannotDoError
from tests.teams.people import Given, Person
from tests.teams.sending import Answer, Sending
from tests.teams.world import BOT, NAME, Conversation, Post


class Speaking(Sending):
    # Words

    async def says(
        self,
        person: Person,
        words: str,
        *,
        where: Conversation | None = None,
        mention: bool = True,
        **more: Any,
    ) -> Answer:
        """In the chat with the app; `where` is a group chat or a channel, with an @mention there.

        `more` is what else stands in the activity: `attachments=[…]`, `textFormat="xml"`.
        """
        conversation = where or self.world.direct(person)
        post = Post(id=self._known(conversation, self.world.new_message_id()), sender=person.id)
        post.text = words
        conversation.posts.append(post)
        added = self.by_client(person)
        if conversation.kind != "personal" and mention:
            words = f"<at>{NAME}</at> {words}"
            added["entities"] = [_mention(), *added["entities"]]
        message: Given = {"text": words, "textFormat": "plain", **added, **more}
        post.activity = self.activity(person, conversation, "message", id=post.id, **message)
        return await self.sends(post.activity)

    async def edits(self, person: Person, words: str, *, post: Post | None = None) -> Answer:
        """Their newest message, or the one given."""
        conversation, post = self._own(person, post)
        post.text, post.edited = words, True
        return await self._changed(
            person, conversation, post, "messageUpdate", "editMessage", text=words
        )

    async def deletes(self, person: Person, *, post: Post | None = None) -> Answer:
        conversation, post = self._own(person, post)
        conversation.posts.remove(post)
        return await self._changed(person, conversation, post, "messageDelete", "softDeleteMessage")

    async def undoes_delete(self, person: Person, answer: Answer) -> Answer:
        """What was deleted is there again; `answer` is what `says` gave back."""
        conversation = self.world.direct(person)
        said = answer.activity
        post = Post(id=said["id"], sender=person.id, text=said["text"], activity=said)
        conversation.posts.append(post)
        return await self._changed(
            person, conversation, post, "messageUpdate", "undeleteMessage", text=post.text
        )

    async def reacts(self, person: Person, kind: str = "like") -> Answer:
        """To the app's newest message."""
        conversation = self.world.direct(person)
        post = next((one for one in reversed(conversation.posts) if one.is_ours), None)
        if post is None:
            raise CannotDoError("there is nothing to react to")
        reactions = {"reactionsAdded": [{"type": kind}], "replyToId": post.id}
        activity = self.activity(person, conversation, "messageReaction", **reactions)
        return await self.sends(activity)

    # Coming and going

    async def installs(self, person: Person, *, upgrade: bool = False) -> Answer:
        """Teams tells it twice: the conversation has the app in it, and the app is installed."""
        person.installed, person.blocked = True, False
        where = self.world.direct(person)
        if not upgrade:
            added = {"membersAdded": [{"id": BOT}]}
            await self.sends(self._unspoken(person, where, "conversationUpdate", **added))
        action = "add-upgrade" if upgrade else "add"
        return await self.sends(self._unspoken(person, where, "installationUpdate", action=action))

    async def updates(self, person: Person, in_order: tuple[str, str]) -> list[Answer]:
        """A newer package was uploaded: one version goes and the other comes, told as they will."""
        where = self.world.direct(person)
        told = [self._unspoken(person, where, "installationUpdate", action=one) for one in in_order]
        return [await self.sends(one) for one in told]

    async def uninstalls(self, person: Person) -> Answer:
        """From now on nothing can be sent there."""
        person.installed = False
        where = self.world.direct(person)
        activity = self._unspoken(person, where, "installationUpdate", action="remove")
        return await self.sends(activity)

    async def adds_app(self, person: Person, where: Conversation) -> Answer:
        """To a group chat or a channel, which is told of in the same two ways."""
        where.bot = True
        added = {"membersAdded": [{"id": BOT}]}
        await self.sends(self._unspoken(person, where, "conversationUpdate", **added))
        return await self.sends(self._unspoken(person, where, "installationUpdate", action="add"))

    async def removes_app(self, person: Person, where: Conversation) -> Answer:
        where.bot = False
        gone = {"membersRemoved": [{"id": BOT}]}
        await self.sends(self._unspoken(person, where, "conversationUpdate", **gone))
        activity = self._unspoken(person, where, "installationUpdate", action="remove")
        return await self.sends(activity)

    def blocks(self, person: Person) -> None:
        """Of which the app is told by nobody."""
        person.blocked = True

    # Within

    def _unspoken(self, person: Person, where: Conversation, kind: str, **more: Any) -> Given:
        """No client took part in it: no name, no time zone."""
        activity = self.activity(person, where, kind, **more)
        activity["from"] = {name: it for name, it in person.account.items() if name != "name"}
        if kind == "installationUpdate":
            activity["locale"] = person.locale
            activity["entities"] = [{"type": "clientInfo", "locale": person.locale}]
        return activity

    async def _changed(
        self,
        person: Person,
        where: Conversation,
        post: Post,
        kind: str,
        event: str,
        **more: Any,
    ) -> Answer:
        activity = self.activity(person, where, kind, id=post.id, **self.by_client(person), **more)
        activity["channelData"] = {**activity["channelData"], "eventType": event}
        return await self.sends(activity)

    def _own(self, person: Person, post: Post | None) -> tuple[Conversation, Post]:
        for where in self.world.conversations.values():
            if person in where.people:
                own = [one for one in where.posts if one.sender == person.id]
                if own and (post is None or post in own):
                    return where, post or own[-1]
        raise CannotDoError("a person changes only what they wrote themselves")


def _mention() -> Given:
    bot = {"id": BOT, "name": NAME}
    return {"type": "mention", "text": f"<at>{html.escape(NAME)}</at>", "mentioned": bot}
