#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""P7: twenty sessions, three folders, random commands at once. Each session
keeps the picture its client would have, from untagged responses alone; at the
end the pictures of a folder are all the same, and are what a new session and
the files show. No message is lost, no UID shows two messages.

    p7_three_folders.py                 short: some seconds with each build
    p7_three_folders.py SECONDS [SEED]  one build, that of the prefix O

The short form runs the build of the prefix O, then build/asan/ if it is
there. What the commands are is the seed's, when they meet is not."""
import os
import random
import subprocess
import sys
import threading
import time

from common import Dead, Imap, message, scratch, start, system
from picture import Picture
import history

SESSIONS = 20
FOLDERS = ['INBOX', 'One', 'Two']
FLAGS = ['\\Seen', '\\Flagged', '\\Answered', '\\Draft', 'Work', 'Play',
         '$Junk']
TOO_MANY = 60                   # messages; above it more is expunged


class Shared:
    """what all threads know"""

    def __init__(self):
        self.lock = threading.Lock()
        self.n = 0
        self.made = set()               # numbers whose APPEND said OK
        self.doomed = set()             # numbers that bore \\Deleted
        self.uids = {}                  # (folder, UIDVALIDITY, uid) -> number
        self.commands = 0

    def number(self):
        with self.lock:
            self.n += 1
            return self.n


class User:
    """one client at random work"""

    def __init__(self, at, seed, maildir, shared, log):
        self.rnd = random.Random(seed * 1000 + at)
        self.maildir, self.shared = maildir, shared
        self.p = Picture(Imap(maildir, log=log), 'session %d' % at)
        self.go(FOLDERS[at % 3])

    def go(self, folder):
        self.p.select(folder, 'EXAMINE' if self.rnd.random() < .05
                      else 'SELECT')

    def uid(self):
        return self.rnd.choice(self.p.box).uid

    def some(self):
        """a few UIDs, and their numbers as a set of the same"""
        k = self.rnd.randrange(1, 5)
        return sorted({self.uid() for _ in range(k)})

    def doom(self, uids):
        with self.shared.lock:
            self.shared.doomed.update(
                m.n for m in self.p.box if m.uid in uids)

    def act(self):
        rnd, p = self.rnd, self.p
        if p.folder is None or rnd.random() < .02:
            if p.folder and rnd.random() < .3:
                p.leave('UNSELECT')
            self.go(rnd.choice(FOLDERS))
            return
        names = ACTS if p.box else ['append', 'noop', 'idle']
        if len(p.box) > TOO_MANY:
            names = ['expunge', 'move', 'noop']
        getattr(self, 'do_' + rnd.choice(names))()
        self.shared.commands += 1
        p.learn()
        self.check_uids()

    def check_uids(self):
        p, uids = self.p, self.shared.uids
        for m in p.box:
            old = uids.setdefault((p.folder, p.uidvalidity, m.uid), m.n)
            if old != m.n:
                p.fault('UID %d is the message %s, was %s' % (
                    m.uid, m.n, old))

    # the commands

    def do_noop(self):
        self.p.cmd(self.rnd.choice(['NOOP', 'NOOP', 'CHECK']))

    def do_idle(self):
        self.p.idle(self.rnd.uniform(0, .15))

    def do_append(self):
        n = self.shared.number()
        to = self.rnd.choice(FOLDERS)
        word, text, untagged = self.p.s.append(
            to, message(n, self.rnd.choice([0, 0, 3000])),
            ' '.join(self.rnd.sample(FLAGS, 2)))
        self.p.take(untagged)
        if word == 'OK':
            self.shared.made.add(n)
        else:
            self.p.fault('APPEND: %s %s' % (word, text))

    def do_deliver(self):
        n = self.shared.number()
        system.deliver(self.maildir, message(n).replace(b'\r\n', b'\n'),
                       folder=self.rnd.choice(['', 'One', 'Two']))
        self.shared.made.add(n)

    def do_store(self):
        at = self.rnd.randrange(len(self.p.box)) + 1
        to = min(len(self.p.box), at + self.rnd.randrange(3))
        self.p.cmd('STORE %d:%d %sFLAGS (%s)' % (
            at, to, self.rnd.choice('+-'),
            ' '.join(self.rnd.sample(FLAGS, self.rnd.choice([1, 1, 2])))))

    def do_uid_store(self):
        self.p.cmd('UID STORE %s %sFLAGS (%s)' % (
            ','.join(map(str, self.some())), self.rnd.choice(['+', '-', '']),
            self.rnd.choice(FLAGS)))

    def do_silent(self):
        """the client notes its own change, and is told if there was more"""
        self.p.silent(self.some(), self.rnd.choice('+-'),
                      [self.rnd.choice(FLAGS)])

    def do_expunge(self):
        uids = self.some()
        self.doom(uids)
        self.p.cmd('UID STORE %s +FLAGS (\\Deleted)' % ','.join(
            map(str, uids)))
        self.p.cmd('EXPUNGE' if self.rnd.random() < .4
                   else 'UID EXPUNGE %s' % ','.join(map(str, uids)))

    def do_copy(self):
        if self.shared.n < 2000:
            self.p.cmd('UID COPY %d %s' % (self.uid(),
                                           self.rnd.choice(FOLDERS)))

    def do_move(self):
        self.p.cmd('%s %s' % (
            'UID MOVE ' + ','.join(map(str, self.some()))
            if self.rnd.random() < .7 else
            'MOVE %d' % (self.rnd.randrange(len(self.p.box)) + 1),
            self.rnd.choice(FOLDERS)))

    def do_search(self):
        _, _, untagged = self.p.cmd(self.rnd.choice(
            ['SEARCH UNSEEN', 'SEARCH FLAGGED', 'SEARCH KEYWORD Work',
             'SEARCH SUBJECT 7', 'SEARCH ALL']))
        for r in untagged:
            if r.startswith(b'* SEARCH'):
                bad = [x for x in map(int, r.split()[2:])
                       if not 1 <= x <= len(self.p.box)]
                if bad:
                    self.p.fault('SEARCH: %s of %d' % (bad, len(self.p.box)))

    def do_fetch(self):
        self.p.cmd('FETCH %d:%d (%s)' % (
            self.rnd.randrange(len(self.p.box)) + 1, len(self.p.box),
            self.rnd.choice(['FLAGS', 'UID ENVELOPE', 'RFC822.SIZE FLAGS',
                             'BODYSTRUCTURE', 'UID BODY.PEEK[TEXT]',
                             'UID BODY[TEXT]<0.9>'])))

    def do_status(self):
        self.p.cmd('STATUS %s (MESSAGES UIDNEXT UNSEEN RECENT)'
                   % self.rnd.choice([f for f in FOLDERS
                                      if f != self.p.folder]))

    def work(self, end):
        try:
            while time.monotonic() < end and not self.p.faults:
                self.act()
        except Exception as e:
            self.p.fault('%s: %s' % (type(e).__name__, e))


