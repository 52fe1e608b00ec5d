"""Signing in, staying signed in, and being signed out."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher

from halkla_iliskiler.domain.access import Grant
from halkla_iliskiler.domain.account import ABSOLUTE_SESSION_LIFE, IDLE_SESSION_LIFE
from halkla_iliskiler.domain.errors import InvalidInput, NotFound
from halkla_iliskiler.services import Assembly, Services, passwords
from halkla_iliskiler.services.accounts import Accounts, LogInRefused
from halkla_iliskiler.services.people import People
from halkla_iliskiler.services.throttle import Throttle
from halkla_iliskiler.testing import PASSWORD, START, FakeNow, actor, open_site

As = Callable[..., Services]
HERE = "203.0.113.7"


@pytest.fixture
def accounts(services: As) -> Accounts:
    return services("system").accounts


def fails(accounts: Accounts, username: str, password: str = "wrong", client: str = HERE) -> timedelta:  # noqa: S107
    with pytest.raises(LogInRefused) as refused:
        accounts.log_in(username, password, client)
    return refused.value.wait


def test_name_and_password_open_a_session_in_ones_own_name(accounts: Accounts) -> None:
    session = accounts.log_in("clerk", PASSWORD, HERE)
    actor = accounts.actor_of(session)
    assert actor is not None
    assert (actor.id, actor.name, actor.grants) == ("clerk", "Serpil Doğru", (Grant("clerk", "parks"),))


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("clerk", "wrong"), ("clerk", ""), ("clerk", PASSWORD + " "), ("clerk", PASSWORD.upper()), ("Clerk", PASSWORD),
        ("nobody", PASSWORD), ("", ""), ("clerk\x00", PASSWORD), ("çalışan", PASSWORD), ("clerk", "x" * 100_000),
    ],
)  # fmt: skip
def test_anything_else_is_refused_without_saying_what_was_wrong(
    accounts: Accounts, username: str, password: str
) -> None:
    with pytest.raises(LogInRefused) as refused:
        accounts.log_in(username, password, HERE)
    assert (str(refused.value), refused.value.wait) == ("log-in refused", timedelta())


def test_neither_the_session_nor_the_password_can_be_read_from_the_database(
    assembly: Assembly, accounts: Accounts
) -> None:
    session = accounts.log_in("clerk", PASSWORD, HERE)
    content = assembly.database.files.data.read_bytes()
    assert session.encode() not in content
    assert PASSWORD.encode() not in content
    assert b"$argon2id$" in content


@pytest.mark.parametrize("wrong", ["", "x", "../../etc", "ç", "\ud800", "a" * 10_000])
def test_a_made_up_session_is_nobodys(accounts: Accounts, wrong: str) -> None:
    assert accounts.actor_of(wrong) is None


def log_in_while(deed: Callable[[], object], accounts: Accounts, password: str, patch: pytest.MonkeyPatch) -> None:
    """Let *deed* happen after the password was verified and before the session is opened."""

    def verified(stored: str, typed: str) -> bool:
        answer = passwords.is_right(stored, typed)
        deed()
        return answer

    with patch.context() as patched:
        # Today's parameters are others, so that the log-in would write the password anew, too.
        patched.setattr(passwords, "hasher", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
        patched.setattr("halkla_iliskiler.services.accounts.is_right", verified)
        accounts.log_in("clerk", password, HERE)


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda people: people.disable("clerk"), lambda people: people.reset_password("clerk"),
        lambda people: people.set_password("clerk", "yepyeni-bir-parola-7"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_first", [False, True])
def test_what_happens_to_an_account_while_its_password_is_verified_counts(
    accounts: Accounts,
    services: As,
    assembly: Assembly,
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: Callable[[People], object],
    is_first: bool,
) -> None:
    people = services("system").people
    password = people.reset_password("clerk") if is_first else PASSWORD
    with pytest.raises(LogInRefused):
        log_in_while(lambda: meanwhile(people), accounts, password, monkeypatch)
    with assembly.database.reading() as site:
        assert not [one for one in site.sessions.values() if one.username == "clerk"]
    if not people.one("clerk").is_disabled:
        fails(accounts, "clerk", password)


def test_a_password_is_hashed_anew_when_nothing_happened_meanwhile(
    accounts: Accounts, assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in_while(lambda: None, accounts, PASSWORD, monkeypatch)
    with assembly.database.reading() as site:
        assert "t=2" in site.users["clerk"].password_hash
    assert accounts.log_in("clerk", PASSWORD, HERE)


# -- a second factor that is there is never replaced by whoever has the password only ------------------------------


@pytest.fixture
def strict(site_directory: Path, now: FakeNow) -> Iterator[Services]:
    """The use cases of a city that asks its clerks for a second factor, in a clerk's name."""
    opened = open_site(site_directory, now, second_factor="clerk")
    yield opened.services(actor("clerk"))
    opened.close()


