# ISC licence; see LICENSE.
"""The wrappers around authenticators: names, master users, application
passwords, the cache, who may go on, and hashes made anew at a login."""
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from chain import *
import fronts

place = Place()
CDB = 'checkpassword-cdb'
WHO = ['sh', '-c', 'echo $USER ${MASTER_USER-} ${APP_PASSWORD-}; env | grep -c '
       'ROOST_AUTHORIZED']
HASHES = {}


def hash_of(password, scheme='SSHA256'):
    key = password, scheme
    if key not in HASHES:
        HASHES[key] = place.run(['roost-password', 'make', '-s', scheme],
                                (password + '\n').encode())[1].rstrip('\n')
    return HASHES[key]


def quiet(r, *secrets):
    for s in secrets:
        ok(s not in r[2], 'no password in the log', r[2])


# ---- names ----

def names():
    def name(typed, **env):
        r = place.check(['checkpassword-name', 'sh', '-c', 'head -z -n 1 <&3'],
                        [typed, 'secret', 'stamp'], **env)
        return r[1].rstrip('\0') if r[0] == 0 else r[0]
    for typed, env, want in (
            ('Joe', {}, 'joe'), ('Joe', {'NAME_LOWER': '0'}, 'Joe'),
            ('joe', {'NAME_DOMAIN': 'example.org'}, 'joe@example.org'),
            ('joe@x.org', {'NAME_DOMAIN': 'example.org'}, 'joe@x.org'),
            ('joe%X.org', {'NAME_SEPARATORS': '%/'}, 'joe@x.org'),
            ('joe/x.org', {'NAME_SEPARATORS': '%/'}, 'joe@x.org'),
            ('a%b@x.org', {'NAME_SEPARATORS': '%'}, 'a%b@x.org'),
            ('joe+lists@x.org', {'NAME_EXTENSION': '+'}, 'joe@x.org'),
            ('joe+a-b', {'NAME_EXTENSION': '-+'}, 'joe'),
            ('+joe', {'NAME_EXTENSION': '+'}, '+joe'),
            ('joe@x+y.org', {'NAME_EXTENSION': '+'}, 'joe@x+y.org'),
            ('joe+a', {'NAME_EXTENSION': '+', 'NAME_DOMAIN': 'x.org'},
             'joe@x.org'),
            ('Joe@Example.ORG', {'NAME_STRIP': 'example.org'}, 'joe'),
            ('joe@x.org', {'NAME_STRIP': 'example.org'}, 'joe@x.org'),
            ('@example.org', {'NAME_STRIP': 'example.org'}, '@example.org'),
            ('joe@', {'NAME_DOMAIN': 'x.org'}, 'joe@'), ('', {}, ''),
            ('', {'NAME_DOMAIN': 'x.org'}, ''),
            ('x' * 480, {'NAME_DOMAIN': 'example.example.org'}, 1),
            ('Joe', {'NAME_LOWER': 'maybe'}, 100)):
        same(name(typed, **env), want, 'name %r %r' % (typed[:20], env))
    r = place.check(['checkpassword-name', 'cat', '/dev/fd/3'],
                    ['JOE', 'Secret', '<Stamp>'])
    same(r[1], 'joe\0Secret\0<Stamp>\0', 'the rest stays as it is')


# ---- master users ----

