#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Connections of an address that wait for a login: with one too many the
oldest goes, under a server that has no such limit; whoever shares an address
with a flood logs in all the same"""
import os
import signal
import socket
import subprocess
import time

from common import Checks, Site, wait_for
import fixtures                                         # noqa: E402
import system                                           # noqa: E402

checks = Checks('waiting')
missing = system.need('tcpserver', 'login/imap-login', 'imapd/imapd',
                      'pop3d/pop3d', 'checkpassword/checkpassword-cdb')
if missing:
    checks.skip('all', missing + ' is not there')
    checks.done()

WORDS = b'too many connections from your address wait for a login\r\n'
ROOM = signal.SIGRTMIN + 1


def connect(port, address=None):
    s = socket.create_connection(
        ('127.0.0.1', port), 20, (address, 0) if address else None)
    greeting(s)
    return s


def greeting(s):
    data = b''
    while not data.endswith(b'\n'):
        got = s.recv(1000)
        if not got:
            break
        data += got
    return data


def rest(s):
    data = b''
    try:
        while True:
            got = s.recv(1000)
            if not got:
                return data
            data += got
    except OSError as e:
        return data + repr(e).encode()


def answers(s):
    try:
        s.sendall(b'a NOOP\r\n')
        return s.recv(1000).startswith(b'a OK')
    except OSError:
        return False


def log_in(s):
    s.sendall(b'l LOGIN joe secret\r\n')
    data = b''
    while b'\nl ' not in b'\n' + data:
        got = s.recv(1000)
        if not got:
            return False
        data += got
    return b'l OK' in data


def places(site):
    """{address: files}"""
    run = site.env['LOGIN_RUN']
    return {d[2:]: os.listdir(os.path.join(run, d)) for d in os.listdir(run)
            if d.startswith('a.')}


def kill_all(names):
    pids = [int(n.split('-')[0]) for n in names]
    for p in pids:
        os.kill(p, signal.SIGKILL)
    for p in pids:
        wait_for(lambda: not os.path.exists('/proc/%d' % p))


def new_site(**env):
    site = Site(**env)
    site.user('joe', 'secret', lambda p: fixtures.make('few', p))
    return site


def test_oldest():
    site = new_site(LOGIN_MAX_WAITING='3')
    port = site.imap()
    idle = []
    for _ in range(3):
        idle.append(connect(port))
        time.sleep(.05)
    other = connect(port, '127.0.0.2')
    checks.same({k: len(v) for k, v in places(site).items()},
                {'127.0.0.1': 3, '127.0.0.2': 1}, 'counted by address')
    new = connect(port)
    checks.same(rest(idle[0]), b'* BYE [UNAVAILABLE] ' + WORDS,
                'the oldest is told')
    checks.ok(site.logged(r'imap-login: disconnect address=127.0.0.1 .*'
                          r'reason=limit attempts=0'), 'and it is logged',
              site.logtext())
    checks.ok(all(map(answers, idle[1:] + [other, new])), 'the others stay')
    # a flood that never speaks does not keep anybody out
    for _ in range(5):
        flood = [connect(port) for _ in range(10)]
        s = connect(port)
        checks.ok(log_in(s), 'a login beside the flood')
        checks.ok(answers(s), 'is a session')
        for f in flood + [s]:
            f.close()
    checks.ok(answers(other), 'not even in the same flood')
    # who is logged in waits no more
    sessions = [connect(port) for _ in range(2)]
    checks.ok(all(map(log_in, sessions)), 'logged in')
    for _ in range(6):
        sessions.append(connect(port))
        checks.ok(log_in(sessions[-1]), 'more than may wait')
    checks.ok(all(map(answers, sessions)), 'all of them stay')
    # a signal that comes late ends no session
    for name in os.listdir(site.env['LOGIN_RUN']):
        for f in os.listdir(os.path.join(site.env['LOGIN_RUN'], name)):
            if name[0] != 'a':
                os.kill(int(f.split('-')[0]), ROOM)
    time.sleep(.3)
    checks.ok(all(map(answers, sessions)), 'a signal too late')
    for s in sessions + idle + [other, new]:
        s.close()
    checks.ok(wait_for(lambda: not os.listdir(site.env['LOGIN_RUN'])),
              'nothing is left', places(site))
    site.close()


def test_failing():
    """one that fails and waits for its verdict gives its place at once"""
    site = new_site(LOGIN_MAX_WAITING='1', LOGIN_DELAY='20')
    port = site.imap()
    a = connect(port)
    a.sendall(b'a LOGIN joe wrong\r\n')
    checks.ok(site.logged('failure user=joe'), 'it fails')
    begun = time.monotonic()
    b = connect(port)
    checks.ok(rest(a).endswith(WORDS) and time.monotonic() - begun < 10,
              'while it waits')
    checks.ok(log_in(b), 'and the newest logs in')
    a.close()
    b.close()
    site.close()


def test_pop3_and_off():
    site = new_site(LOGIN_MAX_WAITING='1')
    port = site.pop3()
    a = connect(port)
    b = connect(port)
    checks.same(rest(a), b'-ERR [SYS/TEMP] ' + WORDS, 'POP3')
    b.sendall(b'QUIT\r\n')
    checks.ok(rest(b).startswith(b'+OK'), 'the newest')
    for env in dict(LOGIN_MAX_WAITING='0'), dict(LOGIN_RUN='-'):
        port = site.imap(**env)
        many = [connect(port) for _ in range(5)]
        checks.ok(all(map(answers, many)), 'no limit', env)
        checks.same(places(site), {}, 'and no files')
        for s in many:
            s.close()
    p = subprocess.run(['imap-login', 'true'], stdin=subprocess.DEVNULL,
                       env=dict(site.env, LOGIN_MAX_WAITING='x'),
                       stderr=subprocess.PIPE)
    checks.ok(p.returncode == 100 and b'LOGIN_MAX_WAITING' in p.stderr,
              'a bad value', p.stderr)
    site.close()


def test_killed():
    """what is killed is not counted and is swept; files of nobody's harm
    nobody"""
    site = new_site(LOGIN_MAX_WAITING='3')
    port = site.imap()
    dead = [connect(port) for _ in range(3)]
    kill_all(places(site)['127.0.0.1'])
    live = []
    for _ in range(3):
        live.append(connect(port))
    checks.ok(all(map(answers, live)), 'the dead do not count')
    checks.ok(wait_for(lambda: len(places(site)['127.0.0.1']) == 3), 'swept',
              places(site))
    place = site.env['LOGIN_RUN'] + '/a.127.0.0.1/'
    victim = subprocess.Popen(['sleep', '100'])
    open(place + '%d-127.0.0.1' % victim.pid, 'w').close()
    os.mkfifo(place + '4711-x')
    os.symlink('/etc/passwd', place + '4712-x')
    s = connect(port)
    checks.ok(log_in(s), 'strange files')
    checks.ok(victim.poll() is None, 'nobody else is signalled')
    victim.kill()
    victim.wait()
    for x in ('4711-x', '4712-x'):
        if os.path.lexists(place + x):
            os.unlink(place + x)
    kill_all(os.listdir(place))
    for c in dead + live + [s]:
        c.close()
    subprocess.run(['roost-who'], env=site.env, stdout=subprocess.DEVNULL)
    checks.ok(wait_for(lambda: not os.listdir(site.env['LOGIN_RUN'])),
              'roost-who sweeps what is left', os.listdir(
                  site.env['LOGIN_RUN']))
    site.close()


test_oldest()
test_failing()
test_pop3_and_off()
test_killed()
checks.done()
