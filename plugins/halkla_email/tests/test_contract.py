"""What every plugin is held to; the tests themselves come from the core."""

from halkla_iliskiler.testing.contract import PluginContract


class TestContract(PluginContract):
    plugin = "email"
    settings = ("halkla_email.sender = iletisim@city.example",)
