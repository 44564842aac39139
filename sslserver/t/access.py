# ISC licence; see LICENSE.
"""Who may connect, as whom, and how many: rules, limits, addresses, PROXY."""
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'help.d'))
from tls import (DIR, ROOT, Server, check, client, done, everything,  # noqa
                 facts_of, path, program, refused, skip, wait_for)

V4 = dict(zip(('TCPREMOTEIP', 'TCPREMOTEPORT', 'TCPLOCALIP', 'TCPLOCALPORT'),
              ('192.0.2.1', '56324', '198.51.100.2', '993')))


def rules(text):
    p = subprocess.run(['tcprules', path('r.cdb'), path('r.tmp')],
                       input=text.encode())
    assert p.returncode == 0
    return path('r.cdb')


def test_environment():
    with Server('env', TCPREMOTEHOST='stale', SSL_PROTOCOL='stale',
                SSL_CLIENT_S_DN='stale') as s:
        f = s.facts()
        check(f['PROTO'] == 'TCP' and f['TCPREMOTEIP'] == '127.0.0.1'
              and f['TCPLOCALPORT'] == str(s.port) == f['SSLLOCALPORT']
              and f['SSLREMOTEIP'] == '127.0.0.1'
              and f['TCPREMOTEPORT'].isdigit()
              and f['TCPLOCALHOST'] == '0', 'TCP', f)
        check('stale' not in f.values(), 'nothing stale', f)
        check('TCPREMOTEHOST' not in f and 'TCPREMOTEINFO' not in f, '-H')
        check('SSLCTLFD' not in f, 'TLS is on already')
    with Server('env', '-E') as s:
        f = s.facts()
        check(f['PROTO'] == 'SSL' and 'TCPREMOTEIP' not in f, '-E', f)
    with Server('env', resolve=True) as s:
        check(s.facts().get('TCPREMOTEHOST') == 'localhost', '-h')
    with Server('env', '-B', 'a banner\n') as s:
        with s.tls() as c:
            check(everything(c).startswith(b'a banner\n'), '-B')
    with Server(['sh', '-c', 'echo hello; env >&$SSLWRITEFD'], '-n',
                '-B', 'raw\n') as s:
        with s.raw() as c:
            check(c.recv(100).startswith(b'raw\n'), '-B before TLS')
    if not socket.has_ipv6:
        return skip('IPv6')
    try:
        with Server('env', host='::1') as s:
            f = s.facts()
            check(f['PROTO'] == 'TCP6' and f['TCPREMOTEIP'] == '::1'
                  == f['TCP6REMOTEIP'] == f['TCP6LOCALIP'], 'TCP6', f)
        with Server('env', host='0') as s:
            check(s.facts()['TCPREMOTEIP'] == '127.0.0.1', 'both: IPv4')
            s.host = '::1'
            check(s.facts()['TCPREMOTEIP'] == '::1', 'both: IPv6')
    except OSError as e:
        skip('IPv6: %s' % e)


def test_rules():
    if not shutil.which('tcprules'):
        return skip('tcprules')
    cdb = rules('127.0.0.1:allow,A="one",B="two"\n127.:deny\n:deny\n')
    with Server('env', '-x', cdb) as s:
        f = s.facts()
        check(f.get('A') == 'one' and f.get('B') == 'two', 'set', f)
        rules('127.0.0.:deny\n:allow\n')
        check(refused(s.tls), 'denied, after a change')
        s.wait_log('deny address=127.0.0.1 port=[0-9]+ reason=rules')
        rules('=localhost:allow,N="x"\n:deny\n')
        check(refused(s.tls), 'by name without a name')
    with Server('env', '-x', cdb, resolve=True) as s:
        check(s.facts().get('N') == 'x', 'by name')
    with Server('env', '-y', rules(':deny\n'), resolve=True) as s:
        check(refused(s.tls), '-y')
    with Server('env', '-x', path('nowhere')) as s:
        check(refused(s.tls), 'no rules')
        s.wait_log('unable to read ')
    with Server('env', '-X', '-x', path('nowhere')) as s:
        check('PROTO' in s.facts(), '-X')


IDENT = []                              # what it was asked


def ident_server(reply):
    """answers at port 113 of 127.0.0.1, or says why it cannot"""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(('127.0.0.1', 113))
    listener.listen(5)

    def serve():
        while True:
            try:
                c = listener.accept()[0]
            except OSError:
                return
            with c:
                IDENT.append(c.recv(100))
                if reply is None:
                    c.recv(1)           # it never says anything
                else:
                    c.sendall(reply)
    threading.Thread(target=serve, daemon=True).start()
    return listener


