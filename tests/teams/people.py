"""Who is in a tenant, and how Teams shows them to an app."""

from dataclasses import dataclass, field
from typing import Any, Literal

Given = dict[str, Any]
Role = Literal["user", "guest", "anonymous"]


@dataclass(eq=False)
class Tenant:
    """`service_url` may change, as Teams may move a tenant elsewhere."""

    id: str
    name: str
    service_url: str
    disabled: bool = False  # by its administrator, who forbids the app
    people: dict[str, "Person"] = field(default_factory=dict)


@dataclass(eq=False)
class Person:
    """`id` (29:…) is known to this app alone; `aad` is the person, whatever the app."""

    id: str
    aad: str
    tenant: Tenant
    name: str
    email: str = ""
    zone: str = "Europe/London"
    locale: str = "en-GB"
    role: Role = "user"
    tells_role: bool = True  # what they send does not always say it; who asks is told
    home_tenant: str = ""  # where somebody from outside belongs
    is_old_client: bool = False  # which knows no Action.Execute, and falls back to Submit
    installed: bool = True
    blocked: bool = False  # the person has blocked the app

    @property
    def account(self) -> Given:
        """As `from` in what they send. Whoever is anonymous is in no directory."""
        account: Given = {"id": self.id, "name": self.name}
        if self.role != "anonymous":
            account["aadObjectId"] = self.aad
        if self.role != "user" and self.tells_role:
            account["userRole"] = self.role
        if self.home_tenant:
            account["tenantId"] = self.home_tenant
        return account

    @property
    def member(self) -> Given:
        """As the connector tells who is in a conversation."""
        given, _, family = self.name.partition(" ")
        shown: Given = {"id": self.id, "name": self.name, "userRole": self.role}
        shown |= {"givenName": given, "surname": family, "tenantId": self.tenant.id}
        if self.role == "anonymous":
            return shown
        name = self.email or f"{self.name.lower().replace(' ', '.')}@example.org"
        from_outside = f"{name.replace('@', '_')}#EXT#@royal.example"
        principal = from_outside if self.role == "guest" else name
        ids = {"aadObjectId": self.aad, "objectId": self.aad}
        return shown | ids | {"email": name, "userPrincipalName": principal}
