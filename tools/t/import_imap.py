#!/usr/bin/python3
# ISC licence; see LICENSE.
"""maildir-import from other IMAP servers: Dovecot, our own, and hostile ones.
With a number: that many messages."""
import atexit
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.path.insert(0, os.path.join(TOP, 'tests'))
import dovecot                                          # noqa: E402
import fixtures                                         # noqa: E402
import system                                           # noqa: E402

t = system.Checks('import_imap')
N = int(sys.argv[1]) if len(sys.argv) > 1 else 150
top = tempfile.mkdtemp(prefix='roost-import.')
atexit.register(shutil.rmtree, top, True)
os.chmod(top, 0o755)
if system.ROOT:
    os.chown(top, system.UID, system.GID)
TOOL = system.installed('tools/maildir-import')
ENV = {'PATH': '/usr/bin:/bin', 'TZ': 'UTC', 'ASAN_OPTIONS': 'detect_leaks=0'}


def run(*args, password='any', **env):
    p = subprocess.run([TOOL, 'imap', *args], env=dict(ENV, **env), cwd=top,
                       input=password.encode() + b'\n', timeout=300,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       **system.as_user())
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def total(r):
    return r[1].split('\n')[-2] if r[1] else r[2]


def box(name, kind='empty'):
    path = '%s/%s/Maildir' % (top, name)
    os.mkdir(os.path.dirname(path))
    fixtures.make(kind, path)
    system.own(os.path.dirname(path))
    return path


def everything(c, folder):
    """a multiset of all that a client sees of a folder's messages"""
    c.select(folder, 'EXAMINE')
    out = []
    for text in c.fetch('(UID INTERNALDATE BODY.PEEK[] FLAGS)').values() \
            if c.uids() else ():
        flags = sorted(f.lower() for f in re.search(
            rb'FLAGS \(([^)]*)\)', text)[1].split() if f != b'\\Recent')
        date = re.search(rb'INTERNALDATE "([^"]*)"', text)[1]
        date = date.replace(b' ', b'0', 1) if date[:1] == b' ' else date
        body = re.search(rb'BODY\[\] (?:\{\d+\}\r\n|")(.*)', text, re.S)[1]
        body = re.sub(rb'( FLAGS \([^)]*\))$', b'', body)
        out.append((date, flags, body))
    return sorted(out)


def same_mail(theirs, ours, pairs, what):
    for a, b in pairs.items():
        x, y = everything(theirs, a), everything(ours, b)
        t.ok(x == y, '%s: %s is the same as %s' % (what, a, b),
             [len(x), len(y)] + [p for p in zip(x, y) if p[0] != p[1]][:2])


# their names and ours, as between quotes
PAIRS = {'INBOX': 'INBOX', 'Sent Messages': 'Sent Messages',
         '&AMQ-pfel/v1.0': '&AMQ-pfel.v1_0', '&AMQ-pfel/v1_0': '&AMQ-pfel.v1_0-2',
         'a&-b': 'a&-b', r'many/words \"x\" \\ %': r'many.words \"x\" \\ %'}


def fill(c):
    """odd names, keywords, dates, subscriptions, N messages"""
    names = list(PAIRS)
    for n in names[1:]:
        c.must('CREATE "%s"' % n)
    c.must('SUBSCRIBE "Sent Messages"')
    c.must('SUBSCRIBE "%s"' % names[2])
    c.must('CREATE "Left Out/deep"')
    for i in range(N):
        body = 'Subject: %d\r\n\r\n%s' % (i, 'line %d\r\n' % i * (i % 70))
        if i % 50 == 1:
            body = 'Subject: {5}\r\n\r\n)\r\nr1 OK\r\n' + '\0'.join('') + 'x' * 70000
        flags = ' '.join(f for k, f in enumerate((
            '\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft', 'work',
            '$Forwarded', 'odd.x')) if i >> k & 1 or k == i % 11)
        r = c.append('"%s"' % names[i % 23 % len(names)], body, flags,
                     '%02d-Mar-20%02d 01:02:%02d +0%d00'
                     % (i % 28 + 1, i % 30, i % 60, i % 5))
        assert r[0] == 'OK', r
    c.append('"Left Out/deep"', 'Subject: no\r\n\r\n')


