"""Accounts, the second factor and files of accounts, without a browser."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from halkla_iliskiler.domain.access import SYSTEM, Grant
from halkla_iliskiler.domain.account import Step, User
from halkla_iliskiler.domain.errors import Forbidden, InvalidInput
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.accounts import LogInRefused
from halkla_iliskiler.services.passwords import first_password_hash, hand_typed, is_first_password, made_up_code
from halkla_iliskiler.services.people import AREA, Desired
from halkla_iliskiler.services.people_import import PeopleImport, PlanChanged
from halkla_iliskiler.services.second_factor import accepts_code
from halkla_iliskiler.settings import SettingRefused
from halkla_iliskiler.testing import PASSWORD, START, FakeNow, actor, open_site

As = Callable[[str], Services]
HERE = "203.0.113.7"
KEY = b"k" * 32
ROLES = {"clerk": "clerk", "agent": "agent", "administrator": "administrator"}


@pytest.fixture
def admin(services: As) -> Services:
    return services("administrator")


@pytest.fixture
def strict(site_directory: Path, now: FakeNow) -> Iterator[Assembly]:
    """A site whose directors sign in with a second factor."""
    opened = open_site(site_directory, now, second_factor="director")
    yield opened
    opened.close()


def enrolled(services: Services, now: FakeNow) -> tuple[str, list[str]]:
    """Give whoever acts a second factor; return its secret and the recovery codes."""
    offered = services.own_account.offer_factor()
    codes = services.own_account.enrol(offered.token, pyotp.TOTP(offered.secret).at(now()), PASSWORD, "", HERE)
    now.advance(timedelta(minutes=1))
    return offered.secret, codes


# -- who may -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["clerk", "supervisor", "director", "auditor", ""])
def test_only_who_manages_accounts_does(services: As, role: str) -> None:
    people, importer = services(role).people, services(role).people_import
    for use in (
        people.all, lambda: people.one("clerk"), lambda: people.add(Desired("x", "X", ())),
        lambda: people.change(Desired("clerk", "X", ())), lambda: people.disable("clerk"),
        lambda: people.enable("clerk"), lambda: people.reset_password("clerk"), lambda: people.reset_factor("clerk"),
        lambda: people.end_sessions("clerk"), lambda: people.set_away("clerk", None, None, None),
        lambda: importer.plan("x", ROLES), lambda: importer.carry_out("x", ROLES, ""), lambda: importer.opened("x"),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            use()


def test_whatever_is_done_stands_in_the_log_and_nothing_secret_does(
    admin: Services, services: As, assembly: Assembly, now: FakeNow
) -> None:
    first = admin.people.add(Desired("yeni", "Yeni", (Grant("agent"),), "yeni@example.org"))
    admin.people.change(Desired("yeni", "Yeni Ad", (Grant("agent"), Grant("auditor")), "yeni@example.org"))
    second = admin.people.reset_password("yeni")
    admin.people.disable("yeni")
    admin.people.enable("yeni")
    admin.people.set_away("yeni", date(2026, 1, 5), date(2026, 1, 9), "agent")
    secret, codes = enrolled(services("clerk"), now)
    services("clerk").own_account.change_password(PASSWORD, "yepyeni bir parola", "", HERE)
    admin.people.reset_factor("clerk")
    with assembly.database.reading() as site:
        log = admin.changes.latest(site, [AREA], limit=9)
        fields = [sorted(change.after or {}) for change in reversed(log)]
        said = repr([(change.title, change.before, change.after) for change in log])
    assert fields == [
        ["email", "grants", "name", "username"], ["grants", "name"], ["password"], ["disabled"], ["disabled"],
        ["away_from", "away_until", "deputy"], ["factor"], ["password"], ["factor"],
    ]  # fmt: skip
    assert {change.who for change in log} == {"administrator", "clerk"}
    assert not [one for one in (first, second, secret, *codes, PASSWORD, "argon2") if one in said]


def test_a_change_is_taken_back_unless_nobody_would_be_left(admin: Services, services: As, assembly: Assembly) -> None:
    admin.people.add_with_password("second", "İkinci", PASSWORD, (Grant("administrator"),))
    services("system").people.change(Desired("administrator", "Bilge Soylu", (Grant("agent"),)))
    services("system").people.change(Desired("second", "İkinci", (Grant("administrator"), Grant("agent"))))
    with assembly.database.reading() as site:
        change = admin.changes.last(site, AREA, "administrator")
    assert change is not None
    services("system").changes.undo(change.id)
    assert admin.people.one("administrator").grants == (Grant("administrator"),)


def test_a_disabled_administrator_is_not_one_who_is_left(admin: Services) -> None:
    admin.people.add_with_password("second", "İkinci", PASSWORD, (Grant("administrator"),))
    admin.people.disable("second")
    with pytest.raises(InvalidInput) as refused:
        admin.people.change(Desired("administrator", "Bilge", (Grant("agent"),)))
    assert refused.value.problem == "last_administrator"
    with pytest.raises(InvalidInput):
        admin.people.disable("administrator")


def test_who_has_never_signed_in_is_no_administrator_who_is_left(admin: Services, services: As) -> None:
    admin.people.add(Desired("second", "İkinci", (Grant("administrator"),)))
    system = services("system").people
    for leave in (
        lambda: admin.people.change(Desired("administrator", "Bilge", (Grant("agent"),))),
        lambda: system.disable("administrator"),
    ):
        with pytest.raises(InvalidInput) as refused:
            leave()
        assert refused.value.problem == "last_administrator"
    system.set_password("second", "yepyeni bir parola")
    admin.people.change(Desired("administrator", "Bilge", (Grant("agent"),)))


def test_a_house_whose_first_administrator_has_yet_to_sign_in_is_set_up(services: As) -> None:
    people = services("system").people
    people.reset_password("administrator")
    people.disable("clerk")
    with pytest.raises(InvalidInput) as refused:
        people.disable("administrator")
    assert refused.value.problem == "last_administrator"


def test_a_name_is_taken_back_although_the_deputy_has_been_closed_since(admin: Services, assembly: Assembly) -> None:
    admin.people.set_away("clerk", date(2026, 1, 8), date(2026, 1, 9), "director")
    admin.people.change(Desired("clerk", "Serpil Yeni", (Grant("clerk", "parks"),)))
    with assembly.database.reading() as site:
        renamed = admin.changes.last(site, AREA, "clerk")
    assert renamed is not None
    admin.people.disable("director")
    admin.changes.undo(renamed.id)
    clerk = admin.people.one("clerk")
    assert (clerk.name, clerk.deputy, clerk.away_until) == ("Serpil Doğru", "director", date(2026, 1, 9))


# -- what is made up --------------------------------------------------------------------------------------------------


def test_made_up_passwords_are_typed_as_people_type() -> None:
    made = {made_up_code() for _ in range(500)}
    assert len(made) == 500
    for code in list(made)[:20]:
        stored = first_password_hash(KEY, "ayse", code)
        for typed in (code, code.upper(), code.replace("-", " "), f" {code} "):
            assert is_first_password(KEY, stored, "ayse", typed)
        assert not is_first_password(KEY, stored, "mehmet", code)
        assert not is_first_password(b"other", stored, "ayse", code)
        assert hand_typed(code) == code.replace("-", "")


@given(st.text(max_size=40))
def test_with_nothing_handed_out_nothing_is_right(typed: str) -> None:
    assert not is_first_password(KEY, "", "ayse", typed)


# -- the second factor -------------------------------------------------------------------------------------------------


def test_the_codes_are_those_of_the_rfc(services: As, assembly: Assembly) -> None:
    """RFC 6238, appendix B, for SHA-1 (the last six of its eight digits)."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    user = User("ayse", "Ayşe", "", (), START)
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")):
        services("system").second_factor.enter(user, secret, 0, ())
        at = START.fromtimestamp(seconds, START.tzinfo)
        assert accepts_code(assembly.secret, user, code, at)
        assert not accepts_code(assembly.secret, user, code, at), "once"


