#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Sessions of an account are counted: the newest wins and the longest idle is
told why it has to go; the roster, roost-who, roost-kick, process titles; what
is killed does not count; a hostile handler harms itself alone"""
import fcntl
import glob
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time

from common import Checks, Imap, Site, read, wait_for
import fixtures                                         # noqa: E402
import system                                           # noqa: E402
from system import Dead

checks = Checks('limits')
missing = system.need('tcpserver', 'login/imap-login', 'login/roost-who',
                      'imapd/imapd', 'pop3d/pop3d',
                      'checkpassword/checkpassword-cdb')
if missing:
    checks.skip('all', missing + ' is not there')
    checks.done()

ADDRESS = 'too many sessions from this address, the newest wins'
ACCOUNT = 'too many sessions of this user, the newest wins'
KICKED = 'ended by the administrator'


def run(site, *args, code=0):
    p = subprocess.run(args, env=site.env, stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       timeout=30)
    if code is not None:
        checks.same(p.returncode, code, ' '.join(args))
    return p.stdout.decode('latin-1')


def who(site, *args):
    """[{key: value}] of roost-who"""
    return [dict(w.split('=', 1) for w in line.split())
            for line in run(site, 'roost-who', *args).splitlines()]


def entries(site):
    return glob.glob(site.env['LOGIN_RUN'] + '/*/*')


def monitors(site):
    return [int(os.path.basename(p).split('-')[0]) for p in entries(site)]


def login(port, user='joe', address=None):
    """an IMAP session, from another loopback address if one is named"""
    s = Imap.__new__(Imap)
    s.p, s.buf, s.n = None, b'', 0
    Imap.count += 1
    s.name = 'c%d' % Imap.count
    s.s = socket.create_connection(
        ('127.0.0.1', port), 20, (address, 0) if address else None)
    s.greeting = s.response()
    s.must('LOGIN %s secret' % user)
    return s


def counted(site, n):
    return wait_for(lambda: len(who(site)) == n)


def last_words(s):
    """what a session is told until its end"""
    out = []
    try:
        while True:
            out.append(s.response().decode('latin-1'))
    except (Dead, OSError) as e:
        if isinstance(e, OSError):
            out.append(repr(e))
    return out


def alive(s):
    try:
        return s.cmd('NOOP')[0] == 'OK'
    except Dead:
        return False


def new_site(**env):
    # login-wait waits from the start here, and after a second where we are not
    # root, in the second run
    if system.ROOT:
        env = dict({'LOGIN_REST': '0'}, **env)
    site = Site(**env)
    for name in ('joe', 'ann'):
        site.user(name, 'secret', lambda p: fixtures.make('few', p))
    return site


def title(pid):
    return read('/proc/%d/cmdline' % pid).rstrip('\0')


# ---------------------------------------------------------- the roster itself

def test_roster():
    site = new_site()
    port = site.imap()
    checks.same(who(site), [], 'nobody')
    checks.ok(not os.path.exists(site.env['LOGIN_RUN']), 'nor a directory')
    a = login(port)
    checks.ok(counted(site, 1), 'one')
    run_dir = site.env['LOGIN_RUN']
    checks.same(stat.S_IMODE(os.stat(run_dir).st_mode), 0o700, 'its mode')
    path = entries(site)[0]
    checks.same([stat.S_IMODE(os.stat(p).st_mode) for p in (
        path, os.path.dirname(path))], [0o600, 0o700], 'modes')
    st = os.stat(site.maildir('joe'))
    checks.same(os.path.basename(os.path.dirname(path)), 'm.%x.%x.%x' % (
        system.UID, st.st_dev, st.st_ino), 'the account by its Maildir')
    e = who(site)[0]
    checks.same({k: e.get(k) for k in ('service', 'user', 'address', 'tls',
                                       'folder')},
                {'service': 'imap', 'user': 'joe', 'address': '127.0.0.1',
                 'tls': 'no', 'folder': None}, 'what is shown')
    checks.ok(re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ', e['since'])
              and int(e['idle']) < 5 and e['port'].isdigit(), 'times', e)
    t = time.time() - time.mktime(time.strptime(
        e['since'], '%Y-%m-%dT%H:%M:%SZ')) + time.timezone
    checks.ok(-2 <= t <= 10, 'since when', (t, e))
    a.select()
    checks.ok(wait_for(lambda: who(site)[0].get('folder') == 'INBOX'),
              'the folder')
    a.must('UNSELECT')
    checks.ok(wait_for(lambda: 'folder' not in who(site)[0]), 'no folder')
    a.must('CREATE "A&AOk- b"')
    a.select('A&AOk- b')
    checks.ok(wait_for(lambda: who(site)[0].get('folder')
                       == 'A&AOk-\\x20b'), 'its name is escaped', who(site))
    time.sleep(2.2)
    checks.ok(2 <= int(who(site)[0]['idle']) <= 4, 'idle', who(site))
    a.must('NOOP')
    checks.ok(wait_for(lambda: int(who(site)[0]['idle']) == 0), 'not idle')

    # titles
    handler = int(e['pid'])
    monitor = int(os.path.basename(path).split('-')[0])
    checks.same(title(monitor), 'imap-login: joe 127.0.0.1 session',
                'title of the monitor')
    checks.same(title(handler), 'imapd: joe 127.0.0.1 A&AOk- b', 'of imapd')
    a.begin('IDLE')
    a.response()
    checks.ok(wait_for(lambda: title(handler)
                       == 'imapd: joe 127.0.0.1 IDLE A&AOk- b'), 'IDLE',
              title(handler))
    a.send('DONE\r\n')
    a.response()
    s = socket.create_connection(('127.0.0.1', port), 20)
    s.recv(4)
    found = [title(int(p)) for p in os.listdir('/proc') if p.isdigit()
             and title(int(p)).startswith('imap-login: ')]
    checks.ok('imap-login: 127.0.0.1 login' in found
              and 'imap-login: 127.0.0.1 talker' in found, 'before login',
              found)
    s.close()

    # POP3, and who is chosen
    pport = site.pop3()
    p = socket.create_connection(('127.0.0.1', pport), 20)
    f = p.makefile('rb')
    f.readline()
    p.sendall(b'USER ann\r\nPASS secret\r\n')
    f.readline()
    f.readline()
    checks.ok(counted(site, 2), 'two')
    x = who(site, '-u', 'ann')
    checks.ok(len(x) == 1 and x[0]['service'] == 'pop3'
              and x[0]['folder'] == 'INBOX', 'pop3', x)
    checks.ok(title(int(x[0]['pid'])) == 'pop3d: ann 127.0.0.1 INBOX',
              'title of pop3d')
    checks.same(len(who(site, '-a', '127.0.0.1')), 2, 'by address')
    checks.same(who(site, '-u', 'an'), [], 'no part of a name')
    checks.same(who(site, '-p', e['pid'])[0]['user'], 'joe', 'by pid')
    checks.same(who(site, '-p', str(monitor))[0]['user'], 'joe', 'monitor')
    checks.same(len(who(site, '-p', e['pid'], '-u', 'ann')), 0, 'both')
    run(site, 'roost-who', 'x', code=100)
    run(site, 'roost-who', '-p', '1', code=100)
    run(site, 'roost-kick', code=100)

    # kick
    run(site, 'roost-kick', '-u', 'nobody', code=1)
    said = run(site, 'roost-kick', '-u', 'ann')
    checks.ok('user=ann ' in said and said.count('\n') == 1, 'kick', said)
    checks.same(f.readline(), b'-ERR [SYS/TEMP] %s\r\n' % KICKED.encode(),
                'pop3 is told')
    checks.same(f.readline(), b'', 'and ended')
    checks.ok(site.logged(r'pop3d: end user=ann .* reason=kicked$'), 'log 1', site.logtext()[-1500:])
    checks.ok(alive(a), 'nobody else')
    run(site, 'roost-kick', '-p', e['pid'])
    checks.same(last_words(a), ['* BYE ' + KICKED], 'imap is told')
    checks.ok(site.logged(r'imapd: end user=joe .* reason=kicked$'), 'log 2', site.logtext()[-1500:])
    checks.ok(wait_for(lambda: not os.listdir(run_dir)), 'nothing is left',
              os.listdir(run_dir))
    p.close()
    site.close()


def test_address():
    site = new_site(LOGIN_MAX_ADDRESS='3', LOGIN_MAX_ACCOUNT='100')
    port = site.imap()
    a, b, c = login(port), login(port), login(port)
    other = login(port, address='127.0.0.2')
    ann = login(port, 'ann')
    checks.ok(counted(site, 5), 'five')
    time.sleep(1.1)
    for s in (a, c):                    # b is idle, a is the oldest
        s.must('NOOP')
    time.sleep(0.2)
    d = login(port)
    checks.same(last_words(b), ['* BYE ' + ADDRESS], 'the longest idle goes')
    checks.ok(counted(site, 5), 'as many as before')
    checks.ok(all(map(alive, (a, c, d, other, ann))), 'the others stay')
    checks.ok(site.logged(r'imap-login: limit user=joe address=127.0.0.1 '
                          r'pid=\d+ reason=address$')
              and site.logged(r'imapd: end user=joe .* reason=limit$'), 'log 3', site.logtext()[-1500:])
    # IDLE is told at once, too; ties go by age
    time.sleep(1.1)
    c.begin('IDLE')
    c.response()
    time.sleep(1.1)
    for s in (a, d):
        s.must('NOOP')
    e = login(port)
    checks.same(last_words(c), ['* BYE ' + ADDRESS], 'out of IDLE')
    # many at once: the cap holds and newcomers are served
    time.sleep(1.1)
    more = [login(port) for _ in range(7)]
    checks.ok(counted(site, 5), 'still five', who(site))
    checks.same([alive(s) for s in more[-3:]], [True] * 3, 'the newest')
    checks.same([alive(s) for s in (a, d, e)], [False] * 3, 'not the old')
    for s in [other, ann] + more:
        s.close()
    site.close()


def test_account():
    site = new_site(LOGIN_MAX_ADDRESS='2', LOGIN_MAX_ACCOUNT='3')
    port, pport = site.imap(), site.pop3()
    all_ = []
    for i in range(3):
        all_.append(login(port, address='127.0.0.%d' % (i + 2)))
        time.sleep(0.05)
    ann = login(port, 'ann', '127.0.0.2')
    checks.ok(counted(site, 4), 'four')
    p = socket.create_connection(('127.0.0.1', pport), 20)
    f = p.makefile('rb')
    f.readline()
    p.sendall(b'USER joe\r\nPASS secret\r\n')
    f.readline()
    f.readline()
    checks.same(last_words(all_[0]), ['* BYE ' + ACCOUNT],
                'the cap of the account, pop3 counts with imap')
    checks.ok(site.logged(r'pop3-login: limit user=joe address=127.0.0.2 '
                          r'pid=\d+ reason=account$'), 'log 4', site.logtext()[-1500:])
    time.sleep(1.2)
    for s in all_[1:]:
        s.must('NOOP')
    time.sleep(0.1)
    q = login(port, address='127.0.0.9')
    checks.same(f.readline(), b'-ERR [SYS/TEMP] %s\r\n' % ACCOUNT.encode(),
                'pop3 is told')
    checks.ok(all(map(alive, all_[1:] + [q, ann])), 'the others stay')
    for s in all_[1:] + [q, ann]:
        s.close()
    site.close()


def test_killed():
    site = new_site(LOGIN_MAX_ADDRESS='4')
    port = site.imap()
    dead = [login(port) for _ in range(4)]
    checks.ok(counted(site, 4), 'four')
    for pid in monitors(site):
        os.kill(pid, signal.SIGKILL)
    checks.same(len(entries(site)), 4, 'their files are left')
    live = [login(port) for _ in range(3)]
    checks.ok(all(map(alive, live)), 'they do not count')
    checks.ok(wait_for(lambda: len(entries(site)) == 3), 'and are swept',
              entries(site))
    d = login(port)
    checks.ok(all(map(alive, live + [d])), 'four may be')
    live.append(d)
    checks.ok(counted(site, 4), 'four are')
    for s in dead:
        s.close()
    for pid in monitors(site):
        os.kill(pid, signal.SIGKILL)
    checks.ok(counted(site, 0), 'roost-who shows none')
    checks.same(os.listdir(site.env['LOGIN_RUN']), [], 'and sweeps all')
    for s in live:
        s.close()
    site.close()


def test_without():
    """no roster: mail is served"""
    site = new_site()
    with open(site.dir + '/file', 'w'):
        pass
    os.mkdir(site.dir + '/open')
    os.chmod(site.dir + '/open', 0o777)
    os.symlink(site.dir + '/home', site.dir + '/link')
    for where in ('/no/such', '/file', '/open', '/link'):
        port = site.imap(LOGIN_RUN=site.dir + where)
        s = login(port)
        checks.ok(alive(s), 'served without ' + where)
        s.logout()
    checks.ok(wait_for(lambda: site.logtext().count('imap-login: end ') == 4),
              'all ended')
    checks.same(site.logtext().count('imap-login: warning what=run-directory '
                                     'error='), 4, 'said once each')
    checks.same(os.listdir(site.dir + '/open'), [], 'nothing in there')
    port = site.imap(LOGIN_RUN='-')
    s = login(port)
    checks.ok(alive(s), 'switched off')
    s.logout()
    checks.same(site.logtext().count('warning'), 4, 'without a word')
    os.unlink(site.bin + '/login-wait')
    port = site.imap(LOGIN_REST='0')
    s = login(port)
    checks.ok(site.logged('^imap-login: warning what=login-wait error='
                          'No_such_file_or_directory$'), 'without login-wait',
              site.logtext())
    s.logout()
    checks.ok(wait_for(lambda: site.logtext().count('imap-login: end ') == 6),
              'all the same it ends', site.logtext())
    site.env['LOGIN_RUN'] = site.dir + '/open'
    checks.ok('unable to open' in run(site, 'roost-who', code=111),
              "roost-who believes no directory of others'")
    site.close()


HOSTILE = r'''#!%s -SE
import array, fcntl, os, signal, socket, sys, time
fd = int(os.environ['ROOST_NOTE_FD'])
s = socket.socket(fileno=fd)
s.setblocking(False)
mode = sys.argv[1]
def put(data, fds=()):
    try:
        s.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                            array.array('i', fds))] if fds else [])
    except OSError:
        pass
def show(path, flags=os.O_RDONLY):
    put(b'A', [os.open(path, flags)])
if mode == 'opath':
    show('Maildir', os.O_PATH)
elif mode == 'file':
    show('/etc/passwd')
elif mode == 'many':
    put(b'A', [0, 1, 0, 1, 0, 1])
elif mode == 'flood':
    show('Maildir')
for sig in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM, signal.SIGRTMIN):
    signal.signal(sig, signal.SIG_IGN)
sign = int(os.environ['ROOST_SIGN_FD'])
os.write(sign, b'\n')
os.close(sign)
os.write(1, (os.environ['IMAPLOGINTAG'] + ' OK hostile\r\n').encode())
if mode == 'flood':
    end = time.time() + 3
    while time.time() < end:
        put(b'Fx\n\x00y=\xff' + b'z' * 3000)
        put(b'', [0])
        put(b'A', [0, 1])
        put(b'I')
elif mode == 'closed':
    s.close()
elif mode == 'junk':
    put(b'A')
    put(b'F' + bytes(range(127)))
    put(b'Q' * 100)
time.sleep(60)
'''


def test_hostile():
    site = new_site()
    handler = site.bin + '/hostile'
    with open(handler, 'w') as f:
        f.write(HOSTILE % '/usr/bin/python3')
    os.chmod(handler, 0o755)
    honest = login(site.imap())
    for mode in ('opath', 'file', 'many', 'closed', 'junk', 'flood'):
        port = site.tcpserver(['imap-login', 'checkpassword-cdb', 'hostile',
                               mode])
        s = login(port)
        checks.ok(counted(site, 2), 'it is in the roster', (mode, who(site)))
        e = [x for x in who(site) if x['port'] == str(
            s.s.getsockname()[1])][0]
        path = [p for p in entries(site) if os.path.basename(os.path.dirname(
            p)).startswith('m.' if mode == 'flood' else 'n.')]
        checks.ok(len(path) == (2 if mode == 'flood' else 1),
                  'its account: ' + mode, entries(site))
        if mode == 'junk':
            checks.ok(wait_for(lambda: '\\x01\\x02' in who(
                site, '-p', e['pid'])[0].get('folder', '')), 'escaped')
        if mode in ('flood', 'closed'):
            mons = [m for m in monitors(site) if e['pid'] in read(
                '/proc/%d/task/%d/children' % (m, m)).split()]
            checks.same(len(mons), 1, 'its monitor')
            before = ticks(mons[0])
            time.sleep(2)
            used = ticks(mons[0]) - before
            checks.ok(used <= 10, 'its monitor stays quiet: ' + mode, used)
            fds = len(os.listdir('/proc/%d/fd' % mons[0])) \
                if system.ROOT else 4
            checks.ok(fds <= 4, 'no descriptors are left there', fds)
            if mode == 'flood':
                size = os.stat([p for p in entries(site) if os.path.basename(
                    p).startswith('%d-' % mons[0])][0]).st_size
                checks.ok(size < 4096, 'its file has a bound', size)
        checks.ok(alive(honest), 'others are served')
        os.kill(int(e['pid']), signal.SIGKILL)
        s.close()
        checks.ok(counted(site, 1), 'gone: ' + mode)
    # one that will not go is killed
    port = site.tcpserver(['imap-login', 'checkpassword-cdb', 'hostile', 'x'])
    s = login(port)
    checks.ok(counted(site, 2), 'there')
    e = [x for x in who(site) if x['port'] == str(s.s.getsockname()[1])][0]
    run(site, 'roost-kick', '-p', e['pid'])
    checks.ok(wait_for(lambda: len(who(site)) == 1, 20),
              'killed after its time')
    s.close()
    checks.ok(alive(honest), 'the honest one stays')
    # files that no monitor wrote: not locked, locked by a stranger
    d = os.path.dirname(entries(site)[0])
    victim = subprocess.Popen(['sleep', '100'])
    size = os.stat(entries(site)[0]).st_size
    for i, data in enumerate((b'', b'x' * size, os.urandom(size),
                              b'roost-1\0' + b'\xff' * (size - 8),
                              b'\0' * 100000)):
        name = '%s/%d-127.0.0.1' % (d, victim.pid)
        f = open(name, 'wb')
        fcntl.flock(f, fcntl.LOCK_EX)
        f.write(data)
        f.flush()
        checks.same(len(who(site)), 1, 'not believed')
        run(site, 'roost-kick', '-p', str(victim.pid), code=1)
        f.close()
        checks.same(len(who(site)), 1, 'swept')
        checks.ok(not os.path.exists(name), 'swept')
    os.mkfifo(d + '/4711-x')
    os.symlink('/etc/passwd', d + '/4712-x')
    os.mkdir(d + '/4713-x')
    checks.same(len(who(site)), 1, 'neither pipes, links nor directories')
    checks.ok(victim.poll() is None, 'nobody was signalled')
    victim.kill()
    victim.wait()
    honest.close()
    site.close()


def ticks(pid):
    f = read('/proc/%d/stat' % pid).rsplit(')', 1)[1].split()
    return int(f[11]) + int(f[12])


def test_aliases():
    """two names of one Maildir are one account; foreign handlers by name"""
    site = new_site(LOGIN_MAX_ADDRESS='2')
    subprocess.run(
        ['roost-user', '-f', site.dir + '/users', 'add', '-u',
         str(system.UID), '-g', str(system.GID), '-d', site.home('joe'),
         'joe@example.org'], env=site.env, input=b'secret\n', check=True,
        stdout=subprocess.DEVNULL)
    port = site.imap()
    a, b = login(port), login(port, 'joe@example.org')
    time.sleep(0.1)
    c = login(port, 'joe@example.org')
    checks.same(last_words(a), ['* BYE ' + ADDRESS], 'by another name')
    checks.ok(alive(b) and alive(c), 'the others stay')
    checks.same(sorted(x['user'] for x in who(site)),
                ['joe@example.org'] * 2, 'shown as they logged in')
    b.close()
    c.close()
    site.close()


def test_many():
    site = new_site(LOGIN_MAX_ADDRESS='150', LOGIN_MAX_ACCOUNT='180')
    port = site.tcpserver(['imap-login', 'checkpassword-cdb', 'imapd',
                           'Maildir'], '-c', '400')
    begin = time.monotonic()
    got = [login(port, address='127.0.0.%d' % (1 + i % 2))
           for i in range(200)]
    took = time.monotonic() - begin
    checks.ok(counted(site, 180), '200 sessions, 180 may be', len(who(site)))
    checks.ok(took < 60, 'in good time', took)
    checks.same(sum(map(alive, got[-100:])), 100, 'the newest are there')
    checks.same(sum(map(alive, got[:100])), 80, 'of the oldest some are gone')
    said = run(site, 'roost-kick', '-a', '127.0.0.2')
    checks.ok(85 <= said.count('\n') <= 95, 'kick by address',
              said.count('\n'))
    checks.ok(wait_for(lambda: not who(site, '-a', '127.0.0.2'), 20), 'gone')
    for s in got:
        s.close()
    checks.ok(wait_for(lambda: not os.listdir(site.env['LOGIN_RUN']), 20),
              'nothing is left')
    site.close()


def as_nobody(d):
    """the same as one who is not root, on copies that such a one may run"""
    top = os.path.realpath(system.TOP)
    os.chmod(d, 0o755)
    for p in system.PROGRAMS:
        to = os.path.join(d, system.PREFIX, p)
        os.makedirs(os.path.dirname(to), exist_ok=True)
        shutil.copy(os.path.join(top, system.PREFIX, p), to)
    shutil.copytree(top + '/tests', d + '/tests')
    return subprocess.Popen(
        ['/usr/bin/python3', '-B', d + '/tests/system/limits.py'],
        user=10003, group=10003, extra_groups=[], cwd='/',
        stdin=subprocess.DEVNULL)


nobody = copies = None
if system.ROOT and not os.environ.get('O', '').startswith('build/asan'):
    copies = system.tempfile.TemporaryDirectory(prefix='roost-n.')
    nobody = as_nobody(copies.name)     # beside: both wait most of the time
for test in (test_roster, test_address, test_account, test_aliases,
             test_killed, test_without, test_hostile, test_many):
    begun = time.monotonic()
    test()
    print('%s: %.1f s' % (test.__name__, time.monotonic() - begun), flush=True)
if nobody:
    checks.same(nobody.wait(), 0, 'the same without root')
    copies.cleanup()
checks.done()
