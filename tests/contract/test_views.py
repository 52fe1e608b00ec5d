"""What the application offers, read from Pyramid's own account of it: nothing is open, or writable, by accident."""

from collections import Counter
from typing import Any

import pytest
from pyramid.interfaces import IDefaultCSRFOptions
from pyramid.security import NO_PERMISSION_REQUIRED

from halkla_iliskiler.app import build
from halkla_iliskiler.domain.workflow import Permission
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.web.security import STAFF

# What everybody may enter, signed in or not. A new line here is a decision.
OPEN_TO_ALL = {
    ("home", "GET"),
    ("apply", "GET"),
    ("apply", "POST"),
    ("proposals", "POST"),
    ("same_thing", "POST"),
    ("receipt.same", "POST"),
    ("follow.consent", "POST"),
    ("questions", "POST"),
    ("services", "GET"),
    ("service", "GET"),
    ("service_sticker", "GET"),
    ("follow_form", "GET"),
    ("follow_form", "POST"),
    ("follow", "GET"),  # the code in the address is the key
    ("receipt", "GET"),
    ("receipt.qr", "GET"),
    ("follow.photo", "GET"),
    ("follow.message", "POST"),  # and here, too
    ("follow.panel", "POST"),
    ("follow.reopen", "POST"),
    ("follow.contact", "POST"),
    ("follow.verify", "POST"),
    ("follow.withdraw", "POST"),
    ("mine", "GET"),  # a one-time code is the key
    ("mine", "POST"),
    ("mine.code", "POST"),
    ("mine.leave", "POST"),
    ("privacy", "GET"),
    ("language", "POST"),
    ("emblem", "GET"),
    ("theme", "GET"),
    ("health", "GET"),
    ("robots", "GET"),
    ("staff.login", "GET"),
    ("staff.login", "POST"),
    ("staff.login_code", "GET"),  # and here the password, which opens no session yet
    ("staff.login_code", "POST"),
    ("staff.login_password", "GET"),
    ("staff.login_password", "POST"),
    ("staff.login_factor", "GET"),
    ("staff.login_factor", "POST"),
    ("static", "GET"),
}

View = dict[str, Any]


@pytest.fixture
def registry(assembly: Assembly) -> Any:
    return build(assembly).registry


@pytest.fixture
def views(registry: Any) -> list[View]:
    """Every view of a route, with the permission it was given."""
    found = []
    for entry in registry.introspector.get_category("views"):
        view = entry["introspectable"]
        if view["route_name"] is None:
            continue
        permissions = [other.discriminator for other in entry["related"] if other.category_name == "permissions"]
        found.append({**view, "permissions": permissions})
    return found


def name_of(view: View) -> tuple[str, str]:
    return view["route_name"], view["request_methods"] or "any"


def test_every_route_leads_somewhere(registry: Any, views: list[View]) -> None:
    routes = {entry["introspectable"]["name"] for entry in registry.introspector.get_category("routes")}
    assert routes == {view["route_name"] for view in views}


def test_no_two_views_answer_the_same(views: list[View]) -> None:
    assert [name for name, times in Counter(map(name_of, views)).items() if times > 1] == []


def test_a_view_is_asked_for_by_its_route_alone(registry: Any) -> None:
    loose = [
        entry["introspectable"]
        for entry in registry.introspector.get_category("views")
        if entry["introspectable"]["route_name"] is None and not entry["introspectable"]["exception_only"]
    ]
    # Pyramid's own two views for exceptions; ours are exception views.
    assert {view["context"].__module__.partition(".")[0] for view in loose} <= {"pyramid", "webob", "halkla_iliskiler"}
    assert all(issubclass(view["context"], Exception) or "Exception" in view["context"].__name__ for view in loose)


def test_every_view_says_who_may_enter(views: list[View]) -> None:
    known = {NO_PERMISSION_REQUIRED, STAFF, *Permission}
    for view in views:
        assert len(view["permissions"]) == 1, f"{name_of(view)} is left to the default"
        assert view["permissions"][0] in known, name_of(view)


def test_who_says_nothing_lets_only_staff_in(registry: Any) -> None:
    defaults = [entry["introspectable"]["value"] for entry in registry.introspector.get_category("default permission")]
    assert defaults == [STAFF]


def test_what_is_open_to_all_is_exactly_this(views: list[View]) -> None:
    found = {name_of(view) for view in views if view["permissions"] == [NO_PERMISSION_REQUIRED]}
    assert found == OPEN_TO_ALL


def test_no_page_of_the_back_office_is_open(views: list[View]) -> None:
    open_ones = {view["route_name"] for view in views if view["permissions"] == [NO_PERMISSION_REQUIRED]}
    opened = {name for name in open_ones if name.startswith("staff.")}
    assert opened == {"staff.login", "staff.login_code", "staff.login_password", "staff.login_factor"}


def test_every_view_names_the_one_verb_it_answers(views: list[View]) -> None:
    for view in views:
        assert view["request_methods"] in ("GET", "POST"), name_of(view)


def test_every_unsafe_verb_needs_the_token(registry: Any, views: list[View]) -> None:
    options = registry.getUtility(IDefaultCSRFOptions)
    assert options.require_csrf
    assert options.check_origin
    assert options.callback is None, "no request is excused"
    assert set(options.safe_methods) == {"GET", "HEAD", "OPTIONS", "TRACE"}
    assert {name_of(view) for view in views if view["require_csrf"] is False} == set()


def test_views_hang_on_routes_with_the_right_context(registry: Any) -> None:
    for entry in registry.introspector.get_category("routes"):
        route = entry["introspectable"]
        kind = "staff_context" if route["name"].startswith("staff.") else "citizen_context"
        assert route["factory"].__name__ == kind, route["name"]
        assert route["pattern"].startswith("/panel") == (kind == "staff_context"), route["name"]


def test_the_only_tween_of_ours_is_the_one_of_the_headers(registry: Any) -> None:
    tweens = [entry["introspectable"]["name"] for entry in registry.introspector.get_category("tweens")]
    ours = [name for name in tweens if not name.startswith("pyramid.")]
    assert ours == ["halkla_iliskiler.web.headers.headers_tween_factory"]


@pytest.mark.parametrize("verb", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_no_other_verb_is_answered(registry: Any, testapp: Any, verb: str) -> None:
    for entry in registry.introspector.get_category("routes"):
        address = example(entry["introspectable"]["pattern"])
        if address.startswith("/static"):
            continue
        answer = testapp.request(address, method=verb, status="*")
        assert answer.status_int in (400, 403, 404, 405), f"{verb} {address}"


def example(pattern: str) -> str:
    """Return an address of a route's shape."""
    values = {
        "number": "2026-000001",
        "language": "tr",
        "attachment": "1",
        "entry": "1",
        "photo": "1",
        "code": "X" * 26,
    }
    address, rest = "", pattern
    while "{" in rest:
        head, _, tail = rest.partition("{")
        depth, end = 1, 0
        while depth:
            depth += {"{": 1, "}": -1}.get(tail[end], 0)
            end += 1
        name = tail[: end - 1].partition(":")[0]
        address += head + values.get(name, "note")
        rest = tail[end:]
    return "/" + (address + rest).replace("*subpath", "base.css").lstrip("/")
