# ISC licence; see LICENSE.
"""What the tests of the promises share. Not a test of its own."""
import os
import random
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..'))
import fixtures                                         # noqa: E402,F401
import system                                           # noqa: E402
from system import (Checks, Dead, Imap, deliver, files, scratch)  # noqa: E402


def start(name, *programs):
    """Checks, or the end of the test where a program is missing"""
    checks = Checks(name)
    missing = system.need('imapd/imapd', *programs)
    if missing:
        checks.skip('all', missing + ' is not there')
        checks.done()
    return checks


def message(n, size=0):
    """the n-th test message: it is known by its X-N field"""
    return ('Subject: message %d\r\nX-N: %d\r\nMessage-ID: <%d@p.example>\r\n'
            '\r\nbody %d\r\n' % (n, n, n, n)).encode() \
        + (b'x' * 70 + b'\r\n') * (size // 72)


def contents(session, what='(UID FLAGS RFC822.SIZE INTERNALDATE '
             'BODY.PEEK[HEADER.FIELDS (X-N)])'):
    """all that a client can see of the selected folder: {uid: octets},
    without the message numbers and \\Recent"""
    return {u: text.replace(b' \\Recent', b'').replace(b'\\Recent', b'')
            for u, text in session.fetch(what).items()}


def numbers(session):
    """{uid: the number in X-N, or None}"""
    out = {}
    for uid, text in session.fetch(
            '(UID BODY.PEEK[HEADER.FIELDS (X-N)])').items():
        m = re.search(rb'X-N: (\d+)', text)
        out[uid] = int(m[1]) if m else None
    return out


class Witness:
    """P2: remembers every (UIDVALIDITY, UID) that it was shown, and tells
    when one moves to another message, comes back, or goes backwards"""

    def __init__(self, checks):
        self.checks, self.seen, self.gone = checks, {}, set()
        self.next = {}

    def look(self, session, folder='INBOX', where=''):
        info = session.select(folder, 'EXAMINE')
        v = (folder, info['UIDVALIDITY'])
        now = numbers(session)
        self.checks.ok(info['UIDNEXT'] >= self.next.get(v, 1)
                       and info['UIDNEXT'] > max(now, default=0),
                       'UIDNEXT never goes back ' + where,
                       (info, self.next.get(v)))
        for uid, n in now.items():
            key = v + (uid,)
            old = self.seen.get(key, n)
            if key in self.gone:
                self.checks.ok(False, 'UID %d came back %s' % (uid, where))
            elif old != n:
                self.checks.ok(False, 'UID %d was message %s, is %s %s' % (
                    uid, old, n, where))
            elif key not in self.seen and uid < self.next.get(v, 1):
                self.checks.ok(False, 'new UID %d below UIDNEXT %d %s' % (
                    uid, self.next[v], where))
            self.seen[key] = n
        for key in self.seen:
            if key[:2] == v and key[2] not in now:
                self.gone.add(key)
        self.next[v] = info['UIDNEXT']
        return now


def uidlist(maildir, folder=''):
    """(header line, {uid: base name}); ValueError if it is not whole"""
    d = os.path.join(maildir, '.' + folder) if folder else maildir
    with open(d + '/dovecot-uidlist', encoding='latin-1') as f:
        text = f.read()
    head, *lines = text.split('\n')
    if lines[-1:] == ['']:
        lines.pop()
    if not re.fullmatch(r'3 V\d+ N\d+ G[0-9a-f]{32}( .*)?', head):
        raise ValueError('header: ' + head)
    out, last = {}, 0
    for line in lines:
        m = re.fullmatch(r'(\d+) (?:[A-Z]\S* )*:(.+)', line)
        if not m or int(m[1]) <= last:
            raise ValueError('record: %r after %d' % (line, last))
        last = int(m[1])
        out[last] = m[2]
    return head, out


def index_dir(maildir):
    return maildir + '/roost.index'


# calls that change a file, or come before one that does
CHANGES = ('openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,'
           'link,linkat,unlink,unlinkat,ftruncate,mkdir,mkdirat,utimensat,'
           'rmdir').split(',')


def strace_works():
    try:
        return subprocess.run(['strace', '-o', '/dev/null', 'true'],
                              timeout=20, **system.as_user()).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def traced(maildir, call=None, n=0):
    """a session with INBOX selected; it is killed as it makes its n-th such
    call (strace counts each kind of call by itself)"""
    inject = ['-e', 'inject=%s:signal=KILL:when=%d' % (call, n)] if n else []
    s = Imap(maildir, wrap=[
        'strace', '-qq', '-f', '-o', os.path.dirname(maildir) + '/trace',
        '-e', 'trace=' + ','.join([call] if n else CHANGES)] + inject)
    s.select()
    return s


def _made(maildir):
    with open(os.path.dirname(maildir) + '/trace') as f:
        return re.findall(r'^\d+ +(\w+)\(', f.read(), re.M)


def kill_points(maildir, act):
    """the calls that act(session) makes, in their order: [(call, n), ...] for
    traced(); the last of them are those of LOGOUT"""
    s = traced(maildir)
    before = len(_made(maildir))
    act(s)
    s.logout()
    count, points = {}, []
    for call in _made(maildir):
        count[call] = count.get(call, 0) + 1
        points.append((call, count[call]))
    return points[before:]


def kill_at_each(attempts, budget):
    """do attempts, in no order and many at once, since most of the time is
    waiting for locks of the dead; none begins after so many seconds"""
    end = time.monotonic() + budget
    attempts = list(attempts)
    random.Random(4).shuffle(attempts)
    with ThreadPoolExecutor(16) as pool:
        for done in [pool.submit(lambda f=f: time.monotonic() < end and f())
                     for f in attempts]:
            done.result()
