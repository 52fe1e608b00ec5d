"""What etc/ ships is read, started and obeyed, and the back-up drill of docs/operations.md is done word for word."""

import configparser
import io
import json
import os
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import plaster
import pytest
import ZODB.config
from click.testing import CliRunner
from waitress.adjustments import Adjustments
from webtest import TestApp
from ZODB.POSException import ReadOnlyError

import halkla_iliskiler.app
from halkla_iliskiler.cli import main as halkla
from halkla_iliskiler.domain.access import ANONYMOUS, SYSTEM
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.ticket import Ticket
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.services.uploads import MAX_BYTES, MAX_PHOTOS, Upload, discard, receive
from halkla_iliskiler.settings import read_options
from halkla_iliskiler.storage.files import SiteFiles
from halkla_iliskiler.testing import PASSWORD, FakeNow, draft, make_site, open_site, png, site_settings

ROOT = Path(__file__).parents[2]
ETC = ROOT / "etc"
PRODUCTION = ETC / "production.ini"
INIS = (PRODUCTION, ROOT / "development.ini")
BIN = Path(sys.executable).parent
HOST = "basvuru.example"
INSTALLED = "/var/lib/halkla/site"
"""Where the shipped files expect the site."""


def section(ini: Path, name: str) -> dict[str, str]:
    return dict(plaster.get_settings(str(ini), name))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def adapted(tmp_path: Path, port: int = 0) -> Path:
    """Write production.ini down with nothing changed but where the site is and which port is listened on."""
    text = PRODUCTION.read_text(encoding="utf-8")
    assert text.count(INSTALLED) == 1
    text = text.replace(INSTALLED, str(tmp_path / "site")).replace("127.0.0.1:6543", f"127.0.0.1:{port}")
    ini = tmp_path / "production.ini"
    ini.write_text(text, encoding="utf-8")
    return ini


def photo(site: Path, shade: int = 0) -> Upload:
    return receive(io.BytesIO(png(shade)), "kaldırım.png", SiteFiles(site).uploads)


def contents(ticket: Ticket) -> list[bytes]:
    found = []
    for attachment in ticket.attachments:
        with attachment.blob.open("r") as file:
            found.append(file.read())
    return found


