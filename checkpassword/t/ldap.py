# ISC licence; see LICENSE.
"""checkpassword-ldap with OpenLDAP's slapd, started here on loopback and on a
Unix socket: both styles, StartTLS and ldaps, injection, referrals, servers
that are dead or silent."""
import atexit
import base64
import glob
import hashlib
import os
import pwd
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from chain import *
import fronts

LDAP = 'checkpassword-ldap'
WORD = 'pass"wo\'rd'
NOBODY = pwd.getpwnam('nobody')
CONF = '''
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile %(dir)s/pid
TLSCertificateFile %(dir)s/cert.pem
TLSCertificateKeyFile %(dir)s/key.pem
TLSVerifyClient never
# an empty password binds: what a client of LDAP has to look out for
allow bind_anon_cred
database mdb
maxsize 10485760
dbnosync
suffix "dc=example,dc=org"
directory %(dir)s/data
access to attrs=userPassword
  by dn.exact="cn=roost,dc=example,dc=org" read
  by anonymous auth
access to dn.subtree="ou=hidden,dc=example,dc=org"
  by anonymous auth
access to *
  by dn.exact="cn=roost,dc=example,dc=org" read
  by self read
  by anonymous auth
'''
ENTRY = '''
dn: uid=%(uid)s,ou=%(ou)s,dc=example,dc=org
objectClass: inetOrgPerson
objectClass: posixAccount
uid: %(uid)s
cn: %(uid)s
sn: %(uid)s
employeeType: %(type)s
description: 10 MB : x
uidNumber: %(n)d
gidNumber: %(g)d
homeDirectory: %(home)s
userPassword: %(hash)s
'''
FIELDS = ('uid=uidNumber gid=gidNumber home=homeDirectory'
          ' env_QUOTA=description disabled=employeeType user=uid')
SHOW = ['sh', '-c', 'id -u; id -g; pwd; echo $USER; echo $QUOTA;'
        ' ls -m /proc/self/fd']


def ssha_of(word):
    return '{SSHA}' + base64.b64encode(hashlib.sha1(
        word.encode() + b'salt').digest() + b'salt').decode()


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def entry(place, uid, hash, ou='people', type='no', home=None, n=UID):
    return ENTRY % {'uid': uid, 'ou': ou, 'type': type, 'hash': hash, 'n': n,
                    'g': GID, 'home': home or place.path('home')}


def ldif(place, hash, ssha):
    text = '''dn: dc=example,dc=org
objectClass: domain
dc: example

dn: cn=roost,dc=example,dc=org
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: roost
userPassword: ''' + ssha_of('db-secret') + '\n'
    for ou in ('people', 'others', 'hidden'):
        text += '\ndn: ou=%s,dc=example,dc=org\nobjectClass: ' \
            'organizationalUnit\nou: %s\n' % (ou, ou)
    crypt = '{CRYPT}' + hash
    text += entry(place, 'joe', ssha)
    text += entry(place, 'crypt', crypt)
    text += entry(place, 'ann', ssha, type='yes')
    text += entry(place, 'nohome', ssha, home=' ')
    text += entry(place, 'zero', ssha, n=0)
    text += entry(place, 'odd', '{NO-SUCH}x')
    text += entry(place, 'clear', WORD)
    text += entry(place, 'shut', '{CRYPT}!' + hash)
    text += entry(place, 'shuttwo', '{CRYPT}!' + hash + '\nuserPassword: !')
    text += entry(place, 'several', '{CRYPT}*\nuserPassword: ' + crypt)
    text += entry(place, 'twice', ssha) + entry(place, 'twice', ssha, 'others')
    text += entry(place, 'secret', ssha, 'hidden')
    text += '''
dn: ou=elsewhere,ou=people,dc=example,dc=org
objectClass: referral
objectClass: extensibleObject
ou: elsewhere
ref: ldap://127.0.0.1:9/ou=people,dc=example,dc=org
'''
    return text


