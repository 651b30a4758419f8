"""What Bearings asks a workspace for, and why. The manifest asks for this and nothing more."""

from collections.abc import Mapping

# Each method of the Web API that is called; empty where a bot's token is enough.
METHOD_SCOPES: Mapping[str, str] = {
    "apps.connections.open": "",  # with the app's own token
    "auth.test": "",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "im:history",
    "conversations.replies": "im:history",
    "oauth.v2.access": "",  # with the app's id and secret
    "users.info": "users:read",
    "users.list": "users:read",
    "views.open": "",
    "views.publish": "",
    "views.push": "",
    "views.update": "",
}
# Each event that is subscribed to, as the manifest names it.
EVENT_SCOPES: Mapping[str, str] = {
    "app_home_opened": "",
    "app_uninstalled": "",
    "message.im": "im:history",
    "team_access_granted": "",
    "team_access_revoked": "",
    "tokens_revoked": "",
    "user_change": "users:read",
}
COMMAND_SCOPE = "commands"

REASONS: Mapping[str, str] = {
    "chat:write": "to write to a person in their own chat with Bearings, and to change such a "
    "message once it is answered",
    "commands": "for the one command, /bearings",
    "im:history": "so that a question can be answered by replying, and so that a message is not "
    "sent twice after a crash; only chats with Bearings itself can be read",
    "users:read": "for a person's name, time zone and language, and to stop when they have left",
}