def test_an_older_code_is_not_accepted_after_a_newer_one(services: As, assembly: Assembly, now: FakeNow) -> None:
    secret, _codes = enrolled(services("clerk"), now)
    codes = pyotp.TOTP(secret)
    with assembly.database.reading() as site:
        user = site.users["clerk"]
        assert accepts_code(assembly.secret, user, codes.at(now()), now())
        assert not accepts_code(assembly.secret, user, codes.at(now() - timedelta(seconds=30)), now())
        assert accepts_code(assembly.secret, user, codes.at(now() + timedelta(seconds=30)), now())


@pytest.mark.parametrize("typed", ["", "000000", "abcdef", "١٢٣٤٥٦", "\ud800", "1" * 1000, "k7qm-4t2p-xw9r"])
def test_what_is_no_code_is_refused(services: As, assembly: Assembly, now: FakeNow, typed: str) -> None:
    enrolled(services("clerk"), now)
    session = assembly.services(services("").actor).accounts.log_in("clerk", PASSWORD, HERE)
    with pytest.raises(LogInRefused):
        services("").accounts.enter_code(session, typed, HERE)


def test_without_the_sites_key_no_code_is_right(services: As, assembly: Assembly, now: FakeNow) -> None:
    secret, codes = enrolled(services("clerk"), now)
    with assembly.database.reading() as site:
        user = site.users["clerk"]
        assert not accepts_code(b"another key", user, pyotp.TOTP(secret).at(now()), now())
        assert not accepts_code(b"another key", user, codes[0], now())


