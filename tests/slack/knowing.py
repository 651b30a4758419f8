"""users.*, auth.test, team.info: who is there, and whose token this is."""

from tests.slack.calls import Caller, RefusedError, asked, count, truth
from tests.slack.chatting import cursor_place, next_cursor
from tests.slack.people import Given
from tests.slack.workspace import APP_ID, World


class Knowing:
    def __init__(self, world: World) -> None:
        self.world = world

    def users_info(self, by: Caller, args: Given) -> Given:
        person = self.world.person(by.workspace.id, asked(args, "user"))
        if person is None:
            raise RefusedError("user_not_found")
        locale = truth(args, "include_locale")
        user = person.shown(by.token.scopes, locale=locale, at=self.world.now())
        return {"ok": True, "user": user}

    def users_list(self, by: Caller, args: Given) -> Given:
        people = [one for one in by.workspace.people.values() if not one.is_stranger]
        if "limit" not in args and len(people) > 1000:
            raise RefusedError("limit_required")
        start, most = cursor_place(args), count(args, "limit", otherwise=1000, most=1000)
        locale, at = truth(args, "include_locale"), self.world.now()
        shown = [
            person.shown(by.token.scopes, locale=locale, at=at)
            for person in people[start : start + most]
        ]
        answer: Given = {"ok": True, "members": shown, "cache_ts": int(at.timestamp())}
        return answer | next_cursor(start + most, len(people))

    def auth_test(self, by: Caller, args: Given) -> Given:
        workspace = by.workspace
        return {
            "ok": True,
            "url": f"https://{workspace.domain}.slack.com/",
            "team": workspace.name,
            "user": "bearings",
            "team_id": workspace.id,
            "user_id": workspace.bot.id,
            "bot_id": workspace.bot_id,
            "app_id": APP_ID,
            "is_enterprise_install": workspace.of_all,
        } | ({"enterprise_id": workspace.enterprise} if workspace.enterprise else {})

    def auth_revoke(self, by: Caller, args: Given) -> Given:
        if not truth(args, "test"):
            by.token.refused = "token_revoked"
        return {"ok": True, "revoked": not truth(args, "test")}

    def team_info(self, by: Caller, args: Given) -> Given:
        workspace = by.workspace
        if asked(args, "team") not in {"", workspace.id}:
            raise RefusedError("team_not_found")
        team: Given = {
            "id": workspace.id,
            "name": workspace.name,
            "domain": workspace.domain,
            "url": f"https://{workspace.domain}.slack.com/",
            "email_domain": "",
            "icon": {"image_default": True},
        }
        if workspace.enterprise:
            team |= {"enterprise_id": workspace.enterprise, "enterprise_name": "Trust"}
        return {"ok": True, "team": team}
