#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""A conditional STORE is a lock (RFC 7162 section 3.1.3): of several sessions
that want the same flag of the same message at once, each with the mod-sequence
that it knows, one gets it and the others are told MODIFIED. A system flag, a
keyword with a letter, and one beyond the letters (roost-extra)."""
import os
import re
import sys

from common import Imap, scratch, start

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 60
SESSIONS = 6

checks = start('p9_race')
maildir = scratch('few')
log = os.path.dirname(maildir) + '/log'
all_ = [Imap(maildir, log=log) for _ in range(SESSIONS)]
for s in all_:
    s.must('SELECT INBOX (CONDSTORE)')
first = all_[0]
first.must('STORE 4 +FLAGS.SILENT (%s)' % ' '.join(
    'k%d' % i for i in range(26)))
first.must('STORE 4 +FLAGS.SILENT (Beyond)')
checks.ok(os.path.exists(maildir + '/roost-extra'), 'a keyword is beyond')


def state():
    """(mod-sequence, flags) of message 1"""
    r = b' '.join(first.must('UID FETCH 1 (FLAGS MODSEQ)'))
    return (int(re.search(rb'.*MODSEQ \((\d+)\)', r, re.S)[1]),
            re.findall(rb'FLAGS \(([^)]*)\)', r)[-1].decode().split())


for flag in '\\Flagged', 'k7', 'Beyond':
    winners = []
    for turn in range(ROUNDS):
        first.must('UID STORE 1 -FLAGS.SILENT (%s)' % flag)
        modseq, flags = state()
        if flag in flags:
            checks.ok(False, flag + ': it was not taken away')
            break
        tags = [s.begin('UID STORE 1 (UNCHANGEDSINCE %d) +FLAGS.SILENT (%s)' %
                        (modseq, flag)) for s in all_]
        ends = [s.end(t) for s, t in zip(all_, tags)]
        won = [i for i, (word, text, _) in enumerate(ends)
               if word == 'OK' and 'MODIFIED 1]' not in text]
        lost = [i for i, (word, text, _) in enumerate(ends)
                if word == 'OK' and text.startswith('[MODIFIED 1]')]
        if len(won) != 1 or len(lost) != SESSIONS - 1:
            checks.ok(False, '%s: one has it, turn %d' % (flag, turn),
                      [e[:2] for e in ends])
            break
        winners += won
        modseq, flags = state()
        if flag not in flags:
            checks.ok(False, flag + ': it is not set')
            break
    checks.same(len(winners), ROUNDS, flag + ': one session had it each time')
for s in all_:
    s.logout()
checks.done()
