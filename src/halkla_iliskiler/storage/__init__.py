"""The only place that opens a database: creation, refusal of what is not sound, the write gate, the clean close."""

from .database import Database, Unreadable, create_database, open_database
from .gate import GateBusy, WriteGate
from .readlog import ReadLine, ReadLog
from .refusals import StorageRefused
from .site import City, NumberBlock, Outbox, Site, StagedUpload

__all__ = [
    "City",
    "Database",
    "GateBusy",
    "NumberBlock",
    "Outbox",
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
