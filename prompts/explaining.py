"""Why this question came, in one plain sentence made of facts the leader can check."""

from dataclasses import dataclass
from datetime import timedelta

from prompts.question import Theme

A_WHILE = timedelta(days=28)

# What each theme is about, and the word that stands for it the second time.
ABOUT: dict[Theme, tuple[str, str]] = {
    Theme.PURPOSE: ("the people your service is for", "them"),
    Theme.CARE: ("how you care for people", "that"),
    Theme.EVIDENCE: ("what you know and what you assume", "that"),
    Theme.CONNECT: ("partners", "them"),
    Theme.VISION: ("the direction you describe", "it"),
    Theme.ENGAGE: ("how your team is heard", "that"),
    Theme.ACCOUNT: ("what people promise each other", "that"),
    Theme.DEVELOP: ("helping others to grow", "that"),
    Theme.INFLUENCE: ("influence without authority", "that"),
    Theme.UNCERTAINTY: ("deciding while much is unknown", "that"),
    Theme.EQUITY: ("voices that are missing", "them"),
    Theme.SELF: ("yourself as a leader", "that"),
}


@dataclass(frozen=True, slots=True)
class Background:
    """The facts a reason is made of; a `None` since means never."""

    theme: Theme
    own: bool
    objectives: int
    heavy_week: bool
    since_theme: timedelta | None
    since_question: timedelta | None


def reason_for(facts: Background) -> str:
    about, it = ABOUT[facts.theme]
    yours = "your objective" if facts.objectives == 1 else "your objectives"
    if facts.heavy_week:
        return f"You said this is a heavy week, so this is a light question, about {about}."
    if not facts.objectives:
        return f"You have no objective yet, so the questions go round; this one is about {about}."
    if not facts.own:
        return f"This looks beyond {yours}, at {about}, and {_lately(facts, it)}."
    whose = "Your objective" if facts.objectives == 1 else "One of your objectives"
    return f"{whose} touches {about}, and {_lately(facts, it)}."


def _lately(facts: Background, it: str) -> str:
    if facts.since_theme is None:
        return f"you have not been asked about {it} yet"
    if facts.since_theme >= A_WHILE:
        return f"you have not been asked about {it} for a while"
    if facts.since_question is None:
        return "this question is new to you"
    weeks = facts.since_question.days // 7
    return f"this question last came {weeks} weeks ago" if weeks > 1 else "this question is back"


def reason_for_silence(*, heavy_week: bool, asked_lately: bool) -> str:
    if heavy_week:
        return "In a heavy week only the lightest questions come, and none of them is free today."
    if asked_lately:
        return "Every question that fits you now has been asked too recently."
    return "No question in the bank fits where you are now."


EXPERIMENT_DUE = "You have an experiment due."
UNDECIDED = "You looked back on an experiment, and what comes of it is not decided yet."


def pinned_by(coach: str) -> str:
    return f"{coach} chose this question for you. You can say that it is not for you."
