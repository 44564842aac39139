#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""NOTIFY over many folders (RFC 5465): one inotify instance, no polling, and an
event costs its own folder. Without inotify dnotify does it, and without that,
looks by time. `notify_many.py FOLDERS` for another number of them.

Instances are used up by holding all that the uid may have."""
import os
import re
import shutil
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)),
                                'tests'))
import system                                           # noqa: E402
from system import Checks, Imap, as_user, need, own, scratch, wait_for  # noqa
import fixtures                                         # noqa: E402

FOLDERS = int(sys.argv[1]) if len(sys.argv) > 1 else 500
NOTIFY = ('NOTIFY SET (selected (MessageNew (UID) MessageExpunge FlagChange)) '
          '(personal (MessageNew MessageExpunge FlagChange MailboxName))')
HOLD = '''
import ctypes, sys
libc = ctypes.CDLL(None, use_errno=True)
n = 0
while libc.inotify_init1(0o2000000) != -1:
    n += 1
print(n, flush=True)
sys.stdin.read()
'''
count = 0


def fill(path):
    fixtures.make('few', path)
    for n in range(FOLDERS):
        fixtures.folder('%s/.f%04d' % (path, n))


def deliver(path, folder):
    global count
    count += 1
    name = '%s/%s/%%s/17%08d.M1P1.x' % (path, folder, count)
    with open(name % 'tmp', 'w') as f:
        f.write('From: a@example.org\nSubject: hello\n\nhello\n')
    if os.getuid() == 0:
        st = os.stat(path)
        os.chown(name % 'tmp', st.st_uid, st.st_gid)
    os.rename(name % 'tmp', name % 'new')


def instances(pid):
    """descriptors that are inotify's, and watches of the first"""
    found = []
    for fd in os.listdir('/proc/%d/fd' % pid):
        try:
            what = os.readlink('/proc/%d/fd/%s' % (pid, fd))
        except OSError:
            continue
        if what == 'anon_inode:inotify':
            with open('/proc/%d/fdinfo/%s' % (pid, fd)) as f:
                found.append(f.read().count('inotify wd:'))
    return found


def dnotify_fds(pid):
    n = 0
    for fd in os.listdir('/proc/%d/fd' % pid):
        try:
            n += re.search('/(cur|new)$', os.readlink(
                '/proc/%d/fd/%s' % (pid, fd))) is not None
        except OSError:
            pass
    return n


def imapd_of(session):
    """its pid, also below strace"""
    p = session.p.pid
    with open('/proc/%d/task/%d/children' % (p, p)) as f:
        below = f.read().split()
    return int(below[0]) if below else p


def within(session, seconds, pattern):
    """the next response comes in time, and is this"""
    session.s.settimeout(seconds)
    try:
        got = session.response()
    except TimeoutError:
        got = b''
    session.s.settimeout(60)
    return re.fullmatch(pattern, got, re.S) is not None, got


def events(c, session, path, how, seconds=10):
    """deliveries, flags, renames and a removal by others are told"""
    last = '.f%04d' % (FOLDERS - 1)
    status = rb'\* STATUS f%04d \(MESSAGES 1 .*' % (FOLDERS - 1)
    deliver(path, last)
    ok, got = within(session, seconds, status)
    c.ok(ok, how + ': a delivery to the last folder', got)
    name = os.listdir('%s/%s/new' % (path, last))[0]
    os.rename('%s/%s/new/%s' % (path, last, name),
              '%s/%s/cur/%s:2,S' % (path, last, name))
    ok, got = within(session, seconds, rb'\* STATUS f\d+ \(.*UNSEEN 0.*')
    c.ok(ok, how + ': a flag there', got)
    deliver(path, '.')
    ok, got = within(session, seconds, rb'\* 5 EXISTS')
    c.ok(ok, how + ': a delivery to the selected one', got)
    ok, got = within(session, seconds, rb'\* 1 RECENT')
    ok, got = within(session, seconds, rb'\* 5 FETCH \(UID 5\)')
    c.ok(ok, how + ': with its items', got)
    os.rename(path + '/' + last, path + '/.renamed')
    ok, got = within(session, seconds,
                     rb'\* LIST .* renamed \("OLDNAME" \("f\d+"\)\)')
    c.ok(ok, how + ': a rename', got)
    deliver(path, '.renamed')
    ok, got = within(session, seconds, rb'\* STATUS renamed \(MESSAGES 2 .*')
    c.ok(ok, how + ': a delivery to it', got)
    shutil.rmtree(path + '/.renamed')
    while True:
        ok, got = within(session, seconds, rb'\* LIST \(\\NonExistent .*renamed')
        if ok or not got.startswith(b'* STATUS renamed'):
            break
    c.ok(ok, how + ': it is deleted', got)