def masters():
    f = place.write('masters', '# masters\nroot:%s\nold:!%s\nbad:{NONE}x\n'
                    % (hash_of('m4ster'), hash_of('m4ster')), 0o600)
    chain = ['checkpassword-master', CDB, *WHO]

    def try_it(name, password='m4ster', **env):
        return place.check(chain, [name, password, ''],
                           **dict({'MASTER_USERS': f}, **env))
    r = try_it('joe*root', TCPREMOTEIP='192.0.2.1')
    same(r[:2], (1, 'joe root\n0\n'), 'a master')  # grep says 1
    same(r[2], 'checkpassword-master: master user=joe master=root '
         'address=192.0.2.1\n', 'log')
    same(try_it('joe', 'secret', MASTER_USER='evil')[1], 'joe\n0\n',
         'no master')
    same(try_it('joe%root', MASTER_SEPARATOR='%')[1], 'joe root\n0\n', 'with %')
    for name, password, prog, reason in (
            ('joe*root', 'wrong', 'master', 'password'),
            ('joe*root', 'secret', 'master', 'password'),
            ('joe*root', '', 'master', 'empty'),
            ('joe*none', 'm4ster', 'master', 'unknown'),
            ('joe*', 'm4ster', 'master', 'unknown'),
            ('*root', 'm4ster', 'master', 'empty'),
            ('joe*old', 'm4ster', 'master', 'locked'),
            ('joe*bad', 'm4ster', 'master', 'scheme'),
            ('jo*root', 'm4ster', 'cdb', 'unknown'),
            ('joe*x*root', 'm4ster', 'cdb', 'unknown'),
            ('lee*root', 'm4ster', 'cdb', 'locked'),
            ('kim*root', 'm4ster', 'cdb', 'locked'),
            ('joe', 'm4ster', 'cdb', 'password')):
        r = try_it(name, password)
        same(r[:2], (1, ''), 'refused: %s %s' % (name, password))
        ok('checkpassword-%s: refused' % prog in r[2]
           and r[2].endswith('reason=%s\n' % reason), 'log of ' + name, r[2])
        quiet(r, 'm4ster', 'secret')
    same(try_it('nopw*root')[1], 'nopw root\n0\n', 'no password of its own')
    for text, mode, why in (('root', 0o600, 'damaged'),
                            ('root:x\n', 0o602, 'writable'),
                            ('x:y\n' * 40000, 0o600, 'damaged')):
        r = try_it('joe*root', MASTER_USERS=place.write('bad', text, mode))
        same(r[0], 111, 'masters %r' % text[:9])
        ok(why in r[2], 'log of masters', r[2])
    same(try_it('joe*root', MASTER_USERS='/none')[0], 111, 'no masters')
    same(try_it('joe*root', MASTER_SEPARATOR='**')[0], 100, 'separator')
    # those who do not know the interface see a password that is none
    seen = place.check(['checkpassword-master', 'cat', '/dev/fd/3'],
                       ['joe*root', 'm4ster', ''], MASTER_USERS=f)[1]
    ok(re.fullmatch('joe\0[0-9a-f]{32}\0\0', seen), 'handed on', seen)
    # a name that is not the one on descriptor 3 is nobody's
    r = place.check([CDB, *WHO], ['joe', 'secret', ''], ROOST_AUTHORIZED='ann')
    same(r[:2], (111, ''), 'authorized for another')
    # wrappers that come after it know that the client has been checked
    same(place.check(['checkpassword-master', 'checkpassword-name', CDB, *WHO],
                     ['joe+x*root', 'm4ster', ''], MASTER_USERS=f,
                     NAME_EXTENSION='+')[1], 'joe root\n0\n', 'a name changed')
    same(place.check(['checkpassword-name', CDB, *WHO], ['Ann2', 'x', ''],
                     ROOST_AUTHORIZED='joe')[0], 111, "another's stays so")
    same(place.check(['checkpassword-master', 'checkpassword-app', CDB, *WHO],
                     ['joe*root', 'm4ster', ''], MASTER_USERS=f,
                     APP_PASSWORDS=place.path('none'), APP_PASSWORDS_ONLY='1'
                     )[1], 'joe root\n0\n', 'application passwords only')
    same(place.check(['checkpassword-app', CDB, *WHO], ['ann2', 'x', ''],
                     APP_PASSWORDS_ONLY='1', ROOST_AUTHORIZED='joe')[0], 111,
         "another's is nobody's there")
    same(place.check(['checkpassword-app', CDB, *WHO], ['joe', 'secret', ''],
                     APP_PASSWORDS_ONLY='1', ROOST_SASL_FD='')[:2],
         (1, ''), 'a variable without a descriptor is none')
    same(place.check(['checkpassword-master', 'checkpassword-any', 'false',
                      '--', CDB, '--', *WHO], ['joe*root', 'm4ster', ''],
                     MASTER_USERS=f)[1], 'joe root\n0\n', 'with any')


