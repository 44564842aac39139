#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Mail that may not be written: by its modes, and on a file system that is
mounted read-only (for root, in a mount namespace of its own). Login and
reading work, what can be deleted is deleted, the rest is refused at once, and
nothing is damaged by having tried."""
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'promises'))
from common import (Imap, files, message, scratch, start, system,  # noqa: E402
                    uidlist)

checks = start('readonly')
FOLDERS = ('', 'Sent', 'Archive')
ALL = '(UID FLAGS RFC822.SIZE INTERNALDATE BODY.PEEK[])'


def dirs(maildir):
    return [d for d, _, _ in os.walk(maildir) if 'roost.index' not in d]


def lists_are_whole(what, maildir):
    for f in FOLDERS:
        try:
            uidlist(maildir, f)
        except (ValueError, OSError) as e:
            checks.ok(False, what + ': uidlist of "%s"' % f, e)


def fresh():
    """a Maildir, what a session sees of it, and its index made"""
    maildir = scratch('folders')
    s = Imap(maildir)
    s.select()
    seen = s.fetch(ALL)
    s.must('STATUS Archive (MESSAGES)')
    s.logout()
    return maildir, seen


def reads(what, maildir, seen, env=None, may_flag=False, may_unlink=False):
    """one session; its answers come at once"""
    began = time.monotonic()
    s = Imap(maildir, env=env)
    checks.ok(s.greeting.startswith(b'* PREAUTH'), what + ': greeting',
              s.greeting)
    info = s.select()
    checks.same(info['EXISTS'], len(seen), what + ': messages')
    checks.same(s.fetch(ALL), seen, what + ': what is read')
    s.must('SEARCH TEXT lunch')
    s.must('STATUS Archive (MESSAGES UIDNEXT UNSEEN)')
    s.must('LIST "" *')
    word, t, _ = s.append('INBOX', message(5))
    checks.same(word, 'NO', what + ': APPEND is refused: ' + t)
    word, t, _ = s.cmd('UID COPY 1 Archive')
    checks.same(word, 'NO', what + ': COPY is refused: ' + t)
    word, t, _ = s.cmd('UID STORE 3 +FLAGS (\\Flagged)')
    checks.same(word, 'OK' if may_flag else 'NO', what + ': STORE: ' + t)
    word, t, _ = s.cmd('CREATE Fresh')
    checks.same(word, 'NO', what + ': CREATE is refused: ' + t)
    word, t, _ = s.cmd('SUBSCRIBE Archive.2023')
    checks.same(word, 'NO', what + ': SUBSCRIBE is refused: ' + t)
    if may_unlink:
        s.must('UID STORE 2 +FLAGS.SILENT (\\Deleted)')
        word, t, _ = s.cmd('UID EXPUNGE 2')
        checks.same(word, 'OK', what + ': EXPUNGE: ' + t)
        checks.same(s.uids(), [1, 3, 4], what + ': it is gone')
        word, t, _ = s.cmd('UID MOVE 4 Archive')
        checks.same(word, 'OK', what + ': MOVE: ' + t)
        checks.same(s.uids(), [1, 3], what + ': it is away')
    else:
        word, t, _ = s.cmd('UID MOVE 4 Archive')
        checks.same(word, 'NO', what + ': MOVE is refused: ' + t)
        checks.same(s.uids(), sorted(seen), what + ': all is there yet')
    s.must('NOOP')
    checks.same(s.logout(), 0, what + ': exit')
    took = time.monotonic() - began
    checks.ok(took < 5, what + ': no long waits', took)
    lists_are_whole(what, maildir)


def by_modes():
    """what a careless chmod does"""
    for index in (True, False):
        name = 'with' if index else 'without'
        maildir, seen = fresh()
        if not index:
            shutil.rmtree(maildir + '/roost.index')
        for d in dirs(maildir):
            os.chmod(d, 0o555)
        if index:
            os.chmod(maildir + '/roost.index', 0o500)
        reads('modes, %s index' % name, maildir, seen)
        for d in dirs(maildir) + [maildir + '/roost.index'] * index:
            os.chmod(d, 0o755)
        s = Imap(maildir)
        s.select()
        checks.same(s.fetch(ALL), seen, 'modes: writable again')
        checks.same(s.append('INBOX', message(6))[0], 'OK', 'modes: APPEND')
        s.logout()
        # the control files may not change, but mail may go
        maildir, seen = fresh()
        if not index:
            shutil.rmtree(maildir + '/roost.index')
        for d in dirs(maildir):
            if not d.endswith(('/cur', '/new', '/tmp')):
                os.chmod(d, 0o555)
        reads('control files closed, %s index' % name, maildir, seen,
              may_flag=True, may_unlink=True)
        for d in dirs(maildir):
            os.chmod(d, 0o755)
        s = Imap(maildir)
        n = s.select('Archive')['EXISTS']
        checks.same(n, len(files(maildir, 'Archive')), 'and back: Archive')
        s.logout()


def elsewhere():
    """read-only mail, an index that may be written"""
    maildir, seen = fresh()
    index = os.path.dirname(maildir) + '/index'
    os.mkdir(index)
    system.own(index)
    for d in dirs(maildir):
        os.chmod(d, 0o555)
    for n in range(2):
        reads('INDEXDIR, session %d' % n, maildir, seen,
              env={'INDEXDIR': index})
    checks.ok(os.listdir(index), 'INDEXDIR is used')
    for d in dirs(maildir):
        os.chmod(d, 0o755)


def closed_list():
    """a uidlist that may not be read: no UIDs are invented"""
    if not os.path.exists('/proc/self'):
        return
    maildir, seen = fresh()
    for wipe in (False, True):
        if wipe:
            shutil.rmtree(maildir + '/roost.index')
        os.chmod(maildir + '/dovecot-uidlist', 0)
        with open(maildir + '/new/1700000009.M9P9.example', 'w') as f:
            f.write('Subject: new\n\nnew\n')
        system.own(maildir)
        s = Imap(maildir)
        word, t, _ = s.cmd('SELECT INBOX')
        checks.ok(word in ('OK', 'NO'), 'closed uidlist: ' + t)
        s.logout()
        os.chmod(maildir + '/dovecot-uidlist', 0o600)
        s = Imap(maildir)
        s.select()
        now = s.fetch(ALL)
        checks.ok(all(now.get(u) == seen[u] for u in seen),
                  'closed uidlist: the UIDs stay')
        checks.same(len(now), 5, 'closed uidlist: the new message')
        s.logout()


def mount(*args):
    return subprocess.run(['mount', *args], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 0


def by_mount():
    for index in (True, False):
        for lock in (None, b'', b'1:' + os.uname().nodename.encode(),
                     b'1:elsewhere.example'):
            maildir, seen = fresh()
            home = os.path.dirname(maildir)
            if not index:
                shutil.rmtree(maildir + '/roost.index')
            if lock is not None:
                # a backup taken while someone held the lock
                for d in ('', '/.Archive'):
                    with open(maildir + d + '/dovecot-uidlist.lock',
                              'wb') as f:
                        f.write(lock)
            what = 'mount, index %s, lock %s' % (index, lock)
            if not (mount('--bind', home, home)
                    and mount('-o', 'remount,ro,bind', home)):
                checks.skip(what, 'cannot mount')
                return
            reads(what, maildir, seen)
            mount('-o', 'remount,rw,bind', home)
            subprocess.run(['umount', home])
    # it becomes read-only under a session, and writable again
    maildir, seen = fresh()
    home = os.path.dirname(maildir)
    mount('-t', 'tmpfs', '-o', 'size=8m', 'none', '/mnt')
    shutil.copytree(home, '/mnt/home')
    system.own('/mnt/home')
    maildir = '/mnt/home/Maildir'
    index = home + '/index'     # an open index there would forbid it
    os.mkdir(index)
    system.own(index)
    s = Imap(maildir, env={'INDEXDIR': index})
    s.select()
    s.must('UID STORE 1 +FLAGS (\\Seen)')
    closed = mount('-o', 'remount,ro', '/mnt')
    if closed:
        checks.same(s.cmd('UID STORE 3 +FLAGS (\\Seen)')[0], 'NO',
                    'remounted: STORE')
        checks.same(s.append('INBOX', message(5))[0], 'NO',
                    'remounted: APPEND')
        s.must('UID FETCH 1:* (FLAGS BODY.PEEK[])')
        mount('-o', 'remount,rw', '/mnt')
        checks.same(s.append('INBOX', message(5))[0], 'OK',
                    'writable again: APPEND')
    else:
        checks.skip('remount', 'the file system is in use')
    checks.same(len(s.uids()), 4 + closed, 'remounted: all is seen')
    checks.same(s.logout(), 0, 'remounted: exit')


if os.environ.get('ROOST_MOUNTS') == '1':
    by_mount()
    checks.done()
by_modes()
elsewhere()
closed_list()
# a container, or a chroot, may have no mount namespaces for us
if system.ROOT and shutil.which('unshare') and subprocess.run(
        ['unshare', '-m', 'true'], stderr=subprocess.DEVNULL).returncode == 0:
    sys.stdout.flush()
    p = subprocess.run(['unshare', '-m', sys.executable,
                        os.path.abspath(__file__)], timeout=170,
                       env={**os.environ, 'ROOST_MOUNTS': '1'},
                       stdout=subprocess.PIPE)
    out = p.stdout.decode()
    sys.stdout.write(''.join(
        line + '\n' for line in out.splitlines() if 'FAILED' in line))
    last = out.splitlines()[-1] if out else ''
    checks.ok(p.returncode == 0, 'mounts: ' + last)
    if p.returncode == 0:
        words = last.split()
        checks.good += int(words[1])
        checks.left += int(words[5]) if len(words) > 5 else 0
else:
    checks.skip('mounts', 'needs root and mount namespaces')
checks.done()
