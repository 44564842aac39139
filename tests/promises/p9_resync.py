#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Clients that come back end with what is in the Maildir: random histories by
five clients that each keep a folder in their own way (QRESYNC; CONDSTORE;
UIDONLY; UIDONLY with QRESYNC; by number, with nothing), lose their connection
at any moment, also in the middle of an answer, and come back with what they
remember; others deliver, flag, remove and move meanwhile, and the index is
deleted now and then. RFC 7162 section 6 is what a client may believe.

    tests/promises/p9_resync.py [SECONDS [SEED]]

TRACE=1 in the environment shows the last commands before a first fault, or
of a client whose picture is wrong.
"""
import os
import random
import re
import shutil
import sys
import threading
import time

from common import (Dead, Imap, deliver, index_dir, message, scratch, start,
                    uidlist)

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 6
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10 ** 6)
FLAGS = ['\\Seen', '\\Flagged', '\\Answered', 'Work', 'Play']
KINDS = ['qresync', 'condstore', 'uidonly', 'uidonly qresync', 'plain']

checks = start('p9_resync')


def ranges(text):
    out = set()
    for part in text.split(','):
        a, _, b = part.partition(':')
        a, b = int(a), int(b or a)
        out.update(range(min(a, b), max(a, b) + 1))
    return out


def fmt(uids):
    return ','.join(map(str, sorted(uids)))


class Client:
    """flags: what it believes, {uid: set of flags}"""

    def __init__(self, kind, maildir, log, seed):
        self.kind, self.maildir, self.log = kind, maildir, log
        self.rnd = random.Random(seed)
        self.flags, self.uidvalidity, self.highest = {}, 0, 0
        self.whole, self.count = 0, 0
        self.faults, self.s, self.back = [], None, 0
        self.trace = []
        self.modseq = kind in ('qresync', 'condstore', 'uidonly qresync')
        self.quick = 'qresync' in kind
        self.uidonly = 'uidonly' in kind

    def fault(self, what):
        self.faults.append('%s: %s' % (self.kind, what))
        if os.environ.get('TRACE') and len(self.faults) == 1:
            print('\n'.join(self.trace[-60:]))

    # ---- what is told

    def vanished(self, earlier, uids):
        if earlier:
            for u in uids:
                self.flags.pop(u, None)
            return
        if not (self.quick or self.uidonly):
            self.fault('VANISHED to one who did not ask')
        self.gone += len(uids)
        for u in sorted(uids):
            if self.uidonly:
                self.count -= 1
            elif u in self.seq:
                self.seq.remove(u)
            elif None in self.seq:      # told by EXISTS, not yet asked for
                self.seq.remove(None)
            else:
                self.fault('VANISHED %d, which is not known' % u)
            self.flags.pop(u, None)
        if self.uidonly and self.count < 0:
            self.fault('VANISHED more than there is')

    def fetched(self, n, r):
        uid = re.search(rb'\bUID (\d+)', r)
        modseq = re.search(rb'MODSEQ \((\d+)\)', r)
        flags = re.search(rb'FLAGS \(([^)]*)\)', r)
        if self.modseq and not modseq and not self.nomodseq:
            self.fault('no MODSEQ: %r' % r)
        if modseq:
            self.seen = max(self.seen, int(modseq[1]))
        if self.uidonly:
            u = n
        elif not 1 <= n <= len(self.seq):
            return self.fault('FETCH %d of %d' % (n, len(self.seq)))
        else:
            if self.modseq and not uid and not self.nomodseq:
                self.fault('no UID: %r' % r)
            u = int(uid[1]) if uid else self.seq[n - 1]
            if self.seq[n - 1] not in (None, u):
                self.fault('message %d was UID %s, is %s' % (
                    n, self.seq[n - 1], u))
            self.seq[n - 1] = u
        if flags and u is not None:
            self.flags[u] = {f.decode() for f in flags[1].split()
                             if f != b'\\Recent'}

    def take(self, r):
        m = re.match(rb'\* VANISHED (\(EARLIER\) )?([\d,:]+)$', r)
        if m:
            return self.vanished(m[1], ranges(m[2].decode()))
        m = re.match(rb'\* OK \[HIGHESTMODSEQ (\d+)\]', r)
        if m:
            self.told = int(m[1])
        if r.startswith(b'* OK [NOMODSEQ]'):
            self.nomodseq = True        # the index could not be shared
        m = re.match(rb'\* (\d+) (EXISTS|EXPUNGE|FETCH|UIDFETCH)\b', r)
        if not m:
            return None
        n, what = int(m[1]), m[2].decode()
        if what != 'EXISTS' and self.uidonly != (what == 'UIDFETCH'):
            return self.fault('%r' % r[:80])
        if what == 'EXPUNGE' and self.quick and not self.nomodseq:
            return self.fault('%r' % r)
        if what == 'EXISTS':
            if self.uidonly:
                self.count = n
            elif n < len(self.seq):
                self.fault('EXISTS %d after %d' % (n, len(self.seq)))
            else:
                self.seq += [None] * (n - len(self.seq))
        elif what == 'EXPUNGE':
            if not 1 <= n <= len(self.seq):
                return self.fault('EXPUNGE %d of %d' % (n, len(self.seq)))
            self.flags.pop(self.seq.pop(n - 1), None)
        else:
            self.fetched(n, r)
        return None

    def cmd(self, text, torn=False):
        """torn: hang up after some of the answer; what came, counts"""
        self.told, self.seen = 0, 0
        del self.trace[:-100]
        self.trace.append('C: ' + text[:200])
        tag = self.s.begin(text).encode()
        left = self.rnd.randrange(4)
        while True:
            r = self.s.response()
            self.trace.append('S: %r' % r[:200])
            if r.startswith(tag + b' '):
                break
            self.take(r)
            if torn and not left:
                return self.drop()
            left -= 1
        word, _, rest = r[len(tag) + 1:].decode('latin-1').partition(' ')
        m = re.match(r'\[HIGHESTMODSEQ (\d+)\]', rest)
        if m:
            self.told = int(m[1])
        if self.told:
            self.highest = self.told
        else:
            self.highest = max(self.highest, self.seen)
        if word == 'BAD' or (word == 'NO' and 'EXPUNGEISSUED' not in rest
                             and 'MODIFIED' not in rest):
            self.fault('%s: %s %s' % (text, word, rest))
        return rest

    # ---- coming and going

    def drop(self):
        if self.s:
            self.s.s.close()
            self.s.p.wait()
        self.s = None
        # what EXISTS has told of, but nobody asked for, is not known: a MODSEQ
        # that came after it is not to be believed
        if self.uidonly and self.count > len(self.flags):
            self.highest = min(self.highest, self.whole)

    def connect(self):
        self.seq, self.count, self.nomodseq = [], 0, False
        self.gone = 0
        self.back += 1
        self.s = Imap(self.maildir, log=self.log)
        on = [x for x in ('QRESYNC' * self.quick, 'UIDONLY' * self.uidonly)
              if x]
        if on:
            self.cmd('ENABLE ' + ' '.join(on))
        known, param = '', ' (CONDSTORE)' if self.modseq else ''
        if self.quick and self.uidvalidity:
            known = self.known()        # changes of others are not told then
            param = ' (QRESYNC (%d %d%s))' % (
                self.uidvalidity, self.highest, known)
        elif self.uidvalidity:
            param = ''                  # CHANGEDSINCE enables it, too
        old, mod = set(self.flags), self.highest
        self.cmd('SELECT INBOX' + param)
        if self.nomodseq:               # all it can do is to begin anew
            self.flags, self.highest = {}, 0
        elif self.uidvalidity and not self.quick:
            self.resync(old, mod)
        elif self.uidvalidity and self.uidonly and not known and (
                self.count != len(self.flags)):
            self.fault('%d messages, %d are known' % (
                self.count, len(self.flags)))
        self.uidvalidity = 1700000000
        if not self.uidonly:
            self.number()
            if not self.quick:          # an EXPUNGE came before the UID
                self.flags = {u: self.flags[u] for u in self.seq
                              if u in self.flags}
        self.learn()

    def known(self):
        """the optional words: known UIDs, match data"""
        out, top = '', max(self.flags, default=0)
        if top and self.rnd.random() < .5:
            out += ' 1:%d' % top
        uids = sorted(self.flags)
        if uids and not self.uidonly and self.rnd.random() < .5:
            at = sorted(self.rnd.sample(range(len(uids)),
                                        min(len(uids), 5)))
            out += ' (%s %s)' % (fmt(i + 1 for i in at),
                                 fmt(uids[i] for i in at))
        return out

    def resync(self, old, mod):
        if self.modseq:
            if old:
                self.cmd('UID FETCH 1:%d (UID FLAGS) (CHANGEDSINCE %d)' % (
                    max(old), mod))
            there = self.all()
        else:
            there = self.all()
            if self.uidonly:
                self.page(len(there))
            else:
                self.cmd('UID FETCH 1:* FLAGS')
        for u in old - there:
            self.flags.pop(u, None)

    def page(self, there):
        """as phones page through a folder, from the end; each message that is
        told as gone moves those before it into a page that is done"""
        n = 1
        while n <= there:
            before = self.gone
            self.cmd('UID FETCH 1:* FLAGS (PARTIAL -%d:-%d)' % (n, n + 6))
            n = max(1, n + 7 - (self.gone - before))

    def all(self):
        """the UIDs that are there, by ESEARCH; the answer may be followed by
        news"""
        tag = self.s.begin('UID SEARCH RETURN (ALL) ALL').encode()
        out = set()
        while True:
            r = self.s.response()
            if r.startswith(tag + b' '):
                return out
            m = re.match(rb'\* ESEARCH .* ALL ([\d,:]+)', r)
            if m:
                out = ranges(m[1].decode())
            else:
                self.take(r)

    def number(self):
        """a client by number learns which UID has which number"""
        for _ in range(30):
            if None not in self.seq:
                return
            i = self.seq.index(None) + 1
            self.cmd('FETCH %d:* (UID FLAGS%s)' % (
                i, ' MODSEQ' * (self.modseq and not self.nomodseq)))
            self.cmd('NOOP')
        self.fault('a number is never told')

    def learn(self):
        if not self.uidonly:
            return self.number()
        for turn in range(3):
            # the second time from the first: flags that changed may be told
            # of a message above those that only EXISTS has told of
            at = 1 if turn else max(self.flags, default=0) + 1
            if self.count <= len(self.flags):
                self.whole = self.highest
                break
            self.cmd('UID FETCH %d:4294967295 (FLAGS%s)' % (
                at, ' MODSEQ' * (self.modseq and not self.nomodseq)))
        return None

    # ---- what it does

    def store(self):
        rnd = self.rnd
        uids = rnd.sample(sorted(self.flags), min(len(self.flags),
                                                  rnd.choice([1, 2, 9])))
        sign, f = rnd.choice('+-'), rnd.choice(FLAGS)
        if not uids:
            return
        how = ''
        if self.modseq and not self.nomodseq and rnd.random() < .3:
            how = '(UNCHANGEDSINCE %d) ' % self.highest
        silent = '.SILENT' if not how and rnd.random() < .5 else ''
        if silent:
            for u in uids:
                (self.flags[u].add if sign == '+'
                 else self.flags[u].discard)(f)
        torn = not silent and rnd.random() < .1
        if self.uidonly or rnd.random() < .5:
            self.cmd('UID STORE %s %s%sFLAGS%s (%s)' % (
                fmt(uids), how, sign, silent, f), torn)
        else:
            self.cmd('STORE %s %s%sFLAGS%s (%s)' % (
                fmt(self.seq.index(u) + 1 for u in uids), how, sign, silent,
                f), torn)

    def expunge(self):
        uids = self.rnd.sample(sorted(self.flags),
                               min(len(self.flags), self.rnd.randrange(4)))
        if not uids or len(self.flags) < 12:
            return
        for u in uids:
            self.flags[u].add('\\Deleted')
        self.cmd('UID STORE %s +FLAGS.SILENT (\\Deleted)' % fmt(uids))
        if self.s:
            self.cmd(self.rnd.choice(['EXPUNGE', 'UID EXPUNGE ' + fmt(uids)]),
                     self.rnd.random() < .2)

    def act(self):
        x = self.rnd.random()
        if not self.s:
            self.connect()
        elif x < .08:
            self.drop()
        elif x < .4:
            self.store()
        elif x < .5:
            self.expunge()
        elif x < .55 and self.flags:
            self.cmd('UID MOVE %d Other' % self.rnd.choice(
                sorted(self.flags)), self.rnd.random() < .2)
        elif x < .6 and self.flags:
            self.cmd('UID COPY %d INBOX' % self.rnd.choice(
                sorted(self.flags)))
        elif x < .7:
            for r in self.s.append('INBOX', message(1))[2]:
                self.take(r)
        elif x < .75 and not self.uidonly:
            self.cmd('SEARCH UNSEEN')
        else:
            self.cmd('NOOP', self.rnd.random() < .1)
        if self.s:
            self.learn()


def others(rnd, maildir):
    """what software that is not ours does to the files"""
    x = rnd.random()
    cur = maildir + '/cur'
    names = os.listdir(cur)
    try:
        if x < .3 or not names:
            deliver(maildir, message(2).replace(b'\r\n', b'\n'))
        elif x < .6:
            name = rnd.choice(names)
            base, _, letters = name.partition(':2,')
            new = set(letters) ^ {rnd.choice('FRS')}
            os.rename('%s/%s' % (cur, name),
                      '%s/%s:2,%s' % (cur, base, ''.join(sorted(new))))
        elif x < .75 and len(names) > 12:
            os.unlink('%s/%s' % (cur, rnd.choice(names)))
        elif x < .8:
            shutil.rmtree(index_dir(maildir), ignore_errors=True)
    except FileNotFoundError:
        pass


def on_disk(maildir):
    """{uid: flags} as the files have it"""
    letters = {'S': '\\Seen', 'F': '\\Flagged', 'R': '\\Answered',
               'T': '\\Deleted', 'D': '\\Draft'}
    try:
        with open(maildir + '/dovecot-keywords') as f:
            for line in f:
                n, name = line.split()
                letters[chr(97 + int(n))] = name
    except FileNotFoundError:
        pass
    uid = {base: u for u, base in uidlist(maildir)[1].items()}
    out = {}
    for d in 'cur', 'new':
        for name in os.listdir(maildir + '/' + d):
            base, _, info = name.partition(':2,')
            out[uid.get(base)] = {letters.get(c, c) for c in info}
    return out


def guarded(c, act):
    try:
        act()
    except (Dead, OSError) as e:
        c.fault('%s: %s' % (type(e).__name__, e))
        c.drop()


def history(seed, until, together):
    """one history; together: each client in a thread of its own"""
    rnd = random.Random(seed)
    maildir = scratch('few')
    log = os.path.dirname(maildir) + '/log'
    first = Imap(maildir, log=log)
    first.must('CREATE Other')
    first.logout()
    clients = [Client(k, maildir, log, rnd.random()) for k in KINDS]

    def work(c):
        while time.time() < until:
            guarded(c, c.act)

    if together:
        threads = [threading.Thread(target=work, args=(c,)) for c in clients]
        for t in threads:
            t.start()
        while time.time() < until:
            others(rnd, maildir)
            time.sleep(.02)
        for t in threads:
            t.join()
    else:
        while time.time() < until:
            if rnd.random() < .1:
                others(rnd, maildir)
            c = rnd.choice(clients)
            guarded(c, c.act)
    time.sleep(.05)                     # others' last change: a tick
    for c in clients:                   # all have been away once more
        if rnd.random() < .5:
            c.drop()
    for _ in range(3):
        for c in clients:
            guarded(c, c.act if not c.s else lambda: c.cmd('NOOP'))
            if c.s:
                guarded(c, c.learn)
    want = on_disk(maildir)
    for c in clients:
        where = '%s, seed %d%s' % (c.kind, seed, ', together' * together)
        checks.same(c.faults[:3], [], 'what it was told: ' + where)
        if c.flags != want and os.environ.get('TRACE'):
            print('\n'.join(c.trace))
        checks.same(c.flags, want, 'its picture: ' + where)
        c.drop()
    return sum(c.back for c in clients)


end = time.time() + SECONDS
turn = times = 0
while time.time() < end and not checks.bad:
    part = min(end, time.time() + min(SECONDS / 3, 10))
    times += history(SEED + turn, part, turn % 2 == 1)
    turn += 1
checks.ok(times > 10, 'clients came back', times)
checks.done()