# ---- application passwords ----

def apps():
    root = place.path('apps')
    env = {'APP_PASSWORDS': root}
    chain = ['checkpassword-app', CDB, *WHO]

    def tool(*args, code=0):
        r = place.run(['roost-app-password', *args], **env)
        same(r[0], code, 'roost-app-password %r' % (args,))
        return r[1]
    same(place.check(chain, ['joe', 'secret', ''], **env)[1], 'joe\n0\n',
         'without any')
    phone = tool('add', 'joe', 'phone').rstrip('\n')
    laptop = tool('add', 'joe', 'laptop').rstrip('\n')
    ok(re.fullmatch('([a-z2-9]{5}-){3}[a-z2-9]{5}', phone), 'form', phone)
    ok(phone != laptop, 'two passwords')
    same(tool('list', 'joe'), 'laptop\tnever\nphone\tnever\n', 'never used')
    same(tool('add', 'joe', 'phone', code=1), '', 'there already')
    with open(root + '/joe/phone') as f:
        ok(f.read().startswith('{SSHA512}'), 'only a hash is kept')
    same(os.stat(root + '/joe').st_mode & 0o777, 0o700, 'mode')
    r = place.check(chain, ['joe', phone, ''], TCPREMOTEIP='192.0.2.9', **env)
    same(r[1:], ('joe phone\n0\n', 'checkpassword-app: app-password user=joe '
                 'label=phone address=192.0.2.9\n'), 'the phone')
    used = tool('list', 'joe')
    ok(re.fullmatch('laptop\tnever\nphone\t%s-[0-9-]+T[0-9:]+Z\t192.0.2.9\n'
                    % time.strftime('%Y', time.gmtime()), used), 'used', used)
    same(place.check(chain, ['joe', laptop, ''], **env)[1], 'joe laptop\n0\n',
         'the laptop')
    same(place.check(chain, ['joe', 'secret', ''], **env)[1], 'joe\n0\n',
         'the main password')
    only = dict(env, APP_PASSWORDS_ONLY='1')
    same(place.check(chain, ['joe', 'secret', ''], **only)[0], 1, 'only those')
    same(place.check(chain, ['joe', phone, ''], **only)[1], 'joe phone\n0\n',
         'only those: the phone')
    same(place.check(chain, ['rich', 'secret', ''], **only)[0], 1,
         'only those: no directory')
    for name, password in (('joe', phone[:-1]), ('joe', phone + 'x'),
                           ('joe', ''), ('rich', phone), ('lee', phone),
                           ('../apps/joe', phone), ('.', phone),
                           ('joe/', phone), ('x' * 300, phone)):
        r = place.check(chain, [name, password, ''], **env)
        same(r[:2], (1, ''), 'refused: %.20s' % name)
        quiet(r, phone)
    tool('add', 'lee', 'x')
    tool('remove', 'joe', 'phone')
    tool('remove', 'joe', 'phone', code=1)
    same(place.check(chain, ['joe', phone, ''], **env)[0], 1, 'taken away')
    same(tool('list', 'joe').split()[0], 'laptop', 'the laptop stays')
    for args in (['add', 'joe', 'a/b'], ['add', 'joe', '.x'],
                 ['add', '../x', 'y'], ['add', 'joe', 'x' * 65],
                 ['add', 'joe'], [], ['list'], ['what', 'joe', 'x']):
        tool(*args, code=100)
    with open(root + '/joe/own', 'w') as f:     # a hash of somebody's making
        f.write(hash_of('0wn') + '\n')
    with open(root + '/joe/damaged', 'w') as f:
        f.write('{NONE}x\n')
    same(place.check(chain, ['joe', '0wn', ''], **env)[1], 'joe own\n0\n',
         'a hash made elsewhere')
    # SCRAM proves the main password, whatever stands before it
    place.add('sue', '-m', '-s', 'SCRAM-SHA-256')
    for more, want in ((env, 'a OK'), (only, 'a NO [AUTHENTICATIONFAILED]')):
        got = fronts.scram(place, ['checkpassword-app', CDB], 'sue', 'secret',
                           **more)
        ok(got[0].startswith(want), 'SCRAM, %s' % want, got)
    ok('checkpassword-app: refused' in got[2] and 'reason=mechanism' in got[2],
       'log of that', got)
    place.user('lock', 'rich')
    tool('add', 'rich', 'x')
    place.user('unlock', 'rich')
    for i in range(70):
        with open(root + '/rich/l%d' % i, 'w') as f:
            f.write('x\n')
    r = place.check(chain, ['rich', 'secret', ''], **env)
    same(r[0], 111, 'more than 64')
    tool('add', 'rich', 'y', code=1)


