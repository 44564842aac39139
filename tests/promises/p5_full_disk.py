#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""P5: a full disk, or a full quota, still lets the user log in, read and
delete. On a small tmpfs of its own (in a mount namespace, for root or where
users may have one)."""
import os
import subprocess
import sys
import time

from common import (Imap, deliver, files, fixtures, message, numbers,
                    start, system, uidlist)

checks = start('p5_full_disk', 'unshare', 'mount')

if os.environ.get('ROOST_P5') is None:
    # once more, in a namespace where we may mount
    args = ['unshare', '-m'] if system.ROOT else ['unshare', '-Urm']
    probe = subprocess.run(
        args + ['mount', '-t', 'tmpfs', '-o', 'size=1m', 'none', '/mnt'],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if probe.returncode != 0 or not system.ROOT:
        checks.skip('all', 'cannot mount a tmpfs here')
        checks.done()
    os.environ['ROOST_P5'] = '1'
    os.execvp(args[0], args + [sys.executable, os.path.abspath(__file__)])

home = '/mnt/home'
subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=3m,mode=0755', 'none',
                '/mnt'], check=True)
os.mkdir(home)
maildir = home + '/Maildir'
log = '/mnt/log'
fixtures.make('folders', maildir)
big = message(77, 300000).replace(b'\r\n', b'\n')
fixtures.put(maildir + '/cur/1700000009.M9P7.example:2,', big,
             fixtures.UIDVALIDITY)
system.own(home)
open(log, 'w').close()


def fill(left=0):
    """take all blocks but so many"""
    with open('/mnt/filler', 'ab', buffering=0) as f:
        try:
            while f.write(b'\0' * 4096):
                pass
        except OSError:
            pass
    if left:
        os.truncate('/mnt/filler', os.path.getsize('/mnt/filler')
                    - left * 4096)


def empty():
    os.unlink('/mnt/filler')


def lists_are_whole(what):
    for f in ('', 'Sent', 'Archive'):
        try:
            uidlist(maildir, f)
        except (ValueError, OSError) as e:
            checks.ok(False, what + ': uidlist of "%s"' % f, e)


def session(what, known):
    """log in, read, flag, delete, on a disk that is full"""
    began = time.monotonic()
    s = Imap(maildir, log=log)
    checks.ok(s.greeting.startswith(b'* PREAUTH'), what + ': greeting')
    info = s.select()
    checks.same(info['EXISTS'], known, what + ': all mail is there')
    uid = s.uids()[-1]
    text = s.fetch('BODY.PEEK[]', str(uid)).get(uid, b'')
    checks.ok(b'body 77' in text and len(text) > 290000,
              what + ': reads', len(text))
    s.must('FETCH 1:* (ENVELOPE BODYSTRUCTURE INTERNALDATE RFC822.SIZE)')
    word, t, _ = s.cmd('UID STORE 3 +FLAGS (\\Flagged)')
    checks.same(word, 'OK', what + ': flags (a rename): ' + t)
    word, t, _ = s.append('INBOX', message(5, 100000))
    checks.same(word, 'NO', what + ': APPEND is refused')
    checks.ok(t.startswith('[OVERQUOTA]') or t.startswith('[UNAVAILABLE]')
              or t.startswith('[LIMIT]') or t.startswith('[SERVERBUG]') is
              False, what + ': with a code', t)
    checks.same(os.listdir(maildir + '/tmp'), [], what + ': nothing in tmp/')
    word, t, _ = s.cmd('UID COPY 1 Archive')
    checks.ok(word in ('OK', 'NO'), what + ': COPY: ' + t)
    if word == 'OK':
        s.must('STATUS Archive (MESSAGES)')
    lists_are_whole(what)
    checks.ok(time.monotonic() - began < 20, what + ': no long waits')
    return s


# an index that exists, a disk that is full
s = Imap(maildir, log=log)
s.select()
s.logout()
fill()
s = session('full', 5)
# new mail comes (its octets came before the disk was full): no UID for it
s.must('UID STORE 2 +FLAGS (\\Deleted)')
word, t, _ = s.cmd('EXPUNGE')
checks.same(word, 'OK', 'full: EXPUNGE: ' + t)
checks.same(len([n for n in files(maildir) if n.startswith(
    fixtures.name(2))]), 0, 'full: it is gone')
word, t, _ = s.cmd('UID MOVE 4 Archive')
checks.ok(word in ('OK', 'NO'), 'full: MOVE: ' + t)
n = 0
for f in ('cur', '.Archive/cur'):
    for x in os.listdir(os.path.join(maildir, f)):
        with open(os.path.join(maildir, f, x), 'rb') as m:
            n += b'\nSubject: Fwd: lunch\n' in m.read()
checks.same(n, 1, 'full: MOVE keeps exactly one')
checks.same(s.logout(), 0, 'full: exit')

# the same without an index: nowhere to put one
empty()
subprocess.run(['rm', '-rf', maildir + '/roost.index'], check=True)
s = Imap(maildir, log=log)
known = s.select()['EXISTS']
s.logout()
subprocess.run(['rm', '-rf', maildir + '/roost.index'], check=True)
fill()
session('full, no index', known).logout()

# a few blocks here and there: every place that may run out of space
for left in (1, 2, 3, 5, 8, 13, 21, 34, 55):
    empty()
    if left % 2:
        subprocess.run(['rm', '-rf', maildir + '/roost.index'], check=True)
    fill(left)
    s = Imap(maildir, log=log)
    checks.ok(s.greeting.startswith(b'* PREAUTH'), '%d left: greeting' % left)
    s.select()
    for i in range(30):
        word, t, _ = s.append('Sent', message(1000 + i, 3000))
        if word != 'OK':
            break
    checks.same(word, 'NO', '%d left: APPEND is refused at last: %s' % (
        left, t))
    word, t, _ = s.cmd('UID STORE 1 FLAGS (\\Seen Key%d)' % left)
    checks.ok(word in ('OK', 'NO'), '%d left: STORE: %s' % (left, t))
    lists_are_whole('%d left' % left)
    s.select('Sent')
    for u, n in numbers(s).items():
        checks.ok(n is not None or u == 1, '%d left: whole messages' % left)
    checks.same(s.cmd('UID STORE 2:* +FLAGS.SILENT (\\Deleted)')[0], 'OK',
                '%d left: STORE \\Deleted' % left)
    checks.same(s.cmd('EXPUNGE')[0], 'OK', '%d left: EXPUNGE' % left)
    checks.same(s.logout(), 0, '%d left: exit' % left)
    checks.same(os.listdir(maildir + '/.Sent/tmp'), [],
                '%d left: nothing in tmp/' % left)

# with room again all is as before
empty()
s = Imap(maildir, log=log)
s.select()
checks.same(s.append('INBOX', message(9))[0], 'OK', 'room again: APPEND')
checks.ok(9 in numbers(s).values(), 'room again: it is there')
s.logout()

# a quota that is used up
with open(maildir + '/maildirsize', 'w') as f:
    f.write('1000S,100C\n900000 10\n')
system.own(maildir)
s = Imap(maildir, log=log)
s.select()
word, t, _ = s.append('INBOX', message(8, 4000))
checks.ok(word == 'NO' and t.startswith('[OVERQUOTA]'), 'quota: APPEND', t)
s.must('UID STORE 3 +FLAGS (\\Deleted)')
checks.same(s.cmd('EXPUNGE')[0], 'OK', 'quota: EXPUNGE')
checks.same(s.logout(), 0, 'quota: exit')
deliver(maildir, b'Subject: x\n\nx\n')
checks.done()
