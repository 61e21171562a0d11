"""Write docs/reference/cli.md from the parser of the command: `python scripts/cli_reference.py`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import django
from django.core.management import BaseCommand, get_commands, load_command_class

from regin.cli.parser import PLATFORM, build_parser
from regin.web.operations.command import PlatformCommand, parser_of_app

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "cli.md"
DJANGOS = {
    "version",
    "verbosity",
    "settings",
    "pythonpath",
    "traceback",
    "no_color",
    "force_color",
    "skip_checks",
}


def reference() -> str:
    """Return the page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regin.web.settings")
    django.setup()
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
        "They come with `pip install 'regin[web]'`.",
        "\n".join(
            ["| command | does |", "|---|---|"] + [f"| `{v}` | {says[v]} |" for v in PLATFORM]
        ),
    ]
    for name in PLATFORM:
        blocks += _platform_verb(name)
    return "\n\n".join(blocks) + "\n"


def _platform_verb(name: str) -> list[str]:
    """The same for a verb that is a management command, and for the verbs below it."""
    command = load_command_class(get_commands()[name], name)
    parser = parser_of(command, name)
    blocks = [f"### `regin {name}`", command.help, _usage(name, parser), _own_options(parser)]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below, verb in action.choices.items():
                blocks += [f"#### `regin {name} {below}`", _usage(f"{name} {below}", verb)]
                blocks.append(_own_options(verb))
    return [block for block in blocks if block]


def parser_of(command: BaseCommand, name: str) -> argparse.ArgumentParser:
    """The parser as `regin` uses it."""
    if isinstance(command, PlatformCommand):
        return command.create_parser("regin", name)
    return parser_of_app(command, name)


def _own_options(parser: argparse.ArgumentParser) -> str:
    """The table of options without those that Django gives every command."""
    for action in list(parser._actions):
        if action.dest in DJANGOS or action.help == argparse.SUPPRESS:
            parser._actions.remove(action)
    return _options(parser) if parser._actions else ""


def _usage(name: str, verb: argparse.ArgumentParser) -> str:
    words = []
    for action in verb._actions:
        if not action.option_strings:
            words.append(str(action.metavar or action.dest.upper()))
        elif action.dest not in {"help", *DJANGOS} and action.help != argparse.SUPPRESS:
            value = f" {action.metavar}" if action.metavar else ""
            words.append(f"[{action.option_strings[0]}{value}]")
    return f"```\nregin {name} {' '.join(words)}\n```"


def _options(parser: argparse.ArgumentParser) -> str:
    rows = ["| argument | means |", "|---|---|"]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            continue
        names = ", ".join(f"`{name}`" for name in action.option_strings) or (
            f"`{action.metavar or action.dest.upper()}`"
        )
        value = f" `{action.metavar}`" if action.option_strings and action.metavar else ""
        rows.append(f"| {names}{value} | {action.help} |")
    return "\n".join(rows)


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(reference(), encoding="utf-8")
    print(f"Written: {PAGE}")