# ---- who may go on ----

def allowed():
    chain = [CDB, 'login-allow', 'echo', 'in']

    def code(**env):
        r = place.check(chain, ['joe', 'secret', ''], **env)
        ok(r[0] or r[1] == 'in\n', 'runs the program', r)
        return r[0], re.sub('.*reason=', '', r[2]).strip()
    net = '192.0.2.0/24 2001:db8::/32'
    for env, want in (
            ({}, (0, '')), ({'LOGIN_DISABLED': '1'}, (1, 'disabled')),
            ({'LOGIN_DISABLED': '0'}, (0, '')),
            ({'LOGIN_NETWORKS': net, 'TCPREMOTEIP': '192.0.2.7'}, (0, '')),
            ({'LOGIN_NETWORKS': net, 'TCPREMOTEIP': '2001:db8::7'}, (0, '')),
            ({'LOGIN_NETWORKS': net, 'TCPREMOTEIP': '192.0.3.7'},
             (1, 'network')),
            ({'LOGIN_NETWORKS': net, 'TCPREMOTEIP': 'x'}, (1, 'network')),
            ({'LOGIN_NETWORKS': net}, (1, 'network'))):
        same(code(**env), want, 'allow %r' % env)
    for env in ({'LOGIN_NETWORKS': '192.0.2.1/24', 'TCPREMOTEIP': '::1'},
                {'LOGIN_DISABLED': 'perhaps'}, {'MIN_UID': 'x'}):
        same(code(**env)[0], 100, 'allow %r' % env)
    # behind an authenticator that does not look at the ids
    if ROOT:
        run = ['setpriv', '--reuid', str(UID), '--regid', str(GID),
               '--clear-groups', 'login-allow', 'echo', 'in']
        same(place.run(run, MIN_UID=str(UID))[0], 0, 'uid in range')
        r = place.run(run, MIN_UID=str(UID + 1), USER='joe')
        same(r[:2], (1, ''), 'uid below')
        same(r[2], 'login-allow: refused user=joe reason=uid\n', 'its log')
        same(place.run(run, MAX_GID=str(GID - 1))[0], 1, 'gid above')
        same(place.run(['login-allow', 'true'])[0], 1, 'root')
    same(place.run(['login-allow'])[0], 100, 'no program')


# ---- the cache ----