# ---- Dovecot ----

LAYOUT = """
namespace inbox {
  mailbox "Sent Messages" {
    special_use = \\Archive
  }
}
"""
if dovecot.installed():
    t.skip('Dovecot', dovecot.installed())
else:
    src, m = box('dovecot', 'empty'), box('new')
    with dovecot.Dovecot(src, separator='/', location=':LAYOUT=fs',
                         more=LAYOUT) as d:
        c = system.Imap(port=d.imap_port)
        c.must('LOGIN demo any')
        fill(c)
        port = str(d.imap_port)
        args = ('-t', 'none', '-p', port, '-x', 'left out*', m, '127.0.0.1',
                'demo')
        r = run('-n', *args)
        t.same((r[0], total(r)),
               (0, 'all: %d to import, 0 there already' % N), 'a dry run')
        t.ok(not os.path.exists(m + '/.Sent Messages'), 'does nothing')
        kills = 0
        for wait in [0.03 * 1.9 ** i for i in range(12)]:
            p = subprocess.Popen([TOOL, 'imap', *args], env=ENV, cwd=top,
                                 stdin=subprocess.PIPE,
                                 stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, **system.as_user())
            p.stdin.write(b'any\n')
            p.stdin.close()
            try:
                p.wait(wait)
                break
            except subprocess.TimeoutExpired:
                p.send_signal(signal.SIGKILL)
                p.wait()
                kills += 1
        print('killed %d times' % kills)
        t.ok(kills, 'it was killed at least once')
        r = run(*args)
        t.same((r[0], total(r), r[2]),
               (0, 'all: 0 imported, %d there already' % N, ''),
               'all came in, after %d kills' % kills)
        ours = system.Imap(m, log=os.devnull)
        same_mail(c, ours, PAIRS, 'Dovecot')
        t.same(sorted(re.sub(rb'^.*"[./]" ', b'', x).strip(b'"') for x in
                      ours.must('LSUB "" "*"')),
               sorted([b'Sent Messages', b'&AMQ-pfel.v1_0']), 'subscriptions')
        t.ok(any(b'\\Archive' in x and b'Sent Messages' in x for x in
                 ours.must('LIST "" "*" RETURN (SPECIAL-USE)')), 'special use')
        t.ok(not os.path.exists(m + '/.Left Out.deep'), 'a pattern is obeyed')
        ours.must('CREATE Else')
        ours.select('INBOX')
        ours.must('MOVE 1:2 Else')
        ours.must('STORE 1 FLAGS ()')
        c.append('INBOX', 'Subject: late\r\n\r\nx\r\n')
        r = run(*args)
        t.same(total(r), 'all: 1 imported, %d there already' % N,
               'what was moved here is known, what came there since is taken')
        r = run('-i', 'INBOX', *args)
        t.same(r[1].count('\n'), 2, 'one folder alone')
        ours.logout()

        # with the UIDs that they have there, and what changes since

        m = box('kept')
        args = ('-k', '-u', *args[:-3], m, *args[-2:])
        kills = 0
        for wait in [0.05 * 2.5 ** i for i in range(7)]:
            p = subprocess.Popen([TOOL, 'imap', *args], env=ENV, cwd=top,
                                 stdin=subprocess.PIPE,
                                 stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, **system.as_user())
            p.stdin.write(b'any\n')
            p.stdin.close()
            try:
                p.wait(wait)
                break
            except subprocess.TimeoutExpired:
                p.send_signal(signal.SIGKILL)
                p.wait()
                kills += 1
        r = run(*args)
        t.same((r[0], total(r), r[2]),
               (0, 'all: 0 imported, %d there already' % (N + 1), ''),
               'kept: all came in, after %d kills' % kills)
        ours = system.Imap(m, log=os.devnull)

        def uids(c, folder):
            return c.select(folder, 'EXAMINE'), c.flags() if c.uids() else {}

        def same_uids(what):
            for a, b in PAIRS.items():
                (x, f), (y, g) = uids(c, a), uids(ours, b)
                t.same(([y[k] for k in ('UIDVALIDITY', 'UIDNEXT', 'EXISTS')], g),
                       ([x[k] for k in ('UIDVALIDITY', 'UIDNEXT', 'EXISTS')], f),
                       '%s: %s' % (what, a))

        same_mail(c, ours, PAIRS, 'kept')
        same_uids('UIDs')
        p = subprocess.run(
            [system.installed('tools/maildir-convert'), '-u', 'demo', '-t',
             'none', '-p', port, '--verify', '127.0.0.1', m], input=b'any\n',
            env=ENV, stdout=subprocess.PIPE, **system.as_user())
        t.same([x for x in p.stdout.decode().splitlines()
                if 'Left Out' not in x], [], 'maildir-convert finds the same')
        c.select('INBOX')
        c.must('STORE 1:3 +FLAGS (\\Flagged fresh $Forwarded)')
        c.must('STORE 2:4 -FLAGS (\\Seen work odd.x)')
        c.append('INBOX', 'Subject: later\r\n\r\nx\r\n', '\\Seen')
        ours.must('CREATE Moved')
        ours.select('INBOX')
        ours.must('MOVE 2 Moved')
        want = c.flags()
        r = run('-n', *args)
        t.ok('INBOX: 4 to update: 1 to import' in r[1], 'a dry run', r[1])
        r = run(*args)
        t.ok(r[0] == 0 and 'INBOX: 4 updated: 1 imported' in r[1], 'updated', r)
        ours.must('NOOP')
        have = ours.flags()
        second = sorted(want)[1]
        ours.select('Moved')
        have[second] = list(ours.flags().values())[0]
        t.same(have, want, 'flags there and here, of what was moved, too')
        r = run(*args)
        t.ok('updat' not in r[1], 'and no more to do', r)
        # a folder in use cannot keep them, and says so
        m2 = box('used')
        system.deliver(m2, 'Subject: mine\r\n\r\nx\r\n')
        r = run('-k', '-i', 'INBOX', *args[2:-3], m2, *args[-2:])
        t.ok(r[0] == 1 and 'INBOX: 1 could not keep the UID: ' in r[1],
             'a folder in use, with this UIDVALIDITY', r)
        m2 = box('other')
        with open(m2 + '/dovecot-uidlist', 'w') as f:
            f.write('3 V12 N9 G%032x\n' % 5)
        system.own(m2)
        r = run('-k', '-i', 'INBOX', *args[2:-3], m2, *args[-2:])
        t.ok(r[0] == 1 and 'INBOX: its UIDs cannot be kept: ' in r[2]
             and ': 0 imported' not in r[1], 'and with another', r)
        ours.logout()
        c.logout()
        t.same(d.faults(), [], 'Dovecot has no complaint')

