"""Which table of a JSON-stat file is read: the whole file, or one of a collection or bundle.

JSON-stat 2.0 says with `class` what a file is. Before, a file was a bundle: an object of tables
by name, mostly the one name “dataset”. https://json-stat.org/full/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from regin.engine.errors import N_, FaultsError, Message, fail, register
from regin.files.datasets.json_text import Part, one_line
from regin.files.eurostat_cells import shown

register(
    {
        "json_stat_not": Message(
            N_("The file is JSON, but not a table in JSON-stat."),
            N_("Choose JSON-stat (also called JSON-stat2) where you download it."),
        ),
        "json_stat_error_reply": Message(
            N_("The office answered with an error in place of a table: “%(text)s”."),
            N_("Ask for fewer figures, correct the request, or try again later."),
        ),
        "json_stat_links": Message(
            N_("The collection names tables but holds none of them."),
            N_("Download the tables themselves, one file each."),
        ),
        "json_stat_several": Message(
            N_("The file holds %(count)s tables: %(names)s. One is read at a time."),
            N_("Choose one of them by its name."),
        ),
        "json_stat_unknown_table": Message(
            N_("The file has no table “%(name)s”; it has: %(names)s."),
            N_("Choose one of these names."),
        ),
    }
)

NAMES_SHOWN = 400


def find_table(root: Part, wanted: str | None) -> tuple[str, Part]:
    """Return (name, table). `wanted` is a name; None where the file holds one table only.

    A table's name is its key in a bundle, else its label, else its number from 1.
    Raises FaultsError: json_stat_not, json_stat_error_reply, json_stat_links, json_stat_several,
    json_stat_unknown_table.
    """
    tables = _named(_tables(root))
    if not tables:
        raise _why_none(root)
    names = shown(", ".join(tables), NAMES_SHOWN)
    if wanted is not None and wanted not in tables:
        raise fail("json_stat_unknown_table", file=root.log.file, name=shown(wanted), names=names)
    if wanted is None and len(tables) > 1:
        raise fail("json_stat_several", file=root.log.file, count=len(tables), names=names)
    name = next(iter(tables)) if wanted is None else wanted
    return name, tables[name]


def _tables(root: Part) -> Iterator[tuple[str, Part]]:
    content = root.content
    kind = content.get("class") if isinstance(content, dict) else None
    if kind == "collection":
        yield from ((_label(item), item) for item in _items(root))
    elif _is_table(content):
        yield _label(root), root
    elif isinstance(content, dict) and kind is None:
        inner = (name for name, one in content.items() if _is_table(one))
        yield from ((one_line(name), root[name]) for name in inner)


def _items(root: Part) -> Iterator[Part]:
    """Tables that a collection embeds; others it only links to."""
    items = root["link"]["item"]
    for at in range(len(items.content) if isinstance(items.content, list) else 0):
        if _is_table(items[at].content):
            yield items[at]


def _is_table(content: Any) -> bool:
    """Tell a table by what is in it: bundles and some offices give no class."""
    return isinstance(content, dict) and "dimension" in content


def _label(part: Part) -> str:
    label = part.content.get("label")
    return one_line(label) if isinstance(label, str) else ""


def _named(tables: Iterator[tuple[str, Part]]) -> dict[str, Part]:
    found: dict[str, Part] = {}
    for number, (name, part) in enumerate(tables, 1):
        free = name or str(number)
        while free in found:
            free = f"{free} ({number})"
        found[free] = part
    return found


def _why_none(root: Part) -> FaultsError:
    for name in ("error", "warning"):
        if (text := _told(root[name])) is not None:
            return fail("json_stat_error_reply", file=root.log.file, text=text)
    is_collection = root["class"].content == "collection"
    return fail("json_stat_links" if is_collection else "json_stat_not", file=root.log.file)


def _told(reply: Part) -> str | None:
    """What Eurostat says when it gives no table; None where this is no such reply."""
    one = reply[0] if isinstance(reply.content, list) else reply
    label = one["label"].content
    return shown(one_line(label), 200) if isinstance(label, str) else None
