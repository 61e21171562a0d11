"""A view of a series in a frame on another site: for series that everybody may see."""

from __future__ import annotations

from typing import Final

from django.utils.html import format_html
from django.utils.translation import gettext as _

from regin.apps.accounts.models import State, Visibility
from regin.apps.common.addresses import permanent
from regin.apps.outcomes.models import Series
from regin.apps.outcomes.seen import seen_title
from regin.apps.outcomes.viewing import Selection

HEIGHT: Final = 1000


def can_embed(series: Series) -> bool:
    """Whether visitors may see `series`: a frame elsewhere shows it to anybody."""
    return series.state == State.PUBLISHED and series.visibility == Visibility.PUBLIC


def embed_code(selection: Selection) -> str:
    """The HTML that another site puts into its page to show what is seen."""
    return format_html(
        '<iframe src="{}" title="{}" width="100%" height="{}" loading="lazy"></iframe>',
        permanent(selection.address("embed", **_newest(selection))),
        _title(selection),
        HEIGHT,
    )


def _newest(selection: Selection) -> dict[str, str]:
    """A frame of the newest period names none, so that it moves on with the series."""
    return {"year": ""} if _moves_on(selection) else {}


def _title(selection: Selection) -> str:
    """What the frame shows; without the period where that moves on while this title stays."""
    if not _moves_on(selection):
        return seen_title(selection)
    title = str(selection.series.text("title") or selection.series.code)
    return _("%(title)s: %(group)s") % {"title": title, "group": selection.group_words}


def _moves_on(selection: Selection) -> bool:
    return selection.periods[:1] == [selection.period]
