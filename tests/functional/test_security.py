"""What every answer carries, who is answered at all, and that nothing can be changed without a token of ours."""

import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import waitress
from webtest import TestResponse

from halkla_iliskiler.app import build
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.testing import PASSWORD, STAFF, FakeNow, TestMethod, make_site
from halkla_iliskiler.web.routes import ROUTES
from tests.conftest import Browser
from tests.functional.pages import address_of_route, said, soup, tickets, tr, words

File = Callable[..., Filed]
Browsers = Callable[[str], Browser]

POLICY = re.compile(
    r"default-src 'none'; script-src 'nonce-(?P<nonce>[\w-]{22})'; style-src 'self'; img-src 'self' data: blob:; "
    r"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def check_headers(answer: TestResponse) -> None:
    """Check what has to be on every answer, whatever it says."""
    for name, value in ALWAYS.items():
        assert answer.headers.getall(name) == [value], name
    (policy,) = answer.headers.getall("Content-Security-Policy")
    assert POLICY.fullmatch(policy) or policy == "default-src 'none'; sandbox", policy
    assert "unsafe" not in policy
    assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    path = answer.request.environ["PATH_INFO"]
    if path.startswith("/takip"):
        assert answer.headers["Referrer-Policy"] == "no-referrer", "the address holds the code"
    if path.startswith(("/takip", "/panel")):
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in answer.headers["Cache-Control"]
    assert "Cache-Control" in answer.headers
    for name in ("Server", "X-Powered-By", "Access-Control-Allow-Origin"):
        assert name not in answer.headers
    for cookie in answer.headers.getall("Set-Cookie"):
        assert re.search(r"; *HttpOnly", cookie, re.IGNORECASE), cookie
        assert re.search(r"; *SameSite=(Lax|Strict)", cookie), cookie
        assert re.search(r"; *Path=/(;|$)", cookie, re.IGNORECASE), cookie
        assert "domain=" not in cookie.lower(), cookie


def check_page(answer: TestResponse) -> None:
    """Check that nothing inline is on a page and every script has this answer's nonce."""
    page = soup(answer)
    nonce = POLICY.fullmatch(answer.headers["Content-Security-Policy"])["nonce"]  # type: ignore[index]
    for script in page.find_all("script"):
        assert script["nonce"] == nonce
        assert script["src"].startswith("/")
        assert not script.get_text().strip()
    assert page.find("style") is None
    for tag in page.find_all(True):
        assert "style" not in tag.attrs, tag.name
        assert not [name for name in tag.attrs if name.startswith("on")], tag
        for name in ("src", "href", "action", "formaction", "data", "poster"):
            target = str(tag.get(name, ""))
            assert not target.lower().startswith(("javascript:", "data:", "vbscript:", "//")), tag
            if tag.name in ("script", "img", "link", "source", "iframe", "object", "form"):
                assert not re.match(r"https?://", target) or target.startswith("http://localhost/"), tag


class World:
    """Every route with addresses that lead somewhere."""

    def __init__(self, assembly: Assembly, browser_of: Browsers, file: File) -> None:
        self.assembly = assembly
        self.browser_of = browser_of
        self.filed = file(details=ContactDetails("Ayşe Denek", "+905321234567", "ayse@example.org"))

    def routes(self) -> dict[str, str]:
        """Return the pattern of each route."""
        return dict(ROUTES)

    def address(self, name: str, pattern: str) -> str:
        ticket = next(found for found in tickets(self.assembly) if found.id == self.filed.ticket_id)
        values: dict[str, object] = {
            "number": self.filed.address,
            "code": self.filed.code if "/takip" in pattern else "bench",
            "language": "tr",
            "action": "note",
            "attachment": 1,
            "photo": 1,
            "entry": ticket.notifications[0],
            "name": "1.eml",
        }
        return address_of_route(pattern, values)

    def addresses(self) -> list[str]:
        return [self.address(name, pattern) for name, pattern in self.routes().items()]

    def size(self) -> int:
        return self.assembly.database.files.data.stat().st_size


@pytest.fixture
def world(assembly: Assembly, browser_of: Browsers, file: File) -> World:
    return World(assembly, browser_of, file)


# -- headers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["", *STAFF])
def test_a_get_of_any_route_in_any_role_is_safe_and_writes_nothing(world: World, role: str) -> None:
    browser = world.browser_of(role)
    browser.get("/", status=200)
    before = world.size()
    for address in world.addresses():
        answer = browser.get(address, status="*", expect_errors=True)
        assert answer.status_int < 500, address
        check_headers(answer)
        if answer.content_type == "text/html" and answer.status_int != 303:
            check_page(answer)
        browser.head(address, status="*", expect_errors=True)
        assert world.size() == before, f"GET {address} has written"
    assert not list(world.assembly.database.files.uploads.glob("*"))


def test_answers_of_every_status_carry_the_headers(
    testapp: Browser, browser_of: Browsers, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = browser_of("clerk")
    answers = [
        testapp.get("/"),
        testapp.get("/panel", status=303),
        testapp.get("/nowhere", status=404),
        testapp.get("/panel/nowhere", status=404),
        testapp.get("/static/nowhere.css", status=404),
        testapp.get("/static/../setup.cfg", status="4*"),
        testapp.post("/takip", {}, status=400),
        testapp.post("/basvuru", {"__formid__": "apply"}, status=400),
        testapp.send("/panel/giris", {"username": "x", "password": "y"}, status=401),
        clerk.get("/panel/gidenler", status=403),
        testapp.get("/", headers={"Host": "evil.example"}, status=400),
        Browser(testapp.app).get("/%ff", status=400),
        testapp.request("/basvuru", method="DELETE", status="*"),
    ]
    monkeypatch.setattr(world.assembly.database.gate, "_patience", 0.01)
    with world.assembly.database.gate.entered():
        answers.append(testapp.send("/panel/giris", {"username": "clerk", "password": PASSWORD}, status=503))
    monkeypatch.setattr(world.assembly.index, "find", _broken)
    answers.append(clerk.get("/panel", status=500))
    for answer in answers:
        check_headers(answer)


def _broken(*_: object) -> Any:
    raise ZeroDivisionError("SECRET-DETAIL")


def test_a_nonce_is_used_once(testapp: Browser) -> None:
    policies = [testapp.get("/").headers["Content-Security-Policy"] for _ in range(20)]
    assert len(set(policies)) == 20


def test_cookies_of_a_real_site_are_bound_to_it(tmp_path: Path) -> None:
    assembly = make_site(
        tmp_path / "secure", FakeNow(), secure_cookies="true", base_url="https://basvuru.example.org", modules=None
    )
    try:
        environ = {"wsgi.url_scheme": "https", "HTTP_HOST": "basvuru.example.org", "SERVER_PORT": "443"}
        browser = Browser(build(assembly), extra_environ=environ)
        origin = {"Origin": "https://basvuru.example.org"}
        answer = browser.get("https://basvuru.example.org/basvuru")
        check_headers(answer)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        (cookie,) = answer.headers.getall("Set-Cookie")
        assert cookie.startswith("__Host-halkla=")
        assert re.search("; *secure", cookie, re.IGNORECASE)
        token = soup(answer).find("input", {"name": "csrf_token"})["value"]
        cookies = {"Cookie": cookie.partition(";")[0]}

        def post(**headers: str) -> TestResponse:
            values = {"csrf_token": token, "number": "2026-000001", "code": "x"}
            return browser.post("https://basvuru.example.org/takip", values, headers={**cookies, **headers}, status="*")

        assert post(**origin).status_int == 200
        assert post(Referer="https://basvuru.example.org/takip").status_int == 200
        assert post(Origin="https://evil.example").status_int == 400
        assert post(Referer="https://basvuru.example.org.evil.example/").status_int == 400
        assert post(Origin="null").status_int == 400
        assert post().status_int == 400
        language = browser.post(
            "https://basvuru.example.org/dil/en", {"csrf_token": token, "next": "/"}, headers={**cookies, **origin}
        )
        for cookie in language.headers.getall("Set-Cookie"):
            assert re.search("; *secure", cookie, re.IGNORECASE), cookie
    finally:
        assembly.close()


# -- who is answered ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "localhost.evil.example", "evil.example:80", "localhost:80@evil.example", "user@localhost",
        "localhost, evil.example", "localhost:80, localhost:80", "localhost:evil.example", "localhost/evil", "[::1",
        "localhost#evil", "localhost ", " localhost", "localhost:80:80", "::1", "localhost\\evil", "xn--lcalhost-5cb",
        "127.0.0.1.evil.example", "0177.0.0.1", "lo\u0131calhost", "localhost.",
    ],
)  # fmt: skip
def test_a_foreign_host_is_refused(testapp: Browser, host: str) -> None:
    answer = testapp.get("/", headers={"Host": host.encode("utf-8").decode("latin-1")}, status=400)
    assert "evil" not in answer.text
    check_headers(answer)


