#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""The processes of a connection as /proc shows them, before, during and after
login: user, groups, root directory, capabilities, fences, descriptors. The
table in SECURITY.md has to say the same (--print prints it). Then imapd and
pop3d are made to try what they must not."""
import errno
import os
import re
import socket
import subprocess
import sys
import time

from common import PASSWORD, Site, fixtures, start, system
sys.path.insert(0, system.HERE)
from inject import AT_FDCWD, POSSIBLE, Injected         # noqa: E402

checks = start('privileges', 'openssl', 'sslserver/sslserver')
if not system.ROOT:
    checks.skip('all', 'not root: nobody changes the user')
    checks.done()

OPEN = '/srv-open-to-all'               # below the site's directory
PAUSE = ['sh', '-c', 'while [ -e "$WAIT" ]; do sleep 0.1; done; exec "$@"',
         'pause']


def status(pid):
    with open('/proc/%d/status' % pid) as f:
        return {k: v.strip() for k, v in
                (line.split(':', 1) for line in f)}


def children(pid):
    out = []
    for p in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/stat' % p) as f:
                if int(f.read().rsplit(')', 1)[1].split()[1]) == pid:
                    out.append(int(p))
        except (OSError, IndexError):
            pass
    return sorted(out)


def descriptors(pid):
    return {int(n): os.readlink('/proc/%d/fd/%s' % (pid, n))
            for n in os.listdir('/proc/%d/fd' % pid)}


def named(target, client):
    """what a descriptor is, in a word"""
    if target in client:
        return 'client'
    for part, word in ((site.dir + '/run', 'roster'),
                       ('/roost.index', 'index'), ('/Maildir', 'mail'),
                       ('/log', 'log'), ('eventfd', 'wake-up'),
                       ('signalfd', 'signals'), ('memfd:', 'state'),
                       (site.dir + '/bin/', 'programs'),
                       ('inotify', 'watch'), ('pipe:', 'pipe'),
                       ('socket:', 'socket'), ('/dev/null', 'null')):
        if part in target:
            return word
    return target


CAPABILITIES = {0: 'none', 4: 'read any file',
                int(status(os.getpid())['CapEff'], 16): "root's"}
USERS = {'0': 'root', '65534': 'nobody', str(system.UID): 'the user',
         '10801': 'TLS user'}


def row(name, pid, client):
    """what SECURITY.md says of a process"""
    s = status(pid)
    for ids in (s['Uid'], s['Gid']):
        checks.same(len(set(ids.split())), 1, name + ': one id for all uses')
    checks.ok(s['Groups'] in ('', s['Gid'].split()[0])
              or s['Uid'].split()[0] == '0', name + ': groups', s['Groups'])
    checks.same(s['CapEff'], s['CapPrm'], name + ': nothing to take up again')
    root = os.readlink('/proc/%d/root' % pid)
    root = {'/': '/', site.dir + '/empty': 'empty'}.get(root, root)
    fenced = s['NoNewPrivs'] == '1' and s['Seccomp'] == '2'
    what = sorted({named(t, client) for t in descriptors(pid).values()})
    return '| %s | %s | %s | %s | %s | %s |' % (
        name, USERS.get(s['Uid'].split()[0], s['Uid']), root,
        CAPABILITIES.get(int(s['CapEff'], 16), s['CapEff']),
        'yes' if fenced else 'no', ', '.join(what))


def await_one(parent, test):
    return system.wait_for(lambda: next(
        (p for p in children(parent) if test(p)), None), 20)


def name_of(pid):
    try:
        return status(pid)['Name']
    except OSError:
        return ''


def idle(pid):
    """it waits: nothing changes any more"""
    before = None
    for _ in range(100):
        try:
            now = descriptors(pid), status(pid)['Seccomp']
            with open('/proc/%d/stat' % pid) as f:
                state = f.read().rsplit(')', 1)[1].split()[0]
        except OSError:
            now, state = None, ''
        if now and now == before and state == 'S':
            return
        before = now
        time.sleep(0.05)


def say(s, data):
    s.sendall(data)
    return s.recv(2000)


def login(s, protocol):
    if protocol == 'imap':
        s.sendall(b'a LOGIN joe {%d+}\r\n%s\r\n'
                  % (len(PASSWORD), PASSWORD.encode()))
    else:
        say(s, b'USER joe\r\n')
        s.sendall(b'PASS %s\r\n' % PASSWORD.encode())


def client_socket(pid):
    return {v for k, v in descriptors(pid).items() if k in (0, 1)}


def plain(protocol, handler, rows):
    """the chain under tcpserver; the handler's pid and the connection"""
    wait = site.dir + '/wait-' + protocol
    open(wait, 'w').close()
    port = site.tcpserver([protocol + '-login', *PAUSE, 'checkpassword-cdb',
                           handler, 'Maildir'], WAIT=wait,
                          IMAP_REST='86399999')    # it may, but does not
    server = site.children[-1].pid
    s = socket.create_connection(('127.0.0.1', port), 20)
    s.recv(2000)
    monitor = await_one(server, lambda p: True)
    talker = await_one(monitor, lambda p: True)
    idle(talker)
    client = client_socket(monitor)
    if protocol == 'imap':
        rows += [row('tcpserver', server, client),
                 row('monitor (imap-login), before login', monitor, client),
                 row('talker (imap-login)', talker, client)]
    login(s, protocol)
    auth = await_one(monitor, lambda p: name_of(p) == 'sh')
    if protocol == 'imap':
        rows.append(row('authenticator, as it starts', auth, client))
    os.unlink(wait)
    s.recv(2000)
    if protocol == 'imap':
        say(s, b'b SELECT INBOX\r\n')
    pid = await_one(monitor, lambda p: name_of(p) == handler)
    idle(pid)
    system.wait_for(lambda: name_of(monitor) == 'login-wait')
    idle(monitor)
    if protocol == 'imap':
        rows.append(row('monitor (login-wait), after login', monitor, client))
    rows.append(row(handler, pid, client))
    if protocol == 'imap':
        rows.append(resting())
    checks.same(children(monitor), [pid], 'the talker is gone after login')
    return pid, s


