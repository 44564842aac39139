#!/usr/bin/python3
# ISC licence; see LICENSE.
"""A silent session gives its index back, and nobody can tell.

After a second of silence, in IDLE or between commands, imapd has the index
not open any more (its maps are looked at). What happens then to mail, index
and other sessions has to be seen as if it had been.
"""
import os
import shutil
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', '..', 'tests'))
import fixtures                                         # noqa: E402
from system import Checks, Imap, Site, own, wait_for    # noqa: E402

c = Checks('rest')


def maps(s, word):
    try:
        with open('/proc/%d/maps' % s.p.pid) as f:
            return word in f.read()
    except PermissionError:
        return None


def resting(s, what):
    got = wait_for(lambda: maps(s, 'data.mdb') is not True, 10)
    c.ok(got, what + ': the index is closed')


def deliver(maildir, n):
    name = '%d.M%dP9.mda' % (time.time(), n)
    with open('%s/tmp/%s' % (maildir, name), 'wb') as f:
        f.write(b'Subject: %d\n\nnew\n' % n)
    own('%s/tmp/%s' % (maildir, name))
    if os.geteuid() == 0:
        os.chown('%s/tmp/%s' % (maildir, name), *os.stat(maildir)[4:6])
    os.rename('%s/tmp/%s' % (maildir, name), '%s/new/%s' % (maildir, name))


def session(box):
    s = Imap(box, log=site.log)
    s.cmd('SELECT INBOX')
    return s


def flags(s):
    word, _, got = s.cmd('FETCH 1 (FLAGS)')
    return word, b' '.join(got)


def with_others(box):
    a, b = session(box), session(box)
    resting(a, 'after a command')
    b.cmd('STORE 1 +FLAGS (\\Flagged)')
    word, got = flags(a)
    c.ok(word == 'OK' and b'\\Flagged' in got, 'flags of another', got)
    resting(a, 'again')
    resting(b, 'the other one')
    deliver(box, 1)
    got = a.cmd('NOOP')[2]
    c.ok(any(b'EXISTS' in r for r in got), 'news at NOOP', got)
    resting(a, 'before a STORE')
    word, _, got = a.cmd('STORE 1 -FLAGS (\\Flagged)')
    c.same(word, 'OK', 'STORE')
    got = b.cmd('NOOP')[2]
    c.ok(any(b'FETCH' in r and b'Flagged' not in r for r in got),
         'the other one sees it', got)
    for s in (a, b):
        c.same(s.cmd('LOGOUT')[0], 'OK', 'LOGOUT')


def in_idle(box):
    s = session(box)
    tag = s.begin('IDLE')
    c.ok(s.response().startswith(b'+'), 'IDLE')
    for n in (2, 3):
        resting(s, 'in IDLE')
        deliver(box, n)
        while b'EXISTS' not in s.response():
            pass
        c.ok(True, 'EXISTS %d' % n)
    resting(s, 'before DONE')
    s.send('DONE\r\n')
    c.same(s.end(tag)[0], 'OK', 'DONE')
    c.same(s.cmd('LOGOUT')[0], 'OK', 'LOGOUT')


def index_gone(box, how, what):
    """the index goes while it is not open"""
    s = session(box)
    uids = s.cmd('UID SEARCH ALL')[2]
    resting(s, what)
    how(box + '/roost.index')
    word, got = flags(s)
    c.ok(word == 'OK' and b'FLAGS' in got, what + ': FETCH', got)
    c.same(s.cmd('STORE 1 +FLAGS ($Kept)')[0], 'OK', what + ': STORE')
    c.same(s.cmd('UID SEARCH ALL')[2], uids, what + ': the UIDs')
    other = session(box)
    c.ok(b'$Kept' in flags(other)[1], what + ': a new session sees it')
    other.cmd('STORE 1 -FLAGS ($Kept)')
    s.cmd('NOOP')
    c.ok(b'$Kept' not in flags(s)[1], what + ': and is seen')
    for x in (s, other):
        c.same(x.cmd('LOGOUT')[0], 'OK', what + ': LOGOUT')


def index_gone_unselected(box):
    """the same with no mailbox selected, and a change as the first command"""
    s = Imap(box, log=site.log)
    c.same(s.cmd('CREATE Doomed')[0], 'OK', 'CREATE')
    s.cmd('STATUS Doomed (MESSAGES)')
    resting(s, 'nothing selected')
    shutil.rmtree(box + '/roost.index')
    c.same(s.cmd('DELETE Doomed')[0], 'OK', 'DELETE without the index')
    got = s.cmd('SELECT INBOX')[2]
    c.ok(any(b'HIGHESTMODSEQ' in r for r in got),
         'the session has the index of all', got)
    c.same(s.cmd('LOGOUT')[0], 'OK', 'LOGOUT')


def another(index):
    """gone, and made anew by a session that is over"""
    shutil.rmtree(index)
    s = session(os.path.dirname(index))
    s.cmd('LOGOUT')


def only_lock(index):
    os.unlink(index + '/lock.mdb')


def marked_clean(box):
    """who wrote, and rests, marks the index as synced when it ends"""
    s = session(box)
    s.cmd('STORE 1 +FLAGS (\\Draft)')
    resting(s, 'after a change')

    def boot():
        with open(box + '/roost.index/boot', 'rb') as f:
            return f.read()
    c.ok(b'dirty' in boot(), 'dirty after a change', boot())
    s.cmd('LOGOUT')
    s.p.wait(10)
    c.ok(b'clean' in boot(), 'clean at the end', boot())


def append_slowly(box):
    """a literal that comes in pieces, with silence between"""
    s = session(box)
    tag = s.begin('APPEND INBOX {20}')
    c.ok(s.response().startswith(b'+'), 'go-ahead')
    s.send('Subject: x\r\n')
    resting(s, 'in a literal')
    s.send('\r\nslowly\r\n')
    word, text, _ = s.end(tag)
    c.ok(word == 'OK' and 'APPENDUID' in text, 'APPEND', text)
    s.cmd('LOGOUT')


def not_asked(box):
    """who only logs in does not pay for an index"""
    s = Imap(box, log=site.log)
    s.cmd('NOOP')
    c.ok(not os.path.exists(box + '/roost.index'), 'no index is made')
    s.cmd('SELECT INBOX')
    c.ok(os.path.exists(box + '/roost.index'), 'it is when it is needed')
    s.cmd('LOGOUT')


site = Site()
path = site.home('u') + '/Maildir'
os.makedirs(site.home('u'))
fixtures.make('empty', path)
own(site.home('u'))
deliver(path, 0)
not_asked(path)
with_others(path)
in_idle(path)
index_gone(path, shutil.rmtree, 'deleted')
index_gone(path, another, 'made anew')
index_gone(path, only_lock, 'half deleted')
index_gone_unselected(path)
marked_clean(path)
append_slowly(path)
c.same(site.logtext().count('index-private'), 0, 'no private index')
c.done()
