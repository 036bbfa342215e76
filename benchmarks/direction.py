"""Turns the labelled headlines into precision and recall of the three verdicts, and the wrong ones.

Run from the checkout: `python -m benchmarks.direction [--wrong A|B]`. The headlines come from the
shared data beside the checkout (or SIGNPOST_SHARED_DATA) and are printed here only, never written.
"""

import argparse

from tests.core.language.direction.direction_labels import (
    VERDICTS,
    Judged,
    judged,
    score,
    scored,
    sources,
)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument(
        "--wrong", choices="AB", help="also list the wrong verdicts of this half"
    )
    wrong = arguments.parse_args().wrong
    absent = [path.name for path in sources() if not path.exists()]
    if absent:
        print(f"Skipped: the shared data are not here ({', '.join(absent)}).")
        return
    print("half  verdict     labelled  right  false  missed  precision  recall")
    for half in "AB":
        cases = list(judged(half))
        for name in VERDICTS:
            _print_score(half, cases, name)
        if half == wrong:
            _print_wrong(cases)


def _print_score(half: str, cases: list[Judged], name: str) -> None:
    got = score(cases, name)
    print(
        f"{half:<6}{name:<12}{got.right + got.missed:>8}{got.right:>7}{got.false:>7}{got.missed:>8}"
        f"{got.precision:>11.2f}{got.recall:>8.2f}   of {len(scored(cases, name))}"
    )


def _print_wrong(cases: list[Judged]) -> None:
    for name in VERDICTS:
        for case in scored(cases, name):
            if (name in case.found) != (name in case.label.said):
                kind = "false" if name in case.found else "missed"
                said = case.verdict.veto or case.verdict.hedge or "nothing"
                print(f"  {name} {kind}: {said} | {case.label.phrase} | {case.title}")


if __name__ == "__main__":
    main()
