"""What every plugin is held to."""

from halkla_iliskiler.testing.contract import PluginContract


class TestContract(PluginContract):
    plugin = "webhook"
