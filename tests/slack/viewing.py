"""views.*: modals and the Home, their stacks, hashes and triggers."""

from datetime import timedelta

from tests.slack.calls import Caller, RefusedError, asked
from tests.slack.filling import carried_over
from tests.slack.people import Given, Person
from tests.slack.refusing import Surface, in_view, is_view_too_large
from tests.slack.showing import view_of, with_ids
from tests.slack.workspace import Trigger, View, World

STACK = 3
_TRIGGER_LASTS = timedelta(seconds=3)


class Viewing:
    def __init__(self, world: World) -> None:
        self.world = world

    def open(self, by: Caller, args: Given) -> Given:
        given = self.checked(args.get("view"), "modal")
        trigger = self._trigger(by, args)
        stack = self.world.stack(trigger.person)
        if not trigger.from_modal:
            stack.clear()  # whoever opens another one has left the first
        return self._shown(self._put(trigger, given))

    def push(self, by: Caller, args: Given) -> Given:
        given = self.checked(args.get("view"), "modal")
        trigger = self._trigger(by, args)
        if not trigger.from_modal or not self.world.stack(trigger.person):
            raise RefusedError("not_found")
        return self._shown(self._put(trigger, given))

    def update(self, by: Caller, args: Given) -> Given:
        given = self.checked(args.get("view"), "modal", "home")
        view = self._known(by, args)
        if view is None or view.given["type"] != given["type"]:
            raise RefusedError("not_found")
        self._check_hash(view, args)
        self.replace(view, given)
        return self._shown(view)

    def publish(self, by: Caller, args: Given) -> Given:
        given = self.checked(args.get("view"), "home")
        person = self.world.person(by.workspace.id, asked(args, "user_id"))
        if person is None or person.is_bot or person.deleted:
            raise RefusedError("invalid_arguments", "[ERROR] invalid user [json-pointer:/user_id]")
        if not by.workspace.home_tab:
            raise RefusedError("not_enabled")
        home = self.world.home(person)
        if home is None:
            home = self._new(person, given)
            self.world.homes[f"{person.team}/{person.id}"] = home
        else:
            self._check_hash(home, args)
            self.replace(home, given)
        return self._shown(home)

    # What response_action does as well

    def checked(self, given: object, *kinds: Surface) -> Given:
        if is_view_too_large(given):
            raise RefusedError("view_too_large")
        if found := in_view(given, *kinds):
            raise RefusedError("invalid_arguments", *found)
        assert isinstance(given, dict)
        return given

    def replace(self, view: View, given: Given) -> None:
        before = view.blocks
        view.given = {**given, "blocks": with_ids(given["blocks"], self.world)}
        view.typed = carried_over(before, view.blocks, view.typed)
        view.errors = {}
        view.hash = self._new_hash()

    def push_onto(self, person: Person, given: Given) -> View:
        stack = self.world.stack(person)
        if len(stack) >= STACK:
            raise RefusedError("push_limit_reached")
        view = self._new(person, given)
        view.previous = stack[-1].id if stack else ""
        view.root = stack[0].id if stack else view.id
        stack.append(view)
        return view

    # Within

    def _put(self, trigger: Trigger, given: Given) -> View:
        self._check_external_id(trigger.person, given)
        view = self.push_onto(trigger.person, given)
        trigger.used = True
        return view

    def _new(self, person: Person, given: Given) -> View:
        named = {**given, "blocks": with_ids(given["blocks"], self.world)}
        return View(self.world.new_id("V"), person.team, person, named, self._new_hash())

    def _new_hash(self) -> str:
        return f"{self.world.new_ts()}.{self.world.new_id('h')}"

    def _trigger(self, by: Caller, args: Given) -> Trigger:
        trigger = self.world.triggers.get(asked(args, "trigger_id"))
        if trigger is None or trigger.person.team != by.workspace.id:
            raise RefusedError("invalid_trigger_id")
        if trigger.used:
            raise RefusedError("exchanged_trigger_id")
        if self.world.is_stale(trigger.given_at, _TRIGGER_LASTS):
            raise RefusedError("expired_trigger_id")
        return trigger

    def _known(self, by: Caller, args: Given) -> View | None:
        team, external = by.workspace.id, asked(args, "external_id")
        if not external:
            return self.world.view(team, asked(args, "view_id"))
        stacks = [one for stack in self.world.modals.values() for one in stack]
        views = [one for one in stacks if one.team == team]
        return next((one for one in views if one.given.get("external_id") == external), None)

    def _check_external_id(self, person: Person, given: Given) -> None:
        external = given.get("external_id")
        stacks = [one for stack in self.world.modals.values() for one in stack]
        taken = {one.given.get("external_id") for one in stacks if one.team == person.team}
        if external and external in taken:
            raise RefusedError("duplicate_external_id")

    def _check_hash(self, view: View, args: Given) -> None:
        if args.get("hash") and args["hash"] != view.hash:
            raise RefusedError("hash_conflict")

    def _shown(self, view: View) -> Given:
        return {"ok": True, "view": view_of(view, self.world)}
