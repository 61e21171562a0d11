"""Statistical offices as people name them. Series share a source; nobody's edit renames it."""

from __future__ import annotations

from regin.apps.outcomes.models import Source


def source_called(name: str, url: str) -> Source:
    """The source of that name and address, made when there is none."""
    found = Source.objects.filter(name=name, url=url).order_by("pk").first()
    return found or Source.objects.create(name=name, url=url, code=_free_code(name))


def _free_code(name: str) -> str:
    plain = "".join(c for c in name.lower() if c.isascii() and c.isalnum())[:30]
    last = Source.objects.order_by("-pk").first()
    return f"{plain or 'source'}-{last.pk + 1 if last else 1}"
