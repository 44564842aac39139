# ISC licence; see LICENSE.
"""Protocols, certificates, resumption, and what goes through the relay."""
import hashlib
import os
import re
import socket
import ssl
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'help.d'))
from tls import (TLS12, TLS13, Server, certificate, check, client,  # noqa
                 done, everything, openssl, path, refused, wait_for)


def s_client(server, *args, stdin=b'', seconds=10):
    p = subprocess.run(
        ['timeout', str(seconds), 'openssl', 's_client', '-connect',
         '%s:%d' % (server.host, server.port), *args], input=stdin,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return p.stdout.decode('latin-1')


def test_versions_and_keys():
    for kind in ('rsa', 'ec', 'p384', 'ed25519'):
        cert = certificate('k-' + kind, kind)
        with Server('env', CERTFILE=cert[0], KEYFILE=cert[1]) as s:
            for v, name in ((TLS12, 'TLSv1.2'), (TLS13, 'TLSv1.3')):
                f = s.facts(client(v, verify=cert[0]))
                check(f.get('SSL_PROTOCOL') == name, kind, name, f)
                check(re.fullmatch(r'[0-9a-f]{64}',
                                   f.get('SSL_TLS_EXPORTER', '')), 'exporter')
                check('GCM' in f['SSL_CIPHER'] or 'CHACHA' in f['SSL_CIPHER'],
                      'a cipher of today', f['SSL_CIPHER'])
    with Server('env') as s:
        for old in ('-tls1_1', '-tls1'):
            out = s_client(s, old, '-cipher', 'ALL:@SECLEVEL=0')
            check('New, (NONE)' in out, 'refused ' + old, out)
        s.wait_log('tls-failure address=127.0.0.1 port=[0-9]+ reason=version')
        for weak in ('AES128-SHA', 'ECDHE-ECDSA-AES128-SHA', 'aNULL',
                     '3DES', 'AES256-GCM-SHA384'):
            out = s_client(s, '-tls1_2', '-cipher', weak + ':@SECLEVEL=0')
            check('New, (NONE)' in out or 'no cipher match' in out
                  or 'error' in out.lower() and 'TLSv1.2, Cipher' not in out,
                  'refused ' + weak, out)
        s.wait_log('reason=cipher')
        with s.raw() as c:
            c.sendall(b'GET / HTTP/1.0\r\n\r\n')
            everything(c)
        s.wait_log('reason=not-tls')
    with Server('env', TLS_MIN_VERSION='1.3') as s:
        check(refused(s.tls, client(TLS12)), 'only 1.3')
        check(s.facts()['SSL_PROTOCOL'] == 'TLSv1.3', '1.3')
    with Server('env', CIPHERS='ECDHE+CHACHA20:TLS_CHACHA20_POLY1305_SHA256'
                ) as s:
        check('CHACHA20' in s.facts(client(TLS12))['SSL_CIPHER'], '1.2 cipher')
        check('CHACHA20' in s.facts(client(TLS13))['SSL_CIPHER'], '1.3 cipher')


def test_bindings():
    """the values of both ends are the same (RFC 5929, RFC 9266)"""
    with Server('env') as s:
        for v in ('-tls1_2', '-tls1_3'):
            out = s_client(s, v, '-keymatexport', 'EXPORTER-Channel-Binding',
                           '-keymatexportlen', '32', '-ign_eof')
            theirs = re.search(r'Keying material: ([0-9A-F]{64})', out)
            ours = re.search(r'^SSL_TLS_EXPORTER=([0-9a-f]{64})', out, re.M)
            # s_client exports without a context; TLS 1.3 makes no difference
            if v == '-tls1_3':
                check(theirs and ours and theirs[1].lower() == ours[1],
                      'exporter', out[-2000:])
        with s.tls() as c:
            der = c.getpeercert(True)
        check(s.facts()['SSL_TLS_SERVER_END_POINT']
              == hashlib.sha256(der).hexdigest(), 'server end point')


def test_resumption():
    """a ticket of one process is good in another"""
    with Server('env') as s:
        for v in (TLS12, TLS13):
            ctx = client(v)
            with s.tls(ctx) as c:
                check(b'SSL_SESSION_RESUMED=0' in everything(c), 'first')
                session = c.session
            f = s.facts(ctx, session=session)
            check(f['SSL_SESSION_RESUMED'] == '1', 'resumed', v)
        # tickets of another server are worth nothing
        with Server('env') as t:
            f = t.facts(ctx, session=session)
            check(f['SSL_SESSION_RESUMED'] == '0', 'of another server')


def test_names():
    os.mkdir(path('dir'))
    for name in ('one.example', 'star'):
        certificate(name, cn=name)
    pem, key = path('one.example.pem'), path('one.example.key')
    os.rename(pem, path('dir/one.example.pem'))
    os.rename(key, path('dir/one.example.key'))
    with open(path('dir/_.many.example.pem'), 'wb') as f:
        for ext in '.pem', '.key':
            with open(path('star' + ext), 'rb') as g:
                f.write(g.read())

    def subject(s, name, v):
        with s.tls(client(v), name=name) as c:
            der = c.getpeercert(True)
        p = subprocess.run(['openssl', 'x509', '-inform', 'DER', '-noout',
                            '-subject', '-nameopt', 'RFC2253'], input=der,
                           stdout=subprocess.PIPE)
        return p.stdout.decode().strip()[11:]

    with Server('env', CERTDIR=path('dir')) as s:
        for v in (TLS12, TLS13):
            for name, cn in (('one.example', 'one.example'),
                             ('ONE.example', 'one.example'),
                             ('a.many.example', 'star'),
                             ('a.b.many.example', 'localhost'),
                             ('many.example', 'localhost'),
                             ('nobody.example', 'localhost'),
                             (None, 'localhost')):
                check(subject(s, name, v) == cn, 'name', name, cn)
        f = s.facts(name='one.example')
        check(f['SSL_TLS_SNI_SERVERNAME'] == 'one.example', 'fact', f)
        # one that comes later, as certbot lays it out
        os.mkdir(path('dir/late.example'))
        certificate('late', 'rsa', cn='late')
        os.rename(path('late.key'), path('dir/late.example/privkey.pem'))
        os.rename(path('late.pem'), path('dir/late.example/fullchain.pem'))
        check(subject(s, 'late.example', TLS13) == 'late', 'later')
        for evil in ('../one.example', '..', '.one.example', 'default',
                     'one.example/', 'a' * 200 + '.example', 'x..y', '-'):
            out = s_client(s, '-servername', evil)
            check('CN = localhost' in out, 'a strange name', evil, out)
    for env in (dict(CERTDIR=path('nowhere'), CERTFILE=None),
                dict(CERTFILE=None), dict(CERTFILE=path('nowhere')),
                dict(KEYFILE=path('k-rsa.key')), dict(KEYFILE=path('ec.pem')),
                dict(CAFILE=path('nowhere'), CCAFILE=path('nowhere')),
                dict(TLS_MIN_VERSION='1.1'), dict(CIPHERS='NONE-SUCH'),
                dict(DHFILE=path('ec.pem')), dict(ALPN='a,,b'),
                dict(SSL_UID='0'), dict(PROXY_FROM='10.0.0.0/33')):
        s = Server('env', **env)
        check(not s.port and s.proc.wait(10) in (100, 111)
              and 'fatal' in s.logged(), 'a bad setting', env, s.logged())
        s.stop()


def test_two_kinds():
    """an RSA and an ECDSA certificate for one name; the client's signature
    algorithms decide, and what the program is told is of the one it got"""
    sigs = {'rsa': 'RSA-PSS+SHA256:RSA+SHA256', 'ec': 'ECDSA+SHA256'}
    certs = {k: certificate('two-' + k, k) for k in sigs}
    ders = {k: ssl.PEM_cert_to_DER_cert(open(c[0]).read())
            for k, c in certs.items()}
    env = dict(CERTFILE=certs['rsa'][0], KEYFILE=certs['rsa'][1],
               CERTFILE2=certs['ec'][0], KEYFILE2=certs['ec'][1])

    def got(s, v, kind, *more):
        out = s_client(s, v, '-sigalgs', sigs[kind], '-ign_eof', '-showcerts',
                       '-servername', 'two.example', *more)
        pem = re.search(r'-----BEGIN CERT.*?-----END CERTIFICATE-----', out,
                        re.S)
        fact = re.search(r'^SSL_TLS_SERVER_END_POINT=(.*)', out, re.M)
        return (pem and ssl.PEM_cert_to_DER_cert(pem[0]), fact and fact[1],
                'SSL_SESSION_RESUMED=1' in out)

    def all_four(s, ders, what):
        for v in '-tls1_2', '-tls1_3':
            for kind in sigs:
                der, fact, resumed = got(s, v, kind)
                check(der == ders[kind], 'that kind', what, v, kind)
                check(fact == hashlib.sha256(ders[kind]).hexdigest(),
                      'and its binding', what, v, kind)

    with Server('env', **env) as s:
        all_four(s, ders, 'default')
        with s.tls() as c:              # both would do: the faster one
            check(c.getpeercert(True) == ders['ec'], 'ECDSA comes first')
        # a session that is resumed is bound to what its first one showed
        for v in '-tls1_2', '-tls1_3':
            for kind in sigs:
                got(s, v, kind, '-sess_out', path('sess'))
                for _ in range(2):
                    der, fact, resumed = got(s, v, kind, '-sess_in',
                                             path('sess'), '-sess_out',
                                             path('sess'))
                    check(resumed, 'resumed', v, kind)
                    check(fact == hashlib.sha256(ders[kind]).hexdigest(),
                          'of the first', v, kind)
        # the second is renewed alone
        certificate('two-ec', 'ec')
        new = dict(ders, ec=ssl.PEM_cert_to_DER_cert(
            open(certs['ec'][0]).read()))
        check(wait_for(lambda: got(s, '-tls1_3', 'ec')[0] == new['ec']),
              'renewed')
        all_four(s, new, 'renewed')
    # by name, and the second comes later
    os.mkdir(path('pairs'))
    for ext in '.pem', '.key':
        os.rename(path('two-rsa' + ext), path('pairs/two.example' + ext))
    with Server('env', CERTDIR=path('pairs')) as s:
        check(got(s, '-tls1_3', 'rsa')[0] == ders['rsa'], 'one by name')
        check(got(s, '-tls1_3', 'ec')[0] != new['ec'], 'not yet')
        for ext in '.pem', '.key':
            os.rename(path('two-ec' + ext), path('pairs/two.example-2' + ext))
        check(wait_for(lambda: got(s, '-tls1_3', 'ec')[0] == new['ec']),
              'two by name')
        all_four(s, new, 'by name')
    # two of a kind
    other = certificate('two-rsa2', 'rsa')
    rsa = [path('pairs/two.example.pem'), path('pairs/two.example.key')]
    for second in other, (path('nowhere'), other[1]), (other[0], rsa[1]):
        s = Server('env', CERTFILE=rsa[0], KEYFILE=rsa[1],
                   CERTFILE2=second[0], KEYFILE2=second[1])
        check(not s.port and s.proc.wait(10) == 111
              and 'certificate-failure' in s.logged(), 'no second', second,
              s.logged())
        s.stop()


def test_alpn():
    with Server('env', ALPN='imap') as s:
        check(s.facts(client(alpn=['imap']))['SSL_TLS_ALPN'] == 'imap',
              'imap')
        check('SSL_TLS_ALPN' not in s.facts(), 'none offered')
        why = refused(s.tls, client(alpn=['http/1.1', 'h2']))
        check(why and 'protocol' in why.lower(), 'http', why)
        s.wait_log('reason=alpn')
    with Server('env') as s:
        check('SSL_TLS_ALPN' not in s.facts(client(alpn=['h2'])), 'unset')


def test_clients():
    ca = certificate('ca', cn='An authority', names=False)
    other = certificate('other', cn='Another', names=False)
    good = certificate('joe', cn='joe', ca='ca')
    bad = certificate('eve', cn='eve', ca='other')
    assert other
    for v in (TLS12, TLS13):
        with Server('env', '-m', CAFILE=ca[0]) as s:
            f = s.facts(client(v, cert=good))
            check(f['SSL_CLIENT_VERIFY'] == 'SUCCESS'
                  and f['SSL_CLIENT_S_DN_CN'] == 'joe'
                  and f['SSL_CLIENT_I_DN'] == 'CN=An authority'
                  and len(f['SSL_PEER_CERT_HASH']) == 64, 'good', f)
            check(refused(s.tls, client(v, cert=bad)), 'bad')
            check(refused(s.tls, client(v)), 'none')
            s.wait_log('reason=certificate')
        with Server('env', CCAFILE=ca[0]) as s:
            f = s.facts(client(v))
            check(f['SSL_CLIENT_VERIFY'] == 'NONE'
                  and 'SSL_CLIENT_S_DN' not in f, 'asked, not given', f)
            f = s.facts(client(v, cert=good))
            check(f['SSL_CLIENT_S_DN_CN'] == 'joe', 'asked and given')
            check(refused(s.tls, client(v, cert=bad)), 'asked, bad')
            with s.tls(client(v, cert=good)) as c:
                everything(c)
                again = c.session
            if again and again.has_ticket:
                check(False, 'no tickets where certificates count')
        with Server('env', CAFILE=ca[0]) as s:
            f = s.facts(client(v, cert=good))
            check(f['SSL_CLIENT_VERIFY'] == 'NONE', 'not asked', f)
    with Server('env', '-z', CAFILE=ca[0], resolve=True) as s:
        host = certificate('host', cn='localhost', ca='ca')
        check(s.facts(client(cert=host)).get('TCPREMOTEHOST') == 'localhost',
              'its host')
        check(refused(s.tls, client(cert=good)), 'not its host')
    with Server('env', '-s', CCAFILE=ca[0]) as s:
        with s.tls(client(cert=good)) as c:
            data = everything(c)
        check(b'SSL_CLIENT_CERT=-----BEGIN' in data
              and b'SSL_SERVER_S_DN=CN=localhost' in data
              and b'SSL_VERSION_LIBRARY=OpenSSL' in data, '-s', data)


def test_renegotiation():
    with Server('cat') as s:
        p = subprocess.Popen(
            ['openssl', 's_client', '-tls1_2', '-connect',
             '127.0.0.1:%d' % s.port], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        time.sleep(0.7)
        p.stdin.write(b'R\n')
        p.stdin.flush()
        try:
            out = p.communicate(timeout=3)[0]
        except subprocess.TimeoutExpired:
            p.kill()
            out = p.communicate()[0]
        check(b'no renegotiation' in out, 'renegotiation', out[-500:])


def test_ocsp():
    with open(path('index.txt'), 'w') as f:
        f.write('')
    ca = certificate('oca', cn='oca', names=False)
    certificate('ocert', cn='localhost', ca='oca')
    serial = subprocess.run(
        ['openssl', 'x509', '-in', path('ocert.pem'), '-noout', '-serial'],
        stdout=subprocess.PIPE).stdout.decode().strip().split('=')[1]
    with open(path('index.txt'), 'w') as f:
        f.write('V\t351231235959Z\t\t%s\tunknown\t/CN=localhost\n' % serial)
    openssl('ocsp', '-issuer', ca[0], '-cert', path('ocert.pem'), '-reqout',
            'req.der')
    openssl('ocsp', '-index', 'index.txt', '-CA', ca[0], '-rsigner', ca[0],
            '-rkey', ca[1], '-reqin', 'req.der', '-respout', 'resp.der',
            '-ndays', '7')
    with Server('env', CERTFILE=path('ocert.pem'), KEYFILE=path('ocert.key'),
                OCSPFILE=path('resp.der')) as s:
        for v in ('-tls1_2', '-tls1_3'):
            out = s_client(s, '-status', v)
            check('OCSP Response Status: successful' in out, 'stapled', out)
            check('OCSP Response' not in s_client(s, v), 'not asked for')
    with open(path('junk.der'), 'wb') as f:
        f.write(b'junk')
    with Server('env', OCSPFILE=path('junk.der')) as s:
        check('OCSP response: no response sent' in s_client(s, '-status'),
              'junk')
        s.wait_log('warning what=ocsp')


def both_ways(c, data):
    """send data and read as much, both at once; by one thread, since an SSL
    object is not for two"""
    c.setblocking(False)
    sent, got, end = 0, b'', time.monotonic() + 60
    while len(got) < len(data) and time.monotonic() < end:
        busy = False
        try:
            if sent < len(data):
                sent += c.send(data[sent:sent + 65536])
                busy = True
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        try:
            more = c.recv(65536)
            if not more:
                break
            got += more
            busy = True
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        if not busy:
            time.sleep(.001)
    c.setblocking(True)
    return got


def test_relay():
    data = os.urandom(3 << 20)
    for v in (TLS12, TLS13):
        with Server('cat') as s:
            with s.tls(client(v)) as c:
                got = both_ways(c, data)
                check(got == data, 'there and back', len(got))
        with Server(['sh', '-c', 'wc -c; echo after']) as s:
            # the client's end is told, and answers still come
            with s.raw() as raw:
                out = half_close(s, raw, client(v), data)
            check(out == b'%d\nafter\n' % len(data), 'half close', out)
        with Server(['sh', '-c', 'head -c 3000000 /dev/zero']) as s:
            with s.tls(client(v)) as c:
                check(len(everything(c)) == 3000000, 'all before the end')
            with s.tls(client(v)) as c:
                time.sleep(1.3)         # a slow reader; buffers given back
                check(len(everything(c)) == 3000000, 'a slow reader')
    with Server(['sh', '-c', 'read x; echo "$x"; exec cat']) as s:
        c = s.tls()
        c.sendall(b'word\n')
        check(c.recv(100) == b'word\n', 'a word')
        c.close()
        s.wait_log('end pid=', 'a program whose client is gone')


def half_close(s, raw, ctx, data):
    """send data, close_notify, then read on (memory BIOs allow it)"""
    inp, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    c = ctx.wrap_bio(inp, out, server_hostname='localhost')

    def pump(f, *args):
        while True:
            try:
                r = f(*args)
                raw.sendall(out.read())
                return r
            except ssl.SSLWantReadError:
                raw.sendall(out.read())
                got = raw.recv(65536)
                if not got:
                    return b''
                inp.write(got)
    pump(c.do_handshake)
    for i in range(0, len(data), 16384):
        c.write(data[i:i + 16384])
        raw.sendall(out.read())
    try:
        c.unwrap()
    except ssl.SSLError:
        pass
    raw.sendall(out.read())
    answer = b''
    while True:
        try:
            got = c.read(65536)
            if not got:
                return answer
            answer += got
        except ssl.SSLWantReadError:
            got = raw.recv(65536)
            if not got:
                return answer
            inp.write(got)
        except ssl.SSLError:
            return answer


def test_slow():
    with Server('cat', '-T1') as s:
        with s.raw() as c:
            start = time.monotonic()
            check(everything(c) == b'' and time.monotonic() - start < 5,
                  'silence')
        s.wait_log('reason=timeout')
        with s.raw() as c:
            try:
                for b in b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' * 9:
                    c.sendall(bytes([b]))
                    time.sleep(0.05)
                got = everything(c)
            except OSError:
                got = b''
            check(time.monotonic() - start < 9 and len(got) < 100, 'trickle')
    with Server('cat', '-w1') as s:
        with s.tls() as c:
            start = time.monotonic()
            check(everything(c) == b'' and time.monotonic() - start < 6,
                  'idle')
        s.wait_log('reason=idle')
    with Server('cat') as s:
        c = s.raw()
        c.close()
        s.wait_log('reason=closed')


def test_after_the_end():
    """a client that sends on and on does not outlive the program"""
    with Server(['echo', 'word'], '-w2') as s:
        with s.tls() as c:
            check(c.recv(100) == b'word\n', 'a word')
            end = time.monotonic() + 8
            try:
                while s.halves() and time.monotonic() < end:
                    c.sendall(b'x')
                    time.sleep(0.1)
            except OSError:
                pass
            check(not s.halves(), 'its place is free')


def test_garbage():
    """bytes of a good connection spoiled on the way end it"""
    with Server('cat') as s:
        with s.tls() as c:
            c.sendall(b'hello')
            c.recv(5)
            raw = socket.socket(fileno=os.dup(c.fileno()))
            raw.sendall(b'\x17\x03\x03\x00\x20' + b'x' * 32)
            raw.close()
            try:
                check(c.recv(100) == b'', 'ends')
            except OSError:
                check(True, 'ends')
        s.wait_log('tls-failure .*reason=broken')
        check(wait_for(lambda: not s.halves()), 'the half is gone')


test_versions_and_keys()
test_bindings()
test_resumption()
test_names()
test_two_kinds()
test_alpn()
test_clients()
test_renegotiation()
test_ocsp()
test_relay()
test_slow()
test_after_the_end()
test_garbage()
done('tls')
