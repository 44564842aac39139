# ISC licence; see LICENSE.
"""What the processes that face the network are left with, by /proc; and that
the private key is in the key-holder's memory and in no other."""
import base64
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'help.d'))
from tls import (DIR, ROOT, TLS12, TLS13, Server, certificate, check,  # noqa
                 client, done, name_of, openssl, path, program, skip, status,
                 wait_for)

CAT = ['sh', '-c', 'exec cat']
with open(program('sslserver/sslserver'), 'rb') as f:
    SANITIZED = b'__asan_init' in f.read()


def integers_of(der):
    """the large INTEGERs and OCTET STRINGs of a key, wherever they nest"""
    found = []

    def walk(b):
        i = 0
        while i + 2 <= len(b):
            tag, n, i = b[i], b[i + 1], i + 2
            if n & 0x80:
                k = n & 0x7f
                n, i = int.from_bytes(b[i:i + k], 'big'), i + k
            value = b[i:i + n]
            i += n
            if tag == 0x30:
                walk(value)
            elif tag == 0x04 and n not in (32, 48) and value[:1] in (
                    b'\x30', b'\x04'):
                walk(value)
            elif tag in (0x02, 0x04) and len(value) >= 32:
                found.append(value.lstrip(b'\0'))
    walk(der)
    return found


def secrets(name, kind):
    """what of the key must be nowhere else: the private numbers as they are
    in the file and in OpenSSL's little-endian words, and the file's text"""
    with open(path(name + '.key')) as f:
        lines = [x for x in f.read().split('\n') if x and '-' not in x]
    nums = integers_of(base64.b64decode(''.join(lines)))
    if kind == 'rsa':
        # n is public; d, p, q, dp, dq, qinv are not
        nums = nums[1:]
    else:
        nums = nums[:1]
    assert nums and all(len(n) >= 31 for n in nums)
    out = [n[:24] for n in nums] + [n[::-1][:24] for n in nums]
    return out + [x.encode()[:40] for x in lines[1:4]
                  if len(x) >= 40 and kind == 'rsa']


def memory(pid):
    data = []
    with open('/proc/%d/maps' % pid) as maps, \
            open('/proc/%d/mem' % pid, 'rb', 0) as mem:
        for line in maps:
            m = re.match(r'([0-9a-f]+)-([0-9a-f]+) (\S+)', line)
            a, b = int(m[1], 16), int(m[2], 16)
            # what a sanitizer reserves is huge and empty
            if 'r' not in m[3] or '[v' in line or b - a > 1 << 30:
                continue
            mem.seek(a)
            try:
                data.append(mem.read(b - a))
            except OSError:
                pass
    return b'\0'.join(data)


def holds(pid, needles):
    try:
        data = memory(pid)
    except FileNotFoundError:           # it has just ended
        return []
    check(len(data) > 100000, 'memory was read', pid, len(data))
    return [n for n in needles if n in data]


def test_key(kind):
    name = 'mem-' + kind
    cert = certificate(name, kind)
    needles = secrets(name, kind)
    with Server(CAT, CERTFILE=cert[0], KEYFILE=cert[1]) as s:
        conns = []
        for v in (TLS12, TLS13):
            c = s.tls(client(v))
            c.sendall(b'x')
            c.recv(1)
            conns.append(c)
        raw = s.raw()                   # a handshake that never begins
        wait_for(lambda: len(s.children()) >= 6)
        pids = [s.proc.pid] + s.children()
        check(len(pids) >= 7, 'all are there', pids)
        check(holds(s.keyholder(), needles), kind, 'in the key-holder')
        for pid in pids:
            if pid != s.keyholder():
                check(not holds(pid, needles), kind, 'nowhere else', pid,
                      name_of(pid))
        # and after a renewal, for which the listener has made a new context
        cert2 = certificate(name, kind)
        needles += secrets(name, kind)
        time.sleep(1.1)                 # files are looked at once a second
        s.tls().close()
        wait_for(lambda: 'renewed' in s.logged(), 15)
        time.sleep(0.2)
        with s.tls() as c:
            c.sendall(b'x')
            c.recv(1)
            for pid in [s.proc.pid] + s.children():
                if pid != s.keyholder():
                    check(not holds(pid, needles), kind, 'after a renewal',
                          pid, name_of(pid))
        assert cert2
        raw.close()


