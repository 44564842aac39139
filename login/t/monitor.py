# ISC licence; see LICENSE.
"""The monitor: verdicts, attempts, delays, limits, signals, policy, log."""
import os
import re
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'fake'))
from front import (AUTH, HANDLER, Front, base_env, check,  # noqa: E402
                   done, program)

NO = r'NO \[AUTHENTICATIONFAILED\]'
TEMP = r'NO \[UNAVAILABLE\]'


def start(how='socket', **env):
    f = Front('imap-login', how, **env)
    f.expect(r'\* OK ', 'greeting')
    return f


def test_codes():
    refused = {1, 3, 12, 13, 15, 20, 21, 22, 23}
    with start(LOGIN_ATTEMPTS='100') as f:
        for code in list(range(26)) + [99, 100, 111, 255]:
            want = NO if code in refused else TEMP
            f.ask('a LOGIN joe exit%d' % code, 'a ' + want)
            f.wait_log('reason=%s code=%d ' % (
                'refused' if code in refused else 'temporary', code),
                'exit %d in the log' % code)
        f.ask('a LOGIN joe nosign', 'a ' + TEMP, 'exit 0 without a sign')
        for sig in (signal.SIGKILL, signal.SIGTERM, signal.SIGPIPE):
            f.ask('a LOGIN joe kill%d' % sig, 'a ' + TEMP)
            f.wait_log('reason=temporary signal=%d ' % sig, 'signal')
    with start(chain=['/nonexistent/auth', 'x']) as f:
        f.ask('a LOGIN joe secret', 'a ' + TEMP, 'no such authenticator')
        f.wait_log('fatal: unable to run /nonexistent/auth: No such file',
                   'its reason')
    with start(chain=[AUTH, '/nonexistent/handler']) as f:
        f.ask('a LOGIN joe secret', 'a ', 'no such handler')
    with start(chain=[AUTH, HANDLER, 'quick']) as f:
        f.send('a LOGIN joe secret\r\n')
        f.closed('a handler that signs and is done')
        f.wait_log('imap-login: login user=joe ', 'has logged in')
        f.wait_log('imap-login: end user=joe .* code=5\n', 'and ended')


def test_attempts():
    with start(LOGIN_ATTEMPTS='3') as f:
        f.ask('a LOGIN joe wrong', 'a ' + NO)
        f.ask('b LOGIN joe exit111', 'b ' + TEMP)
        f.ask('c LOGIN joe wrong', 'c ' + NO)
        f.expect(r'\* BYE too many failed logins', 'the third is the last')
        f.closed('after the last attempt')
    with start(LOGIN_ATTEMPTS='2') as f:
        # what came behind the last attempt is not served
        f.send('a LOGIN joe wrong\r\nb LOGIN joe wrong\r\n'
               'c LOGIN joe secret\r\n')
        check(f.until('* BYE')[-1].startswith('* BYE'), 'the end')
        f.closed('after the last attempt')
        f.wait_log('disconnect .* reason=attempts attempts=2 ', 'logged')
    with start(LOGIN_ATTEMPTS='2', TCPREMOTEIP='192.0.2.1') as f:
        f.ask('a LOGIN joe secret', r'a NO \[PRIVACYREQUIRED\]')
        f.ask('b AUTHENTICATE PLAIN', r'b NO \[PRIVACYREQUIRED\]')
        f.expect(r'\* BYE', 'refusals count')


def test_delays():
    with start(LOGIN_DELAY='1') as f:
        for n, want in ((1, 1), (2, 2)):
            begin = time.monotonic()
            f.ask('a LOGIN joe wrong', 'a ' + NO)
            took = time.monotonic() - begin
            check(want <= took < want + 0.9, 'delay %d' % n, took)
        # a client that leaves during a delay frees everything at once
        f.send('a LOGIN joe wrong\r\n')
        time.sleep(0.2)
        os.kill(f.proc.pid, signal.SIGTERM)
        begin = time.monotonic()
        f.proc.wait(5)
        check(time.monotonic() - begin < 1, 'SIGTERM ends a delay')
    with start(LOGIN_DELAY='30', LOGIN_TIMEOUT='1') as f:
        begin = time.monotonic()
        f.ask('a LOGIN joe wrong', 'a ' + NO)
        took = time.monotonic() - begin
        check(took < 2.5, 'a delay ends at the time limit', took)
        f.until('* BYE')


