"""Inside another Pyramid site: ours works below its prefix, and nothing of the host is changed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import deform
import pytest
from pyramid.authorization import ACLHelper, Allow, Authenticated, Everyone
from pyramid.config import Configurator
from pyramid.csrf import get_csrf_token
from pyramid.interfaces import (
    ICSRFStoragePolicy,
    IDefaultCSRFOptions,
    IDefaultPermission,
    IRootFactory,
    ISecurityPolicy,
    ISessionFactory,
)
from pyramid.request import Request
from pyramid.response import Response
from pyramid.session import SignedCookieSessionFactory
from webtest import TestApp

from halkla_iliskiler.testing import PASSWORD, make_site, site_settings
from tests.functional.pages import said, soup, words


class HostPolicy:
    """Who sends a name in a header is that person."""

    def identity(self, request: Request) -> str | None:
        return request.headers.get("X-Name")

    def authenticated_userid(self, request: Request) -> str | None:
        return request.identity

    def permits(self, request: Request, context: Any, permission: str) -> Any:
        principals = [Everyone] + ([Authenticated] if request.identity else [])
        return ACLHelper().permits(context, principals, permission)


class HostRoot:
    __acl__ = ((Allow, Authenticated, "enter"),)

    def __init__(self, request: Request) -> None:
        pass


def host_tween(handler: Callable[[Request], Response], registry: Any) -> Callable[[Request], Response]:
    def tween(request: Request) -> Response:
        response = handler(request)
        response.headers["X-Host"] = "yes"
        return response

    return tween


def counter(request: Request) -> Response:
    request.session["visits"] = request.session.get("visits", 0) + 1
    return Response(f"host {request.session['visits']} {get_csrf_token(request)}")


def receive(request: Request) -> Response:
    return Response("host received")


def not_there(request: Request) -> Response:
    return Response("host: not there", 404)


def host(settings: dict[str, str]) -> Configurator:
    """Make a site with opinions of its own about everything."""
    config = Configurator(settings=settings, root_factory=HostRoot)
    config.set_session_factory(SignedCookieSessionFactory("host-secret", cookie_name="host"))
    config.set_security_policy(HostPolicy())
    config.set_default_permission("enter")
    config.set_default_csrf_options(require_csrf=True)
    config.add_tween("tests.functional.test_mount.host_tween")
    config.add_route("page", "/page")
    config.add_view(counter, route_name="page", request_method="GET")
    config.add_view(receive, route_name="page", request_method="POST")
    config.add_notfound_view(not_there)
    return config


UTILITIES = (
    ISecurityPolicy,
    ISessionFactory,
    IDefaultPermission,
    IDefaultCSRFOptions,
    ICSRFStoragePolicy,
    IRootFactory,
)


@pytest.fixture
def closers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Callable[[], None]]]:
    """Close what would be closed when the process ends."""
    found: list[Callable[[], None]] = []
    monkeypatch.setattr("halkla_iliskiler.app.atexit.register", found.append)
    yield found
    for close in found:
        close()


@pytest.fixture(params=["setting", "prefix"])
def mounted(request: pytest.FixtureRequest, tmp_path: Path, closers: list[Callable[[], None]]) -> Configurator:
    """A host with ours below ``/merkez``, said by a setting of ours or by Pyramid's own means."""
    make_site(tmp_path / "site").close()
    settings = site_settings(tmp_path / "site", base_url="http://localhost/merkez")
    if request.param == "setting":
        config = host({**settings, "halkla.mount": "/merkez"})
        config.include("halkla_iliskiler")
    else:
        config = host(settings)
        config.include("halkla_iliskiler", route_prefix="merkez")
    return config


@pytest.fixture
def browser(mounted: Configurator) -> TestApp:
    return TestApp(mounted.make_wsgi_app())


NAMED = {"X-Name": "host-user"}


def test_ours_works_below_the_prefix(browser: TestApp) -> None:
    home = browser.get("/merkez/", status=200)
    form = next(form for form in home.forms.values() if "words" in form.fields)
    assert form.action == "/merkez/basvuru"
    form["words"] = "Parktaki bank kırık."
    receipt = form.submit(status=200).forms["apply"].submit(status=303)
    assert receipt.location.startswith("http://localhost/merkez/takip/")
    receipt = receipt.follow()
    number, code = said(receipt, ".receipt-big")[0], "".join(said(receipt, ".receipt-group"))
    page = browser.get("/merkez/takip")
    form = next(form for form in page.forms.values() if "number" in form.fields)
    form["number"], form["code"] = number, code
    assert number in words(form.submit(status=303).follow())