@pytest.mark.parametrize("host", ["localhost", "localhost:80", "localhost:", "LOCALHOST", "127.0.0.1:6543", "[::1]:80"])
def test_our_own_host_is_answered(testapp: Browser, host: str) -> None:
    testapp.get("/", headers={"Host": host}, status=200)


@contextmanager
def served(application: Any) -> Iterator[Callable[[bytes], bytes]]:
    """Serve on a free port with the server that is shipped; the value sends raw bytes and returns the answer."""
    server = waitress.create_server(application, host="127.0.0.1", port=0, clear_untrusted_proxy_headers=True)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()

    def ask(request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", server.effective_port), timeout=10) as connection:
            connection.sendall(request)
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
            return answer

    try:
        yield ask
    finally:
        server.close()
        thread.join(10)


@pytest.mark.parametrize(
    ("lines", "is_answered"),
    [
        ([b"Host: localhost"], True),
        ([], False),
        ([b"Host: localhost", b"Host: evil.example"], False),
        ([b"Host: localhost", b"Host: localhost"], False),
        ([b"Host:"], False),
        ([b"Host: evil.example"], False),
        ([b"X-Forwarded-Host: evil.example", b"Host: localhost"], True),
    ],
)
def test_hosts_as_they_come_from_the_wire(assembly: Assembly, lines: list[bytes], is_answered: bool) -> None:
    with served(build(assembly)) as ask:
        answer = ask(b"\r\n".join([b"GET /takip HTTP/1.1", *lines, b"Connection: close", b"", b""]))
    assert answer.startswith(b"HTTP/1.1 200" if is_answered else b"HTTP/1.1 400")
    assert b"evil" not in answer


def test_no_link_of_a_page_follows_the_host_header(testapp: Browser, file: File) -> None:
    filed = file()
    answer = testapp.get(f"/takip/{filed.address}/{filed.code}/alindi", headers={"Host": "127.0.0.1:99"})
    for link in re.findall(r"https?://[^/\"' <]+", answer.text):
        assert link in ("http://localhost", "http://127.0.0.1:99", "http://www.w3.org")


# -- tokens -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("token", [None, "", "0" * 40, "of another session", "in the address"])
def test_nothing_is_changed_without_the_token(world: World, verb: str, token: str | None) -> None:
    browsers = {role: world.browser_of(role) for role in ("supervisor", "administrator")}
    own, theirs = {role: browser.csrf() for role, browser in browsers.items()}, world.browser_of("clerk").csrf()
    assert len({*own.values(), theirs}) == 3
    sent = theirs if token == "of another session" else "" if token == "in the address" else token
    body = {"text": "x", "reason": "x", "words": "x", "__formid__": "x", "username": "clerk", "password": PASSWORD}
    if sent is not None:
        body["csrf_token"] = sent
    before = world.size()
    for address in world.addresses():
        # Somebody who may enter it: it has to be the token that is missing.
        role = "administrator" if address.startswith("/panel/yonetim") else "supervisor"
        target = f"{address}?csrf_token={own[role]}" if token == "in the address" else address
        answer = getattr(browsers[role], verb.lower())(target, body, status="*", expect_errors=True)
        assert answer.status_int in (400, 404), f"{verb} {target}: {answer.status}"
        check_headers(answer)
        assert world.size() == before, f"{verb} {target} has written"
    assert browsers["supervisor"].get("/panel").status_int == 200, "still signed in"


def test_every_view_that_takes_a_post_asks_for_the_token(world: World) -> None:
    """With the token each of them answers something else: it was the token that was missing above."""
    browser = world.browser_of("supervisor")
    answered = {}
    for name, pattern in world.routes().items():
        address = world.address(name, pattern)
        without = browser.post(address, {}, status="*", expect_errors=True).status_int
        if without == 400 and name != "staff.logout":
            answered[name] = browser.send(address, {}, status="*", expect_errors=True).status_int
    assert {"apply", "proposals", "follow_form", "language", "staff.login", "staff.action", "staff.contact"} <= set(
        answered
    )
    assert {name for name, status in answered.items() if status == 400} == set()


def test_a_method_cannot_be_smuggled(browser_of: Browsers, file: File, assembly: Assembly) -> None:
    filed = file()
    browser = browser_of("clerk")
    size = assembly.database.files.data.stat().st_size
    address = f"/panel/basvurular/{filed.address}/islem/take"
    for headers in ({"X-HTTP-Method-Override": "POST"}, {"X-Method-Override": "POST"}):
        browser.get(address, {"revision": "1", "_method": "POST"}, headers=headers, status="*")
    assert assembly.database.files.data.stat().st_size == size


# -- when something breaks --------------------------------------------------------------------------------------------


def no_inside(text: str) -> None:
    for word in ("Traceback", "ZeroDivision", "SECRET-DETAIL", "site-packages", ".py", "line ", "/work/", "pyramid"):
        assert word not in text, word


@pytest.mark.parametrize("address", ["/panel", "/panel?q=bank"])
def test_a_broken_list_is_said_with_a_reference(
    browser_of: Browsers,
    assembly: Assembly,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    address: str,
) -> None:
    browser = browser_of("clerk")
    monkeypatch.setattr(assembly.index, "find", _broken)
    answer = browser.get(address, status=500)
    no_inside(answer.text)
    (reference,) = re.findall(r"\b[0-9a-f]{8}\b", words(answer))
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.getMessage().startswith(f"{reference}: GET staff.queue")
    assert record.exc_info is not None
    assert "bank" not in record.getMessage(), "what was asked for is nobody's business"


def test_even_a_page_whose_frame_is_broken_says_so(
    browser_of: Browsers, assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browser_of("clerk")
    for name in ("find", "count", "tally"):
        monkeypatch.setattr(assembly.index, name, _broken)
    answer = browser.get("/panel", status=500)
    no_inside(answer.text)
    assert re.search(r"\b[0-9a-f]{8}\b", answer.text)
    check_headers(answer)


def test_a_database_that_cannot_be_read_is_said(
    testapp: Browser, browser_of: Browsers, assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = browser_of("clerk")

    @contextmanager
    def broken() -> Iterator[Any]:
        raise OSError("SECRET-DETAIL")
        yield

    monkeypatch.setattr(assembly.database, "reading", broken)
    for answer in (testapp.get("/basvuru", status=500), clerk.get("/panel", status=500)):
        no_inside(answer.text)
        check_headers(answer)
    assert testapp.get("/healthz", status=503).json["ok"] is False


def test_what_breaks_in_the_middle_leaves_nothing_behind(
    testapp: Browser, assembly: Assembly, method: TestMethod, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plugin fails inside the transaction, when the ticket is made and before it is committed."""
    page = testapp.get("/basvuru")
    form = page.forms["apply"]
    form["words"], form["email"] = "Bank kırık", "ayse@example.org"
    before = assembly.database.files.data.stat().st_size
    monkeypatch.setattr(method, "address_of", _broken)
    answer = form.submit(status="*")
    if answer.status_int == 500:
        no_inside(answer.text)
        assert re.search(r"\b[0-9a-f]{8}\b", words(answer))
        assert assembly.database.files.data.stat().st_size == before
        assert tickets(assembly) == []
    monkeypatch.undo()
    form.submit(status=303)
    assert len(tickets(assembly)) == 1, "the same form, sent again, goes through once"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data; boundary=\xff", b"abc"),
        ("multipart/form-data; boundary=", b"abc"),
        ("multipart/form-data", b"abc"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=words"),
        ("multipart/form-data; boundary=x", b"\x00\xff" * 500),
        ("application/x-www-form-urlencoded; charset=nothing", b"a=b"),
        ("application/x-www-form-urlencoded; charset=iso-8859-9", b"a=%fe"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"a=+ADw-"),
        ("application/x-www-form-urlencoded", b"%ff=%fe&\xff\xfe=&=&&&;"),
        ("application/json", b"{"),
        ("text/plain", b"csrf_token=x"),
        ("", b"a=b"),
        ("\x00", b"a=b"),
    ],
)
@pytest.mark.parametrize("address", ["/basvuru", "/takip", "/panel/giris", "/dil/tr"])
def test_what_cannot_be_read_is_refused_not_a_crash(
    testapp: Browser, address: str, content_type: str, body: bytes
) -> None:
    token = testapp.csrf()
    for headers in ({}, {"X-CSRF-Token": token}):
        sent = {**headers, "Content-Type": content_type}
        answer = testapp.request(address, method="POST", body=body, headers=sent, status="*", expect_errors=True)
        assert answer.status_int in (200, 303, 400, 401), answer.status
        check_headers(answer)


@pytest.mark.parametrize(
    "path", ["/%ff", "/panel/%ff", "/takip/2026-000001/%ff%fe", "/%00", "/%c3%28", "/" + "a" * 9000, "/%2e%2e/%2e%2e"]
)
def test_a_path_that_cannot_be_read_is_refused(testapp: Browser, path: str) -> None:
    answer = testapp.get(path, status="4*")
    check_headers(answer)


@pytest.mark.parametrize(
    "cookie", ["halkla=\xff\xfe", "halkla_language=\xff", "halkla=" + "a" * 4000, "=; ;;", "halkla", "\x01=\x02"]
)
def test_a_cookie_that_cannot_be_read_is_passed_over(testapp: Browser, cookie: str) -> None:
    testapp.get("/basvuru", headers={"Cookie": cookie}, status=200)


# -- served files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "../routes.py",
        "%2e%2e/routes.py",
        "..%2froutes.py",
        "%2e%2e%2froutes.py",
        "....//routes.py",
        "/etc/passwd",
        "",
        ".",
    ],
)
def test_only_our_files_are_served(testapp: Browser, path: str) -> None:
    answer = testapp.get(f"/static/{path}", status="*", expect_errors=True)
    assert answer.status_int in (301, 302, 400, 403, 404)
    assert "config" not in answer.text


@pytest.mark.parametrize(
    "path",
    ["/.git/config", "/development.ini", "/Data.fs", "/site.json", "/__debug__", "/_debug_toolbar/", "/server-status"],
)
def test_what_scanners_ask_for_is_not_there(testapp: Browser, path: str) -> None:
    testapp.get(path, status=404)


def test_the_log_in_page_says_nothing_about_accounts(testapp: Browser) -> None:
    text = testapp.get("/panel/giris").text
    for person in STAFF.values():
        assert person.name not in text
    assert said(testapp.get("/panel/giris"), ".error-summary") == []
    assert tr("Staff log-in") in text


def test_health_tells_nothing_about_anybody(testapp: Browser, services: Callable[[str], Services], file: File) -> None:
    file(details=ContactDetails("Ayşe Denek", email="ayse@example.org"))
    answer = testapp.get("/healthz")
    assert {"ok", "database", "index_lag", "worker"} <= set(answer.json)
    assert "ayse" not in answer.text.lower()
