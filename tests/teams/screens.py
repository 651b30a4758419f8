"""What a person sees of the app, as lines to be read."""

from dataclasses import dataclass

from tests.teams.people import Person
from tests.teams.pressing import Pressing
from tests.teams.reading import words_of
from tests.teams.world import Dialog, Post


@dataclass(frozen=True)
class Screen:
    """`messages`: oldest first; `card`: the newest message that has one; `notice`: what Teams
    shows for a moment and no longer."""

    messages: tuple[str, ...]
    card: str
    dialog: str
    buttons: tuple[str, ...]
    notice: str

    @property
    def newest(self) -> str:
        return self.messages[-1] if self.messages else ""

    @property
    def words(self) -> str:
        """What they look at now, top to bottom."""
        return self.dialog or "\n\n".join(self.messages)


def screen_of(pressing: Pressing, person: Person) -> Screen:
    where = pressing.world.direct(person)
    cards = [post for post in where.posts if post.seen_by(person)]
    dialog = pressing.world.dialogs.get(person.id)
    sight = pressing.in_sight(person)
    titles = [one["title"] for held in sight for one in pressing.buttons(person, held)]
    return Screen(
        messages=tuple(words_of_post(post, person) for post in where.posts),
        card=words_of_post(cards[-1], person) if cards else "",
        dialog=words_of_dialog(dialog) if dialog else "",
        buttons=tuple(titles),
        notice=where.notices[-1] if where.notices else "",
    )


def words_of_post(post: Post, person: Person) -> str:
    lines = post.text.splitlines() if post.text else []
    for card in post.seen_by(person):
        lines += words_of(card, post.typed)
    return "\n".join([*lines, *([f"! {post.trouble}"] if post.trouble else [])])


def words_of_dialog(dialog: Dialog) -> str:
    lines = [line for line in (dialog.title, dialog.words) if line]
    lines += words_of(dialog.card, dialog.typed) if dialog.card else []
    return "\n".join([*lines, *([f"! {dialog.trouble}"] if dialog.trouble else [])])