def test_an_offer_is_good_for_half_an_hour(services: As, now: FakeNow) -> None:
    own = services("clerk").own_account
    offered = own.offer_factor()
    now.advance(timedelta(minutes=31))
    with pytest.raises(InvalidInput) as refused:
        own.enrol(offered.token, pyotp.TOTP(offered.secret).at(now()), PASSWORD, "", HERE)
    assert refused.value.problem == "factor_code"


def test_a_role_that_does_not_exist_is_refused_at_the_start(site_directory: Path) -> None:
    with pytest.raises(SettingRefused, match="mayor is no role"):
        open_site(site_directory, second_factor="administrator mayor")


def test_a_session_that_waits_is_nobodys_and_is_swept(services: As, now: FakeNow) -> None:
    enrolled(services("clerk"), now)
    accounts = services("system").accounts
    session = accounts.log_in("clerk", PASSWORD, HERE)
    assert accounts.actor_of(session) is None
    assert accounts.waiting(session) is not None
    now.advance(timedelta(minutes=11))
    assert accounts.waiting(session) is None
    assert accounts.sweep_sessions() == 1


def test_disabling_ends_a_log_in_that_waits(services: As, now: FakeNow, admin: Services) -> None:
    secret, _codes = enrolled(services("clerk"), now)
    accounts = services("system").accounts
    session = accounts.log_in("clerk", PASSWORD, HERE)
    admin.people.disable("clerk")
    assert accounts.waiting(session) is None
    assert accounts.actor_of(session) is None
    assert secret


def _by_the_form(admin: Services, grant: Grant) -> None:
    admin.people.change(Desired("clerk", "Serpil Doğru", (grant,)))


def _by_a_file(admin: Services, grant: Grant) -> None:
    text, roles = "username,name,role,directorate\nclerk,Serpil Doğru,role,parks\n", {"role": grant.role}
    admin.people_import.carry_out(text, roles, admin.people_import.plan(text, roles).seal)


@pytest.mark.parametrize("give", [_by_the_form, _by_a_file])
def test_a_role_that_asks_for_a_second_factor_signs_out_whoever_has_none(
    strict: Assembly, give: Callable[[Services, Grant], None]
) -> None:
    admin, accounts = strict.services(actor("administrator")), strict.services(SYSTEM).accounts
    session = accounts.log_in("clerk", PASSWORD, HERE)
    give(admin, Grant("field_crew", "parks"))
    assert accounts.actor_of(session) is not None, "this role does not ask for one"
    give(admin, Grant("director", "parks"))
    assert accounts.actor_of(session) is None
    waiting = accounts.waiting(accounts.log_in("clerk", PASSWORD, HERE))
    assert waiting is not None
    assert waiting.step is Step.ENROL


def test_taking_back_that_a_role_was_taken_away_signs_out_too(strict: Assembly) -> None:
    admin, accounts = strict.services(actor("administrator")), strict.services(SYSTEM).accounts
    admin.people.change(Desired("director", "Filiz Başaran", (Grant("clerk", "parks"),)))
    with strict.database.reading() as site:
        change = admin.changes.last(site, AREA, "director")
    assert change is not None
    session = accounts.log_in("director", PASSWORD, HERE)
    assert accounts.actor_of(session) is not None
    admin.changes.undo(change.id)
    assert accounts.actor_of(session) is None


