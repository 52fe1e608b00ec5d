"""Who applies, for whom, how they are told, and what else they agree to: the part of the form about people."""

from collections.abc import Mapping

import colander
from deform.widget import CheckboxWidget, RadioChoiceWidget, SelectWidget, TextInputWidget

from ...domain.applicant import ApplicantKind, Representation
from ...domain.consent import CONSENT_VERSIONS
from ...i18n import _
from ..forms import CleanString
from ..labels import APPLICANT_KINDS, CONSENTS, PROBLEMS
from ..page import Page

__all__ = ["PERSON_FIELDS", "add_consents", "add_representation", "add_telling", "consents_of", "representation_of"]

PERSON_FIELDS = (
    "applicant_kind",
    "organisation",
    "language_note",
    "on_behalf_of",
    "preferred_method",
    *(f"consent_{purpose}" for purpose in CONSENT_VERSIONS),
)


def _node(name: str, title: str, widget: object, most: int = 40, **kw: object) -> colander.SchemaNode:
    kw.setdefault("validator", colander.Length(max=most, max_err=PROBLEMS["too_long"]))
    return colander.SchemaNode(CleanString(), name=name, title=title, widget=widget, missing="", **kw)


def add_telling(schema: colander.SchemaNode, page: Page, methods: Mapping[str, str]) -> None:
    """Ask how somebody wants to be told, among the ways the city has (code → label)."""
    choices = [("", page.say(_("The way that reaches me first")))]
    choices += [(code, page.say(label)) for code, label in methods.items()]
    schema.add(
        _node(
            "preferred_method", _("How should we tell you?"), SelectWidget(values=choices),
            validator=colander.OneOf([code for code, _label in choices]),
            description=_("If that way does not reach you, we take another one."),
        )
    )  # fmt: skip


def add_representation(schema: colander.SchemaNode) -> None:
    """Ask in what capacity somebody applies: behind one line, because most people apply for themselves."""
    kinds = RadioChoiceWidget(values=list(APPLICANT_KINDS.items()))
    kinds.optional_mark = False
    fields = [
        colander.SchemaNode(
            CleanString(), name="applicant_kind", title=_("Who applies?"), widget=kinds,
            missing=ApplicantKind.PERSON.value, validator=colander.OneOf(list(APPLICANT_KINDS)),
        ),
        _node(
            "organisation", _("Title of the company or institution"),
            TextInputWidget(attributes={"autocomplete": "organization"}), 200,
            description=_("Needed only when a company, an association or an institution applies."),
        ),
        _node(
            "language_note", _("The language you would like us to speak"), TextInputWidget(), 60,
            description=_("We cannot promise it, but we try."),
        ),
        _node(
            "on_behalf_of", _("The person you write for"), TextInputWidget(attributes={"autocomplete": "off"}), 120,
            description=_("Their name, when you write for somebody else: a neighbour, your mother, a child."),
        ),
    ]  # fmt: skip
    for field in fields:
        field.widget.fold = _("For a company, for somebody else, or as a foreigner")
        schema.add(field)


def add_consents(schema: colander.SchemaNode) -> None:
    """Ask for what is not needed for the application itself. Nothing is ticked, and nothing depends on it."""
    for purpose in CONSENT_VERSIONS:
        widget = CheckboxWidget(true_val="yes", false_val="")
        widget.fold = _("If you like: permissions you can take back at any time")
        schema.add(_node(f"consent_{purpose}", CONSENTS[purpose], widget))


def representation_of(values: Mapping[str, str]) -> Representation:
    """Return what was said about who applies; a title or a language only where it belongs."""
    kind = values["applicant_kind"]
    return Representation(
        kind=kind,
        organisation=values["organisation"] if kind == ApplicantKind.LEGAL_PERSON else "",
        on_behalf_of=values["on_behalf_of"],
        language_note=values["language_note"] if kind == ApplicantKind.FOREIGNER else "",
    )


def consents_of(values: Mapping[str, str]) -> tuple[str, ...]:
    """Return the purposes that were ticked."""
    return tuple(purpose for purpose in CONSENT_VERSIONS if values[f"consent_{purpose}"] == "yes")
