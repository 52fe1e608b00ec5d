"""Signing in step by step, and one's own account, as a browser without JavaScript sees it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from webtest import TestResponse

from halkla_iliskiler.app import build
from halkla_iliskiler.domain.access import SYSTEM, Grant
from halkla_iliskiler.domain.errors import InvalidInput
from halkla_iliskiler.services import Assembly, Services, own_account
from halkla_iliskiler.services.accounts import LogInRefused
from halkla_iliskiler.services.passwords import hash_password
from halkla_iliskiler.services.people import Desired
from halkla_iliskiler.testing import PASSWORD, FakeNow, open_site
from tests.conftest import Browser

As = Callable[[str], Services]


@pytest.fixture
def assembly(site_directory: Path, now: FakeNow) -> Iterator[Assembly]:
    """The site of a city whose pages are in English first: what is asserted here are its own sentences."""
    opened = open_site(site_directory, now, default_language="en")
    yield opened
    opened.close()


OWN = "yepyeni bir parola 9"


def code(secret: str, now: FakeNow) -> str:
    return pyotp.TOTP(secret).at(now())


def secret_on(page: TestResponse) -> str:
    return page.html.find(class_="h-secret").text.replace(" ", "")


def codes_on(page: TestResponse) -> list[str]:
    return [item.text for item in page.html.select(".h-code-list li")]


def submit(browser: Browser, page: TestResponse, **values: str) -> TestResponse:
    """Send the page's own form with some fields filled in."""
    form = page.forms["own"] if "own" in page.forms else next(iter(f for k, f in page.forms.items() if k in FORMS))
    for name, value in values.items():
        form[name] = value
    return form.submit()


FORMS = ("code", "password", "factor", "login", "own")


def said(page: TestResponse) -> str:
    return " ".join(page.html.find("main").text.split())


def set_up(browser: Browser, now: FakeNow, password: str = PASSWORD) -> tuple[str, list[str]]:
    page = browser.get("/panel/hesabim/ikinci-adim")
    secret = secret_on(page)
    done = submit(browser, page, code=code(secret, now), password=password)
    now.advance(timedelta(minutes=1))
    return secret, codes_on(done)


def log_in(browser: Browser, username: str, password: str, **kw: object) -> TestResponse:
    return browser.send("/panel/giris", {"username": username, "password": password, "next": ""}, **kw)


# -- a password that was handed out ----------------------------------------------------------------------------------


def test_a_password_that_was_handed_out_is_replaced_at_the_first_log_in(testapp: Browser, services: As) -> None:
    first = services("administrator").people.add(Desired("yeni", "Yeni Memur", (Grant("clerk", "parks"),)))
    answer = log_in(testapp, "yeni", first.upper().replace("-", " "))
    assert answer.location.endswith("/panel/giris/yeni-parola")
    assert "/panel/giris" in testapp.get("/panel", status=303).location, "nothing is open yet"
    page = answer.follow()
    assert "The two are not the same" in said(submit(testapp, page, password=OWN, again=OWN + "x"))
    assert "at least 12" in said(submit(testapp, page, password="kısa", again="kısa"))
    assert "another password" in said(submit(testapp, page, password=first, again=first))
    done = submit(testapp, page, password=OWN, again=OWN)
    assert done.location.endswith("/panel")
    assert testapp.get("/panel").status_int == 200
    testapp.reset()
    assert log_in(testapp, "yeni", first, status=401)
    assert log_in(testapp, "yeni", OWN, status=303).location.endswith("/panel")


def test_after_two_weeks_a_password_that_was_handed_out_opens_nothing(
    testapp: Browser, services: As, now: FakeNow
) -> None:
    first = services("administrator").people.add(Desired("yeni", "Yeni Memur", (Grant("clerk", "parks"),)))
    now.advance(timedelta(days=14))
    log_in(testapp, "yeni", first, status=401)


def test_a_log_in_that_waits_too_long_begins_anew(testapp: Browser, services: As, now: FakeNow) -> None:
    first = services("administrator").people.reset_password("clerk")
    page = log_in(testapp, "clerk", first).follow()
    now.advance(timedelta(minutes=11))
    assert submit(testapp, page, password=OWN, again=OWN).location.endswith("/panel/giris")


def test_a_reset_ends_what_was_open_at_once(browser_of: Callable[[str], Browser], services: As) -> None:
    browser = browser_of("clerk")
    services("administrator").people.reset_password("clerk")
    assert "/panel/giris" in browser.get("/panel", status=303).location
    log_in(browser, "clerk", PASSWORD, status=401)


