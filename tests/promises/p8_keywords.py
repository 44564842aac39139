#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""P8 with more keywords than there are letters: Dovecot on the same Maildir
keeps and shows the 26 that have one, neither server mixes up the other's, and
ours beyond them are still there when it was at work."""
import os

from common import Imap, scratch, start

checks = start('p8_keywords', 'dovecot')
from dovecot import Dovecot     # noqa: E402

LETTERS = ['k%d' % i for i in range(26)]
BEYOND = ['far%d' % i for i in range(14)]
maildir = scratch('few')
log = os.path.dirname(maildir) + '/log'


def roost():
    s = Imap(maildir, log=log)
    s.select()
    return s


def theirs(d):
    """{uid: flags} as Dovecot shows them"""
    c = d.imap()
    c.select('INBOX')
    out = {}
    for n in range(1, 5):
        text = c.uid('FETCH', str(n), '(FLAGS)')[1][0].decode()
        flags = text[text.index('FLAGS (') + 7:].split(')')[0].split()
        out[n] = sorted(f for f in flags if f != '\\Recent')
    c.logout()
    return out


s = roost()
s.must('STORE 1:2 +FLAGS.SILENT (%s)' % ' '.join(LETTERS))
s.must('STORE 2:3 +FLAGS.SILENT (%s)' % ' '.join(BEYOND))
first = s.flags()
checks.same(first[2], sorted(['\\Answered', '\\Seen'] + LETTERS + BEYOND),
            'all of them, with us')
before = open(maildir + '/roost-extra').read()

with Dovecot(maildir) as d:
    seen = theirs(d)
    checks.same(seen[1], sorted(['\\Seen'] + LETTERS), 'Dovecot: message 1')
    checks.same(seen[2], sorted(['\\Answered', '\\Seen'] + LETTERS),
                'Dovecot: message 2, without those beyond')
    checks.same(seen[3], [], 'Dovecot: message 3')
    c = d.imap()
    c.select('INBOX')
    c.uid('STORE', '2', '-FLAGS.SILENT', '(k0 k25)')
    c.uid('STORE', '3', '+FLAGS.SILENT', '(k7 \\Flagged)')
    c.uid('STORE', '4', '+FLAGS.SILENT', '(its-own)')   # in its index only
    c.uid('STORE', '1', 'FLAGS.SILENT', '(k3)')
    c.logout()
    checks.same(open(maildir + '/roost-extra').read(), before,
                'roost-extra is left alone')
    s.must('NOOP')
    for who, flags in (('open', s.flags()), ('new', roost().flags())):
        checks.same(flags[1], ['k3'], 'message 1, %s session' % who)
        checks.same(flags[2], sorted(
            ['\\Answered', '\\Seen'] + LETTERS[1:25] + BEYOND),
            'message 2, %s session' % who)
        checks.same(flags[3], sorted(['\\Flagged', 'k7'] + BEYOND),
                    'message 3, %s session' % who)
        checks.ok('its-own' not in flags[4], 'what has no letter is not here')
    s.must('STORE 2 -FLAGS.SILENT (far3 k1)')
    s.must('STORE 4 +FLAGS.SILENT (far3 k2)')
    seen = theirs(d)
    checks.same(seen[2], sorted(['\\Answered', '\\Seen'] + LETTERS[2:25]),
                'Dovecot again: message 2')
    checks.ok('k2' in seen[4] and 'far3' not in seen[4],
              'Dovecot again: message 4', seen[4])
names = open(maildir + '/dovecot-keywords').read().split('\n')
checks.same(names[:26], ['%d k%d' % (i, i) for i in range(26)],
            'the letters are whose they were')
checks.done()