def cache():
    d = place.path('cache')
    os.mkdir(d, 0o700)
    slow = place.write('slow', '#!/bin/sh\necho x >>%s\nexec "$@"\n'
                       % place.path('asked'), 0o755)
    env = {'AUTH_CACHE': d, 'TCPREMOTEPORT': '1', 'TCPLOCALPORT': '143'}
    show = ['sh', '-c', 'id -u; id -g; id -G; pwd; echo $USER $HOME $QUOTA '
            '${GONE-gone} $TCPREMOTEPORT; umask; ulimit -n; ls -m '
            '/proc/self/fd']
    chain = ['checkpassword-cache', slow, CDB, '--', *show]

    def asked():
        try:
            with open(place.path('asked')) as f:
                n = len(f.read().split())
            os.unlink(place.path('asked'))
            return n
        except OSError:
            return 0

    def login(name='joe', password='secret', args=chain, **more):
        return place.check(args, [name, password, ''], **dict(env, **more))
    plain = place.check([CDB, *show], ['joe', 'secret', ''], **env)
    off = dict(env)
    del off['AUTH_CACHE']
    same(place.check(chain, ['joe', 'secret', ''], **off), plain, 'off')
    same(asked(), 1, 'off: asked')
    same(os.listdir(d), [], 'off: nothing is kept')
    same(login(), plain, 'the first time')
    same(asked(), 1, 'asked')
    same(login(), plain, 'the second')
    same(asked(), 0, 'not asked')
    other = login(TCPREMOTEPORT='2')
    same(other[1], plain[1].replace(' 1\n', ' 2\n', 1),
         'what belongs to the connection is that of this one')
    same(asked(), 0, 'still not asked')
    login(TCPLOCALPORT='110')
    same(asked(), 1, 'another service')
    # an authenticator that looks where the client comes from is asked again
    login(TCPREMOTEIP='192.0.2.1')
    login(TCPREMOTEIP='192.0.2.2')
    same(asked(), 2, 'another client')
    login(TCPREMOTEIP='192.0.2.1', TCPLOCALIP='192.0.2.9')
    same(asked(), 1, 'another address of ours')
    anywhere = {'AUTH_CACHE_VARS': 'TCPLOCALPORT'}
    login(TCPREMOTEIP='192.0.2.1', **anywhere)
    login(TCPREMOTEIP='192.0.2.2', **anywhere)
    same(asked(), 1, 'unless it is said not to')
    for name, password in (('joe', 'wrong'), ('joe', 'wrong'), ('joe', ''),
                           ('ann', 'secret'), ('ann', 'secret')):
        same(login(name, password)[:2], (1, ''), 'refused %s' % password)
    same(asked(), 5, 'a no is not kept')
    same((login(), asked()), (plain, 0), 'and puts nobody out')
    # another password
    place.user('passwd', '-s', 'sha256', '-c', '1000', 'joe', stdin='new\n')
    same(login('joe', 'new'), plain, 'the new password, at once')
    same(asked(), 1, 'asked for it')
    same(login()[0], 1, 'and the old one is gone')
    asked()
    same(login('joe', 'new')[0], 0, 'the new one is kept')
    same(asked(), 0, 'not asked for it')
    # a name is as it was typed; a challenge's answer is never kept
    chal = place.check(chain, ['joe', 'new', '<stamp>'], **env)
    same((chal[0], asked()), (0, 1), 'with a time stamp')
    # everything that an authenticator sets
    sets = place.write('sets', '''#!/bin/sh
cat <&3 >/dev/null
exec 3<&-
echo x >>%s
cd /usr; umask 027; ulimit -n 55; unset GONE; export QUOTA="two words"
exec %s "$@"
''' % (place.path('asked'), 'setpriv --reuid %d --regid %d --groups 7,8,9'
       % (UID, GID) if ROOT else ''), 0o755)
    c2 = ['checkpassword-cache', sets, '--', *show]
    first = login(args=c2, GONE='x')
    second = login(args=c2, GONE='x')
    same(asked(), 1, 'asked once')
    same(second, first, 'groups, directory, umask, limits, environment')
    ok('two words gone' in first[1] and '/usr\n' in first[1]
       and '\n55\n' in first[1], 'they are set', first)
    # time, places, damage
    login('joe', 'new')
    asked()
    later = dict(AUTH_CACHE_SECONDS='1')
    login('joe', 'new', **later)
    time.sleep(2.1)
    asked()
    login('joe', 'new', **later)
    same(asked(), 1, 'old ones do not count')
    one = dict(AUTH_CACHE_ENTRIES='1')
    for i in range(2):
        login('joe', 'new', **one)
        login('ann2', 'secret', **one)
    same(asked(), 4, 'one place')
    place.user('passwd', '-s', 'sha256', '-c', '1000', 'ann2', stdin='new\n')
    login('joe', 'new', **one)
    ok('\nann2 ' in login('ann2', 'new', **one)[1],
       'another with the same password in the same place')
    asked()
    files = set(os.listdir(d))
    ok('key' in files and all(re.fullmatch('[0-9]+|[0-9a-f]{8}|key', f)
                              for f in files), 'files', files)
    for f in files:
        with open(d + '/' + f, 'rb') as g:
            text = g.read()
        ok(b'secret' not in text and b'new' not in text, 'no password in it')
        same(os.stat(d + '/' + f).st_mode & 0o777, 0o600, 'mode of ' + f)
    login('joe', 'new')
    asked()
    for f in files - {'key'}:
        with open(d + '/' + f, 'r+b') as g:
            text = bytearray(g.read())
            text[-1] ^= 1
            g.seek(0)
            g.write(text)
    same(login('joe', 'new')[0], 0, 'with damaged files')
    same(asked(), 1, 'they are as good as none')
    for f in files - {'key'}:
        with open(d + '/' + f, 'w') as g:
            g.write('x' * 200000)
    same(login('joe', 'new')[0], 0, 'with foreign files')
    same(asked(), 1, 'they too')
    os.chmod(d, 0o750)
    same(login('joe', 'new')[0], 100, 'others may enter')
    os.chmod(d, 0o700)
    same(login('joe', 'new', AUTH_CACHE=place.path('none'))[0], 100, 'missing')
    same(login('joe', 'new', AUTH_CACHE_SECONDS='0')[0], 100, 'no time')
    same(login('joe', 'new', AUTH_CACHE_ENTRIES='x')[0], 100, 'no number')
    same(place.check(['checkpassword-cache', CDB], ['joe', 'new', ''])[0], 2,
         'usage')
    for code in (2, 3, 42, 111):
        same(login('joe', 'x', args=['checkpassword-cache', 'sh', '-c',
             'cat <&3 >/dev/null; exit %d' % code, '--', 'true'])[0], code,
             "the authenticator's code")
    same(login('joe', 'new', args=['checkpassword-cache', CDB, '--', 'sh',
               '-c', 'exit 1'])[0], 1, "the handler's code")