# -- the second factor -----------------------------------------------------------------------------------------------


def test_whoever_wants_to_signs_in_with_a_code_too(testapp: Browser, now: FakeNow) -> None:
    testapp.log_in("clerk")
    secret, recovery = set_up(testapp, now)
    assert len(set(recovery)) == 10
    assert "On. 10 recovery codes are left." in said(testapp.get("/panel/hesabim"))
    testapp.reset()
    answer = log_in(testapp, "clerk", PASSWORD)
    assert answer.location.endswith("/panel/giris/kod")
    assert "/panel/giris" in testapp.get("/panel", status=303).location, "the password alone opens nothing"
    page = answer.follow()
    before = testapp.cookies["halkla"]
    assert "This code is not right" in said(submit_code(page, "000000", status=401))
    assert submit_code(page, code(secret, now)).location.endswith("/panel")
    assert testapp.cookies["halkla"] != before
    assert testapp.get("/panel").status_int == 200


def submit_code(page: TestResponse, typed: str, field: str = "code", **kw: object) -> TestResponse:
    form = page.forms["code"]
    form[field] = typed
    return form.submit(**kw)


def test_a_code_opens_once_and_a_recovery_code_too(testapp: Browser, now: FakeNow) -> None:
    testapp.log_in("clerk")
    secret, recovery = set_up(testapp, now)
    said_code = code(secret, now)
    for field, typed in (("code", said_code), ("recovery", recovery[3].upper())):
        testapp.reset()
        assert submit_code(log_in(testapp, "clerk", PASSWORD).follow(), typed, field).status_int == 303
        testapp.reset()
        submit_code(log_in(testapp, "clerk", PASSWORD).follow(), typed, field, status=401)
    testapp.reset()
    submit_code(log_in(testapp, "clerk", PASSWORD).follow(), recovery[4], "recovery")
    assert "On. 8 recovery codes are left." in said(testapp.get("/panel/hesabim"))


@pytest.mark.parametrize(("off", "status"), [(-60, 401), (-30, 303), (0, 303), (30, 303), (60, 401)])
def test_a_clock_may_be_half_a_minute_wrong(testapp: Browser, now: FakeNow, off: int, status: int) -> None:
    testapp.log_in("clerk")
    secret, _recovery = set_up(testapp, now)
    testapp.reset()
    page = log_in(testapp, "clerk", PASSWORD).follow()
    submit_code(page, pyotp.TOTP(secret).at(now() + timedelta(seconds=off)), status=status)


def test_who_guesses_codes_waits(testapp: Browser, now: FakeNow) -> None:
    testapp.log_in("clerk")
    secret, _recovery = set_up(testapp, now)
    testapp.reset()
    for _ in range(5):
        page = log_in(testapp, "clerk", PASSWORD).follow()
        submit_code(page, "000000", status=401)
    refused = submit_code(page, code(secret, now), status=429)
    now.advance(timedelta(seconds=int(refused.headers["Retry-After"])))
    assert submit_code(page, code(secret, now)).status_int == 303


def test_setting_it_up_and_a_new_telephone_sign_out_every_other_machine(
    browser_of: Callable[[str], Browser], now: FakeNow
) -> None:
    here, elsewhere = browser_of("clerk"), browser_of("clerk")
    secret, _recovery = set_up(here, now)
    assert "/panel/giris" in elsewhere.get("/panel", status=303).location
    submit_code(log_in(elsewhere, "clerk", PASSWORD).follow(), code(secret, now), status=303)
    assert elsewhere.get("/panel").status_int == 200
    set_up(here, now)
    assert "/panel/giris" in elsewhere.get("/panel", status=303).location
    assert here.get("/panel").status_int == 200


def test_turning_it_off_asks_for_the_password(testapp: Browser, now: FakeNow) -> None:
    testapp.log_in("clerk")
    set_up(testapp, now)
    page = testapp.get("/panel/hesabim/ikinci-adim/kapat")
    assert "This is not your password" in said(submit(testapp, page, password="nope"))
    assert submit(testapp, page, password=PASSWORD).status_int == 303
    testapp.reset()
    assert log_in(testapp, "clerk", PASSWORD).location.endswith("/panel")


