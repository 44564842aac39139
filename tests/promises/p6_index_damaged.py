#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""P6: a damaged index costs no mail, no UID, and at most one session."""
import os
import random
import shutil

from common import (Dead, Imap, Witness, contents, files, index_dir, scratch,
                    start, system)
import samplemail

checks = start('p6_index_damaged')
rnd = random.Random(6)


def build(path):
    samplemail.make(path, 30)


maildir = scratch(build)
log = os.path.dirname(maildir) + '/log'
ALL = '(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)'
witness = Witness(checks)
s = Imap(maildir, log=log)
s.select()
truth = contents(s, ALL)
status = s.must('LIST "" * RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY))')
witness.look(s)
s.logout()
mail = files(maildir)


def data(name='data.mdb'):
    d = index_dir(maildir)
    path = os.path.join(d, name)
    if not os.path.exists(path):
        found = sorted(os.listdir(d), key=lambda n: -os.path.getsize(
            os.path.join(d, n)))
        path = os.path.join(d, found[0])
    return path


def patch(path, at, octets):
    with open(path, 'r+b') as f:
        f.seek(at)
        f.write(octets)


def page(n, octets):
    patch(data(), n * 4096, octets)


def shuffle():
    path = data()
    for _ in range(20):
        patch(path, rnd.randrange(max(1, os.path.getsize(path) - 64)),
              rnd.randbytes(rnd.randrange(1, 64)))


def swap_pages():
    path = data()
    n = os.path.getsize(path) // 4096
    with open(path, 'r+b') as f:
        a, b = rnd.randrange(2, n), rnd.randrange(2, n)
        f.seek(a * 4096)
        pa = f.read(4096)
        f.seek(b * 4096)
        pb = f.read(4096)
        f.seek(a * 4096)
        f.write(pb)
        f.seek(b * 4096)
        f.write(pa)


def each_page_first_octets():
    path = data()
    for n in range(2, os.path.getsize(path) // 4096):
        patch(path, n * 4096 + 8, rnd.randbytes(8))


def values_only():
    """text in the values, the tree's own words left alone"""
    path = data()
    with open(path, 'rb') as f:
        text = f.read()
    at = -1
    for _ in range(40):
        at = text.find(b'example', at + 1)
        if at < 0:
            break
        patch(path, at, b'EXEMPEL')


DAMAGES = [
    ('one octet long', lambda: os.truncate(data(), 1)),
    ('empty', lambda: os.truncate(data(), 0)),
    ('half as long', lambda: os.truncate(
        data(), os.path.getsize(data()) // 2)),
    ('both meta pages zero', lambda: patch(data(), 0, b'\0' * 8192)),
    ('one meta page random', lambda: page(0, rnd.randbytes(4096))),
    ('all random', lambda: patch(data(), 0, rnd.randbytes(
        os.path.getsize(data())))),
    ('all but the meta pages random', lambda: patch(
        data(), 8192, rnd.randbytes(os.path.getsize(data()) - 8192))),
    ('all but the meta pages zero', lambda: patch(
        data(), 8192, b'\0' * (os.path.getsize(data()) - 8192))),
    ('all but the meta pages ones', lambda: patch(
        data(), 8192, b'\xff' * (os.path.getsize(data()) - 8192))),
    ('octets here and there', shuffle),
    ('octets here and there, again', shuffle),
    ('two pages change places', swap_pages),
    ('the words at the head of each page', each_page_first_octets),
    ('the text of values', values_only),
    ('lock.mdb random', lambda: patch(
        data('lock.mdb'), 0, rnd.randbytes(4096))),
    ('lock.mdb empty', lambda: os.truncate(data('lock.mdb'), 0)),
    ('a directory in place of data.mdb', lambda: (
        os.unlink(data()), os.mkdir(index_dir(maildir) + '/data.mdb'))),
    ('a file in place of the folder', lambda: (
        shutil.rmtree(index_dir(maildir)),
        open(index_dir(maildir), 'w').close())),
    ('not to be read', lambda: os.chmod(data(), 0)),
]


def try_session(what):
    """1 if a whole session went well"""
    s = None
    try:
        s = Imap(maildir, log=log, timeout=30)
        s.select()
        same = contents(s, ALL) == truth
        there = s.must('LIST "" * RETURN (STATUS '
                       '(MESSAGES UIDNEXT UIDVALIDITY))')
        code = s.logout()
    except (Dead, TimeoutError, AssertionError) as e:
        if s:
            s.close()
        return 'ended: %s' % e
    if not same:
        checks.ok(False, what + ': a session shows something else')
    if there != status:
        checks.ok(False, what + ': STATUS shows something else',
                  sorted(set(there) ^ set(status)))
    return '' if code == 0 else 'exit %s' % code


for what, damage in DAMAGES:
    for when in ('between sessions', 'under a session'):
        name = '%s, %s' % (what, when)
        warm = Imap(maildir, log=log)
        warm.select()
        contents(warm, ALL)
        if when == 'between sessions':
            warm.logout()
        if not os.path.isdir(index_dir(maildir)):
            checks.ok(False, name + ': there was no index')
            break
        damage()
        system.own(os.path.dirname(maildir))
        lost = []
        if when == 'under a session':
            try:
                warm.must('NOOP')
                if contents(warm, ALL) != truth:
                    checks.ok(False, name + ': the open session shows '
                              'something else')
                warm.logout()
            except (Dead, TimeoutError) as e:
                warm.close()
                lost.append('the open one: %s' % e)
        for i in range(3):
            why = try_session(name)
            if why:
                lost.append('session %d %s' % (i + 1, why))
        checks.ok(len(lost) <= 1, name + ': at most one session', lost)
        checks.same(try_session(name), '', name + ': the last session')
        checks.same(files(maildir), mail, name + ': the mail')
        # what is no index at all has to be moved away by a person; until
        # then sessions have private ones
        if os.path.isfile(index_dir(maildir)):
            os.unlink(index_dir(maildir))
        elif os.path.isdir(index_dir(maildir) + '/data.mdb'):
            shutil.rmtree(index_dir(maildir))
w = Imap(maildir, log=log)
witness.look(w, where='at the end')
w.logout()
checks.done()
