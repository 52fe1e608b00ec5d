"""A telephone number, an address, a name: only where the work needs them, and in no list, index, address or log."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.text import fold
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.indexing import rebuild
from halkla_iliskiler.testing import STAFF, TestMethod
from tests.conftest import Browser
from tests.functional.pages import only_ticket, said

PERSON = ContactDetails("Zerdüştcan Kuşkonmazoğlu", "+905301239876", "kuskonmaz.zc@posta.example")
SECRETS = (
    "Zerdüştcan", "Kuşkonmazoğlu", "zerdustcan", "kuskonmaz", "5301239876", "530 123 98 76", "123 98", "posta.example/",
    "kuskonmaz.zc@posta.example",
)  # fmt: skip
NUMBERS = SECRETS[4:7] + SECRETS[8:]


def found_in(text: str, secrets: tuple[str, ...] = SECRETS) -> list[str]:
    return [secret for secret in secrets if secret in text]


@pytest.fixture
def filed(testapp: Browser, caplog: pytest.LogCaptureFixture) -> str:
    """An application sent through the form, with everything that is logged kept; the value is the receipt's path."""
    caplog.set_level(logging.DEBUG)
    form = testapp.get("/basvuru").forms["apply"]
    form["words"], form["category_listed"] = "Parktaki bank kırık", "bench"
    form["name"], form["phone"], form["email"] = PERSON.name, "0530 123 98 76", PERSON.email
    return str(form.submit(status=303).location.removeprefix("http://localhost"))


@pytest.mark.parametrize("role", ["", *STAFF])
def test_no_list_search_or_count_shows_a_person(browser_of: Callable[[str], Browser], filed: str, role: str) -> None:
    browser = browser_of(role)
    addresses = [
        "/",
        "/panel",
        "/panel?liste=open",
        "/panel?liste=finished",
        "/panel?q=bank",
        "/panel/gidenler",
        "/healthz",
    ]
    for address in addresses:
        answer = browser.get(address, status="*", expect_errors=True)
        assert found_in(answer.text) == [], address
        assert found_in(str(answer.headers)) == [], address


@pytest.mark.parametrize(
    "asked",
    ["Zerdüştcan", "kuskonmazoglu", "05301239876", "+905301239876", "0530 123 98 76", "kuskonmaz.zc@posta.example"],
)
def test_nobody_is_found_by_their_data_in_the_words_of_others(
    browser_of: Callable[[str], Browser], filed: str, assembly: Assembly, asked: str
) -> None:
    """Search reads what people wrote about the matter. Who may look a person up at all does so by their own number."""
    for role in ("auditor", "field-crew", "deputy-mayor", "clerk-cleaning"):
        answer = browser_of(role).get("/panel", {"q": asked.encode()})
        assert said(answer, ".q-no") == [], role


@pytest.mark.parametrize("role", ["auditor", "field-crew", "deputy-mayor"])
def test_who_may_only_look_sees_no_name_and_no_number(
    browser_of: Callable[[str], Browser], assembly: Assembly, filed: str, role: str
) -> None:
    page = browser_of(role).get(f"/panel/basvurular/{only_ticket(assembly).address}", status=200)
    assert found_in(page.text) == []


@pytest.mark.parametrize("role", ["agent", "clerk", "director", "supervisor"])
def test_who_works_on_it_sees_the_name_and_the_rest_masked(
    browser_of: Callable[[str], Browser], assembly: Assembly, filed: str, role: str
) -> None:
    page = browser_of(role).get(f"/panel/basvurular/{only_ticket(assembly).address}", status=200)
    assert PERSON.name in page.text
    assert found_in(page.text, NUMBERS) == []


def test_the_index_holds_nobody(assembly: Assembly, filed: str) -> None:
    rebuild(assembly.database, assembly.index)
    paths = list(assembly.database.files.directory.glob("index.sqlite*"))
    content = b"".join(path.read_bytes() for path in paths)
    assert fold("Parktaki").encode() in content, "the words are in it"
    for secret in SECRETS:
        for spelled in (secret, fold(secret)):
            assert spelled.encode() not in content, secret
            assert spelled.encode("utf-16-le") not in content, secret


def test_no_log_line_holds_a_person_a_code_or_a_password(
    testapp: Browser,
    browser_of: Callable[[str], Browser],
    services: Callable[[str], Services],
    assembly: Assembly,
    method: TestMethod,
    filed: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = filed.split("/")[3]
    testapp.get(filed)
    testapp.send("/takip", {"number": "2026-000001", "code": code[:12]})
    method.break_down(f"550 <{PERSON.email}>: {PERSON.name} gone")
    services("system").delivery.deliver_due()
    method.break_down("5.1.1", permanent=True)
    clerk = browser_of("clerk")
    clerk.send(f"/panel/basvurular/{only_ticket(assembly).address}/iletisim", {"reason": "arayacağım"}, status=200)
    monkeypatch.setattr(assembly.index, "find", _broken)
    clerk.get("/panel", {"q": PERSON.name.encode()}, status=500)
    logged = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert "failed" in logged
    assert found_in(logged) == []
    assert code not in logged
    assert code[:12] not in logged
    assert "kaldirimdaki-kedi" not in logged
    reads = (assembly.database.files.directory / "reads.log").read_text(encoding="utf-8")
    assert found_in(reads) == []


def _broken(*_: object, **__: object) -> Any:
    raise RuntimeError("the index is broken")


def test_the_code_is_stored_nowhere(testapp: Browser, assembly: Assembly, filed: str) -> None:
    code = filed.split("/")[3].encode()
    testapp.get(filed)
    for path in _files(assembly.database.files.directory):
        content = path.read_bytes()
        assert code not in content, path.name
        assert code[:12] not in content, path.name


def test_a_password_and_a_session_are_stored_as_hashes(
    browser_of: Callable[[str], Browser], assembly: Assembly
) -> None:
    browser = browser_of("clerk")
    browser.get("/panel", status=200)
    content = assembly.database.files.data.read_bytes()
    assert b"kaldirimdaki-kedi" not in content
    with assembly.database.reading() as site:
        keys = list(site.sessions)
    assert all(len(key) == 64 for key in keys)
    assert browser.cookies["halkla"].strip('"').encode() not in content


def _files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


def test_only_the_service_can_read_its_files(assembly: Assembly, filed: str) -> None:
    directory = assembly.database.files.directory
    assert directory.stat().st_mode & 0o077 == 0
    for name in ("secret.key", "index.sqlite"):
        assert (directory / name).stat().st_mode & 0o077 == 0, name
