"""What the tests of whole pages share."""

from collections.abc import Callable
from typing import Any

import pytest

from halkla_iliskiler.services import Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.testing import draft


@pytest.fixture
def file(services: Callable[[str], Services]) -> Callable[..., Filed]:
    """``file(words=…)``: an application that has been filed."""

    def filed(**values: Any) -> Filed:
        return services("").intake.file(draft(**values))

    return filed