# ---- hashes made anew ----

def rehash():
    def scheme(name):
        return place.user('list', name).split('\n')[0].split('\t')[4]

    def wait_for(name, want):
        end = time.monotonic() + 20
        while scheme(name) != want and time.monotonic() < end:
            time.sleep(0.05)
        return scheme(name)
    place.user('add', '-H', '-u', str(UID), '-g', str(GID), '-d', '/', 'old',
               stdin=hash_of('p w', 'SSHA') + '\n')
    env = {'REHASH': 'roost-user rehash', 'REHASH_SCHEME': 'sha512',
           'REHASH_COST': '1000'}
    same(scheme('old'), 'ssha', 'before')
    same(place.check([CDB, 'true'], ['old', 'wrong', ''], **env)[0], 1, 'wrong')
    same(place.check([CDB, 'true'], ['old', 'p w', ''])[0], 0, 'no REHASH')
    time.sleep(0.2)
    same(scheme('old'), 'ssha', 'still')
    r = place.check([CDB, 'sh', '-c', 'ls -m /proc/self/fd; ps -o pid= --ppid '
                     '$$ | wc -l'], ['OLD', 'p w', ''], **env)
    same(r[0], 0, 'in')
    ok(r[1].startswith('0, 1, 2, 3\n'), 'the handler has no more descriptors',
       r)
    same(wait_for('old', 'sha512'), 'sha512', 'a new hash')
    before = place.hash('old')
    same(place.check([CDB, 'true'], ['old', 'p w', ''], **env)[0], 0, 'with it')
    time.sleep(0.3)
    same(place.hash('old'), before, 'and that stays')
    # what the command sees
    see = place.write('see', '#!/bin/sh\ncat <&3 >%s.tmp; ls -m /proc/self/fd '
                      '>>%s.tmp; mv %s.tmp %s\n' % ((place.path('saw'),) * 4),
                      0o755)
    place.check(['sh', '-c', 'exec 7>&1; exec "$@"', 'sh', CDB, 'true'],
                ['old', 'p w', ''], REHASH=see,
                REHASH_SCHEME='SSHA256')
    end = time.monotonic() + 20
    while not os.path.exists(place.path('saw')) and time.monotonic() < end:
        time.sleep(0.05)
    with open(place.path('saw')) as f:
        saw = f.read().split('\0')
    same(saw[:3], ['old', 'p w', ''], 'descriptor 3')
    ok(saw[3].startswith('{SSHA256}'), 'the new hash', saw)
    same(saw[4], '0, 1, 2, 3, 4\n', 'its descriptors (4 is that of ls)')
    for more in ({'REHASH_SCHEME': 'none'}, {'REHASH_COST': 'x'},
                 {'REHASH_COST': '999999999'}):
        same(place.check([CDB, 'true'], ['old', 'p w', ''],
                         **dict(env, **more))[0], 100, 'setting %r' % more)
    # late: the password has been changed meanwhile
    new = hash_of('p w', 'SSHA256')
    for data, code in ((['old', 'p w', '', new], 0),
                       (['old', 'other', '', hash_of('other')], 1),
                       (['none', 'p w', '', new], 1),
                       (['old', 'p w', '', '{NONE}x'], 100),
                       (['old', 'p w', '', '*'], 100),
                       (['old', 'p w', ''], 100), (['old'], 100), ([], 100)):
        r = place.check(['roost-user', 'rehash'], data)
        same(r[0], code, 'roost-user rehash %r' % data)
        quiet(r, 'p w', 'other\n')


