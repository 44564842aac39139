#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""CONDSTORE and QRESYNC beside Dovecot's: two copies of a Maildir live the
same random history, each under its own server; a client that comes back with
what it remembers is told the same by both: which UIDs VANISHED, which flags
have changed, what a conditional STORE leaves alone, what SEARCH MODSEQ finds."""
import os
import random
import re
import shutil
import sys

from common import Checks, Imap, scratch, system

sys.path.insert(0, os.path.join(system.TOP, 'tests/oracle'))
from pair import DOVECOT, dovecot                       # noqa: E402

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 1
rnd = random.Random(SEED)
checks = Checks('p9_dovecot')
if not os.path.exists(DOVECOT):
    checks.skip('all', 'dovecot is not there')
    checks.done()
FLAGS = ['\\Seen', '\\Flagged', '\\Answered', '\\Draft']


def uids_of(text):
    out = set()
    for part in text.split(','):
        a, _, b = part.partition(':')
        out.update(range(int(a), int(b or a) + 1))
    return out


class Side:
    def __init__(self, ours):
        self.ours, self.maildir = ours, scratch('many')
        self.worker = self.begin()
        self.worker.must('SELECT INBOX')
        self.highest = self.status()

    def begin(self):
        return Imap(self.maildir, log=os.devnull) if self.ours \
            else dovecot(self.maildir)

    def status(self):
        out = b' '.join(self.worker.must('STATUS INBOX (HIGHESTMODSEQ)'))
        return int(re.search(rb'STATUS INBOX \(HIGHESTMODSEQ (\d+)', out)[1])

    def resync(self, words):
        """(what VANISHED earlier, {uid: flags}, and what SELECT tells)"""
        s = self.begin()
        s.must('ENABLE QRESYNC')
        gone, flags, exists = set(), {}, None
        for r in s.must('SELECT INBOX (QRESYNC (1700000000 %d%s))' % (
                self.highest, words)):
            m = re.match(rb'\* VANISHED \(EARLIER\) (\S+)', r)
            if m:
                gone |= uids_of(m[1].decode())
            m = re.match(rb'\* \d+ FETCH .*UID (\d+)', r)
            if m:
                flags[int(m[1])] = sorted(
                    f for f in re.search(rb'FLAGS \(([^)]*)\)', r)[1].split()
                    if f != b'\\Recent')
                checks.ok(b'MODSEQ (' in r, 'MODSEQ is told', r)
            m = re.match(rb'\* (\d+) EXISTS', r)
            exists = int(m[1]) if m else exists
        found = set()
        for r in s.must('UID SEARCH MODSEQ %d' % (self.highest + 1)):
            if r.startswith(b'* SEARCH '):
                found = {int(x) for x in r.split(b' (')[0].split()[2:]}
        s.logout()
        return gone, flags, exists, found

    def conditional(self, uids, flag):
        """what is MODIFIED"""
        word, text, _ = self.worker.cmd(
            'UID STORE %s (UNCHANGEDSINCE %d) +FLAGS.SILENT (%s)' % (
                ','.join(map(str, uids)), self.highest, flag))
        m = re.search(r'\[MODIFIED (\S+)\]', text)
        return word, uids_of(m[1]) if m else set()


sides = [Side(False), Side(True)]
there = list(range(1, 201))
for turn in range(12):
    for side in sides:
        side.highest = side.status()
    gone, known = [], list(there)
    for _ in range(rnd.randrange(12)):
        some = rnd.sample(there, min(len(there), rnd.choice([1, 3, 20])))
        text = ','.join(map(str, some))
        if rnd.random() < .7:
            change = '%sFLAGS.SILENT (%s)' % (rnd.choice(['+', '-', '']),
                                              rnd.choice(FLAGS))
            for side in sides:
                side.worker.must('UID STORE %s %s' % (text, change))
        else:
            some = some[:5]
            for side in sides:
                side.worker.must('UID STORE %s +FLAGS.SILENT (\\Deleted)' %
                                 ','.join(map(str, some)))
                side.worker.must('EXPUNGE')
            there = [u for u in there if u not in some]
    words = ''
    if rnd.random() < .6:
        words += ' %d:%d' % (rnd.randrange(1, 50), rnd.randrange(100, 260))
    if rnd.random() < .5:
        at = sorted(rnd.sample(range(len(known)), 6))
        words += ' (%s %s)' % (','.join(str(i + 1) for i in at),
                               ','.join(str(known[i]) for i in at))
    theirs, ours = (side.resync(words) for side in sides)
    for i, what in enumerate(('VANISHED', 'flags', 'EXISTS', 'SEARCH MODSEQ')):
        checks.same(ours[i], theirs[i], '%s, turn %d, seed %d%s' % (
            what, turn, SEED, words))
    some = sorted(rnd.sample(there, min(len(there), 40)))
    theirs, ours = (side.conditional(some, '$Later') for side in sides)
    checks.same(ours, theirs, 'a conditional STORE, turn %d, seed %d' % (
        turn, SEED))
for side in sides:
    side.worker.logout()
    shutil.rmtree(os.path.dirname(side.maildir), ignore_errors=True)
checks.done()
