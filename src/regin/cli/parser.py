"""What may be typed after `regin`. The reference page is made from this."""

from __future__ import annotations

import argparse
from pathlib import Path

from regin import __version__

PLATFORM: dict[str, str] = {
    "init": "make a production instance in a folder",
    "serve": "serve the platform, pages and background work together",
    "demo": "make and fill a demo instance",
    "backup": "save an instance, files included",
    "restore": "bring a saved instance back",
    "upgrade": "back up, migrate and check an instance",
    "doctor": "check an instance and say what to mend",
    "boundaries": "load the boundaries of regions",
    "outcomes": "import statistics",
    "appoint": "make somebody an administrator or a network coordinator",
}
"""Verbs of the platform. They come with `regin[web]` and read their own arguments."""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    parser = argparse.ArgumentParser(
        prog="regin",
        description="Evidence for regional integration: measure, learn, act, evaluate, share.",
        epilog="Exit codes: 0 done, 1 faults in the input, 2 wrong use of the command.",
    )
    parser.add_argument("--version", action="version", version=f"regin {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True)
    _check(verbs)
    _score(verbs)
    for verb, says in PLATFORM.items():
        verbs.add_parser(verb, help=f"{says} (platform)", add_help=False)
    return parser


def _check(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    says = "list every fault of an index, with file, row and column"
    check = verbs.add_parser("check", help=says, description=f"{says[0].upper()}{says[1:]}.")
    _index(check)
    check.add_argument("--out", type=Path, metavar="DIR", help="write faults.csv into this folder")
    _json(check)


def _score(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    says = "compute the scores and ranks of an index"
    score = verbs.add_parser("score", help=says, description=f"{says[0].upper()}{says[1:]}.")
    _index(score)
    score.add_argument(
        "--out", type=Path, metavar="DIR", help="write scores.csv, steps/ and run.json there"
    )
    _json(score)


def _index(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "index", type=Path, metavar="INDEX", help="folder with structure.csv, data.csv, recipe.toml"
    )
    parser.add_argument(
        "--recipe", type=Path, metavar="R", help="use this recipe instead of the folder's"
    )


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
