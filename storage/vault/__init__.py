"""The only room with keys. Nothing outside of it touches one, or knows how a text is sealed."""

from storage.vault.blob import CannotOpenError, Key, Place
from storage.vault.custody import ShreddedError, Vault
from storage.vault.keyfile import KeyFileError

__all__ = ["CannotOpenError", "Key", "KeyFileError", "Place", "ShreddedError", "Vault"]
