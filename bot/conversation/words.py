"""The words that people can type instead of pressing."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.conversation.days import read_day
from prompts.message import FormName, Press


class Word(StrEnum):
    """Wishes that no button has."""

    AGREE = "agree"
    DIGEST = "digest"
    HELP = "help"
    HELP_NOW = "help now"
    HOME = "home"
    MY_DATA = "my data"
    PAUSE = "pause"


# Whatever can be pressed can be typed.
_PRESSES = {
    "not now": Press.NOT_NOW,
    "skip": Press.SKIP,
    "later": Press.LATER,
    "tomorrow": Press.LATER_TOMORROW,
    "later tomorrow": Press.LATER_TOMORROW,
    "next week": Press.LATER_NEXT_WEEK,
    "later next week": Press.LATER_NEXT_WEEK,
    "back": Press.LATER_BACK,
    "heavy week": Press.HEAVY_WEEK,
    "not for me": Press.NOT_FOR_ME,
    "why": Press.WHY,
    "why this question": Press.WHY,
    "share": Press.SHARE,
    "allow sharing": Press.ALLOW_SHARING,
    "take back": Press.TAKE_BACK,
    "take it back": Press.TAKE_BACK,
    "unshare": Press.TAKE_BACK,
    "question": Press.ASK_NOW,
    "ask me one now": Press.ASK_NOW,
    "resume": Press.RESUME,
    "stop": Press.STOP,
    "unsubscribe": Press.STOP,
    "share objective": Press.SHARE_OBJECTIVE,
    "take back objective": Press.TAKE_BACK_OBJECTIVE,
    "shape an objective": Press.SHAPE_OBJECTIVE,
    "shape objective": Press.SHAPE_OBJECTIVE,
    "shape one with questions": Press.SHAPE_OBJECTIVE,
    "review objective": Press.REVIEW_OBJECTIVE,
    "park objective": Press.PARK_OBJECTIVE,
    "take up objective": Press.TAKE_UP_OBJECTIVE,
    "complete objective": Press.COMPLETE_OBJECTIVE,
    "let go of objective": Press.LET_GO_OBJECTIVE,
    "let objective go": Press.LET_GO_OBJECTIVE,
    "share rating": Press.SHARE_RATING,
    "take back rating": Press.TAKE_BACK_RATING,
    "accept pairing": Press.ACCEPT_PAIRING,
    "decline pairing": Press.DECLINE_PAIRING,
    "accept invitation": Press.ACCEPT_INVITATION,
    "decline invitation": Press.DECLINE_INVITATION,
    "get a copy": Press.TAKE_MY_DATA,
    "hand it to me another way": Press.HAND_ME_MY_DATA,
    "forget me": Press.ASK_BEFORE_FORGETTING,
    "delete everything": Press.ASK_BEFORE_FORGETTING,
    "erase everything": Press.FORGET_ME,
    "keep everything": Press.KEEP_EVERYTHING,
    "let leaders begin": Press.OPEN_PROGRAMME,
    "leave the totals": Press.LEAVE_TOTALS,
    "leave totals": Press.LEAVE_TOTALS,
    "go deeper": Press.GO_DEEPER,
    "next question": Press.GO_DEEPER,
    "not away": Press.NOT_AWAY,
    "send back": Press.SEND_BACK,
    "sign it off": Press.SIGN_OFF,
    "make it live": Press.MAKE_LIVE,
    "let it rest": Press.REST,
    "retire it": Press.RETIRE,
    "withdraw it": Press.WITHDRAW,
    "cancel session": Press.CANCEL_SESSION,
    "add to calendar": Press.ADD_TO_CALENDAR,
    "add to my calendar": Press.ADD_TO_CALENDAR,
    "ask for a word": Press.ASK_FOR_A_WORD,
    "ask to talk": Press.ASK_FOR_A_WORD,
    "ask my coach to call": Press.ASK_COACH_TO_CALL,
    "ask my coach to call me": Press.ASK_COACH_TO_CALL,
    "leave the next session": Press.LEAVE_IT,
    "end it now": Press.END_PAIRING,
    "carry on": Press.CARRY_ON,
    "erase this": Press.ERASE_ANSWER,
    "erase this answer": Press.ERASE_ANSWER,
    "erase it for good": Press.ERASE_FOR_GOOD,
    "keep it": Press.KEEP_ANSWER,
    "pin this one": Press.PIN_QUESTION,
    "take the pin back": Press.UNPIN,
    "drop it": Press.DROP_KEPT,
    "leave this out": Press.LEAVE_OUT,
    "leave it out": Press.LEAVE_OUT,
    "skip this week": Press.SKIP_DIGEST,
    "send it after all": Press.SEND_DIGEST,
    "send it this week": Press.SEND_DIGEST,
    "show questions to hold": Press.SUGGESTIONS_ON,
    "show no questions to hold": Press.SUGGESTIONS_OFF,
    "no more reminders": Press.NO_REMINDERS,
    "no reminders": Press.NO_REMINDERS,
    "not yet": Press.NOT_YET,
    "look back": Press.LOOK_BACK,
    "look back now": Press.LOOK_BACK,
    "decide now": Press.LOOK_BACK,
    "let the experiment go": Press.LET_GO_EXPERIMENT,
    "stop the experiment": Press.LET_GO_EXPERIMENT,
    "share experiment": Press.SHARE_EXPERIMENT,
    "take back experiment": Press.TAKE_BACK_EXPERIMENT,
}
_FORMS = {
    "agreement": FormName.AGREEMENT,
    "answer": FormName.ANSWER,
    "change answer": FormName.ANSWER,
    "change objective": FormName.LINK,
    "days and hours": FormName.WHEN,
    "journal": FormName.JOURNAL,
    "what my coach gets": FormName.PREVIEW,
    "search": FormName.SEARCH,
    "leave for now": FormName.ASIDE,
    "ask my coach not to raise something": FormName.ASIDE,
    "pin a question": FormName.PIN,
    "questions i keep": FormName.KEPT_QUESTIONS,
    "keep a question": FormName.KEPT_QUESTION,
    "my journal": FormName.JOURNAL,
    "choose a day": FormName.PAUSE,
    "cohort": FormName.LEAD_HOME,
    "leaders": FormName.COACH_HOME,
    "next session": FormName.COACHING_SESSION,
    "focus": FormName.FOCUS,
    "end coaching": FormName.END_PAIRING,
    "hand over": FormName.HAND_OVER,
    "new objective": FormName.OBJECTIVE,
    "objectives": FormName.LEADER_HOME,
    "my objectives": FormName.LEADER_HOME,
    "all objectives": FormName.OBJECTIVE_PAGE,
    "all my objectives": FormName.OBJECTIVE_PAGE,
    "levels": FormName.LEVELS,
    "five levels": FormName.LEVELS,
    "rate": FormName.RATING,
    "rate objective": FormName.RATING,
    "people": FormName.LEAD_HOME,
    "when": FormName.WHEN,
    "time zone": FormName.ZONE,
    "my time zone": FormName.ZONE,
    "away": FormName.AWAY,
    "days away": FormName.AWAY,
    "who has read what": FormName.READERS,
    "suggest a coach": FormName.PAIRING,
    "invite": FormName.INVITING,
    "new programme": FormName.NEW_PROGRAMME,
    "new cohort": FormName.NEW_COHORT,
    "add people": FormName.ADD_PEOPLE,
    "add somebody": FormName.ADD_PERSON,
    "invite people": FormName.INVITING,
    "settings": FormName.PROGRAMME,
    "what was changed": FormName.CHANGES,
    "delivery": FormName.DELIVERY,
    "questions": FormName.QUESTIONS,
    "write a question": FormName.QUESTION,
    "experiment": FormName.EXPERIMENT,
    "new experiment": FormName.EXPERIMENT,
    "make this an experiment": FormName.EXPERIMENT,
    "experiments": FormName.EXPERIMENTS,
    "my experiments": FormName.EXPERIMENTS,
    "another day": FormName.EXPERIMENT_DAY,
    "choose another day": FormName.EXPERIMENT_DAY,
    "experiment path": FormName.EXPERIMENT_PAGE,
    "see its path": FormName.EXPERIMENT_PAGE,
}
_WORDS = {word.value: word for word in Word} | {
    "i agree": Word.AGREE,
    "what do you hold about me": Word.MY_DATA,
    "?": Word.HELP,
    "bearings": Word.HELP,
    "my page": Word.HOME,
    "hello": Word.HELP,
    "hi": Word.HELP,
}
_MEANING: dict[str, Press | FormName | Word] = {**_PRESSES, **_FORMS, **_WORDS}


@dataclass(frozen=True, slots=True)
class PauseUntil:
    """The day as it was typed, and as a date when it could be read as one to come."""

    typed: str
    until: date | None


Heard = Press | FormName | Word | PauseUntil


def understand(words: str, today: date) -> Heard | None:
    """The wish in these words, or None: then they may well be an answer.

    Only the whole line counts, so an answer that happens to hold "stop" is an answer.
    """
    plain = re.sub(r"\s+", " ", words.casefold()).strip(" .!?/“”\"'")
    plain = plain.removeprefix("bearings ") or ("?" if words.strip() == "?" else "")
    if meant := re.fullmatch(r"(?:pause|away) (?:until|till|to) (.{1,40})", plain):
        return PauseUntil(meant[1], read_day(meant[1], today))
    return _MEANING.get(plain)