def stop(listener):
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def test_ident():
    """-r and -t: TCPREMOTEINFO, in rules too"""
    with Server('env', '-r', '-t2') as s:
        f = s.facts()
        check('TCPREMOTEINFO' not in f, 'nobody is there', f)
    try:
        l = ident_server(b'1 , 2 : USERID : UNIX : j o\x1be\r\n')
    except OSError as e:
        return skip('port 113: %s' % e)
    with Server('env', '-r', '-t2') as s:
        with s.tls() as c:
            ports = b'%d , %d\r\n' % (c.getsockname()[1], s.port)
            f = facts_of(everything(c))
        check(f['TCPREMOTEINFO'] == 'jo?e' == f['SSLREMOTEINFO'], 'info', f)
        check(IDENT[-1] == ports, 'the ports of the two ends', IDENT, ports)
    with Server('env') as s:
        check('TCPREMOTEINFO' not in s.facts(), '-R is the default')
    with Server('env', '-r', **TRUST) as s:
        n = len(IDENT)
        check('TCPREMOTEINFO' not in proxied(s, v1()) and n == len(IDENT),
              'a client of a proxy is not asked')
    if shutil.which('tcprules'):
        with Server('env', '-r', '-x', rules(
                'jo?e@127.0.0.1:allow,WHO="joe"\n:deny\n')) as s:
            check(s.facts().get('WHO') == 'joe', 'a rule by info')
    stop(l)
    l = ident_server(None)
    with Server('env', '-r', '-t1') as s:
        begun = time.monotonic()
        check('TCPREMOTEINFO' not in s.facts(), 'silence')
        check(.9 < time.monotonic() - begun < 6, '-t')
    stop(l)


def test_limits():
    with Server('cat', '-c2') as s:
        a, b = s.tls(), s.tls()
        late = s.raw()
        late.settimeout(1)
        t = client().wrap_socket(late, server_hostname='x',
                                 do_handshake_on_connect=False)
        try:
            t.do_handshake()
            check(False, '-c')
        except OSError:
            check(True, '-c')
        check('open=3' not in s.logged(), 'at most two')
        late.close()
        t.close()
        a.close()
        with s.tls() as c:
            c.sendall(b'x')
            check(c.recv(1) == b'x', 'a place is free again')
        b.close()
    with Server('cat', MAXCONIP='2') as s:
        a, b = s.tls(), s.tls()
        check(refused(s.tls), 'MAXCONIP')
        s.wait_log('deny address=127.0.0.1 port=[0-9]+ reason=maxconip')
        a.close()
        check(wait_for(lambda: not refused(s.tls), 5), 'again')
        b.close()
    # a crowd that comes at once: as many are served as may be, not none.
    # Their starters wait for the name server that is not there
    with Server('cat', '-h', MAXCONIP='5', RES_OPTIONS='timeout:1') as s:
        crowd = [s.raw() for _ in range(20)]
        check(s.wait_log(r'(?s)(.*reason=maxconip){15}', '15 are refused'),
              '15')
        left = []
        for c in crowd:
            try:
                t = s.tls(sock=c)
                t.sendall(b'x')
                left.append(t.recv(1))
                t.close()
            except OSError:
                c.close()
        check(left == [b'x'] * 5, '5 are served', left)
    if shutil.which('tcprules'):
        with Server('cat', '-x', rules(':allow,MAXCONIP="1"\n')) as s:
            a = s.tls()
            a.sendall(b'x')
            a.recv(1)
            check(refused(s.tls), 'MAXCONIP by a rule')
            a.close()


def test_full():
    """silent connections take all places, but not for long"""
    with Server('cat', '-c4', '-T10') as s:
        c = s.tls()                     # a session has nothing to fear
        c.sendall(b'x')
        c.recv(1)
        silent = [s.raw() for _ in range(6)]
        begun = time.monotonic()
        with s.tls() as t:
            t.sendall(b'x')
            check(t.recv(1) == b'x', 'served')
        check(time.monotonic() - begun < 9.5, 'before their time is over',
              time.monotonic() - begun)
        s.wait_log('tls-failure address=.* reason=limit')
        c.sendall(b'y')
        check(c.recv(1) == b'y', 'the session goes on')
        for x in silent + [c]:
            x.close()


