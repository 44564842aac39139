# ISC licence; see LICENSE.
"""Certificates that change while clients come and go."""
import os
import shutil
import ssl
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'help.d'))
from tls import (TLS12, TLS13, Server, certificate, check, client,  # noqa
                 done, path, wait_for)


def replace(name, source):
    """as certbot does: key and certificate, one after the other"""
    for ext in '.key', '.pem':
        shutil.copy(path(source + ext), path('tmp'))
        os.rename(path('tmp'), path(name + ext))


def der(pem):
    with open(path(pem + '.pem')) as f:
        return ssl.PEM_cert_to_DER_cert(f.read())


def shown(s, v=TLS13, name='localhost'):
    with s.tls(client(v), name=name) as c:
        c.sendall(b'x')
        c.recv(1)
        return c.getpeercert(True)


def becomes(s, pem, **kw):
    return wait_for(lambda: shown(s, **kw) == der(pem), 10)


for n, kind in (('one', 'rsa'), ('two', 'ec'), ('three', 'ed25519'),
                ('four', 'rsa')):
    certificate(n, kind)
replace('live', 'one')
LIVE = dict(CERTFILE=path('live.pem'), KEYFILE=path('live.key'))


def test_renewal():
    with Server('cat', **LIVE) as s:
        check(shown(s) == der('one'), 'first')
        old = s.tls()
        holder = s.keyholder()
        for n in 'two', 'three', 'four':
            replace('live', n)
            check(becomes(s, n), 'renewed', n, s.logged()[-500:])
            check(shown(s, TLS12) == der(n), 'TLS 1.2', n)
        old.sendall(b'still here')
        check(old.recv(100) == b'still here', 'nothing was dropped')
        old.close()
        check(s.keyholder() == holder, 'the same key-holder')
        s.wait_log('certificate-renewed file=')


def test_broken():
    replace('live', 'one')
    with Server('cat', **LIVE) as s:
        for what, text in (('junk', b'junk\n'), ('empty', b''),
                           ('half', open(path('two.pem'), 'rb').read()[:300])):
            with open(path('live.pem'), 'wb') as f:
                f.write(text)
            time.sleep(1.1)
            check(shown(s) == der('one'), 'the old one is kept', what)
        s.wait_log('certificate-kept file=.* reason=no.certificate.in.it|'
                   r'reason=no\\x20certificate')
        shutil.copy(path('two.pem'), path('live.pem'))
        time.sleep(1.1)
        check(shown(s) == der('one'), 'a certificate without its key')
        s.wait_log('the.{1,4}key.{1,4}is.{1,4}not')
        os.unlink(path('live.pem'))
        time.sleep(1.1)
        check(shown(s) == der('one'), 'no file')
        replace('live', 'two')
        check(becomes(s, 'two'), 'whole again')
        kept = s.logged().count('certificate-kept')
        check(kept <= 8, 'not said over and over', kept)


def test_named():
    os.mkdir(path('names'))
    replace('live', 'one')
    replace('names/a.example', 'two')
    with Server('cat', CERTDIR=path('names'), **LIVE) as s:
        check(shown(s, name='a.example') == der('two'), 'by name')
        replace('names/a.example', 'three')
        check(becomes(s, 'three', name='a.example'), 'renewed')
        with open(path('names/a.example.pem'), 'wb') as f:
            f.write(b'x')
        time.sleep(1.1)
        check(shown(s, name='a.example') == der('three'), 'kept')


def test_load():
    """renewals twice a second under connections: not one handshake fails"""
    replace('live', 'one')
    with Server('cat', **LIVE) as s:
        errors, count, seen, stop = [], [0], set(), []

        def clients(v):
            while not stop:
                try:
                    seen.add(shown(s, v))
                    count[0] += 1
                except OSError as e:
                    errors.append(str(e))
        threads = [threading.Thread(target=clients, args=(v,))
                   for v in (TLS12, TLS13, TLS13)]
        for t in threads:
            t.start()
        for n in ('two', 'three', 'one', 'four') * 3:
            time.sleep(0.5)
            replace('live', n)
        time.sleep(1.5)
        stop.append(1)
        for t in threads:
            t.join(20)
        check(not errors, 'no handshake failed', errors[:5])
        check(count[0] > 50 and len(seen) >= 3, 'many', count, len(seen))


def test_password():
    import subprocess
    subprocess.run(['openssl', 'rsa', '-in', path('one.key'), '-aes256',
                    '-passout', 'pass:sesame', '-out', path('enc.key')],
                   check=True, stderr=subprocess.DEVNULL)
    for word, good in (b'sesame\n', True), (b'wrong', False):
        r, w = os.pipe()
        os.write(w, word)
        os.close(w)
        if r != 3:
            os.dup2(r, 3)
            os.close(r)
        s = Server('cat', '-3', fds=[3], CERTFILE=path('one.pem'),
                   KEYFILE=path('enc.key'))
        os.close(3)
        check(bool(s.port) == good, '-3', word, s.logged())
        if good:
            check(shown(s) == der('one'), 'serves')
        s.stop()


test_renewal()
test_broken()
test_named()
test_load()
test_password()
done('renewal')
