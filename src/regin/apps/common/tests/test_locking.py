"""A stamp tells which fields changed since a form was shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regin.apps.common.locking import Conflict, changed_since, require_unchanged, stamp

VALUES = st.dictionaries(st.sampled_from("abcdef"), st.none() | st.text(max_size=20), min_size=1)


@given(VALUES)
def test_what_was_stamped_is_unchanged(values):
    assert changed_since(stamp(values), values) == []


@given(VALUES, st.data())
def test_exactly_the_changed_fields_are_named(values, data):
    changed = data.draw(st.sets(st.sampled_from(sorted(values))))
    now = {name: f"{value}!" if name in changed else value for name, value in values.items()}
    assert set(changed_since(stamp(values), now)) == changed


def test_empty_and_nothing_are_the_same():
    """A form gives back an empty text for a date that nobody knows."""
    assert changed_since(stamp({"a": None}), {"a": ""}) == []


@pytest.mark.parametrize(
    "hostile", ["", "{", "[]", "null", '"x"', "[" * 100_000, "\x00", '{"a": {"b": 1}}', "9" * 9999]
)
def test_what_is_no_stamp_counts_as_changed(hostile):
    with pytest.raises(Conflict) as caught:
        require_unchanged(hostile, {"a": "1"})
    assert caught.value.fields == ["a"]
