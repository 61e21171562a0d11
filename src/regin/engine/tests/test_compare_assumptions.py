from regin.engine.compare_assumptions import compare_assumptions

MEAN = {"name": "mean", "step": "aggregate", "field": "method", "values": ["arithmetic"]}
NOISE = {"name": "noise", "weights": {"levels": [1], "noise": 0.25}}
OUT = {"name": "out", "exclude": "one indicator"}


def found(one, two):
    return [
        (each.place_1, each.place_2, each.do, each.field, each.value_1, each.value_2)
        for each in compare_assumptions(one, two)
    ]


def test_the_same_assumptions_do_not_differ():
    assert found([MEAN, NOISE], [MEAN, NOISE]) == []


def test_entries_of_assumptions_of_the_same_name_are_compared():
    other = {"name": "mean", "step": "aggregate", "number": 2, "values": ["harmonic"]}
    assert found([NOISE, MEAN], [NOISE, other]) == [
        (2, 2, "mean", "field", "method", None),
        (2, 2, "mean", "values", ["arithmetic"], ["harmonic"]),
        (2, 2, "mean", "number", None, 2),
    ]


def test_true_is_not_one_but_one_is_one_point_zero():
    written = [{**MEAN, "values": value} for value in (1, 1.0, True)]
    assert found(written[:1], written[1:2]) == []
    assert [each[3] for each in found(written[:1], written[2:])] == ["values"]


def test_an_assumption_of_one_run_alone_is_told_whole():
    assert found([MEAN, NOISE], [OUT, MEAN]) == [
        (2, None, "noise", "name", NOISE, None),
        (None, 1, "out", "name", None, OUT),
    ]


def test_another_order_is_a_difference_because_random_numbers_depend_on_it():
    assert found([MEAN, NOISE, OUT], [NOISE, MEAN]) == [
        (3, None, "out", "name", OUT, None),
        (None, None, "", "order", ["mean", "noise"], ["noise", "mean"]),
    ]
