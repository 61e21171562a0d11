"""Who may import whom, and whose rows may point at whose."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

pytestmark = pytest.mark.any_database

ROOT = Path(__file__).resolve().parent.parent
# From the bottom to the top; third-party tables count as identity.
ORDER = [
    {"identity"},
    {"common"},
    {"accounts"},
    {"regions"},
    {"events", "services"},
    {"outcomes"},
    {"assessments"},
    {"evaluation"},
    {"practices"},
    {"measures"},
    {"publications"},
    {"toolkit", "network"},
    {"projects", "support"},
    {"standards"},
    {"web"},
]


def floor(model: type[models.Model]) -> int:
    """How high a model lives; what is not ours lives at the bottom."""
    if not model.__module__.startswith("regin."):
        return 0
    label = model._meta.app_label
    return next(height for height, labels in enumerate(ORDER) if label in labels)


def edges() -> list[tuple[type[models.Model], type[models.Model]]]:
    """Every relation of our models: (from, to). Generic ones have no target and stay in common."""
    return [
        (model, field.related_model)
        for model in apps.get_models()
        if model.__module__.startswith("regin.")
        for field in model._meta.get_fields(include_hidden=True)
        if field.is_relation and field.concrete and field.related_model
    ]


def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]


def test_no_row_points_up() -> None:
    up = [f"{a.__name__} → {b.__name__}" for a, b in edges() if floor(a) < floor(b)]
    assert up == []
    assert len(edges()) > 20


def test_apps_on_one_floor_do_not_point_at_each_other() -> None:
    across = [
        f"{a.__name__} → {b.__name__}"
        for a, b in edges()
        if floor(a) == floor(b) and floor(a) and a._meta.app_label != b._meta.app_label
    ]
    assert across == []


def test_generic_relations_live_in_common_only() -> None:
    from django.contrib.contenttypes.fields import GenericForeignKey

    owners = {
        model._meta.app_label
        for model in apps.get_models()
        if any(isinstance(field, GenericForeignKey) for field in model._meta.private_fields)
    }
    assert owners <= {"common"}


def test_nothing_below_the_platform_reaches_django() -> None:
    """The base package, as a researcher installs it, imports without Django."""
    code = (
        "import sys, regin.engine.run, regin.files.index, regin.cli.main;"
        "bad = [m for m in sys.modules if m.split('.')[0] in ('django', 'allauth', 'rules')];"
        "sys.exit(', '.join(bad) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_only_tests_import_is_no_dependency_of_the_package() -> None:
    read = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = read["project"]["optional-dependencies"].values()
    installed = [*read["project"]["dependencies"], *(one for extra in extras for one in extra)]
    assert not [one for one in installed if one.startswith("openpyxl")]
    assert [one for one in read["dependency-groups"]["dev"] if one.startswith("openpyxl")]
