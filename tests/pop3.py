# ISC licence; see LICENSE.
"""POP3 sessions after login, for tests: poplib over a socketpair.

    p = Pop3(maildir)               # our pop3d, started on it
    p = Pop3(maildir, dovecot=True) # Dovecot's pop3 on the same
    p.stat(), p.uidl(), p.retr(1), ...      as in poplib
    p.lines(b'TOP 1 0')             # octets of a multi-line answer
    p.code()                        # exit code, once it has ended
"""
import os
import poplib
import re
import signal
import socket
import subprocess

from system import as_user, installed, own

DOVECOT = '/usr/lib/dovecot/pop3'
poplib._MAXLINE = 1 << 24       # real mail has long lines


class Pop3(poplib.POP3):
    def __init__(self, maildir, dovecot=False, log=None, more='', wrap=(),
                 **env):
        home = os.path.dirname(maildir)
        ours, theirs = socket.socketpair()
        ours.settimeout(60)
        e = {'PATH': os.environ.get('PATH', '/usr/bin:/bin'), 'HOME': home,
             'USER': 'test', 'TZ': 'UTC', 'TCPREMOTEIP': '127.0.0.1',
             'ASAN_OPTIONS': 'detect_leaks=0'}
        e.update(env)
        args = [*wrap, installed('pop3d/pop3d'), os.path.basename(maildir)]
        if dovecot:
            args = [DOVECOT, '-c', config(maildir, more)]
        err = open(log, 'ab') if log else subprocess.DEVNULL
        self.p = subprocess.Popen(
            args, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=err,
            cwd=home, env=e, start_new_session=True, **as_user())
        theirs.close()
        if log:
            err.close()
        self.timeout = 60
        self._tls_established, self._debugging = False, 0
        self.sock = ours
        self.file = ours.makefile('rb')
        self.welcome = self._getresp() if not dovecot else None
        if dovecot:
            self.noop()

    def send(self, data):
        self.sock.sendall(data)

    def lines(self, command):
        """the octets between the first line and the last, dots undone"""
        self.send(command + b'\r\n')
        first = self.file.readline()
        if not first.startswith(b'+OK'):
            raise poplib.error_proto(first)
        out = b''
        while True:
            line = self.file.readline()
            if not line:
                raise EOFError(command)
            if line == b'.\r\n':
                return out
            out += line[1:] if line.startswith(b'.') else line

    def uids(self):
        return [x.split()[1].decode() for x in self.uidl()[1]]

    def memory(self, what):
        """kB of a line of /proc/PID/status: VmRSS, VmHWM, RssAnon"""
        with open('/proc/%d/status' % self.p.pid) as f:
            return int(re.search(what + r':\s*(\d+)', f.read())[1])

    def hangup(self):
        """without QUIT; the exit code"""
        self.file.close()
        self.sock.close()
        return self.code()

    def code(self):
        try:
            return self.p.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.p.pid, signal.SIGKILL)
            self.p.wait()
            return 'hangs'

    def bye(self):
        """QUIT; the answer"""
        answer = self._shortcmd('QUIT')
        self.file.close()
        self.sock.close()
        self.code()
        return answer


def config(maildir, more):
    """a configuration for Dovecot's pop3, alone"""
    home = os.path.dirname(maildir)
    path = home + '/dovecot.conf'
    with open(path, 'w') as f:
        f.write('base_dir = %s/run\nstate_dir = %s/run\n'
                'mail_location = maildir:%s\nlog_path = /dev/null\nssl = no\n'
                'default_internal_user = nobody\n'
                'default_login_user = nobody\n'
                'stats_writer_socket_path =\n%s\n'
                % (home, home, maildir, more))
    own(home)
    return path
