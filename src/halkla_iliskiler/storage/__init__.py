"""The only place that opens a database: creation, refusal of what is not sound, the write gate, the clean close."""

from .database import Database, Unreadable, create_database, open_database
from .export_files import ExportFiles
from .gate import GateBusy, WriteGate
from .plugin_store import PluginValues
from .readlog import ReadLine, ReadLog
from .refusals import StorageRefused
from .site import CITY_KINDS, City, NumberBlock, Outbox, Site, StagedUpload

__all__ = [
    "CITY_KINDS",
    "City",
    "Database",
    "ExportFiles",
    "GateBusy",
    "NumberBlock",
    "Outbox",
    "PluginValues",
    "ReadLine",
    "ReadLog",
    "Site",
    "StagedUpload",
    "StorageRefused",
    "Unreadable",
    "WriteGate",
    "create_database",
    "open_database",
]
