#!/usr/bin/python3
# ISC licence; see LICENSE.
"""bench/idle-memory.py [-t] [-m] [SESSIONS] - idle sessions beside Dovecot
bench/idle-memory.py -s [SESSIONS] - as many as 5,000, of ours alone

Opens SESSIONS (50) IMAP sessions, each of a user of its own with a Maildir of
1,000 messages, does SELECT and IDLE, and adds up over all the processes that
serve them: PSS, page tables, kernel stacks (16 kB a thread). What is there
without a session (tcpserver, Dovecot's master) is taken off. Then the same by
program.

-t  IMAPS, with an EC certificate: sslserver in place of tcpserver
-m  also what the private memory of one process of each of our programs is
-s  1,000 sessions, then SESSIONS (5,000), all mailboxes under one uid, and so
    beyond the kernel's 128 inotify instances; each has a Maildir of 10
    messages. What a session needs between the two; and how long a delivery
    takes to the EXISTS, for a sample
Dovecot runs as Debian ships it but for the paths and the user database.
Build first (make); needs root, so that both sides use a uid of their own.
"""
import os
import re
import resource
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, '..')
sys.path[:0] = [HERE, os.path.join(TOP, 'tests')]
import dovecot                                          # noqa: E402
import system                                           # noqa: E402
from memory import Use, family, field, measure, read, talk  # noqa: E402

MESSAGES = 1000
MANY = '-s' in sys.argv[1:]
SAMPLE = 200
TLS = '-t' in sys.argv[1:]
MAPS = '-m' in sys.argv[1:]


def fill(maildir, messages=MESSAGES):
    for d in ('cur', 'new', 'tmp'):
        os.makedirs(os.path.join(maildir, d), 0o700)
    for i in range(messages):
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


# --------------------------------------------------------------- thousands

def many_users(site, n):
    """u0 to uN: one is added, the others are like it"""
    fill(site.maildir('u0'), 10)        # a hash that costs nothing: logins are
    subprocess.run(                     # not what is measured
        ['roost-user', '-f', site.dir + '/users', 'add', '-u', str(system.UID),
         '-g', str(system.GID), '-d', site.home('u0'), '-s', 'SHA512-CRYPT',
         '-c', '1000', 'u0'], env=site.env, input=b'x\n', check=True)
    with open(site.dir + '/users') as f:
        line, = [x for x in f if x.startswith('u0:')]
    with open(site.dir + '/users', 'a') as f:
        for i in range(1, n):
            f.write(line.replace('u0:', 'u%d:' % i, 1).replace(
                '/home/u0', '/home/u%d' % i))
            fill(site.maildir('u%d' % i), 10)
    system.own(site.dir + '/home')
    subprocess.run(['roost-user', '-f', site.dir + '/users', 'compile'],
                   env=site.env, check=True)


def available():
    """kB of the machine"""
    return field(read('/proc/meminfo'), 'MemAvailable')


def in_rest(pid, n):
    """all have come to rest, and how long that took"""
    begun = time.monotonic()
    while time.monotonic() - begun < 300:
        names = [read('/proc/%d/comm' % p).strip() for p in family(pid)]
        # one or the other may just have a look at its folder
        if min(map(names.count, ('imap-idle', 'login-wait'))) > n * 0.995:
            break
        time.sleep(1)
    print('%d sessions: %d imap-idle, %d login-wait' % (
        n, names.count('imap-idle'), names.count('login-wait')), flush=True)


def news(site, sessions, which):
    """ms from a delivery to the untagged EXISTS"""
    times = []
    for i in which:
        maildir = site.maildir('u%d' % i)
        name = '%d.M1P1.news' % time.time()
        with open('%s/tmp/%s' % (maildir, name), 'wb') as f:
            f.write(b'Subject: news\n\nnew\n')
        os.chown('%s/tmp/%s' % (maildir, name), system.UID, system.GID)
        begun = time.monotonic()
        os.rename('%s/tmp/%s' % (maildir, name), '%s/new/%s' % (maildir, name))
        while b'EXISTS' not in sessions[i][1].readline():
            pass
        times.append((time.monotonic() - begun) * 1000)
        time.sleep(0.02)
    times.sort()
    return '%.1f ms (median), %.1f (95%%), %.1f (longest)' % (
        statistics.median(times), times[len(times) * 95 // 100], times[-1])


def many(n):
    resource.setrlimit(resource.RLIMIT_NOFILE, (2 * n + 1000, 2 * n + 1000))
    site = system.Site()
    many_users(site, n)
    port = serve(site, n, None)
    pid = site.children[-1].pid
    sessions, found = [], []
    for upto in sorted({1000, n}):
        begun = time.monotonic()
        while len(sessions) < upto:
            sessions.append(talk(port, b'u%d' % len(sessions), b'x'))
        print('logged in: %d, %.0f s' % (upto, time.monotonic() - begun))
        in_rest(pid, upto)
        found.append((measure(pid)[''], available()))
    if len(found) == 2:
        each = found[1][0].less(found[0][0], n - 1000)
        print('between 1,000 and %d sessions:' % n)
        print('  ' + str(each))
        print('  %7.0f kB a session: what the machine has less, sockets of the '
              'client and caches too' % (
                  (found[0][1] - found[1][1]) / (n - 1000)))
    with open('/proc/sys/fs/inotify/max_user_instances') as f:
        instances = int(f.read())
    step = max(1, (n - instances) // SAMPLE)
    print('EXISTS by inotify: ' + news(site, sessions, range(0, 100)))
    print('EXISTS by dnotify: ' + news(site, sessions,
                                       range(instances, n, step)))
    for s, f in sessions:
        f.close()
        s.close()


def main():
    numbers = [a for a in sys.argv[1:] if a.isdigit()]
    n = int(numbers[0]) if numbers else 5000 if MANY else 50
    if MANY:
        return many(n)
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