def test_starter():
    """what waits for the handshake cannot reach the key-holder"""
    with Server('cat') as s:
        c = s.raw()
        wait_for(lambda: len(s.children()) == 3)
        time.sleep(0.3)
        half, starter = s.children()[1:]
        fds = os.listdir('/proc/%d/fd' % starter)
        check(len(fds) == 6, '0, 1, 2, the client and two sockets', fds)
        c.close()


def test_flood():
    """many at once within -c: all are served, and nothing is left over"""
    with Server('cat', '-c', '30') as s:
        good = []

        def one():
            for _ in range(5):
                with s.tls() as c:
                    c.sendall(b'x')
                    good.append(c.recv(1))
        threads = [threading.Thread(target=one) for _ in range(40)]
        for t in threads:
            t.start()
        for t in threads:
            t.join(60)
        check(good == [b'x'] * 200, 'all were served', len(good))
        check(wait_for(lambda: len(s.children()) == 1), 'nothing is left')


def test_ends():
    with Server('cat') as s:
        c = s.tls()
        c.sendall(b'x')
        c.recv(1)
        holder = s.keyholder()
        s.proc.terminate()
        check(s.proc.wait(10) == 0, 'SIGTERM')
        c.sendall(b'still')
        check(c.recv(10) == b'still', 'what is open goes on')
        check(wait_for(lambda: not os.path.exists('/proc/%d' % holder)),
              'the key-holder ends with the listener')
        c.close()
        check(refused(s.raw), 'nobody listens')
    s = Server('cat')
    c = s.tls()
    c.sendall(b'x')
    c.recv(1)
    os.kill(s.keyholder(), signal.SIGKILL)
    check(s.proc.wait(10) == 111, 'without a key-holder')
    c.sendall(b'still')
    check(c.recv(10) == b'still', 'what is open goes on')
    c.close()
    s.proc.stdout.close()
    s.log.close()


# --------------------------------------------------------------------- PROXY

def v1(ip='192.0.2.1'):
    return b'PROXY TCP4 %s 198.51.100.2 56324 993\r\n' % ip.encode()


def v2(tlvs=b'', command=0x21):
    rest = (socket.inet_aton('192.0.2.1') + socket.inet_aton('198.51.100.2')
            + struct.pack('>HH', 56324, 993) + tlvs)
    return (b'\r\n\r\n\0\r\nQUIT\n' + bytes([command, 0x11])
            + struct.pack('>H', len(rest)) + rest)


SSLTLV = b'\x20\0\x19\1\0\0\0\0\x21\0\7TLSv1.3\x23\0\7A-B-C-D'
TRUST = dict(PROXY_FROM='127.0.0.0/8 ::1', PROXY_TIMEOUT='1')


def proxied(s, header, split=False):
    c = s.raw()
    if split:
        for b in header:
            c.sendall(bytes([b]))
            time.sleep(0.001)
    else:
        c.sendall(header)
    with s.tls(sock=c) as t:
        return facts_of(everything(t))


def test_proxy_tls():
    with Server('env', TCPREMOTEHOST='x', **TRUST) as s:
        for header in v1(), v2(), v2(b'\x04\0\3abc'):
            f = proxied(s, header)
            check({k: f.get(k) for k in V4} == V4
                  and f['SSLREMOTEIP'] == '192.0.2.1'
                  and 'TCPREMOTEHOST' not in f, 'addresses', header, f)
        check(proxied(s, v1(), True)['TCPREMOTEIP'] == '192.0.2.1', 'octets')
        for header in b'PROXY UNKNOWN\r\n', v2(command=0x20):
            f = proxied(s, header)
            check(f['TCPREMOTEIP'] == '127.0.0.1', 'LOCAL', f)
        check(refused(s.tls), 'no header')
        s.wait_log('reason=proxy$')
        with s.raw() as c:
            check(everything(c) == b'', 'silence')
        s.wait_log('reason=proxy-timeout')
        check(proxied(s, v2(SSLTLV))['SSL_CIPHER'] != 'A-B-C-D',
              'our own TLS counts')
        f = proxied(s, v2(b'\x20\0\x0b\7\0\0\0\0\x22\0\3eve'))
        check(f['SSL_CLIENT_VERIFY'] == 'NONE'
              and 'SSL_CLIENT_S_DN_CN' not in f, 'and alone', f)
        with s.raw() as c:
            c.sendall(v1() + b'GET / HTTP/1.0\r\n\r\n')
            everything(c)
        s.wait_log('tls-failure address=192.0.2.1 port=56324 reason=not-tls',
                   'the client is to blame, not the proxy')
    with Server('env', PROXY_FROM='10.0.0.1') as s:
        check(s.facts()['TCPREMOTEIP'] == '127.0.0.1', 'not from this peer')
        with s.raw() as c:
            c.sendall(v1())
            everything(c)
        s.wait_log('reason=not-tls')
    if shutil.which('tcprules'):
        cdb = rules('192.0.2.1:allow,MAXCONIP="1"\n:deny\n')
        with Server('env', '-x', cdb, **TRUST) as s:
            check(proxied(s, v1())['MAXCONIP'] == '1', 'rules of the client')
            check(refused(proxied, s, v1('192.0.2.2')), 'denied')
        with Server('cat', '-x', cdb, **TRUST) as s:
            c = s.raw()
            c.sendall(v1())
            with s.tls(sock=c) as t:
                t.sendall(b'x')
                t.recv(1)
                check(refused(proxied, s, v1()), 'its limit')