def test_new_recovery_codes_take_the_place_of_the_old_ones(testapp: Browser, now: FakeNow) -> None:
    testapp.log_in("clerk")
    _secret, old = set_up(testapp, now)
    new = codes_on(submit(testapp, testapp.get("/panel/hesabim/kurtarma-kodlari"), password=PASSWORD))
    assert not set(old) & set(new)
    testapp.reset()
    page = log_in(testapp, "clerk", PASSWORD).follow()
    submit_code(page, old[0], "recovery", status=401)
    submit_code(page, new[0], "recovery", status=303)


def test_a_wrong_first_code_keeps_the_picture_that_was_scanned(testapp: Browser) -> None:
    testapp.log_in("clerk")
    page = testapp.get("/panel/hesabim/ikinci-adim")
    again = submit(testapp, page, code="000000", password=PASSWORD)
    assert secret_on(again) == secret_on(page)
    assert "This code is not right" in said(again)


def test_somebody_elses_offer_is_nothing(browser_of: Callable[[str], Browser], now: FakeNow) -> None:
    mine, other = browser_of("clerk"), browser_of("director")
    page = mine.get("/panel/hesabim/ikinci-adim")
    form = other.get("/panel/hesabim/ikinci-adim").forms["own"]
    form["token"] = page.forms["own"]["token"].value
    form["code"], form["password"] = code(secret_on(page), now), PASSWORD
    assert "This code is not right" in said(form.submit())


def test_the_site_keeps_neither_the_secret_nor_a_recovery_code(
    testapp: Browser, now: FakeNow, assembly: Assembly
) -> None:
    testapp.log_in("clerk")
    secret, recovery = set_up(testapp, now)
    content = assembly.database.files.data.read_bytes()
    assert secret.encode() not in content
    assert not [one for one in recovery if one.encode() in content or one.replace("-", "").encode() in content]


@pytest.fixture
def strict(site_directory: Path, now: FakeNow) -> Iterator[Browser]:
    """A browser of a city that asks its clerks for a second factor."""
    opened = open_site(site_directory, now, second_factor="clerk administrator", default_language="en")
    yield Browser(build(opened), extra_environ={"REMOTE_ADDR": "203.0.113.7"})
    opened.close()


def test_a_role_that_requires_it_sets_it_up_at_the_log_in(strict: Browser, now: FakeNow) -> None:
    page = log_in(strict, "clerk", PASSWORD).follow()
    assert page.request.path == "/panel/giris/ikinci-adim"
    assert "/panel/giris" in strict.get("/panel", status=303).location
    secret = secret_on(page)
    form = page.forms["factor"]
    form["code"] = code(secret, now)
    done = form.submit()
    assert len(codes_on(done)) == 10
    assert done.click("I have kept them").status_int == 200
    strict.get("/panel")
    now.advance(timedelta(minutes=1))
    strict.reset()
    assert submit_code(log_in(strict, "clerk", PASSWORD).follow(), code(secret, now)).location.endswith("/panel")
    page = strict.get("/panel/hesabim/ikinci-adim/kapat")
    assert "Your role requires" in said(submit(strict, page, password=PASSWORD))


def test_a_page_that_waits_to_set_it_up_is_worth_nothing_once_it_is_set_up(strict: Browser, now: FakeNow) -> None:
    thief = Browser(strict.app, extra_environ={"REMOTE_ADDR": "198.51.100.9"})
    page, stolen = (log_in(browser, "clerk", PASSWORD).follow() for browser in (strict, thief))
    form = page.forms["factor"]
    form["code"] = code(secret_on(page), now)
    assert len(codes_on(form.submit())) == 10
    form = stolen.forms["factor"]
    form["code"] = code(secret_on(stolen), now)
    assert form.submit(status=303).location.endswith("/panel/giris")
    now.advance(timedelta(minutes=1))
    strict.reset()
    assert submit_code(log_in(strict, "clerk", PASSWORD).follow(), code(secret_on(page), now)).location.endswith(
        "/panel"
    )


def test_who_has_lost_the_telephone_sets_it_up_anew_after_a_reset(strict: Browser, now: FakeNow) -> None:
    page = log_in(strict, "clerk", PASSWORD).follow()
    form = page.forms["factor"]
    form["code"] = code(secret_on(page), now)
    form.submit()
    strict.app.registry.assembly.services(SYSTEM).people.reset_factor("clerk")
    assert "/panel/giris" in strict.get("/panel", status=303).location
    assert log_in(strict, "clerk", PASSWORD).location.endswith("/panel/giris/ikinci-adim")


def test_other_roles_are_not_asked(strict: Browser) -> None:
    assert log_in(strict, "director", PASSWORD).location.endswith("/panel")


