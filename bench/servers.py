# ISC licence; see LICENSE.
"""The servers that are compared, each on its own copy of the mail.

    Roost(mail)              under tcpserver, or sslserver with tls=True
    Dovecot(mail, kind)      from Debian's package; kind, one of DOVECOTS:
        shipped     a login process and a mail process for each connection
        tuned       login processes serve many connections; mail processes
                    are there before the connection and serve one after the
                    other, which Dovecot can only where all mail has one uid
        uids        the same with a uid for each user: a mail process waits
                    for its connection, but serves one alone

Both have a user `u0`, `u1`, ... per directory of mail, password `x`, hashed
alike (HASH), all but for uids under one uid. `.port`, `.pop3_port`: of
127.0.0.1. `.cold(user)` deletes the server's index and leaves its uidlist.
`.cpu()`: processor seconds of all its processes so far.
`.configuration()`: in text, without this machine's paths.
"""
import atexit
import crypt
import glob
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'tests'))
import system                                           # noqa: E402

HASH = crypt.crypt('x', '$5$rounds=1000$benchbenchbench$')
UID = system.UID
UIDS = 12000            # the first of a uid for each user
DOVECOTS = ('shipped', 'tuned', 'uids')

SHIPPED = """
base_dir = {run}
state_dir = {dir}/state
log_path = {dir}/log
protocols = imap pop3
listen = 127.0.0.1
disable_plaintext_auth = no
first_valid_uid = 1
first_valid_gid = 0
mail_location = maildir:{mail}/%u/Maildir
mail_fsync = optimized
mail_max_userip_connections = 0
namespace inbox {{
  inbox = yes
}}
passdb {{
  driver = passwd-file
  args = {dir}/passwd
}}
userdb {{
  driver = passwd-file
  args = {dir}/passwd
}}
{ssl}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
{imap_login}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
{pop3_login}
}}
default_process_limit = 6000
default_client_limit = 20000
{more}
"""
LOGIN_TUNED = '  service_count = 0\n  process_min_avail = 2\n'
TUNED = """
imap_hibernate_timeout = 4 secs
service imap {
  service_count = 1000
  process_min_avail = 4
  extra_groups = $default_internal_group
  unix_listener imap-master {
    user = $default_internal_user
  }
}
service pop3 {
  service_count = 1000
  process_min_avail = 4
}
service imap-hibernate {
  unix_listener imap-hibernate {
    mode = 0660
    group = $default_internal_group
  }
}
"""

# mail processes that have handed their session over to imap-hibernate end
# after this in place of a minute, so that a bench sees what comes of it
SOON = 'default_idle_kill = 3 secs\n'


def ports(n):
    socks = [socket.socket() for _ in range(n)]
    for s in socks:
        s.bind(('127.0.0.1', 0))
    got = [s.getsockname()[1] for s in socks]
    for s in socks:
        s.close()
    return got


def family(pid):
    """the process and all below it: [(pid, processor ticks)]; ticks of
    children that were waited for are their parent's"""
    kids, ticks = {}, {}
    for p in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/stat' % p) as f:
                w = f.read().rsplit(')', 1)[1].split()
        except OSError:
            continue
        kids.setdefault(int(w[1]), []).append(int(p))
        ticks[int(p)] = sum(int(x) for x in w[11:15])
    todo, got = [pid], []
    while todo:
        p = todo.pop()
        got.append((p, ticks.get(p, 0)))
        todo += kids.get(p, [])
    return got


def cpu(pid):
    return sum(t for _, t in family(pid)) / os.sysconf('SC_CLK_TCK')


def certificate(path):
    """a key and a certificate of our own making, in one file"""
    subprocess.run(
        ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes',
         '-keyout', path + '.key', '-out', path + '.crt', '-days', '30',
         '-subj', '/CN=localhost'], check=True, stderr=subprocess.DEVNULL)


def runtime():
    """a directory for sockets and lists of sessions, where they are on a
    real system: /run is in memory there, and may not be here"""
    with open('/proc/mounts') as f:
        memory = [w[1] for w in map(str.split, f) if w[2] == 'tmpfs']
    top = [d for d in ('/run', '/dev/shm') if d in memory]
    d = tempfile.mkdtemp(prefix='roost-bench-', dir=top[0] if top else None)
    atexit.register(shutil.rmtree, d, True)
    os.chmod(d, 0o755)
    return d


def owner(user, kind):
    return UIDS + int(user[1:]) if kind == 'uids' else UID


def tree(path, kind):
    """hand mail over to the uid that serves it"""
    for user in os.listdir(path):
        uid = owner(user, kind)
        subprocess.run(['chown', '-Rh', '%d:%d' % (uid, uid),
                        path + '/' + user], check=True)


class Server:
    """what both have; self.mail holds USER/Maildir of each user"""

    def __init__(self, mail):
        self.mail, self.pids = mail, []
        self.warmed = set()
        # how long until sessions that wait, those that are closed, have
        # given up what they do not need
        self.waits_s, self.ends_s = 6, 1

    def maildir(self, user):
        return '%s/%s/Maildir' % (self.mail, user)

    def cpu(self):
        return sum(cpu(p) for p in self.pids)


IMAP = ['imap-login', 'checkpassword-cdb', 'imapd', 'Maildir']
POP3 = ['pop3-login', 'checkpassword-cdb', 'pop3d', 'Maildir']
SSLSERVER = ['sslserver', '-RHl0', '-1', '-c', '6000', '127.0.0.1', '0']
LIMITS = {'LOGIN_MAX_ADDRESS': '65535', 'LOGIN_MAX_ACCOUNT': '65535'}


