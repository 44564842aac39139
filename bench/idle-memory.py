#!/usr/bin/python3
# ISC licence; see LICENSE.
"""bench/idle-memory.py [-t] [-m] [SESSIONS] - idle sessions beside Dovecot

Opens SESSIONS (50) IMAP sessions, each of a user of its own with a Maildir of
1,000 messages, does SELECT and IDLE, and adds up over all the processes that
serve them: PSS, page tables, kernel stacks (16 kB a thread). What is there
without a session (tcpserver, Dovecot's master) is taken off. Then the same by
program.

-t  IMAPS, with an EC certificate: sslserver in place of tcpserver
-m  also what the private memory of one process of each of our programs is
Dovecot runs as Debian ships it but for the paths and the user database.
Build first (make); needs root, so that both sides use a uid of their own.
"""
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import time

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
sys.path.insert(0, os.path.join(TOP, 'tests'))
import dovecot                                          # noqa: E402
import system                                           # noqa: E402

MESSAGES = 1000
STACK_KB = 16
TLS = '-t' in sys.argv[1:]
MAPS = '-m' in sys.argv[1:]


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


def read(path):
    try:
        with open(path) as f:
            return f.read()
    except OSError:
        return ''


class Use:
    """kB of some processes: PSS, page tables, kernel stacks, private"""
    FIELDS = ('count', 'pss', 'tables', 'stacks', 'private')

    def __init__(self):
        for k in self.FIELDS:
            setattr(self, k, 0)

    def add(self, pid):
        smaps = read('/proc/%d/smaps_rollup' % pid)
        status = read('/proc/%d/status' % pid)
        self.count += 1
        self.pss += field(smaps, 'Pss')
        self.private += (field(smaps, 'Private_Dirty')
                         + field(smaps, 'Private_Clean'))
        self.tables += field(status, 'VmPTE')
        self.stacks += STACK_KB * field(status, 'Threads')

    def less(self, other, sessions):
        """a session's part of what came since other was measured"""
        u = Use()
        for k in self.FIELDS:
            setattr(u, k, (getattr(self, k) - getattr(other, k)) / sessions)
        return u

    def total(self):
        return self.pss + self.tables + self.stacks

    def __str__(self):
        return ('%7.0f kB a session: PSS %.0f, page tables %.0f, kernel '
                'stacks %.0f; private %.0f, in %.1f processes' % (
                    self.total(), self.pss, self.tables, self.stacks,
                    self.private, self.count))


def measure(pid):
    """of a process and all its children: Use by program, '' for all"""
    uses = {'': Use()}
    for p in family(pid):
        name = read('/proc/%d/comm' % p).strip()
        if name:
            uses[''].add(p)
            uses.setdefault(name, Use()).add(p)
    return uses


def show_maps(pid):
    """the private pages of each program's youngest process, by mapping"""
    youngest = {read('/proc/%d/comm' % p).strip(): p
                for p in sorted(family(pid))}
    for name, p in youngest.items():
        print('  %s: private kB of mappings (referenced by this one alone)'
              % name)
        sums, what = {}, ''
        for line in read('/proc/%d/smaps' % p).splitlines():
            m = re.match(r'[0-9a-f]+-[0-9a-f]+ (\S+) \S+ \S+ \S+ *(.*)', line)
            if m:
                what = '%s %s' % (m[1], os.path.basename(m[2]) or 'anonymous')
            elif line.startswith('Private_'):
                sums[what] = sums.get(what, 0) + int(line.split()[1])
        for what, kb in sorted(sums.items(), key=lambda x: -x[1]):
            if kb:
                print('    %5d  %s' % (kb, what))


def talk(port, user, password):
    s = socket.create_connection(('127.0.0.1', port), 60)
    if TLS:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        s = context.wrap_socket(s)
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
    n = len(users)
    each = after[''].less(before[''], n)
    print('%-8s %s' % (name, each))
    for p in sorted(after):
        u = after[p].less(before.get(p, Use()), n)
        if p and round(u.count, 1):
            print('  %-12s %s' % (p, u))
    if MAPS and name == 'roost':
        show_maps(pid)
    for s, f in open_ones:
        f.close()
        s.close()
    return each.total()


CHAIN = ['imap-login', 'checkpassword-cdb', 'imapd', 'Maildir']


def certificate(site):
    pem = site.dir + '/tls.pem'
    subprocess.run(
        ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
         'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost',
         '-keyout', pem, '-out', pem + '.crt'], check=True,
        stderr=subprocess.DEVNULL)
    with open(pem, 'a') as f:
        f.write(read(pem + '.crt'))
    return pem


def serve(site, n, pem):
    """our server; its port"""
    limit = ['-c', str(n + 50)]
    if not TLS:
        return site.tcpserver(CHAIN, *limit)
    p = site.spawn(['sslserver', '-1Hl0', *limit, '127.0.0.1', '0', *CHAIN],
                   stdout=subprocess.PIPE, env=dict(site.env, CERTFILE=pem))
    return int(p.stdout.readline())


def beside(site, users, pem):
    """the same with Dovecot"""
    more = 'mail_max_userip_connections = 0\n'
    port, = dovecot.free_ports(1)
    if TLS:
        more += ('ssl = yes\nssl_cert = <%s\nssl_key = <%s\n'
                 'service imap-login {\n  inet_listener imaps {\n'
                 '    port = %d\n    ssl = yes\n  }\n}\n' % (pem, pem, port))
    with dovecot.Dovecot(site.maildir('u0'), more=more,
                         location='maildir:%s/home/%%u/Maildir' % site.dir
                         ) as d:
        return slope('dovecot', d.process.pid, port if TLS else d.imap_port,
                     users, b'any')


def main():
    numbers = [a for a in sys.argv[1:] if a.isdigit()]
    n = int(numbers[0]) if numbers else 50
    site = system.Site()
    names = ['u%d' % i for i in range(n)]
    for u in names:
        site.user(u, 'x', fill)
    users = [u.encode() for u in names]
    pem = certificate(site) if TLS else None
    port = serve(site, n, pem)
    ours = slope('roost', site.children[-1].pid, port, users, b'x')
    site.end(site.children[-1])
    theirs = beside(site, users, pem)
    print('ratio dovecot/roost %.1f' % (theirs / ours))


if __name__ == '__main__':
    main()