def test_timeout():
    for name, bye in (('imap-login', '* BYE'), ('pop3-login', None)):
        with Front(name, LOGIN_TIMEOUT='1') as f:
            f.line()
            begin = time.monotonic()
            if bye:
                f.expect(r'\* BYE logging in took too long', 'time limit')
            f.closed(name + ' after the time limit')
            check(0.8 < time.monotonic() - begin < 2.5, 'time limit kept')
            f.wait_log('disconnect .* reason=timeout', 'logged')
    with start(LOGIN_TIMEOUT='1') as f:
        begin = time.monotonic()
        while time.monotonic() - begin < 5:     # chatter does not help
            try:
                f.send('a NOOP\r\n')
            except OSError:
                break
            time.sleep(0.1)
        check(time.monotonic() - begin < 3, 'chatter extends nothing')
    for password in ('hang', 'mute', 'deaf'):
        with start(LOGIN_TIMEOUT='1') as f:
            f.ask('a LOGIN joe ' + password, 'a NO .UNAVAILABLE. logging in '
                  'took too long', password)
            f.expect(r'\* BYE', password)
            f.closed(password)
    with Front('imap-login', LOGIN_TIMEOUT='1') as f:
        # a client that never reads cannot hold the talker
        for _ in range(2000):
            try:
                f.send('a CAPABILITY\r\n' * 5)
            except OSError:
                break
            if f.proc.poll() is not None:
                break
        try:
            f.proc.wait(6)
            check(True, 'a client that does not read')
        except Exception:
            check(False, 'a client that does not read')


def test_flood():
    with start() as f:
        sent = 0
        try:
            while sent < 2000000:
                f.send(b'x' * 10000)
                sent += 10000
        except OSError:
            pass
        check(sent < 2000000, 'input before login has a bound', sent)
        f.wait_log('reason=errors', 'logged')


def test_handler():
    with start() as f:
        f.ask('a LOGIN joe secret', 'a OK')
        f.wait_log('login user=joe', 'logged')
        kids = f.talker()
        f.send('PID\r\nFDS\r\n')
        pid, parent = map(int, f.line().split()[1:])
        check(parent == f.proc.pid, 'the monitor waits')
        check(kids == [pid], 'the talker is gone', kids, pid)
        fds = eval(f.line()[4:])
        check(set(fds) - {0, 1, 2, 3, 4} == set(), 'its descriptors', fds)
        mine = sorted(int(n) for n in os.listdir('/proc/%d/fd' % f.proc.pid)
                      ) if os.geteuid() == 0 else [2]
        check(mine == [2], 'the monitor keeps the log alone', mine)
        f.send('EXIT 3\r\n')
        f.closed('the handler ended')
        f.proc.wait(5)
        check(f.proc.returncode == 0, 'and so did the monitor')
        f.wait_log('imap-login: end user=joe address=127.0.0.1 port=4711 '
                   r'pid=%d seconds=\d+ code=3\n' % pid, 'logged')
    with start() as f:
        f.ask('a LOGIN joe secret', 'a OK')
        os.kill(f.proc.pid, signal.SIGTERM)
        f.expect('TERM', 'SIGTERM is passed on')
        f.closed('after SIGTERM')
        f.wait_log('end .*code=7\n', 'logged')
    with start() as f:
        f.ask('a LOGIN joe secret', 'a OK')
        f.send('KILL 9\r\n')
        f.closed('killed')
        f.wait_log('end .*signal=9\n', 'logged')


