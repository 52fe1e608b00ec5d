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
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import colander
from BTrees.OOBTree import OOBTree
from cryptography.fernet import Fernet, InvalidToken
from translationstring import TranslationString

from ..domain.changes import EditConflict
from ..domain.errors import DomainError, NotFound
from ..domain.plain import Plain
from ..domain.workflow import Permission
from ..extension import Extensions, PluginRefused
from ..extension.guard import Outcome
from ..extension.refusals import said_of
from ..storage import Database, Site
from .changes import Area, UndoRefused, permits, register, revision_of
from .setting_schemas import refuse_unusable_settings

if TYPE_CHECKING:
    from .facade import Services
    from .unit import Unit

__all__ = [
    "AREA",
    "SET",
    "SET_AGAIN",
    "PluginSettings",
    "SettingsDesk",
    "SettingsFailed",
    "Shown",
    "Values",
    "is_secret",
    "is_sent_where",
]

T = TypeVar("T")
AREA = "plugin_settings"
_KEPT = "kept"
_HOOK = "halkla_settings_schema"
_NOTHING: tuple[Any, ...] = ("", "false", [])
_LONGEST = 1000
"""Characters of a message of a plugin's schema."""
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


class SettingsFailed(DomainError):
    """A plugin failed while it looked at what was typed; nothing was kept. ``plugin`` is its name."""

    def __init__(self, plugin: str) -> None:
        super().__init__(f"the plugin {plugin!r} failed while it checked its settings; nothing was kept")
        self.plugin = plugin


@dataclass(frozen=True)
class _Known:
    """What was understood of one plugin's settings.

    ``version`` is that of the database when it was looked at, ``text`` what stood there, ``filled`` the settings that
    hold something.
    """

    version: bytes
    text: str | None
    values: Values
    filled: frozenset[str]


@dataclass(frozen=True)
class _Failed:
    """A setting that the plugin's own code could not look at."""

    name: str
    problem: BaseException | None
    fault: str


