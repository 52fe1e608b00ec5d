"""One value of the city's data: changed, tried out, ended, and what was done to it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import colander
from deform import Button
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ....domain.errors import InvalidInput
from ....domain.plain import as_plain, revision_of
from ....domain.workflow import Permission
from ....i18n import _
from ....services.catalogue import name_of, value_of
from ....services.changes import EditConflict
from ....storage import Site
from ...contexts import StaffContext
from ...forms import Form, add_problem
from ...labels import PROBLEMS
from ...page import Page
from ...posted import posted
from ...values import Values
from .back import keep_for_going_back
from .fields import Field, schema_of
from .kinds import KindPage
from .landing import crumbs
from .lists import kind_of
from .previews import previews
from .state import state_of
from .trying import TRIED, tried
from .words import conflict_values, history_of

__all__ = ["change", "end", "make", "show_new", "show_one"]

_DRAWN_AS = {"solve_within": "solve_within_number", "questions": "questions_0"}
"""The field that stands for an attribute drawn as several."""
_MOST_TYPED = 20_000
_MOST_TRIED = 300


class Editing:
    """A form over one value, or over a new one: what it shows, and what was typed into it."""

    def __init__(self, request: Request, site: Site, kind: KindPage, code: str | None) -> None:
        self.request, self.site, self.kind = request, site, kind
        self.page: Page = request.page
        self.value = value_of(site.city, kind.kind, code) if code is not None else None
        if code is not None and self.value is None:
            raise HTTPNotFound
        self.fields: list[Field] = kind.fields(self.page, site.city, self.value)
        self.schema = schema_of(self.fields)
        self.conflict: Values | None = None
        self.shown: dict[str, Any] = {}

    @property
    def present(self) -> Any:
        """The value as it stands, a blank one where it is new."""
        return self.value if self.value is not None else self.kind.blank()

    def cstruct(self) -> dict[str, str]:
        """Return what the form shows of the value as it stands."""
        shown = {"revision": self.revision}
        for field in self.fields:
            shown |= field.to_text(getattr(self.present, field.name))
        return shown

    @property
    def revision(self) -> str:
        """What tells this state of the value from the next."""
        return revision_of(as_plain(self.value)) if self.value is not None else ""

    def typed(self) -> dict[str, str]:
        """Return what was typed, as the form takes it."""
        post = self.request.POST
        texts = {name: value for name, value in post.items() if isinstance(value, str)}
        return {node.name: texts.get(node.name, "")[:_MOST_TYPED] for node in self.schema}

    def read(self, cstruct: Mapping[str, str]) -> Any:
        """Return the value that was typed (raises :class:`colander.Invalid`)."""
        said = self.schema.deserialize(cstruct)
        return replace(self.present, **{field.name: field.from_text(said) for field in self.fields})

    def rendered(self, cstruct: Mapping[str, str], error: colander.Invalid | None = None) -> dict[str, Any]:
        """Return what the template shows."""
        page, kind = self.page, self.kind
        up = (page.say(kind.title), page.url("staff.admin_list", kind=kind.path))
        page.title = name_of(kind.kind, self.value) if self.value is not None else page.say(kind.new)
        buttons = [Button("save", _("Save") if self.value is not None else _("Make it"))]
        if kind.kind in TRIED:
            buttons.append(Button("try", _("Try it first")))
        if kind.kind == "reply_templates":
            buttons.append(Button("preview", _("Show how it will look")))
        action = (
            page.url("staff.admin_edit", kind=kind.path, code=self.value.code)
            if self.value is not None
            else page.url("staff.admin_new", kind=kind.path)
        )
        form = Form(self.request, self.schema, formid="admin", action=action, buttons=buttons)
        return {
            "crumbs": crumbs(page, up),
            "form": form.html(cstruct, error),
            "conflict": self.conflict,
            "history": history_of(self.request, self.site, kind.kind, self.value.code) if self.value else [],
            "is_new": self.value is None,
            "state": state_of(self.request, self.site, kind, self.value) if self.value is not None else None,
            "code": self.value.code if self.value is not None else "",
            "tries": kind.kind in TRIED,
            "tried_words": posted(self.request, "tried_words", _MOST_TRIED),
            "results": None,
            "previews": [],
            "is_previewed": False,
            **self.shown,
        }


@view_config(
    route_name="staff.admin_new",
    request_method="GET",
    renderer="staff/admin/edit.pt",
    permission=Permission.MANAGE_CATALOGUE,
)
def show_new(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show an empty form."""
    with request.assembly.database.reading() as site:
        editing = Editing(request, site, kind_of(request), None)
        return editing.rendered(editing.cstruct())