def certificate(place, d):
    subprocess.run([
        'openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
        'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj',
        '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1',
        '-keyout', d + '/key.pem', '-out', d + '/cert.pem'], check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(d + '/cert.pem') as f:
        place.write('ca.pem', f.read())


class Slapd:
    def __init__(self, place, hash, ssha):
        d = self.dir = place.path('ldap')
        self.port, self.tls_port = free_port(), free_port()
        os.makedirs(d + '/data', 0o700)
        certificate(place, d)
        with open(d + '/conf', 'w') as f:
            f.write(CONF % {'dir': d})
        with open(d + '/ldif', 'w') as f:
            f.write(ldif(place, hash, ssha))
        if ROOT:
            for path in [d] + glob.glob(d + '/*'):
                os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)
        how = dict(env=place.env, stdin=subprocess.DEVNULL, cwd='/',
                   stdout=open(place.path('slapd.log'), 'ab'),
                   stderr=subprocess.STDOUT)
        if ROOT:
            how.update(user=NOBODY.pw_uid, group=NOBODY.pw_gid,
                       extra_groups=[])
        r = subprocess.run(['slapadd', '-q', '-f', d + '/conf', '-l',
                            d + '/ldif'], **how).returncode
        if r:
            with open(place.path('slapd.log')) as f:
                ok(False, 'slapadd', f.read())
        sock = (d + '/sock').replace('/', '%2F')
        self.unix = 'ldapi://' + sock
        self.process = subprocess.Popen([
            'slapd', '-d', '0', '-f', d + '/conf', '-h',
            'ldapi://%s ldap://127.0.0.1:%d ldaps://127.0.0.1:%d' % (
                sock, self.port, self.tls_port)], **how)
        atexit.register(self.stop)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)

    def await_it(self):
        end = time.monotonic() + 30
        while self.process.poll() is None and time.monotonic() < end:
            if os.path.exists(self.dir + '/sock'):
                try:
                    socket.create_connection(('127.0.0.1', self.port)).close()
                    return True
                except OSError:
                    pass
            time.sleep(0.05)
        return False


def check(args, name, password, env):
    data = [name, password, '']
    if isinstance(name, bytes):
        data = name + b'\0' + password.encode() + b'\0\0'
    return place.check([LDAP, *args], data, **env)


def ends(what, env, name, code, words, password=WORD, **more):
    r = check(['echo', 'in'], name, password, dict(env, **more))
    same(r[:2], (code, 'in\n' if not code else ''), what)
    ok(words in r[2] and r[2].count('\n') == (1 if code else 0),
       'log of ' + what, r[2])
    ok(WORD not in r[2] and 'db-secret' not in r[2] and hash not in r[2],
       'no secret in the log of ' + what, r[2])


def common(env, style):
    """what is the same however the user is found and the password checked"""
    code, out, err = check(SHOW, 'joe', WORD, env)
    same((code, out.split('\n')[:-1], err), (0, [
        str(UID), str(GID), place.path('home'), 'joe', '10 MB : x',
        '0, 1, 2, 3'], ''), style + ': what the handler gets')
    ends(style + ': wrong', env, 'joe', 1, 'reason=password', 'no')
    ends(style + ': empty', env, 'joe', 1, 'reason=empty', '')
    ends(style + ': disabled', env, 'ann', 1, 'reason=disabled')
    ends(style + ': disabled, wrong', env, 'ann', 1, 'reason=password', 'no')
    ends(style + ': root', env, 'zero', 111, 'what=uidNumber')
    ends(style + ': no home', env, 'nohome', 111, 'what=entry')
    ends(style + ': more than 512', env, 'joe' * 3333, 1, 'reason=too-long')
    unknown = 'reason=password' if style == 'dn' else 'reason=unknown'
    for name in ('*', 'j*', 'joe)(uid=*', '*)(objectClass=*', 'joe)(|(uid=*',
                 'joe\0x', 'joe,ou=people', 'joe+cn=joe', 'uid=joe', '(joe)',
                 'joe\\', '\\2a', '\\6aoe', 'joe;x', '<joe>', 'joe"', '#joe',
                 'joe@example.org', '{user}', '\xfc', 'a' * 255, 'joe '):
        r = check(['echo', 'in'], name, WORD, env)
        ok(r[:2] == (1, '') and ' reason=' in r[2], '%s: %r' % (
            style, name[:20]), r)
    for name in (b'\xff', b'joe\xc0\x80', b'\xed\xa0\x80'):
        ends('%s: %r' % (style, name), env, name, 1, 'reason=unknown')
    ends(style + ': unknown', env, 'nobody-here', 1, unknown)


def settings():
    def wrong(what, **env):
        r = check(['true'], 'joe', WORD, {k: v for k, v in dict(
            search, **env).items() if v is not None})
        same(r[0], 100, what)
        ok('fatal:' in r[2], 'log of ' + what, r[2])
    wrong('no server', LDAP_URI=None)
    wrong('a server that is none', LDAP_URI='http://x/')
    wrong('a style that is none', LDAP_STYLE='find')
    wrong('a scope that is none', LDAP_SCOPE='all')
    wrong('neither a name nor a filter', LDAP_FILTER=None)
    wrong('both', LDAP_DN='uid={user}')
    wrong('no such placeholder', LDAP_FILTER='(uid={usr})')
    wrong('a brace', LDAP_FILTER='(uid={user)')
    wrong('the hash is none', LDAP_FILTER='(uid={hash})')
    wrong('no such field', LDAP_FIELDS='hoem=homeDirectory')
    wrong('no field', LDAP_FIELDS='homeDirectory')
    wrong('a variable that may not be set', LDAP_FIELDS='env_PATH=cn')
    wrong('no password file', LDAP_PASSWORD_FILE=None)
    wrong('a uid that is none', LDAP_UID='0')
    os.chmod(place.path('word'), 0o644)
    wrong('a password that others can read')
    os.chmod(place.path('word'), 0o600)


