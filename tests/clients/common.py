# ISC licence; see LICENSE.
"""What the tests of real clients share: a site with one user, served by the
full chain. Not a test of its own."""
import os
import pwd
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..'))
import fixtures                                         # noqa: E402
import system                                           # noqa: E402
from system import Checks, Site, Imap, files, deliver   # noqa: E402,F401

PASSWORD = 'with space & "q\\uote'
NEEDED = ('tcpserver', 'login/imap-login', 'login/pop3-login',
          'checkpassword/checkpassword-cdb', 'checkpassword/roost-user',
          'imapd/imapd', 'pop3d/pop3d')


def start(name, *programs):
    """Checks for a test that needs these programs; ends it when one of them
    is not there"""
    checks = Checks(name)
    missing = system.need(*NEEDED, *programs)
    if missing:
        checks.skip('all', missing + ' is not there')
        checks.done()
    try:
        pwd.getpwuid(os.getuid())
    except KeyError:
        if programs:                    # many clients look themselves up
            checks.skip('all', 'this uid has no account')
            checks.done()
    return checks


def run(args, site, timeout=60, **kw):
    """run a client; (exit code, output and errors together)"""
    kw.setdefault('env', dict(site.env, HOME=site.dir))
    kw.setdefault('stdin', subprocess.DEVNULL)
    try:
        p = subprocess.run(args, stdout=subprocess.PIPE, cwd=site.dir,
                           stderr=subprocess.STDOUT, timeout=timeout, **kw)
    except subprocess.TimeoutExpired as e:
        return 'timeout', (e.stdout or b'').decode('latin-1')
    return p.returncode, p.stdout.decode('latin-1')


def crlf(text):
    """a message as it is sent"""
    return text.replace(b'\r\n', b'\n').replace(b'\n', b'\r\n')
