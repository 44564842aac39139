# ISC licence; see LICENSE.
"""Authenticators in chains: with the wrappers of daemontools before and behind
them, login-ok, under a front end that is not ours, before a handler that is
not ours, and beside a checkpassword program that is not ours."""
import os
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from chain import *
from fronts import popup

place = Place()
CDB = 'checkpassword-cdb'
JOE = ['joe', 'secret', '']
SHOW = ['sh', '-c', 'echo $USER $A; pwd; id -u']


def wrappers(home):
    if not (have('envdir') and have('softlimit') and have('setlock')):
        return skip('wrappers', 'daemontools is not installed')
    want = (0, 'joe b\n%s\n%d\n' % (home, UID), '')
    os.mkdir(place.path('env'))
    place.write('env/A', 'b\n')
    place.write('env/MIN_UID', '1\n')
    env = place.path('env')
    lock = place.write('lock', '', 0o666)
    same(place.check([CDB, 'envdir', env, 'softlimit', '-o', '50', 'setlock',
                      '-n', lock] + SHOW, JOE), want, 'wrappers behind')
    same(place.check(['envdir', env, 'softlimit', '-o', '50', 'setlock', '-n',
                      lock, CDB] + SHOW, JOE), want, 'wrappers before')
    place.write('env/USERS_CDB', place.path('users.cdb') + '\n')
    same(place.check(['envdir', env, CDB] + SHOW, JOE, USERS_CDB='/none'),
         want, 'USERS_CDB by envdir')
    place.write('env/MIN_UID', 'x\n')
    same(place.check(['envdir', env, CDB] + SHOW, JOE)[0], 100,
         'a bad setting by envdir')
    same(place.check([CDB, 'envdir', place.path('none'), 'true'], JOE)[0], 111,
         "a wrapper's own failure")
    same(place.check(['setlock', '-n', lock, CDB, 'true'],
                     ['joe', 'wrong', ''])[0], 1, 'refused behind setlock')
    if ROOT:
        os.chmod(place.path('users.cdb'), 0o644)
        place.user('add', '-H', '-u', 'nobody', '-d', '/', 'nob',
                   stdin=place.hash('joe'))
        same(place.check(['setuidgid', 'nobody', CDB, 'id', '-u'],
                         ['nob', 'secret', ''])[:2],
             (0, place.run(['id', '-u', 'nobody'])[1]), 'behind setuidgid')
        same(place.check(['setuidgid', 'nobody', CDB, 'id', '-u'], JOE)[0],
             111, 'setuidgid and another user')
        same(place.check([CDB, 'setuidgid', 'nobody', 'true'], JOE)[0], 111,
             'setuidgid once the rights are gone')


def little_memory():
    """a hash that needs more than there is: later, not a wrong password"""
    if not have('softlimit') or PREFIX:
        return skip('little memory', 'no softlimit, or under the sanitizers')
    place.user('passwd', '-s', 'yescrypt', 'rich')
    chain = ['softlimit', '-a', '12000000', CDB, 'true']
    for what, data in (('right', ['rich', 'secret', '']),
                       ('wrong', ['rich', 'wrong', ''])):
        code, out, err = place.check(chain, data)
        same(code, 111, 'little memory, ' + what)
        ok('what=crypt' in err, 'log of little memory', err)
    same(place.check([CDB, 'true'], ['rich', 'secret', ''])[0], 0, 'enough')


def sign():
    def run(args, script='', **env):
        """login-ok with descriptor 7 a pipe; what came through it"""
        return place.run(['sh', '-c', script + ' { { "$@" 7>&1 >&8; echo "=$?"'
                          ' >&8; } | od -An -c | tr -d " "; } 8>&1', 'sh',
                          *args], **env)[1]
    show = ['login-ok', 'sh', '-c', 'echo ${ROOST_SIGN_FD-unset}; ( : >&7 )'
            ' 2>/dev/null || echo closed']
    same(run(show, ROOST_SIGN_FD='7'), 'unset\nclosed\n=0\n\\n\n', 'the sign')
    same(run(show), 'unset\n=0\n', 'no front end of ours')
    for bad in ('', 'x', '7x', '-1', '99', '7 ', '99999999999'):
        r = place.run(['login-ok', 'echo', 'in'], ROOST_SIGN_FD=bad)
        same(r[:2], (111, ''), 'sign descriptor %r' % bad)
        ok('login-ok: fatal: unable to give' in r[2], 'log of %r' % bad, r[2])
    same(place.run(['login-ok'])[0], 100, 'login-ok without a program')
    same(place.run(['login-ok', 'no-such'])[0], 111, 'no such handler')
    same(run([CDB, *show], script='printf "joe\\0secret\\0\\0" | exec 3<&0;')
         .count('\\n'), 0, 'no sign when refused')
    r = place.run(['sh', '-c', 'login-ok true 7>&- ; echo $?'],
                  ROOST_SIGN_FD='7')
    same(r[1], '111\n', 'the descriptor is not open')


def front_end(home):
    same(popup(place, [CDB, 'cat'], ['USER joe', 'PASS wrong']),
         '+OK\r\n-ERR authorization failed\r\n', 'foreign front end, refused')
    same(popup(place, [CDB, 'cat'], ['USER joe', 'PASS ' + 'x' * 600]),
         '+OK\r\n-ERR authorization failed\r\n', 'foreign front end, too long')
    same(popup(place, [CDB, 'sh', '-c', 'echo +OK $USER; exec cat'],
               ['USER JOE', 'PASS secret', 'echoed']),
         '+OK\r\n+OK joe\nechoed\r\n', 'foreign front end, in')
    if not have('pop3front-maildir'):
        return skip('a handler that is not ours', 'mailfront is not installed')
    for d in ('', '/tmp', '/new', '/cur'):
        os.mkdir(home + '/Maildir' + d)
        os.chown(home + '/Maildir' + d, UID, GID)
    with open(home + '/Maildir/new/1.2.3', 'w') as f:
        f.write('Subject: hello\n\nbody\n')
    os.chown(home + '/Maildir/new/1.2.3', UID, GID)
    for shim in ([], ['login-ok']):
        seen = popup(place, [CDB, *shim, 'pop3front-maildir', 'Maildir'],
                     ['USER joe', 'PASS secret', 'STAT', 'QUIT'])
        ok('+OK 1 ' in seen and 'authorization' not in seen,
           'a handler that is not ours', seen)


def beside():
    """cvm-checkpassword reads the password file of its own"""
    if not have('cvm-checkpassword') or not ROOT:
        return skip('cvm-checkpassword', 'not installed, or not root')
    place.write('cvm', 'joe:%s:%d:%d:Joe:/:/bin/sh\n' % (
        place.hash('joe'), UID, GID))
    args = ['cvm-checkpassword', 'cvm-command:' + have('cvm-pwfile')]
    env = {'CVM_PWFILE_PATH': place.path('cvm'), 'CVM_PWFILE_PWCMP': 'crypt'}
    same(place.check(args + ['login-ok', 'id', '-u'], JOE, **env)[:2],
         (0, '%d\n' % UID), 'cvm-checkpassword')
    same(place.check(args + ['true'], ['joe', 'wrong', ''], **env)[0], 100,
         'cvm-checkpassword refuses in its own way')


home = place.add('joe', '-e', 'A=b')
place.add('rich')
wrappers(home)
little_memory()
sign()
front_end(home)
beside()
done('chains')
