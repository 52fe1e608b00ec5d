"""The citizen's form."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import colander
from deform.widget import HiddenWidget, RadioChoiceWidget, TextAreaWidget, TextInputWidget, Widget

from ...domain.applicant import ApplicantKind
from ...domain.city import Danger
from ...domain.errors import InvalidInput
from ...domain.geo import read_point
from ...domain.matching import Subject
from ...i18n import _
from ...services.intake import MAX_WORDS, KeptPhoto
from ...services.numbers import tidy_email, tidy_phone
from ...storage import City
from ..forms import CleanString, hidden
from ..labels import KINDS, PROBLEMS
from ..mapbase import MapBase
from ..page import Page
from ..photos import PhotosWidget, as_rows
from .again import AGAIN_FIELDS
from .guard import GUARD_FIELDS, add_guard
from .identity import IDENTITY_FIELDS, asks_identity
from .person import PERSON_FIELDS, add_consents, add_representation, add_telling
from .place import PLACE_FIELDS, add_place, add_same_thing
from .subjects import (
    category_of,
    chosen_subject,
    loose_photos,
    question_node,
    questions_of,
    subject_rows,
    subject_value,
)

__all__ = ["APPLY_FIELDS", "apply_schema", "as_cstruct", "category_groups"]

APPLY_FIELDS = ("words", "category", "kind", *PLACE_FIELDS, "name", "phone", "email", *PERSON_FIELDS, "form_key")
_ASIDE_FIELDS = (*GUARD_FIELDS, *AGAIN_FIELDS, *IDENTITY_FIELDS, "same_as", "asked")
"""Of the form, but no part of what was said."""


class CategoryWidget(Widget):
    """Proposals, "I don't know", and the whole catalogue."""

    template = "category"
    layout = "group"
    optional_mark = False
    touched = False

    def __init__(self, proposals: list[tuple[str, str, str, str]], groups: list[Any], proposals_url: str) -> None:
        super().__init__()
        self.proposals = proposals
        self.groups = groups
        self.proposals_url = proposals_url
        self.words_field = "words"

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
    proposals: Sequence[Subject],
    photos: Sequence[KeptPhoto] = (),
    proposals_url: str,
    is_demo: bool,
    methods: Mapping[str, str],
    map_base: MapBase | None = None,
    choice: str = "",
    dangers: Sequence[Danger] = (),
    given: Mapping[str, Sequence[str]] | None = None,
    applicant_kind: str = ApplicantKind.PERSON.value,
    knows_name: bool = False,
    details_note: str = "",
    draws: bool = True,
) -> colander.SchemaNode:
    """Build the schema of the form; without *draws* the parts that only a drawn form needs are left out."""
    from ...services.uploads import MAX_PHOTOS

    groups = category_groups(page, city) if draws else []

    def field(name: str, title: str, widget: Widget, **kw: Any) -> colander.SchemaNode:
        kw.setdefault("missing", "")
        return colander.SchemaNode(CleanString(), name=name, title=title, widget=widget, **kw)

    def length(most: int) -> colander.Length:
        return colander.Length(max=most, max_err=PROBLEMS["too_long"])

    whom = TextInputWidget(attributes={"autocomplete": "name"})
    whom.section = (
        _("How can we reach you?"),
        details_note
        or _(
            "A telephone number or an e-mail address is enough. "
            "If you leave both empty, the answer stands on your follow page."
        ),
    )
    phone = TextInputWidget(type="tel", attributes={"autocomplete": "tel", "inputmode": "tel"})
    email = TextInputWidget(type="email", attributes={"autocomplete": "email", "inputmode": "email"})
    kinds = RadioChoiceWidget(values=[(code, label) for code, label in KINDS.items()], inline=True)
    kinds.optional_mark = False
    schema = colander.SchemaNode(colander.Mapping(), name="apply")
    schema.add(
        field(
            "words", _("What is it about?"), TextAreaWidget(rows=5, attributes={"maxlength": MAX_WORDS}),
            missing=colander.required, missing_msg=PROBLEMS["required"], validator=length(MAX_WORDS),
        )
    )  # fmt: skip
    # What was chosen stays in sight, whatever the words propose by now.
    chosen = chosen_subject(city, choice)
    shown = list(proposals) if chosen in proposals or chosen is None else [chosen, *proposals]
    rows = subject_rows(page, shown)
    schema.add(field("category", _("Which of these fits best?"), CategoryWidget(rows, groups, proposals_url)))
    schema.add(
        question_node(
            page, city, choice, url=page.url("questions"), dangers=dangers, given=given or {}, photos=photos,
            applicant_kind=applicant_kind,
        )
    )  # fmt: skip
    schema.add(
        field(
            "kind", _("What would you call it?"), kinds, missing="SERVICE_REQUEST",
            validator=colander.OneOf(tuple(KINDS)),
        )
    )  # fmt: skip
    add_place(schema, page, city, map_base, draws=draws)
    add_same_thing(schema, page)
    loose = as_rows(loose_photos(photos, questions_of(city, choice)))
    schema.add(field("photos", _("Photos"), PhotosWidget(loose, MAX_PHOTOS)))
    # Where a law asks who applies, a person gives their name, and a company its title.
    is_named = (
        applicant_kind == ApplicantKind.LEGAL_PERSON or knows_name or not asks_identity(category_of(city, choice))
    )
    needed = {} if is_named else {"missing": colander.required, "missing_msg": PROBLEMS["required"]}
    schema.add(field("name", _("Your name"), whom, validator=length(120), **needed))
    schema.add(field("phone", _("Telephone"), phone, validator=checked(lambda text: tidy_phone(text, demo=is_demo))))
    schema.add(field("email", _("E-mail"), email, validator=checked(tidy_email)))
    add_telling(schema, page, methods)
    add_representation(schema)
    add_consents(schema)
    add_guard(schema)
    for name in AGAIN_FIELDS:
        schema.add(hidden(name))
    schema.add(
        colander.SchemaNode(
            CleanString(), name="form_key", widget=HiddenWidget(), missing="",
            validator=colander.Length(min=16, max=64),
        )
    )  # fmt: skip
    return schema


def category_groups(page: Page, city: City) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the public catalogue in its groups, in the city's order, and the other bodies behind it."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for category in city.offered:
        if category.is_public:
            groups.setdefault(category.group_for(page.language), []).append(
                (category.code, category.label_for(page.language))
            )
    bodies = [(subject_value(body), body.name_for(page.language)) for body in city.offered_bodies]
    return [*groups.items(), *([(page.say(_("Other institutions")), bodies)] if bodies else [])]


def as_cstruct(post: Any) -> dict[str, str]:
    """Take the form's fields out of a request; a chosen proposal wins over the catalogue."""
    # A file in the place of a text is none of our forms'.
    texts = {name: value for name, value in post.items() if isinstance(value, str)}
    cstruct = {name: texts.get(name, "") for name in (*APPLY_FIELDS, *_ASIDE_FIELDS)}
    cstruct["category"] = cstruct["category"] or texts.get("category_listed", "")
    if texts.get("location_removed") or read_point(cstruct.get("latitude", ""), cstruct.get("longitude", "")) is None:
        cstruct["latitude"] = cstruct["longitude"] = ""
    return cstruct
