"""Who may so much as touch a key: the rule that no import contract can state, over all files."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "prompts", "scheduler", "storage")
# Keys of people are handed to these, and to nobody else. Each opens what it is for: names and
# addresses, what a lead called a cohort, the playground's chat, what comes from a platform and
# goes to it, and texts, by the one way to read or, by whoever wrote them, to look something up in
# them.
MAY_HOLD_KEYS = {
    "storage/sealing.py",
    "storage/members.py",
    "storage/programmes.py",
    "storage/playground.py",
    "storage/installations.py",
    "storage/intake.py",
    "storage/newcomers.py",
    "storage/references.py",
    "storage/replies.py",
    "storage/texts.py",
    "storage/searching.py",
    "storage/checking.py",
}
# The vault itself is known to whoever starts, checks, forgets and restores, and not to the clock
# or a conversation.
MAY_KNOW_THE_VAULT = {
    "bot/keeping.py",
    "bot/keycommands.py",
    "bot/backupcommands.py",
    "storage/backing.py",
    "storage/drilling.py",
    "bot/app.py",
    "bot/doctor.py",
    "bot/watching.py",
    "storage/checking.py",
    "storage/erasing.py",
    "storage/members.py",
    "storage/restoring.py",
    "storage/sealing.py",
}
# Whatever of the vault or of sealing is about keys, and not about sealing or being refused.
ABOUT_KEYS = {"keys_of", "Key", "keys_that_open", "make_keys", "Place"}
MAY_NAME_PLACES = {"storage/sealing.py", "storage/members.py", "storage/checking.py"}


def files() -> list[str]:
    found = (path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return sorted(str(path.relative_to(ROOT)) for path in found)


def imported(file: str) -> Iterator[tuple[str, str]]:
    """(module, name) of everything that is imported from one of ours or from a library."""
    for node in ast.walk(ast.parse((ROOT / file).read_text())):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node.module or "", alias.name
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, ""


@pytest.mark.parametrize("file", [one for one in files() if not one.startswith("storage/vault/")])
def test_keys_are_held_by_those_on_the_list_and_nobody_else(file: str) -> None:
    names = {name for module, name in imported(file) if module.startswith("storage.")}
    modules = {module.split(".")[0] for module, _ in imported(file)}
    assert "cryptography" not in modules
    if file not in MAY_HOLD_KEYS:
        assert not names & (ABOUT_KEYS - {"Place"}), names
    if file not in MAY_KNOW_THE_VAULT:
        assert not names & {"vault_of", "vault_at", "Vault"}, names
    if file not in MAY_NAME_PLACES:
        assert "Place" not in {n for m, n in imported(file) if m.startswith("storage.vault")}


def test_the_list_names_files_that_are_there_and_need_it() -> None:
    for file in MAY_HOLD_KEYS:
        assert {name for _, name in imported(file)} & (ABOUT_KEYS | {"vault_of"}), file
