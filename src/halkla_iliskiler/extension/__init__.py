"""Finding the plugins, asking them, and keeping what they answered."""

from .manager import PluginRefused, build_plugins
from .registry import CityData, Extensions

__all__ = ["CityData", "Extensions", "PluginRefused", "build_plugins"]
