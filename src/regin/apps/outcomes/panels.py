"""What other pages show of statistics, ready to draw."""

from __future__ import annotations

from dataclasses import dataclass

from regin.apps.accounts.actor import Actor
from regin.apps.regions.models import Place


@dataclass(frozen=True, slots=True)
class SeriesPanel:
    """One series for one region: template `outcomes/_region_panel.html` draws it."""


def region_panels(place: Place, actor: Actor) -> list[SeriesPanel]:
    """The series that `actor` may see and that have figures for `place`."""
    return []
