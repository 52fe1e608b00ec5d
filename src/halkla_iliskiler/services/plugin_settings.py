"""The settings of plugins: the ini's lines, what an administrator has saved, the plugin's own defaults, in this order.

What they may be says the plugin's schema (colander). Saved values are kept as the texts the schema writes, so that
they can be read without the plugin; each change stands in the log of changes. A secret comes from a credential file,
from the environment, or is written once on the plugin's page: then it is kept encrypted, and never shown or logged.
A secret that is sent somewhere (``sent_to`` in the schema) goes only where whoever gave it has seen it go: one from
outside where the ini or the default says, one written on the page where the page said when it was written.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import colander
from BTrees.OOBTree import OOBTree
from cryptography.fernet import Fernet, InvalidToken

from ..domain.changes import EditConflict
from ..domain.errors import NotFound
from ..domain.plain import Plain
from ..domain.workflow import Permission
from ..extension import Extensions, PluginRefused
from ..storage import Database, Site
from .changes import Area, UndoRefused, permits, register, revision_of

if TYPE_CHECKING:
    from .facade import Services
    from .unit import Unit

__all__ = [
    "AREA",
    "SET",
    "SET_AGAIN",
    "PluginSettings",
    "SettingsDesk",
    "Shown",
    "Values",
    "is_secret",
    "is_sent_where",
]

AREA = "plugin_settings"
_KEPT = "kept"
SET, SET_AGAIN = "set", "set again"
"""What the log of changes says of a secret that is there, and of one that was replaced."""


def is_secret(node: colander.SchemaNode) -> bool:
    """Tell whether a node's value is a secret (``secret=True`` in the schema)."""
    return bool(getattr(node, "secret", False))


def is_sent_where(node: colander.SchemaNode) -> tuple[str, ...]:
    """Return the settings that say where a secret is sent, by name (``sent_to=("host", "port")`` in the schema)."""
    return tuple(getattr(node, "sent_to", ()))


class Values(dict[str, Any]):
    """A plugin's settings as they hold now. Secrets are among them, and not printed with the rest."""

    def __init__(self, values: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        super().__init__({**values, **secrets})
        self._hidden = frozenset(secrets)

    def __repr__(self) -> str:
        return repr({name: "…" if name in self._hidden else value for name, value in self.items()})


@dataclass(frozen=True)
class _Kept:
    """What stands in the site about one plugin's settings: texts by name, and secrets as they are stored."""

    values: Plain = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, site: Site, plugin: str) -> _Kept:
        text = (site.plugin_settings or {}).get(plugin)
        found = json.loads(text) if text else {}
        return cls(found.get("values", {}), found.get("secrets", {}))

    def keep(self, site: Site, plugin: str) -> None:
        if site.plugin_settings is None:
            site.plugin_settings = OOBTree()
        said = {"values": self.values, "secrets": self.secrets}
        site.plugin_settings[plugin] = json.dumps(said, ensure_ascii=False, sort_keys=True)

    def plain(self, said: str = SET) -> Plain:
        """Return what the log of changes may know: of a secret that there is one."""
        return {**self.values, **dict.fromkeys(self.secrets, said)}