def test_signals():
    with start() as f:
        os.kill(f.proc.pid, signal.SIGTERM)
        f.closed('SIGTERM before login')
        f.wait_log('disconnect .*reason=term', 'logged')
    with start() as f:
        f.send('a LOGIN joe hang\r\n')
        time.sleep(0.3)
        kids = f.talker()
        check(len(kids) == 2, 'talker and chain', kids)
        os.kill(f.proc.pid, signal.SIGTERM)
        f.proc.wait(5)
        check(not [k for k in kids if os.path.exists('/proc/%d' % k)],
              'SIGTERM takes the chain along')
    with start() as f:
        kids = f.talker()
        f.proc.kill()
        f.closed('the talker dies with the monitor')
    with start() as f:
        f.send('a LOGIN joe hang\r\n')
        time.sleep(0.3)
        kids = f.talker()
        os.kill(min(kids), signal.SIGKILL)
        f.proc.wait(5)
        check(not os.path.exists('/proc/%d' % max(kids)),
              'the chain ends with the talker')
        f.wait_log('fault what=talker signal=9', 'logged')


def test_policy():
    cases = [
        (dict(TCPREMOTEIP='127.0.0.1'), True),
        (dict(TCPREMOTEIP='127.8.9.1'), True),
        (dict(TCPREMOTEIP='::1'), True),
        (dict(TCPREMOTEIP='::ffff:127.0.0.1'), True),
        (dict(TCPREMOTEIP='192.0.2.1'), False),
        (dict(TCPREMOTEIP='::ffff:192.0.2.1'), False),
        (dict(TCPREMOTEIP='127.0.0.1.example.org'), False),
        (dict(TCPREMOTEIP='unknown'), False),
        (dict(TCPREMOTEIP=None), False),                # a Unix socket
        (dict(TCPREMOTEIP='127.0.0.1', LOGIN_PLAINTEXT='0'), False),
        (dict(TCPREMOTEIP='192.0.2.1', LOGIN_PLAINTEXT='1'), True),
        (dict(TCPREMOTEIP='192.0.2.1', SSL_PROTOCOL='TLSv1.3'), True),
        (dict(TCPREMOTEIP='192.0.2.1', SSL_PROTOCOL=''), False),
        (dict(TCPREMOTEIP='192.0.2.1', LOGIN_ENCRYPTED='1'), True),
        (dict(TCPREMOTEIP='127.0.0.1', UCSPITLS='!'), False),
        (dict(TCPREMOTEIP='127.0.0.1', UCSPITLS='!', LOGIN_PLAINTEXT='1'),
         False),
        (dict(UCSPITLS='!', SSL_PROTOCOL='TLSv1.3'), True),
        (dict(UCSPITLS='1'), True),
    ]
    for env, allowed in cases:
        with Front('imap-login', **env) as f:
            line = f.line()
            check(('LOGINDISABLED' in line) != allowed, 'greeting', env, line)
            check(('AUTH=PLAIN' in line) == allowed, 'greeting', env, line)
            check('STARTTLS' not in line, 'no STARTTLS', env, line)
            f.ask('a LOGIN joe secret', 'a OK' if allowed
                  else r'a NO \[PRIVACYREQUIRED\]', str(env))
            if not allowed:
                f.ask('a LOGIN joe {6}', r'a NO \[PRIVACYREQUIRED\]',
                      'not asked for the password')
                f.ask('a LOGIN {3+}\r\njoe {6+}\r\nsecret',
                      r'a NO \[PRIVACYREQUIRED\]', 'nor looked at')
                f.wait_log('failure address=.* method=LOGIN tls=no '
                           'reason=plaintext attempt=1\n', 'logged')
    with Front('imap-login', 'tcp', TCPREMOTEIP=None, TCPREMOTEPORT=None,
               PROTO=None) as f:                        # xinetd, systemd
        check('AUTH=PLAIN' in f.line(), 'getpeername is asked')
        f.send('a LOGIN joe secret\r\nENV PROTO\r\nENV TCPREMOTEIP\r\n'
               'ENV TCPLOCALIP\r\nENV TCPLOCALPORT\r\n')
        f.until('a OK')
        f.expect("ENV 'TCP'", 'PROTO')
        f.expect("ENV '127.0.0.1'", 'TCPREMOTEIP')
        f.expect("ENV '127.0.0.1'", 'TCPLOCALIP')
        f.expect(r"ENV '\d+'", 'TCPLOCALPORT')
        f.wait_log(r'login user=joe address=127.0.0.1 port=\d+ method', 'log')
    with Front('imap-login', 'pipes', TCPREMOTEIP=None) as f:
        check('LOGINDISABLED' in f.line(), 'pipes are unknown')
        f.send('a LOGOUT\r\n')
        f.wait_log('disconnect address=unknown tls=no reason=quit', 'log')


