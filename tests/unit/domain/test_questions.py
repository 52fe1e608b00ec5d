"""Answers are checked by kind and kept as plain values."""

import pytest

from halkla_iliskiler import testing
from halkla_iliskiler.domain.city import Question
from halkla_iliskiler.domain.errors import InvalidInput
from halkla_iliskiler.domain.questions import answer_to, answers_to, photo_questions, tidy_plate

QUESTIONS = {question.code: question for question in testing.halkla_questions()}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("35 ABC 123", "35 ABC 123"), ("35abc123", "35 ABC 123"), ("  06-b-1234 ", "06 B 1234"),
        ("35 is 1234", "35 IS 1234"), ("81 ZZ 999", "81 ZZ 999"), ("01a12345", "01 A 12345"),
    ],
)  # fmt: skip
def test_a_plate_is_kept_as_it_stands_on_the_car(typed: str, kept: str) -> None:
    assert tidy_plate(typed) == kept


@pytest.mark.parametrize("typed", ["", "35", "82 ABC 12", "00 A 1234", "35 QX 123", "35 ÇŞ 123", "35 A 12", "ABC 35"])
def test_what_is_no_plate_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        tidy_plate(typed)


@pytest.mark.parametrize(
    ("code", "given", "kept"),
    [
        ("missing", ["Kapı", "Cam"], "Cam, Kapı"),
        ("since", ["2026-01-04"], "04.01.2026"),
        ("wheels", ["03"], "3"),
        ("wire", ["yes"], "Evet"),
        ("wire", ["no"], "Hayır"),
        ("wire", ["", "  "], ""),
    ],
)
def test_an_answer_is_kept_as_people_read_it(code: str, given: list[str], kept: str) -> None:
    assert answer_to(QUESTIONS[code], given) == kept


@pytest.mark.parametrize(
    ("code", "given", "problem"),
    [
        ("missing", ["Motor"], "unknown"),
        ("since", ["yesterday"], "date"),
        ("since", ["0001-01-01"], "date"),
        ("wheels", ["four"], "number"),
        ("wheels", ["1e9"], "number"),
        ("wire", ["maybe"], "unknown"),
        ("plate", ["12345"], "plate"),
    ],
)
def test_what_does_not_fit_its_kind_is_refused_at_the_question(code: str, given: list[str], problem: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        answer_to(QUESTIONS[code], given)
    assert (refused.value.field, refused.value.problem) == (code, problem)


def test_a_choice_and_a_text() -> None:
    where = Question("where", "Nerede?", "choice", options=("Evde", "Sokakta"))
    assert answer_to(where, ["Sokakta"]) == "Sokakta"
    with pytest.raises(InvalidInput):
        answer_to(where, ["<script>"])
    with pytest.raises(InvalidInput) as refused:
        answer_to(Question("note", "Başka?"), ["x" * 501])
    assert refused.value.problem == "too_long"


def test_a_required_answer_is_missed_only_where_it_counts() -> None:
    asked = [QUESTIONS["plate"], QUESTIONS["wheels"]]
    with pytest.raises(InvalidInput) as refused:
        answers_to(asked, {"wheels": ("4",)})
    assert (refused.value.field, refused.value.problem) == ("plate", "required")
    assert answers_to(asked, {"wheels": ("4",)}, is_strict=False) == (("wheels", "Kaç tekerleği var?", "4"),)


def test_what_nobody_asked_is_left_out() -> None:
    assert answers_to([QUESTIONS["wheels"]], {"wheels": ("4",), "plate": ("35 ABC 123",)}) == (
        ("wheels", "Kaç tekerleği var?", "4"),
    )


def test_english_options_are_shown_and_the_citys_own_are_kept() -> None:
    assert QUESTIONS["missing"].options_for("en") == [("Tekerlek", "Wheels"), ("Cam", "Glass"), ("Kapı", "Doors")]
    assert QUESTIONS["missing"].options_for("tr")[0] == ("Tekerlek", "Tekerlek")


# -- when to ask -----------------------------------------------------------------------------------------------------

STAIRS = [QUESTIONS[code] for code in ("heavy", "floor", "carriers")]


def test_a_question_another_answer_calls_for_is_needed_only_then() -> None:
    with pytest.raises(InvalidInput) as refused:
        answers_to(STAIRS, {"heavy": ("Evin içinde",)})
    assert (refused.value.field, refused.value.problem) == ("floor", "required")
    assert [code for code, *_ in answers_to(STAIRS, {"heavy": ("Sokakta",)})] == ["heavy"]
    assert answers_to(STAIRS, {}) == ()


def test_an_answer_that_another_one_rules_out_is_left_out_and_one_that_stands_alone_is_kept() -> None:
    said = {"floor": ("3",), "carriers": ("yes",)}
    assert [code for code, *_ in answers_to(STAIRS, {**said, "heavy": ("Evin içinde",)})] == [
        "heavy",
        "floor",
        "carriers",
    ]
    assert [code for code, *_ in answers_to(STAIRS, {**said, "heavy": ("Sokakta",)})] == ["heavy"]
    assert [code for code, *_ in answers_to(STAIRS, said)] == ["floor", "carriers"], "written without a script"


def test_a_photo_is_an_answer_where_one_is_asked_for() -> None:
    asked = [QUESTIONS["heavy"], QUESTIONS["picture"]]
    with pytest.raises(InvalidInput) as refused:
        answers_to(asked, {})
    assert (refused.value.field, refused.value.problem) == ("picture", "required")
    assert answers_to(asked, {"picture": ("photo",)}) == (("picture", "Eşyanın fotoğrafı", "Fotoğraf"),)
    assert photo_questions(asked, {}) == {"picture"}
    later = Question("later", "Sonra?", "photo", asked_if="heavy", asked_if_answers=("Sokakta",))
    assert photo_questions([later], {"heavy": ("Evin içinde",)}) == frozenset()
