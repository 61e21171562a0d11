"""Addresses: ids that mean the same everywhere, words that may change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regin.apps.common.addresses import ALPHABET, LENGTH, fold, id_in, known_id, random_id


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("nuts-ES51", "h35gfh3v1vxhf"),
        ("free-X-NOR", "s4jd3tr1xsdfs"),
    ],
)
def test_known_ids_never_change(key, expected):
    """Other installations and printed citations hold these: a change breaks their links."""
    assert known_id(key) == expected


@given(st.text(max_size=40), st.text(max_size=40))
def test_known_ids_of_different_names_differ(one, other):
    if one != other:
        assert known_id(one) != known_id(other)
    assert len(known_id(one)) == LENGTH
    assert set(known_id(one)) <= set(ALPHABET)


def test_random_ids_differ():
    assert len({random_id() for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Región de Murcia", "region de murcia"),
        ("ÅÄÖ", "aao"),
        ("Αττική", "αττικη"),
        ("ΘΡΆΚΗΣ", "θρακησ"),
        ("İstanbul", "istanbul"),
        ("Straße", "strasse"),
        ("Øresund Ǿ Łódź", "oresund o lodz"),
        ("  two \t words\n", "two words"),
    ],
)
def test_folding_forgets_case_and_accents(text, folded):
    assert fold(text) == folded


@given(st.text(max_size=200))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=60))
def test_the_id_survives_any_words_before_it(words):
    own = random_id()
    assert id_in(f"{words}-{own}") == own
