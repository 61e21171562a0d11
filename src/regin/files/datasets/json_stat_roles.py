"""What the dimensions of a JSON-stat table are: as the table says, else by their names."""

from __future__ import annotations

from typing import Final, get_args

from regin.files.datasets.dataset import ROLES, Role
from regin.files.datasets.json_text import Part

OURS: Final = "regin"
"""Member of a table's `extension` where our own writer says what JSON-stat has no words for."""


def roles_of(table: Part, names: list[str]) -> dict[str, Role]:
    """Return the role of each dimension, in the order of `names`.

    `role` stands in the table (2.0) or in its `dimension` (1.x). Only one dimension is the place
    and one the time: of several that the table gives that role, the one that is called so, else
    the first; the others (a place of birth) stay breakdowns. A role that the table leaves out,
    and the roles that JSON-stat does not know, go by name. Its role “metric” is none of ours.
    Logs: json_not_object, json_not_array, json_not_text.
    """
    by_name = {name: ROLES.get(name.lower(), "") for name in names}
    stated = _stated(table)
    found: dict[str, Role] = {
        name: "" if role in ("geo", "time") else role for name, role in by_name.items()
    }
    for role in ("geo", "time"):
        listed = [name for name in stated.get(role) or names if name in by_name]
        called = [name for name in listed if by_name[name] == role]
        for name in (called or (listed if stated.get(role) else []))[:1]:
            found[name] = "geo" if role == "geo" else "time"
    return _ours(table, found)


def _stated(table: Part) -> dict[str, list[str]]:
    part = table["role"] if table["role"].content is not None else table["dimension"]["role"]
    if part.content is None or not part.members():
        return {}
    roles = [(role, part[role]) for role in ("geo", "time") if part[role].content is not None]
    return {role: [own[at].text() for at in range(len(own.elements()))] for role, own in roles}


def _ours(table: Part, found: dict[str, Role]) -> dict[str, Role]:
    """Return the roles with those that our own writer noted."""
    noted = table["extension"][OURS]["role"]
    for name in found:
        role = noted[name].content
        if isinstance(role, str) and role in get_args(Role):
            found[name] = role  # type: ignore[assignment]  # get_args holds exactly the roles
    return found
