"""Every plugin that is shipped is held to the contract, and answers what an office asks before it is switched on."""

import ast
from configparser import ConfigParser
from pathlib import Path

import pytest

from halkla_iliskiler.testing.checklist import QUESTIONS, answers_in

ROOT = Path(__file__).parents[2]
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/setup.cfg"))


def named(path: Path) -> str:
    return path.name


def setup_of(plugin: Path) -> ConfigParser:
    reader = ConfigParser()
    reader.read(plugin / "setup.cfg", encoding="utf-8")
    return reader


def test_there_are_plugins() -> None:
    assert {"halkla_bornova", "halkla_email"} <= {plugin.name for plugin in PLUGINS}


@pytest.mark.parametrize("plugin", PLUGINS, ids=named)
def test_its_names_are_those_of_its_folder(plugin: Path) -> None:
    setup = setup_of(plugin)
    assert setup["metadata"]["name"] == plugin.name.replace("_", "-")
    (line,) = setup["options.entry_points"]["halkla_iliskiler"].strip().splitlines()
    assert line.replace(" ", "") == f"{plugin.name.removeprefix('halkla_')}={plugin.name}.plugin"
    assert setup["metadata"]["license"] == "MPL-2.0"


@pytest.mark.parametrize("plugin", PLUGINS, ids=named)
def test_it_inherits_the_contract(plugin: Path) -> None:
    tree = ast.parse((plugin / "tests" / "test_contract.py").read_text(encoding="utf-8"))
    (held,) = (node for node in tree.body if isinstance(node, ast.ClassDef))
    assert [base.id for base in held.bases if isinstance(base, ast.Name)] == ["PluginContract"]
    said = [ast.unparse(node) for node in held.body if isinstance(node, ast.Assign)]
    assert f"plugin = '{plugin.name.removeprefix('halkla_')}'" in said
    own = [node.name for node in held.body if isinstance(node, ast.FunctionDef)]
    # A test of the contract that is overridden would be one that is switched off.
    assert [name for name in own if name.startswith("test_")] == []


@pytest.mark.parametrize("plugin", PLUGINS, ids=named)
def test_it_answers_every_question_of_the_checklist(plugin: Path) -> None:
    answers = answers_in((plugin / "README.md").read_text(encoding="utf-8"))
    assert [question for question in QUESTIONS if not answers.get(question)] == []
    assert answers.keys() == QUESTIONS.keys(), "and no other"


def test_the_page_of_the_checklist_leads_to_every_one_of_them() -> None:
    page = (ROOT / "docs" / "plugin-checklist.md").read_text(encoding="utf-8")
    missing = [plugin.name for plugin in PLUGINS if f"(../plugins/{plugin.name}/README.md#checklist)" not in page]
    assert missing == [], "what stands below plugins/ is shipped: docs/plugin-checklist.md names it"
    assert page.count("README.md#checklist)") == len(PLUGINS)
