"""Whether a plugin's catalogues say everything that its code and templates ask for."""

import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

__all__ = ["LANGUAGES", "catalogue_problems"]

LANGUAGES = ("tr", "en")
_CORE = Path(__file__).parents[1] / "locales"


def catalogue_problems(package: Path) -> list[str]:
    """Return what is missing, left over or not compiled in the Turkish and English catalogues of *package*.

    A package without ``locales`` of its own may only say what the core's catalogues have.

    Raises:
        RuntimeError: the messages could not be extracted (lingua is in the extra ``author``).
    """
    wanted = _extracted(package)
    own = package / "locales"
    if not own.is_dir():
        return [
            f"{language}: the core's catalogue does not know {message!r}"
            for language in LANGUAGES
            for message in sorted(wanted - _said(_CORE / language / "LC_MESSAGES" / "halkla_iliskiler.po"))
        ]
    return [
        f"{language}: {problem}"
        for language in LANGUAGES
        for problem in _problems(own / language / "LC_MESSAGES" / f"{package.name}.po", wanted)
    ]


def _problems(path: Path, wanted: set[str]) -> list[str]:
    if not path.exists():
        return [f"{path.name} is missing"]
    said = _said(path)
    found = [f"not translated: {message!r}" for message in sorted(wanted - said)]
    found += [f"nobody says any more: {message!r}" for message in sorted(said - wanted)]
    compiled = path.with_suffix(".mo")
    if not compiled.exists():
        return [*found, f"{compiled.name} is missing; run pybabel compile"]
    with compiled.open("rb") as file:
        if _texts(read_mo(file)) != _texts(_read(path)):
            found.append(f"{compiled.name} is older than {path.name}; run pybabel compile")
    return found


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _texts(catalogue: Catalog) -> dict[str, str]:
    return {str(message.id): str(message.string) for message in catalogue if message.id and message.string}


def _said(path: Path) -> set[str]:
    return {str(message.id) for message in _read(path) if message.id and message.string and not message.fuzzy}


def _extracted(package: Path) -> set[str]:
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        command = ["-c", "from lingua.extract import main; main()", "--output", str(template), str(package)]
        run = subprocess.run(  # noqa: S603  (our own interpreter)
            [sys.executable, *command], cwd=package.parent, check=False, capture_output=True, text=True
        )
        if run.returncode != 0 and "No translatable strings found" not in run.stderr:
            raise RuntimeError(f"the messages of {package.name} cannot be extracted: {run.stderr.strip()}")
        # Without any message lingua writes no file.
        return _ids(_read(template)) if template.exists() else set()


def _ids(catalogue: Catalog) -> set[str]:
    return {str(message.id) for message in catalogue if message.id}
