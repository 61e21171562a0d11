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

NEED_OUTPUT = frozenset(("score", "analyse", "robustness"))
"""Verbs whose result is too large for a terminal: they need --out or --json."""
RUN = "folder that score --out or robustness --out wrote"


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
    _explain(verbs)
    _analyse(verbs)
    _robustness(verbs)
    _whatif(verbs)
    _agreement(verbs)
    _compare(verbs)
    _replay(verbs)
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


def _analyse(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    says = "describe the data of an index: coverage, correlations, consistency, components"
    parser = verbs.add_parser("analyse", help=says, description=f"{says[0].upper()}{says[1:]}.")
    _index(parser)
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write correlations.csv and more there"
    )
    _json(parser)


def _agreement(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    says = "tell how far coders agree, for every part, with intervals"
    parser = verbs.add_parser("agreement", help=says, description=f"{says[0].upper()}{says[1:]}.")
    parser.add_argument(
        "answers", type=Path, metavar="ANSWERS", help="CSV file: unit, indicator, coder, option"
    )
    parser.add_argument(
        "--index", type=Path, metavar="INDEX", help="index whose structure gives parts and scores"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write agreement.csv and agreement.json there"
    )
    _json(parser)


def _explain(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    says = "tell why a unit has the score it has"
    parser = verbs.add_parser("explain", help=says, description=f"{says[0].upper()}{says[1:]}.")
    _index(parser)
    parser.add_argument("--unit", metavar="U", required=True, help="code of the unit")
    parser.add_argument("--period", metavar="P", help="one of its periods; without it, each")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write contributions.csv and more there"
    )
    _json(parser)


def _compare(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    says = "tell what differs between two runs, in what went in and what came out"
    parser = verbs.add_parser("compare", help=says, description=f"{says[0].upper()}{says[1:]}.")
    parser.add_argument("run1", type=Path, metavar="RUN1", help=RUN)
    parser.add_argument("run2", type=Path, metavar="RUN2", help="another of the same command")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write comparison.csv and more there"
    )
    _json(parser)


def _replay(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    says = "compute a run again and tell whether the same numbers come out"
    parser = verbs.add_parser("replay", help=says, description=f"{says[0].upper()}{says[1:]}.")
    parser.add_argument("run", type=Path, metavar="RUN", help=RUN)
    parser.add_argument(
        "--index",
        type=Path,
        metavar="INDEX",
        help="its inputs; without it, where they were, or the folder “index” beside RUN",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write replay.json there")
    _json(parser)


def _robustness(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    says = "compute an index again with other choices and tell how the ranks hold"
    parser = verbs.add_parser("robustness", help=says, description=f"{says[0].upper()}{says[1:]}.")
    _index(parser)
    parser.add_argument(
        "--assumptions", type=Path, metavar="A.toml", required=True, help="what is uncertain"
    )
    parser.add_argument(
        "--draws", type=_positive, metavar="N", help="number of draws (1000); a design has its own"
    )
    parser.add_argument(
        "--seed", type=_natural, metavar="S", default=1, help="start of the random numbers (1)"
    )
    parser.add_argument(
        "--design", type=Path, metavar="D.csv", help="take these draws instead of new ones"
    )
    parser.add_argument(
        "--keep-draws", action="store_true", help="write every rank and score of every draw"
    )
    parser.add_argument(
        "--sensitivity",
        action=argparse.BooleanOptionalAction,
        help="with or without Sobol' indices; by default with them unless that is very long",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--workers", type=_positive, metavar="K", default=1, help="processes to use (1)"
    )
    where.add_argument("--scheduler", metavar="tcp://…", help="address of a Dask cluster to use")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write ranks.csv and more there")
    _json(parser)


def _whatif(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    says = "tell what other answers would do, and the cheapest way to a goal"
    parser = verbs.add_parser("whatif", help=says, description=f"{says[0].upper()}{says[1:]}.")
    _index(parser)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--change",
        action="append",
        metavar="unit:indicator=value",
        help="an option, a number, uk, na, nc or nothing; may be repeated",
    )
    what.add_argument(
        "--reach",
        metavar="unit:code=score",
        help="find the cheapest changes; also =band:NAME and =rank:K, and axis:part as code",
    )
    parser.add_argument("--period", metavar="P", help="which row of a unit that has several")
    parser.add_argument(
        "--assumptions", type=Path, metavar="A.toml", help="tell how sure the ranks are"
    )
    parser.add_argument(
        "--draws", type=_positive, metavar="N", default=1000, help="number of draws (1000)"
    )
    parser.add_argument(
        "--seed", type=_natural, metavar="S", default=1, help="start of the random numbers (1)"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write changes.csv and whatif.json or reach.json"
    )
    _json(parser)


def _positive(written: str) -> int:
    number = _natural(written)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{written} is less than 1")
    return number


def _natural(written: str) -> int:
    if not written.isascii() or not written.isdigit() or len(written) > 15:
        raise argparse.ArgumentTypeError(f"{written} is no whole number from 0")
    return int(written)


def _index(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "index",
        type=Path,
        metavar="INDEX",
        help="folder with structure.csv, data.csv and recipe.toml, or a workbook of these",
    )
    parser.add_argument(
        "--recipe", type=Path, metavar="R", help="use this recipe instead of the index's"
    )


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