class PluginSettings:
    """The settings of every plugin of a process. A change that is saved holds from the next look."""

    def __init__(self, extensions: Extensions, database: Database, secret: bytes, settings: Mapping[str, str]) -> None:
        self._plugins = extensions.plugins
        self._database = database
        self._fernet = Fernet(
            base64.urlsafe_b64encode(hmac.new(secret, b"plugin settings: storage", hashlib.sha256).digest())
        )
        self._settings = settings
        plugins = self._plugins
        # Asked once: they do not change while the program runs.
        self._schemas = {name: schema for name in plugins.names if (schema := plugins.schema(name)) is not None}
        self._known: dict[str, tuple[bytes, str | None, Values]] = {}

    def package_of(self, plugin: str) -> str:
        """Return the package a plugin is: its settings in the ini begin with it."""
        return str(self._plugins.module_of(plugin).__name__).partition(".")[0]

    def fixed(self, plugin: str) -> dict[str, str]:
        """Return what the ini says, by name: it holds whatever is saved."""
        prefix = f"{self.package_of(plugin)}."
        return {key[len(prefix) :]: str(value) for key, value in self._settings.items() if key.startswith(prefix)}

    def secret_from_outside(self, plugin: str, name: str) -> str:
        """Return a secret of a credential file (``halkla-email-password``), else of the environment, else nothing."""
        package = self.package_of(plugin)
        if directory := os.environ.get("CREDENTIALS_DIRECTORY"):
            file = Path(directory) / f"{package}-{name}".replace("_", "-")
            if file.exists():
                return file.read_text(encoding="utf-8").strip()
        return os.environ.get(f"{package}_{name}".upper(), "")

    def secret(self, plugin: str, name: str) -> str:
        """Return a secret: of a credential file, of the environment, or the one that was written once."""
        with self._database.reading() as site:
            return self._secret(plugin, name, _Kept.of(site, plugin))

    def _secret(self, plugin: str, name: str, kept: _Kept) -> str:
        given = self.secret_from_outside(plugin, name)
        if given and not self.is_withheld(plugin, name, kept.values):
            return given
        return self._decrypted(kept.secrets.get(name, ""))

    def is_withheld(self, plugin: str, name: str, saved: Mapping[str, Any]) -> bool:
        """Tell whether *saved* would send a secret from outside elsewhere than the ini or the default says.

        Whoever administers the program is not always who runs the machine, and must not learn the machine's secrets.
        """
        schema, fixed = self._schemas.get(plugin), self.fixed(plugin)
        if schema is None or name not in schema:
            return False
        defaults = {place: _default_text(schema[place]) for place in is_sent_where(schema[name])}
        return any(saved.get(place, said) != said for place, said in defaults.items() if place not in fixed)

    def encrypted(self, secret: str) -> str:
        """Return a secret as it is stored."""
        return self._fernet.encrypt(secret.encode()).decode()

    def _decrypted(self, stored: str) -> str:
        if not stored:
            return ""
        try:
            return self._fernet.decrypt(stored.encode()).decode()
        except InvalidToken:
            return ""

    def schema(self, plugin: str) -> colander.SchemaNode | None:
        """Return the schema of a plugin's settings; ``None`` when it has none, or is not enabled."""
        return self._schemas.get(plugin)

    def values_of(self, plugin: str) -> Mapping[str, Any] | None:
        """Return the settings of a plugin as they hold now; ``None`` where it has no schema."""
        schema = self._schemas.get(plugin)
        if schema is None:
            return None
        version = self._database.version
        known = self._known.get(plugin)
        if known is not None and known[0] == version:
            return known[2]
        with self._database.reading() as site:
            text, values = self._read(site, plugin, schema)
        self._known[plugin] = (version, text, values)
        return values

    def values_in(self, site: Site, plugin: str) -> Mapping[str, Any] | None:
        """Return the settings as they stand in an open view of the site; ``None`` where there is no schema."""
        schema = self._schemas.get(plugin)
        return None if schema is None else self._read(site, plugin, schema)[1]

    def _read(self, site: Site, plugin: str, schema: colander.SchemaNode) -> tuple[str | None, Values]:
        text, known = (site.plugin_settings or {}).get(plugin), self._known.get(plugin)
        if known is not None and known[1] == text:
            return text, known[2]
        return text, self._values(plugin, schema, _Kept.of(site, plugin))

    def _values(self, plugin: str, schema: colander.SchemaNode, kept: _Kept) -> Values:
        fixed = self.fixed(plugin)
        values: dict[str, Any] = {}
        secrets: dict[str, str] = {}
        for node in schema.children:
            if is_secret(node):
                secrets[node.name] = self._secret(plugin, node.name, kept)
                continue
            found = _understood(node, fixed.get(node.name, kept.values.get(node.name, colander.null)))
            if found is not colander.drop and found is not colander.required:
                values[node.name] = found
        return Values(values, secrets)

    def check_ini(self) -> None:
        """Refuse lines of the ini that a plugin with a schema does not know or understand, and missing ones.

        Raises:
            PluginRefused: with the name of the line.
        """
        for plugin, schema in self._schemas.items():
            prefix = f"{self.package_of(plugin)}."
            nodes = {node.name: node for node in schema.children}
            for name, text in self.fixed(plugin).items():
                self._check_line(prefix, nodes, name, text)
            values = self.values_of(plugin) or {}
            for name, node in nodes.items():
                if name not in values and node.required:
                    raise PluginRefused(f"The setting {prefix}{name} is missing; the plugin cannot work without it.")

    def _check_line(self, prefix: str, nodes: Mapping[str, colander.SchemaNode], name: str, text: str) -> None:
        node = nodes.get(name)
        if node is None:
            known = ", ".join(sorted(known for known, node in nodes.items() if not is_secret(node)))
            raise PluginRefused(f"{prefix}{name} is not a setting of the plugin; known are {known}.")
        if is_secret(node):
            raise PluginRefused(
                f"{prefix}{name} is a secret and has no place in the ini; put it into the environment "
                "or into a credential file."
            )
        try:
            node.deserialize(_from_ini(node, text))
        except colander.Invalid as problem:
            reason = "; ".join(str(getattr(said, "default", said)) for said in problem.asdict().values())
            raise PluginRefused(f"{prefix}{name} = {text!r} is not understood: {reason}.") from None


