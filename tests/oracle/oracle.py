#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Dovecot as an oracle: imapd and Dovecot's imap are asked the same of the
same messages, each on its own copy of one Maildir.

    oracle.py [--every N] [--wild N] [--show] [KIND or NAME...]

The messages are those of corpus.py, every second of them or every Nth, or
those named; --wild says how many random ones are among them. Where the
answers are not the same, differences.py has to have the reason; a difference
without one fails, and so does a reason that nothing needs when all were asked.
--show prints what differs and why it may. Skipped where Dovecot is not
installed.
"""
import argparse
import collections
import os
import shutil
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]
from system import Checks, files, need, own, scratch    # noqa: E402
from imapwords import parts                             # noqa: E402
from pair import DOVECOT, Twin                          # noqa: E402
import corpus                                           # noqa: E402
import differences                                      # noqa: E402
import fixtures                                         # noqa: E402
import questions                                        # noqa: E402

c = Checks('oracle')
PARTS = 40                      # of one message are looked into


def put(path, mail, first, last):
    """messages first to last, with flags and keywords of all sorts, some
    with their size in the name; the last ones are new"""
    for n in range(first, last + 1):
        text = mail[n - 1][1]
        name = '17%08d.M1P1.x' % n
        if n % 4 == 1:
            name += ',S=%d,W=%d' % (len(text), fixtures.wsize(text))
        info = ''.join(f for k, f in enumerate('DFRSTabc') if n * 37 >> k & 1)
        fixtures.put('%s/%s' % (path, 'cur/%s:2,%s' % (name, info)
                                if n % 9 and last < len(mail)
                                else 'new/' + name),
                     text, 1700000000 + n * 3600)


def twins(mail):
    """Dovecot and imapd on copies of a Maildir; each gives the UIDs itself.
    Most messages are known when the last ones come."""
    def fill(path):
        fixtures.make('bare', path)
        fixtures.write(path + '/dovecot-keywords',
                       '0 $Forwarded\n1 Work\n2 $Junk\n')
        put(path, mail, 1, known)

    known = len(mail) * 9 // 10
    home = scratch(fill)
    copy = scratch(lambda path: shutil.copytree(home, path))
    pair = Twin(home), Twin(copy, ours=True)
    for t in pair:
        t.restart('SELECT')
        put(t.maildir, mail, known + 1, len(mail))
        own(t.maildir)
        t.restart()
    return pair


class Oracle:
    def __init__(self, mail, show):
        self.mail, self.show = mail, show
        self.asked, self.differ = 0, 0
        self.used = collections.Counter()
        self.structures, self.explained = set(), 0
        self.keys, self.everything = {}, set(range(1, len(mail) + 1))
        self.theirs, self.ours = twins(mail)
        for k in ('EXISTS', 'RECENT', 'UIDNEXT', 'UNSEEN'):
            c.same(self.ours.state.get(k), self.theirs.state.get(k), k)

    def compare(self, uid, what, theirs, ours):
        """count one question; a difference has to be a known one"""
        self.asked += 1
        if theirs == ours:
            return
        self.differ += 1
        name, text = self.mail[uid - 1] if uid else ('the folder', b'')
        if what in ('BODY', 'BODYSTRUCTURE'):
            self.structures.add(uid)
        why = differences.explain(what, name, text, theirs, ours,
                                  uid in self.structures)
        for w in set(why or ()):
            self.used[w] += 1
        self.explained += bool(why)
        if why and not self.show:
            return
        said = '\n  dovecot: %.1500r\n  ours:    %.1500r' % (theirs, ours)
        if why:
            print('%s of %s: %s%s' % (what, name, ', '.join(why), said))
        else:
            c.ok(False, '%s of %s%s' % (what, name, said))

    def both(self, whats, uid):
        a, b = (t.ask_all(whats, uid) for t in (self.theirs, self.ours))
        for w in whats:
            self.compare(uid, w, a[w], b[w])
        return a, b

    def message(self, uid, binary):
        a, b = self.both(questions.WHOLE, uid)
        self.both(questions.SECTIONS, uid)
        numbers = []
        for got in (a, b):
            if isinstance(got['BODYSTRUCTURE'], list):
                numbers += [n for n, _ in parts(got['BODYSTRUCTURE'])]
        numbers = list(dict.fromkeys(numbers))[:PARTS]
        if numbers:
            self.both([q % n for n in numbers for q in questions.PART], uid)
        if binary:
            for n in [''] + numbers:
                self.binary(uid, n)

    def binary(self, uid, number):
        """BINARY of one part; the size and a piece of it follow from it"""
        peek, some, size = (q % number for q in questions.BINARY)
        a, b = self.both([peek], uid)
        a, b = a[peek], b[peek]
        for what, follow in ((some, lambda v: v and v[1:21]),
                             (size, lambda v: str(len(v or b'')))):
            x, y = (t.ask(what, uid) for t in (self.theirs, self.ours))
            c.same(y, b if isinstance(b, str) else follow(b),
                   '%s of %s' % (what, self.mail[uid - 1][0]))
            if a == b:
                self.compare(uid, what, x, y)
            else:
                self.asked += 1

    def search(self, text, charset):
        """one key; what was found is kept for the nests"""
        a, b = (t.found(text, charset) for t in (self.theirs, self.ours))
        what = 'SEARCH %s%r' % (charset and charset + ' ' or '', text)
        if isinstance(a, str) or isinstance(b, str):
            self.compare(0, what, a, b)
            return
        self.keys[text] = a, b = set(a), set(b)
        for uid in self.everything:
            self.compare(uid, what, uid in a, uid in b)

    def nest(self, nest):
        """NOT and OR put together what the keys in them find"""
        text = questions.spelt(nest)
        for k, t in enumerate((self.theirs, self.ours)):
            found = {key: pair[k] for key, pair in self.keys.items()}
            want = questions.follows(nest, found, self.everything)
            self.asked += len(self.mail)
            c.same(set(t.found(text)) ^ want, set(),
                   '%s of %s' % (text, t.ours and 'imapd' or 'Dovecot'))

    def changes(self):
        """STORE, COPY to itself and EXPUNGE by each on its own copy leave the
        same flags, UIDs and file names"""
        for t in (self.theirs, self.ours):
            t.restart('SELECT')
        for command in questions.CHANGES:
            said = [t.s.cmd(command)[0] for t in (self.theirs, self.ours)]
            c.same(said[1], said[0], command)
            flags = [t.s.flags() for t in (self.theirs, self.ours)]
            for uid in sorted(set(flags[0]) | set(flags[1])):
                self.compare(0, 'FLAGS of %d after %s' % (uid, command),
                             *(f.get(uid) for f in flags))
        a, b = ({f.split(',')[0]: f.partition(':2,')[2]
                 for f in files(t.maildir) if f.startswith('17')}
                for t in (self.theirs, self.ours))
        for name in sorted(set(a) | set(b)):
            self.compare(0, 'letters of ' + name, a.get(name), b.get(name))

    def all(self):
        binary = self.theirs.offers('BINARY') and self.ours.offers('BINARY')
        for uid in range(1, len(self.mail) + 1):
            self.message(uid, binary)
        for text, charset in questions.searches():
            self.search(text, charset)
        if len(self.mail) > 8:          # else sequence numbers are refused
            for nest in questions.nests():
                self.nest(nest)
        self.changes()
        c.ok(self.asked > 0, 'something was asked')
        c.same(self.ours.hung, 0, 'times that imapd hung up')
        c.same(self.ours.close(), 0, 'the end')
        self.theirs.close()
        return binary


def main():
    ap = argparse.ArgumentParser(description='imapd beside Dovecot')
    ap.add_argument('--every', type=int)
    ap.add_argument('--wild', type=int, default=120)
    ap.add_argument('--show', action='store_true')
    ap.add_argument('kinds', nargs='*')
    a = ap.parse_args()
    a.every = a.every or (1 if a.kinds else 2)
    lacks = need('imapd/imapd')
    if lacks or not os.path.exists(DOVECOT):
        c.skip('all', (lacks or DOVECOT) + ' is not there')
        c.done()
    mail = [m for m in corpus.all(a.wild) if not a.kinds or m[0] in a.kinds
            or m[0].split('-')[0] in a.kinds][::a.every]
    begin = time.monotonic()
    o = Oracle(mail, a.show)
    binary = o.all()
    c.good += o.asked - o.differ + o.explained
    if a.every == 1 and not a.kinds:
        for why in differences.WHY:
            c.ok(o.used[why] or not binary,
                 'nothing needs this reason any more: ' + why)
    for why, n in o.used.most_common():
        print('%6d  %s: %s' % (n, why, differences.WHY[why]))
    print('%d questions about %d messages in %d s, %d answers differ, each '
          'of them for one of %d reasons; Dovecot hung up %d times%s'
          % (o.asked, len(mail), time.monotonic() - begin, o.differ,
             len(o.used), o.theirs.hung,
             '' if binary else '; without BINARY')
          if not c.bad else '%d questions, %d answers differ, %d of them '
          'without a reason' % (o.asked, o.differ,
                                o.differ - o.explained))
    c.done()


main()
