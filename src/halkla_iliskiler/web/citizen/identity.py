"""Who applies where a law asks for it: address and identity number, and for no other subject."""

from collections.abc import Mapping

import colander
from deform.widget import TextInputWidget

from ...domain.applicant import ApplicantKind
from ...domain.city import Category
from ...domain.errors import InvalidInput
from ...domain.national_id import REGIMES_ASKING
from ...domain.regimes import LAWS
from ...i18n import _
from ...services.intake import MAX_ADDRESS
from ...services.national_ids import tidy_national_id
from ..forms import CleanString
from ..labels import PROBLEMS
from ..page import Page

__all__ = ["IDENTITY_FIELDS", "add_identity", "asks_identity", "identity_cstruct", "law_note"]

IDENTITY_FIELDS = ("address", "national_id")


def asks_identity(category: Category | None) -> bool:
    """Tell whether the law of a subject asks who applies."""
    return category is not None and category.regime in REGIMES_ASKING


def law_note(page: Page, category: Category | None) -> str:
    """Say what the law asks for and what becomes of it; empty where none asks."""
    if category is None or not asks_identity(category):
        return ""
    law, article = LAWS[category.regime]
    said: str = page.say(
        _(
            "The law asks who applies (law ${law}, art. ${article}): your name, your address and, as there is no "
            "signature, your identity number. We keep the number encrypted, and whoever opens it has to say why."
        ),
        law=law,
        article=article,
    )
    return said


def add_identity(node: colander.SchemaNode, applicant_kind: str) -> None:
    """Ask for the address, and for the number of somebody who has one and speaks for themselves."""
    is_person = applicant_kind == ApplicantKind.PERSON
    needed = {"missing": colander.required, "missing_msg": PROBLEMS["required"]}
    node.add(
        colander.SchemaNode(
            CleanString(), name="address", oid="address", title=_("Your address, at home or at work"),
            widget=TextInputWidget(attributes={"autocomplete": "street-address"}),
            validator=colander.Length(max=MAX_ADDRESS, max_err=PROBLEMS["too_long"]), **needed,
        )
    )  # fmt: skip
    # Not in the draft that the browser keeps, and not in its memory of forms.
    private = {"inputmode": "numeric", "autocomplete": "off", "data-private": "yes", "maxlength": 20}
    node.add(
        colander.SchemaNode(
            CleanString(), name="national_id", oid="national_id", title=_("Identity number (T.C. kimlik no)"),
            description=_("Eleven digits. A company leaves it empty, and so does a foreigner without one."),
            widget=TextInputWidget(attributes=private, css_class="is-short"), validator=_is_number,
            **(needed if is_person else {"missing": ""}),
        )
    )  # fmt: skip


def _is_number(node: colander.SchemaNode, value: str) -> None:
    try:
        tidy_national_id(value)
    except InvalidInput as problem:
        raise colander.Invalid(node, PROBLEMS[problem.problem]) from None


def identity_cstruct(cstruct: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed in these fields."""
    return {name: cstruct.get(name, "") for name in IDENTITY_FIELDS}
