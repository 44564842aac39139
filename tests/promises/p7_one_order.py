#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""P7: ten sessions on one folder see one order of events. Each keeps its own
view from the untagged responses alone; in the end all are the same, and none
was ever told something that does not fit."""
import os
import random
import re
import threading

from common import Imap, deliver, message, scratch, start

checks = start('p7_one_order')
maildir = scratch('empty')
log = os.path.dirname(maildir) + '/log'
counter = iter(range(1, 100000))
lock = threading.Lock()


class View:
    """a client that believes only what it is told"""

    def __init__(self, seed):
        self.rnd = random.Random(seed)
        self.s = Imap(maildir, log=log)
        self.count = self.s.select()['EXISTS']
        self.uid = {}                   # message number -> uid, where known
        self.flag = {}                  # uid -> flags
        self.faults = []
        self.learn()

    def fault(self, what):
        self.faults.append('%s: %s' % (self.s.name, what))

    def take(self, untagged):
        """apply untagged responses"""
        for r in untagged:
            m = re.match(rb'\* (\d+) (EXISTS|EXPUNGE|FETCH)', r)
            if not m:
                continue
            n = int(m[1])
            if m[2] == b'EXISTS':
                if n < self.count:
                    self.fault('EXISTS %d after %d' % (n, self.count))
                self.count = n
            elif m[2] == b'EXPUNGE':
                if not 1 <= n <= self.count:
                    self.fault('EXPUNGE %d of %d' % (n, self.count))
                gone = self.uid.get(n)
                self.uid = {k - (k > n): u for k, u in self.uid.items()
                            if k != n}
                self.flag.pop(gone, None)
                self.count -= 1
            else:
                if not 1 <= n <= self.count:
                    self.fault('FETCH %d of %d' % (n, self.count))
                u = re.search(rb'UID (\d+)', r)
                f = re.search(rb'FLAGS \(([^)]*)\)', r)
                if u:
                    u = int(u[1])
                    if self.uid.get(n, u) != u:
                        self.fault('message %d was UID %d, is %d' % (
                            n, self.uid[n], u))
                    self.uid[n] = u
                if f and n in self.uid:
                    self.flag[self.uid[n]] = sorted(
                        x for x in f[1].split() if x != b'\\Recent')

    def cmd(self, text):
        word, rest, untagged = self.s.cmd(text)
        self.take(untagged)
        return word, rest

    def learn(self):
        """ask for what EXISTS has told of; what another has expunged in
        the meantime gives no answer, and NOOP tells that it is gone"""
        for turn in range(20):
            missing = [n for n in range(1, self.count + 1)
                       if n not in self.uid]
            if not missing:
                order = [self.uid[n] for n in sorted(self.uid)]
                if order != sorted(set(order)):
                    self.fault('UIDs do not ascend: %s' % order)
                return
            if turn:
                self.cmd('NOOP')
            if missing[0] <= self.count:
                self.cmd('FETCH %d:* (UID FLAGS)' % missing[0])
        self.fault('message %d is never told' % missing[0])

    def act(self):
        rnd = self.rnd
        what = rnd.random()
        if what < .2:
            with lock:
                n = next(counter)
            self.take(self.s.append('INBOX', message(n))[2])
        elif what < .25:
            with lock:
                n = next(counter)
            deliver(maildir, message(n).replace(b'\r\n', b'\n'))
            self.cmd('NOOP')
        elif what < .6 and self.count:
            f = rnd.choice(['\\Seen', '\\Flagged', 'Work', 'Play'])
            self.cmd('STORE %d %sFLAGS (%s)' % (
                rnd.randrange(1, self.count + 1), rnd.choice('+-'), f))
        elif what < .72 and self.count > 3:
            u = self.uid.get(rnd.randrange(1, self.count + 1))
            if u:
                self.cmd('UID STORE %d +FLAGS.SILENT (\\Deleted)' % u)
                if rnd.random() < .7:
                    self.cmd('UID EXPUNGE %d' % u)
                else:
                    self.cmd('EXPUNGE')
        elif what < .78 and self.count > 3:
            self.cmd('COPY %d INBOX' % rnd.randrange(1, self.count + 1))
        elif what < .85:
            self.cmd('SEARCH UNSEEN')
        else:
            self.cmd('NOOP')
        self.learn()


def work(v):
    try:
        for _ in range(40):
            v.act()
    except Exception as e:
        v.fault('%s: %s' % (type(e).__name__, e))


views = [View(i) for i in range(10)]
threads = [threading.Thread(target=work, args=(v,)) for v in views]
for t in threads:
    t.start()
for t in threads:
    t.join()
for _ in range(2):
    for v in views:
        try:
            v.cmd('NOOP')
            v.learn()
        except Exception as e:
            v.fault('%s: %s' % (type(e).__name__, e))
for v in views:
    checks.same(v.faults[:3], [], 'what %s was told' % v.s.name)
fresh = View(99)
want = [fresh.uid[n] for n in sorted(fresh.uid)]
for v in views:
    checks.same([v.uid.get(n) for n in range(1, v.count + 1)], want,
                'the messages that %s sees' % v.s.name)
    checks.same(v.flag, fresh.flag, 'the flags that %s sees' % v.s.name)
    checks.same(v.s.logout(), 0, 'exit')
fresh.s.logout()
checks.done()
