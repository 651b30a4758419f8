"""What a platform refuses is counted as one of a few words, which say what is to be done."""

import pytest

from bot.slack import failures as slack
from bot.teams import failures as teams
from storage.tables import WhyNot

IN_SLACK = {
    "ratelimited": WhyNot.BUSY,
    "message_limit_exceeded": WhyNot.KEPT_BY_ADMINS,
    "token_expired": WhyNot.KEPT_BY_ADMINS,
    "token_revoked": WhyNot.DISCONNECTED,
    "team_not_found": WhyNot.DISCONNECTED,
    "user_disabled": WhyNot.UNREACHABLE,
    "app_access_restricted": WhyNot.UNREACHABLE,
    "channel_not_found": WhyNot.UNREACHABLE,
    "invalid_blocks": WhyNot.NOT_TAKEN,
    "restricted_too_many": WhyNot.NOT_TAKEN,
    "internal_error": WhyNot.DOWN,
    "messages_tab_disabled": WhyNot.MISCONFIGURED,
}
IN_TEAMS = {
    teams.BY_STATUS[400]: WhyNot.NOT_TAKEN,
    teams.BY_STATUS[401]: WhyNot.MISCONFIGURED,
    teams.BY_STATUS[403]: WhyNot.UNREACHABLE,
    teams.BY_STATUS[404]: WhyNot.UNREACHABLE,
    teams.BY_STATUS[503]: WhyNot.DOWN,
    teams.THROTTLED: WhyNot.BUSY,
    teams.UNREACHED: WhyNot.DOWN,
    teams.STRANGE_HOST: WhyNot.MISCONFIGURED,
}


@pytest.mark.parametrize(("name", "why"), IN_SLACK.items(), ids=IN_SLACK)
def test_what_slack_says_is_counted_by_what_is_to_be_done(name: str, why: WhyNot) -> None:
    assert slack.CallError(slack.KNOWN[name]).why is why


@pytest.mark.parametrize(("failure", "why"), IN_TEAMS.items(), ids=[one.kind for one in IN_TEAMS])
def test_what_teams_says_is_counted_in_the_same_words(failure: teams.Failure, why: WhyNot) -> None:
    assert teams.CallError(failure).why is why


def test_nothing_that_slack_says_is_without_a_word() -> None:
    for failure in slack.KNOWN.values():
        assert isinstance(slack.why_not(failure), WhyNot)