def tls():
    """StartTLS and ldaps, whose certificate says 127.0.0.1"""
    ca = dict(LDAP_CAFILE=place.path('ca.pem'))
    plain = 'ldap://%s:%d'
    secure = 'ldaps://%s:%d'
    ends('StartTLS', dict(search, **ca), 'joe', 0, '', LDAP_STARTTLS='1',
         LDAP_URI=plain % ('127.0.0.1', slapd.port))
    ends('ldaps', dict(search, **ca), 'joe', 0, '',
         LDAP_URI=secure % ('127.0.0.1', slapd.tls_port))
    ends('ldaps, bind', dict(bind, **ca), 'joe', 0, '',
         LDAP_URI=secure % ('127.0.0.1', slapd.tls_port))
    for name, env in (('an authority that is not ours', {}), (
            'the name of another', dict(ca, host='localhost'))):
        host = env.pop('host', '127.0.0.1')
        ends('StartTLS: ' + name, dict(search, **env), 'joe', 111,
             'what=starttls', LDAP_STARTTLS='1',
             LDAP_URI=plain % (host, slapd.port))
        ends('ldaps: ' + name, dict(search, **env), 'joe', 111, 'what=bind',
             LDAP_URI=secure % (host, slapd.tls_port))
    ends('no file of authorities', dict(search), 'joe', 111, 'what=connect',
         LDAP_URI=secure % ('127.0.0.1', slapd.tls_port),
         LDAP_CAFILE=place.path('gone'))
    ends('StartTLS over a Unix socket without', dict(search), 'joe', 111,
         'what=starttls', LDAP_STARTTLS='1')
    # nothing of what libldap reads on its own counts
    ends("libldap's own variables", dict(search, **ca), 'joe', 0, '',
         LDAP_URI=secure % ('127.0.0.1', slapd.tls_port),
         LDAPTLS_CACERT='/none', LDAPURI='ldap://127.0.0.1:9')


def slow(what, env):
    begin = time.monotonic()
    ends(what, env, 'joe', 111, 'error=', LDAP_TIMEOUT='1')
    ok(0.9 < time.monotonic() - begin < 20, 'the time of ' + what)


def faults():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        s.listen(5)
        at = '127.0.0.1:%d' % s.getsockname()[1]
        slow('a silent server', dict(search, LDAP_URI='ldap://' + at))
        slow('a silent server, bind', dict(dn, LDAP_URI='ldap://' + at))
        slow('a silent server, StartTLS',
             dict(search, LDAP_URI='ldap://' + at, LDAP_STARTTLS='1'))
        slow('a silent server, ldaps', dict(search, LDAP_URI='ldaps://' + at))
    ends('a wrong password of ours', search, 'joe', 111, 'what=bind ',
         LDAP_PASSWORD_FILE=place.write('bad', 'no\n', 0o600))
    ends('a base that there is not', search, 'joe', 1, 'reason=unknown',
         LDAP_BASE='dc=example,dc=net')
    ends('a filter that is none', search, 'joe', 111, 'what=search',
         LDAP_FILTER='(uid={user}')
    slapd.stop()
    ends('a dead server', search, 'joe', 111, 'what=bind')
    ends('a dead server, bind', dn, 'joe', 111, 'what=bind-user')
    fronts.later(place, [LDAP], 'joe', WORD, **search)


