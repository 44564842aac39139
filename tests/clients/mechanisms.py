#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""SASL mechanisms against other people's clients: gsasl (SCRAM with and
without channel binding, CRAM-MD5, EXTERNAL), curl (SCRAM, CRAM-MD5, APOP),
and a client of SCRAM written here from the RFC, for what those do not do:
tls-server-end-point, downgrades, wrong servers' answers, bad messages"""
import base64
import hashlib
import hmac
import os
import poplib
import re
import shutil
import socket
import sqlite3
import ssl
import subprocess

from common import PASSWORD, run, start, Site, system
from system import need

checks = start('mechanisms', 'gsasl', 'curl', 'mbsync', 'openssl',
               'sslserver/sslserver')
ALL = ('PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-1-PLUS SCRAM-SHA-256 '
       'SCRAM-SHA-256-PLUS EXTERNAL')
site = Site(LOGIN_MECHANISMS=ALL, LOGIN_ATTEMPTS='100', LOGIN_APOP='1')
cert, key = site.dir + '/cert.pem', site.dir + '/key.pem'


def openssl(*args):
    subprocess.run(['openssl', *args], check=True, stderr=subprocess.DEVNULL)


EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
openssl('req', '-x509', *EC, '-days', '2', '-subj', '/CN=localhost', '-addext',
        'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert)
# a client's certificate, of an authority of its own
ca, ca_key = site.dir + '/ca.pem', site.dir + '/ca.key'
mine, mine_key = site.dir + '/joe.pem', site.dir + '/joe.key'
openssl('req', '-x509', *EC, '-days', '2', '-subj', '/CN=ca', '-keyout',
        ca_key, '-out', ca)
openssl('req', *EC, '-subj', '/CN=joe', '-keyout', mine_key, '-out',
        site.dir + '/joe.csr')
openssl('x509', '-req', '-in', site.dir + '/joe.csr', '-CA', ca, '-CAkey',
        ca_key, '-days', '2', '-out', mine)


def user(name, scheme, password=PASSWORD):
    site.user(name, password)
    subprocess.run(['roost-user', '-f', site.dir + '/users', 'passwd', '-s',
                    scheme, name], env=site.env, check=True,
                   input=password.encode() + b'\n', stdout=subprocess.DEVNULL)


user('joe', 'SCRAM-SHA-256')
user('ann', 'SCRAM-SHA-1')
user('sam', 'PLAIN.b64')
user('old', 'sha512')
user('\u00e9va', 'SCRAM-SHA-256', 'pa\u00ad\u2168ss')


def sslserver(*options, login='imap', **env):
    handler = {'imap': 'imapd', 'pop3': 'pop3d'}[login]
    p = site.spawn(['sslserver', '-RHl0', '-1', *options, '127.0.0.1', '0',
                    login + '-login', 'checkpassword-cdb', handler,
                    'Maildir'], stdout=subprocess.PIPE,
                   env=dict(site.env, CERTFILE=cert, KEYFILE=key,
                            SSL_CHROOT=site.dir + '/empty', **env))
    return int(p.stdout.readline())


plain = site.imap()
imaps = sslserver()
pop3s = sslserver(login='pop3')
starttls = sslserver('-n', UCSPITLS='1')
withcert = sslserver('-n', '-i', UCSPITLS='1', CAFILE=ca)
pop3 = site.pop3()


# ------------------------------------------------------------------ gsasl

def gsasl(port, mech, name, password, *more):
    args = ['gsasl', '--imap', '--no-client-first', '-m', mech, '-a', name,
            '-z', '', '-p', password, '--hostname', 'localhost', *more,
            '--connect', 'localhost:%d' % port]
    return run(args, site)


TLS = ['--starttls', '--x509-ca-file', cert]
CLEAR = ['--no-starttls']
for port, mech, name, more, tls in (
        (plain, 'SCRAM-SHA-256', 'joe', CLEAR, 'no'),
        (plain, 'SCRAM-SHA-1', 'ann', CLEAR, 'no'),
        (plain, 'SCRAM-SHA-1', 'sam', CLEAR, 'no'),
        (plain, 'SCRAM-SHA-256', 'sam', CLEAR, 'no'),
        (plain, 'CRAM-MD5', 'sam', CLEAR, 'no'),
        (starttls, 'SCRAM-SHA-256-PLUS', 'joe', TLS, 'TLS'),
        (starttls, 'SCRAM-SHA-1-PLUS', 'ann', TLS, 'TLS'),
        (starttls, 'SCRAM-SHA-256', 'joe', TLS + ['--no-cb'], 'TLS'),
        (starttls, 'SCRAM-SHA-256-PLUS', 'sam', TLS, 'TLS')):
    code, out = gsasl(port, mech, name, PASSWORD, *more)
    what = 'gsasl %s as %s' % (mech, name)
    checks.ok(code == 0 and 'OK' in out, what, out)
    checks.ok(site.logged('^imap-login: login user=%s .*method=SASL-%s tls=%s'
                          % (name, mech, tls)), what + ': log')
    code, out = gsasl(port, mech, name, PASSWORD + 'x', *more)
    checks.ok(code != 0, what + ', wrong password', out)
    checks.ok(site.logged('failure user=%s .*method=SASL-%s .*reason=refused'
                          % (name, mech)), what + ', wrong password: log')

# the channel binding of TLS 1.2
code, out = gsasl(starttls, 'SCRAM-SHA-256-PLUS', 'joe', PASSWORD, *TLS,
                  '--priority', 'NORMAL:-VERS-TLS1.3')
checks.ok(code == 0 and 'OK' in out, 'gsasl, tls-unique of TLS 1.2', out)
code, out = gsasl(plain, 'SCRAM-SHA-256', '\u00e9va', 'paIXss', *CLEAR)
checks.ok(code == 0, 'gsasl, a name and a password through SASLprep', out)
code, out = gsasl(plain, 'PLAIN', 'joe', PASSWORD, *CLEAR)
checks.ok(code == 0, 'gsasl PLAIN, against SCRAM keys', out)
EXTERNAL = TLS + ['--x509-cert-file', mine, '--x509-key-file', mine_key]
code, out = gsasl(withcert, 'EXTERNAL', 'joe', '', *EXTERNAL)
checks.ok(code == 0 and 'AUTH=EXTERNAL' in out, 'gsasl EXTERNAL', out)
checks.ok(site.logged('login user=joe .*method=SASL-EXTERNAL tls=TLS'),
          'gsasl EXTERNAL: log')
for who, more in (('ann', EXTERNAL), ('joe', TLS)):
    args = [a if a else who for a in ('-z', '')]
    code, out = run(['gsasl', '--imap', '-m', 'EXTERNAL', '-a', who, '-z', who,
                     '--hostname', 'localhost', *more, '--connect',
                     'localhost:%d' % withcert], site)
    checks.ok(code != 0, 'EXTERNAL as %s %s' % (who, more[3:4]), out)
    checks.same('AUTH=EXTERNAL' in out, more is EXTERNAL,
                'EXTERNAL is offered to who has a certificate')


# ---------------------------------------------------------- curl, poplib

def curl(url, mech, name, password, *more):
    return run(['curl', '-sS', '--cacert', cert, '--login-options',
                'AUTH=' + mech, '-u', '%s:%s' % (name, password), *more, url],
               site)


for url, mech, more, method in (
        ('imap://localhost:%d/INBOX' % plain, 'CRAM-MD5', [], 'SASL-CRAM-MD5'),
        ('imaps://localhost:%d/INBOX' % imaps, 'CRAM-MD5', [],
         'SASL-CRAM-MD5'),
        ('pop3://localhost:%d/' % pop3, 'CRAM-MD5', [], 'SASL-CRAM-MD5'),
        ('pop3://localhost:%d/' % pop3, '+APOP', [], 'APOP')):
    code, out = curl(url, mech, 'sam', PASSWORD, *more)
    checks.ok(code == 0, 'curl %s %s' % (url, mech), out)
    checks.ok(site.logged('login user=sam .*method=%s ' % method),
              'curl %s: log' % mech)
    code, out = curl(url, mech, 'sam', PASSWORD + 'x', *more)
    checks.same(code, 67, 'curl %s, wrong password' % mech)
    code, out = curl(url, mech, 'joe', PASSWORD, *more)
    checks.same(code, 67, 'curl %s, a password that is not in the clear'
                % mech)
p = poplib.POP3('127.0.0.1', pop3, timeout=20)
checks.ok(b'SASL SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN' in
          p._longcmd('CAPA')[1], 'POP3 lists the mechanisms')
p.apop('sam', PASSWORD)
checks.same(p.stat(), (0, 0), 'poplib APOP')
p.quit()

# mbsync, whose SCRAM is that of Cyrus SASL
for mech, name in (('SCRAM-SHA-256', 'joe'), ('SCRAM-SHA-1', 'ann')):
    local = '%s/%s' % (site.dir, mech)
    os.mkdir(local)
    with open(local + '.rc', 'w') as f:
        f.write('IMAPStore far\nHost localhost\nPort %d\nUser %s\n'
                'Pass "%s"\nSSLType None\nAuthMechs %s\n\n'
                'MaildirStore near\nPath %s/\nInbox %s/INBOX\n\n'
                'Channel c\nFar :far:\nNear :near:\nCreate Near\n'
                % (plain, name, PASSWORD.replace('\\', '\\\\').replace(
                    '"', '\\"'), mech, local, local))
    code, out = run(['mbsync', '-c', local + '.rc', 'c'], site)
    checks.ok(code == 0, 'mbsync ' + mech, out)
    checks.ok(site.logged('login user=%s .*method=SASL-%s ' % (name, mech)),
              'mbsync %s: log' % mech)


# -------------------------------------------- a client made from the RFC

class Scram:
    """RFC 5802; every part of it can be wrong"""

    def __init__(self, name, password, mech='SCRAM-SHA-256', gs2='n,,',
                 binding=b'', nonce='clientnonce'):
        self.hash = 'sha256' if '256' in mech else 'sha1'
        self.password, self.gs2, self.binding = password, gs2, binding
        self.bare = 'n=%s,r=%s' % (name, nonce)
        self.first = (gs2 + self.bare).encode()

    def hmac(self, key, text):
        return hmac.new(key, text, self.hash).digest()

    def final(self, challenge, nonce=None):
        parts = dict(p.split('=', 1) for p in challenge.decode().split(','))
        salted = hashlib.pbkdf2_hmac(self.hash, self.password.encode(),
                                     base64.b64decode(parts['s']),
                                     int(parts['i']))
        key = self.hmac(salted, b'Client Key')
        bare = 'c=%s,r=%s' % (base64.b64encode(
            self.gs2.encode() + self.binding).decode(), nonce or parts['r'])
        said = ','.join([self.bare, challenge.decode(), bare]).encode()
        proof = bytes(a ^ b for a, b in zip(key, self.hmac(
            hashlib.new(self.hash, key).digest(), said)))
        self.want = b'v=' + base64.b64encode(
            self.hmac(self.hmac(salted, b'Server Key'), said))
        return ('%s,p=%s' % (bare, base64.b64encode(proof).decode())).encode()


class Client:
    def __init__(self, port, tls=False):
        self.s = socket.create_connection(('127.0.0.1', port), 20)
        if tls:
            self.s = ssl.create_default_context(cafile=cert).wrap_socket(
                self.s, server_hostname='localhost')
        self.f = self.s.makefile('rwb', 0)
        self.greeting = self.f.readline()

    def line(self, data):
        self.f.write(data + b'\r\n')
        return self.f.readline().rstrip(b'\r\n')

    def message(self, data):
        return self.line(base64.b64encode(data))

    def scram(self, mech, c, **kw):
        """(answer, the server's proof is right, challenge)"""
        got = self.line(b'a AUTHENTICATE %s %s' % (
            mech.encode(), base64.b64encode(c.first)))
        if not got.startswith(b'+ '):
            return got, None, None
        challenge = base64.b64decode(got[2:])
        got = self.message(c.final(challenge, **kw))
        if not got.startswith(b'+ '):
            return got, None, challenge
        right = base64.b64decode(got[2:]) == c.want
        return self.line(b''), right, challenge

    def end_point(self):
        return hashlib.sha256(self.s.getpeercert(True)).digest()


def scram(port, mech, tls=False, name='joe', password=PASSWORD, gs2='n,,',
          bind=False, nonce=None):
    c = Client(port, tls)
    return c.scram(mech, Scram(name, password, mech, gs2,
                               c.end_point() if bind else b''), nonce=nonce)


END = 'p=tls-server-end-point,,'
r = scram(imaps, 'SCRAM-SHA-256-PLUS', True, gs2=END, bind=True)
checks.ok(r[0].startswith(b'a OK') and r[1], 'tls-server-end-point', r)
r = scram(imaps, 'SCRAM-SHA-256', True)
checks.ok(r[0].startswith(b'a OK') and r[1], 'no binding over TLS', r)
r = scram(imaps, 'SCRAM-SHA-256', True, gs2='n,a=joe,')
checks.ok(r[0].startswith(b'a OK') and r[1], 'an authzid that is oneself', r)
r = scram(plain, 'SCRAM-SHA-256', gs2='y,,')
checks.ok(r[0].startswith(b'a OK') and r[1], 'y where there is no binding', r)
NO = b'a NO [AUTHENTICATIONFAILED]'
for what, port, mech, kw, reason in (
        ('a binding of another connection', imaps, 'SCRAM-SHA-256-PLUS',
         dict(tls=True, gs2=END), 'binding'),
        ('a downgrade', imaps, 'SCRAM-SHA-256', dict(tls=True, gs2='y,,'),
         'downgrade'),
        ('-PLUS without a binding', imaps, 'SCRAM-SHA-256-PLUS',
         dict(tls=True), 'binding'),
        ('a binding without -PLUS', imaps, 'SCRAM-SHA-256',
         dict(tls=True, gs2=END, bind=True), 'binding'),
        ('an unknown binding', imaps, 'SCRAM-SHA-256-PLUS',
         dict(tls=True, gs2='p=tls-foo,,', bind=True), 'binding'),
        ('another authzid', plain, 'SCRAM-SHA-256', dict(gs2='n,a=ann,'),
         'authzid'),
        ('a wrong password', plain, 'SCRAM-SHA-256', dict(password='x'),
         'password'),
        ('no such user', plain, 'SCRAM-SHA-256', dict(name='nobody'),
         'unknown'),
        ('a user without keys', plain, 'SCRAM-SHA-256', dict(name='old'),
         'scheme'),
        ('another nonce', plain, 'SCRAM-SHA-256', dict(nonce='clientnonce'),
         'message')):
    r = scram(port, mech, **kw)
    checks.ok(r[0].startswith(NO) and r[1] is None, what, r)
    checks.ok(site.logged('^checkpassword-cdb: refused user=%s .*reason=%s$'
                          % (kw.get('name', 'joe'), reason)), what + ': log')
r = scram(plain, 'SCRAM-SHA-256-PLUS', gs2=END)
checks.same(r[0], b'a NO no such mechanism here', '-PLUS is not for the clear')

# nobody can tell who is there: challenges of one form, and always the same
shape = {}
for name in ('joe', 'nobody', 'old', 'sam', 'ann', 'nobody2'):
    two = [scram(plain, 'SCRAM-SHA-256', name=name, password='x')[2].decode()
           for _ in range(2)]
    salts = [re.search('s=([^,]*),i=(.*)', t).groups() for t in two]
    checks.same(salts[0], salts[1], 'the salt of %s stays' % name)
    checks.ok(two[0] != two[1], 'the nonce of %s does not' % name)
    shape[name] = (len(two[0]), salts[0][1])
    checks.same(shape[name], shape['joe'], 'the form for ' + name)

# hostile messages
c = Client(plain)
for first in (b'', b'n', b'n,,', b'\0', b'n,,n=a\0b,r=x', b'\xff' * 3000,
              b'n,,n=%s,r=x' % (b'u' * 9000), b'n,,n=u,r=%s' % (b'x' * 9000),
              b'n,,n=' + b'a' * 300 + b',r=x'):
    got = c.line(b'a AUTHENTICATE SCRAM-SHA-256 '
                 + (base64.b64encode(first) or b'='))
    checks.ok(got.startswith(NO), 'first message %r' % first[:20], got)
first = base64.b64encode(b'n,,n=joe,r=x')
for final, want in (
        (b'*', b'a BAD cancelled'), (b'!', b'a BAD that is not base64'),
        (b'A' * 16385, b'a BAD that is too long'), (b'', NO),
        (b'A' * 16384, NO), (base64.b64encode(b'\0' * 300), NO)):
    got = c.line(b'a AUTHENTICATE SCRAM-SHA-256 ' + first)
    checks.ok(got.startswith(b'+ '), 'a challenge', got)
    got = c.line(final)
    checks.ok(got.startswith(want), 'answer %r' % final[:20], got)
got = c.line(b'a LOGIN joe {%d+}\r\n%s' % (len(PASSWORD), PASSWORD.encode()))
checks.ok(got.startswith(b'a OK'), 'a login after all that', got)
checks.ok(site.logged('failure user=joe .*reason=cancelled '),
          'a cancelled exchange is a failure')

# in the middle of an exchange the client goes
c = Client(plain)
c.line(b'a AUTHENTICATE SCRAM-SHA-256 ' + first)
c.s.shutdown(socket.SHUT_RDWR)
c.f.close()
checks.ok(site.logged('disconnect .*reason=closed attempts=1'),
          'gone in the middle of an exchange')

# the same from a database, if that authenticator was built
if need('checkpassword/checkpassword-sqlite') is None:
    db = sqlite3.connect(site.dir + '/users.db')
    db.execute('CREATE TABLE u (name, password, home)')
    for name in 'joe', 'ann', 'sam', 'old':
        with open(site.dir + '/users') as f:
            line = [x for x in f if x.startswith(name + ':')][0].split(':')
        db.execute('INSERT INTO u VALUES (?, ?, ?)',
                   (name, line[1], site.home(name)))
    db.commit()
    db.close()
    system.own(site.dir + '/users.db')
    os.chmod(site.dir + '/users.db', 0o600)
    for name, text in (('connect', 'database=%s/users.db\n' % site.dir),
                       ('query', "SELECT password, %d AS uid, %d AS gid, home "
                        'FROM u WHERE name = :user\n'
                        % (system.UID, system.GID))):
        with open(site.dir + '/' + name, 'w') as f:
            f.write(text)
        os.chmod(site.dir + '/' + name, 0o600)
    shutil.copy(os.path.join(system.TOP, system.PREFIX, 'checkpassword',
                             'checkpassword-sqlite'), site.bin)
    sql = site.tcpserver(['imap-login', 'checkpassword-sqlite', 'imapd',
                          'Maildir'], SQL_CONNECT=site.dir + '/connect',
                         SQL_QUERY=site.dir + '/query')
    for mech, name in (('SCRAM-SHA-256', 'joe'), ('SCRAM-SHA-1', 'sam'),
                       ('CRAM-MD5', 'sam'), ('PLAIN', 'joe')):
        code, out = gsasl(sql, mech, name, PASSWORD, *CLEAR)
        checks.ok(code == 0, 'from SQLite: %s as %s' % (mech, name),
                  out + site.logtext()[-300:])
        code, out = gsasl(sql, mech, name, PASSWORD + 'x', *CLEAR)
        checks.ok(code != 0, 'from SQLite: %s, wrong' % mech, out)
    salts = [scram(sql, 'SCRAM-SHA-256', name=name, password='x')[2]
             for name in ('nobody', 'nobody', 'old')]
    checks.ok(all(salts) and len(set(map(len, salts))) == 1
              and salts[0].split(b',')[1:] == salts[1].split(b',')[1:],
              'from SQLite: who is not there has a salt', salts)

# the authenticator of roost-sasl(7), as it is printed there
page = subprocess.run(['mandoc', '-Tascii', os.path.join(
    system.TOP, 'checkpassword/roost-sasl.7')], stdout=subprocess.PIPE,
    check=True).stdout.decode()
page = re.sub('.\b', '', page)
text = re.search(r'^ *#!/bin/sh\n.*?setuidgid mail.*?$', page, re.M | re.S)[0]
text = re.sub('^ +', '', text, flags=re.M).replace(
    'cd /home/mail && USER=mail exec setuidgid mail "$@"',
    'cd %s && USER=joe exec "$@"' % site.home('joe'))
with open(site.bin + '/checkpassword-example', 'w') as f:
    f.write(text + '\n')
os.chmod(site.bin + '/checkpassword-example', 0o755)
if system.ROOT:
    chain = ['checkpassword-example', 'setpriv', '--reuid', str(system.UID),
             '--regid', str(system.GID), '--clear-groups']
else:
    chain = ['checkpassword-example']
with open(site.log) as f:
    f.seek(0, 2)
    p = site.spawn(['sslserver', '-RHl0', '-1', '-n', '-i', '127.0.0.1', '0',
                    'imap-login', *chain, 'imapd', 'Maildir'],
                   stdout=subprocess.PIPE,
                   env=dict(site.env, CERTFILE=cert, KEYFILE=key,
                            SSL_CHROOT=site.dir + '/empty', UCSPITLS='1',
                            CAFILE=ca, LOGIN_MECHANISMS='EXTERNAL'))
    port = int(p.stdout.readline())
    code, out = run(['gsasl', '--imap', '-m', 'EXTERNAL', '-z', '',
                     '--hostname', 'localhost', *EXTERNAL, '--connect',
                     'localhost:%d' % port], site)
    checks.ok(code == 0 and site.logged('login user=mail '),
              'the example of roost-sasl(7)', out + f.read())

log = site.logtext()
for secret in (PASSWORD, 'paIXss', 'n=joe', 'c=biws', 'p='):
    checks.ok(secret not in log, 'the log tells nothing', secret)
checks.ok(' fault ' not in log, 'no fault', log[-2000:])
checks.done()