def test_log():
    with start() as f:
        f.send('a LOGIN "x y\\"=\xe4" wrong\r\n')
        f.expect('a NO', 'refused')
        f.send('a LOGIN {14+}\r\nx\nimap-login:  wrong\r\n')
        f.expect('a NO', 'refused')
        f.wait_log(r'user=x\\x0aimap-login:\\x20 .*reason=name ',
                   'no line is forged')
        check('user=x\\x20y\\x22\\x3d\\xe4 address=127.0.0.1 port=4711 '
              'method=LOGIN tls=no reason=refused code=1 attempt=1\n'
              in f.logged(), 'the line of a failure', f.logged())
        check('wrong' not in f.logged(), 'no password in the log')
    with start(SSL_PROTOCOL='TLSv1.3', SSL_CIPHER='TLS_X') as f:
        f.ask('a LOGIN joe secret', 'a OK')
        f.wait_log('imap-login: login user=joe address=127.0.0.1 port=4711 '
                   r'method=LOGIN tls=TLSv1.3 cipher=TLS_X pid=\d+\n', 'TLS')


def test_settings():
    bad = [('LOGIN_TIMEOUT', '0'), ('LOGIN_TIMEOUT', 'x'),
           ('LOGIN_ATTEMPTS', '0'), ('LOGIN_DELAY', '-1'),
           ('LOGIN_UID', '0'), ('LOGIN_GID', 'nobody'),
           ('LOGIN_CHROOT', 'var/empty'), ('LOGIN_PLAINTEXT', 'maybe'),
           ('LOGIN_ENCRYPTED', '2'), ('SSLCTLFD', '99'), ('SSLCTLFD', 'x')]
    for name, value in bad:
        with Front('imap-login', **{name: value}) as f:
            f.closed('%s=%s' % (name, value))
            f.proc.wait(5)
            check(f.proc.returncode == 100 and '$' + name in f.logged(),
                  'a bad setting', name, value, f.logged())
    r = subprocess.run(['sh', '-c', 'exec "$@" <&- >&-', 'sh',
                        program('imap-login'), 'x'],
                       stderr=subprocess.PIPE)
    check(r.returncode == 100 and b'descriptors 0 and 1' in r.stderr,
          'no client', r)
    ours, theirs = socket.socketpair()
    p = subprocess.Popen(['sh', '-c', 'exec "$@" 2>&-', 'sh',
                          program('imap-login'), 'x'], stdin=theirs,
                         stdout=theirs, env=base_env())
    theirs.close()
    check(ours.recv(4) == b'* OK', 'no log')
    ours.sendall(b'a LOGIN joe x\r\n')
    ours.shutdown(socket.SHUT_WR)
    seen = b''.join(iter(lambda: ours.recv(4096), b''))
    check(seen.endswith(b'try again later\r\n'), 'no log', seen)
    check(p.wait(10) == 0, 'no log')
    ours.close()
    with Front('imap-login', chain=[]) as f:
        f.proc.wait(5)
        check(f.proc.returncode == 100, 'no authenticator')


for test in (test_codes, test_attempts, test_delays, test_timeout, test_flood,
             test_handler, test_signals, test_policy, test_log,
             test_settings):
    begun = time.monotonic()
    test()
    print('%s: %.1f s' % (test.__name__, time.monotonic() - begun))
done('monitor')
