"""Finding the plugins, asking them, and keeping what they answered."""

from .budget import Budgets, refuse_when_abandoned
from .faults import Faults, Quarantine
from .loading import BUILTINS, build_plugins
from .manager import PerPlugin, Plugins
from .refusals import PluginRefused
from .registry import CityData, Extensions

__all__ = [
    "BUILTINS",
    "Budgets",
    "CityData",
    "Extensions",
    "Faults",
    "PerPlugin",
    "PluginRefused",
    "Plugins",
    "Quarantine",
    "build_plugins",
    "refuse_when_abandoned",
]