@view_config(
    route_name="staff.admin_edit",
    request_method="GET",
    renderer="staff/admin/edit.pt",
    permission=Permission.MANAGE_CATALOGUE,
)
def show_one(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show a value with its form, what stands around it, and its history."""
    with request.assembly.database.reading() as site:
        editing = Editing(request, site, kind_of(request), request.matchdict["code"])
        if editing.kind.kind == "reply_templates" and editing.value is not None:
            editing.shown["previews"] = previews(request, site, editing.value)
        return editing.rendered(editing.cstruct())


@view_config(
    route_name="staff.admin_new",
    request_method="POST",
    renderer="staff/admin/edit.pt",
    permission=Permission.MANAGE_CATALOGUE,
)
def make(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Make a new value, or try it out."""
    return _posted(request, None)


@view_config(
    route_name="staff.admin_edit",
    request_method="POST",
    renderer="staff/admin/edit.pt",
    permission=Permission.MANAGE_CATALOGUE,
)
def change(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Keep what was typed, or try it out."""
    return _posted(request, request.matchdict["code"])


def _posted(request: Request, code: str | None) -> dict[str, Any] | Response:
    page: Page = request.page
    kind = kind_of(request)
    keep_for_going_back(request)
    with request.assembly.database.reading() as site:
        editing = Editing(request, site, kind, code)
        cstruct = editing.typed()
        try:
            value = editing.read(cstruct)
        except colander.Invalid as problem:
            return editing.rendered(cstruct, problem)
        if "try" in request.POST and kind.kind in TRIED:
            editing.shown["results"] = tried(
                request, site, posted(request, "tried_words", _MOST_TRIED), (kind.kind, value)
            )
            return editing.rendered(cstruct)
        if "preview" in request.POST and kind.kind == "reply_templates":
            try:
                request.services.catalogue.check(site, kind.kind, value)
            except InvalidInput as problem:
                return editing.rendered(cstruct, add_problem(editing.schema, problem, _DRAWN_AS))
            editing.shown["previews"] = previews(request, site, value)
            editing.shown["is_previewed"] = True
            return editing.rendered(cstruct)
    try:
        kept = request.services.catalogue.put(kind.kind, value, cstruct["revision"])
    except InvalidInput as problem:
        with request.assembly.database.reading() as site:
            editing = Editing(request, site, kind, code)
            return editing.rendered(cstruct, add_problem(editing.schema, problem, _DRAWN_AS))
    except EditConflict as conflict:
        return _conflict(request, kind, code, cstruct, value, conflict)
    if code is None:
        page.flash("ok", _("“${name}” is made and used from now on."), name=name_of(kind.kind, kept))
    else:
        page.flash("ok", _("“${name}” is changed. It holds at once, everywhere."), name=name_of(kind.kind, kept))
    return HTTPSeeOther(page.url("staff.admin_edit", kind=kind.path, code=kept.code))


def _conflict(
    request: Request, kind: KindPage, code: str | None, cstruct: dict[str, str], value: Any, conflict: EditConflict
) -> dict[str, Any]:
    """Show both sides; saving again keeps what was typed."""
    with request.assembly.database.reading() as site:
        editing = Editing(request, site, kind, code)
        yours = {field.name: as_plain(value)[field.name] for field in editing.fields}
        seen = request.services.changes.as_seen(site, kind.kind, code or "", cstruct["revision"])
        editing.conflict = conflict_values(request, site, kind.kind, conflict, yours, seen)
        shown = {**cstruct, "revision": editing.revision}
        for field in editing.fields:
            if seen is not None and seen[field.name] == yours[field.name]:
                # Only the other one has touched it.
                shown |= field.to_text(getattr(editing.present, field.name))
        return editing.rendered(shown)


@view_config(route_name="staff.admin_end", request_method="POST", permission=Permission.MANAGE_CATALOGUE)
def end(context: StaffContext, request: Request) -> Response:
    """End a value, or take it up again."""
    page: Page = request.page
    kind, code = kind_of(request), request.matchdict["code"]
    catalogue, is_again = request.services.catalogue, bool(posted(request, "yeniden"))
    with request.assembly.database.reading() as site:
        value = value_of(site.city, kind.kind, code)
        if value is None:
            raise HTTPNotFound
        name = name_of(kind.kind, value)
    try:
        if kind.kind == "departments":
            if not is_again:
                return HTTPSeeOther(page.url("staff.admin_close", code=code))
            catalogue.put(kind.kind, replace(value, valid_until=None, successor=None))
        elif is_again:
            catalogue.take_up_again(kind.kind, code)
        else:
            catalogue.end(kind.kind, code)
    except InvalidInput as problem:
        page.flash("error", PROBLEMS[problem.problem])
    else:
        done = _("“${name}” is used again.") if is_again else _("“${name}” is ended. What has it keeps it.")
        page.flash("ok", done, name=name)
    return HTTPSeeOther(page.url("staff.admin_edit", kind=kind.path, code=code))