place.add('joe', '-m', '-e', 'QUOTA=10 MB')
place.add('ann2')
place.add('rich')
place.add('lee')
place.user('lock', 'lee')
place.user('add', '-n', '-u', str(UID), '-g', str(GID), '-d', '/', 'nopw')
place.add('kim')
with open(place.path('users')) as f:    # locked as directories do it
    text = re.sub('(?m)^kim:', 'kim:{CRYPT}!', f.read())
place.write('users', text, 0o600)
place.user('compile')
names()
masters()
apps()
allowed()
rehash()
cache()


# ---- under front ends, ours and another's, before handlers of both ----

def chained():
    place.user('passwd', '-s', 'sha256', '-c', '1000', 'joe')
    os.mkdir(place.path('cache2'), 0o700)
    masters = place.path('masters')
    for i in range(2):          # the second time from the cache
        fronts.chained(place, ['checkpassword-name', 'checkpassword-cache', CDB,
                               '--', 'login-allow'], 'joe', 'secret',
                       AUTH_CACHE=place.path('cache2'))
    seen, log = fronts.login(place, 'imap', [
        'checkpassword-name', 'checkpassword-master', CDB], [
        'a LOGIN "JOE*root" no', 'b LOGIN "JOE*root" m4ster', 'c SELECT INBOX',
        'd LOGOUT'], MASTER_USERS=masters)
    ok('a NO [AUTHENTICATIONFAILED]' in seen and 'b OK' in seen
       and 'c OK' in seen, 'a master under imap-login', seen + log)
    ok('imapd: end user=joe ' in log and ' user=joe master=root ' in log
       and 'm4ster' not in log, 'its log', log)
    fronts.chained(place, ['checkpassword-app', CDB], 'joe', '0wn',
                   APP_PASSWORDS=place.path('apps'))
    seen, log = fronts.login(place, 'imap', [CDB, 'login-allow'], [
        'a LOGIN joe secret', 'b LOGOUT'], LOGIN_DISABLED='1')
    ok('a NO [AUTHENTICATIONFAILED]' in seen, 'a disabled account', seen)
    ok('reason=disabled' in log, 'its log', log)


chained()
done('wrappers')
