# ISC licence; see LICENSE.
"""A private Dovecot on one Maildir, to compare with and to take turns with.

    from dovecot import Dovecot, installed

    with Dovecot('/path/to/Maildir') as d:
        c = d.imap()            # imaplib, logged in; any password would do
        d.pop3()                # poplib, logged in
        d.doveadm('mailbox', 'list')    # what it prints

It listens on loopback ports that the kernel chose, keeps all its own files in
a temporary directory and ends with the with-block: the master is ended by its
pid and takes its children along. Mail is touched as the owner of the Maildir;
who is not root has to be that owner. Dovecot never serves uid 0.
"""
import imaplib
import os
import poplib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PROGRAM = '/usr/sbin/dovecot'
USER = 'demo'

CONFIG = """\
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/log
protocols = imap pop3
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = {location}
mail_fsync = optimized
first_valid_uid = 1
first_valid_gid = 0
passdb {{
  driver = static
  args = nopassword=yes
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}
}}
namespace inbox {{
  inbox = yes
  prefix = {prefix}
  separator = {separator}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
{more}
"""

# who is not root cannot change to other users or into a chroot
ROOTLESS = """\
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
}}
service pop3-login {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def installed():
    """why it cannot run here, or None"""
    if not os.access(PROGRAM, os.X_OK):
        return 'Dovecot is not installed'
    return None


def free_ports(n):
    """n ports that nobody listens on, on 127.0.0.1"""
    socks = [socket.socket() for _ in range(n)]
    try:
        for s in socks:
            s.bind(('127.0.0.1', 0))
        return [s.getsockname()[1] for s in socks]
    finally:
        for s in socks:
            s.close()


class Dovecot:
    def __init__(self, maildir, prefix='', separator='.', more='',
                 location=None):
        """prefix and separator: of the namespace; more: further settings;
        location: what mail_location adds to or has in place of maildir:PATH
        (text that starts with a colon is added)"""
        maildir = os.path.abspath(maildir)
        st = os.stat(maildir)
        if st.st_uid == 0:
            raise ValueError('Dovecot does not serve mail of uid 0')
        if location is None or location.startswith(':'):
            location = 'maildir:' + maildir + (location or '')
        self.maildir, self.uid, self.gid = maildir, st.st_uid, st.st_gid
        self.dir = tempfile.mkdtemp(prefix='roost-dovecot-')
        self.process = None
        self.imap_port, self.pop3_port = free_ports(2)
        if os.geteuid() != 0:
            import grp
            more += ROOTLESS.format(user=pwd.getpwuid(os.geteuid()).pw_name,
                                    group=grp.getgrgid(os.getegid()).gr_name)
        self.config = os.path.join(self.dir, 'dovecot.conf')
        with open(self.config, 'w') as f:
            f.write(CONFIG.format(
                dir=self.dir, location=location, uid=st.st_uid, gid=st.st_gid,
                home=os.path.dirname(maildir), prefix=prefix,
                separator=separator, imap=self.imap_port,
                pop3=self.pop3_port, more=more))
        os.chmod(self.dir, 0o755)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.process = subprocess.Popen(
            [PROGRAM, '-F', '-c', self.config], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                with socket.create_connection(
                        ('127.0.0.1', self.imap_port), 1) as s:
                    if s.recv(4):
                        return
            except OSError:
                time.sleep(0.05)
        self.process.kill()
        said = self.process.stderr.read().decode(errors='replace')
        said += self.log()
        self.stop()
        raise RuntimeError('Dovecot did not start: ' + said)

    def stop(self):
        """end it and remove its files; the Maildir stays"""
        if self.process is not None:
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
                try:
                    self.process.wait(10)
                except subprocess.TimeoutExpired:
                    self.process.kill()
                    self.process.wait()
            self.process.stderr.close()
            self.process = None
        shutil.rmtree(self.dir, ignore_errors=True)

    def log(self):
        """what it has logged so far"""
        try:
            with open(os.path.join(self.dir, 'log'), errors='replace') as f:
                return f.read()
        except FileNotFoundError:
            return ''

    def faults(self):
        """lines of the log that complain"""
        return [x for x in self.log().splitlines()
                if ' Error: ' in x or ' Panic: ' in x or ' Fatal: ' in x
                or ' Warning: ' in x]

    def imap(self, user=USER):
        c = imaplib.IMAP4('127.0.0.1', self.imap_port, timeout=60)
        c.login(user, 'any')
        return c

    def pop3(self, user=USER):
        c = poplib.POP3('127.0.0.1', self.pop3_port, timeout=60)
        c.user(user)
        c.pass_('any')
        return c

    def doveadm(self, *args, user=USER):
        """doveadm COMMAND -u USER ...; returns standard output. The command
        is one word, or two if the second does not start with a dash."""
        n = 2 if args[0] == 'mailbox' else 1
        return subprocess.run(
            ['doveadm', '-c', self.config, *args[:n], '-u', user, *args[n:]],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, check=True).stdout.decode()
