#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""P4: a kill -9 at any instruction loses nothing, tears nothing, and needs no
repair. strace kills imapd at its n-th call that changes a file, for every n,
in each command that changes a mailbox; then everything is looked at."""
import os
import random
import signal
import time
from functools import partial

from common import (Dead, Imap, Witness, files, index_dir, kill_at_each,
                    kill_points, message, numbers, scratch, start, strace_works, traced,
                    uidlist)

checks = start('p4_killed', 'strace')


def fill(path):
    """INBOX with messages 1 to 3 (2 is \\Deleted), Other with 11"""
    import fixtures
    fixtures._fill(path, [
        (message(n).replace(b'\r\n', b'\n'), f)
        for n, f in ((1, 'S'), (2, 'T'), (3, ''))])
    fixtures._fill(path + '/.Other', [
        (message(11).replace(b'\r\n', b'\n'), 'S')],
        v=fixtures.UIDVALIDITY + 1, guid='1' * 32)


def op_append(s):
    return s.append('INBOX', message(100, 200000))[0]


def op_multiappend(s):
    a, b = message(100), message(101)
    s.n += 1
    tag = '%s.%d' % (s.name, s.n)
    s.send(b'%s APPEND INBOX {%d+}\r\n%s (\\Flagged) {%d+}\r\n%s\r\n' % (
        tag.encode(), len(a), a, len(b), b))
    return s.end(tag)[0]


# name, what it does, numbers that may be in INBOX and in Other afterwards:
# must (always there), may (there or not); a message never vanishes from both
OPS = [
    ('APPEND', op_append, {1, 2, 3}, {100}, {11}, set()),
    ('MULTIAPPEND', op_multiappend, {1, 2, 3}, {100, 101}, {11}, set()),
    ('COPY', lambda s: s.cmd('UID COPY 1,3 Other')[0],
     {1, 2, 3}, set(), {11}, {1, 3}),
    ('MOVE', lambda s: s.cmd('UID MOVE 1,3 Other')[0],
     {2}, {1, 3}, {11}, {1, 3}),
    ('STORE', lambda s: s.cmd('UID STORE 1:3 +FLAGS (\\Flagged New)')[0],
     {1, 2, 3}, set(), {11}, set()),
    ('EXPUNGE', lambda s: s.cmd('EXPUNGE')[0], {1, 3}, {2}, {11}, set()),
    ('RENAME', lambda s: s.cmd('RENAME Other Else')[0],
     {1, 2, 3}, set(), {11}, set()),
    ('CREATE', lambda s: s.cmd('CREATE New.Folder')[0],
     {1, 2, 3}, set(), {11}, set()),
]


def look(what, maildir, must, may, omust, omay, done):
    """all that must hold after a kill"""
    s = Imap(maildir)
    s.select()
    inbox = numbers(s)
    have = sorted(n for n in inbox.values())
    checks.ok(must <= set(have) <= must | may and len(have) == len(set(have)),
              what + ': INBOX', have)
    other = 'Other'
    if s.cmd('STATUS Other (MESSAGES)')[0] != 'OK':
        other = 'Else'
    s.select(other)
    there = sorted(numbers(s).values())
    checks.ok(omust <= set(there) <= omust | omay, what + ': ' + other, there)
    if 'MOVE' in what or 'COPY' in what:
        for n in (1, 3):
            checks.ok(n in have or n in there, '%s: %d is lost' % (what, n))
            if 'MOVE' in what:
                checks.ok(not (n in have and n in there)
                          and there.count(n) <= 1,
                          '%s: %d is there twice' % (what, n))
    if done:
        checks.ok(may <= set(have) or 'MOVE' in what or 'EXPUNGE' in what,
                  what + ': OK was said, and it is there', have)
        checks.ok(omay <= set(there), what + ': OK was said, and it is there',
                  there)
    for f in ('', other):
        try:
            uidlist(maildir, f)
        except (ValueError, OSError) as e:
            checks.ok(False, what + ': the uidlist of "%s"' % f, e)
    # it goes on working: no lock is left that anyone waits for
    began = time.monotonic()
    checks.same(s.append('INBOX', message(500))[0], 'OK', what + ': APPEND')
    s.select()
    checks.ok(500 in numbers(s).values(), what + ': what came after')
    checks.ok(time.monotonic() - began < 18, what + ': no long wait')
    checks.same(s.logout(), 0, what + ': exit')


def attempt(op, call, n):
    """run one operation, killed at its n-th call of a kind"""
    name, act, must, may, omust, omay = op
    maildir = scratch(fill)
    done, s = None, None
    try:
        s = traced(maildir, call, n)
        done = act(s)
        s.logout()
    except Dead:
        if s is not None:
            s.close()
    look('%s killed at %s %d' % (name, call, n), maildir, must, may, omust,
         omay, done == 'OK')


if not strace_works():
    checks.skip('kill at each call', 'strace cannot trace here')
else:
    budget = float(os.environ.get('ROOST_P4_SECONDS', 30))
    attempts = []
    for op in OPS:
        points = kill_points(scratch(fill), op[1])
        checks.ok(len(points) > 5, op[0] + ': calls', points)
        attempts += [partial(attempt, op, call, n) for call, n in points]
    kill_at_each(attempts, budget)

# at random moments, with several sessions at work, the index included
rnd = random.Random(4)
maildir = scratch(fill)
witness = Witness(checks)
expected = {1, 3}
unsure = {2}
n = 1000
for round_ in range(25):
    sessions = [Imap(maildir) for _ in range(3)]
    for s in sessions:
        s.select()
    doomed = sessions[0]
    end = time.monotonic() + rnd.uniform(0.001, 0.08)
    tags = []
    while time.monotonic() < end:
        n += 1
        try:
            tags.append((doomed.begin('NOOP'), None))
            text = message(n)
            doomed.n += 1
            tag = '%s.%d' % (doomed.name, doomed.n)
            doomed.send(b'%s APPEND INBOX {%d+}\r\n%s\r\n' % (
                tag.encode(), len(text), text))
            unsure.add(n)
            if rnd.random() < .5:
                word, _, _ = doomed.end(tag)
                if word == 'OK':
                    unsure.discard(n)
                    expected.add(n)
        except Dead:
            break
    doomed.kill(signal.SIGKILL)
    n += 1
    checks.same(sessions[1].append('INBOX', message(n))[0], 'OK',
                'round %d: the others go on' % round_)
    expected.add(n)
    sessions[2].must('NOOP')
    have = set(numbers(sessions[2]).values())
    checks.ok(expected <= have <= expected | unsure,
              'round %d: all that was OK is there' % round_,
              (sorted(expected - have), sorted(have - expected - unsure)))
    for s in sessions[1:]:
        s.logout()
    w = Imap(maildir)
    witness.look(w, where='round %d' % round_)
    w.logout()
try:
    uidlist(maildir)
    checks.ok(True, 'the uidlist')
except ValueError as e:
    checks.ok(False, 'the uidlist', e)
checks.ok(os.path.isdir(index_dir(maildir)), 'there is an index')
checks.ok(len(files(maildir)) >= len(expected), 'files')
checks.done()