class PluginSettings:
    """The settings of every plugin of a process. A change that is saved holds from the next look.

    What reads and checks them is the plugin's own code: it runs behind the guard with a budget, and never inside a unit
    of work. A setting at which it fails is its default.
    """

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
        for name, schema in self._schemas.items():
            refuse_unusable_settings(name, schema)
        self._defaults = {name: self._texts_of_defaults(name, schema) for name, schema in self._schemas.items()}
        self._known: dict[str, _Known] = {}
        self._unread: set[str] = set()

    def _texts_of_defaults(self, plugin: str, schema: colander.SchemaNode) -> dict[str, Any]:
        texts = {}
        for node in schema.children:
            outcome = self._ask(plugin, partial(_default_text, node), self._plugins.budgets.start)
            if outcome.fault:
                raise self._refusal(plugin, _Failed(node.name, outcome.problem, outcome.fault))
            texts[node.name] = outcome.answer
        return texts

    def defaults_of(self, plugin: str) -> Mapping[str, Any]:
        """Return the texts of the defaults of a plugin, by name."""
        return self._defaults.get(plugin, {})

    def _ask(self, plugin: str, look: Callable[[], Any], seconds: float) -> Outcome:
        """Let a plugin's schema look at something, behind the guard."""
        is_ours = self._plugins.is_builtin(plugin)
        return self._plugins.guard.call(
            plugin,
            _HOOK,
            look,
            {},
            lambda answer: answer,
            None if is_ours else seconds,
            may_quarantine=not is_ours,
        )

    def _refusal(self, plugin: str, failed: _Failed) -> PluginRefused:
        why = "it did not come back" if failed.problem is None else said_of(failed.problem)
        name = f"{self.package_of(plugin)}.{failed.name}"
        return PluginRefused(
            f"The plugin {plugin!r} failed while it checked its setting {name}: {why}. Correct what it needs, "
            "or take it out of halkla.plugins."
        )

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
        defaults = {place: self._defaults[plugin][place] for place in is_sent_where(schema[name])}
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
        known = self._known.get(plugin)
        if known is not None and known.version == self._database.version:
            return known.values
        return self._look(plugin, schema, self._plugins.budgets.transaction)[0].values

    def is_idle(self, site: Site, plugin: str, name: str) -> bool:
        """Tell, inside a unit of work, whether the setting *name* of a plugin with a schema holds nothing.

        None of the plugin's code runs: what was saved since the last look counts as something, and is looked at
        afterwards (:meth:`look_again`).
        """
        known = self._known.get(plugin)
        if known is None or known.text != _text_of(site, plugin):
            self._unread.add(plugin)
            return False
        return name not in known.filled

    def look_again(self) -> None:
        """Look, outside any unit of work, at what one could not look at inside."""
        while self._unread:
            with suppress(KeyError):
                self.values_of(self._unread.pop())

    def _look(self, plugin: str, schema: colander.SchemaNode, seconds: float) -> tuple[_Known, list[_Failed]]:
        version = self._database.version
        with self._database.reading() as site:
            text, kept = _text_of(site, plugin), _Kept.of(site, plugin)
        found = self._known.get(plugin)
        failed: list[_Failed] = []
        if found is not None and found.text == text:
            found = replace(found, version=version)
        else:
            values, filled = self._understand(plugin, schema, kept, seconds, failed)
            found = _Known(version, text, values, filled)
        self._known[plugin] = found
        return found, failed

    def _understand(
        self, plugin: str, schema: colander.SchemaNode, kept: _Kept, seconds: float, failed: list[_Failed]
    ) -> tuple[Values, frozenset[str]]:
        fixed = self.fixed(plugin)
        values: dict[str, Any] = {}
        secrets: dict[str, str] = {}
        filled = set()
        for node in schema.children:
            name = node.name
            if is_secret(node):
                secrets[name] = self._secret(plugin, name, kept)
                is_filled = bool(secrets[name])
            else:
                said = fixed.get(name, kept.values.get(name, colander.null))
                outcome = self._ask(plugin, partial(_understood, node, said), seconds)
                if outcome.fault:
                    failed.append(_Failed(name, outcome.problem, outcome.fault))
                    found, is_filled = node.missing, self._defaults[plugin][name] not in _NOTHING
                else:
                    found, is_filled = outcome.answer
                if found is colander.drop or found is colander.required:
                    continue
                values[name] = found
            if is_filled:
                filled.add(name)
        return Values(values, secrets), frozenset(filled)

    def check_ini(self) -> None:
        """Refuse lines of the ini that a plugin with a schema does not know or understand, and missing ones.

        Raises:
            PluginRefused: with the name of the line, or of the setting the plugin failed at.
        """
        seconds = self._plugins.budgets.start
        for plugin, schema in self._schemas.items():
            prefix = f"{self.package_of(plugin)}."
            nodes = {node.name: node for node in schema.children}
            for name, text in self.fixed(plugin).items():
                self._check_line(plugin, nodes, name, text)
            known, failed = self._look(plugin, schema, seconds)
            if failed:
                raise self._refusal(plugin, failed[0])
            for name, node in nodes.items():
                if name not in known.values and node.required:
                    raise PluginRefused(f"The setting {prefix}{name} is missing; the plugin cannot work without it.")

    def checked(self, plugin: str, typed: Mapping[str, Any]) -> Plain:
        """Return the texts to keep of what was typed, after the plugin's schema has read them.

        Raises:
            colander.Invalid: a value does not fit; the messages are plain, whatever the plugin made them of.
            SettingsFailed: the schema failed, or did not come back; it is noted as a fault of the plugin.
        """
        found = self.guarded(plugin, partial(_checked, self._schemas[plugin], typed, self.fixed(plugin)))
        if isinstance(found, colander.Invalid):
            raise found
        return dict(found)

    def guarded(self, plugin: str, look: Callable[[], T]) -> T:
        """Let a plugin's schema or its widgets look at something while an administrator waits.

        Raises:
            SettingsFailed: they failed, or did not come back; it is noted as a fault of the plugin.
        """
        outcome = self._ask(plugin, look, self._plugins.budgets.page)
        if outcome.fault:
            raise SettingsFailed(plugin)
        found: T = outcome.answer
        return found

    def _check_line(self, plugin: str, nodes: Mapping[str, colander.SchemaNode], name: str, text: str) -> None:
        prefix, node = f"{self.package_of(plugin)}.", nodes.get(name)
        if node is None:
            known = ", ".join(sorted(known for known, node in nodes.items() if not is_secret(node)))
            raise PluginRefused(f"{prefix}{name} is not a setting of the plugin; known are {known}.")
        if is_secret(node):
            raise PluginRefused(
                f"{prefix}{name} is a secret and has no place in the ini; put it into the environment "
                "or into a credential file."
            )
        outcome = self._ask(plugin, partial(_misunderstood, node, text), self._plugins.budgets.start)
        if outcome.fault:
            raise self._refusal(plugin, _Failed(name, outcome.problem, outcome.fault))
        if outcome.answer is not None:
            raise PluginRefused(f"{prefix}{name} = {text!r} is not understood: {outcome.answer}.")