class Roost(Server):
    name = 'roost'

    def __init__(self, mail, tls=False):
        super().__init__(mail)
        self.run = runtime()
        self.site = s = system.Site(LOGIN_RUN=self.run + '/roost', **LIMITS)
        with open(s.dir + '/users', 'w') as f:
            for u in sorted(os.listdir(mail)):
                f.write('%s:%s:%d:%d:%s/%s\n' % (u, HASH, UID, UID, mail, u))
        os.chmod(s.dir + '/users', 0o600)
        subprocess.run(['roost-user', '-f', s.dir + '/users', 'compile'],
                       env=s.env, check=True)
        if tls:
            certificate(s.dir + '/cert')
            self.tls_server()
            return
        self.port = s.tcpserver(IMAP, '-c', '6000')
        self.pop3_port = s.tcpserver(POP3, '-c', '6000')
        self.pids = [p.pid for p in s.children[-2:]]

    def tls_server(self):
        s = self.site
        p = s.spawn(SSLSERVER + IMAP, stdout=subprocess.PIPE, env=dict(
            s.env, CERTFILE=s.dir + '/cert.crt', KEYFILE=s.dir + '/cert.key'))
        self.port = int(p.stdout.readline())
        self.pids = [p.pid]

    def configuration(self):
        if len(self.pids) == 1:
            lines = [' '.join(SSLSERVER + IMAP)]
        else:
            lines = ['tcpserver -RHl0 -1 -c 6000 127.0.0.1 0 ' + ' '.join(x)
                     for x in (IMAP, POP3)]
        return '\n'.join(lines + [''] + [
            '%s=%s' % x for x in sorted(LIMITS.items())] + [
            'USERS_CDB with %s for each user' % HASH.rsplit('$', 1)[0],
            'LOGIN_RUN in memory, all else as it comes'])

    def cold(self, user):
        self.warmed.clear()
        shutil.rmtree(self.maildir(user) + '/roost.index', True)

    def stop(self):
        self.site.close()
        shutil.rmtree(self.run, True)


class Dovecot(Server):
    def __init__(self, mail, kind='shipped', tls=False, soon=False):
        super().__init__(mail)
        self.name = kind
        self.dir = d = tempfile.mkdtemp(prefix='roost-bench-')
        os.chmod(d, 0o755)
        self.run = runtime()
        with open(d + '/passwd', 'w') as f:
            for u in os.listdir(mail):
                uid = owner(u, kind)
                f.write('%s:{CRYPT}%s:%d:%d::%s/%s::\n' % (
                    u, HASH, uid, uid, mail, u))
        imap, imaps, self.pop3_port = ports(3)
        self.port = imaps if tls else imap
        ssl = 'ssl = no'
        if tls:
            certificate(d + '/cert')
            ssl = ('ssl = yes\nssl_cert = <%s/cert.crt\nssl_key = <%s/cert.key'
                   '\nssl_dh =' % (d, d))
        login, more = '', ''
        if kind != 'shipped':
            login, more = LOGIN_TUNED, TUNED
        if kind == 'uids':
            more = more.replace('service_count = 1000', 'service_count = 1')
        if soon and kind != 'shipped':
            more += SOON
            self.waits_s, self.ends_s = 14, 9
        with open(d + '/conf', 'w') as f:
            f.write(SHIPPED.format(
                dir=d, run=self.run, mail=mail, ssl=ssl, imap=imap,
                imaps=imaps, pop3=self.pop3_port, imap_login=login,
                pop3_login=login, more=more))
        self.p = subprocess.Popen(
            ['/usr/sbin/dovecot', '-F', '-c', d + '/conf'],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE)
        self.pids = [self.p.pid]
        if not system.wait_for(self.answers, 20):
            self.p.kill()
            raise RuntimeError(self.p.stderr.read().decode() + self.log())

    def answers(self):
        try:
            with socket.create_connection(('127.0.0.1', self.port), 1):
                return True
        except OSError:
            return False

    def log(self):
        try:
            with open(self.dir + '/log') as f:
                return f.read()
        except OSError:
            return ''

    def configuration(self):
        """all that is not Dovecot's own default, and when it syncs"""
        p = subprocess.run(['doveconf', '-n', '-c', self.dir + '/conf'],
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        text = p.stdout.decode()
        for path, name in ((self.run, 'RUN'), (self.dir, 'CONF'),
                           (self.mail, 'MAIL')):
            text = text.replace(path, name)
        text = re.sub(r'port = [1-9][0-9]*', 'port = PORT', text)
        return 'mail_fsync = optimized\n' + '\n'.join(
            x for x in text.split('\n') if not x.startswith(('#', 'ssl_key')))

    def cold(self, user):
        self.warmed.clear()
        m = self.maildir(user)
        for f in (glob.glob(m + '/dovecot.index*') +
                  glob.glob(m + '/.*/dovecot.index*') +
                  glob.glob(m + '/dovecot.list.index*')):
            os.unlink(f)

    def stop(self):
        below = [p for p, _ in family(self.p.pid)]
        self.p.send_signal(signal.SIGTERM)
        try:
            self.p.wait(1)
        except subprocess.TimeoutExpired:   # it may think for six seconds
            below += [p for p, _ in family(self.p.pid)]
            for p in set(below):
                try:
                    os.kill(p, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.p.wait()
        self.p.stderr.close()
        shutil.rmtree(self.dir, True)
        shutil.rmtree(self.run, True)
