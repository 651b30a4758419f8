"""Tokens as Bot Framework signs them for an app, and tokens that no app may take."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.teams.keys import ELSEWHERE, FIRST, FOREIGN, SECOND, SigningKey

Given = dict[str, Any]
ISSUER = "https://api.botframework.com"
EMULATOR = "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"


@dataclass
class Signer:
    """Bot Framework's own end. `published` is what the key document tells."""

    app_id: str
    now: Callable[[], datetime]
    key: SigningKey = FIRST
    published: list[SigningKey] = field(default_factory=lambda: [FIRST, ELSEWHERE])

    def rotates(self, *, forgets: bool = False) -> None:
        """From now on the second key signs; `forgets`: the first is published no more."""
        self.key = SECOND
        self.published = [SECOND] if forgets else [FIRST, SECOND]

    def claims(self, service_url: str) -> Given:
        moment = self.now()
        return {
            "serviceurl": service_url,
            "nbf": int((moment - timedelta(minutes=5)).timestamp()),
            "exp": int((moment + timedelta(hours=1)).timestamp()),
            "iss": ISSUER,
            "aud": self.app_id,
        }

    def token(
        self,
        service_url: str,
        *,
        without: tuple[str, ...] = (),
        key: SigningKey | None = None,
        header: Given | None = None,
        algorithm: str = "RS256",
        **claims: Any,
    ) -> str:
        """`claims` stand instead of, or beside, the usual ones."""
        said = {**self.claims(service_url), **claims}
        said = {name: value for name, value in said.items() if name not in without}
        used = key or self.key
        headers = {"kid": used.kid, "x5t": used.kid, **(header or {})}
        shown = {name: value for name, value in headers.items() if value is not None}
        return jwt.encode(said, used.private, algorithm, headers=shown)

    def bad_headers(self, service_url: str) -> dict[str, str]:
        """Authorization headers, each of which must be turned away, by what is wrong."""
        bad = {name: f"Bearer {token}" for name, token in self.bad_tokens(service_url).items()}
        good = self.token(service_url)
        return bad | {
            "nothing": "",
            "scheme alone": "Bearer",
            "other scheme": f"Basic {good}",
            "no scheme": good,
            "two tokens": f"Bearer {good} {good}",
            "words": "Bearer not-a-token",
            "dots": "Bearer ..",
        }

    def bad_tokens(self, service_url: str) -> dict[str, str]:
        moment = self.now()
        past = int((moment - timedelta(minutes=6)).timestamp())
        ahead = int((moment + timedelta(minutes=6)).timestamp())
        make = self.token
        found = {
            "expired": make(service_url, exp=past),
            "not yet": make(service_url, nbf=ahead),
            "other audience": make(service_url, aud="0f0f0f0f-0000-4000-8000-000000000000"),
            "audience a list": make(service_url, aud=[self.app_id]),
            "other issuer": make(service_url, iss="https://evil.example"),
            "emulator": make(service_url, iss=EMULATOR, appid=self.app_id, ver="1.0"),
            "other service": make("https://evil.example/teams/"),
            "unknown key": make(service_url, header={"kid": "nobody-knows"}),
            "no key named": make(service_url, header={"kid": None}),
            "foreign signature": make(service_url, key=FOREIGN),
            "key for another channel": make(service_url, key=ELSEWHERE),
            "RS512": make(service_url, algorithm="RS512"),
            "PS256": make(service_url, algorithm="PS256"),
            "changed afterwards": self._tampered(service_url),
            "unsigned": self._unsigned(service_url),
            "signed by the public key": self._by_public_key(service_url),
        }
        without = ("exp", "nbf", "iss", "aud", "serviceurl")
        return found | {f"no {name}": make(service_url, without=(name,)) for name in without}

    def _tampered(self, service_url: str) -> str:
        head, _, signature = self.token(service_url, aud="somebody else").split(".")
        return ".".join((head, _encoded(self.claims(service_url)), signature))

    def _unsigned(self, service_url: str) -> str:
        head = _encoded({"typ": "JWT", "alg": "none", "kid": self.key.kid})
        return ".".join((head, _encoded(self.claims(service_url)), ""))

    def _by_public_key(self, service_url: str) -> str:
        public = self.key.private.public_key()
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        head = _encoded({"typ": "JWT", "alg": "HS256", "kid": self.key.kid})
        said = f"{head}.{_encoded(self.claims(service_url))}"
        return f"{said}.{_text(hmac.new(pem, said.encode(), sha256).digest())}"


def _encoded(said: Given) -> str:
    return _text(json.dumps(said).encode())


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
