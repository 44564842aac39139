# ISC licence; see LICENSE.
"""Starts sslserver for a test and speaks TLS with it. Loopback only; the
certificates are made here with the openssl command."""
import atexit
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
ROOT = os.geteuid() == 0
DIR = tempfile.mkdtemp(prefix='roost-t.')
os.chmod(DIR, 0o755)
atexit.register(shutil.rmtree, DIR, True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

passed = failed = skipped = 0


def check(ok, what, *seen):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print('FAILED:', what, *(repr(s)[:1500] for s in seen), flush=True)
    return ok


def skip(what):
    global skipped
    skipped += 1
    print('skipped:', what)


def done(name):
    print('%s: %d passed, %d failed%s' % (
        name, passed, failed, ', %d skipped' % skipped if skipped else ''))
    sys.exit(failed != 0)


def program(name):
    folder = name if '/' in name else 'sslserver/' + name
    return os.path.join(TOP, os.environ.get('O', ''), folder)


def path(name):
    return os.path.join(DIR, name)


def openssl(*args):
    subprocess.run(['openssl', *args], check=True, cwd=DIR,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


KINDS = {'rsa': ['rsa:2048'],
         'ec': ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
         'p384': ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
         'ed25519': ['ed25519']}


def certificate(name, kind='ec', cn='localhost', ca=None, days='30',
                names=True):
    """NAME.pem and NAME.key, by itself or by the authority ca"""
    args = ['req', '-newkey', *KINDS[kind], '-nodes', '-keyout',
            name + '.key', '-subj', '/CN=' + cn]
    if names:
        args += ['-addext', 'subjectAltName=DNS:' + cn]
    if ca:
        openssl(*args, '-out', name + '.csr')
        openssl('x509', '-req', '-in', name + '.csr', '-CA', ca + '.pem',
                '-CAkey', ca + '.key', '-CAcreateserial', '-days', days,
                '-copy_extensions', 'copy', '-out', name + '.pem')
    else:
        openssl(*args, '-x509', '-days', days, '-out', name + '.pem')
    return path(name + '.pem'), path(name + '.key')


def wait_for(what, seconds=10):
    end = time.monotonic() + seconds
    while True:
        got = what()
        if got or time.monotonic() > end:
            return got
        time.sleep(0.02)


class Server:
    """with Server('cat', '-n', CERTFILE=...) as s: the last option ends the
    list that begins with the program's name or its argument list"""

    count = 0
    faulty = False                      # a fault in the log is expected

    def __init__(self, prog, *options, host='127.0.0.1', resolve=False,
                 fds=(), **env):
        Server.count += 1
        self.logname = path('log.%d' % Server.count)
        self.log = open(self.logname, 'wb')
        base = {k: v for k, v in os.environ.items() if not re.match(
            r'TCP|SSL|LOGIN_|UCSPI|ROOST|PROTO|CERT|KEY|CA|CIPHER|DH|PROXY|'
            r'MAXCON|ALPN|OCSP|VERIFY|TLS_', k)}
        base['CERTFILE'] = path('ec.pem')
        base['KEYFILE'] = path('ec.key')
        base.update(env)
        base = {k: v for k, v in base.items() if v is not None}
        if isinstance(prog, str):
            prog = [prog]
        args = [program('sslserver'), '-1v', '-c200', *options]
        if not resolve:
            args += ['-H', '-l0']
        self.proc = subprocess.Popen(
            args + [host, '0', *prog], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=self.log, env=base, cwd=DIR,
            pass_fds=fds)
        self.host = '::1' if ':' in host else '127.0.0.1'
        line = self.proc.stdout.readline().strip()
        self.port = int(line) if line.isdigit() else 0

    def __enter__(self):
        if not self.port:
            check(False, 'the server starts', self.logged())
        return self

    def __exit__(self, *exc):
        self.stop()
        # whatever OpenSSL, seccomp or a sanitizer did not like
        bad = re.search(r'fault|signal=(31|11|6)|ERROR: |runtime error',
                        self.logged())
        check(self.faulty or not bad, 'no fault in the log', self.logged()[-1500:])

    def stop(self):
        kids = self.children()
        self.proc.terminate()
        try:
            code = self.proc.wait(10)
            if self.port:
                check(code == 0, 'SIGTERM ends it', code)
        except subprocess.TimeoutExpired:
            check(False, 'SIGTERM ends it')
            self.proc.kill()
            self.proc.wait()
        for pid in kids:
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
        self.proc.stdout.close()
        self.log.close()

    def children(self):
        try:
            with open('/proc/%d/task/%d/children' % (
                    self.proc.pid, self.proc.pid)) as f:
                return [int(p) for p in f.read().split()]
        except OSError:
            return []

    def keyholder(self):
        return self.children()[0]

    def halves(self):
        """the children that are still sslserver, but the key-holder"""
        return [p for p in self.children()[1:] if name_of(p) == 'sslserver']

    def logged(self):
        with open(self.logname, encoding='latin-1') as f:
            return f.read()

    def wait_log(self, pattern, what=None):
        found = wait_for(lambda: re.search(pattern, self.logged(), re.M))
        check(found, what or 'logged ' + pattern, self.logged()[-1500:])
        return found

    def raw(self):
        s = socket.create_connection((self.host, self.port), 20)
        return s

    def tls(self, context=None, name='localhost', session=None, sock=None):
        return (context or client()).wrap_socket(
            sock or self.raw(), server_hostname=name, session=session)

    def facts(self, context=None, **kw):
        """of a server that runs env: its output as a dictionary"""
        with self.tls(context, **kw) as s:
            return facts_of(everything(s))


def facts_of(data):
    return dict(line.split('=', 1) for line in
                data.decode('latin-1').split('\n') if '=' in line)


def everything(s):
    data = b''
    while True:
        got = s.recv(65536)
        if not got:
            return data
        data += got


def name_of(pid):
    try:
        with open('/proc/%d/comm' % pid) as f:
            return f.read().strip()
    except OSError:
        return ''


def status(pid):
    with open('/proc/%d/status' % pid) as f:
        return {k: v.strip() for k, v in (line.split(':', 1) for line in f)}


def client(version=None, alpn=None, cert=None, verify=None, ciphers=None):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    c.check_hostname = False
    c.verify_mode = ssl.CERT_NONE
    if verify:
        c.verify_mode = ssl.CERT_REQUIRED
        c.check_hostname = True
        c.load_verify_locations(verify)
    if version:
        c.minimum_version = c.maximum_version = version
    if alpn:
        c.set_alpn_protocols(alpn)
    if cert:
        c.load_cert_chain(*cert)
    if ciphers:
        c.set_ciphers(ciphers)
    return c


def refused(make, *args, **kw):
    """the error of a handshake that has to fail, also one that only shows at
    the first read"""
    try:
        s = make(*args, **kw)
        try:
            s.sendall(b'x')
            got = s.recv(100)
            return None if got else 'closed'
        finally:
            s.close()
    except (OSError, ssl.SSLError) as e:
        return str(e)


TLS12 = ssl.TLSVersion.TLSv1_2
TLS13 = ssl.TLSVersion.TLSv1_3
certificate('ec')
