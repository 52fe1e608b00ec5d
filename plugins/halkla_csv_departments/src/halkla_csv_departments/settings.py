"""Where the files are, and the form that says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import colander

from .words import _

__all__ = ["Settings", "schema"]


@dataclass(frozen=True)
class Settings:
    """The settings, read; a path is ``None`` where there is no such file."""

    units: Path | None
    people: Path | None

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Settings":
        """Read what the house gives."""
        return cls(*(_path(settings.get(name)) for name in ("departments_file", "people_file")))

    @property
    def is_idle(self) -> bool:
        """Tell whether there is nothing to read."""
        return self.units is None and self.people is None


def _path(given: Any) -> Path | None:
    return Path(given) if given else None


def schema() -> colander.SchemaNode:
    """Return the schema of the settings. Without a path nothing is read."""
    made = colander.SchemaNode(colander.Mapping())
    for name, title, example in (
        ("departments_file", _("File of the units"), "/srv/personel/birimler.csv"),
        ("people_file", _("File of the people"), "/srv/personel/personel.csv"),
    ):
        made.add(
            colander.SchemaNode(
                colander.String(),
                name=name,
                title=title,
                description=_(
                    "A whole path on this server, for example ${path}. Empty: none.", mapping={"path": example}
                ),
                missing="",
                validator=colander.All(colander.Length(max=500), _is_whole),
            )
        )
    return made


def _is_whole(node: colander.SchemaNode, value: str) -> None:
    if value and (not Path(value).is_absolute() or Path(value).suffix.lower() not in (".csv", ".txt")):
        raise colander.Invalid(node, _("This must be a whole path that ends in .csv or .txt."))