def resting():
    """a session whose imapd has become imap-idle"""
    port = site.imap(IMAP_REST='0')
    server = site.children[-1].pid
    with socket.create_connection(('127.0.0.1', port), 20) as s:
        s.recv(2000)
        login(s, 'imap')
        s.sendall(b'b SELECT INBOX\r\n')
        found = {}

        def look():
            for m in children(server):
                for p in children(m):
                    if name_of(p) == 'imap-idle':
                        found[p] = 1
            return found
        system.wait_for(look, 20)
        pid = list(found)[0]
        idle(pid)
        return row('imapd (imap-idle), idle', pid, client_socket(pid))


def certificate():
    pem = site.dir + '/cert.pem'
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                    'ec_paramgen_curve:P-256', '-nodes', '-subj',
                    '/CN=localhost', '-keyout', pem, '-out', pem + '.crt'],
                   check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=60)
    return {'CERTFILE': pem + '.crt', 'KEYFILE': pem}


def tls(rows):
    """sslserver in the place of tcpserver"""
    import ssl
    p = site.spawn([os.path.join(system.TOP, system.PREFIX,
                                 'sslserver/sslserver'), '-RHl0', '-1',
                    '127.0.0.1', '0', 'imap-login', 'checkpassword-cdb',
                    'imapd', 'Maildir'], stdout=subprocess.PIPE,
                   env=dict(site.env, SSL_UID='10801', SSL_GID='10801',
                            SSL_CHROOT=site.dir + '/empty', **certificate()))
    port = int(p.stdout.readline())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    s = context.wrap_socket(socket.create_connection(('127.0.0.1', port), 20))
    s.recv(2000)
    half = system.wait_for(lambda: next((
        k for c in [p.pid] + children(p.pid) for k in children(c)
        if status(k)['Uid'].split()[0] == '10801'), None), 20)
    holder = await_one(p.pid, lambda k: status(k)['Seccomp'] == '2'
                       and status(k)['Uid'].split()[0] == '0')
    idle(half)
    rows += [row('sslserver: listener', p.pid, set()),
             row('sslserver: key-holder', holder, set()),
             row('sslserver: TLS half', half, set())]
    say(s, b'a LOGOUT\r\n')
    s.close()