def test_every_link_of_ours_stays_below_the_prefix(browser: TestApp) -> None:
    for address in ("/merkez/", "/merkez/basvuru", "/merkez/takip", "/merkez/panel/giris", "/merkez/aydinlatma"):
        page = soup(browser.get(address, status=200))
        for tag in page.find_all(True):
            for name in ("href", "src", "action"):
                target = tag.get(name, "")
                if target.startswith("/"):
                    assert target.startswith("/merkez/"), f"{address}: {tag.name} {target}"
                    if tag.name in ("link", "script", "img"):
                        browser.get(target, status=200)


def test_the_back_office_works_below_the_prefix(browser: TestApp) -> None:
    answer = browser.get("/merkez/panel", status=303)
    assert answer.location.startswith("http://localhost/merkez/panel/giris?next=")
    form = answer.follow().forms["login"]
    form["username"], form["password"] = "clerk", PASSWORD
    answer = form.submit(status=303)
    assert answer.location == "http://localhost/merkez/panel"
    page = answer.follow(status=200)
    assert "Serpil Doğru" in page.text
    logout = next(form for form in page.forms.values() if form.action.endswith("/cikis"))
    assert logout.submit(status=303).location == "http://localhost/merkez/panel/giris"


def test_ours_keeps_its_own_headers_and_tokens(browser: TestApp) -> None:
    page = browser.get("/merkez/takip")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    browser.post("/merkez/takip", {"number": "1", "code": "2"}, status=400)
    theirs = browser.get("/page", headers=NAMED).text.split()[2]
    browser.post("/merkez/takip", {"number": "1", "code": "2", "csrf_token": theirs}, status=400)
    missing = browser.get("/merkez/nowhere", status=404)
    assert "host" not in missing.text.replace("localhost", "")


def test_the_hosts_own_pages_are_as_before(browser: TestApp) -> None:
    first = browser.get("/page", headers=NAMED)
    assert first.text.startswith("host 1 ")
    assert first.headers["X-Host"] == "yes"
    assert "Content-Security-Policy" not in first.headers
    browser.get("/merkez/")
    second = browser.get("/page", headers=NAMED)
    assert second.text.split()[1:] == ["2", first.text.split()[2]], "its session and its token"
    assert set(browser.cookies) == {"host", "halkla"}
    browser.get("/page", status=403)
    browser.post("/page", {}, headers=NAMED, status=400)
    assert browser.post("/page", {"csrf_token": first.text.split()[2]}, headers=NAMED).text == "host received"
    assert browser.get("/nowhere", status=404).text == "host: not there"
    assert browser.get("/merkezi", status=404).text == "host: not there"


def test_nothing_of_the_host_is_set(mounted: Configurator, tmp_path: Path) -> None:
    mounted.commit()
    alone = host({})
    alone.commit()
    for utility in UTILITIES:
        mine, other = mounted.registry.queryUtility(utility), alone.registry.queryUtility(utility)
        assert type(mine) is type(other), utility
    assert mounted.registry.queryUtility(IRootFactory) is HostRoot

    def names(config: Configurator, category: str, key: str) -> set[object]:
        entries = config.registry.introspector.get_category(category) or []
        return {entry["introspectable"][key] for entry in entries}

    assert names(mounted, "tweens", "name") == names(alone, "tweens", "name")
    assert names(mounted, "request extensions", "name") == names(alone, "request extensions", "name")
    assert names(mounted, "renderer factories", "name") == names(alone, "renderer factories", "name")
    assert names(mounted, "routes", "name") - names(alone, "routes", "name") == {"halkla_iliskiler"}


def test_deforms_own_renderer_is_left_alone(mounted: Configurator) -> None:
    assert deform.Form.default_renderer is deform.template.default_renderer
    assert isinstance(deform.template.default_renderer, deform.template.ZPTRendererFactory)