def test_proxy_plain():
    """UCSPI-TLS behind a proxy: the header comes before the clear text"""
    with Server('env', '-n', **TRUST) as s:
        with s.raw() as c:
            c.sendall(v2(SSLTLV))
            f = facts_of(everything(c))
        check(f['TCPREMOTEIP'] == '192.0.2.1' and f['SSL_PROTOCOL']
              == 'TLSv1.3' and f['SSL_CIPHER'] == 'A-B-C-D', 'told', f)


def test_proxy_in():
    def run(data, prog=('env',), **env):
        e = dict(PATH=os.environ['PATH'], TCPREMOTEIP='127.0.0.1',
                 TCPREMOTEPORT='1', TCPREMOTEHOST='h', TCPREMOTEINFO='i',
                 SSL_PROTOCOL='stale', **TRUST)
        e.update(env)
        a, b = socket.socketpair()
        a.sendall(data)
        p = subprocess.Popen([program('proxy-in'), *prog], stdin=b,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             env={k: v for k, v in e.items() if v})
        b.close()
        if prog[0] != 'env':
            a.shutdown(socket.SHUT_WR)
        out, err = p.communicate(timeout=10)
        a.close()
        return p.returncode, out, err

    for header in v1(), v2():
        f = facts_of(run(header)[1])
        check({k: f.get(k) for k in V4} == V4 and f['PROTO'] == 'TCP'
              and 'TCPREMOTEHOST' not in f and 'TCPREMOTEINFO' not in f
              and 'SSL_PROTOCOL' not in f, 'addresses', header, f)
        check(run(header + b'rest', ('cat',))[1] == b'rest', 'exact octets')
    f = facts_of(run(b'PROXY UNKNOWN\r\n')[1])
    check(f['TCPREMOTEIP'] == '127.0.0.1' and f['TCPREMOTEHOST'] == 'h',
          'UNKNOWN', f)
    f = facts_of(run(v2(SSLTLV))[1])
    check(f['SSL_PROTOCOL'] == 'TLSv1.3' and f['SSL_CIPHER'] == 'A-B-C-D',
          'TLS', f)
    f = facts_of(run(b'PROXY TCP6 2001:db8::1 ::1 1 2\r\n')[1])
    check(f['PROTO'] == 'TCP6' and f['TCP6REMOTEIP'] == '2001:db8::1'
          == f['TCPREMOTEIP'], 'TCP6', f)
    code, out, err = run(b'GET / HTTP/1.0\r\n\r\n')
    check(code == 111 and not out and b'reason=header' in err, 'none', err)
    code, out, err = run(b'PROXY TCP4')
    check(code == 111 and b'reason=timeout' in err, 'timeout', err)
    code, out, err = run(v1(), PROXY_FROM='10.0.0.1')
    check(facts_of(out)['TCPREMOTEIP'] == '127.0.0.1', 'not believed')
    for bad in None, '', 'x':
        check(run(v1(), PROXY_FROM=bad)[0] == 100, 'PROXY_FROM', bad)


test_environment()
test_rules()
test_ident()
test_limits()
test_full()
test_starter()
test_flood()
test_ends()
test_proxy_tls()
test_proxy_plain()
test_proxy_in()
done('access')
