#!/usr/bin/python3
# ISC licence; see LICENSE.
"""bench/idle-memory.py [SESSIONS] - memory per idle session, beside Dovecot

Opens SESSIONS (50) plain IMAP sessions, each of a user of its own with a
Maildir of 1,000 messages, does SELECT and IDLE, and adds up over all the
processes that serve them: PSS, page tables, kernel stacks (16 kB a thread).
What is there without a session (tcpserver, Dovecot's master) is taken off.
Dovecot runs as Debian ships it but for the paths and the user database.
Build first (make); needs root, so that both sides use a uid of their own.
"""
import os
import socket
import sys
import tempfile
import time

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
sys.path.insert(0, os.path.join(TOP, 'tests'))
import dovecot                                          # noqa: E402
import system                                           # noqa: E402

MESSAGES = 1000
STACK_KB = 16


def fill(maildir):
    for d in ('cur', 'new', 'tmp'):
        os.makedirs(os.path.join(maildir, d), 0o700)
    for i in range(MESSAGES):
        text = b'Subject: %d\n\nhello\n' % i
        name = '%d.M%dP1.bench,S=%d,W=%d:2,S' % (
            1600000000 + i, i, len(text), len(text) + 3)
        with open(os.path.join(maildir, 'cur', name), 'wb') as f:
            f.write(text)


def children():
    kids = {}
    for p in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/stat' % p) as f:
                ppid = f.read().rsplit(')', 1)[1].split()[1]
        except OSError:
            continue
        kids.setdefault(int(ppid), []).append(int(p))
    return kids


def family(pid):
    kids, todo, got = children(), [pid], []
    while todo:
        p = todo.pop()
        got.append(p)
        todo += kids.get(p, [])
    return got


def field(text, key):
    for line in text.splitlines():
        if line.startswith(key + ':'):
            return int(line.split()[1])
    return 0


def measure(pid):
    """kB of a process and all its children: pss, page tables, stacks; count"""
    pss = tables = stacks = 0
    pids = family(pid)
    for p in pids:
        try:
            with open('/proc/%d/smaps_rollup' % p) as f:
                pss += field(f.read(), 'Pss')
            with open('/proc/%d/status' % p) as f:
                status = f.read()
        except OSError:
            continue
        tables += field(status, 'VmPTE')
        stacks += STACK_KB * field(status, 'Threads')
    return pss, tables, stacks, len(pids)


def talk(port, user, password):
    s = socket.create_connection(('127.0.0.1', port), 60)
    f = s.makefile('rwb')
    f.readline()
    for tag, line in ((b'a', b'LOGIN %s %s' % (user, password)),
                      (b'b', b'SELECT INBOX')):
        f.write(tag + b' ' + line + b'\r\n')
        f.flush()
        while True:
            got = f.readline()
            if got.startswith(tag + b' '):
                break
            if not got:
                raise RuntimeError('connection lost')
        if not got.startswith(tag + b' OK'):
            raise RuntimeError(got)
    f.write(b'c IDLE\r\n')
    f.flush()
    f.readline()
    return s, f


def slope(name, pid, port, users, password):
    for u in users:                     # so that indexes are there
        s, f = talk(port, u, password)
        f.close()
        s.close()
    time.sleep(2)
    before = measure(pid)
    open_ones = [talk(port, u, password) for u in users]
    time.sleep(3)
    after = measure(pid)
    each = [(b - a) / len(users) for a, b in zip(before, after)]
    print('%-8s %7.0f kB a session: PSS %.0f, page tables %.0f, kernel stacks'
          ' %.0f, in %.1f processes' % (name, sum(each[:3]), *each))
    for s, f in open_ones:
        f.close()
        s.close()
    return sum(each[:3])


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    site = system.Site()
    names = ['u%d' % i for i in range(n)]
    for u in names:
        site.user(u, 'x', fill)
    users = [u.encode() for u in names]
    tcp = site.tcpserver(['imap-login', 'checkpassword-cdb', 'imapd',
                          'Maildir'], '-c', str(n + 50))
    ours = slope('roost', site.children[-1].pid, tcp, users, b'x')
    site.end(site.children[-1])
    more = 'mail_max_userip_connections = 0\n'
    with dovecot.Dovecot(site.maildir('u0'), more=more,
                         location='maildir:%s/home/%%u/Maildir' % site.dir
                         ) as d:
        theirs = slope('dovecot', d.process.pid, d.imap_port, users, b'any')
    print('ratio dovecot/roost %.1f' % (theirs / ours))


if __name__ == '__main__':
    main()
