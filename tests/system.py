# ISC licence; see LICENSE.
"""For the tests of the whole system: users, servers, clients, totals.

    from system import Checks, Site, Imap

Site    a place of its own: users with Maildirs and servers for them under
        tcpserver, on loopback ports that the kernel chose
Imap    a small client that speaks to imapd started directly (PREAUTH) or
        over TCP; shows every response as octets
Checks  counts, prints what is wrong, and the line of totals

As root, mail belongs to the unprivileged uid 10711 and handlers run as it;
else all is done as the caller. Whatever is started here is ended here, by
its pid.
"""
import atexit
import glob
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
sys.path.insert(0, HERE)

ROOT = os.geteuid() == 0
UID = 10711 if ROOT else os.getuid()
GID = 10711 if ROOT else os.getgid()
PREFIX = os.environ.get('O', '')
PROGRAMS = ('login/imap-login', 'login/pop3-login', 'login/login-wait',
            'login/roost-who', 'login/roost-kick',
            'checkpassword/checkpassword', 'checkpassword/checkpassword-cdb',
            'checkpassword/roost-user', 'checkpassword/login-ok',
            'imapd/imapd', 'imapd/imap-idle', 'pop3d/pop3d',
            'sslserver/sslserver')


# a test that is told to end ends what it has started
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


class Checks:
    def __init__(self, name):
        self.name, self.good, self.bad, self.left = name, 0, 0, 0

    def ok(self, right, what, detail=''):
        """count one check; says what is wrong if it is not right"""
        if right:
            self.good += 1
        else:
            self.bad += 1
            print('FAILED %s%s' % (what, detail and ': %.2000s' % (detail,)),
                  flush=True)
        return bool(right)

    def same(self, have, want, what):
        return self.ok(have == want, what, 'have %r, want %r' % (have, want))

    def skip(self, what, why):
        self.left += 1
        print('skipped %s: %s' % (what, why), flush=True)

    def done(self):
        """print the totals and exit"""
        print('%s: %d passed, %d failed%s' % (
            self.name, self.good, self.bad,
            ', %d skipped' % self.left if self.left else ''))
        sys.exit(1 if self.bad else 0)


def need(*programs):
    """the first of these that is not installed or built, else None"""
    for p in programs:
        path = os.path.join(TOP, PREFIX + p) if '/' in p else shutil.which(
            p, path=os.environ.get('PATH', '') + ':/usr/sbin:/sbin')
        if not path or not os.path.exists(path):
            return p
    return None


def own(path):
    """hand a tree over to the mail's uid"""
    if ROOT:
        for d, _, files in os.walk(path):
            for x in [d] + [os.path.join(d, f) for f in files]:
                os.chown(x, UID, GID, follow_symlinks=False)


def as_user():
    """arguments of subprocess that make a child run as the mail's uid"""
    return dict(user=UID, group=GID, extra_groups=[]) if ROOT else {}


def wait_for(what, seconds=10, step=0.02):
    """the first true value of what(), or the last false one"""
    end = time.monotonic() + seconds
    while True:
        got = what()
        if got or time.monotonic() > end:
            return got
        time.sleep(step)


