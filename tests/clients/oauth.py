#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Access tokens: curl and imapflow log in with OAUTHBEARER and XOAUTH2
through checkpassword-oauth; tokens that PyJWT has signed, keys from a file
and from a server, and a small server that is asked about tokens. Hostile
tokens and messages, servers that are dead, slow or wrong."""
import base64
import http.server
import json
import os
import re
import stat
import subprocess
import threading
import time
import urllib.parse

from common import PASSWORD, run, start, Site, system

try:
    import jwt
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
except ImportError:
    jwt = None
checks = start('oauth', 'curl', 'checkpassword/checkpassword-oauth')
if not jwt:
    checks.skip('all', 'python3-jwt is not there')
    checks.done()
site = Site(LOGIN_MECHANISMS='OAUTHBEARER XOAUTH2', LOGIN_ATTEMPTS='100')
import shutil                                           # noqa: E402
shutil.copy(os.path.join(system.TOP, system.PREFIX,
                         'checkpassword/checkpassword-oauth'), site.bin)
site.user('joe@example.org', PASSWORD)
site.user('ann@example.org', PASSWORD)
site.roost_user('lock', 'ann@example.org')

# ----------------------------------------------------------------- tokens

ISSUER, AUDIENCE = 'https://login.example.org', 'mail'


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


def number(n):
    return b64(n.to_bytes((n.bit_length() + 7) // 8, 'big'))


RSA = rsa.generate_private_key(65537, 2048)
OTHER = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()


def jwk(key, kid, **more):
    pub = key.public_key()
    if isinstance(key, rsa.RSAPrivateKey):
        n = pub.public_numbers()
        fields = dict(kty='RSA', n=number(n.n), e=number(n.e))
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        n = pub.public_numbers()
        fields = dict(kty='EC', crv='P-256', x=b64(n.x.to_bytes(32, 'big')),
                      y=b64(n.y.to_bytes(32, 'big')))
    else:
        from cryptography.hazmat.primitives import serialization as s
        fields = dict(kty='OKP', crv='Ed25519', x=b64(pub.public_bytes(
            s.Encoding.Raw, s.PublicFormat.Raw)))
    return dict(fields, kid=kid, **more)


SET = {'keys': [jwk(RSA, 'r'), jwk(EC, 'e', use='sig'), jwk(ED, 'd'),
                {'kty': 'oct', 'kid': 'h', 'k': b64(b'secret' * 8)}]}


def token(key=RSA, alg='RS256', kid='r', header=None, **claims):
    now = int(time.time())
    body = dict(iss=ISSUER, aud=AUDIENCE, exp=now + 300, nbf=now - 10,
                email='joe@example.org', scope='openid imap')
    body.update(claims)
    return jwt.encode({k: v for k, v in body.items() if v is not None}, key,
                      algorithm=alg, headers=dict(header or {}, kid=kid))


# ---------------------------------------------------------------- servers

class Handler(http.server.BaseHTTPRequestHandler):
    fetched, asked, mode, worker = 0, [], 'good', None

    def log_message(self, *args):
        pass

    def answer(self, text, code=200):
        self.send_response(code)
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self):
        Handler.fetched += 1
        if Handler.mode == 'broken':
            self.answer(b'no', 500)
        else:
            self.answer(json.dumps(SET).encode())

    def look_at_worker(self):
        """what the one that asks is: uid, capabilities, open files"""
        for pid in filter(str.isdigit, os.listdir('/proc')):
            at = '/proc/%s/' % pid
            try:
                with open(at + 'cmdline') as f:
                    name = f.read().split('\0')[0]
                with open(at + 'status') as f:
                    status = f.read()
                with open(at + 'environ') as f:
                    ours = site.dir in f.read()
                if name == 'checkpassword-oauth' and ours \
                        and 'NoNewPrivs:\t1' in status:
                    Handler.worker = (
                        re.search(r'^Uid:\s(\d+)', status, re.M)[1],
                        re.search(r'^CapEff:\s(\S+)', status, re.M)[1],
                        [os.readlink(at + 'fd/%d' % n) for n in (0, 1)])
            except OSError:
                pass

    def do_POST(self):
        self.look_at_worker()
        form = urllib.parse.parse_qs(self.rfile.read(
            int(self.headers['Content-Length'])).decode())
        Handler.asked.append((self.headers['Authorization'], form))
        what = form['token'][0]
        now = time.time()
        if Handler.mode == 'slow':
            time.sleep(3)
        if Handler.mode == 'big':
            return self.answer(b' ' * 400000)
        self.answer({
            'good': lambda: json.dumps({
                'active': what.startswith('tok'),
                'username': (what[3:] or 'joe') + '@example.org',
                'exp': now + (9 if what != 'tokjoe--old' else -99)})
            .encode(),
            'string': lambda: b'{"active":"true","username":"joe@example.org"}',
            'nothing': lambda: b'{}', 'slow': lambda: b'{"active":false}',
            'text': lambda: b'<html>'}[Handler.mode]())


server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
server.handle_error = lambda *args: None       # who asked may have gone
threading.Thread(target=server.serve_forever, daemon=True).start()
URL = 'http://127.0.0.1:%d/' % server.server_port
keys = site.dir + '/keys.json'
with open(keys, 'w') as f:
    json.dump(SET, f)
secret = site.dir + '/client'
with open(secret, 'w') as f:
    f.write('roost:s&cret:%\n')
os.chmod(secret, 0o600)


def imap(front='imap', **env):
    env.setdefault('OAUTH_SCOPE', 'imap')
    env.setdefault('OAUTH_TIMEOUT', '2')
    env = {k: v for k, v in env.items() if v is not None}
    return site.tcpserver(
        [front + '-login', 'checkpassword-oauth',
         {'imap': 'imapd', 'pop3': 'pop3d'}[front], 'Maildir'], **env)


SIGNED = dict(OAUTH_ISSUER=ISSUER, OAUTH_AUDIENCE='other mail',
              OAUTH_CONFIGURATION='https://login.example.org/c')
byfile = imap(OAUTH_JWKS=keys, **SIGNED)
WORKER = 10719
cache = site.dir + '/cache'
byurl = imap(OAUTH_JWKS=URL + 'jwks', OAUTH_CACHE=cache,
             OAUTH_UID=str(WORKER), **SIGNED)
byname = imap(OAUTH_JWKS=keys, OAUTH_MAIL_UID=str(system.UID),
              OAUTH_MAIL_GID=str(system.GID),
              OAUTH_MAIL_HOME=site.dir + '/home/%u', **SIGNED)
asking = imap(OAUTH_INTROSPECT=URL, OAUTH_CLIENT_FILE=secret,
              OAUTH_SCOPE=None)
dead = imap(OAUTH_INTROSPECT='http://127.0.0.1:1/')


# ------------------------------------------------------------------ clients

def curl(port, tok, user='joe@example.org', mech='OAUTHBEARER', proto='imap'):
    return run(['curl', '-sS', '-v', '--oauth2-bearer', tok, '-u', user,
                '--login-options', 'AUTH=' + mech,
                '%s://127.0.0.1:%d/%s' % (proto, port, 'INBOX' * (
                    proto == 'imap'))], site)


for proto in 'imap', 'pop3':
    for mech in ('OAUTHBEARER', 'XOAUTH2'):
        # curl takes the former where both are there
        port = imap(proto, OAUTH_JWKS=keys, LOGIN_MECHANISMS=mech, **SIGNED)
        code, out = curl(port, token(), mech=mech, proto=proto)
        checks.same(code, 0, 'curl %s %s' % (proto, mech))
        checks.ok(site.logged('^%s-login: login user=joe@example.org .*'
                              'method=SASL-%s' % (proto, mech)),
                  '%s %s: log' % (proto, mech))
        code, out = curl(port, token(exp=1), mech=mech, proto=proto)
        checks.same(code, 67, 'curl %s %s, expired' % (proto, mech))
there = os.path.join(system.TOP, 'build/imapflow')
if os.path.exists(there + '/installed') and system.need('node') is None:
    shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                             'imapflow/token.js'), there)
    for mech, status in (('OAUTHBEARER', 'insufficient_scope'),
                         ('XOAUTH2', '403')):
        port = imap(OAUTH_JWKS=keys, LOGIN_MECHANISMS=mech, **SIGNED)
        for tok, want in ((token(), 'in'),
                          (token(scope='x'), 'out .*"%s"' % status)):
            code, out = run(['node', there + '/token.js', str(port),
                             'joe@example.org', tok, mech], site)
            checks.ok(re.match(want, out), 'imapflow %s: %s' % (mech, want),
                      out)
else:
    checks.skip('imapflow', 'it is not installed')


class Bare(system.Imap):
    """what those clients would not say"""

    def auth(self, mech, message):
        """(the object or None, the tagged answer)"""
        self.send('a AUTHENTICATE %s %s\r\n' % (
            mech, base64.b64encode(message).decode() or '='))
        r = self.response()
        if not r.startswith(b'+ '):
            return None, r
        error = json.loads(base64.b64decode(r[2:]))
        self.send('AQ==\r\n')
        return error, self.response()


def bearer(tok, user='joe@example.org', more=b'', gs2=None):
    gs2 = b'n,a=%s,' % user.encode() if gs2 is None else gs2
    return gs2 + b'\1' + more + b'auth=Bearer ' + tok.encode() + b'\1\1'


NO = b'a NO [AUTHENTICATIONFAILED]'


def refused(port, message, reason, status='invalid_token', mech='OAUTHBEARER'):
    before = len(re.findall('reason=%s$' % reason, site.logtext(), re.M))
    c = Bare(port=port)
    error, answer = c.auth(mech, message)
    what = '%s %r' % (reason, message[:40])
    checks.ok(answer.startswith(NO), what, answer)
    checks.same(error and error['status'], status, what + ': status')
    checks.ok(system.wait_for(lambda: len(re.findall(
        'refused .*reason=%s$' % reason, site.logtext(), re.M)) > before, 5),
        what + ': log', site.logtext()[-300:])
    return error


def accepted(port, message, what, mech='OAUTHBEARER'):
    c = Bare(port=port)
    error, answer = c.auth(mech, message)
    checks.ok(error is None and answer.startswith(b'a OK'), what,
              (error, answer, site.logtext()[-300:]))


for key, alg, kid in ((RSA, 'RS256', 'r'), (RSA, 'PS256', 'r'),
                      (EC, 'ES256', 'e'), (ED, 'EdDSA', 'd')):
    accepted(byfile, bearer(token(key, alg, kid)), alg)
accepted(byfile, bearer(token(), more=b'host=h\1port=143\1x=y\1'), 'more keys')
accepted(byfile, bearer(token(), gs2=b'n,,'), 'no authzid')
accepted(byfile, bearer(token(aud=['x', 'other'])), 'a list of audiences')
accepted(byname, bearer(token()), 'an account by template')
error = refused(byfile, bearer(token(exp=int(time.time()) - 61)), 'expired')
checks.same(error, {'status': 'invalid_token', 'scope': 'imap',
                    'openid-configuration': 'https://login.example.org/c'},
            'the object of RFC 7628')
public = json.dumps(SET['keys'][0])
for tok, reason, status in (
        (token(exp=None), 'expired', 'invalid_token'),
        (token(nbf=int(time.time()) + 120), 'not-yet', 'invalid_token'),
        (token(iss='https://evil.example'), 'issuer', 'invalid_token'),
        (token(aud='web'), 'audience', 'invalid_token'),
        (token(scope='openid'), 'scope', 'insufficient_scope'),
        (token(email=None), 'claim', 'invalid_token'),
        (token(email_verified=False), 'claim', 'invalid_token'),
        (token(email='../joe'), 'authzid', 'invalid_token'),
        (token(email='ann@example.org'), 'authzid', 'invalid_token'),
        (token(OTHER), 'signature', 'invalid_token'),
        (token(kid='x'), 'key', 'invalid_token'),
        (token(EC, 'ES256', 'r'), 'key', 'invalid_token'),
        (token(None, 'none'), 'malformed', 'invalid_token'),
        (token(b'secret' * 8, 'HS256', 'h'), 'algorithm', 'invalid_token'),
        (token(public, 'HS256'), 'algorithm', 'invalid_token'),
        (token(header={'crit': ['x'], 'x': 1}), 'malformed', 'invalid_token'),
        (token()[:-8] + 'AAAAAAAA', 'signature', 'invalid_token'),
        ('abc', 'malformed', 'invalid_token'),
        ('.' * 5000, 'malformed', 'invalid_token')):
    refused(byfile, bearer(tok), reason, status)
refused(byfile, bearer(token(email='ann@example.org'), 'ann@example.org'),
        'locked')
refused(byfile, bearer(token(email='no@example.org'), 'no@example.org'),
        'unknown')
refused(byname, bearer(token(email='.x'), gs2=b'n,,'), 'claim')
refused(byfile, bearer(token(email='a/b'), gs2=b'n,,'), 'claim')

for message in (b'', b'\1', b'n,,', b'n,,\1', b'n,,\1\1', b'n,,\1auth=\1\1',
                b'n,,\1auth=Bearer \1\1', b'n,,\1auth=Basic x\1\1',
                b'p=tls-exporter,,\1auth=Bearer x\1\1',
                b'n,a=j\0e,\1auth=Bearer x\1\1', b'\0' * 4000,
                b'n,,\1auth=Bearer x\1auth=Bearer y\1\1',
                b'n,,\1auth=Bearer x y\1\1', b'n,,\1auth=Bearer x\1',
                b'n,,\1auth=Bearer x\1\1z', b'n,a=../x,\1auth=Bearer x\1\1',
                b'n,a=' + b'u' * 300 + b',\1auth=Bearer x\1\1',
                b'n,,\1' + b'k=v\1' * 2000 + b'\1'):
    refused(byfile, message, 'message')
refused(byfile, b'user=joe@example.org\1auth=Bearer x\1\1', 'malformed', '401',
        'XOAUTH2')
refused(byfile, b'auth=Bearer\1\1', 'message', '401', 'XOAUTH2')
accepted(byfile, b'user=joe@example.org\1auth=Bearer %s\1\1'
         % token().encode(), 'XOAUTH2', 'XOAUTH2')
long = token(pad='x' * 7000)
accepted(byfile, bearer(long), 'a token of %d octets' % len(long))

# cancelled at the object; no passwords here
c = Bare(port=byfile)
c.send('a AUTHENTICATE OAUTHBEARER %s\r\n'
       % base64.b64encode(bearer('abc')).decode())
c.response()
c.send('*\r\n')
checks.ok(c.response().startswith(b'a BAD cancelled'), 'cancelled')
r = c.cmd('LOGIN joe x')
checks.ok(r[0] == 'NO' and 'passwords' in r[1], 'no LOGIN', r)
checks.ok(b'LOGINDISABLED' in c.greeting and b'AUTH=PLAIN' not in c.greeting,
          'nor is it offered', c.greeting)

# keys that are fetched, once, and again for a new one
for _ in range(3):
    accepted(byurl, bearer(token()), 'fetched keys')
checks.same(Handler.fetched, 1, 'they are kept')
checks.same(stat.S_IMODE(os.stat(cache).st_mode), 0o700, 'in a place of ours')
NEW = rsa.generate_private_key(65537, 2048)
SET['keys'].append(jwk(NEW, 'n'))
refused(byurl, bearer(token(NEW, kid='n')), 'key')
checks.same(Handler.fetched, 1, 'not again within a minute')
kept = [os.path.join(cache, f) for f in os.listdir(cache)]
checks.same(len(kept), 1, 'one file')
os.utime(kept[0], (time.time() - 100,) * 2)
accepted(byurl, bearer(token(NEW, kid='n')), 'a new key is fetched')
checks.same(Handler.fetched, 2, 'once')
os.utime(kept[0], (time.time() - 4000,) * 2)
Handler.mode = 'broken'
accepted(byurl, bearer(token()), 'a server that fails: the old keys serve')
Handler.mode = 'good'
if system.ROOT:     # a uid that others have, too, keeps no keys
    fetched = Handler.fetched
    nobodys = imap(OAUTH_JWKS=URL + 'jwks', **SIGNED)
    for _ in range(2):
        accepted(nobodys, bearer(token()), 'no uid of its own')
    checks.same(Handler.fetched, fetched + 2, 'fetched for each login')
    for more in (dict(OAUTH_CACHE=cache),
                 dict(OAUTH_UID='77', OAUTH_MAIL_UID='77', OAUTH_MAIL_GID='77',
                      OAUTH_MAIL_HOME='/%u')):
        c = Bare(port=imap(OAUTH_JWKS=URL + 'jwks', **dict(SIGNED, **more)))
        r = c.auth('OAUTHBEARER', bearer(token()))
        checks.ok('UNAVAILABLE' in str(r), 'a uid that is another\'s', r)
        c.close()

# what is no signed token is not worth a question
fetched = Handler.fetched
os.utime(kept[0], (time.time() - 4000,) * 2)
refused(byurl, bearer('abc'), 'malformed')
checks.same(Handler.fetched, fetched, 'nothing is fetched for it')
# a server that is asked
accepted(asking, bearer('tok', gs2=b'n,,'), 'introspection')
checks.same(Handler.asked[-1], (
    'Basic ' + base64.b64encode(b'roost:s%26cret%3A%25').decode(),
    {'token': ['tok'], 'token_type_hint': ['access_token']}),
    'what it was asked')
if system.ROOT:
    checks.same(Handler.worker, ('65534', '0' * 16, ['/dev/null'] * 2),
                'who asks has no rights')
code, out = curl(asking, 'tokjoe')
checks.same(code, 0, 'curl, introspection')
refused(asking, bearer('x'), 'inactive')
refused(asking, bearer('tokann'), 'authzid')
refused(asking, bearer('tokjoe--old'), 'expired')


def later(port, mode, why):
    Handler.mode = mode
    c = Bare(port=port)
    error, answer = c.auth('OAUTHBEARER', bearer('tok', gs2=b'n,,'))
    checks.ok(error is None and answer.startswith(b'a NO [UNAVAILABLE]'),
              mode, answer)
    checks.ok(site.logged('checkpassword-oauth: deferred .*what=token error=.*'
                          + why), mode + ': log', site.logtext()[-300:])


later(asking, 'string', 'none')
later(asking, 'nothing', 'none')
later(asking, 'text', 'none')
later(asking, 'big', '')
later(asking, 'slow', 'Timeout')
later(dead, 'good', 'connect')

# passwords, SCRAM and tokens side by side
if system.need('checkpassword/checkpassword-any',
               'checkpassword/login-hold') is None:
    for program in 'checkpassword-any', 'login-hold':
        shutil.copy(os.path.join(system.TOP, system.PREFIX, 'checkpassword',
                                 program), site.bin)
    site.user('sam', PASSWORD)
    subprocess.run(['roost-user', '-f', site.dir + '/users', 'passwd', '-s',
                    'SCRAM-SHA-256', 'sam'], env=site.env, check=True,
                   input=PASSWORD.encode() + b'\n', stdout=subprocess.DEVNULL)
    both = site.tcpserver(
        ['imap-login', 'checkpassword-any', 'checkpassword-oauth', '--',
         'checkpassword-cdb', '--', 'imapd', 'Maildir'], OAUTH_JWKS=keys,
        LOGIN_MECHANISMS='PLAIN SCRAM-SHA-256 OAUTHBEARER', OAUTH_SCOPE='imap',
        **SIGNED)
    accepted(both, bearer(token()), 'a token, among others')
    accepted(both, b'\0joe@example.org\0' + PASSWORD.encode(),
             'a password, among others', 'PLAIN')
    c = Bare(port=both)
    error = c.auth('OAUTHBEARER', bearer('abc'))
    checks.ok(error[1].startswith(b'a NO'), 'a bad token, among others', error)
    error, answer = Bare(port=both).auth('OAUTHBEARER', bearer(token(exp=1)))
    checks.same(error and error['status'], 'invalid_token',
                'a token that has expired, among others')
    if system.need('gsasl') is None:
        for word, want in ((PASSWORD, 0), ('x', 1)):
            code, out = run(['gsasl', '--imap', '-m', 'SCRAM-SHA-256', '-a',
                             'sam', '-z', '', '-p', word, '--no-starttls',
                             '--connect', '127.0.0.1:%d' % both], site)
            checks.same(code, want, 'SCRAM, among others')

# settings that are wrong
for env, what in (
        ({}, 'one of'), (dict(OAUTH_JWKS=keys), 'need .OAUTH_ISSUER'),
        (dict(OAUTH_JWKS='http://example.org/', **SIGNED), 'neither https'),
        (dict(OAUTH_INTROSPECT=URL, OAUTH_CLIENT_FILE=keys), 'others may'),
        (dict(OAUTH_INTROSPECT=URL, OAUTH_MAIL_HOME='/x/%u'),
         'needs .OAUTH_MAIL_UID')):
    os.chmod(keys, 0o644)
    c = Bare(port=imap(**env))
    error, answer = c.auth('OAUTHBEARER', bearer('x'))
    checks.ok(answer.startswith(b'a NO [UNAVAILABLE]'), what, answer)
    checks.ok(site.logged('checkpassword-oauth: fatal: .*' + what),
              what + ': log', site.logtext()[-300:])

log = site.logtext()
for secret in (token()[:20], 's&cret', 's%26cret', 'Bearer', 'tokjoe'):
    checks.ok(secret not in log, 'the log tells nothing', secret)
checks.ok(' fault ' not in log, 'no fault')
# keys that anybody could have written
os.chmod(keys, 0o646)
c = Bare(port=byfile)
r = c.auth('OAUTHBEARER', bearer(token()))
checks.ok('UNAVAILABLE' in str(r), 'keys that everyone may write', r)
c.close()
checks.ok('fault what=jwks' in site.logtext(), 'log of that')
os.chmod(keys, 0o644)

checks.done()