# ---- our own imapd, behind TLS ----

src, m = box('roost'), box('from-roost')
c = system.Imap(src, env={'NAMESPACE_PREFIX': 'INBOX.'}, log=os.devnull)
c.must('CREATE INBOX.Sent')
c.must('CREATE INBOX.lists.c')
for i in range(30):
    c.append(['INBOX', 'INBOX.Sent', 'INBOX.lists.c'][i % 3],
             'Subject: %d\r\n\r\nx\r\n' % i, 'k%d' % i)
c.must('SUBSCRIBE INBOX.lists.c')


def make_cert(name, *alt):
    key, crt = '%s/%s.key' % (top, name), '%s/%s.crt' % (top, name)
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                    'ec_paramgen_curve:P-256', '-nodes', '-keyout', key,
                    '-out', crt, '-days', '9', '-subj', '/CN=' + name,
                    '-addext', 'subjectAltName=' + ','.join(alt)],
                   check=True, stderr=subprocess.DEVNULL)
    os.chmod(crt, 0o644)
    return key, crt


class Server:
    """a server on loopback; serve(socket) has a thread for each connection"""

    def __init__(self, serve, tls=None):
        self.serve, self.tls = serve, tls
        self.s = socket.create_server(('127.0.0.1', 0))
        self.port = str(self.s.getsockname()[1])
        threading.Thread(target=self.loop, daemon=True).start()

    def loop(self):
        while True:
            try:
                c = self.s.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.one, args=(c,), daemon=True).start()

    def one(self, c):
        try:
            if self.tls:
                c = self.tls.wrap_socket(c, server_side=True)
            self.serve(c)
        except (OSError, ValueError):
            pass
        finally:
            c.close()


