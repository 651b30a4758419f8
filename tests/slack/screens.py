"""What a person sees of the app, as lines to be read."""

from dataclasses import dataclass

from tests.slack.people import Person
from tests.slack.pressing import Pressing, _buttons
from tests.slack.reading import words_of, words_of_text
from tests.slack.workspace import Post, View


@dataclass(frozen=True)
class Screen:
    """`messages`: oldest first; `views`: the stack, the one on top last."""

    messages: tuple[str, ...]
    views: tuple[str, ...]
    home: str
    buttons: tuple[str, ...]
    tab: str

    @property
    def newest(self) -> str:
        return self.messages[-1] if self.messages else ""

    @property
    def view(self) -> str:
        return self.views[-1] if self.views else ""

    @property
    def words(self) -> str:
        """What they look at now, top to bottom."""
        if self.views:
            return self.view
        return self.home if self.tab == "home" else "\n\n".join(self.messages)


def screen_of(pressing: Pressing, person: Person) -> Screen:
    home = pressing.world.home(person)
    in_sight = [one for holder in pressing.in_sight(person) for one in _buttons(holder)]
    return Screen(
        messages=tuple(words_of_post(post) for post in pressing.posts_for(person)),
        views=tuple(words_of_view(view) for view in pressing.world.stack(person)),
        home=words_of_view(home) if home else "",
        buttons=tuple(one.button["text"]["text"] for one in in_sight),
        tab=person.tab,
    )


def words_of_post(post: Post) -> str:
    if post.blocks and post.bot_id:
        return "\n".join(words_of(post.blocks, post.typed))
    return words_of_text(post.text)


def words_of_view(view: View) -> str:
    title = [view.given["title"]["text"]] if "title" in view.given else []
    lines = [*title, *([view.errors[""]] if "" in view.errors else [])]
    for block in view.blocks:
        lines += words_of([block], view.typed)
        if said := view.errors.get(block["block_id"]):
            lines.append(f"! {said}")
    feet = [view.given[name]["text"] for name in ("close", "submit") if name in view.given]
    return "\n".join([*lines, *(f"[{one}]" for one in feet)])
