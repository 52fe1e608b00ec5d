"""Whatever somebody sends to the form: an answer, never a failure, and nothing lost that was taken."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from halkla_iliskiler.app import build
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.testing import FakeNow, open_site
from halkla_iliskiler.web.citizen.guard import GUARD_FIELDS
from halkla_iliskiler.web.citizen.schema import APPLY_FIELDS
from tests.conftest import Browser

FIELDS = (
    *APPLY_FIELDS, *GUARD_FIELDS, "category_listed", "same_as", "same_seen", "location_removed", "kept", "removed",
    "photos", "__formid__", "send",
)  # fmt: skip
# What a form can hold: no lone surrogates, which no browser can send.
_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
_likely = st.sampled_from(
    [
        "", "bench", "pothole", "hardship", "home_visit", "inspection", "COMPLAINT", "QUESTION", "isikli",
        "Işıklı mah.",
        "0532 111 22 33", "a@example.org", "LEGAL_PERSON", "FOREIGNER", "telephone", "test", "yes", "apply", "38.46",
        "nan", "-0", "1e309", "١٢", "\x00", "<script>alert(1)</script>", "${1+1}", "' OR 1=1 --", "\u202e", "a" * 600,
    ]
)  # fmt: skip
_forms = st.lists(st.tuples(st.sampled_from(FIELDS), _likely | _text), max_size=len(FIELDS) + 6)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, furnished: Path) -> Iterator[tuple[Assembly, Browser, str]]:
    import shutil

    directory = Path(shutil.copytree(furnished, tmp_path_factory.mktemp("forms") / "site"))
    assembly = open_site(directory, FakeNow(), filings_per_address="1000000")
    browser = Browser(build(assembly), extra_environ={"REMOTE_ADDR": "203.0.113.7"})
    yield assembly, browser, browser.csrf()
    assert list(problems(assembly.database, assembly.index, deep=False)) == []
    assembly.close()


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sent=_forms, is_apply=st.booleans(), with_words=st.booleans())
def test_a_thousand_forms(
    house: tuple[Assembly, Browser, str], sent: list[tuple[str, str]], is_apply: bool, with_words: bool
) -> None:
    _assembly, browser, token = house
    pairs = [("csrf_token", token), *sent]
    pairs += [("__formid__", "apply")] if is_apply else []
    pairs += [("words", "Bank kırık")] if with_words else []
    answer = browser.post("/basvuru", pairs, expect_errors=True)
    assert answer.status_int in (200, 303, 429), answer.status
    if answer.status_int == 303:
        assert browser.get(answer.location).status_int == 200
    else:
        assert "<script>alert(1)" not in answer.text
