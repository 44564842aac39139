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
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, '..')
sys.path[:0] = [HERE, os.path.join(TOP, 'tests')]
import dovecot                                          # noqa: E402
import system                                           # noqa: E402
from memory import Use, family, measure, read, talk     # noqa: E402

MESSAGES = 1000
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


def slope(name, pid, port, users, password):
    for u in users:                     # so that indexes are there
        s, f = talk(port, u, password, TLS)
        f.close()
        s.close()
    time.sleep(2)
    before = measure(pid)
    open_ones = [talk(port, u, password, TLS) for u in users]
    time.sleep(7)
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