ACTS = (['noop'] * 3 + ['idle', 'append', 'append', 'deliver', 'copy', 'move']
        + ['store'] * 4 + ['uid_store'] * 3 + ['silent'] * 3
        + ['expunge', 'expunge', 'search', 'fetch', 'fetch', 'status'])


def finish(u):
    """all is quiet: a NOOP brings the picture up"""
    try:
        if u.p.folder is None:
            u.go('INBOX')
        for _ in range(2):
            u.p.cmd('NOOP')
            u.p.learn()
        u.check_uids()
    except Exception as e:
        u.p.fault('%s: %s' % (type(e).__name__, e))


def from_files(maildir, folder):
    """{uid: (number, flags)} by names, uidlist and dovecot-keywords"""
    class World:                        # only what seen_on_disk needs
        known = {}
    w = World()
    w.maildir = maildir
    w.files = history.Files(w)
    return history.World.seen_on_disk(w, '' if folder == 'INBOX' else folder)


def run(checks, seconds, seed):
    maildir = scratch('empty')
    log = os.path.dirname(maildir) + '/log'
    s = Imap(maildir)
    for f in FOLDERS[1:]:
        s.must('CREATE ' + f)
    s.logout()
    shared = Shared()
    users = [User(i, seed, maildir, shared, log) for i in range(SESSIONS)]
    end = time.monotonic() + seconds
    threads = [threading.Thread(target=u.work, args=(end,)) for u in users]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for u in users:
        finish(u)
        checks.same(u.p.faults[:3], [], 'what %s was told' % u.p.name)
    present = set()
    for folder in FOLDERS:
        fresh = User(0, seed, maildir, shared, log)
        fresh.go(folder)
        want = fresh.p.seen()
        present |= {n for n, _ in want.values()}
        for u in users:
            if u.p.folder == folder:
                have = u.p.seen()
                checks.same({x: have.get(x) for x in {*have, *want}
                             if have.get(x) != want.get(x)},
                            {x: want.get(x) for x in {*have, *want}
                             if have.get(x) != want.get(x)},
                            'the picture of %s in %s' % (u.p.name, folder))
        checks.same(from_files(maildir, folder)[1], want,
                    'the files of ' + folder)
        checks.same(fresh.p.faults, [], 'a new session')
        fresh.p.s.logout()
    checks.same(sorted(shared.made - shared.doomed - present), [],
                'messages that are lost')
    for u in users:
        try:
            checks.same(u.p.s.logout(), 0, 'exit of ' + u.p.name)
        except Dead:
            checks.ok(False, 'exit of ' + u.p.name)
    with open(log, errors='replace') as f:
        said = f.read()
    checks.ok('ERROR: AddressSanitizer' not in said
              and 'runtime error' not in said, 'the sanitizers', said[-3000:])
    print('seed %d%s: %d commands, %d responses, %d messages' % (
        seed, system.PREFIX and ' in ' + system.PREFIX, shared.commands,
        sum(u.p.told for u in users), len(shared.made)))


def main():
    checks = start('p7_three_folders')
    args = [float(x) for x in sys.argv[1:]]
    seed = int(args[1]) if len(args) > 1 else 1
    run(checks, args[0] if args else 6, seed)
    asan = os.path.join(system.TOP, 'build/asan/imapd/imapd')
    if not args and not system.PREFIX and os.path.exists(asan):
        p = subprocess.run([sys.executable, __file__, '6', '2'],
                           env=dict(os.environ, O='build/asan/'),
                           stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        said = p.stdout.decode('utf-8', 'replace')
        print(said.rpartition('p7_three_folders:')[0], end='')
        checks.same(p.returncode, 0, 'under the sanitizers')
    checks.done()


main()
