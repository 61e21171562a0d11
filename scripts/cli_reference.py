"""Write docs/reference/cli.md from the parser of the command: `python scripts/cli_reference.py`."""

from __future__ import annotations

import argparse
from pathlib import Path

from regin.cli.parser import PLATFORM, build_parser

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "cli.md"


def reference() -> str:
    """Return the page."""
    parser = build_parser()
    verbs = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    says = {action.dest: action.help for action in verbs._choices_actions}
    blocks = [
        "# `regin`: commands",
        "Made by `scripts/cli_reference.py` from the code; change the code, then run it.",
        f"{parser.description}",
        f"{parser.epilog}",
        "## Options",
        _options(parser),
    ]
    for name, verb in verbs.choices.items():
        if name not in PLATFORM:
            blocks += [f"## `regin {name}`", f"{verb.description}", _usage(name, verb)]
            blocks.append(_options(verb))
    blocks += [
        "## Commands of the platform",
        "They come with `pip install 'regin[web]'` and explain themselves with `--help`.",
        "\n".join(
            ["| command | does |", "|---|---|"] + [f"| `{v}` | {says[v]} |" for v in PLATFORM]
        ),
    ]
    return "\n\n".join(blocks) + "\n"


def _usage(name: str, verb: argparse.ArgumentParser) -> str:
    words = []
    for action in verb._actions:
        if not action.option_strings:
            words.append(str(action.metavar))
        elif action.dest != "help":
            value = f" {action.metavar}" if action.metavar else ""
            words.append(f"[{action.option_strings[0]}{value}]")
    return f"```\nregin {name} {' '.join(words)}\n```"


def _options(parser: argparse.ArgumentParser) -> str:
    rows = ["| argument | means |", "|---|---|"]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            continue
        names = ", ".join(f"`{name}`" for name in action.option_strings) or f"`{action.metavar}`"
        value = f" `{action.metavar}`" if action.option_strings and action.metavar else ""
        rows.append(f"| {names}{value} | {action.help} |")
    return "\n".join(rows)


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(reference(), encoding="utf-8")
    print(f"Written: {PAGE}")