def main():
    common(search, 'search')
    for name in ('crypt', 'several', 'clear'):
        ends('search: hash of ' + name, search, name, 0, '')
        ends('search: hash of %s, wrong' % name, search, name, 1,
             'reason=password', 'no')
    ends('search: odd', search, 'odd', 1, 'reason=scheme')
    ends('search: the hash is not the password', search, 'clear', 1,
         'reason=password', '{CLEARTEXT}' + WORD)
    ends('search: two entries', search, 'twice', 111, 'more-than-one-entry')
    ends('search: one of them', search, 'twice', 0, '', LDAP_SCOPE='one',
         LDAP_BASE='ou=others,dc=example,dc=org')
    ends('search: a template in the base', search, 'joe@people', 0, '',
         LDAP_BASE='ou={domain},dc=example,dc=org', LDAP_FILTER='(uid={local})')
    common(bind, 'bind')
    common(dn, 'dn')
    ends('dn: a filter that lets in', dn, 'joe', 0, '',
         LDAP_FILTER='(employeeType=no)')
    ends('dn: a filter that does not', dn, 'ann', 1, 'reason=filter',
         LDAP_FILTER='(employeeType=no)')
    fixed = dict(dn, LDAP_DN='uid={user},ou=hidden,dc=example,dc=org')
    ends('dn: nothing can be read', fixed, 'secret', 111, 'what=entry')
    os.mkdir(place.path('homes'))
    os.rename(place.path('home'), place.path('homes/secret'))
    fixed.update(LDAP_UID=str(UID), LDAP_GID=str(GID),
                 LDAP_HOME=place.path('homes') + '/{user}')
    ends('dn: ids and home by the environment', fixed, 'secret', 0, '')
    os.rename(place.path('homes/secret'), place.path('home'))
    ends('an account without a hash to read', search, 'joe', 1,
         'reason=locked', LDAP_BIND_DN='uid=joe,ou=people,dc=example,dc=org',
         LDAP_BASE='uid=joe,ou=people,dc=example,dc=org', LDAP_SCOPE='base',
         LDAP_PASSWORD_FILE=place.write('own', WORD + '\n', 0o600))
    scram = fronts.scram(place, [LDAP], 'clear', WORD, **search)
    ok(scram[0].startswith('a OK'), 'SCRAM, by search', scram)
    scram = fronts.scram(place, [LDAP], 'clear', 'a-wrong-one', **search)
    ok(scram[0].startswith('a NO [AUTH'), 'SCRAM, wrong', scram)
    scram = fronts.scram(place, [LDAP], 'joe', WORD, **bind)
    ok(scram[0].startswith('a NO [UNAV') and 'code=2' in scram[2],
       'SCRAM is not served by bind', scram)
    settings()
    tls()
    # a wrapper has checked the client: no bind with what is no password
    for what, env in (('search', search), ('bind', bind),
                      ('dn', dict(dn, **{k: search[k] for k in (
                          'LDAP_BIND_DN', 'LDAP_PASSWORD_FILE')}))):
        ends('authorized, ' + what, env, 'joe', 0, '', 'random',
             ROOST_AUTHORIZED='joe')
        ends('authorized, unknown, ' + what, env, 'nobody-here', 1,
             'reason=unknown', 'random', ROOST_AUTHORIZED='nobody-here')
    for name in ('shut', 'shuttwo'):
        ends('locked: ' + name, search, name, 1, 'reason=locked')
        ends('authorized, but locked: ' + name, search, name, 1,
             'reason=locked', 'random', ROOST_AUTHORIZED=name)
    ends('authorized, one of several locked', search, 'several', 0, '',
         'random', ROOST_AUTHORIZED='several')
    for env in (search, bind, dn):
        fronts.chained(place, [LDAP], 'joe', WORD, **env)
    faults()


place = Place()
if not built(LDAP):
    if ok(not os.environ.get('CI'), 'it is built in CI'):
        skip(LDAP, 'it was not built: its library is not installed')
elif not have('slapd') or not have('slapadd'):
    skip(LDAP, 'slapd is not installed')
else:
    home = place.home('home')
    for d in ('', '/cur', '/new', '/tmp'):
        os.mkdir(home + '/Maildir' + d, 0o700)
        os.chown(home + '/Maildir' + d, UID, GID)
    place.add('x', stdin=WORD + '\n')
    hash = place.hash('x')
    slapd = Slapd(place, hash, ssha_of(WORD))
    place.write('word', 'db-secret\n', 0o600)
    search = {'LDAP_URI': slapd.unix, 'LDAP_STYLE': 'search',
              'LDAP_BASE': 'dc=example,dc=org',
              'LDAP_FILTER': '(&(objectClass=posixAccount)(uid={user}))',
              'LDAP_BIND_DN': 'cn=roost,dc=example,dc=org',
              'LDAP_PASSWORD_FILE': place.path('word'),
              'LDAP_FIELDS': 'password=userPassword ' + FIELDS,
              'DUMMY_HASH': '$5$rounds=1000$salt$'}
    bind = dict(search, LDAP_STYLE='bind', LDAP_FIELDS=FIELDS)
    dn = {'LDAP_URI': slapd.unix, 'LDAP_FIELDS': FIELDS,
          'LDAP_DN': 'uid={user},ou=people,dc=example,dc=org'}
    if ok(slapd.await_it(), 'slapd starts'):
        main()
done('ldap')
