#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""The chain with other people's programs in it: envdir, softlimit, setlock,
tcprules, a handler and an authenticator that are not ours, and the system's
own accounts; all under tcpserver."""
import imaplib
import os
import poplib
import subprocess
import sys

from common import PASSWORD, deliver, files, fixtures, start, Site, system

checks = start('chain', 'envdir', 'softlimit', 'setlock', 'tcprules')
site = Site()
maildir = site.user('joe', PASSWORD, lambda p: fixtures.make('folders', p))


def imap(port, user='joe', password=PASSWORD):
    m = imaplib.IMAP4('127.0.0.1', port, 20)
    m.login(user, password)
    return m


def pop3(port, user='joe', password=PASSWORD):
    p = poplib.POP3('127.0.0.1', port, 20)
    p.user(user)
    p.pass_(password)
    return p


def refused(what, call, *errors):
    try:
        call()
        checks.ok(False, what + ': is refused')
    except errors as e:
        checks.ok(True, what)
        return str(e)


# wrappers before and behind the authenticator
os.mkdir(site.dir + '/env')
with open(site.dir + '/env/NAMESPACE_PREFIX', 'w') as f:
    f.write('INBOX.\n')
with open(site.dir + '/lock', 'w') as f:
    os.chmod(site.dir + '/lock', 0o666)
limits = ['softlimit', '-o', '100', '-d', '200000000']
port = site.tcpserver([
    'envdir', site.dir + '/env', 'imap-login', *limits, 'checkpassword-cdb',
    'envdir', site.dir + '/env', *limits, 'setlock', site.dir + '/lock',
    'imapd', 'Maildir'])
m = imap(port)
typ, data = m.list()
checks.ok(any(b'INBOX.Archive.2023' in d for d in data),
          'a setting that envdir gives', data)
checks.same(m.select('INBOX.Archive.2023')[1], [b'2'], 'SELECT')
checks.same(m.logout()[0], 'BYE', 'LOGOUT')
refused('a wrong password behind wrappers',
        lambda: imap(port, 'joe', 'x'), imaplib.IMAP4.error)

# a handler that cannot start is a temporary failure, not a wrong password
port = site.tcpserver(['imap-login', 'checkpassword-cdb', 'imapd', 'Nowhere'])
said = refused('no Maildir', lambda: imap(port), imaplib.IMAP4.error)
checks.ok(said and 'AUTHENTICATIONFAILED' not in said
          and 'UNAVAILABLE' in said, 'no Maildir is told as such', said)
checks.ok(site.logged('Nowhere'), 'the log has the reason')

# tcprules: who may connect, and settings for some
with open(site.dir + '/rules', 'w') as f:
    f.write('127.0.0.1:allow,IMAP_TIMEOUT="1801"\n:deny\n')
subprocess.run(['tcprules', site.dir + '/rules.cdb', site.dir + '/rules.tmp'],
               stdin=open(site.dir + '/rules'), check=True)
port = site.tcpserver(['imap-login', 'checkpassword-cdb', 'imapd', 'Maildir'],
                      '-x', site.dir + '/rules.cdb')
m = imap(port)
checks.same(m.logout()[0], 'BYE', 'an address that a rule lets in')

# no TLS and not from loopback: no password is taken
port = site.tcpserver(['sh', '-c', 'TCPREMOTEIP=192.0.2.1 exec "$@"', 'x',
                       'imap-login', 'checkpassword-cdb', 'imapd', 'Maildir'])
m = imaplib.IMAP4('127.0.0.1', port, 20)
checks.ok('LOGINDISABLED' in m.capabilities, 'LOGINDISABLED', m.capabilities)
said = refused('LOGIN in the clear', lambda: m.login('joe', PASSWORD),
               imaplib.IMAP4.error)
checks.ok(said and 'PRIVACYREQUIRED' in said, 'PRIVACYREQUIRED', said)
m.shutdown()

# a handler that is not ours, behind the shim
if system.need('pop3front-maildir'):
    checks.skip('a foreign handler', 'mailfront is not installed')
else:
    port = site.tcpserver(['pop3-login', 'checkpassword-cdb', 'login-ok',
                           'pop3front-maildir', 'Maildir'])
    p = pop3(port)
    checks.same(p.stat()[0], 4, 'a foreign handler: STAT')
    text = b'\r\n'.join(p.retr(1)[1])
    checks.ok(b'Subject: ' in text, 'a foreign handler: RETR')
    p.quit()
    try:
        pop3(port, 'joe', 'wrong')
        checks.ok(False, 'a foreign handler: a wrong password')
    except poplib.error_proto as e:
        checks.ok('AUTH' in str(e), 'a foreign handler: a wrong password', e)

# An authenticator that is not ours, and the system's accounts. They want
# users of the system: a passwd and a shadow of our own, over the system's in
# a mount namespace, so that the machine's stay as they are.
inside = ['unshare', '-m', 'sh', '-ec', '''
  mount --make-rprivate / 2>/dev/null || :
  mount --bind "$0/passwd" /etc/passwd
  mount --bind "$0/shadow" /etc/shadow
  exec "$@"''', site.dir]
able = system.ROOT and subprocess.run(
    ['unshare', '-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'],
    stderr=subprocess.DEVNULL).returncode == 0
if not able:
    checks.skip('system accounts', 'needs root and mount namespaces')
else:
    home = site.home('ann')
    os.makedirs(home, 0o700)
    fixtures.make('few', home + '/Maildir')
    with open(home + '/Maildir/.password', 'w') as f:
        f.write('plain\n')
    os.chmod(home + '/Maildir/.password', 0o600)
    system.own(home)
    with open('/etc/passwd') as f:
        passwd = f.read()
    with open(site.dir + '/passwd', 'w') as f:
        f.write(passwd + 'ann:x:%d:%d:Ann:%s:/bin/sh\n' % (
            system.UID, system.GID, home))
    hashed = subprocess.run(['roost-user', 'hash'], env=site.env, check=True,
                            input=PASSWORD.encode() + b'\n',
                            stdout=subprocess.PIPE).stdout.decode().strip()
    with open(site.dir + '/shadow', 'w') as f:
        f.write('root:*:19000:0:99999:7:::\nann:%s:19000:0:99999:7:::\n'
                % hashed)
    os.chmod(site.dir + '/shadow', 0o640)

    def inner(*chain):
        p = site.spawn([*inside, 'tcpserver', '-RHl0', '-1', '127.0.0.1', '0',
                        *chain], stdout=subprocess.PIPE)
        return int(p.stdout.readline() or 0)

    port = inner('imap-login', 'checkpassword', 'imapd', 'Maildir')
    m = imap(port, 'ann')
    checks.same(m.select()[1], [b'4'], 'system account: IMAP')
    m.logout()
    refused('system account: a wrong password',
            lambda: imap(port, 'ann', 'wrong'), imaplib.IMAP4.error)
    refused('root may not log in', lambda: imap(port, 'root', ''),
            imaplib.IMAP4.error)
    port = inner('pop3-login', 'checkpassword', 'pop3d', 'Maildir')
    p = pop3(port, 'ann')
    checks.same(p.stat()[0], 4, 'system account: POP3')
    p.quit()
    if system.need('checkpw'):
        checks.skip('a foreign authenticator', 'checkpw is not installed')
    else:
        port = inner('imap-login', 'checkpw', 'imapd', 'Maildir')
        try:
            m = imap(port, 'ann', 'plain')
            checks.same(m.select()[1], [b'4'], 'a foreign authenticator')
            m.logout()
        except imaplib.IMAP4.error as e:
            checks.ok(False, 'a foreign authenticator', e)
        refused('a foreign authenticator: a wrong password',
                lambda: imap(port, 'ann', 'wrong'), imaplib.IMAP4.error)

# nobody's rights: who speaks with the client before login is not root
if system.ROOT:
    import socket
    port = site.imap()
    s = socket.create_connection(('127.0.0.1', port), 10)
    s.recv(1000)

    def talkers_now():
        """/proc's status of the talkers of this site"""
        found = []
        for pid in filter(str.isdigit, os.listdir('/proc')):
            try:
                if os.path.basename(os.readlink('/proc/%s/exe' % pid)) \
                        != 'imap-login' or os.readlink(
                            '/proc/%s/root' % pid) != site.dir + '/empty':
                    continue
                with open('/proc/%s/status' % pid) as f:
                    found.append(dict(x.split(':\t', 1) for x in
                                      f.read().split('\n') if ':\t' in x))
            except OSError:
                pass
        return found

    # those of the connections above take their time to end
    system.wait_for(lambda: len(talkers_now()) == 1)
    talkers = talkers_now()
    checks.ok(len(talkers) == 1, 'one talker in its empty root', talkers)
    for st in talkers:
        checks.ok('0' not in st['Uid'].split() and '0' not in
                  st['Gid'].split(), 'the talker is not root', st['Uid'])
        checks.same((st['Seccomp'], st['NoNewPrivs']), ('2', '1'),
                    'the talker has its filter')
        checks.same(st['CapEff'].strip('0'), '', 'the talker has no rights')
    s.close()

# many at once
port = site.imap()
many = [imap(port) for _ in range(30)]
for m in many:
    m.select('INBOX')
deliver(maildir, fixtures.MAIL['reply'])
for m in many:
    m.noop()
checks.same({m.select('INBOX')[1][0] for m in many}, {b'5'}, 'thirty at once')
for m in many:
    m.logout()
checks.same(len(files(maildir)), 5, 'files')
log = site.logtext()
checks.ok(PASSWORD not in log and 'plain' not in [
    w for x in log.split('\n') for w in x.split()],
    'no password is in the log')
site.close()
checks.done()
