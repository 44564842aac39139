#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""P4, for what is kept in files of our own: a kill -9 at any call that changes
a file, in STORE and APPEND of keywords beyond the letters, in REPLACE,
SETMETADATA and CREATE (USE ...). Afterwards each message, entry and use is as
it was or as it was to be, the same with the index and without."""
import os
import re
import shutil
import time
from functools import partial

from common import (Dead, Imap, index_dir, kill_at_each, kill_points,
                    message, scratch, start, strace_works, traced)

checks = start('p4_writes', 'strace')


def fill(path):
    """messages 1 to 3; all letters are taken, 1 and 2 bear k26 and k27"""
    import fixtures
    fixtures._fill(path, [
        (message(n).replace(b'\r\n', b'\n'), f)
        for n, f in ((1, 'S'), (2, 'F'), (3, ''))])
    with open(path + '/dovecot-keywords', 'w') as f:
        for i in range(26):
            f.write('%d k%d\n' % (i, i))
    with open(path + '/roost-extra', 'w') as f:
        f.write('1 V%d S0\n1:2 +k26\n1:2 +k27\n' % fixtures.UIDVALIDITY)
    with open(path + '/roost-attributes', 'w') as f:
        f.write('\t/private/comment\told\nOther\tspecial-use\t\\Junk\n')
    fixtures._fill(path + '/.Other', [], v=fixtures.UIDVALIDITY + 1,
                   guid='1' * 32)


def picture(s):
    """{X-N: [flags of each message that bears it]}, metadata, uses"""
    s.select()
    mail = {}
    for text in s.fetch('(FLAGS BODY.PEEK[HEADER.FIELDS (X-N)])').values():
        n = int(re.search(rb'X-N: (\d+)', text)[1])
        flags = re.search(rb'FLAGS \(([^)]*)\)', text)[1].split()
        mail.setdefault(n, []).append(
            sorted(f.decode() for f in flags if f != b'\\Recent'))
    said = s.must('GETMETADATA INBOX /private/comment')[-1]
    return (mail, said.rpartition(b'comment ')[2],
            sorted(s.must('LIST (SPECIAL-USE) "" *')))


def literal(s, command, n):
    text = message(n)
    return s.cmd(command.encode() + b' {%d+}\r\n%s' % (len(text), text))[0]


OPS = [
    ('STORE +', lambda s: s.cmd('UID STORE 1:3 +FLAGS (k28 k29 k26)')[0]),
    ('STORE -', lambda s: s.cmd('UID STORE 1:3 -FLAGS (k26 k27)')[0]),
    ('STORE', lambda s: s.cmd('UID STORE 2:3 FLAGS (\\Seen k28 k27 k3)')[0]),
    ('APPEND', lambda s: literal(s, 'APPEND INBOX (k4 k27 k28)', 100)),
    ('COPY', lambda s: s.cmd('UID COPY 1:2 INBOX')[0]),
    ('REPLACE', lambda s: literal(s, 'UID REPLACE 2 INBOX (k27 k29)', 100)),
    ('SETMETADATA', lambda s: s.cmd(
        'SETMETADATA INBOX (/private/comment "%s")' % ('new' * 3000))[0]),
    ('CREATE', lambda s: s.cmd('CREATE New (USE (\\Sent))')[0]),
]


def between(flags, old, new):
    """as it was, as it was to be, or with some of the changes made"""
    return set(old) & set(new) <= set(flags) <= set(old) | set(new)


def judge(what, now, old, new):
    mail, value, uses = now
    for n in set(old[0]) & set(new[0]):
        was, will = old[0][n], new[0][n]
        checks.ok(was[0] in mail.get(n, ()) or len(was) == len(will) and any(
            between(f, was[0], will[0]) for f in mail.get(n, ())),
            '%s: message %d' % (what, n), mail.get(n))
        checks.ok(len(mail.get(n, ())) <= len(will), what + ': copies', mail)
    for n in set(new[0]) - set(old[0]):
        checks.ok(n not in mail or mail[n] == new[0][n],
                  '%s: message %d is whole or not there' % (what, n), mail)
    for n in set(old[0]) - set(new[0]):         # REPLACE
        checks.ok(n in mail or 100 in mail, what + ': one of both is there',
                  mail)
    checks.ok(value in (old[1], new[1]), what + ': entry', value[:100])
    checks.ok(uses in (old[2], new[2]) or what.startswith('CREATE'),
              what + ': uses', uses)


def without_index(maildir):
    shutil.rmtree(index_dir(maildir), True)
    s = Imap(maildir)
    now = picture(s)
    s.logout()
    return now


def attempt(name, act, call, n, old, new):
    maildir = scratch(fill)
    done, s = None, None
    try:
        s = traced(maildir, call, n)
        done = act(s)
        s.logout()
    except Dead:
        if s is not None:
            s.close()
    what = '%s killed at %s %d' % (name, call, n)
    s = Imap(maildir)
    now = picture(s)
    judge(what, now, old, new)
    if done == 'OK':
        checks.ok(now[1:] == new[1:] and set(now[0]) == set(new[0]),
                  what + ': OK was said', now)
    began = time.monotonic()
    checks.same(s.cmd('UID STORE 3 +FLAGS.SILENT (k26)')[0], 'OK',
                what + ': STORE goes on')
    checks.same(s.cmd('SETMETADATA INBOX (/private/x "y")')[0], 'OK',
                what + ': SETMETADATA goes on')
    checks.ok(time.monotonic() - began < 18, what + ': no long wait')
    now = picture(s)
    s.logout()
    checks.same(without_index(maildir), now, what + ': without the index')
    shutil.rmtree(os.path.dirname(maildir), True)


if not strace_works():
    checks.skip('kill at each call', 'strace cannot trace here')
else:
    budget = float(os.environ.get('ROOST_P4_SECONDS', 20))
    attempts = []
    for name, act in OPS:
        maildir = scratch(fill)
        s = Imap(maildir)
        old = picture(s)
        checks.same(act(s), 'OK', name)
        new = picture(s)
        s.logout()
        checks.same(without_index(maildir), new, name + ': without the index')
        points = kill_points(scratch(fill), act)
        checks.ok(len(points) > 5, name + ': calls', points)
        attempts += [partial(attempt, name, act, call, n, old, new)
                     for call, n in points]
    kill_at_each(attempts, budget)
checks.done()