def test_half(**env):
    with Server(CAT, SECRET='sesame', **env) as s:
        raw = s.raw()
        with s.tls() as c:
            c.sendall(b'x')
            c.recv(1)
            halves = s.halves()
            check(len(halves) >= 2, 'halves', halves)
            for pid in halves:
                yield s, pid
        raw.close()


def fence(pid, uid, gid):
    st = status(pid)
    check(st['Uid'].split() == [uid] * 4, 'uid', st['Uid'])
    check(st['Gid'].split() == [gid] * 4, 'gid', st['Gid'])
    check(st['Groups'] == '', 'groups', st['Groups'])
    for cap in 'CapInh', 'CapPrm', 'CapEff', 'CapAmb':
        check(int(st[cap], 16) == 0, cap, st[cap])
    check(st['NoNewPrivs'] == '1', 'no new privileges')
    check(st['Seccomp'] == '2', 'seccomp')
    check(st['Threads'] == '1', 'one thread')


def test_halves():
    empty = path('empty')
    os.mkdir(empty)
    os.chmod(empty, 0o555)
    for s, pid in test_half(SSL_UID='10123', SSL_GID='10124',
                            SSL_CHROOT=empty):
        if name_of(pid) != 'sslserver':
            continue
        st = status(pid)
        if st['Uid'].split()[0] == '0':
            continue                    # a starter that waits
        fence(pid, '10123', '10124')
        check(os.readlink('/proc/%d/root' % pid) == empty, 'root')
        fds = {int(n): os.readlink('/proc/%d/fd/%s' % (pid, n))
               for n in os.listdir('/proc/%d/fd' % pid)}
        check(all(v.startswith('socket:') for v in fds.values())
              and len(fds) <= 4, 'descriptors', fds)
        if not SANITIZED:               # it keeps a copy for itself
            check(b'sesame' not in memory(pid), 'the environment is wiped')
        with open('/proc/%d/limits' % pid) as f:
            limits = f.read()
        for name in 'core file size', 'processes':
            check(re.search(r'Max %s +0 +0 ' % name, limits), name)
    bad = path('open')
    os.mkdir(bad)
    os.chmod(bad, 0o777)
    with Server(CAT, SSL_CHROOT=bad) as s:
        s.faulty = True
        with s.raw() as c:
            c.settimeout(5)
            check(c.recv(1) == b'', 'a root that all may write to')
        s.wait_log('others than root may write')
        s.wait_log('fault address=.* what=tls-half code=111')


def test_keyholder():
    with Server(CAT) as s:
        st = status(s.keyholder())
        check(st['Seccomp'] == '2' and st['NoNewPrivs'] == '1', 'seccomp')
        check(int(st['CapEff'], 16) == 4, 'only to read', st['CapEff'])
        check(int(st['CapPrm'], 16) == 4, 'only to read', st['CapPrm'])


def test_program():
    """-u and -g are those of the program; the TLS half has its own"""
    with Server('id', '-u', '10777', '-g', '10778') as s:
        with s.tls() as c:
            out = c.recv(1000)
        check(b'uid=10777 gid=10778 groups=10778' in out, '-u', out)
    with Server('id', '-U', UID='10777', GID='10778') as s:
        with s.tls() as c:
            check(b'uid=10777 gid=10778' in c.recv(1000), '-U')
    leak = os.open('/dev/null', os.O_RDONLY)
    with Server(['sh', '-c', 'ls -l /proc/self/fd | grep -c socket;'
                 'ls /proc/$$/fd'], fds=[leak]) as s:
        with s.tls() as c:
            out = b''
            while True:
                got = c.recv(1000)
                if not got:
                    break
                out += got
        fds = set(out.split()[1:])
        check(fds <= {b'0', b'1', b'2', str(leak).encode(), b'3', b'10',
                      b'255'}, 'descriptors', out)
    os.close(leak)


if not ROOT:
    skip('privileges: not root')
    done('privileges')
for k in ('rsa', 'ec', 'ed25519'):
    test_key(k)
test_halves()
test_keyholder()
test_program()
done('privileges')
