"""What citizens write finds its subject: the figure is printed with the misses."""

import csv
from pathlib import Path

import pytest
from halkla_bornova import data

from halkla_iliskiler.testing import Alarms, Matcher

TEXTS = Path(__file__).with_name("texts.csv")
SETS = {"paper": 22, "further": 60, "unseen": 40}
"""How many texts each set has at least. The keywords were tuned with the first two; the third was written later and
nothing may be tuned with it, so that its figure says what to expect of words nobody has seen."""


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(data.categories(), data.bodies(), data.synonyms(), data.neighbourhoods())


def texts() -> list[dict[str, str]]:
    with TEXTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", SETS)
def test_nine_of_ten_texts_find_their_subject_among_the_first_three(
    matcher: Matcher, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row for row in texts() if row["set"] == name]
    misses = []
    for row in rows:
        found = [subject.code for subject in matcher.best(row["text"], 3)]
        wanted = set(row["expect"].split())
        # A text without a subject is right when nothing is forced on it.
        if not (wanted & set(found) if wanted else not found):
            misses.append(f"  {row['expect'] or '(nothing)'}: found {' '.join(found) or 'nothing'} in {row['text']!r}")
    right = len(rows) - len(misses)
    said = f"\n{name}: {right} of {len(rows)} right among the first three ({right / len(rows):.1%})"
    with capsys.disabled():
        print(said, *misses, sep="\n")  # noqa: T201  (the figure is what the test is for)
    assert len(rows) >= SETS[name]
    assert right / len(rows) >= 0.9


def test_what_is_expected_exists() -> None:
    known = {subject.code for subject in (*data.categories(), *data.bodies())}
    assert {code for row in texts() for code in row["expect"].split()} <= known


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("evde gaz kokusu var", ["GAS"]),
        ("çatıdan alevler yükseliyor", ["FIRE"]),
        ("köpek çocuğumu ısırdı", ["BITE"]),
        ("yan bina çöktü", ["COLLAPSE"]),
        ("eşim beni dövüyor", ["VIOLENCE"]),
        ("Merhaba, iyi günler", []),
        ("nikah günü almak istiyorum", []),
        ("yangın merdiveni dar", []),
        ("sinek ısırdı", []),
        ("kedileri kısırlaştırın", []),
        ("sokak lambası gündüz yanıyor", []),
        # Without their dots "oluyor" and "ölüyor" are one word.
        ("lamba yanmıyor, akşam çok karanlık oluyor", []),
        ("yardım edin, adam ölüyor", ["LIFE"]),
        ("Alevi derneğinin önündeki çukur", []),
    ],
)
def test_danger_is_told_from_what_only_sounds_like_it(words: str, codes: list[str]) -> None:
    assert [danger.code for danger in Alarms(data.dangers()).in_text(words)] == codes


def test_every_danger_is_said_in_both_languages() -> None:
    categories = {category.code for category in data.categories()}
    for danger in data.dangers():
        assert all((danger.title, danger.title_en, danger.advice, danger.advice_en))
        assert set(danger.categories) <= categories


def test_every_question_is_said_in_both_languages_and_asked_somewhere() -> None:
    asked = {code for category in data.categories() for code in category.questions}
    for question in data.questions():
        assert all((question.label, question.label_en))
        assert len(question.options) == len(question.options_en)
        assert bool(question.options) == (question.kind in ("choice", "several"))
        assert bool(question.help) == bool(question.help_en)
        assert question.code in asked
    assert sum(bool(category.questions) for category in data.categories()) >= 25


def test_a_question_depends_only_on_an_earlier_one_of_the_same_subject_and_on_answers_it_has() -> None:
    questions = {question.code: question for question in data.questions()}
    dependent = {code for code, question in questions.items() if question.asked_if}
    assert dependent >= {"ESYA_KAT", "HAYVAN_NEREDE", "AGAC_BAHCE"}
    for question in questions.values():
        assert bool(question.asked_if) == bool(question.asked_if_answers)
        if question.asked_if:
            other = questions[question.asked_if]
            assert other.kind in ("choice", "several", "yes_no")
            assert set(question.asked_if_answers) <= set(other.options or ("yes", "no"))
    for category in data.categories():
        for place, code in enumerate(category.questions):
            asked_if = questions[code].asked_if
            assert not asked_if or asked_if in category.questions[:place], (category.code, code)


def test_photos_are_asked_for_and_needed_nowhere() -> None:
    photos = [question for question in data.questions() if question.kind == "photo"]
    assert {question.code for question in photos} == {"ESYA_FOTO", "CUKUR_FOTO"}
    assert not any(question.required for question in photos), "not everybody has a camera"


def test_only_112_is_shown_before_somebody_has_checked_the_numbers() -> None:
    assert {body.code for body in data.bodies() if body.known_phone} == {"112"}