def context(pair):
    x = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    x.load_cert_chain(pair[1], pair[0])
    return x


PASSWORD = b'p "\\\xc3\xa9'


def lines(c):
    buf = b''
    while True:
        while b'\n' not in buf:
            got = c.recv(65536)
            if not got:
                return
            buf += got
        line, _, buf = buf.partition(b'\n')
        yield line.rstrip(b'\r')


def relay(c, before=None, sasl=True):
    """login here, and then imapd itself"""
    import base64
    c.sendall(b'* OK hello\r\n')
    get = lines(c)
    for line in get:
        tag, _, word = line.partition(b' ')
        if word == b'STARTTLS' and before:
            c.sendall(tag + b' OK go\r\n' + before[1])
            c = before[0].wrap_socket(c, server_side=True)
            get2 = lines(c)
            return relay2(c, get2, sasl)
        if word == b'CAPABILITY':
            c.sendall(b'* CAPABILITY IMAP4rev1%s\r\n%s OK x\r\n'
                      % (b' AUTH=PLAIN' if sasl else b'', tag))
        elif word == b'AUTHENTICATE PLAIN':
            c.sendall(b'+ \r\n')
            right = base64.b64decode(next(get)) == b'\0joe\0' + PASSWORD
            return finish(c, tag, right)
        elif word.startswith(b'LOGIN '):
            c.sendall(b'+ go\r\n')
            right = word == b'LOGIN "joe" {%d}' % len(PASSWORD) \
                and next(get) == PASSWORD
            return finish(c, tag, right)


def relay2(c, get, sasl):
    """behind STARTTLS there is no second greeting"""
    class Quiet:
        def __init__(self):
            self.first = True

        def sendall(self, data):
            if not self.first:
                c.sendall(data)
            self.first = False

        recv = c.recv
        fileno = c.fileno
    return relay(Quiet(), None, sasl)


def finish(c, tag, right):
    if not right:
        c.sendall(tag + b' NO [AUTHENTICATIONFAILED] no\x1b[2J\r\n')
        return
    a = system.Imap(src, env={'NAMESPACE_PREFIX': 'INBOX.'}, log=os.devnull)
    c.sendall(tag + b' OK in\r\n')

    def back():
        try:
            while True:
                got = a.s.recv(65536)
                if not got:
                    break
                c.sendall(got)
        except OSError:
            pass
    th = threading.Thread(target=back, daemon=True)
    th.start()
    while True:
        got = c.recv(65536)
        if not got:
            break
        a.s.sendall(got)
    a.close()
    th.join(5)