def by_inotify(c):
    path = scratch(fill)
    own(os.path.dirname(path))
    log = os.path.dirname(path) + '/trace'
    traced = shutil.which('strace')
    wrap = ('strace', '-f', '-qq', '-o', log) if traced else ()
    session = Imap(path, log=os.devnull, wrap=wrap)
    session.must('SELECT INBOX')
    session.must(NOTIFY)
    pid = imapd_of(session)
    c.same(wait_for(lambda: instances(pid)), [3 * (FOLDERS + 1)],
           'one instance watches all directories')
    events(c, session, path, 'inotify')
    session.must('NOOP')
    c.same(len(instances(pid)), 1, 'it is still one')
    if traced:
        cost(c, session, path, log)
    else:
        c.skip('cost', 'strace is not there')
    session.close()


def calls(log):
    with open(log) as f:
        return [line for line in f if 'resumed' not in line]


def cost(c, session, path, log):
    time.sleep(2.5)                     # what is looked at twice
    before = len(calls(log))
    time.sleep(1.5)
    c.ok(len(calls(log)) - before <= 1, 'nothing is called while all is quiet',
         ''.join(calls(log)[before:]))
    before = len(calls(log))
    deliver(path, '.f0007')
    ok, got = within(session, 10, rb'\* STATUS f0007 .*')
    c.ok(ok, 'a delivery', got)
    time.sleep(0.3)
    new = calls(log)[before:]
    named = {m[1] for m in (re.search(r'"\.?/?\.(f\d+)', x) for x in new) if m}
    c.same(named, {'f0007'}, 'a delivery looks at its own folder alone')
    c.ok(len(new) < 200, 'and takes few calls', len(new))


def exhausted(c):
    p = subprocess.Popen(['/usr/bin/python3', '-c', HOLD], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, **as_user())
    n = int(p.stdout.readline())
    c.ok(n < 100000, 'all instances are held', n)
    return p


def by_dnotify(c):
    path = scratch(fill)
    own(os.path.dirname(path))
    session = Imap(path, log=os.devnull, wrap=('prlimit', '--sigpending=20'))
    session.must('SELECT INBOX')
    session.must(NOTIFY)
    c.same(instances(session.p.pid), [], 'dnotify: no instance')
    c.same(dnotify_fds(session.p.pid), 2 * (FOLDERS + 1),
           'dnotify: descriptors of all directories')
    events(c, session, path, 'dnotify')
    flood(c, session, path)
    session.close()


def flood(c, session, path):
    """more signals than the kernel keeps: SIGIO takes their place"""
    os.kill(session.p.pid, signal.SIGSTOP)
    for n in range(100):
        deliver(path, '.f%04d' % (n % 5))
    os.kill(session.p.pid, signal.SIGCONT)
    told = {}
    while len(told) < 5:
        ok, got = within(session, 10, rb'\* STATUS f(\d+) \(MESSAGES (\d+) .*')
        if not ok:
            break
        m = re.search(rb'STATUS f(\d+) \(MESSAGES (\d+)', got)
        if m[2] == b'20':
            told[m[1]] = 1
    c.same(len(told), 5, 'dnotify: too many signals lose nothing')


def by_time(c):
    """no instance, and no descriptor to spare: every 15 seconds"""
    path = scratch(fill)
    own(os.path.dirname(path))
    session = Imap(path, log=os.devnull, wrap=('prlimit', '--nofile=64:64'))
    session.must('SELECT INBOX')
    session.must(NOTIFY)
    c.same((instances(session.p.pid), dnotify_fds(session.p.pid)), ([], 0),
           'by time: neither')
    deliver(path, '.f0003')
    deliver(path, '.')
    return session


def by_time_ends(c, session):
    ok, got = within(session, 20, rb'\* STATUS f0003 .*|\* 5 EXISTS')
    c.ok(ok, 'by time: told within 15 seconds', got)
    session.close()


def main():
    c = Checks('notify_many')
    lacks = need('imapd/imapd')
    if lacks:
        c.skip('all', lacks + ' is not there')
        c.done()
    system.UID += 7                     # instances that are no one else's
    p = exhausted(c)
    try:
        slow = by_time(c)
        by_dnotify(c)
    finally:
        p.stdin.close()
        p.wait()
    by_inotify(c)
    by_time_ends(c, slow)
    c.done()


main()
