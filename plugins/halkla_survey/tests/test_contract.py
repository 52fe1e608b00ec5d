"""What every plugin is held to."""

from halkla_iliskiler.testing.contract import PluginContract
from halkla_iliskiler.testing.running import RunningCity
from plugins.halkla_survey.tests.people import answer_on_page, close


class TestContract(PluginContract):
    plugin = "survey"

    def use(self, city: RunningCity) -> None:
        """Let somebody be asked, and answer."""
        filed = close(city)
        answer_on_page(city, filed, 4)
        city.work()
