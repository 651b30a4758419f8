"""Whether the tests notice when the vault, the rights, the totals or the log go wrong.

`python -m tests.mutating audit` copies everything to a temporary folder, has mutmut (3.8, which
is not among our requirements: install it beside them) change one place at a time there, and tells
how many of the changes a test noticed, and which were not. tests/mutation.md has what was found.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent.parent
PACKAGES = ("bot", "prompts", "scheduler", "storage", "tests")
VAULT = ("blob", "custody", "keystore", "reporting", "rotating")
TESTS = ("blob", "keyfile", "custody", "machines", "rotating")
# What is changed, and the tests that are to notice.
GROUPS: dict[str, tuple[list[str], list[str]]] = {
    # By their own tests alone: every other test of the vault reads the key file, and every one of
    # the totals suppresses, and a survivor would wait for all of them.
    "keyfile": (["storage/vault/keyfile.py"], ["tests/storage/test_vault_keyfile.py"]),
    "vault": (
        [f"storage/vault/{one}.py" for one in VAULT],
        [f"tests/storage/test_vault_{one}.py" for one in TESTS],
    ),
    "rights": (
        ["storage/rights.py", "storage/texts.py", "storage/sealing.py"],
        ["tests/storage/test_texts.py", "tests/storage/test_sealing.py"],
    ),
    "totals": (["storage/totals.py"], ["tests/storage/test_totals.py"]),
    "suppressing": (["storage/suppressing.py"], ["tests/storage/test_suppressing.py"]),
    "audit": (["storage/audit.py"], ["tests/storage/test_audit.py"]),
}
# These take seconds each: every cut through every step, and thousands of keys.
TOO_SLOW = "not wherever_a_step and not thousands_of_owners"
# On SQLite alone, from a database that was migrated once; properties by few examples and no
# search for the smallest.
QUICK = """

KINDS = ("sqlite",)
_Databases = Databases


def postgres_server():
    from contextlib import nullcontext

    return nullcontext("")


class Databases(_Databases):
    def __init__(self, folder, server):
        self._used, self._model = [], Path(__file__).with_name("model.db")
        if not self._model.exists():
            migrate_url(f"sqlite:///{self._model}")

    def close(self):
        pass
"""
FEW = """

from hypothesis import Phase

settings.register_profile(
    "mutating",
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=50,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile("mutating")
"""
SURVIVED, KILLED, TOO_LONG = 0, (1, 3), (24, 36, 152, 255, -24)


def main(group: str, *names: str) -> None:
    """`names` are those of single mutants, or patterns of such: "storage.audit.*[37]" tries a
    fifth. Without any, all of the group are tried; with `told` none, and what was found before is
    told again."""
    room = Path(tempfile.gettempdir()) / f"bearings-mutating-{group}"
    modules, tests = GROUPS[group]
    if names != ("told",):
        run(room, modules, tests, names)
    for module in modules:
        tell(room, module)


def run(room: Path, modules: list[str], tests: list[str], names: Sequence[str]) -> None:
    if not names:
        shutil.rmtree(room, ignore_errors=True)
    lay_out(room, modules, tests)
    # Which test comes through where: anew, for tests may have been changed.
    (room / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)
    subprocess.run(
        [sys.executable, "-m", "mutmut", "run", *_as_many(), *names],
        cwd=room,
        env={**os.environ, "TMPDIR": str(room / "tmp")},
        stdout=(room / "log").open("w"),
        check=False,
    )


def _as_many() -> tuple[str, str]:
    return "--max-children", os.environ.get("BEARINGS_TEST_PROCESSES", "2")


def lay_out(room: Path, modules: list[str], tests: list[str]) -> None:
    for package in PACKAGES:
        shutil.copytree(
            HERE / package,
            room / package,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    (room / "tmp").mkdir(exist_ok=True)
    for name, more in (("tests/databases.py", QUICK), ("tests/conftest.py", FEW)):
        with (room / name).open("a") as file:
            file.write(more)
    tests = [one for one in tests if (HERE / one).exists()]
    ours = {
        "source_paths": modules,
        "also_copy": list(PACKAGES),
        "pytest_add_cli_args": ["-p", "no:xdist", "-p", "no:cacheprovider", "-k", TOO_SLOW],
        "pytest_add_cli_args_test_selection": tests,
    }
    settings = "".join(f"{name} = {json.dumps(value)}\n" for name, value in ours.items())
    (room / "pyproject.toml").write_text(
        f"{(HERE / 'pyproject.toml').read_text()}\n[tool.mutmut]\n{settings}"
    )


def tell(room: Path, module: str) -> None:
    """The figures of one module, and what its survivors changed."""
    meta = room / "mutants" / f"{module}.meta"
    found: Counter[str] = Counter()
    survivors: list[str] = []
    if meta.exists():
        functions = _functions((room / "mutants" / module).read_text())
        for name, ended in json.loads(meta.read_text())["exit_code_by_key"].items():
            if ended is None:
                found["not tried"] += 1
                continue
            mutant = name.rpartition(".")[2]
            before, after = functions[f"{mutant.rpartition('_')[0]}_orig"], functions[mutant]
            if _same_but_for_words(before, after):
                found["words"] += 1
            elif ended in KILLED or ended in TOO_LONG:
                found["killed"] += 1
            else:
                found["survived"] += 1
                survivors.append(f"  {mutant} ({ended}): {_difference(before, after)}")
    judged = found["killed"] + found["survived"]
    share = f"{found['killed'] / judged:.1%}" if judged else "-"
    print(f"{module}: {judged} mutants, {found['killed']} killed, {share}", end="")
    print(f" ({found['words']} of an error's words alone, {found['not tried']} not tried)")
    print("\n".join(survivors))


def _functions(source: str) -> dict[str, ast.AST]:
    return {
        node.name: node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _same_but_for_words(before: ast.AST, after: ast.AST) -> bool:
    """An error's sentence is for people; that it is the right one, the tests say by parts of it."""
    one, other = (_without_words(ast.unparse(each)) for each in (before, after))
    return one == other


def _without_words(source: str) -> str:
    tree = ast.parse(source)
    for raised in (node for node in ast.walk(tree) if isinstance(node, ast.Raise)):
        for node in ast.walk(raised):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                node.value = ""
    return ast.unparse(tree).partition("(")[2]


def _difference(before: ast.AST, after: ast.AST) -> str:
    """Only the place, with a little around it."""
    one, other = (ast.unparse(each).partition("\n")[2] for each in (before, after))
    start = _alike(one, other)
    end = _alike(one[start:][::-1], other[start:][::-1])
    return " → ".join(
        " ".join(each[max(0, start - 60) : len(each) - max(0, end - 30)].split())
        for each in (one, other)
    )


def _alike(one: str, other: str) -> int:
    """How many characters are the same at the beginning."""
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(map(len, (one, other))),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
