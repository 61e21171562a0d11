import pytest

from regin.engine.errors import FaultsError
from regin.engine.recipe import Recipe, recipe_from
from regin.engine.steps import Step

MEAN = {"do": "aggregate", "method": "arithmetic"}


def faults(written):
    with pytest.raises(FaultsError) as caught:
        recipe_from(written)
    return [(fault.code, fault.column) for fault in caught.value.faults]


def test_what_is_not_written_has_its_default():
    recipe = recipe_from({"step": [{"do": "score_options"}, MEAN]})
    assert (recipe.no_competence, recipe.overall) == ("exclude", "tree")
    assert recipe.steps == (Step("score_options"), Step("aggregate", {"method": "arithmetic"}, 2))
    assert recipe.steps[1].get("min_available") is None
    assert recipe.steps[1].get("no such field") is None


def test_a_recipe_says_what_it_was_made_from():
    written = {
        "no_competence": "zero",
        "overall": {"of": "axis:area"},
        "step": [{"do": "score_options"}, {**MEAN, "min_available": 0.5}],
    }
    assert recipe_from(written).as_dict() == written


@pytest.mark.parametrize(
    ("written", "code", "column"),
    [
        ({}, "no_steps", None),
        ({"step": []}, "no_steps", None),
        ({"step": "aggregate"}, "bad_steps", "step"),
        ({"step": ["aggregate"]}, "bad_steps", "step"),
        ({"step": [{}]}, "step_without_do", "do"),
        ({"step": [{"do": 3}]}, "step_without_do", "do"),
        ({"step": [{"do": "normalize"}]}, "unknown_step", "do"),
        ({"step": [{"do": "aggregate"}]}, "missing_field", "method"),
        ({"step": [{"do": "aggregate", "method": "magic"}]}, "unknown_method", "method"),
        (
            {"step": [{"do": "aggregate", "method": ["m"]}]},
            "unknown_method",
            "method",
        ),
        ({"step": [{"do": "aggregate", "method": 3}]}, "bad_methods", "method"),
        ({"step": [{"do": "aggregate", "method": []}]}, "bad_methods", "method"),
        ({"step": [{"do": "aggregate", "method": [1]}]}, "bad_methods", "method"),
        ({"step": [{**MEAN, "min_available": 1.5}]}, "field_number", "min_available"),
        ({"step": [{**MEAN, "min_available": "1"}]}, "field_number", "min_available"),
        ({"step": [{**MEAN, "min_available": True}]}, "field_number", "min_available"),
        ({"step": [{**MEAN, "min_available": float("nan")}]}, "field_number", "min_available"),
        ({"step": [{**MEAN, "treshold": 1}]}, "unknown_field", "treshold"),
        ({"step": [{"do": "score_options", "x": 1}]}, "unknown_field", "x"),
        ({"step": [MEAN], "no_competense": "zero"}, "unknown_entry", "no_competense"),
        ({"step": [MEAN], "no_competence": "half"}, "bad_no_competence", "no_competence"),
        ({"step": [MEAN], "no_competence": ["zero"]}, "bad_no_competence", "no_competence"),
        ({"step": [MEAN], "overall": {"of": "axis:"}}, "bad_overall", "overall"),
        ({"step": [MEAN], "overall": {"of": 3}}, "bad_overall", "overall"),
        ({"step": [MEAN], "overall": "trees"}, "bad_overall", "overall"),
        ({"step": [MEAN], "overall": {"from": "tree"}}, "unknown_entry", "overall"),
    ],
)
def test_every_fault_of_a_recipe_has_its_code(written, code, column):
    assert (code, column) in faults(written)


def test_all_faults_come_at_once():
    written = {"step": [{"do": "magic"}, {"do": "aggregate"}], "no_competence": 0, "extra": 1}
    found = {code for code, _ in faults(written)}
    assert found == {"unknown_step", "missing_field", "bad_no_competence", "unknown_entry"}


def test_an_unknown_step_lists_the_known_ones():
    said = r"“normalize” is not a step of a recipe\. Known steps: aggregate.*score_options"
    with pytest.raises(FaultsError, match=said):
        recipe_from({"step": [{"do": "normalize"}]})


def test_a_recipe_built_in_code_is_checked_and_numbered():
    with pytest.raises(FaultsError, match="no step"):
        Recipe(())
    recipe = Recipe((Step("score_options"), Step("aggregate", {"method": "arithmetic"})))
    assert [step.place for step in recipe.steps] == [1, 2]
