"""How much is heard, and what is heard wrongly: `python -m tests.prompts.distress`."""

from prompts.supporting import load_support
from tests.prompts.distress import BLIND, DEVELOPMENT, are_there, measure


def main() -> None:
    support = load_support()
    for prefix in filter(are_there, (*DEVELOPMENT, BLIND)):
        figures = measure(support, prefix)
        if prefix != BLIND:
            for words in figures.missed:
                print(f"missed  {words}")
            for words in figures.alarms:
                print(f"alarm   {support.heard(words)!r}  {words}")
        print(
            f"{prefix}explicit.txt: {figures.recall:.2%} of {figures.explicit} heard\n"
            f"{prefix}ordinary.txt: {figures.false_alarms:.2%} of {figures.ordinary} false alarms"
        )


if __name__ == "__main__":
    main()
