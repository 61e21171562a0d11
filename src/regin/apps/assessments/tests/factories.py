"""Rows and folders for tests of this app."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import Organisation, Role, State, Visibility
from regin.apps.assessments.models import Framework, PublishedScore
from regin.apps.identity.models import User
from regin.apps.regions.models import Place, PlaceCode

STRUCTURE = """code,name,level,parent,direction,weight,unit,type,options,axis.area
ALL,All,2,,1,1,points,aggregate,,
Q1,First?,1,ALL,1,1,points,indicator,no:0|yes:100,housing
Q2,Second?,1,ALL,1,1,points,indicator,no:0|yes:100,education
"""
RECIPE = '[[step]]\ndo = "score_options"\n\n[[step]]\ndo = "aggregate"\nmethod = "arithmetic"\n'


def make_organisation(**changes: Any) -> Organisation:
    fields = {"name": f"Organisation {Organisation.objects.count()}", "category": "region"}
    return Organisation.objects.create(**(fields | changes))


def make_user(**changes: Any) -> User:
    fields = {"email": f"person{User.objects.count()}@example.org"}
    return User.objects.create_user(**(fields | changes))


def make_actor(organisation: Organisation, role: str = Role.EDITOR) -> Actor:
    return Actor(user=make_user(), roles={organisation.pk: frozenset({role})})


def make_framework(**changes: Any) -> Framework:
    fields: dict[str, Any] = {
        "code": f"framework-{Framework._base_manager.count()}",
        "version": "1",
        "state": State.PUBLISHED,
        "visibility": Visibility.PUBLIC,
    }
    if "organisation" not in changes:
        fields["organisation"] = make_organisation()
    return Framework.objects.create(**(fields | changes))


def make_place(code: str, **changes: Any) -> Place:
    """A free region with its code."""
    fields: dict[str, Any] = {
        "key": f"free-{code}",
        "category": Place.Category.FREE,
        "native_name": f"Place {code}",
        "latin_name": f"Place {code}",
        "is_fictional": True,
    }
    place = Place.objects.create(**(fields | changes))
    name = place.native_name
    PlaceCode.objects.create(place=place, scheme=PlaceCode.FREE, code=code, level=0, name=name)
    return place


def make_nuts_place(code: str, **changes: Any) -> Place:
    """A real region with its code."""
    fields: dict[str, Any] = {
        "key": f"nuts-{code}",
        "category": Place.Category.NUTS,
        "native_name": f"Region {code}",
    }
    place = Place.objects.create(**(fields | changes))
    level, name = len(code) - 2, place.native_name
    PlaceCode.objects.create(
        place=place, scheme=PlaceCode.NUTS, version="2021", code=code, level=level, name=name
    )
    return place


def make_folder(folder: Path, *rows: tuple[str, str, str, str], **files: str) -> Path:
    """An index folder of two questions; a row is (unit, name, Q1, Q2)."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "structure.csv").write_text(STRUCTURE, encoding="utf-8")
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    with (folder / "data.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("unit", "name", "Q1", "Q2"), *rows])
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def make_published(place: Place, **changes: Any) -> PublishedScore:
    fields: dict[str, Any] = {
        "edition": "First wave",
        "value": 54,
        "as_published": "54/100",
        "source_name": "A newspaper",
        "source_url": "https://example.org/a",
    }
    return PublishedScore.objects.create(place=place, **(fields | changes))
