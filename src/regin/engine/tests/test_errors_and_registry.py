import pytest

from regin.engine import run  # noqa: F401  # registers the messages of every step
from regin.engine.errors import MESSAGES, Fault, FaultsError, Message, fail, register
from regin.engine.registry import Registry


def test_a_fault_says_what_where_and_what_to_do():
    fault = Fault("duplicate_code", {"name": "Q1"}, "structure.csv", 3, "code")
    assert str(fault) == (
        "structure.csv, row 3, column code: The code “Q1” stands twice."
        " Give each row a code of its own."
    )


def test_a_fault_without_a_place_starts_with_the_sentence():
    assert str(Fault("no_steps")).startswith("The recipe has no step.")


def test_a_message_code_is_registered_once():
    with pytest.raises(ValueError, match="no_steps"):
        register({"no_steps": Message("", "")})


def test_fail_carries_its_fault():
    error = fail("cycle", file="f.csv", row=2, column="parent", node="A")
    assert error.faults == (Fault("cycle", {"node": "A"}, "f.csv", 2, "parent"),)
    assert "“A” is its own ancestor." in str(error)


def test_every_message_is_two_sentences():
    for code, message in MESSAGES.items():
        assert message.what.rstrip().endswith((".", "”.")), code
        assert message.advice.rstrip().endswith((".", "”.")), code


def test_no_message_promises_that_an_unknown_name_will_be_known_one_day():
    assert [code for code, message in MESSAGES.items() if "known yet" in message.what] == []


def test_an_unknown_name_lists_the_known_ones():
    names: Registry[int] = Registry("unknown_step")
    names.add("b", 2)
    names.add("a", 1)
    assert (names.get("b"), list(names), "a" in names, "z" in names) == (2, ["a", "b"], True, False)
    with pytest.raises(FaultsError, match="Known steps: a, b"):
        names.get("z")


def test_a_name_is_registered_once():
    names: Registry[int] = Registry("unknown_step")
    names.add("a", 1)
    with pytest.raises(ValueError, match="a"):
        names.add("a", 2)
