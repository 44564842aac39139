#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Faults as a client sees them: imapd whole, with its fences, and each of its
calls (write, fsync, rename, link, unlink, open, mmap, read and so on) and each
of its allocations failing once during APPEND, COPY, MOVE, STORE, EXPUNGE and
RENAME of INBOX. The client gets OK, or NO or BYE with a text; no message is
lost or there twice, no flag but those asked for changes, a UID stays with its
message, and the session, or else the next one, goes on.

    protocol.py             some places, in a few seconds
    protocol.py all         every place, with every error
"""
import ctypes
import mmap
import os
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'promises'))
from common import (Dead, Imap, message, scratch, start, system,  # noqa: E402
                    uidlist)

checks = start('protocol', 'cc')
# the one that is installed has no library that could be preloaded
IMAPD = system.installed('tests/faults/imapd')
KILLED = -1
SLOW = 5                        # s; a lock that stays is felt


class Shared(ctypes.Structure):
    """as in preload/interpose.c"""
    _fields_ = [('calls', ctypes.c_long), ('mallocs', ctypes.c_long),
                ('at', ctypes.c_long), ('at_malloc', ctypes.c_long),
                ('turn', ctypes.c_int), ('hit', ctypes.c_int),
                ('name', ctypes.c_char * 24)]


class Client(Imap):
    bye = ''

    def response(self):
        r = super().response()
        if r.startswith(b'* BYE '):
            self.bye = r[6:].decode('latin-1')
        return r


class Interposer:
    """the preloaded library, and what is shared with it"""

    def __init__(self, directory):
        self.library = directory + '/interpose.so'
        self.path = directory + '/shared'
        with open(os.path.join(system.TOP, 'conf-cc')) as f:
            cc = f.readline().split()
        subprocess.run(
            [*cc, '-fPIC', '-shared', '-o', self.library,
             os.path.join(HERE, 'preload/interpose.c'), '-ldl'], check=True)
        with open(self.path, 'wb') as f:
            f.write(bytes(4096))
        system.own(directory)
        os.chmod(directory, 0o755)
        self.file = open(self.path, 'r+b')
        self.map = mmap.mmap(self.file.fileno(), 4096)
        self.s = Shared.from_buffer(self.map)

    def env(self):
        ctypes.memset(ctypes.byref(self.s), 0, ctypes.sizeof(self.s))
        return {'LD_PRELOAD': self.library, 'FAULT_SHARED': self.path}


def fill(path):
    """INBOX with messages 1 to 4 (2 is \\Deleted), Other with 11"""
    import fixtures
    fixtures._fill(path, [
        (message(n).replace(b'\r\n', b'\n'), f)
        for n, f in ((1, 'S'), (2, 'T'), (3, ''), (4, 'FR'))])
    fixtures._fill(path + '/.Other', [
        (message(11).replace(b'\r\n', b'\n'), 'S')],
        v=fixtures.UIDVALIDITY + 1, guid='1' * 32)


BEFORE = {'INBOX': {1: (1, '\\Seen'), 2: (2, '\\Deleted'), 3: (3, ''),
                    4: (4, '\\Answered \\Flagged')},
          'Other': {1: (11, '\\Seen')}}


class Op:
    """a command, and what may come of it: adds {folder: numbers}, all or
    none; gone from INBOX; moved from INBOX to a folder; flags that numbers
    may have afterwards"""

    def __init__(self, name, act, adds=None, gone=(), moved=(), to=None,
                 flags=None):
        self.name, self.act = name, act
        self.adds, self.gone = adds or {}, set(gone)
        self.moved, self.to, self.flags = set(moved), to, flags or {}


def multiappend(s):
    a, b = message(100), message(101)
    s.n += 1
    tag = '%s.%d' % (s.name, s.n)
    s.send(b'%s APPEND INBOX {%d+}\r\n%s (\\Flagged New) {%d+}\r\n%s\r\n' % (
        tag.encode(), len(a), a, len(b), b))
    return s.end(tag)


FLAGGED = {1: 'New \\Flagged \\Seen', 3: 'New \\Flagged'}
OPS = [
    Op('APPEND', lambda s: s.append('INBOX', message(100, 40000)),
       adds={'INBOX': {100}}),
    Op('MULTIAPPEND', multiappend, adds={'INBOX': {100, 101}}),
    Op('COPY', lambda s: s.cmd('UID COPY 1,3 Other'), adds={'Other': {1, 3}}),
    Op('MOVE', lambda s: s.cmd('UID MOVE 1,3 Other'), moved={1, 3},
       to='Other'),
    Op('STORE', lambda s: s.cmd('UID STORE 1,3 +FLAGS (\\Flagged New)'),
       flags=FLAGGED),
    Op('EXPUNGE', lambda s: s.cmd('EXPUNGE'), gone={2}),
    Op('RENAME-INBOX', lambda s: s.cmd('RENAME INBOX Else'),
       moved={1, 2, 3, 4}, to='Else'),
]


def seen(s, folder):
    """{uid: (number, flags)}"""
    out = {}
    s.select(folder)
    for uid, text in s.fetch(
            '(UID FLAGS BODY.PEEK[HEADER.FIELDS (X-N)] BODY.PEEK[TEXT])'
            ).items():
        n = re.search(rb'X-N: (\d+)', text)
        body = re.search(rb'\r\nbody (\d+)\r\n', text)
        flags = re.search(rb'FLAGS \(([^)]*)\)', text)[1].decode().split()
        whole = n and body and n[1] == body[1]
        out[uid] = (int(n[1]) if whole else None, ' '.join(sorted(
            f for f in flags if f != '\\Recent')))
    return out


def folders(s):
    """{folder: what is seen in it}"""
    names = [re.search(rb'([^ "]+)"?$', r)[1].decode()
             for r in s.must('LIST "" *') if r.startswith(b'* LIST')]
    return {f: seen(s, f) for f in names}


def wrong(op, word, now):
    """what is not as it has to be after OK, NO, or (None) whatever; or ''"""
    for folder, old in BEFORE.items():
        for uid, (n, flags) in old.items():
            have = now.get(folder, {}).get(uid)
            away = folder == 'INBOX' and n in op.moved | op.gone
            if have is None and not away:
                return '%s: %d is lost' % (folder, n)
            if have and have[0] != n:
                return '%s: UID %d was %d, is %s' % (folder, uid, n, have[0])
            if have and word == 'OK' and away:
                return 'OK was said, and %d is still there' % n
            if have and have[1] != flags and (
                    folder != 'INBOX' or have[1] != op.flags.get(n)):
                return '%s: flags of %d: %s' % (folder, n, have[1])
            if word == 'OK' and folder == 'INBOX' and n in op.flags \
                    and have[1] != op.flags[n]:
                return 'OK was said, and %d has %s' % (n, have[1])
    came = {}
    for folder, box in now.items():
        came[folder] = sorted(n or 0 for uid, (n, _) in box.items()
                              if uid not in BEFORE.get(folder, {}))
    for folder, ns in came.items():
        may = op.adds.get(folder, set()) | (
            op.moved if folder == op.to else set())
        if not set(ns) <= may or len(ns) != len(set(ns)):
            return '%s: %s came' % (folder, ns)
        if word == 'NO' and folder in op.adds and ns:
            return '%s: %s is left of what failed' % (folder, ns)
    for n in op.moved:
        here = any(m == n for m, _ in now['INBOX'].values())
        if here == (n in came.get(op.to, [])):
            return '%d is %s' % (n, 'in both folders' if here else 'lost')
    for folder, ns in op.adds.items():
        if word == 'OK' and set(came[folder]) != ns:
            return 'OK was said, and %s has %s' % (folder, came[folder])
    return ''


def clear(text):
    """a sentence that a person may read"""
    said = re.sub(r'^\[[^]]*\] ', '', text)
    return len(said.split()) > 1 and 'errno' not in said


def attempt(inter, op, at=0, at_malloc=0, turn=0):
    """(was it hit, calls, allocations of the command)"""
    maildir = scratch(fill)
    home = os.path.dirname(maildir)
    warm = Imap(maildir, log='/dev/null')
    folders(warm)               # the index is there
    warm.logout()
    began = time.monotonic()
    s = Client(maildir, env=inter.env(), log=home + '/log', program=IMAPD)
    s.select()
    s.must('NOOP')
    calls, mallocs = inter.s.calls, inter.s.mallocs
    inter.s.turn = turn
    inter.s.at = calls + at if at else 0
    inter.s.at_malloc = mallocs + at_malloc if at_malloc else 0
    word = text = own = None
    try:
        word, text, _ = op.act(s)
        inter.s.at = inter.s.at_malloc = 0
        calls, mallocs = inter.s.calls - calls, inter.s.mallocs - mallocs
        own = folders(s)
        s.logout()
    except Dead:
        text = s.bye
        s.close()
    hit, name = inter.s.hit, inter.s.name.decode()
    what = '%s, %s %d fails: %s' % (
        op.name, name or 'no call', at or at_malloc,
        'killed' if turn == KILLED else os.strerror(inter.s.turn))
    if hit or not (at or at_malloc):
        with open(home + '/log', errors='replace') as f:
            log = f.read()
        said = '%s %s\n%s' % (word, text, log)
        checks.ok(word in ('OK', 'NO')
                  or (word is None and (text or turn == KILLED)),
                  what + ': the client is told', said)
        if text and word != 'OK':
            checks.ok(clear(text), what + ': the text says it', text)
        checks.ok('damaged' not in log and 'discarded' not in log,
                  what + ': the index is kept', log)
        if not hit:
            checks.same(word, 'OK', op.name)
        after = Imap(maildir, log=home + '/log')
        now = folders(after)
        bad = wrong(op, word, now)
        checks.ok(not bad, what + ': ' + bad, said)
        if own is not None:
            checks.same(own, now, what + ': two sessions')
        checks.same(after.append('INBOX', message(500))[0], 'OK',
                    what + ': APPEND after it')
        after.logout()
        # the lock of one that was killed before it wrote its pid is stale
        # after eleven quiet seconds
        checks.ok(time.monotonic() - began < (15 if turn == KILLED else SLOW),
                  what + ': no long wait')
        for f in ('', 'Other'):
            try:
                uidlist(maildir, f)
            except (ValueError, OSError) as e:
                checks.ok(False, what + ': the uidlist of "%s"' % f, e)
    shutil.rmtree(home, ignore_errors=True)
    return hit, calls, mallocs


def every_place(inter, op, n, whole):
    """each call, and each allocation; or a few of them"""
    _, calls, mallocs = attempt(inter, op)
    if not calls:
        return False
    for at in range(1 if whole else 1 + n % 9, calls + 1, 1 if whole else 9):
        turn = 0 if whole else at % 2
        while attempt(inter, op, at=at, turn=turn)[0] and whole:
            turn += 1
        if whole:
            attempt(inter, op, at=at, turn=KILLED)
    for at in range(1 if whole else 1 + n % 50, mallocs + 1,
                    1 if whole else 50):
        attempt(inter, op, at_malloc=at)
    print('%s: %d calls, %d allocations' % (op.name, calls, mallocs),
          flush=True)
    return True


if 'asan' in system.PREFIX:
    checks.skip('all', 'the sanitizer allocates by itself')
else:
    site = scratch(fill)
    inter = Interposer(os.path.dirname(site))
    for n, op in enumerate(OPS):
        if not every_place(inter, op, n, sys.argv[1:] == ['all']):
            checks.skip('all', 'the program does not let itself be preloaded')
            break
checks.done()
