"""The accounts of the house on their pages: list, one account, a file, and the passwords that are handed out."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from webtest import TestResponse, Upload

from halkla_iliskiler.domain.access import Grant
from halkla_iliskiler.services import Assembly, Services
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


PEOPLE = "/panel/yonetim/kisiler"
HEAD = "username;name;role;directorate;e-mail\r\n"


@pytest.fixture
def admin(testapp: Browser) -> Browser:
    testapp.log_in("administrator")
    return testapp


def said(page: TestResponse) -> str:
    return " ".join(page.html.find("main").text.split())


def names_on(page: TestResponse) -> list[str]:
    return [cell.find("a").text for cell in page.html.select(".h-people tbody td:first-child")]


def password_on(page: TestResponse) -> str:
    return page.html.find(class_="h-slip-password").text


def upload(browser: Browser, content: str | bytes, name: str = "kisiler.csv") -> TestResponse:
    form = next(form for form in browser.get(f"{PEOPLE}/dosyadan").forms.values() if "file" in form.fields)
    form["file"] = Upload(name, content if isinstance(content, bytes) else content.encode())
    return form.submit()


def do_it(page: TestResponse) -> TestResponse:
    return next(form for form in page.forms.values() if "carried" in form.fields).submit()


# -- the list --------------------------------------------------------------------------------------------------------


def test_the_list_is_searched_and_narrowed(admin: Browser, services: As, now: FakeNow) -> None:
    names = names_on(admin.get(PEOPLE))
    assert len(names) == 11
    assert names == sorted(names, key=lambda name: name.replace("İ", "I~"))
    people = services("administrator").people
    people.disable("clerk-roads")
    today = services("administrator").today
    people.set_away("director", None, today + timedelta(days=1), "clerk")
    for asked, found in (
        ({"q": "serpil dogru"}, ["Serpil Doğru"]), ({"q": "CLERK-FAM"}, ["Gülay Çetinkaya"]),
        ({"rol": "agent"}, ["Deniz Aksu"]), ({"mudurluk": "roads"}, ["Murat Işıksal"]),
        ({"durum": "kapali"}, ["Murat Işıksal"]), ({"durum": "izinli"}, ["Filiz Başaran"]),
        ({"durum": "girmedi", "rol": "administrator"}, []), ({"adim": "var"}, []), ({"q": "yok böyle biri"}, []),
    ):  # fmt: skip
        assert names_on(admin.get(PEOPLE, asked)) == found, asked
    assert "Nobody fits" in said(admin.get(PEOPLE, {"q": "yok böyle biri"}))


def test_three_hundred_accounts_come_in_pages(admin: Browser) -> None:
    lines = [f"kisi.{place};Kişi {place:03};agent;;" for place in range(300)]
    done = do_it(upload(admin, HEAD + "\n".join(lines)))
    assert len(done.html.select(".h-slips > li")) == 300
    page, seen = admin.get(PEOPLE), []
    while True:
        seen += names_on(page)
        if not page.html.find("a", rel="next"):
            break
        page = page.click(linkid=None, description="Further")
    assert len(seen) == len(set(seen)) == 311
    assert admin.get(PEOPLE, {"ilk": "99999"}).status_int == admin.get(PEOPLE, {"ilk": "-1"}).status_int == 200


# -- one account -----------------------------------------------------------------------------------------------------


def test_an_account_is_made_and_its_password_shown_once(admin: Browser, browser_of: Callable[[str], Browser]) -> None:
    form = admin.get(f"{PEOPLE}/yeni").forms["person"]
    form["username"], form["name"], form["email"] = "yeni.memur", "Yeni Memur", "yeni@example.org"
    form["role-0"], form["department-0"] = "clerk", "parks"
    more = form.submit("more").forms["person"]
    assert (more["username"].value, more["role-0"].value) == ("yeni.memur", "clerk")
    more["role-1"], more["department-1"], more["sensitive-1"] = "clerk", "family", True
    done = more.submit("save")
    first = password_on(done)
    assert "no-store" in done.headers["Cache-Control"]
    page = admin.get(f"{PEOPLE}/kisi/yeni.memur")
    assert first not in page.text
    assert "password handed out" in said(page)
    form = page.forms["person"]
    assert [form[f"{name}-1"].value for name in ("role", "department")] == ["clerk", "family"]
    assert form["sensitive-1"].checked
    assert not form["sensitive-0"].checked
    other = browser_of("")
    answer = other.send("/panel/giris", {"username": "yeni.memur", "password": first})
    assert answer.location.endswith("/panel/giris/yeni-parola")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"username": "çalışan"}, "letters without Turkish marks"), ({"username": "clerk"}, "is taken"),
        ({"username": ""}, "Please fill this in"), ({"name": ""}, "Please fill this in"),
        ({"role-0": ""}, "Please fill this in"),
        ({"department-0": ""}, "needs a directorate"), ({"email": "nobody"}, "not an e-mail address"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_kept(admin: Browser, values: dict[str, str], words: str) -> None:
    form = admin.get(f"{PEOPLE}/yeni").forms["person"]
    plain = {"username": "yeni", "name": "Yeni Memur", "role-0": "clerk", "department-0": "parks", "email": ""}
    for name, value in {**plain, **values}.items():
        form[name] = value
    page = form.submit("save")
    assert page.status_int == 200
    assert words in said(page)
    again = page.forms["person"]
    assert again["name"].value == {**plain, **values}["name"]


def test_other_roles_count_at_once_and_can_be_taken_back(
    admin: Browser, browser_of: Callable[[str], Browser], assembly: Assembly
) -> None:
    clerk = browser_of("clerk")
    form = admin.get(f"{PEOPLE}/kisi/clerk").forms["person"]
    form["role-0"], form["department-0"] = "clerk", "roads"
    assert form.submit("save").status_int == 303
    assert clerk.get("/panel").status_int == 200
    with assembly.database.reading() as site:
        assert site.users["clerk"].grants == (Grant("clerk", "roads"),)
    page = admin.get(f"{PEOPLE}/kisi/clerk")
    history = page.html.find(class_="a-history")
    assert "Bilge Soylu" in history.text
    undo = next(form for form in page.forms.values() if "geri-al" in form.action)
    assert undo.submit().status_int == 303
    with assembly.database.reading() as site:
        assert site.users["clerk"].grants == (Grant("clerk", "parks"),)


def test_two_who_change_the_same_account_do_not_overwrite_each_other(admin: Browser, services: As) -> None:
    form = admin.get(f"{PEOPLE}/kisi/clerk").forms["person"]
    services("administrator").people.change(Desired("clerk", "Serpil Yeni", (Grant("clerk", "parks"),)))
    form["email"] = "serpil@example.org"
    page = form.submit("save")
    assert "changed while you had it open" in said(page)
    again = page.forms["person"]
    assert again["email"].value == "serpil@example.org"
    assert again.submit("save").status_int == 303


def test_closing_ends_sessions_at_once_and_opening_lets_in_again(
    admin: Browser, browser_of: Callable[[str], Browser]
) -> None:
    clerk = browser_of("clerk")
    admin.send(f"{PEOPLE}/kisi/clerk/kapat")
    assert "/panel/giris" in clerk.get("/panel", status=303).location
    clerk.send("/panel/giris", {"username": "clerk", "password": PASSWORD}, status=401)
    admin.send(f"{PEOPLE}/kisi/clerk/ac")
    assert clerk.send("/panel/giris", {"username": "clerk", "password": PASSWORD}).status_int == 303
    history = admin.get(f"{PEOPLE}/kisi/clerk").html.find(class_="a-history").text
    assert "Account closed" in history


def test_nobody_closes_their_own_account_or_leaves_the_house_without_an_administrator(
    admin: Browser, services: As
) -> None:
    assert "own account" in said(admin.send(f"{PEOPLE}/kisi/administrator/kapat").follow())
    form = admin.get(f"{PEOPLE}/kisi/administrator").forms["person"]
    form["role-0"] = "agent"
    assert "nobody could look after the accounts" in said(form.submit("save"))
    services("administrator").people.add_with_password("second", "İkinci", PASSWORD, (Grant("administrator"),))
    form = admin.get(f"{PEOPLE}/kisi/administrator").forms["person"]
    form["role-0"] = "agent"
    assert form.submit("save").status_int == 303
    admin.get(PEOPLE, status=403)


def test_a_new_password_is_shown_once_and_its_history_tells_no_secret(admin: Browser, assembly: Assembly) -> None:
    page = admin.send(f"{PEOPLE}/kisi/clerk/parola")
    first = password_on(page)
    shown = admin.get(f"{PEOPLE}/kisi/clerk")
    assert first not in shown.text
    assert "made new by the administration" in said(shown)
    assert "geri-al" not in str(shown.html.find(class_="a-history"))
    content = assembly.database.files.data.read_bytes()
    assert first.encode() not in content
    assert first.replace("-", "").encode() not in content


def test_somebody_is_away_and_somebody_stands_in(admin: Browser, services: As) -> None:
    today = services("administrator").today
    form = admin.get(f"{PEOPLE}/kisi/clerk/izin").forms["away"]
    form["start"], form["until"] = today.isoformat(), (today - timedelta(days=1)).isoformat()
    assert "comes before the first" in said(form.submit("save"))
    form["until"], form["deputy"] = (today + timedelta(days=5)).isoformat(), "director"
    form.submit("save")
    assert "Filiz Başaran stands in" in said(admin.get(f"{PEOPLE}/kisi/clerk"))


def test_there_is_nobody_of_that_name(admin: Browser) -> None:
    for path in ("", "/izin"):
        admin.get(f"{PEOPLE}/kisi/nobody{path}", status=404)
    for deed in ("kapat", "ac", "parola", "ikinci-adim", "oturumlar"):
        admin.send(f"{PEOPLE}/kisi/nobody/{deed}", status=404)


# -- a file ----------------------------------------------------------------------------------------------------------


def test_a_file_shows_what_it_would_do_then_does_it_and_then_changes_nothing(
    admin: Browser, assembly: Assembly
) -> None:
    content = HEAD + (
        "ali.can;Ali Can;clerk;parks;ali@example.org\r\n"
        "ali.can;Ali Can;clerk;roads;\r\n"
        "clerk;Serpil Doğru;clerk;parks;serpil@example.org\r\n"
        "director;Filiz Başaran;director;parks;\r\n"
    )
    size = assembly.database.files.data.stat().st_size
    page = upload(admin, content)
    numbers = [item.find("b").text for item in page.html.select(".h-numbers li")]
    assert numbers == ["1", "1", "1", "9"]
    assert "serpil@example.org" in said(page)
    assert assembly.database.files.data.stat().st_size == size, "nothing is done yet"
    done = do_it(page)
    assert password_on(done)
    with assembly.database.reading() as site:
        assert site.users["ali.can"].grants == (Grant("clerk", "parks"), Grant("clerk", "roads"))
        assert site.users["clerk"].email == "serpil@example.org"
    again = upload(admin, content)
    assert [item.find("b").text for item in again.html.select(".h-numbers li")][:3] == ["0", "0", "3"]
    assert "There is nothing to do" in said(again)
    assert not any("carried" in form.fields for form in again.forms.values())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1254", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_files_come_as_spreadsheets_save_them(
    admin: Browser, assembly: Assembly, encoding: str, delimiter: str
) -> None:
    lines = (
        ("Kullanıcı adı", "Ad Soyad", "Görev", "Müdürlük", "E-posta", "Hassas konular"),
        ("sule.isik", "Şule Işık", "clerk", "parks", "", "evet"),
    )
    page = upload(admin, "\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    do_it(page)
    with assembly.database.reading() as site:
        assert site.users["sule.isik"].name == "Şule Işık"
        assert site.users["sule.isik"].grants == (Grant("clerk", "parks", sensitive=True),)


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        ("a b;Ad;agent;;", "2", "letters without Turkish marks"), (";Ad;agent;;", "2", "Please fill this in"),
        ("ok;;agent;;", "2", "Please fill this in"), ("ok;Ad;mayor;;", "2", "There is no such role"),
        ("ok;Ad;clerk;;", "2", "needs a directorate"), ("ok;Ad;clerk;atlantis;", "2", "no such directorate"),
        ("ok;Ad;agent;;nobody", "2", "not an e-mail address"),
        (f"ok;{'a' * 81};agent;;", "2", "at most 80 letters"),
        (f"ok;Ad;agent;;{'a' * 200}@example.org", "2", "at most 200 letters"),
        ("ok;Ad;agent;;\nok;Başka;auditor;;", "3", "another name"),
        ("ok;Ad;agent;;\nok;Ad;agent;;", "3", "twice"), ("\n\nok;Ad;mayor;;", "4", "no such role"),
        ("CLERK;Ad;agent;;", "2", "in other letters"), ("system;Ad;agent;;", "2", "is taken"),
        ("ali.can;Ad;agent;;\nAli.Can;Ad;agent;;", "3", "in other letters"),
        ("administrator;Bilge Soylu;agent;;", "—", "look after the accounts"),
    ],
)  # fmt: skip
def test_each_wrong_line_says_what_to_do_and_nothing_is_done(
    admin: Browser, assembly: Assembly, lines: str, line: str, words: str
) -> None:
    page = upload(admin, f"{HEAD}{lines}\n")
    row = page.html.select(".h-plan tbody tr")[0].find_all("td")
    assert row[0].text.split()[-1] == line
    assert words in row[3].text
    assert not any("carried" in form.fields for form in page.forms.values())
    with assembly.database.reading() as site:
        assert len(site.users) == 11


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "nothing in this file"), (b"\x89PNG\x00\x00\x1a", "no text file"), (b"x;y\n1;2", "column is missing"),
        (HEAD.encode(), "nothing in this file"), (b"a" * ((1 << 20) + 1), "too large"),
        ((HEAD + "x;y;agent;;\n" * 2001).encode(), "too large"),
    ],
)  # fmt: skip
def test_what_is_no_such_file_is_said(admin: Browser, content: bytes, words: str) -> None:
    assert words in said(upload(admin, content))


def test_when_the_accounts_have_changed_since_nothing_is_done(admin: Browser, services: As, assembly: Assembly) -> None:
    page = upload(admin, HEAD + "clerk;Serpil Doğru;clerk;roads;\n")
    services("administrator").people.change(Desired("clerk", "Serpil Yeni", (Grant("clerk", "parks"),)))
    again = do_it(page)
    assert "have changed since this was shown" in said(again)
    with assembly.database.reading() as site:
        assert site.users["clerk"].grants == (Grant("clerk", "parks"),)
    do_it(again)
    with assembly.database.reading() as site:
        assert site.users["clerk"].grants == (Grant("clerk", "roads"),)


def test_the_passwords_are_a_file_that_calculates_nothing(
    admin: Browser, browser_of: Callable[[str], Browser], now: FakeNow
) -> None:
    page = do_it(upload(admin, HEAD + "ali;=1+1;agent;;\nveli;Veli;agent;;\n"))
    form = next(form for form in page.forms.values() if "sheet" in form.fields)
    answer = form.submit()
    lines = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig")), delimiter=";"))
    assert [line[:2] for line in lines[1:]] == [["ali", "'=1+1"], ["veli", "Veli"]]
    assert [line[2] for line in lines[1:]] == [one.text for one in page.html.select(".h-slip-password")]
    other = browser_of("administrator")
    now.advance(timedelta(minutes=31))
    assert form.submit().status_int == 303
    assert other.send(f"{PEOPLE}/parolalar.csv", {"sheet": form["sheet"].value}).status_int == 303


def test_the_example_is_a_file_that_fits(admin: Browser) -> None:
    example = admin.get(f"{PEOPLE}/ornek.csv")
    page = upload(admin, example.body)
    assert page.html.select_one(".h-numbers li b").text == "3"
    assert not page.html.select(".error-summary")


def test_what_is_carried_from_page_to_page_cannot_be_made_up(admin: Browser, assembly: Assembly) -> None:
    for values in ({}, {"carried": "%%%", "seal": "x"}, {"carried": "YQ==", "seal": ""}):
        assert admin.send(f"{PEOPLE}/dosyadan/uygula", values).status_int == 200
    assert admin.send(f"{PEOPLE}/parolalar.csv", {"sheet": "x"}).status_int == 303


def test_one_can_go_back_to_what_a_file_would_do_but_never_to_passwords(admin: Browser) -> None:
    page = upload(admin, HEAD + "yeni.kisi;Yeni Kişi;agent;;\n")
    assert "no-store" not in page.headers["Cache-Control"]
    slips = do_it(page)
    assert password_on(slips)
    assert slips.headers["Cache-Control"] == "no-store"
    # Where going back leads from the next page, and a reload: never to the form that made the passwords.
    assert slips.html.find(class_="h-slips")["data-instead"].endswith(PEOPLE)
    assert "have changed since" in said(do_it(page)), "pressed again after going back, nothing is done twice"
