"""The closed list of classes the database may hold.

Everything in a pickle that is not on it is refused when it is read, so a manipulated database cannot run code and
a plugin cannot leave objects behind that nobody can read once it is gone. A class moved to another module needs an
alias here for ever.
"""

from importlib import import_module

__all__ = ["class_factory"]

_PLAIN = {
    "copyreg": {"_reconstructor"},
    "builtins": {"object"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "persistent.mapping": {"PersistentMapping"},
    "ZODB.blob": {"Blob"},
    "BTrees.IOBTree": {"IOBTree", "IOBucket"},
    "BTrees.Length": {"Length"},
    "BTrees.LLBTree": {"LLBTree", "LLBucket", "LLTreeSet", "LLSet"},
    "BTrees.LOBTree": {"LOBTree", "LOBucket"},
    "BTrees.OLBTree": {"OLBTree", "OLBucket"},
    "BTrees.OOBTree": {"OOBTree", "OOBucket", "OOTreeSet", "OOSet"},
    "halkla_iliskiler.domain.access": {"Grant"},
    "halkla_iliskiler.domain.account": {"StaffSession", "User"},
    "halkla_iliskiler.domain.applicant": {"Applicant", "ContactDetails", "Representation"},
    "halkla_iliskiler.domain.bulk": {"BulkJob", "BulkList", "BulkShelf"},
    "halkla_iliskiler.domain.changes": {"Change"},
    "halkla_iliskiler.domain.city": {
        "Body",
        "Category",
        "Danger",
        "Department",
        "Neighbourhood",
        "Question",
        "ReplyTemplate",
        "Synonym",
    },
    "halkla_iliskiler.domain.clocks": {"Clock", "Pause"},
    "halkla_iliskiler.domain.onetime": {"Proof"},
    "halkla_iliskiler.domain.consent": {"Consent"},
    "halkla_iliskiler.domain.contact_log": {"LoggedContact"},
    "halkla_iliskiler.domain.outbox": {"OutboxEntry"},
    "halkla_iliskiler.domain.saved_list": {"SavedList"},
    "halkla_iliskiler.domain.undo": {"Undoable"},
    "halkla_iliskiler.domain.ticket": {"Attachment", "Contact", "HistoryEntry", "Location", "Referral", "Ticket"},
    "halkla_iliskiler.storage.plugin_store": {"PluginValues"},
    "halkla_iliskiler.storage.trees": {"IdentityTree", "JournalTree", "KeyTree", "LookUpTree"},
    "halkla_iliskiler.storage.site": {"City", "NumberBlock", "Outbox", "Site", "StagedUpload"},
}


class ForbiddenClass(Exception):
    """A stored object names a class that is not on the list."""


_cache: dict[tuple[str, str], object] = {}


def class_factory(connection: object, module: str, name: str) -> object:
    """Return the class a stored object names (the ``class_factory`` of :class:`ZODB.DB`).

    Raises:
        ForbiddenClass: the class is not on the closed list.
    """
    found = _cache.get((module, name))
    if found is None:
        if name not in _PLAIN.get(module, ()):
            raise ForbiddenClass(f"{module}.{name} is not among the classes this database may hold")
        found = _cache[module, name] = getattr(import_module(module), name)
    return found
