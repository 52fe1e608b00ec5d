"""What one ticket's page tells beside the words: what else is open about the same thing."""

from collections.abc import Callable

from halkla_iliskiler.domain.ticket import Location
from halkla_iliskiler.services.intake import Filed
from tests.conftest import Browser
from tests.functional.pages import said

Browsers = Callable[[str], Browser]
Page = Callable[..., Filed]


def numbers_beside(browser: Browser, filed: Filed) -> list[str]:
    return said(browser.get(f"/panel/basvurular/{filed.address}"), ".t-side .t-others .number")


def test_what_is_open_nearby_on_the_same_subject_stands_beside_a_ticket(browser_of: Browsers, file: Page) -> None:
    here, elsewhere = Location("isikli"), Location("cayirbasi")
    first = file(category="tree", words="Parktaki ağaç kurumuş.", location=here)
    second = file(category="tree", words="Işıklı'da bir dal sarkıyor.", location=here)
    file(category="tree", words="Çayırbaşı'nda dal kırıldı.", location=elsewhere)
    file(category="leak", words="Burada su akıyor.", location=here)
    assert numbers_beside(browser_of("clerk"), first) == [second.number]


def test_what_has_the_same_words_is_named_once(browser_of: Browsers, file: Page) -> None:
    here = Location("isikli")
    first, second = (file(category="tree", words="Parktaki ağaç kurumuş.", location=here) for _ in range(2))
    assert numbers_beside(browser_of("clerk"), first) == [second.number]
