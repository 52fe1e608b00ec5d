"""The citizen's form."""

import secrets
from collections.abc import Callable
from typing import Any

import colander
from deform.widget import HiddenWidget, RadioChoiceWidget, SelectWidget, TextAreaWidget, TextInputWidget, Widget

from ...domain.city import Category
from ...domain.errors import InvalidInput
from ...i18n import _
from ...services.intake import MAX_PLACE, MAX_WORDS
from ...services.numbers import tidy_email, tidy_phone
from ...storage import City
from ..forms import CleanString
from ..labels import KINDS, PROBLEMS
from ..page import Page

__all__ = ["APPLY_FIELDS", "apply_schema", "as_cstruct", "category_groups", "proposal_rows"]

APPLY_FIELDS = ("words", "category", "kind", "neighbourhood", "place", "name", "phone", "email", "form_key")


class CategoryWidget(Widget):
    """Proposals, "I don't know", and the whole catalogue."""

    template = "category"
    layout = "group"
    optional_mark = False
    touched = False

    def __init__(self, proposals: list[tuple[str, str, str]], groups: list[Any], proposals_url: str) -> None:
        super().__init__()
        self.proposals = proposals
        self.groups = groups
        self.proposals_url = proposals_url
        self.words_field = "words"

    def serialize(self, field: Any, cstruct: Any, **kw: Any) -> str:
        """Draw it."""
        return str(field.renderer(self.template, field=field, cstruct=cstruct))


class PhotosWidget(Widget):
    """Up to three photos, and those kept from a refusal."""

    template = "photos"
    layout = "group"

    def __init__(self, kept: list[tuple[str, str, str]], limit: int) -> None:
        super().__init__()
        self.kept = kept
        self.limit = limit

    def serialize(self, field: Any, cstruct: Any, **kw: Any) -> str:
        """Draw it."""
        return str(field.renderer(self.template, field=field, cstruct=cstruct))


def checked(tidy: Callable[[str], str]) -> Callable[[colander.SchemaNode, str], None]:
    """Make a validator of a function that raises :class:`InvalidInput`."""

    def validate(node: colander.SchemaNode, value: str) -> None:
        try:
            tidy(value)
        except InvalidInput as problem:
            raise colander.Invalid(node, PROBLEMS[problem.problem]) from None

    return validate


def apply_schema(
    page: Page,
    city: City,
    *,
    proposals: list[Category],
    kept: list[tuple[str, str, str]],
    proposals_url: str,
    is_demo: bool,
    draws: bool = True,
) -> colander.SchemaNode:
    """Build the schema of the form; without *draws* the parts that only a drawn form needs are left out."""
    from ...services.uploads import MAX_PHOTOS

    places = [(place.code, place.name) for place in city.territory.in_order()] if draws else []
    groups = category_groups(page, city) if draws else []

    def field(name: str, title: str, widget: Widget, **kw: Any) -> colander.SchemaNode:
        kw.setdefault("missing", "")
        return colander.SchemaNode(CleanString(), name=name, title=title, widget=widget, **kw)

    def length(most: int) -> colander.Length:
        return colander.Length(max=most, max_err=PROBLEMS["too_long"])

    whom = TextInputWidget(attributes={"autocomplete": "name"})
    whom.section = (
        _("How can we reach you?"),
        _(
            "A telephone number or an e-mail address is enough. "
            "If you leave both empty, the answer stands on your follow page."
        ),
    )
    phone = TextInputWidget(type="tel", attributes={"autocomplete": "tel", "inputmode": "tel"})
    email = TextInputWidget(type="email", attributes={"autocomplete": "email", "inputmode": "email"})
    kinds = RadioChoiceWidget(values=[(code, label) for code, label in KINDS.items()], inline=True)
    kinds.optional_mark = False
    place = TextInputWidget(attributes={"autocomplete": "off"})
    where = SelectWidget(values=[("", _("Choose a neighbourhood")), *places])
    where.section = (_("Where is it?"), "")
    schema = colander.SchemaNode(colander.Mapping(), name="apply")
    schema.add(
        field(
            "words", _("What is it about?"), TextAreaWidget(rows=5, attributes={"maxlength": MAX_WORDS}),
            missing=colander.required, missing_msg=PROBLEMS["required"], validator=length(MAX_WORDS),
        )
    )  # fmt: skip
    rows = [proposal_row(page, category) for category in proposals]
    schema.add(field("category", _("Which of these fits best?"), CategoryWidget(rows, groups, proposals_url)))
    schema.add(
        field(
            "kind", _("What would you call it?"), kinds, missing="SERVICE_REQUEST",
            validator=colander.OneOf(tuple(KINDS)),
        )
    )  # fmt: skip
    schema.add(field("neighbourhood", _("Neighbourhood"), where))
    schema.add(
        field(
            "place", _("The place in your own words"), place, validator=length(MAX_PLACE),
            description=_("Street, number, or what is next to it"),
        )
    )  # fmt: skip
    schema.add(field("photos", _("Photos"), PhotosWidget(kept, MAX_PHOTOS)))
    schema.add(field("name", _("Your name"), whom, validator=length(120)))
    schema.add(field("phone", _("Telephone"), phone, validator=checked(lambda text: tidy_phone(text, demo=is_demo))))
    schema.add(field("email", _("E-mail"), email, validator=checked(tidy_email)))
    schema.add(
        colander.SchemaNode(
            CleanString(), name="form_key", widget=HiddenWidget(), missing=secrets.token_urlsafe(18),
            validator=colander.Length(min=16, max=64),
        )
    )  # fmt: skip
    return schema


def proposal_row(page: Page, category: Category) -> tuple[str, str, str]:
    """Return a category as the form proposes it: code, words, hint."""
    return category.code, category.label_for(page.language), category.group


def proposal_rows(page: Page, categories: list[Category]) -> list[tuple[str, str, str]]:
    """Return categories as the form proposes them."""
    return [proposal_row(page, category) for category in categories]


def category_groups(page: Page, city: City) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the public catalogue in its groups, in the city's order."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for category in city.categories:
        if category.is_public:
            groups.setdefault(category.group, []).append((category.code, category.label_for(page.language)))
    return list(groups.items())


def as_cstruct(post: Any) -> dict[str, str]:
    """Take the form's fields out of a request; a chosen proposal wins over the catalogue."""
    found = {name: post.get(name, "") for name in APPLY_FIELDS}
    found["category"] = found["category"] or post.get("category_listed", "")
    return {name: value for name, value in found.items() if isinstance(value, str)}
