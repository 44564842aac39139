# ISC licence; see LICENSE.
"""What the tests of services share: Roost installed below a directory, with
one user, and ways to see a service work. Not a test of its own."""
import os
import re
import socket
import ssl
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..'))
import fixtures                                         # noqa: E402
import system                                           # noqa: E402
from system import ROOT, TOP, Checks, Imap, Site, wait_for  # noqa: E402,F401

PASSWORD = 'secret'
NEEDED = ('login/imap-login', 'login/pop3-login', 'imapd/imapd',
          'pop3d/pop3d', 'checkpassword/checkpassword-cdb',
          'checkpassword/roost-user')


def start(name, *programs):
    """Checks for a test that needs these programs; ends it when one of them
    is not there"""
    checks = Checks(name)
    missing = system.need(*NEEDED, *programs)
    if missing:
        checks.skip('all', missing + ' is not there')
        checks.done()
    return checks


class Installed(Site):
    """a Site whose programs and samples were put there by make install"""

    def __init__(self, **env):
        super().__init__(**env)
        self.dest = self.dir + '/installed'
        p = subprocess.run(
            ['make', '-s', 'install', 'DESTDIR=' + self.dest,
             'O=' + system.PREFIX], cwd=TOP, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        if p.returncode != 0:
            raise RuntimeError('make install: ' + p.stdout.decode())
        with open(TOP + '/conf-home') as f:
            self.prefix = f.readline().strip()
        self.bin = self.dest + self.prefix + '/bin'
        self.share = self.dest + self.prefix + '/share/roost'
        self.env['PATH'] = self.bin + ':/usr/bin:/bin:/usr/sbin:/sbin'
        self.user('joe', PASSWORD, lambda p: fixtures.make('few', p))

    def run(self, *args, timeout=20, **kw):
        """(exit code, output and errors together)"""
        kw.setdefault('env', self.env)
        kw.setdefault('cwd', self.dir)
        p = subprocess.run(args, stdin=subprocess.DEVNULL, timeout=timeout,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           **kw)
        return p.returncode, p.stdout.decode('latin-1')

    def sample(self, path, **changes):
        """text of an installed sample, with /usr/local's place here and
        whatever else has to change"""
        text = read(self.share + '/' + path).replace(
            self.prefix + '/bin', self.bin)
        text = text.replace(self.prefix + '/share/roost', self.share)
        for old, new in changes.items():
            text = text.replace(old, new)
        return text

    def write(self, name, text, mode=0o644):
        path = self.dir + '/' + name
        with open(path, 'w') as f:
            f.write(text)
        os.chmod(path, mode)
        return path

    def certificate(self):
        """(certificate, key) of localhost"""
        cert, key = self.dir + '/cert.pem', self.dir + '/key.pem'
        code, said = self.run(
            'openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
            'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj',
            '/CN=localhost', '-keyout', key, '-out', cert)
        if code != 0:
            raise RuntimeError('openssl: ' + said)
        return cert, key


def read(path):
    try:
        with open(path, encoding='latin-1') as f:
            return f.read()
    except FileNotFoundError:
        return ''


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def refused(port):
    """whether nobody listens there"""
    try:
        socket.create_connection(('127.0.0.1', port), 5).close()
    except ConnectionRefusedError:
        return True
    return False


def talk(port, said, tls=False, timeout=15):
    """all that a server sends to a client that says this and waits for the
    end; b'' if there was no connection"""
    try:
        s = socket.create_connection(('127.0.0.1', port), timeout)
    except OSError:
        return b''
    out = b''
    try:
        if tls:
            c = ssl.create_default_context()
            c.check_hostname, c.verify_mode = False, ssl.CERT_NONE
            s = c.wrap_socket(s)
        s.sendall(said)
        while True:
            got = s.recv(65536)
            if not got:
                break
            out += got
    except OSError:
        pass
    s.close()
    return out


GOOD = {
    'imap': b'a LOGIN joe %s\r\nb STATUS INBOX (MESSAGES)\r\nc LOGOUT\r\n',
    'pop3': b'USER joe\r\nPASS %s\r\nSTAT\r\nQUIT\r\n'}
SEEN = {'imap': rb'\* STATUS "?INBOX"? \(MESSAGES 4\)', 'pop3': rb'\+OK 4 \d+'}


def works(service, port, password=PASSWORD):
    """whether the user can log in and sees the mail"""
    protocol = service[:4]
    out = talk(port, GOOD[protocol] % password.encode(), service[-1] == 's')
    return re.search(SEEN[protocol], out) is not None
