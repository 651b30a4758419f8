"""What may be stored of what people write: all of it, exactly, or a sentence that says why not."""

import unicodedata

LONGEST_ANSWER = 10_000


def problem_with(words: str, longest: int = LONGEST_ANSWER) -> str:
    """Empty when these words can be kept exactly as they are."""
    if not words.strip():
        return "There is nothing to save yet. One word is enough."
    if len(words) > longest:
        return f"It has {len(words):,} characters, and {longest:,} fit. Shorten it and try again."
    if any(_cannot_be_kept(letter) for letter in words):
        return "It holds a character that is not text. Retype it, or paste it as plain text."
    return ""


def _cannot_be_kept(letter: str) -> bool:
    # No database keeps a NUL in text, and a lone surrogate is half a character.
    return letter == "\0" or unicodedata.category(letter) == "Cs"