pair = make_cert('mail', 'DNS:localhost', 'IP:127.0.0.1')
other = make_cert('other', 'DNS:other.example.org')
text = PASSWORD.decode()
for name, serve, tls, args in (
        ('TLS', relay, context(pair), []),
        ('LOGIN', lambda c: relay(c, sasl=False), context(pair), []),
        ('STARTTLS', lambda c: relay(c, (context(pair), b'')), None,
         ['-t', 'starttls'])):
    s = Server(serve, tls)
    for host in ('localhost', '127.0.0.1'):
        dest = m if host == 'localhost' else box(name + host)
        r = run(*args, '-c', pair[1], '-p', s.port, dest, host, 'joe',
                password=text)
        t.same((r[0], total(r).split(',')[0]),
               (0, 'all: %d imported' % (30 if name == 'TLS' or dest != m
                                         else 0)),
               '%s to %s: %s' % (name, host, r[2]))
    r = run(*args, '-p', s.port, m, '127.0.0.1', 'joe', password=text)
    t.ok(r[0] == 100 and 'certificate is refused' in r[2],
         name + ': nobody vouches for the certificate', r)
s = Server(relay, context(other))
r = run('-c', other[1], '-p', s.port, m, 'localhost', 'joe', password=text)
t.ok(r[0] == 100 and 'certificate is refused' in r[2], 'of another host', r)
s = Server(lambda c: relay(c, (context(pair), b'r2 OK evil\r\n')))
r = run('-t', 'starttls', '-c', pair[1], '-p', s.port, m, 'localhost', 'joe',
        password=text)
t.ok(r[0] == 111 and 'in the clear' in r[2], 'octets behind STARTTLS', r)
s = Server(relay, context(pair))
r = run('-c', pair[1], '-p', s.port, m, 'localhost', 'joe', password='wrong')
t.ok(r[0] == 100 and '\x1b' not in r[2] and 'refuses the login' in r[2],
     'a wrong password', r)
ours = system.Imap(m, log=os.devnull)
same_mail(c, ours, {'INBOX': 'INBOX', 'INBOX.Sent': 'Sent',
                    'INBOX.lists.c': 'lists.c'}, 'imapd')
t.same([x.split()[-1] for x in ours.must('LSUB "" "*"')], [b'lists.c'],
       'the prefix is left out of subscriptions, too')
ours.logout()
c.logout()

# ---- hostile servers ----

GOOD = b'FLAGS (\\Seen) INTERNALDATE "01-Jan-2020 00:00:00 +0000"'


def script(listing=b'* LIST () "/" INBOX\r\n', fetch=b'', uids=b'1 2 3',
           greeting=b'* OK x\r\n', select=b'', login=b'', stop=False):
    def serve(c):
        c.sendall(greeting)
        get = lines(c)
        for line in get:
            tag, _, word = line.partition(b' ')
            if word.endswith(b'}'):
                c.sendall(b'+ \r\n')
                next(get)
            out = b''
            if word == b'CAPABILITY':
                out = b'* CAPABILITY IMAP4rev1\r\n'
            elif word.startswith(b'LOGIN'):
                out = login
            elif word.startswith(b'LIST'):
                out = listing
            elif word.startswith(b'EXAMINE'):
                out = select or b'* OK [UIDVALIDITY 7] x\r\n'
            elif word == b'UID SEARCH ALL':
                out = b'* SEARCH ' + uids + b'\r\n'
            elif word.startswith(b'UID FETCH'):
                out = fetch
            if callable(out):
                out(c)
                return
            while isinstance(out, list):        # in so many reads
                c.sendall(out.pop(0))
                time.sleep(0.2)
                out = out or b''
            c.sendall(out)
            if stop and word.startswith(b'UID FETCH'):
                return
            c.sendall(tag + b' OK done\r\n')
    return serve


def message(uid, text=b'Subject: x\r\n\r\ny\r\n', size=None):
    return b'* 1 FETCH (UID %d %s BODY[] {%d}\r\n%s)\r\n' % (
        uid, GOOD, len(text) if size is None else size, text)


def endless(c):
    c.sendall(b'* 1 FETCH (UID 1 ')
    while True:
        c.sendall(b'x' * 65536)


def lists(c):
    for _ in range(200000):
        c.sendall(b'* LIST ((((((((( ' * 100)


box_count = 0


