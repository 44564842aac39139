# ISC licence; see LICENSE.
"""Starts imap-login or pop3-login for a test and speaks with it.

The program gets a socket, two pipes or a loopback TCP connection as 0 and 1,
and a file as 2. No server is needed; where one is, see the tests.
"""
import os
import re
import select
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
AUTH = os.path.join(HERE, 'auth')
HANDLER = os.path.join(HERE, 'handler')
ROOT = os.geteuid() == 0

passed = failed = skipped = 0


def program(name):
    return os.path.join(TOP, os.environ.get('O', ''), 'login', name)


def check(ok, what, *seen):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print('FAILED:', what, *seen, flush=True)
    return ok


def skip(what):
    global skipped
    skipped += 1
    print('skipped:', what)


def done(name):
    text = '%s: %d passed, %d failed' % (name, passed, failed)
    print(text + (', %d skipped' % skipped if skipped else ''))
    sys.exit(failed != 0)


def base_env(**more):
    env = {k: v for k, v in os.environ.items() if not k.startswith(
        ('TCP', 'SSL', 'LOGIN_', 'UCSPI', 'ROOST', 'IMAP', 'PROTO'))}
    env.update(LOGIN_DELAY='0', LOGIN_RUN='-', TCPREMOTEIP='127.0.0.1',
               TCPREMOTEPORT='4711', PROTO='TCP')
    if ROOT:
        env['LOGIN_CHROOT'] = '/run/roost-empty'
    env.update(more)
    return {k: v for k, v in env.items() if v is not None}


def tcp_pair():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        listener.listen(1)
        ours = socket.create_connection(listener.getsockname())
        theirs = listener.accept()[0]
    return ours, theirs


class Front:
    """One connection. with Front('imap-login') as f: f.send(...)"""

    def __init__(self, name, how='socket', chain=None, fds=(), **env):
        self.log = tempfile.TemporaryFile()
        self.left = b''
        self.argv = [program(name)] + (
            [AUTH, HANDLER] if chain is None else chain)
        if how == 'pipes':
            r, self.out = os.pipe()
            self.inp, w = os.pipe()
            mine = [r, w]
        else:
            pair = tcp_pair() if how == 'tcp' else socket.socketpair()
            self.inp = pair[0].detach()
            self.out = os.dup(self.inp)
            r = pair[1].detach()
            w = os.dup(r)
            mine = [r, w]
        self.proc = subprocess.Popen(self.argv, stdin=r, stdout=w,
                                     stderr=self.log, env=base_env(**env),
                                     pass_fds=fds)
        for fd in mine:
            os.close(fd)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()
        try:
            self.proc.wait(10)
        except subprocess.TimeoutExpired:
            check(False, 'the program ends', self.argv[0], self.logged())
            self.proc.kill()
            self.proc.wait()
        self.log.close()

    def close(self):
        for name in ('inp', 'out'):
            if getattr(self, name) != -1:
                os.close(getattr(self, name))
                setattr(self, name, -1)

    def shut(self):
        """no more from the client, who still reads"""
        if stat.S_ISSOCK(os.fstat(self.out).st_mode):
            with socket.socket(fileno=os.dup(self.out)) as s:
                s.shutdown(socket.SHUT_WR)
        os.close(self.out)
        self.out = -1

    def send(self, data):
        if isinstance(data, str):
            data = data.encode('latin-1')
        while data:
            data = data[os.write(self.out, data):]

    def more(self, timeout):
        if not select.select([self.inp], [], [], timeout)[0]:
            return None
        try:
            return os.read(self.inp, 65536)
        except OSError:
            return b''

    def line(self, timeout=10):
        """the next line without CR LF; '' at the end, None if none came"""
        end = time.monotonic() + timeout
        while b'\n' not in self.left:
            got = self.more(max(0, end - time.monotonic()))
            if got is None:
                return None
            if not got:
                break
            self.left += got
        line, lf, self.left = self.left.partition(b'\n')
        if lf and not line.endswith(b'\r'):
            return 'NO CR: ' + line.decode('latin-1')
        return line.rstrip(b'\r').decode('latin-1')

    def until(self, start, timeout=10):
        """lines up to and with the first that begins with start"""
        lines = []
        while True:
            line = self.line(timeout)
            if not line:
                return lines + [repr(line)]
            lines.append(line)
            if line.startswith(start):
                return lines

    def ask(self, data, want, what=None, timeout=10):
        """send a line; the last line of the answer has to match want"""
        self.send(data + '\r\n')
        return self.expect(want, what or data, timeout)

    def expect(self, want, what, timeout=10):
        line = self.line(timeout)
        check(line is not None and re.match(want, line),
              what + ': want', want, 'got', repr(line))
        return line

    def closed(self, what, timeout=10):
        line = self.line(timeout)
        check(line == '', what + ': closed, got', repr(line))

    def logged(self):
        self.log.seek(0)
        return self.log.read().decode('latin-1')

    def wait_log(self, pattern, what, timeout=10):
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if re.search(pattern, self.logged()):
                return check(True, what)
            time.sleep(0.02)
        return check(False, what + ': log without', pattern, self.logged())

    def talker(self):
        """process id of the talker: the child that is not the chain"""
        with open('/proc/%d/task/%d/children' % (self.proc.pid,
                                                 self.proc.pid)) as f:
            return [int(n) for n in f.read().split()]