def run_halkla(ini: Path, *arguments: str, typed: str = "") -> str:
    done = CliRunner().invoke(halkla, ["--config", str(ini), *arguments], input=typed, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


# -- production.ini -------------------------------------------------------------------------------------------------


def test_production_ini_makes_and_serves_a_site(tmp_path: Path) -> None:
    ini = adapted(tmp_path)
    run_halkla(ini, "init")
    run_halkla(ini, "user", "add", "ayse", "--name", "Ayşe", "--role", "supervisor", typed=f"{PASSWORD}\n")
    assert "in order" in run_halkla(ini, "check")
    application = halkla_iliskiler.app.main({}, **section(ini, "app:main"))
    try:
        assert application.worker is not None
        browser = TestApp(application, extra_environ={"HTTP_HOST": HOST, "wsgi.url_scheme": "https"})
        answer = browser.get("/basvuru")
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
        assert re.match(r"__Host-\w+=.*; Path=/; secure; HttpOnly; SameSite=Lax", answer.headers["Set-Cookie"])
        assert "noindex" not in str(answer.headers)
        browser.get("/", extra_environ={"HTTP_HOST": "somebody.else"}, status=400)
        assert browser.get("/healthz", status="*").json["database"] is True  # the worker may not have begun yet
    finally:
        application.close()


def test_production_ini_is_no_demonstration() -> None:
    options = read_options(section(PRODUCTION, "app:main"))
    assert not options.demo
    assert options.secure_cookies
    assert options.base_url.startswith("https://")
    assert str(options.data) == INSTALLED


@pytest.mark.parametrize("ini", INIS, ids=lambda path: path.name)
def test_waitress_takes_the_settings(ini: Path) -> None:
    given = section(ini, "server:main")
    assert given.pop("use") == "egg:waitress#main"
    server = Adjustments(**given)
    assert [address[3][0] for address in server.listen] == ["127.0.0.1"]
    assert server.threads == read_options(section(ini, "app:main")).threads
    assert server.connection_limit > 100  # so many half-open requests once stopped it
    assert server.asyncore_use_poll


def test_waitress_believes_nginx_alone() -> None:
    given = section(PRODUCTION, "server:main")
    del given["use"]
    server = Adjustments(**given)
    assert server.trusted_proxy == "127.0.0.1"
    assert server.trusted_proxy_headers == {"x-forwarded-for", "x-forwarded-proto"}
    assert server.clear_untrusted_proxy_headers
    assert not server.ident


def test_a_form_with_all_its_photos_is_let_through_everywhere() -> None:
    """What the application would take must not be cut off by those in front of it, where the words would be lost."""
    words_around = 1 << 20
    sizes = {int(section(ini, "server:main")["max_request_body_size"]) for ini in INIS}
    sizes.add(int(the_one(nginx("server"), "client_max_body_size")[0].removesuffix("m")) << 20)
    assert len(sizes) == 1
    assert sizes.pop() >= MAX_PHOTOS * MAX_BYTES + words_around


# -- zodb.conf ------------------------------------------------------------------------------------------------------


def test_zodb_conf_opens_a_site_and_cannot_change_it(tmp_path: Path) -> None:
    site = tmp_path / "site"
    assembly = make_site(site)
    assembly.services(ANONYMOUS).intake.file(draft(uploads=(photo(site),)))
    try:
        conf = (ETC / "zodb.conf").read_text(encoding="utf-8")
        assert conf.count(INSTALLED) == 1
        before = {path: path.stat().st_mtime_ns for path in site.rglob("*")}
        database = ZODB.config.databaseFromString(conf.replace(INSTALLED, str(site)))  # beside the open site
        try:
            with database.transaction() as connection:
                (ticket,) = connection.root()["site"].tickets.values()
                assert contents(ticket) == [png()]
            with pytest.raises(ReadOnlyError), database.transaction() as connection:
                connection.root()["site"].database_id = "another"
        finally:
            database.close()
        assert {path: path.stat().st_mtime_ns for path in site.rglob("*")} == before
    finally:
        assembly.close()


def test_zodb_conf_makes_no_database_where_none_is(tmp_path: Path) -> None:
    conf = (ETC / "zodb.conf").read_text(encoding="utf-8")
    with pytest.raises(FileNotFoundError):
        ZODB.config.databaseFromString(conf.replace(INSTALLED, str(tmp_path)))
    assert not (tmp_path / "Data.fs").exists()


# -- nginx ----------------------------------------------------------------------------------------------------------

Directive = tuple[list[str], list[Any] | None]
"""Its words, and what stands in its braces."""


def parse_nginx(text: str) -> list[Directive]:
    """Read nginx's syntax: words end with ``;`` or open a block, blocks close, quotes are closed."""
    word = re.compile(r"""\s+|\#[^\n]*|(?P<string>"[^"]*"|'[^']*')|(?P<sign>[;{}])|(?P<word>[^\s;{}"'#]+)""")
    blocks: list[list[Directive]] = [[]]
    words: list[str] = []
    place = 0
    while place < len(text):
        match = word.match(text, place)
        assert match, f"cannot be read: {text[place : place + 40]!r}"
        place = match.end()
        if match["string"]:
            words.append(match["string"][1:-1])
        elif match["word"]:
            words.append(match["word"])
        elif match["sign"] == ";":
            assert words, f"a semicolon without a directive before {text[place : place + 40]!r}"
            blocks[-1].append((words, None))
            words = []
        elif match["sign"] == "{":
            block: list[Directive] = []
            blocks[-1].append((words, block))
            blocks.append(block)
            words = []
        elif match["sign"] == "}":
            assert not words, f"a semicolon is missing after {' '.join(words)!r}"
            assert len(blocks) > 1, "a brace too many"
            blocks.pop()
    assert len(blocks) == 1, "a brace is missing"
    assert not words
    return blocks[0]


def nginx(kind: str = "") -> list[Directive]:
    """Return nginx.conf; with ``"server"`` the block that serves citizens."""
    directives = parse_nginx((ETC / "nginx.conf").read_text(encoding="utf-8"))
    if not kind:
        return directives
    servers = [block for words, block in directives if words == ["server"] and block is not None]
    return next(block for block in servers if any(words[:2] == ["location", "/"] for words, _ in block[-10:])
                and any(words[0] == "ssl_certificate" for words, _ in block))  # fmt: skip


def values(block: list[Directive], name: str) -> list[list[str]]:
    return [words[1:] for words, _ in block if words[0] == name]


def the_one(block: list[Directive], name: str) -> list[str]:
    (found,) = values(block, name)
    return found


def test_nginx_hands_on_to_where_waitress_listens() -> None:
    (upstream,) = (block for words, block in nginx() if words[0] == "upstream")
    assert upstream is not None
    assert the_one(upstream, "server") == [section(PRODUCTION, "server:main")["listen"]]


def test_nginx_passes_on_nothing_a_client_says_about_itself() -> None:
    headers = dict(values(nginx("server"), "proxy_set_header"))
    assert headers["Host"] == "$server_name"
    assert headers["X-Forwarded-For"] == "$remote_addr"
    assert headers["X-Forwarded-Proto"] == "$scheme"


def test_nginx_writes_no_tracking_code_and_no_search_word_into_its_log() -> None:
    directives = nginx()
    (logged,) = (block for words, block in directives if words == ["map", "$uri", "$halkla_logged_path"])
    rules = {words[0]: words[1] for words, _ in logged or []}
    assert rules.pop("default") == "$uri"
    ((pattern, replacement),) = rules.items()
    for path in ("/takip/2026-000123/K7QM4T2PXY34", "/takip/2026-000123/K7QM4T2PXY34/alindi"):
        assert re.match(pattern.removeprefix("~"), path)
    assert "$" not in replacement
    line = " ".join(next(words for words, _ in directives if words[:2] == ["log_format", "halkla"]))
    assert not re.search(r"\$(request|request_uri|args|query_string|http_referer)\b", line)
    for block in (block for words, block in directives if words == ["server"] and block is not None):
        assert values(block, "access_log") in ([["off"]], [["/var/log/nginx/halkla.log", "halkla"]])


def test_nginx_shows_the_health_page_to_this_machine_only() -> None:
    (health,) = (block for words, block in nginx("server") if words == ["location", "=", "/healthz"])
    assert health is not None
    rules = [words for words, _ in health if words[0] in ("allow", "deny")]
    assert rules == [["allow", "127.0.0.1"], ["allow", "::1"], ["deny", "all"]]


class Nginx:
    """The shipped nginx.conf in a directory of its own: other ports, a certificate of its own, the rest as it is."""

    def __init__(self, directory: Path, upstream: int) -> None:
        self.directory = directory
        self.http, self.https = free_port(), free_port()
        text = (ETC / "nginx.conf").read_text(encoding="utf-8")
        text = re.sub(r"listen \[::\]:.*\n", "", text)  # not every machine has IPv6
        text = text.replace("listen 80", f"listen 127.0.0.1:{self.http}")
        text = text.replace("listen 443", f"listen 127.0.0.1:{self.https}")
        text = text.replace("127.0.0.1:6543", f"127.0.0.1:{upstream}")
        text = text.replace(f"/etc/letsencrypt/live/{HOST}", str(directory)).replace("/var/log/nginx", str(directory))
        (directory / "halkla.conf").write_text(text, encoding="utf-8")
        frame = f"pid {directory}/pid;\nevents {{}}\nhttp {{ include {directory}/halkla.conf; }}\n"
        (directory / "nginx.conf").write_text(frame, encoding="utf-8")
        subprocess.run(
            ["openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", f"/CN={HOST}",
             "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-keyout", directory / "privkey.pem", "-out", directory / "fullchain.pem"],
            check=True, capture_output=True,
        )  # fmt: skip

    @property
    def command(self) -> list[str]:
        return ["nginx", "-p", str(self.directory), "-c", str(self.directory / "nginx.conf"), "-e",
                str(self.directory / "start.log")]  # fmt: skip


@pytest.fixture
def nginx_tools() -> None:
    missing = [tool for tool in ("nginx", "openssl") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"needs {' and '.join(missing)} ('apt-get install {' '.join(missing)}'); its syntax was read above")


@pytest.mark.usefixtures("nginx_tools")
def test_nginx_itself_accepts_the_file(tmp_path: Path) -> None:
    shipped = Nginx(tmp_path, upstream=6543)
    tried = subprocess.run([*shipped.command, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr


@pytest.fixture
def in_front(tmp_path: Path, nginx_tools: None) -> Iterator[Nginx]:
    """``halkla serve production.ini`` with the shipped nginx in front of it."""
    port = free_port()
    ini = adapted(tmp_path, port)
    run_halkla(ini, "init")
    shipped = Nginx(tmp_path, port)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HALKLA_")}
    with open(tmp_path / "serve.log", "wb") as log:
        server = subprocess.Popen([BIN / "halkla", "serve", ini], stdout=log, stderr=log, env=environment)
        front = subprocess.Popen([*shipped.command, "-g", "daemon off;"], stdout=log, stderr=log)
    try:
        for address in (port, shipped.https):
            await_port(address, tmp_path / "serve.log")
        yield shipped
    finally:
        front.terminate()
        server.terminate()
        assert (front.wait(20), server.wait(20)) == (0, 0), (tmp_path / "serve.log").read_text()


def await_port(port: int, log: Path) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < end, log.read_text(encoding="utf-8")
            time.sleep(0.05)


def ask(port: int, lines: list[str], *, tls: str = "") -> bytes:
    """Send a request as it stands and return the answer as it stands; nothing where nobody answers."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        try:
            wire = context.wrap_socket(plain, server_hostname=tls) if tls else plain
            wire.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode())
            answer = b""
            while piece := wire.recv(65536):
                answer += piece
        except (ssl.SSLError, ConnectionError):
            return b""
        finally:
            if tls and "wire" in locals():
                wire.close()
        return answer


def test_nginx_in_front_of_the_application(in_front: Nginx) -> None:
    get = ["GET /takip/2026-000123/K7QM4T2PXY34 HTTP/1.1", f"Host: {HOST}"]
    redirected = ask(in_front.http, ["GET /basvuru?x=1 HTTP/1.1", f"Host: {HOST}"])
    assert f"Location: https://{HOST}/basvuru?x=1".encode() in redirected
    assert ask(in_front.http, ["GET / HTTP/1.1", "Host: somebody.else"]) == b""
    assert ask(in_front.https, ["GET / HTTP/1.1", f"Host: {HOST}"], tls="somebody.else") == b""
    assert ask(in_front.https, ["GET / HTTP/1.1", "Host: somebody.else"], tls=HOST) == b""

    claim = "X-Forwarded-Host: somebody.else"
    page = ask(in_front.https, ["GET /basvuru HTTP/1.1", f"Host: {HOST}", claim], tls=HOST)
    head, _, body = page.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert head.lower().count(b"strict-transport-security") == 1
    assert b"__Host-" in head
    assert b"somebody.else" not in body
    (style,) = re.findall(rb'href="(/static/[^"]*\bcitizen\.css[^"]*)"', body)
    sheet = ask(in_front.https, [f"GET {style.decode()} HTTP/1.1", f"Host: {HOST}", "Accept-Encoding: gzip"], tls=HOST)
    assert b"Content-Encoding: gzip" in sheet
    secret = ask(in_front.https, ["GET /panel/giris HTTP/1.1", f"Host: {HOST}", "Accept-Encoding: gzip"], tls=HOST)
    assert b"Content-Encoding" not in secret
    assert b'"database": true' in ask(in_front.https, ["GET /healthz HTTP/1.1", f"Host: {HOST}"], tls=HOST)

    assert b" 404 " in ask(in_front.https, get, tls=HOST).splitlines()[0]
    ask(in_front.https, ["GET /panel?q=Ay%C5%9Fe HTTP/1.1", f"Host: {HOST}"], tls=HOST)
    log = (in_front.directory / "halkla.log").read_text(encoding="utf-8")
    assert '"GET /takip/-/-" 404' in log
    assert '"GET /panel" 303' in log
    assert "K7QM" not in log


# -- systemd --------------------------------------------------------------------------------------------------------


def unit(name: str) -> dict[str, list[str]]:
    """Return a section's directives; configparser alone would keep the last of those given twice."""
    text = (ETC / "systemd" / "halkla-web.service").read_text(encoding="utf-8")
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#", ";"))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    assert set(parser.sections()) == {"Unit", "Service", "Install"}
    body = re.split(r"^\[(\w+)\]$", text, flags=re.MULTILINE)
    lines = dict(zip(body[1::2], body[2::2], strict=True))[name].splitlines()
    found: dict[str, list[str]] = {key: [] for key in parser[name]}
    for line in lines:
        if line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found[key].append(value)
    return found


def test_systemd_starts_a_command_that_exists() -> None:
    (command,) = unit("Service")["ExecStart"]
    program, name, ini = shlex.split(command)
    assert program == "/opt/halkla/.venv/bin/halkla"
    assert (BIN / Path(program).name).exists()
    assert name in halkla.commands  # type: ignore[attr-defined]
    assert ini == "/etc/halkla/production.ini"
    assert ini in PRODUCTION.read_text(encoding="utf-8")


def test_systemd_gives_the_service_its_directories_and_nothing_else() -> None:
    service = unit("Service")
    assert service["User"] == service["Group"] == ["halkla"]
    assert service["UMask"] == ["0077"]
    states = service["StateDirectory"][0].split()
    data = read_options(section(PRODUCTION, "app:main")).data
    assert str(data.parent) == f"/var/lib/{states[0]}"
    environment = dict(value.split("=", 1) for value in service["Environment"])
    assert environment["TMPDIR"] in {f"/var/lib/{state}" for state in states}
    assert environment["CHAMELEON_CACHE"] == f"/var/cache/{service['CacheDirectory'][0]}"
    assert service["StateDirectoryMode"] == service["CacheDirectoryMode"] == ["0700"]
    assert service["ProtectSystem"] == ["strict"]
    assert service["NoNewPrivileges"] == service["PrivateTmp"] == service["ProtectHome"] == ["yes"]


def test_systemd_lets_it_end_in_peace_and_does_not_try_a_refused_site_for_ever() -> None:
    service = unit("Service")
    assert "KillSignal" not in service  # SIGTERM
    assert int(service["TimeoutStopSec"][0]) >= 30
    assert service["Restart"] == ["on-failure"]
    tries, within = (int(unit("Unit")[name][0]) for name in ("StartLimitBurst", "StartLimitIntervalSec"))
    assert tries * (int(service["RestartSec"][0]) + 10) < within


def test_systemd_hands_over_the_password_under_the_name_it_is_looked_for(
    site_directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _, source = unit("Service")["LoadCredential"][0].partition(":")
    assert source == "/etc/halkla/email-password"
    (tmp_path / name).write_text("a word\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    settings = {**site_settings(site_directory, plugins="email"), "halkla_email.sender": "iletisim@city.example"}
    assembly = Assembly.open(settings)
    try:
        assert assembly.extensions.plugins.settings_of("email")["password"] == "a word"
    finally:
        assembly.close()


def test_systemd_itself_accepts_the_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze ('apt-get install systemd'); what is in the unit was read above")
    text = (ETC / "systemd" / "halkla-web.service").read_text(encoding="utf-8")
    copy = tmp_path / "halkla-web.service"
    copy.write_text(text.replace("/opt/halkla/.venv/bin", str(BIN)), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)
    complaints = [line for line in done.stderr.splitlines() if "halkla-web.service" in line]
    assert complaints == []


# -- the back-up drill ----------------------------------------------------------------------------------------------


def drill(name: str) -> str:
    """Return the commands that docs/operations.md gives under that name."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    (commands,) = re.findall(rf"<!-- drill: {name} -->\n```sh\n(.*?)```", text, re.DOTALL)
    return str(commands)


def carried_out(commands: str, machine: Path) -> str:
    """Run them with *machine* in the place of the root directory, as whoever runs the tests."""
    for path in ("/var/lib/halkla", "/var/backups/halkla", "/etc/halkla"):
        commands = commands.replace(path, f"{machine}{path}")
    commands = commands.replace("/opt/halkla/.venv/bin", str(BIN))
    commands = re.sub(r"^chown .*$", "", commands, flags=re.MULTILINE).replace("runuser -u halkla -- ", "")
    done = subprocess.run(["sh", "-c", commands], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    etc = tmp_path / "etc" / "halkla"
    etc.mkdir(parents=True)
    (tmp_path / "var" / "lib" / "halkla").mkdir(parents=True)
    text = PRODUCTION.read_text(encoding="utf-8").replace("/var/lib", f"{tmp_path}/var/lib")
    (etc / "production.ini").write_text(text, encoding="utf-8")
    (etc / "email-password").touch()
    return tmp_path


def test_a_site_comes_back_from_its_backup(machine: Path) -> None:
    """Backed up twice while it runs, lost, restored by the document's own lines: everything until then is there."""
    now = FakeNow()
    site = machine / "var" / "lib" / "halkla" / "site"
    # With the shipped ini's plugins that have evolve steps: a new site has none to do.
    running = make_site(site, now, plugins="survey")
    citizen = running.services(ANONYMOUS).intake
    uploads = [photo(site, shade) for shade in range(3)]
    whom = ContactDetails("Ayşe", "+905990000001")
    kept = [
        citizen.file(draft(words=f"Bank {place} kırık", uploads=(upload,), details=whom))
        for place, upload in enumerate(uploads[:2])
    ]
    running.services(SYSTEM).disclosure.contact_details(kept[0].ticket_id, "geri arama", "203.0.113.7")
    carried_out(drill("back up"), machine)
    now.advance(timedelta(hours=1))
    time.sleep(1)  # repozo tells its files apart by the second
    kept.append(citizen.file(draft(words="Bank 2 kırık", uploads=(uploads[2],))))
    carried_out(drill("back up"), machine)
    lost = citizen.file(draft(words="Bu yedekten sonra geldi"))
    discard(uploads)
    running.close()
    site.rename(machine / "broken")

    said = carried_out(drill("restore"), machine)
    assert "The next 10,000 numbers are left out" in said
    assert "Everything is in order." in said
    restored = open_site(site, now, writer="main-2")
    try:
        assert list(problems(restored.database, restored.index)) == []
        following = restored.services(ANONYMOUS).following
        for place, filed in enumerate(kept):
            with following.opened(filed.address, filed.code) as (_, ticket):
                assert ticket.words == f"Bank {place} kırık"
                assert contents(ticket) == [png(place)]
        log = [json.loads(line) for line in (site / "reads.log").read_text(encoding="utf-8").splitlines()]
        assert [line["why"] for line in log] == ["geri arama"]
        # As the document says: under another writer's name the lost number is not given to somebody else.
        again = restored.services(ANONYMOUS).intake.file(draft())
        assert again.address not in {lost.address, *(filed.address for filed in kept)}
    finally:
        restored.close()


def test_a_backup_holds_what_the_document_promises(machine: Path) -> None:
    site = machine / "var" / "lib" / "halkla" / "site"
    make_site(site).close()
    carried_out(drill("back up"), machine)
    backup = machine / "var" / "backups" / "halkla"
    assert {path.name for path in backup.iterdir()} == {
        "database", "blobs", "secret.key", "site.json", "production.ini", "email-password",
    }  # fmt: skip
    assert (backup / "secret.key").stat().st_mode & 0o077 == 0
    assert backup.stat().st_mode & 0o077 == 0
