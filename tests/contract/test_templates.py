"""What stands in templates, style sheets and scripts: nothing inline, nothing from elsewhere, nothing unescaped."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from halkla_iliskiler.web.templates import loader

WEB = Path(__file__).parents[2] / "src" / "halkla_iliskiler" / "web"
TEMPLATES = WEB / "templates"
STATIC = WEB / "static"
ALL_TEMPLATES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.pt"))
STYLE_SHEETS = sorted(path.name for path in STATIC.rglob("*.css"))
SCRIPTS = sorted(path.name for path in STATIC.rglob("*.js"))

# Where HTML made elsewhere is put in as it is: forms and rows drawn by our own templates, and nothing else.
KEPT_DRAWN = {"staff/bar.pt", "staff/ticket_bar.pt"}
STRUCTURE = {
    # Drawn by templates of their own, which escape what they put in.
    ("staff/admin/edit.pt", "form"),
    ("staff/admin/close.pt", "form"),
    ("staff/ticket_access.pt", "share_options"),
    ("staff/layout_staff.pt", "page.navigation.html('side')"),
    ("staff/layout_staff.pt", "page.frame.bar(asked)"),
    ("staff/layout_staff.pt", "page.frame.keys()"),
    # Drawn by a plugin's own template, which escapes what it puts in.
    ("plugin_page.pt", "html"),
    ("staff/plugin_page.pt", "html"),
    ("follow.pt", "panel.html"),
    ("staff/ticket.pt", "panel.html"),
    ("apply.pt", "form"),
    ("staff/admin/plugin.pt", "form"),
    ("follow.pt", "proof.form"),
    ("follow.pt", "message_form"),
    ("follow.pt", "reopen_form"),
    ("follow.pt", "contact_form"),
    ("follow.pt", "withdraw_form"),
    ("mine.pt", "form"),
    ("staff/login.pt", "form"),
    ("staff/login_step.pt", "form"),
    ("staff/own_form.pt", "form"),
    ("staff/recovery_codes.pt", "enrolment.picture"),  # drawn by segno from an address of ours
    ("staff/admin/person.pt", "form"),
    ("staff/admin/person_new.pt", "form"),
    ("staff/figures.pt", "report"),
    ("staff/queue.pt", "options"),
    ("staff/queue.pt", "rows"),
    ("staff/ticket.pt", "action_bar"),
    ("staff/ticket.pt", "action_keys"),
    ("staff/ticket.pt", "action_form"),
    ("staff/bulk_choose.pt", "form"),
    ("staff/record_help.pt", "questions"),
    ("deform/form.pt", "child.render_template(item_template)"),
    ("deform/mapping.pt", "child.render_template(item_template)"),
    ("deform/questions.pt", "child.render_template(item_template)"),
    ("deform/mapping_item.pt", "field.serialize(cstruct)"),
}

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_UNESCAPED = re.compile(r"\bstructure\b[:\s]+([^\"}]+)")
_URL = re.compile(r"url\(\s*(?P<quote>[\"']?)(?P<target>.*?)(?P=quote)\s*\)", re.DOTALL)


def source(name: str) -> str:
    return _COMMENT.sub("", (TEMPLATES / name).read_text(encoding="utf-8"))


class Tags(HTMLParser):
    """Every start tag with its attributes and line, and the text inside each."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.tags: list[tuple[str, dict[str, str], int]] = []
        self.inside: dict[int, str] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if self.tags:
            place = len(self.tags) - 1
            self.inside[place] = self.inside.get(place, "") + data

    def named(self, name: str) -> list[tuple[dict[str, str], str]]:
        return [
            (attributes, self.inside.get(place, ""))
            for place, (tag, attributes, _line) in enumerate(self.tags)
            if tag == name
        ]


@pytest.mark.parametrize("name", ALL_TEMPLATES)
def test_a_template_compiles(name: str) -> None:
    loader()[name].cook_check()


@pytest.mark.parametrize("name", ALL_TEMPLATES)
def test_a_template_says_what_it_needs(name: str) -> None:
    assert (TEMPLATES / name).read_text(encoding="utf-8").startswith("<!--!"), "a comment that lists the variables"