def _text_of(site: Site, plugin: str) -> str | None:
    text: str | None = (site.plugin_settings or {}).get(plugin)
    return text


def _from_ini(node: colander.SchemaNode, text: str) -> Any:
    """Return what a line of the ini says, as a form would: several values stand with blanks between them."""
    return text.split() if isinstance(node.typ, (colander.Sequence, colander.Set)) else text


def _understood(node: colander.SchemaNode, kept: Any) -> tuple[Any, bool]:
    """Return the value of what is kept, and whether it is something; the default where nothing is, or does not fit."""
    if isinstance(kept, str):
        kept = _from_ini(node, kept)
    try:
        found = node.deserialize(kept)
    except colander.Invalid:
        found = node.missing
    return found, bool(found)


def _misunderstood(node: colander.SchemaNode, text: str) -> str | None:
    """Return why a line of the ini does not fit; ``None`` for one that does."""
    try:
        node.deserialize(_from_ini(node, text))
    except colander.Invalid as problem:
        return "; ".join(str(getattr(said, "default", said)) for said in problem.asdict().values())
    return None


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
                texts[node.name] = kept.values.get(node.name, self._settings.defaults_of(plugin)[node.name])
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
            SettingsFailed: the plugin failed while it looked; nothing was kept.
            EditConflict: somebody saved other values after *seen*.
            NotFound, Forbidden: as in :meth:`shown`.
        """
        permits(self._services, Permission.ADMINISTER)
        schema = self._schema(plugin)
        fixed = self._settings.fixed(plugin)
        values = self._settings.checked(plugin, typed)
        of_plugin = self._settings.defaults_of(plugin)
        defaults = {name: text for name, text in of_plugin.items() if name in values}
        fresh = {name: self._settings.encrypted(said) if said else said for name, said in secrets.items()}

        def change(unit: Unit) -> bool:
            before = _Kept.of(unit.site, plugin)
            if seen is not None and seen != _revision(before):
                last = self._services.changes.last(unit.site, AREA, plugin)
                raise EditConflict(before.plain(), last)
            told = {**defaults, **before.plain()}
            still = _still_meant(before.secrets, schema, of_plugin, {**before.values, **fixed}, {**values, **fixed})
            after = _Kept(values, _with(still, schema, fresh))
            told_after = after.plain()
            # That a secret was replaced is told; what it was and is, is not.
            told_after.update({name: SET_AGAIN for name, said in fresh.items() if said and name in told})
            if told == told_after:
                return False
            after.keep(unit.site, plugin)
            self._services.changes.record(unit, AREA, plugin, plugin, told, told_after)
            return True

        is_new = self._services.write(change, f"settings of the plugin {plugin}")
        # Looked at now: not by whoever needs it first, who may be saving a ticket.
        self._settings.values_of(plugin)
        return is_new


def _default_text(node: colander.SchemaNode) -> Any:
    if node.missing is colander.required or node.missing is colander.drop or node.missing is None:
        return ""
    text = node.serialize(node.missing)
    return "" if text is colander.null else _plain(text)


def _checked(
    schema: colander.SchemaNode, typed: Mapping[str, Any], fixed: Mapping[str, str]
) -> Plain | colander.Invalid:
    """Return the texts to keep of what was typed, after the schema has read them, or what does not fit."""
    whole = {node.name: typed.get(node.name, colander.null) for node in schema.children if not is_secret(node)}
    whole |= {name: _from_ini(schema[name], text) for name, text in fixed.items() if name in schema}
    reading = schema.clone()
    for node in list(reading.children):
        if is_secret(node):
            del reading[node.name]
    try:
        written = reading.serialize(reading.deserialize(whole))
    except colander.Invalid as invalid:
        return _plain_invalid(schema, invalid)
    return {
        name: _plain(text) for name, text in written.items() if text is not colander.null and name not in fixed
    }  # fmt: skip


def _plain_invalid(schema: colander.SchemaNode, invalid: colander.Invalid) -> colander.Invalid:
    """Return the same with nothing in it but texts: what is drawn later is drawn without the guard."""
    nodes = {node.name: node for node in schema.children}
    found = colander.Invalid(schema, [_plain_words(said) for said in invalid.messages()] or None)
    for child in invalid.children:
        messages = [_plain_words(said) for path in child.paths() for one in path for said in one.messages()]
        node = nodes.get(child.node.name)
        if node is None:
            found.msg = [*(found.msg or ()), *messages]
        else:
            found.add(colander.Invalid(node, messages))
    return found


def _plain_words(words: Any) -> str:
    """Return a message as a text of ours: with nothing in its mapping that could fail when it is translated."""
    if not isinstance(words, TranslationString):
        return str.__str__(str(words))[:_LONGEST]
    plain: dict[str, Any] = {
        part: None if (text := getattr(words, part)) is None else str.__str__(text) for part in ("domain", "default")
    }
    plain["mapping"] = {str(name): str(value)[:_LONGEST] for name, value in (words.mapping or {}).items()} or None
    return TranslationString(str.__str__(words), **plain)


def _plain(text: Any) -> str | list[str]:
    """Return what a schema writes as it is kept: a text, or several in an order."""
    if isinstance(text, (set, frozenset)):
        return sorted(str.__str__(part) for part in text)
    if isinstance(text, (list, tuple)):
        return [str.__str__(part) for part in text]
    return str.__str__(text)


def _with(before: Mapping[str, str], schema: colander.SchemaNode, fresh: Mapping[str, str | None]) -> dict[str, str]:
    """Return the secrets to keep: new ones in the place of old ones, without those that were to be forgotten."""
    names = {node.name for node in schema.children if is_secret(node)}
    kept = {name: stored for name, stored in before.items() if fresh.get(name, "") is not None}
    return {**kept, **{name: stored for name, stored in fresh.items() if stored and name in names}}


def _still_meant(
    secrets: Mapping[str, str],
    schema: colander.SchemaNode,
    defaults: Mapping[str, Any],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> dict[str, str]:
    """Return the kept secrets but for those that would go elsewhere: nobody could see whom a change hands them to."""

    def is_moved(name: str) -> bool:
        default = defaults.get(name, "")
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
    settings = services.assembly.plugin_settings
    schema, defaults = settings.schema(plugin), settings.defaults_of(plugin)
    if schema is not None and _still_meant(now.secrets, schema, defaults, now.values, wanted) != now.secrets:
        raise UndoRefused("not_undoable")
    _Kept(wanted, now.secrets).keep(unit.site, plugin)


register(Area(AREA, Permission.ADMINISTER, current=_current, restore=_restore))
