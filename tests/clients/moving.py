#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Clients that remember what they have fetched, while the mail moves: first
from Dovecot, then from Roost over the same files, then from Dovecot again.
OfflineIMAP, fetchmail (its list of UIDLs) and mpop (its uidls file) find
nothing to do but the one message that came meanwhile. And the two POP3 clients
likewise between Courier's pop3d and Roost."""
import os
import re
import socket
import subprocess
import threading

from common import (PASSWORD, deliver, files, fixtures, run, start, Site,
                    system)
import dovecot
import samplemail

checks = start('moving', 'offlineimap', 'fetchmail', 'mpop')
site = Site()
imap, pop3 = site.imap(), site.pop3()
QUOTED = PASSWORD.replace('\\', '\\\\')


def write(path, text, mode=0o600):
    with open(path, 'w') as f:
        f.write(text)
    os.chmod(path, mode)


write(site.dir + '/password', PASSWORD + '\n')


class Pop3Clients:
    """fetchmail and mpop of one user; what they fetched by now"""

    def __init__(self, user):
        self.user, self.dir = user, '%s/%s' % (site.dir, user)
        for d in ('', '/box', '/box/cur', '/box/new', '/box/tmp'):
            os.mkdir(self.dir + d)
        write(self.dir + '/mbox', '')

    def fetchmail(self, port):
        write(self.dir + '/fetchrc',
              'poll 127.0.0.1 proto pop3 port %d auth password uidl\n'
              "user %s password '%s' sslproto '' mda 'cat >>%s/mbox' keep\n"
              % (port, self.user, QUOTED, self.dir))
        code, out = run(['fetchmail', '-f', self.dir + '/fetchrc', '-i',
                         self.dir + '/fetchids', '--pidfile',
                         self.dir + '/pid', '--nosyslog', '-v'], site,
                        env=dict(site.env, HOME=self.dir,
                                 FETCHMAILHOME=self.dir,
                                 FETCHMAIL_DISABLE_CBC_IV_COUNTERMEASURE='1'))
        checks.ok(code in (0, 1), 'fetchmail', (code, out[-1500:]))
        with open(self.dir + '/mbox', 'rb') as f:
            return len(re.findall(rb'(?m)^X-Number: ', f.read()))

    def mpop(self, port):
        write(self.dir + '/mpoprc', '''account a
host 127.0.0.1
port %d
user %s
passwordeval cat %s/password
tls off
auth user
delivery maildir %s/box
uidls_file %s/uidls
keep on
''' % (port, self.user, site.dir, self.dir, self.dir))
        code, out = run(['mpop', '-C', self.dir + '/mpoprc', 'a'], site)
        checks.same(code, 0, 'mpop' + (out[-1500:] if code else ''))
        return len(os.listdir(self.dir + '/box/new'))

    def fetch(self, port, want, what):
        checks.same(self.fetchmail(port), want, what + ': fetchmail')
        checks.same(self.mpop(port), want, what + ': mpop')


local = site.dir + '/local'


def near():
    """file names: a message that is fetched again gets another"""
    return sorted(os.path.join(d, n) for d, _, names in os.walk(local)
                  for n in names if d.endswith(('/cur', '/new')))


def offlineimap(port, what):
    write(site.dir + '/offlinerc', '''[general]
accounts = a
metadata = %s/meta
ui = basic
[Account a]
localrepository = near
remoterepository = far
[Repository near]
type = Maildir
localfolders = %s
[Repository far]
type = IMAP
remotehost = 127.0.0.1
remoteport = %d
remoteuser = joe
remotepass = %s
ssl = no
starttls = no
auth_mechanisms = PLAIN
''' % (site.dir, local, port, PASSWORD.replace('%', '%%')))
    code, out = run(['offlineimap', '-c', site.dir + '/offlinerc', '-o'], site,
                    timeout=100)
    checks.ok(code == 0 and 'ERROR' not in out, what + ': offlineimap',
              (code, out[-2000:]))
    return near()


count = 0


def mail(maildir, n=1):
    global count
    for _ in range(n):
        count += 1
        deliver(maildir, b'X-Number: %d\n' % count + fixtures.MAIL['plain'])
    system.own(maildir + '/new')


def everywhere(m):
    return {f: files(m, f) for f in ('', 'Sent', 'Archive.2023')}


