"""The keys that Bot Framework signs with, and what it publishes of them.

Making a key is slow, so each is made once in a run of the tests.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

Given = dict[str, Any]


@cache
def rsa_key(number: int) -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class SigningKey:
    kid: str
    number: int
    endorsements: tuple[str, ...] = ("msteams", "webchat", "directline")

    @property
    def private(self) -> RSAPrivateKey:
        return rsa_key(self.number)

    @property
    def published(self) -> Given:
        public = json.loads(RSAAlgorithm.to_jwk(self.private.public_key()))
        found: Given = {"kty": "RSA", "use": "sig", "kid": self.kid, "x5t": self.kid}
        found |= {"n": public["n"], "e": public["e"]}
        return found | {"endorsements": list(self.endorsements)}


FIRST = SigningKey("bearings-fake-key-1", 1)
SECOND = SigningKey("bearings-fake-key-2", 2)
FOREIGN = SigningKey(FIRST.kid, 3)  # of somebody who only says that it is the first
ELSEWHERE = SigningKey("bearings-fake-key-4", 2, ("skype",))  # published, for another channel
