# ISC licence; see LICENSE.
"""Both programs under the real tcpserver, with rules from a cdb, driven by
Python's own IMAP and POP3 clients up to the login."""
import imaplib
import os
import poplib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'fake'))
from front import AUTH, HANDLER, base_env, check, done, program, skip  # noqa


class TcpServer:
    def __init__(self, name, rules, d):
        with socket.socket() as s:
            s.bind(('127.0.0.1', 0))
            self.port = s.getsockname()[1]
        cdb = os.path.join(d, name + '.cdb')
        subprocess.run(['tcprules', cdb, cdb + '.tmp'], input=rules.encode(),
                       check=True)
        self.log = open(os.path.join(d, name + '.log'), 'wb')
        self.proc = subprocess.Popen(
            ['tcpserver', '-v', '-H', '-R', '-l', '0', '-x', cdb,
             '127.0.0.1', str(self.port), program(name), AUTH, HANDLER],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=self.log, env=base_env(TCPREMOTEIP=None, PROTO=None,
                                          TCPREMOTEPORT=None))
        for _ in range(200):
            try:
                socket.create_connection(('127.0.0.1', self.port)).close()
                return
            except OSError:
                time.sleep(0.02)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.proc.terminate()
        self.proc.wait()
        self.log.close()

    def logged(self):
        with open(self.log.name) as f:
            return f.read()


def refused(call):
    try:
        call()
    except (imaplib.IMAP4.error, poplib.error_proto) as e:
        return str(e)
    return None


def test_imap(d):
    with TcpServer('imap-login', ':allow\n', d) as t:
        m = imaplib.IMAP4('127.0.0.1', t.port)
        check('AUTH=PLAIN' in m.capabilities, 'capabilities', m.capabilities)
        check('AUTHENTICATIONFAILED' in (refused(
            lambda: m.login('joe', 'wrong')) or ''), 'imaplib is refused')
        check(m.login('joe', 'secret')[0] == 'OK', 'imaplib logs in')
        m.shutdown()
        m = imaplib.IMAP4('127.0.0.1', t.port)
        check(m.authenticate('PLAIN', lambda x: b'\0joe\0secret')[0] == 'OK',
              'imaplib authenticates')
        m.shutdown()
        many = [socket.create_connection(('127.0.0.1', t.port))
                for _ in range(30)]
        check(all(s.recv(4) == b'* OK' for s in many), 'thirty at once')
        for s in many:
            s.close()
        for _ in range(100):
            log = t.logged()
            if 'status: 0/' in log.splitlines()[-1]:
                break
            time.sleep(0.05)
        check('imap-login: login user=joe address=127.0.0.1 port=' in log,
              'log', log)
        check('status: 0/' in log.splitlines()[-1], 'all have ended', log)


def test_pop3(d):
    with TcpServer('pop3-login', ':allow,LOGIN_PLAINTEXT="0"\n', d) as t:
        p = poplib.POP3('127.0.0.1', t.port)
        check('needs TLS' in (refused(lambda: p.user('joe')) or ''),
              'a rule forbids')
        p.quit()
    with TcpServer('pop3-login', '127.:allow,LOGIN_APOP="1"\n:deny\n', d) as t:
        p = poplib.POP3('127.0.0.1', t.port)
        check('SASL' in p.capa(), 'poplib CAPA')
        p.user('joe')
        check('[AUTH]' in (refused(lambda: p.pass_('wrong')) or ''),
              'poplib is refused')
        p.user('joe')
        check(p.pass_('secret').startswith(b'+OK you are joe'), 'poplib')
        p.close()
        p = poplib.POP3('127.0.0.1', t.port)
        check(p.apop('joe', 'secret').startswith(b'+OK you are joe'), 'APOP')
        p.close()


if shutil.which('tcpserver') and shutil.which('tcprules'):
    with tempfile.TemporaryDirectory() as top:
        test_imap(top)
        test_pop3(top)
else:
    skip('tcpserver is not installed')
done('tcpserver')
