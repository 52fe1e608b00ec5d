import pytest
from halkla_iliskiler.testing import *
from halkla_iliskiler.domain.applicant import ContactDetails

def show(name, fn):
    try:
        r = fn(); print(name, "->", r.status, r.headers.get("Location"), r.text[:0])
        return r
    except BaseException as e:
        print(name, "-> EXC", type(e).__name__, str(e)[:200])

def test_probe(testapp, browser_of, services, assembly, monkeypatch, method):
    t=testapp
    show("path ff", lambda: t.get("/%ff", status="*"))
    show("path ff panel", lambda: t.get("/panel/%ff", status="*"))
    show("path ff takip", lambda: t.get("/takip/2026-000001/%ff", status="*"))
    show("q ff", lambda: t.get("/takip?q=%ff", status="*"))
    for n in ["/ğ", "/basvuru?x=ağaç", "//evil", "/\\evil", "https:evil", "/\u2028x", "/.//evil.com", "/%0d%0aX: y"]:
        show("lang "+ascii(n), lambda: t.send("/dil/en", {"next": n}, status="*"))
    for n in ["/panel?q=ağaç", "/panel/../../evil", "/panelx", "/panel//evil"]:
        show("login next "+ascii(n), lambda: t.send("/panel/giris", {"username":"clerk","password":PASSWORD,"next":n}, status="*")); t.reset()
    token=t.csrf()
    show("no boundary", lambda: t.post("/takip", b"abc", content_type="multipart/form-data", status="*", headers={"X-CSRF-Token": token}))
    show("bad boundary", lambda: t.post("/takip", b"abc", content_type="multipart/form-data; boundary=", status="*"))
    show("nonascii boundary", lambda: t.post("/takip", b"abc", headers={"Content-Type":"multipart/form-data; boundary=\xff"}, status="*"))
    show("charset", lambda: t.post("/takip", b"csrf_token="+token.encode(), content_type="application/x-www-form-urlencoded; charset=foo", status="*"))
    show("charset9", lambda: t.post("/takip", b"number=%fe&csrf_token="+token.encode(), content_type="application/x-www-form-urlencoded; charset=iso-8859-9", status="*"))
    show("utf7", lambda: t.post("/takip", b"number=%fe&csrf_token="+token.encode(), content_type="application/x-www-form-urlencoded; charset=utf-7", status="*"))
    show("json", lambda: t.post("/takip", b"{}", content_type="application/json", status="*"))
    show("charset_ field", lambda: t.post("/takip", b"_charset_=foo&number=1&csrf_token="+token.encode(), status="*"))
    for h in ["evil", "localhost:80@evil.com", "localhost:evil.com", "localhost, evil", "", "localhost:", "LOCALHOST", "[::1]:80", "localhost.", "127.0.0.1:99", "localhost:80:evil","localhost/evil", "\xff"]:
        show("host "+ascii(h), lambda: t.get("/", status="*", headers={"Host":h}))
    c=browser_of("clerk")
    filed=services("").intake.file(draft(details=ContactDetails("Ayşe Denek", phone="+905321234567", email="ayse@example.org")))
    base=f"/panel/basvurular/{filed.address}"
    show("int attach", lambda: c.get(base+"/ekler/"+"9"*5000, status="*"))
    show("int resend", lambda: c.send(base+"/bildirimler/"+"9"*5000+"/tekrar", status="*"))
    show("arabic attach", lambda: c.get(base+"/ekler/%D9%A3", status="*"))
    crew=browser_of("field-crew")
    r=show("crew preview", lambda: crew.send(base+"/islem/reply", {"text":"Merhaba"}, status="*"))
    print("NAME LEAK", "Ayşe Denek" in r.text)
    r=show("crew tpl", lambda: crew.send(base+"/islem/reply", {"use_template":"", "template":"done"}, status="*"))
    from halkla_iliskiler.web.staff.actions import seal
    from halkla_iliskiler.domain.moves import Order
    from halkla_iliskiler.domain.workflow import Action
    o=Order(Action.FINISH, text="x", outcome="FOO")
    show("outcome", lambda: c.send(base+"/islem/finish", {"text":"x","outcome":"FOO","revision":"1","previewed":seal(o)}, status="*"))
    r=show("date w", lambda: c.send(base+"/islem/plan", {"text":"x","date":"9999-12-31"}, status="*"))
    r=show("date w", lambda: c.send(base+"/islem/plan", {"text":"x","date":"9999-12-31", "revision":"1","previewed":seal(Order(Action.PLAN,text="x",planned_for=__import__('datetime').date(9999,12,31)))}, status="*"))
    show("see", lambda: c.get(base, status="*")); show("see", lambda: c.get("/panel", status="*"))
    show("tpl", lambda: c.send(base+"/islem/plan", {"use_template":"1","template":"planned","date":"0001-01-01"}, status="*"))
    method.break_down("550 <ayse@example.org>: no such user")
    services("system").delivery.deliver_due()
    a=browser_of("administrator")
    print("OUTBOX LEAK", "ayse@example.org" in a.get("/panel/gidenler").text)
    # busy
    monkeypatch.setattr(assembly.database.gate, "_patience", 0.02)
    key="k"*20
    tok=t.csrf()
    with assembly.database.gate.entered():
        r=show("busy nophoto", lambda: t.post("/basvuru", [("__formid__","apply"),("words","Ağaç"),("kind","COMPLAINT"),("form_key",key),("csrf_token",tok)], status="*"))
        r=show("busy photo", lambda: t.post("/basvuru", [("__formid__","apply"),("words","Ağaç"),("kind","COMPLAINT"),("form_key",key),("csrf_token",tok)], upload_files=[("photos","a.png",png())], status="*"))
        r=show("busy login", lambda: t.post("/panel/giris", [("username","clerk"),("password",PASSWORD),("csrf_token",tok)], status="*"))
        print(r and r.headers)
    monkeypatch.setattr(assembly.index, "find", lambda *a: 1/0)
    show("broken index find", lambda: c.get("/panel", status="*"))
    monkeypatch.setattr(assembly.index, "tally", lambda *a: 1/0)
    show("broken index tally", lambda: c.get("/panel", status="*"))
    show("broken index tally", lambda: t.get("/", status="*"))
    from contextlib import contextmanager
    @contextmanager
    def broken():
        raise OSError("disk")
        yield
    monkeypatch.setattr(assembly.database, "reading", broken)
    show("broken db", lambda: c.get("/panel", status="*"))
    show("broken db", lambda: t.get("/basvuru", status="*"))
    show("broken db", lambda: t.get("/takip", status="*"))
    monkeypatch.undo()
