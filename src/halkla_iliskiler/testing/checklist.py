"""What an office asks before it switches a plugin on; every plugin answers it in its README."""

import re
from collections.abc import Mapping

__all__ = ["QUESTIONS", "answers_in", "names_in"]

QUESTIONS: Mapping[str, str] = {
    "Purpose": "What people have of it, in a sentence.",
    "Licence": "Under which licence it is published, and by whom when it is not the authors of halkla-iliskiler.",
    "Requires": "The oldest version of halkla-iliskiler, and every other package with its licence.",
    "Hooks": "Every hook it answers. A test compares them with the code.",
    "Powers": "What it may do to the house, as its `About` asks for. A test compares them with the code.",
    "Data kept": "What it keeps itself, where, for how long, and how it is deleted.",
    "Personal data": "What it learns of persons and gives to others, and on which ground (law 6698, art. 5 and 6).",
    "Sent abroad": "What leaves the country and where to (law 6698, art. 9). A test compares it with its `About`.",
    "Secrets": "Which ones, and where they come from. None stands in an ini or is ever shown.",
    "Network": "Which machines it calls and which call it: address, port, protocol.",
    "Pages": "Which pages it adds and who may open them.",
    "When it fails": "What becomes of an application, an answer, a page when it or its counterpart is broken.",
    "When it is removed": "What of its data stays readable, and what `halkla plugins purge` deletes.",
    "Languages": "Which languages it speaks.",
    "Tests": "How they are run, and whether the contract test of the core is among them.",
}
"""The questions with what an answer says."""


def answers_in(readme: str) -> dict[str, str]:
    """Return the answers that stand in the table below ``## Checklist``."""
    _, _, chapter = readme.partition("\n## Checklist\n")
    chapter, _, _ = chapter.partition("\n## ")
    rows = re.findall(r"^\| ([^|]+?) \| (.+?) \|$", chapter, re.MULTILINE)
    return {question: answer.strip() for question, answer in rows if question in QUESTIONS}


def names_in(answer: str) -> set[str]:
    """Return what stands in backquotes."""
    return set(re.findall(r"`(\w+)`", answer))
