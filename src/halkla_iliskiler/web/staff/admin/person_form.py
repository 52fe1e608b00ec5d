"""The form of an account: name, address, roles with their directorates."""

from collections.abc import Iterable, Mapping
from typing import Any

import colander
from deform import Button
from deform.widget import TextInputWidget, Widget
from pyramid.request import Request

from ....domain.access import ROLES as ALL_ROLES
from ....domain.access import Grant
from ....domain.errors import InvalidInput
from ....domain.text import sort_key
from ....i18n import _
from ....services.people import Desired, Person
from ....storage import Site
from ...forms import CleanString, Form, add_problem, hidden
from ...labels import PROBLEMS, ROLES
from ...page import Page
from ...values import Values

__all__ = ["MORE", "PersonForm"]

MORE = "more"
_MOST_ROLES = 20


class _Rows(CleanString):
    """Lines of a table: what they mean is read by :class:`PersonForm`."""

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        return cstruct


class GrantsWidget(Widget):
    """Lines of role, directorate and the right to sensitive matters."""

    template = "grants"
    layout = "group"
    optional_mark = False

    def serialize(self, field: Any, cstruct: Any, **kw: Any) -> Any:
        return field.renderer(self.template, field=field, rows=cstruct, widget=self)


class PersonForm:
    """The form of a new account or of one that is there."""

    def __init__(self, request: Request, site: Site, person: Person | None = None) -> None:
        self._request, self._page = request, request.page
        self._person = person
        self.departments = self._departments(site)
        self.schema = self._schema()

    def _departments(self, site: Site) -> list[tuple[str, str]]:
        """Return the directorates that can be chosen: those of today, and what the person has already."""
        today = self._request.services.today
        had = {grant.department for grant in self._person.grants} if self._person else set()
        open_ones = [
            (one.code, one.name)
            for one in site.city.departments
            if one.code in had or one.valid_until is None or one.valid_until >= today
        ]
        return sorted(open_ones, key=lambda one: sort_key(one[1]))

    def _schema(self) -> colander.SchemaNode:
        schema = colander.SchemaNode(colander.Mapping())
        if self._person is None:
            schema.add(
                self._line(
                    "username",
                    _("User name"),
                    40,
                    description=_("For the log-in, such as ayse.yilmaz. It stays for ever, also in histories."),
                    autocapitalize="none",
                    spellcheck="false",
                )
            )
        schema.add(self._line("name", _("Name"), 80, description=_("As colleagues and applicants read it.")))
        schema.add(self._line("email", _("E-mail"), 200, missing="", inputmode="email"))
        widget = GrantsWidget(
            roles=[
                ("", self._page.say(_("Choose a role"))),
                *((code, self._page.say(ROLES[code])) for code in ALL_ROLES),
            ],
            departments=[("", self._page.say(_("no directorate"))), *self.departments],
        )
        schema.add(
            colander.SchemaNode(
                _Rows(),
                name="grants",
                title=_("Roles"),
                description=_("Empty a line's role to take it away. Some roles need a directorate."),
                widget=widget,
            )
        )
        schema.add(hidden("revision"))
        return schema

    @staticmethod
    def _line(name: str, title: str, most: int, description: str = "", **kw: Any) -> colander.SchemaNode:
        needed = {"missing": kw.pop("missing")} if "missing" in kw else {"missing_msg": PROBLEMS["required"]}
        widget = TextInputWidget(attributes={"autocomplete": "off", "maxlength": str(most), **kw})
        return colander.SchemaNode(
            CleanString(), name=name, title=title, description=description, widget=widget, **needed
        )

    def html(self, typed: Mapping[str, Any], error: colander.Invalid | None = None) -> str:
        """Draw the form."""
        page: Page = self._page
        is_new = self._person is None
        back = page.url("staff.people")
        action = page.url("staff.people_new") if is_new else page.url("staff.person", username=self._person.username)  # type: ignore[union-attr]
        form = Form(
            self._request,
            self.schema,
            formid="person",
            action=action,
            buttons=[
                Button("save", _("Make the account") if is_new else _("Save")),
                Button(MORE, _("One more role")),
                Button("back", _("Cancel"), type="link", value=back),
            ],
        )
        return form.html(typed, error)

    def shown(self, revision: str = "") -> dict[str, Any]:
        """Return what stands in the form before anything is typed."""
        person = self._person
        grants = person.grants if person else ()
        values = {"name": person.name, "email": person.email} if person else {"username": "", "name": "", "email": ""}
        return {**values, "grants": _rows(grants, 1), "revision": revision}

    def typed(self, more: int = 0) -> dict[str, Any]:
        """Return what was typed, to be shown again, with *more* empty lines at the end."""
        post = self._request.POST
        said = {name: str(post.get(name, ""))[:300] for name in ("username", "name", "email", "revision")}
        rows = [row for row in _lines(post) if row.role or row.department]
        return {**said, "grants": [*rows, *_empty(max(1, more + 1))]}

    def wanted(self) -> Desired:
        """Return the account that was typed.

        Raises:
            colander.Invalid, InvalidInput: something is missing or wrong.
        """
        values = self.schema.deserialize(self.typed())
        grants = tuple(self._grant(row) for row in values["grants"] if row.role)
        if not grants:
            raise InvalidInput("grants", "required")
        username = self._person.username if self._person else values["username"]
        return Desired(username, values["name"], grants, values["email"])

    def _grant(self, row: Values) -> Grant:
        known = ALL_ROLES.get(row.role)
        if known is None or (row.department and row.department not in dict(self.departments)):
            raise InvalidInput("grants", "unknown")
        if known.needs_department and not row.department:
            raise InvalidInput("grants", "line_no_department")
        return Grant(row.role, row.department if known.needs_department else None, row.sensitive)

    def refused(self, problem: InvalidInput) -> colander.Invalid:
        """Return what a service refused as an error at its field."""
        return add_problem(self.schema, problem, {"role": "grants", "department": "grants"})


def _lines(post: Mapping[str, Any]) -> list[Values]:
    return [
        Values(
            role=str(post.get(f"role-{place}", ""))[:40],
            department=str(post.get(f"department-{place}", ""))[:80],
            sensitive=post.get(f"sensitive-{place}") == "1",
        )
        for place in range(_MOST_ROLES)
    ]


def _empty(count: int) -> list[Values]:
    return [Values(role="", department="", sensitive=False) for _ in range(count)]


def _rows(grants: Iterable[Grant], more: int) -> list[Values]:
    rows = [Values(role=one.role, department=one.department or "", sensitive=one.sensitive) for one in grants]
    return [*rows, *_empty(more)]
