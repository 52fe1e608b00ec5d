from halkla_iliskiler.testing import *
import logging
def test_probe(testapp, caplog):
    t=testapp; token=t.csrf()
    for ct in [b"multipart/form-data; boundary=\xff".decode("latin1"), "application/x-www-form-urlencoded; charset=foo","application/x-www-form-urlencoded; charset=iso-8859-9"]:
        r=t.post("/takip", b"csrf_token="+token.encode(), headers={"Content-Type":ct}, status="*"); print(ct, r.status)
    for r in caplog.records: print(r.getMessage(), r.exc_info and r.exc_info[1]); 
    import traceback
    for r in caplog.records: traceback.print_exception(*r.exc_info, limit=-4)
