"""The form on other websites: only on those the city lists, and honest about what a frame cannot do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from halkla_iliskiler.app import build
from halkla_iliskiler.settings import SettingRefused, read_options
from halkla_iliskiler.testing import FakeNow, open_site
from tests.conftest import Browser
from tests.functional.pages import said, soup, tr

CITY = "https://www.ornek.example"
IN_FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}
ON_OUR_SITE = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-site"}


@pytest.fixture
def framing(site_directory: Path, now: FakeNow) -> Iterator[Browser]:
    """A citizen's browser on a site that lets one website show its form."""
    assembly = open_site(site_directory, now, embed_origins=f"{CITY} https://portal.ornek.example:8443")
    yield Browser(build(assembly), extra_environ={"REMOTE_ADDR": "203.0.113.7"})
    assembly.close()


def ancestors(answer: object) -> str:
    policy: str = answer.headers["Content-Security-Policy"]  # type: ignore[attr-defined]
    return policy.rpartition("frame-ancestors ")[2]


@pytest.mark.parametrize("headers", [IN_FRAME, ON_OUR_SITE, {}])
def test_nobody_frames_anything_unless_the_city_says_who(testapp: Browser, headers: dict[str, str]) -> None:
    page = testapp.get("/basvuru?gomulu=1", headers=headers)
    assert ancestors(page) == "'none'"
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "apply" in page.forms, "it is the ordinary page"
    assert soup(page).select_one("header.head") is not None


def test_only_the_form_is_shown_and_only_by_those_the_city_lists(framing: Browser) -> None:
    page = framing.get("/basvuru?gomulu=1", headers=ON_OUR_SITE)
    assert ancestors(page) == f"{CITY} https://portal.ornek.example:8443"
    assert "X-Frame-Options" not in page.headers
    for path in ("/", "/basvuru", "/takip", "/basvurularim", "/panel/giris", "/basvuru?gomulu=2", "/takip?gomulu=1"):
        other = framing.get(path, headers=ON_OUR_SITE)
        assert ancestors(other) == "'none'", path
        assert other.headers["X-Frame-Options"] == "DENY", path


def test_on_our_own_site_the_form_is_in_the_frame_and_its_answer_outside(framing: Browser) -> None:
    page = framing.get("/basvuru?gomulu=1&konu=bench&lang=ar", headers=ON_OUR_SITE)
    shown = soup(page)
    assert shown.select_one("base")["target"] == "_blank"
    assert shown.select("header.head, footer.foot, .back") == []
    assert shown.html["lang"] == "ar"
    form = page.forms["apply"]
    assert form["category"].value == "bench"
    form["words"] = "Bank kırık"
    receipt = form.submit(status=303).follow()
    assert ancestors(receipt) == "'none'", "its address holds the code"
    assert soup(receipt).select_one("base") is None


@pytest.mark.parametrize("headers", [IN_FRAME, {}])
def test_elsewhere_a_door_opens_the_form_in_a_window_of_its_own(framing: Browser, headers: dict[str, str]) -> None:
    page = framing.get("/basvuru?gomulu=1&konu=bench&etiket=K-1", headers=headers)
    assert ancestors(page).startswith(CITY)
    assert page.forms == {}, "a form could not be sent from there"
    assert soup(page).select_one("base")["target"] == "_blank"
    door = soup(page).select_one(".door a.button")
    assert door["href"] == "/basvuru?konu=bench&etiket=K-1"
    assert tr("(opens a new window)") in said(page, ".door a.button")[0]
    assert framing.get(door["href"]).forms["apply"]["category"].value == "bench"


def test_opened_by_itself_it_is_the_ordinary_page(framing: Browser) -> None:
    page = framing.get("/basvuru?gomulu=1", headers={"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none"})
    assert soup(page).select_one("header.head") is not None
    assert soup(page).select_one("base") is None


@pytest.mark.parametrize("query", ["konu=%ff&gomulu=1", "gomulu=%ff", "gomulu=1&konu=<script>"])
def test_nonsense_is_no_error(framing: Browser, query: str) -> None:
    assert "<script>" not in framing.get(f"/basvuru?{query}", headers=ON_OUR_SITE).text


@pytest.mark.parametrize(
    "origin", ["*", "https://*.example.org", "https://a.example/path", "'self'", "a.example", "https:"]
)
def test_a_setting_that_lets_in_more_than_it_says_is_refused(tmp_path: Path, origin: str) -> None:
    with pytest.raises(SettingRefused, match="embed_origins"):
        read_options({"halkla.data": str(tmp_path), "halkla.embed_origins": origin})


def test_origins_are_read_one_by_one(tmp_path: Path) -> None:
    options = read_options(
        {"halkla.data": str(tmp_path), "halkla.embed_origins": "https://A.example/\nhttp://localhost:8080"}
    )
    assert options.embed_origins == ("https://a.example", "http://localhost:8080")
