"""Every act in the audit log has its sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.utils.functional import Promise

import regin
from regin.apps.accounts.act_words import ACTS, DETAILS, act_in_words, details_in_words

pytestmark = pytest.mark.any_database
SOURCE = Path(regin.__file__).parent


@cache
def modules() -> list[ast.Module]:
    """Every module of the platform outside tests."""
    files = [path for path in SOURCE.rglob("*.py") if "tests" not in path.parts]
    return [ast.parse(path.read_text(encoding="utf-8")) for path in files]


def calls() -> Iterator[tuple[ast.Module, ast.Call]]:
    """Every call of `record`, with its module."""
    for module in modules():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and called(node) == "record":
                yield module, node


def called(node: ast.AST) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def verbs_of(module: ast.Module, call: ast.Call) -> set[str]:
    """What the second argument can be: itself, what a variable is set to, what callers pass."""
    verb = call.args[1]
    if not isinstance(verb, ast.Name):
        return set(spelled(verb))
    if verb.id.isupper():
        return {words for one in modules() for words in constants_for(one, verb.id)}
    return set(constants_for(module, verb.id))


def constants_for(module: ast.Module, name: str) -> Iterator[str]:
    for node in ast.walk(module):
        if (
            isinstance(node, ast.Assign)
            and ast.unparse(node.targets[0]).strip("()").split(",")[0] == name
        ):
            yield from spelled(node.value)
        elif isinstance(node, ast.FunctionDef) and name in (
            names := [a.arg for a in node.args.args]
        ):
            for other in ast.walk(module):
                if called(other) == node.name and isinstance(other, ast.Call):
                    yield from spelled(other.args[names.index(name)])


def spelled(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from [*spelled(value.body), *spelled(value.orelse)]
    elif isinstance(value, ast.Tuple):
        yield from spelled(value.elts[0])
    elif isinstance(value, ast.JoinedStr):
        # The only verb that is put together: a decision about an import, which is its state.
        assert ast.unparse(value) == "f'outcomes.{state}'"
        states = set(apps.get_model("outcomes", "Import").State.values) - {"staged"}
        yield from (f"outcomes.{state}" for state in states)


def test_every_recorded_verb_has_a_sentence_and_every_sentence_a_verb() -> None:
    found: set[str] = set()
    for module, call in calls():
        verbs = verbs_of(module, call)
        assert verbs, ast.unparse(call)
        found |= verbs
    assert found == set(ACTS)


def test_every_recorded_detail_has_a_label() -> None:
    counted = {"figures", "places", "periods", "missing", "first", "last"}
    named = {word.arg for _module, call in calls() for word in call.keywords if word.arg}
    assert named - counted <= set(DETAILS)


def test_sentences_and_labels_are_translated() -> None:
    assert all(isinstance(words, Promise) for words in [*ACTS.values(), *DETAILS.values()])


def test_an_unknown_verb_goes_by_its_code() -> None:
    assert act_in_words("later.version") == "later.version"


def test_details_are_words_and_no_code() -> None:
    told = details_in_words({"roles": "administrator,editor", "person": "a1"})
    assert told == "random reference of the person: a1; roles: administrator, editor"
    assert details_in_words({}) == ""