def test_steps_cannot_be_skipped_or_asked_for(testapp: Browser) -> None:
    for path in ("kod", "yeni-parola", "ikinci-adim"):
        assert testapp.get(f"/panel/giris/{path}", status=303).location.endswith("/panel/giris")
        assert testapp.send(f"/panel/giris/{path}", {"code": "1", "password": OWN, "again": OWN}, status=303)
    testapp.log_in("clerk")
    assert testapp.get("/panel/giris/kod", status=303).location.endswith("/panel/giris")


# -- password, machines, away ----------------------------------------------------------------------------------------


def test_one_changes_ones_own_password_and_is_signed_out_elsewhere(browser_of: Callable[[str], Browser]) -> None:
    here, elsewhere = browser_of("clerk"), browser_of("clerk")
    page = here.get("/panel/hesabim/parola")
    assert "This is not your password" in said(submit(here, page, old="nope", password=OWN, again=OWN))
    assert submit(here, page, old=PASSWORD, password=OWN, again=OWN).status_int == 303
    assert here.get("/panel").status_int == 200
    assert "/panel/giris" in elsewhere.get("/panel", status=303).location
    log_in(elsewhere, "clerk", PASSWORD, status=401)
    assert log_in(elsewhere, "clerk", OWN).location.endswith("/panel")


def test_a_reset_that_comes_between_proof_and_change_holds(services: As, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing the new password takes a while: the administrator is faster."""
    handed_out = []

    def reset_first(password: str) -> str:
        monkeypatch.undo()
        handed_out.append(services("administrator").people.reset_password("clerk"))
        return hash_password(password)

    monkeypatch.setattr(own_account, "hash_password", reset_first)
    with pytest.raises(InvalidInput):
        services("clerk").own_account.change_password(PASSWORD, OWN, "", "203.0.113.9")
    accounts = services("administrator").accounts
    assert accounts.log_in("clerk", handed_out[0], "203.0.113.9")
    with pytest.raises(LogInRefused):
        accounts.log_in("clerk", OWN, "203.0.113.9")


def test_one_sees_where_one_is_signed_in_and_signs_out_there(browser_of: Callable[[str], Browser]) -> None:
    here, elsewhere, others = browser_of("clerk"), browser_of("clerk"), browser_of("director")
    page = here.get("/panel/hesabim")
    lines = page.html.select(".h-list")[0].find_all("li")
    assert len(lines) == 2
    assert "this machine" in lines[0].text
    assert "203.0.113.7" in lines[1].text
    handle = lines[1].find("input", {"name": "handle"})["value"]
    others.send("/panel/hesabim/oturum", {"handle": handle})
    assert elsewhere.get("/panel").status_int == 200, "it is nobody else's to end"
    here.send("/panel/hesabim/oturum", {"handle": handle})
    assert "/panel/giris" in elsewhere.get("/panel", status=303).location
    browser_of("clerk")
    here.send("/panel/hesabim/oturum", {"handle": "others"})
    assert len(here.get("/panel/hesabim").html.select(".h-list")[0].find_all("li")) == 1


def test_one_sees_ones_last_log_ins(testapp: Browser) -> None:
    testapp.log_in("clerk")
    testapp.post("/panel/giris", {}, status="*")
    assert len(testapp.get("/panel/hesabim").html.select(".h-list.is-plain li")) == 1


def test_one_says_when_one_is_away_and_who_stands_in(testapp: Browser, services: As, now: FakeNow) -> None:
    testapp.log_in("clerk")
    today = services("clerk").today
    page = testapp.get("/panel/hesabim/izin")
    later, end = (today + timedelta(days=days) for days in (3, 10))
    wrong = submit(testapp, page, start=end.isoformat(), until=later.isoformat(), deputy="director")
    assert "The last day comes before" in said(wrong)
    assert wrong.forms["own"]["deputy"].value == "director"
    over = submit(testapp, page, start="", until=(today - timedelta(days=1)).isoformat())
    assert "over already" in said(over)
    submit(testapp, page, start=later.isoformat(), until=end.isoformat(), deputy="director")
    assert "Filiz Başaran stands in." in said(testapp.get("/panel/hesabim"))
    with services("system").assembly.database.reading() as site:
        user = site.users["clerk"]
        assert [user.is_away(today + timedelta(days=days)) for days in (2, 3, 10, 11)] == [False, True, True, False]
    submit(testapp, testapp.get("/panel/hesabim/izin"), start="", until="", deputy="")
    assert "Filiz Başaran" not in said(testapp.get("/panel/hesabim"))