class Site:
    """a temporary directory with programs, users and servers"""

    def __init__(self, **env):
        self.dir = tempfile.mkdtemp(prefix='roost-s.')
        os.chmod(self.dir, 0o755)
        self.children = []
        atexit.register(self.close)
        self.bin = self.dir + '/bin'
        os.mkdir(self.bin)
        for p in PROGRAMS:              # where any uid can reach them
            at = os.path.join(TOP, PREFIX + p)
            if os.path.exists(at):
                shutil.copy(at, self.bin)
        os.mkdir(self.dir + '/home')
        os.mkdir(self.dir + '/empty')
        os.chmod(self.dir + '/empty', 0o555)
        if ROOT:
            os.chown(self.dir + '/home', UID, GID)
        self.env = {
            'PATH': self.bin + ':/usr/bin:/bin:/usr/sbin:/sbin',
            'HOME': self.dir, 'TZ': 'UTC', 'LC_ALL': 'C.UTF-8',
            'USERS_CDB': self.dir + '/users.cdb',
            'LOGIN_DELAY': '0', 'LOGIN_CHROOT': self.dir + '/empty',
            'LOGIN_RUN': self.dir + '/run',
            'ASAN_OPTIONS': 'detect_leaks=0'}
        # the caller's, to see whatever test with sessions that rest at once
        self.env.update({k: os.environ[k] for k in ('IMAP_REST', 'LOGIN_REST')
                         if k in os.environ})
        self.env.update(env)
        self.log = self.dir + '/log'
        open(self.log, 'w').close()

    # users

    def home(self, name):
        return '%s/home/%s' % (self.dir, name)

    def maildir(self, name):
        return self.home(name) + '/Maildir'

    def user(self, name, password, fill=None):
        """add a virtual user; fill(path) makes the Maildir, None: empty"""
        import fixtures
        os.makedirs(self.home(name), 0o700)
        (fill or (lambda p: fixtures.make('empty', p)))(self.maildir(name))
        own(self.home(name))
        self.roost_user('add', name, password)
        return self.maildir(name)

    def roost_user(self, action, name, password=None):
        args = ['roost-user', '-f', self.dir + '/users', action]
        if action == 'add':
            args += ['-u', str(UID), '-g', str(GID), '-d', self.home(name)]
        p = subprocess.run(
            args + [name], env=self.env, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=60,
            input=None if password is None else (password + '\n').encode())
        if p.returncode != 0:
            raise RuntimeError('roost-user: ' + p.stdout.decode())
        return p.stdout.decode()

    # servers

    def spawn(self, args, **kw):
        """start a program that close() ends; its log is the site's"""
        kw.setdefault('env', self.env)
        kw.setdefault('stderr', open(self.log, 'ab'))
        kw.setdefault('stdout', subprocess.DEVNULL)
        p = subprocess.Popen(args, cwd=self.dir, start_new_session=True,
                             stdin=subprocess.DEVNULL, **kw)
        self.children.append(p)
        return p

    def tcpserver(self, chain, *options, **env):
        """run chain under tcpserver; the port"""
        p = self.spawn(['tcpserver', '-RHl0', '-1', '-c', '200', *options,
                        '127.0.0.1', '0', *chain],
                       stdout=subprocess.PIPE, env=dict(self.env, **env))
        line = p.stdout.readline()
        if not line.strip().isdigit():
            raise RuntimeError('tcpserver did not start: %r' % line)
        return int(line)

    def imap(self, *more, **env):
        """the full chain for IMAP; the port"""
        return self.tcpserver(['imap-login', 'checkpassword-cdb', *more,
                               'imapd', 'Maildir'], **env)

    def pop3(self, *more, **env):
        return self.tcpserver(['pop3-login', 'checkpassword-cdb', *more,
                               'pop3d', 'Maildir'], **env)

    def end(self, p):
        """end one child and all that it started"""
        for sig, wait in ((signal.SIGTERM, 3), (signal.SIGKILL, 5)):
            try:
                os.killpg(p.pid, sig)
            except (ProcessLookupError, PermissionError):
                break
            try:
                p.wait(wait)
            except subprocess.TimeoutExpired:
                continue
        p.poll()
        if p.stdout:
            p.stdout.close()
        if p in self.children:
            self.children.remove(p)

    def logged(self, pattern, seconds=5):
        """a line of the log that the regular expression fits, or None"""
        def look():
            with open(self.log, encoding='latin-1') as f:
                return re.search(pattern, f.read(), re.M)
        found = wait_for(look, seconds)
        return found[0] if found else None

    def logtext(self):
        with open(self.log, encoding='latin-1') as f:
            return f.read()

    def close(self):
        for p in list(self.children):
            self.end(p)
        shutil.rmtree(self.dir, ignore_errors=True)


class Dead(Exception):
    """the connection ended"""