def test_setting_up_the_second_factor_ends_every_other_log_in(strict: Services, now: FakeNow) -> None:
    accounts = strict.accounts
    thief, owner = accounts.log_in("clerk", PASSWORD, "198.51.100.9"), accounts.log_in("clerk", PASSWORD, HERE)
    stolen, offered = accounts.offer_factor(thief), accounts.offer_factor(owner)
    session, codes = accounts.enrol(owner, offered.token, pyotp.TOTP(offered.secret).at(now()))
    assert accounts.waiting(thief) is None
    with strict.assembly.database.reading() as site:
        assert len(site.sessions) == 1
    with pytest.raises(NotFound):
        accounts.enrol(thief, stolen.token, pyotp.TOTP(stolen.secret).at(now()))
    assert accounts.actor_of(session) is not None
    assert accounts.enter_code(accounts.log_in("clerk", PASSWORD, HERE), codes[0], HERE)


def test_setting_it_up_on_ones_own_page_ends_a_log_in_that_waits(strict: Services, now: FakeNow) -> None:
    thief, offered = strict.accounts.log_in("clerk", PASSWORD, "198.51.100.9"), strict.own_account.offer_factor()
    strict.own_account.enrol(offered.token, pyotp.TOTP(offered.secret).at(now()), PASSWORD, "", HERE)
    assert strict.accounts.waiting(thief) is None


def test_a_log_in_that_waits_replaces_no_second_factor_however_that_came(strict: Services, now: FakeNow) -> None:
    accounts = strict.accounts
    thief = accounts.log_in("clerk", PASSWORD, "198.51.100.9")
    stolen = accounts.offer_factor(thief)
    secret = pyotp.random_base32()
    strict.write(lambda unit: strict.second_factor.enter(unit.site.users["clerk"], secret, 0, ()), "a factor")
    assert accounts.waiting(thief) is None
    with pytest.raises(NotFound):
        accounts.enrol(thief, stolen.token, pyotp.TOTP(stolen.secret).at(now()))
    session = accounts.log_in("clerk", PASSWORD, HERE)
    assert accounts.enter_code(session, pyotp.TOTP(secret).at(now()), HERE)


# -- slowing down --------------------------------------------------------------------------------------------------


def test_who_guesses_waits_longer_each_time_and_never_more_than_a_quarter_of_an_hour(
    accounts: Accounts, now: FakeNow
) -> None:
    waits = [fails(accounts, "clerk") for _ in range(6)]
    assert waits[:5] == [timedelta()] * 5
    seen = [waits[5]]
    for _ in range(14):
        now.advance(seen[-1])
        assert fails(accounts, "clerk") == timedelta()
        seen.append(fails(accounts, "clerk"))
    assert seen[0] > timedelta()
    assert seen == sorted(seen)
    assert seen[-1] == timedelta(minutes=15)


def test_while_one_waits_the_right_password_is_not_even_looked_at(accounts: Accounts, now: FakeNow) -> None:
    for _ in range(5):
        fails(accounts, "clerk")
    wait = fails(accounts, "clerk", PASSWORD)
    assert wait > timedelta()
    now.advance(wait)
    assert accounts.log_in("clerk", PASSWORD, HERE)


def test_the_right_password_forgives(accounts: Accounts) -> None:
    for _ in range(3):
        for _ in range(4):
            fails(accounts, "clerk")
        accounts.log_in("clerk", PASSWORD, HERE)


def test_a_stranger_who_guesses_does_not_lock_the_colleague_out(accounts: Accounts) -> None:
    for _ in range(10):
        fails(accounts, "clerk", client="198.51.100.9")
    assert accounts.log_in("clerk", PASSWORD, HERE)


def test_an_office_behind_one_address_is_not_locked_out_by_one_of_its_people(accounts: Accounts) -> None:
    for _ in range(8):
        fails(accounts, "clerk")
    assert accounts.log_in("director", PASSWORD, HERE)


def test_who_tries_one_password_on_many_names_waits_too(accounts: Accounts) -> None:
    waits = [fails(accounts, f"name{place}") for place in range(40)]
    assert waits[-1] > timedelta()


def test_who_guesses_from_many_addresses_waits_too(accounts: Accounts) -> None:
    waits = [fails(accounts, "clerk", client=f"198.51.100.{place}") for place in range(60)]
    assert waits[-1] > timedelta()