def on_page():
    with open(system.TOP + '/SECURITY.md') as f:
        return [x for x in f.read().split('\n')
                if re.match(r'\| (?!process|-)', x)]


def attempts(pid, name, maildir):
    """system calls that it must not make, and some that it must"""
    outside = site.dir + OPEN
    checks.same(subprocess.run(['cat', outside], stdout=subprocess.PIPE,
                               **system.as_user()).stdout, b'open\n',
                'the user can read the file otherwise')
    no, never = -errno.EACCES, -errno.EPERM
    fenced = not re.search('landlock', site.logtext())
    with Injected(pid) as p:
        def opens(path, flags, want, what):
            got = p.openat(path, flags)
            checks.ok(got >= 0 if want is None else got == want,
                      '%s: %s' % (name, what), got)
        opens(maildir + '/tmp/probe', os.O_WRONLY | os.O_CREAT, None,
              'writes into the Maildir')
        opens(maildir + '/cur', os.O_RDONLY, None, 'reads the Maildir')
        if fenced:
            for path in (outside, '/etc/passwd', '/etc/shadow', '/root',
                         site.home('ann') + '/Maildir/cur',
                         maildir + '/../.profile', '/bin/sh', '/usr/lib'):
                opens(path, os.O_RDONLY, no, 'may not read ' + path)
            for path in ('/tmp/probe', site.home('joe') + '/probe',
                         '/dev/shm/probe', site.home('ann') + '/Maildir/x'):
                opens(path, os.O_WRONLY | os.O_CREAT, no,
                      'may not write ' + path)
        for call, args in (('execve', (b'/bin/sh', 0, 0)),
                           ('execveat', (0xffffff9c, b'/bin/sh', 0, 0, 0)),
                           ('socket', (2, 1, 0)), ('socket', (1, 1, 0)),
                           ('ptrace', (16, os.getpid())), ('setuid', (0,)),
                           ('mount', (b'/', b'/tmp', b'', 4096)),
                           ('io_uring_setup', (1, 0))):
            checks.same(p.call(call, *args), never,
                        '%s: may not %s' % (name, call))
        if fenced:
            fd = p.call('openat', AT_FDCWD, b'/bin/sh', os.O_PATH)
            checks.ok(fd >= 0, name + ': a descriptor of a shell', fd)
            got = p.call('execveat', fd, b'', 0, 0, 0x1000)
            checks.ok(got in (no, never), name + ': may not execute it', got)
    os.unlink(maildir + '/tmp/probe')
    if not fenced:
        checks.skip(name + ': files', 'this kernel has no Landlock')


def main():
    maildir = site.user('joe', PASSWORD, lambda p: fixtures.make('few', p))
    other = site.user('ann', PASSWORD, lambda p: fixtures.make('few', p))
    with open(site.home('joe') + '/.profile', 'w') as f:
        f.write('x\n')
    with open(site.dir + OPEN, 'w') as f:
        f.write('open\n')
    for d, _, files in os.walk(site.dir + '/home'):     # only fences are left
        os.chmod(d, 0o777)
        for name in files:
            os.chmod(os.path.join(d, name), 0o666)
    checks.ok(other, 'another user')
    rows = []
    imapd, s = plain('imap', 'imapd', rows)
    pop3d, t = plain('pop3', 'pop3d', rows)
    tls(rows)
    if '--print' in sys.argv:
        print('\n'.join(rows))
    have = on_page()
    for r in rows:
        checks.ok(r in have, 'SECURITY.md says what /proc shows', r)
    checks.same(len(have), len(rows), 'rows of the table in SECURITY.md')
    if POSSIBLE:
        attempts(imapd, 'imapd', maildir)
        checks.ok(b'c OK' in say(s, b'c NOOP\r\n'), 'imapd goes on')
        attempts(pop3d, 'pop3d', maildir)
        checks.ok(b'+OK' in say(t, b'NOOP\r\n'), 'pop3d goes on')
    else:
        checks.skip('attempts', 'only on x86-64')
    checks.done()


site = Site()
main()
