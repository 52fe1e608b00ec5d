"""The staff's pages in the dark: nothing loses its contrast, nothing scrolls sideways."""

from typing import Any

import pytest

from tests.browser.house import DESK, PHONE
from tests.browser.test_accessible import violations
from tests.browser.walk import Filed, preview

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_staff_pages_in_the_dark(opened: Any, storage: Any, filed: Filed, answered: Filed, size: Any) -> None:
    with opened(size, storage_state=storage, color_scheme="dark") as page:
        lists = ("/panel", "/panel/suzgec", "/panel/listelerim")
        for path in (*lists, filed.ticket, answered.ticket, f"{answered.ticket}/yazdir"):
            page.goto(path)
            assert (path, violations(page)) == (path, [])
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
        preview(page, filed.ticket)
        page.evaluate("scrollTo(0, 0)")  # what the bar covers counts as too small to be touched
        assert violations(page) == []