@pytest.mark.parametrize("name", ALL_TEMPLATES)
def test_a_template_holds_no_inline_style_script_or_handler(name: str) -> None:
    found = []
    for tag, attributes, line in Tags(source(name)).tags:
        if tag == "style" or "style" in attributes:
            found.append(f"line {line}: a style inside <{tag}>")
        found += [f"line {line}: {key} on <{tag}>" for key in attributes if key.startswith("on")]
        found += [
            f"line {line}: {key} of <{tag}> is a script"
            for key, value in attributes.items()
            if value.strip().lower().startswith(("javascript:", "data:text", "vbscript:"))
        ]
        for key, value in attributes.items():
            if key == "tal:attributes" and re.search(r"(?:^|;)\s*(?:style|on\w+)\s", value):
                found.append(f"line {line}: tal:attributes sets {value!r}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ALL_TEMPLATES)
def test_a_script_comes_from_our_files_with_the_nonce(name: str) -> None:
    for attributes, inside in Tags(source(name)).named("script"):
        assert attributes.get("src", "").startswith("${page.static("), attributes
        assert attributes.get("nonce") == "${page.nonce}", attributes
        assert not inside.strip(), "a script tag of ours is empty"


@pytest.mark.parametrize("name", ALL_TEMPLATES)
def test_nothing_is_fetched_from_elsewhere(name: str) -> None:
    fetching = {"src", "srcset", "poster", "data", "background", "action", "formaction"}
    for tag, attributes, line in Tags(source(name)).tags:
        for key, value in attributes.items():
            if key in fetching or (tag == "link" and key == "href"):
                assert not re.match(r"\s*(?:[a-z]+:)?//", value), f"line {line}: <{tag} {key}={value!r}>"
        assert tag not in ("iframe", "object", "embed", "applet"), f"line {line}: <{tag}>"
        # It may say where links open, and never what they begin with.
        assert tag != "base" or set(attributes) <= {"target", "tal:condition"}, f"line {line}: <{tag} {attributes}>"


@pytest.mark.parametrize("name", ALL_TEMPLATES)
def test_html_is_put_in_unescaped_only_where_it_is_allowed(name: str) -> None:
    found = {(name, expression.strip()) for expression in _UNESCAPED.findall(source(name))}
    assert found <= STRUCTURE, found - STRUCTURE


def test_every_permission_to_put_html_in_is_still_used() -> None:
    used = {(name, expression.strip()) for name in ALL_TEMPLATES for expression in _UNESCAPED.findall(source(name))}
    assert used == STRUCTURE


@pytest.mark.parametrize("name", ALL_TEMPLATES)
def test_every_form_that_changes_something_carries_the_token(name: str) -> None:
    if name == "deform/form.pt":
        pytest.skip("its method is a variable; see the next test")
    for form in re.findall(r"<form\b.*?</form>", source(name), re.DOTALL):
        opening = Tags(form).tags[0][1]
        method = opening.get("method", "get")
        assert method in ("get", "post", "dialog"), opening
        token = [tag for tag, _ in Tags(form).named("input") if tag.get("name") == "csrf_token"]
        if method == "post":
            # What is kept drawn is given its token afterwards; the functional tests send these forms.
            value = "${token}" if name in KEPT_DRAWN else "${page.csrf_token}"
            assert token == [{"type": "hidden", "name": "csrf_token", "value": value}], form[:200]
        else:
            # A token in an address ends in logs and histories.
            assert not token, form[:200]


def test_the_form_of_all_forms_carries_the_token() -> None:
    tokens = [tag for tag, _ in Tags(source("deform/form.pt")).named("input") if tag.get("name") == "csrf_token"]
    assert [token["value"] for token in tokens] == ["${token}"]


@pytest.mark.parametrize("name", ALL_TEMPLATES)
def test_a_new_window_cannot_reach_back(name: str) -> None:
    for attributes, _ in Tags(source(name)).named("a"):
        if attributes.get("target"):
            assert "noopener" in attributes.get("rel", ""), attributes


@pytest.mark.parametrize("name", ALL_TEMPLATES)
def test_a_template_speaks_through_the_catalogue(name: str) -> None:
    assert not re.search("[çğışöüÇĞİŞÖÜ]", source(name)), "a sentence is an English message id"


@pytest.mark.parametrize("name", STYLE_SHEETS)
def test_a_style_sheet_fetches_nothing_from_elsewhere(name: str) -> None:
    text = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    assert "@import" not in text
    assert "expression(" not in text
    for found in _URL.finditer(text):
        target = found["target"]
        assert target.startswith("data:image/svg+xml,"), target[:80]
        # A picture in an address of data may name no other address but that of its own language.
        assert set(re.findall(r"https?:[^'\"\s]*", target)) <= {"http://www.w3.org/2000/svg"}, target[:200]
        assert "script" not in target.lower()


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_makes_no_code_of_data_and_fetches_nothing_from_elsewhere(name: str) -> None:
    text = (STATIC / name).read_text(encoding="utf-8")
    code_of_words = r"\beval\(|new Function|set(?:Timeout|Interval)\(\s*[\"']"
    page_of_words = r"document\.write|insertAdjacentHTML|outerHTML|innerHTML\s*\+="
    assert not re.search(f"{code_of_words}|{page_of_words}", text)
    assert set(re.findall(r"https?://[^\s\"'`]*", text)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"(?:document\.)?cookie\b", text), "cookies are the server's"


def test_there_is_something_to_look_at() -> None:
    assert len(ALL_TEMPLATES) > 20
    assert STYLE_SHEETS
    assert SCRIPTS