def with_dovecot():
    maildir = site.user('joe', PASSWORD, lambda p: samplemail.make(p, 30))
    for n in files(maildir):            # all of INBOX bears our number
        for sub in ('new', 'cur'):
            if os.path.exists('%s/%s/%s' % (maildir, sub, n)):
                os.unlink('%s/%s/%s' % (maildir, sub, n))
    mail(maildir, 15)
    clients, n = Pop3Clients('joe'), 15
    with dovecot.Dovecot(maildir) as d:
        clients.fetch(d.pop3_port, n, 'Dovecot, all of it')
        have = offlineimap(d.imap_port, 'Dovecot')
        checks.ok(len(have) > n, 'there is mail in folders, too', len(have))
        clients.fetch(d.pop3_port, n, 'Dovecot again')
        checks.same(offlineimap(d.imap_port, 'Dovecot again'), have,
                    'nothing to do')
        before = everywhere(maildir)
    clients.fetch(pop3, n, 'Roost')
    checks.same(offlineimap(imap, 'Roost'), have,
                'Roost: OfflineIMAP has nothing to do')
    checks.same(everywhere(maildir), before, 'nor at the other end')
    mail(maildir)
    clients.fetch(pop3, n + 1, 'Roost, one is new')
    now = offlineimap(imap, 'Roost, one is new')
    checks.same((len(now), set(have) - set(now)), (len(have) + 1, set()),
                'OfflineIMAP takes that one')
    before = everywhere(maildir)
    with dovecot.Dovecot(maildir) as d:
        clients.fetch(d.pop3_port, n + 1, 'back to Dovecot')
        checks.same(offlineimap(d.imap_port, 'back to Dovecot'), now,
                    'back to Dovecot: nothing to do')
        checks.same(everywhere(maildir), before, 'nor at the other end')
        mail(maildir)
        clients.fetch(d.pop3_port, n + 2, 'and one is new there')
        checks.same(d.faults(), [], 'Dovecot has no complaint')


class Courier:
    """its pop3d, which takes over once we have heard user and password"""

    def __init__(self, maildir):
        self.maildir = maildir
        self.root = site.dir + '/courier'
        subprocess.run(['cp', '-a', system.TOP + '/build/unpacked', self.root],
                       check=True)
        self.env = dict(site.env, LD_LIBRARY_PATH=':'.join(
            self.root + '/usr/lib/' + d for d in (
                'x86_64-linux-gnu', 'aarch64-linux-gnu', 'courier-authlib',
                '')), AUTHENTICATED='ann')
        self.s = socket.create_server(('127.0.0.1', 0))
        self.port = self.s.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def program(self):
        return [self.root + '/usr/lib/courier/courier/courierpop3d',
                self.maildir]

    def runs(self):
        p = subprocess.run(self.program(), env=self.env, input=b'QUIT\r\n',
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                           **system.as_user())
        return p.stdout.startswith(b'+OK')

    def serve(self):
        while True:
            c = self.s.accept()[0]
            c.sendall(b'+OK\r\n')
            word, line = b'', b''
            while word != b'PASS':
                octet = c.recv(1)
                line += octet
                if octet == b'\n':
                    word, line = line[:4].upper(), b''
                    if word != b'PASS':
                        c.sendall(b'+OK\r\n' if word == b'USER' else
                                  b'-ERR\r\n')
                if not octet:
                    break
            if word == b'PASS':         # its greeting is the answer
                subprocess.run(self.program(), env=self.env, stdin=c, stdout=c,
                               stderr=subprocess.DEVNULL, **system.as_user())
            c.close()


def with_courier():
    maildir = site.user('ann', PASSWORD)
    for n in os.listdir(maildir):
        if n.startswith('dovecot'):
            os.unlink(maildir + '/' + n)
    mail(maildir, 12)
    courier, clients = Courier(maildir), Pop3Clients('ann')
    if not courier.runs():
        checks.skip('Courier', "its pop3d does not run here")
        return
    clients.fetch(courier.port, 12, 'Courier, all of it')
    clients.fetch(courier.port, 12, 'Courier again')
    clients.fetch(pop3, 12, 'Roost after Courier')
    mail(maildir)
    clients.fetch(pop3, 13, 'Roost, one is new')
    p = subprocess.run([system.installed('tools/maildir-convert'), '-g',
                        '--to', 'courier', maildir], env=site.env,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       **system.as_user())
    checks.same(p.returncode, 0, 'maildir-convert %r' % p.stdout)
    clients.fetch(courier.port, 13, 'back to Courier')
    mail(maildir)
    clients.fetch(courier.port, 14, 'and one is new there')


if dovecot.installed():
    checks.skip('Dovecot', dovecot.installed())
else:
    with_dovecot()
if system.need('tools/maildir-convert') or subprocess.run(
        ['sh', system.TOP + '/tests/unpack-packages'],
        stdout=subprocess.DEVNULL).returncode:
    checks.skip('Courier', 'its packages cannot be had')
else:
    with_courier()
site.close()
checks.done()