def _from_ini(node: colander.SchemaNode, text: str) -> Any:
    """Return what a line of the ini says, as a form would: several values stand with blanks between them."""
    return text.split() if isinstance(node.typ, (colander.Sequence, colander.Set)) else text


def _understood(node: colander.SchemaNode, kept: Any) -> Any:
    """Return the value of what is kept; the default where nothing is, or where it does not fit the schema any more."""
    if isinstance(kept, str):
        kept = _from_ini(node, kept)
    try:
        return node.deserialize(kept)
    except colander.Invalid:
        return node.missing


@dataclass(frozen=True)
class Shown:
    """The settings of one plugin as its page shows them.

    ``texts`` is what the form holds, ``fixed`` what the ini says instead, ``secrets`` where each secret comes from
    (``outside``, ``kept`` or empty); ``withheld`` are those from outside that are not used, because the page says where
    they would go; ``revision`` tells this state from another.
    """

    schema: colander.SchemaNode
    texts: Plain
    fixed: Mapping[str, str]
    secrets: Mapping[str, str]
    withheld: frozenset[str]
    revision: str


class SettingsDesk:
    """What an administrator does with the settings of a plugin."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._settings = services.assembly.plugin_settings

    def shown(self, site: Site, plugin: str) -> Shown:
        """Return the settings of a plugin.

        Raises:
            NotFound: no such plugin is enabled, or it has no settings.
            Forbidden: the actor does not administer.
        """
        permits(self._services, Permission.ADMINISTER)
        schema = self._schema(plugin)
        kept, fixed = _Kept.of(site, plugin), self._settings.fixed(plugin)
        texts: Plain = {}
        secrets: dict[str, str] = {}
        withheld = set()
        for node in schema.children:
            if is_secret(node):
                is_outside = bool(self._settings.secret_from_outside(plugin, node.name))
                if is_outside and self._settings.is_withheld(plugin, node.name, kept.values):
                    withheld.add(node.name)
                    is_outside = False
                secrets[node.name] = "outside" if is_outside else "kept" if kept.secrets.get(node.name) else ""
            elif node.name not in fixed:
                texts[node.name] = kept.values.get(node.name, _default_text(node))
        known = {name: fixed[name] for name in fixed if name in schema}
        return Shown(schema, texts, known, secrets, frozenset(withheld), _revision(kept))

    def _schema(self, plugin: str) -> colander.SchemaNode:
        schema = self._settings.schema(plugin)
        if schema is None:
            raise NotFound(plugin)
        return schema.clone()

    def save(
        self,
        plugin: str,
        typed: Mapping[str, Any],
        secrets: Mapping[str, str | None],
        seen: str | None = None,
    ) -> bool:
        """Keep what was typed; tell whether anything differs from before. It holds at once, without a restart.

        *typed* are texts as the schema reads them; what the ini fixes is left out. Of the *secrets*, an empty text
        leaves the old one, ``None`` forgets it. One that would be sent elsewhere from now on is forgotten, too, unless
        it is written anew. *seen* is the revision of the form.

        Raises:
            colander.Invalid: a value does not fit the schema; nothing was kept.
            EditConflict: somebody saved other values after *seen*.
            NotFound, Forbidden: as in :meth:`shown`.
        """
        permits(self._services, Permission.ADMINISTER)
        schema = self._schema(plugin)
        fixed = self._settings.fixed(plugin)
        values = _checked(schema, typed, fixed)
        defaults = {node.name: _default_text(node) for node in schema.children if node.name in values}
        fresh = {name: self._settings.encrypted(said) if said else said for name, said in secrets.items()}

        def change(unit: Unit) -> bool:
            before = _Kept.of(unit.site, plugin)
            if seen is not None and seen != _revision(before):
                last = self._services.changes.last(unit.site, AREA, plugin)
                raise EditConflict(before.plain(), last)
            told = {**defaults, **before.plain()}
            still = _still_meant(before.secrets, schema, {**before.values, **fixed}, {**values, **fixed})
            after = _Kept(values, _with(still, schema, fresh))
            told_after = after.plain()
            # That a secret was replaced is told; what it was and is, is not.
            told_after.update({name: SET_AGAIN for name, said in fresh.items() if said and name in told})
            if told == told_after:
                return False
            after.keep(unit.site, plugin)
            self._services.changes.record(unit, AREA, plugin, plugin, told, told_after)
            return True

        return self._services.write(change, f"settings of the plugin {plugin}")


def _default_text(node: colander.SchemaNode) -> Any:
    if node.missing is colander.required or node.missing is colander.drop or node.missing is None:
        return ""
    text = node.serialize(node.missing)
    return "" if text is colander.null else _plain(text)


def _checked(schema: colander.SchemaNode, typed: Mapping[str, Any], fixed: Mapping[str, str]) -> Plain:
    """Return the texts to keep of what was typed, after the schema has read them (raises ``colander.Invalid``)."""
    whole = {node.name: typed.get(node.name, colander.null) for node in schema.children if not is_secret(node)}
    whole |= {name: _from_ini(schema[name], text) for name, text in fixed.items() if name in schema}
    reading = schema.clone()
    for node in list(reading.children):
        if is_secret(node):
            del reading[node.name]
    read = reading.deserialize(whole)
    written = reading.serialize(read)
    return {
        name: _plain(text) for name, text in written.items() if text is not colander.null and name not in fixed
    }  # fmt: skip


def _plain(text: Any) -> Any:
    """Return what a schema writes as it is kept: a set has an order then."""
    return sorted(text) if isinstance(text, (set, frozenset)) else list(text) if isinstance(text, tuple) else text


def _with(before: Mapping[str, str], schema: colander.SchemaNode, fresh: Mapping[str, str | None]) -> dict[str, str]:
    """Return the secrets to keep: new ones in the place of old ones, without those that were to be forgotten."""
    names = {node.name for node in schema.children if is_secret(node)}
    kept = {name: stored for name, stored in before.items() if fresh.get(name, "") is not None}
    return {**kept, **{name: stored for name, stored in fresh.items() if stored and name in names}}


def _still_meant(
    secrets: Mapping[str, str], schema: colander.SchemaNode, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, str]:
    """Return the kept secrets but for those that would go elsewhere: nobody could see whom a change hands them to."""

    def is_moved(name: str) -> bool:
        default = _default_text(schema[name])
        return bool(before.get(name, default) != after.get(name, default))

    return {
        name: stored
        for name, stored in secrets.items()
        if name not in schema or not any(is_moved(place) for place in is_sent_where(schema[name]))
    }


def _revision(kept: _Kept) -> str:
    return revision_of({"values": kept.values, "secrets": kept.secrets})


def _current(site: Site, plugin: str) -> Plain | None:
    # Called otherwise than in the changes: one that wrote a secret is never as it was left, and cannot be taken back.
    return _Kept.of(site, plugin).plain(_KEPT)


def _restore(services: Services, unit: Unit, plugin: str, values: Plain | None) -> None:
    """Put saved values back; a secret is not kept anywhere once it was replaced, so each stays as it is.

    One that would be sent elsewhere by that refuses it: saving the same on the page forgets it, where all can see it.
    """
    now = _Kept.of(unit.site, plugin)
    wanted = {name: text for name, text in (values or {}).items() if text is not None and name not in now.secrets}
    if any(text in (SET, SET_AGAIN) for text in wanted.values() if isinstance(text, str)):
        raise UndoRefused("not_undoable")
    schema = services.assembly.plugin_settings.schema(plugin)
    if schema is not None and _still_meant(now.secrets, schema, now.values, wanted) != now.secrets:
        raise UndoRefused("not_undoable")
    _Kept(wanted, now.secrets).keep(unit.site, plugin)


register(Area(AREA, Permission.ADMINISTER, current=_current, restore=_restore))