def test_whoever_has_a_second_factor_stays_signed_in_with_a_role_that_asks_for_it(
    strict: Assembly, now: FakeNow
) -> None:
    secret, _codes = enrolled(strict.services(actor("clerk")), now)
    accounts = strict.services(SYSTEM).accounts
    session = accounts.enter_code(accounts.log_in("clerk", PASSWORD, HERE), pyotp.TOTP(secret).at(now()), HERE)
    _by_the_form(strict.services(actor("administrator")), Grant("director", "parks"))
    assert accounts.actor_of(session) is not None


def test_nobody_takes_their_own_second_factor_away_as_an_administrator(
    admin: Services, services: As, now: FakeNow
) -> None:
    enrolled(admin, now)
    with pytest.raises(InvalidInput) as refused:
        admin.people.reset_factor("administrator")
    assert refused.value.problem == "own_account"
    assert admin.people.one("administrator").has_factor
    services("system").people.reset_factor("administrator")
    assert not admin.people.one("administrator").has_factor


# -- files -------------------------------------------------------------------------------------------------------------


def test_a_file_carried_out_twice_changes_nothing_the_second_time(admin: Services) -> None:
    text = "username,name,role,directorate\nali,Ali,clerk,parks\nali,Ali,clerk,roads\nveli,Veli,agent,\n"
    importer: PeopleImport = admin.people_import
    plan = importer.plan(text, ROLES)
    handed = importer.carry_out(text, ROLES, plan.seal)
    assert sorted(one.username for one in handed) == ["ali", "veli"]
    again = importer.plan(text, ROLES)
    assert {one.kind for one in again.planned} == {"same"}
    assert not again.is_ready
    with pytest.raises(PlanChanged):
        importer.carry_out(text, ROLES, again.seal)


def test_the_administration_can_be_handed_over_by_a_file_to_whoever_has_signed_in(
    admin: Services, services: As
) -> None:
    text = "username;name;role;directorate\nadministrator;Bilge Soylu;agent;\nyeni;Yeni;administrator;\n"
    assert [one.problem for one in admin.people_import.plan(text, ROLES).problems] == ["last_administrator"]
    admin.people.add(Desired("yeni", "Yeni", (Grant("agent"),)))
    assert [one.problem for one in admin.people_import.plan(text, ROLES).problems] == ["last_administrator"]
    services("system").people.set_password("yeni", "yepyeni bir parola")
    plan = admin.people_import.plan(text, ROLES)
    assert plan.problems == ()
    admin.people_import.carry_out(text, ROLES, plan.seal)


@given(st.binary(max_size=300), st.booleans())
def test_no_file_is_a_crash(site_cache: list[Services], content: bytes, has_head: bool) -> None:
    from halkla_iliskiler.services.people_import import decoded

    try:
        text = decoded((b"username;name;role\n" if has_head else b"") + content)
    except InvalidInput:
        return
    plan = site_cache[0].people_import.plan(text, ROLES)
    assert plan.problems or plan.planned


@pytest.fixture(scope="module")
def site_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Services]]:
    from halkla_iliskiler.testing import actor, make_site

    assembly = make_site(tmp_path_factory.mktemp("file") / "site")
    yield [assembly.services(actor("administrator"))]
    assembly.close()


# -- away --------------------------------------------------------------------------------------------------------------


def test_somebody_is_away_from_a_day_until_a_day(admin: Services, assembly: Assembly) -> None:
    admin.people.set_away("clerk", date(2026, 1, 8), date(2026, 1, 9), "director")
    with assembly.database.reading() as site:
        clerk = site.users["clerk"]
        assert [clerk.is_away(date(2026, 1, day)) for day in (7, 8, 9, 10)] == [False, True, True, False]
    for deputy, start, until, problem in (
        ("clerk", None, date(2026, 1, 9), "unknown"), ("nobody", None, date(2026, 1, 9), "unknown"),
        (None, date(2026, 1, 9), date(2026, 1, 8), "before_start"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as refused:
            admin.people.set_away("clerk", start, until, deputy)
        assert refused.value.problem == problem
