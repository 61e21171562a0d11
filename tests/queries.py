"""Counting the queries of a page, the same whether it is the first of the process or not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def counted_queries() -> Iterator[CaptureQueriesContext]:
    """List the queries made in it; what a process asks once and then knows is known before."""
    ContentType.objects.get_for_models(*apps.get_models(), for_concrete_models=False)
    ContentType.objects.get_for_models(*apps.get_models())
    with CaptureQueriesContext(connection) as queries:
        yield queries