def test_a_quiet_hour_forgives() -> None:
    throttle, keys = Throttle(), {"key": 2}
    throttle.failed(keys, START)
    throttle.failed(keys, START)
    assert throttle.wait(keys, START) > timedelta()
    throttle.failed(keys, START + timedelta(hours=2))
    assert throttle.wait(keys, START + timedelta(hours=2)) == timedelta()


# -- the end of a session ------------------------------------------------------------------------------------------


def test_log_out_ends_the_session_and_every_copy_of_its_cookie(accounts: Accounts) -> None:
    mine, elsewhere = accounts.log_in("clerk", PASSWORD, HERE), accounts.log_in("clerk", PASSWORD, HERE)
    accounts.log_out(mine)
    accounts.log_out(mine)
    assert accounts.actor_of(mine) is None
    assert accounts.actor_of(elsewhere) is not None


def test_a_session_ends_after_half_a_day_whatever_is_done(accounts: Accounts, now: FakeNow) -> None:
    session = accounts.log_in("clerk", PASSWORD, HERE)
    now.advance(ABSOLUTE_SESSION_LIFE)
    assert accounts.actor_of(session) is not None
    now.advance(timedelta(seconds=1))
    assert accounts.actor_of(session) is None
    assert accounts.sweep_sessions() == 1
    assert accounts.sweep_sessions() == 0


def test_a_disabled_account_is_out_at_once_and_cannot_come_back(accounts: Accounts) -> None:
    session, other = accounts.log_in("clerk", PASSWORD, HERE), accounts.log_in("director", PASSWORD, HERE)
    accounts.disable("clerk")
    assert accounts.actor_of(session) is None
    assert accounts.actor_of(other) is not None
    fails(accounts, "clerk", PASSWORD)
    assert {one.username for one in accounts.all() if one.is_disabled} == {"clerk"}


def test_a_new_password_ends_every_session_and_the_old_one_opens_nothing(accounts: Accounts) -> None:
    session = accounts.log_in("clerk", PASSWORD, HERE)
    accounts.change_password("clerk", "yepyeni-bir-parola-7")
    assert accounts.actor_of(session) is None
    fails(accounts, "clerk", PASSWORD)
    assert accounts.log_in("clerk", "yepyeni-bir-parola-7", HERE)


def test_a_browser_that_is_left_alone_for_an_hour_is_signed_out(testapp: Any, now: FakeNow) -> None:
    testapp.log_in("clerk")
    for _ in range(3):  # at work, a page every 50 minutes
        now.advance(timedelta(minutes=50))
        assert testapp.get("/panel").status_int == 200
    now.advance(IDLE_SESSION_LIFE + timedelta(seconds=1))
    assert "/panel/giris" in testapp.get("/panel", status=303).location


def test_a_cookie_that_was_copied_before_log_out_opens_nothing_after_it(browser_of: Any) -> None:
    mine, thief = browser_of("clerk"), browser_of("")
    for cookie in mine.cookiejar:
        thief.cookiejar.set_cookie(cookie)
    assert thief.get("/panel").status_int == 200
    mine.send("/panel/cikis")
    assert "/panel/giris" in thief.get("/panel", status=303).location


# -- accounts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "field", "problem"),
    [
        ({"username": ""}, "username", "username"), ({"username": "a b"}, "username", "username"),
        ({"username": "çalışan"}, "username", "username"), ({"username": "a/b"}, "username", "username"),
        ({"username": "clerk"}, "username", "taken"), ({"username": "Clerk"}, "username", "taken"),
        ({"username": "system"}, "username", "taken"), ({"username": "SYSTEM"}, "username", "taken"),
        ({"password": "kısa"}, "password", "password_length"),
        ({"password": "x" * 129}, "password", "password_length"), ({"grants": (Grant("mayor"),)}, "role", "unknown"),
        ({"grants": (Grant("clerk"),)}, "department", "unknown"),
        ({"grants": (Grant("clerk", "gone"),)}, "department", "unknown"),
    ],
)  # fmt: skip
def test_an_account_that_makes_no_sense_is_refused(
    accounts: Accounts, values: dict[str, Any], field: str, problem: str
) -> None:
    known = {one.username for one in accounts.all()}
    plain = {"username": "yeni.kisi-2", "name": "Yeni Kişi", "password": PASSWORD, "grants": (Grant("agent"),)}
    with pytest.raises(InvalidInput) as refused:
        accounts.add(**{**plain, **values})
    assert (refused.value.field, refused.value.problem) == (field, problem)
    assert {one.username for one in accounts.all()} == known
    accounts.add(**plain)


@pytest.mark.parametrize("use", [lambda a: a.disable("nobody"), lambda a: a.change_password("nobody", PASSWORD)])
def test_nobody_cannot_be_changed(accounts: Accounts, use: Callable[[Accounts], None]) -> None:
    with pytest.raises(NotFound):
        use(accounts)