class Imap:
    """One IMAP session. cmd() gives ('OK'|'NO'|'BAD', text of the tagged
    line, untagged responses); each response is octets without the last CR
    LF, literals included as they came."""

    count = 0

    def __init__(self, maildir=None, port=None, env=None, program=None,
                 log=None, timeout=60, wrap=(), greeting=True):
        """start imapd on a Maildir (its home is the directory above), or
        connect to a port of loopback"""
        self.p = None
        self.buf = b''
        Imap.count += 1
        self.name = 'c%d' % Imap.count
        self.n = 0
        if port:
            self.s = socket.create_connection(('127.0.0.1', port), timeout)
        else:
            self.s, theirs = socket.socketpair()
            self.s.settimeout(timeout)
            home = os.path.dirname(maildir)
            e = {'PATH': os.environ.get('PATH', '/usr/bin:/bin'),
                 'HOME': home, 'USER': 'test', 'TZ': 'UTC',
                 'ASAN_OPTIONS': 'detect_leaks=0'}
            e.update(env or {})
            err = open(log, 'ab') if log else None
            self.p = subprocess.Popen(
                [*wrap, program or installed('imapd/imapd'),
                 os.path.basename(maildir)],
                stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=err,
                cwd=home, env=e, start_new_session=True,
                **as_user())
            theirs.close()
            if err:
                err.close()
        self.greeting = self.response() if greeting else b''

    def _fill(self):
        try:
            got = self.s.recv(65536)
        except (ConnectionResetError, BrokenPipeError):
            got = b''
        if not got:
            raise Dead('the connection ended; left over: %r' % self.buf[:200])
        self.buf += got

    def response(self):
        """one response with its literals"""
        out = b''
        while True:
            while b'\n' not in self.buf:
                self._fill()
            line, _, self.buf = self.buf.partition(b'\n')
            line += b'\n'
            out += line
            m = re.search(rb'\{(\d+)\}\r\n$', line)
            if not m:
                return out[:-2]
            n = int(m[1])
            while len(self.buf) < n:
                self._fill()
            out += self.buf[:n]
            self.buf = self.buf[n:]

    def send(self, data):
        if isinstance(data, str):
            data = data.encode('utf-8')
        try:
            self.s.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            raise Dead('the connection ended while we wrote')

    def begin(self, command):
        """send a command without waiting; its tag"""
        self.n += 1
        tag = '%s.%d' % (self.name, self.n)
        if isinstance(command, str):
            command = command.encode('utf-8')
        self.send(tag.encode() + b' ' + command + b'\r\n')
        return tag

    def end(self, tag):
        """responses up to the tagged one"""
        untagged = []
        while True:
            r = self.response()
            if r.startswith(tag.encode() + b' '):
                word, _, text = r[len(tag) + 1:].partition(b' ')
                return word.decode(), text.decode('latin-1'), untagged
            untagged.append(r)

    def cmd(self, command):
        return self.end(self.begin(command))

    def must(self, command):
        """cmd() that has to be OK; its untagged responses"""
        word, text, untagged = self.cmd(command)
        if word != 'OK':
            raise AssertionError('%s: %s %s' % (command, word, text))
        return untagged

    def append(self, folder, text, flags='', date=''):
        """APPEND with a LITERAL+; the tagged text"""
        if isinstance(text, str):
            text = text.encode('latin-1')
        self.n += 1
        tag = '%s.%d' % (self.name, self.n)
        self.send(('%s APPEND %s %s%s{%d+}\r\n' % (
            tag, folder, '(%s) ' % flags if flags else '',
            '"%s" ' % date if date else '', len(text))).encode() + text
            + b'\r\n')
        return self.end(tag)

    def fetch(self, what, seq='1:*', uid=True):
        """{uid or number: octets in the parentheses}"""
        out = {}
        for r in self.must('%sFETCH %s %s' % ('UID ' if uid else '', seq,
                                              what)):
            m = re.match(rb'\* (\d+) FETCH \((.*)\)$', r, re.S)
            if not m:
                continue
            n = int(m[1])
            if uid:
                u = re.search(rb'\bUID (\d+)', m[2])
                n = int(u[1]) if u else n
            if len(m[2]) > len(out.get(n, b'')):    # not just news of flags
                out[n] = m[2]
        return out

    def flags(self, seq='1:*'):
        """{uid: sorted flags, \\Recent left out}"""
        out = {}
        for uid, text in self.fetch('(UID FLAGS)', seq).items():
            m = re.search(rb'FLAGS \(([^)]*)\)', text)
            out[uid] = sorted(f.decode() for f in m[1].split()
                              if f != b'\\Recent')
        return out

    def uids(self):
        for r in self.must('UID SEARCH ALL'):
            if r.startswith(b'* SEARCH'):
                return [int(x) for x in r.split()[2:]]
        return []

    def select(self, folder='INBOX', how='SELECT'):
        """{'EXISTS': n, 'UIDVALIDITY': n, 'UIDNEXT': n, ...}"""
        out = {}
        for r in self.must('%s "%s"' % (how, folder)):
            m = re.match(rb'\* (\d+) (EXISTS|RECENT)$', r)
            if m:
                out[m[2].decode()] = int(m[1])
            m = re.match(rb'\* OK \[(UIDVALIDITY|UIDNEXT|UNSEEN) (\d+)\]', r)
            if m:
                out[m[1].decode()] = int(m[2])
        return out

    def logout(self):
        try:
            self.cmd('LOGOUT')
        except Dead:
            pass
        return self.close()

    def kill(self, sig=signal.SIGKILL):
        self.p.send_signal(sig)
        return self.close()

    def close(self):
        """hang up; the exit code of an imapd of ours"""
        try:
            self.s.close()
        except OSError:
            pass
        if self.p is None:
            return None
        try:
            return self.p.wait(20)
        except subprocess.TimeoutExpired:
            try:
                os.killpg(self.p.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.p.wait()
            return 'hangs'


_copies = {}


def installed(program):
    """a program's path that the mail's uid can run"""
    at = os.path.join(TOP, PREFIX + program)
    if not ROOT:
        return at
    if program not in _copies:
        d = tempfile.mkdtemp(prefix='roost-b.')
        os.chmod(d, 0o755)
        atexit.register(shutil.rmtree, d, True)
        _copies[program] = shutil.copy(at, d)
        if program == 'imapd/imapd':    # it wants this one beside it
            shutil.copy(os.path.join(TOP, PREFIX + 'imapd/imap-idle'), d)
    return _copies[program]


def scratch(kind='few', name='Maildir'):
    """a new home with a Maildir of tests/fixtures.py (or made by a
    function); its path. Removed at exit."""
    import fixtures
    home = tempfile.mkdtemp(prefix='roost-h.')
    atexit.register(shutil.rmtree, home, True)
    path = os.path.join(home, name)
    if callable(kind):
        kind(path)
    else:
        fixtures.make(kind, path)
    own(home)
    return path


def deliver(maildir, text, name=None, folder=''):
    """as a delivery agent: tmp/, then new/; the name"""
    d = os.path.join(maildir, '.' + folder) if folder else maildir
    deliver.n += 1
    name = name or '%d.M%dP%dQ%d.test' % (
        time.time(), time.time_ns() // 1000 % 10 ** 6, os.getpid(), deliver.n)
    with open(d + '/tmp/' + name, 'wb') as f:
        f.write(text.encode('latin-1') if isinstance(text, str) else text)
    if ROOT:
        os.chown(d + '/tmp/' + name, UID, GID)
    os.rename(d + '/tmp/' + name, d + '/new/' + name)
    return name


deliver.n = 0


def files(maildir, folder=''):
    """names in cur/ and new/"""
    d = os.path.join(maildir, '.' + folder) if folder else maildir
    return sorted(os.path.basename(p) for sub in ('cur', 'new')
                  for p in glob.glob('%s/%s/*' % (glob.escape(d), sub)))