def attack(what, codes, want, serve, files=0, folders=()):
    global box_count
    box_count += 1
    m = box('attack%d' % box_count)
    r = run('-t', 'none', '-p', Server(serve).port, m, '127.0.0.1', 'joe')
    t.ok(r[0] in codes and want in r[1] + r[2] and '\x1b' not in r[1] + r[2]
         and 'Sanitizer' not in r[2], what, r)
    have = sum(len(os.listdir(os.path.join(p, s))) for p, _, _ in os.walk(m)
               for s in ('cur', 'new') if os.path.isdir(p + '/' + s))
    t.same(have, files, what + ': messages')
    t.same([x for p, ds, fs in os.walk(m) if p.endswith('/tmp') for x in fs],
           [], what + ': nothing in tmp/')
    t.same(sorted(x for x in os.listdir(m) if x[0] == '.'), sorted(folders),
           what + ': folders')
    t.same(sorted(os.listdir(os.path.dirname(m))), ['Maildir'],
           what + ': nothing beside the Maildir')


attack('names that lead elsewhere', (1,), 'left out', script(
    b'* LIST () "/" "../../evil"\r\n* LIST () "/" "/etc/x"\r\n'
    b'* LIST () NIL "..\\\\.."\r\n* LIST () "/" {3}\r\na\nb\r\n'
    b'* LIST () "/" "&bad"\r\n* LIST () "/" "\x1b[2J"\r\n'
    b'* LIST () "/" "%s"\r\n* LIST () "/" "~root"\r\n'
    b'* LIST () "x" ""\r\n* LIST () "/"\r\n* LIST (\r\n' % (b'n' * 400),
    uids=b''),
    folders=['.__.__.evil', '.__\\__', '.&-bad', '._[2J', '._root'])
attack('names that are one here', (0,), 'all: 0 imported', script(
    b'* LIST () "/" "a_b-2"\r\n* LIST () "/" "a_b"\r\n* LIST () "/" "a.b"\r\n'
    b'* LIST () "/" "a\x7fb"\r\n', uids=b''),
    folders=['.a_b', '.a_b-2', '.a_b-3', '.a_b-4'])
attack('an atom that begins with ~, and a read that ends there', (0,), '_joe',
       script([b'* LIST () "/" ~', b'joe\r\n'], uids=b''), folders=['._joe'])
attack('a text that is cut', (111,), 'broke', script(
    fetch=message(1) + message(2, size=500), stop=True), 1)
attack('a literal without end', (111,), 'too long', script(
    fetch=message(1, size=99999999999)))
attack('a literal that is no number', (111,), 'none may write', script(
    fetch=b'* 1 FETCH (BODY[] {x}\r\n'))
attack('a line without end', (111,), 'too long', script(fetch=endless))
attack('lists without end', (111,), 'long', script(listing=lists))
attack('a greeting that is none', (111,), 'IMAP', script(
    greeting=b'HTTP/1.1 200 OK\r\n\r\n'))
attack('UIDs that nobody asked for', (1,), 'left out', script(
    fetch=message(9) + message(1) + message(1) + message(0)), 1)
attack('two texts in one', (1,), 'left out', script(
    fetch=b'* 1 FETCH (UID 1 BODY[] {1}\r\na BODY[] {1}\r\nb)\r\n'), 1)
attack('texts in other forms', (0,), 'all: 3 imported', script(
    fetch=b'* 1 FETCH (BODY[] "a\\"b" UID 1)\r\n* 2 FETCH (UID 2 BODY[] "")'
    b'\r\n* 3 fetch (body[] {2}\r\nxy uid 3 x (((1 (2)) "\\\\"))))\r\n'), 3)
attack('a BYE', (111,), 'goodbye', script(
    fetch=message(1) + b'* BYE go \x1baway\r\n'.replace(b'\x1b', b'')), 1)
attack('no UIDVALIDITY', (1,), 'does not open', script(select=b'* 1 EXISTS\r\n'))
attack('UIDs of all kinds', (1,), 'left out', script(
    uids=b'0 99999999999 -1 x 4294967295 1 1', fetch=message(4294967295)), 1)

t.done()
