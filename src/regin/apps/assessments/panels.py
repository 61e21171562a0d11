"""What other pages show of scores, ready to draw."""

from __future__ import annotations

from dataclasses import dataclass

from regin.apps.accounts.actor import Actor
from regin.apps.regions.models import Place


@dataclass(frozen=True, slots=True)
class ScorePanel:
    """Reference points and scores of one region: template `assessments/_region_panel.html`."""


def region_panel(place: Place, actor: Actor) -> ScorePanel | None:
    """What is known of `place`'s scores to `actor`; None when nothing is."""
    return None
