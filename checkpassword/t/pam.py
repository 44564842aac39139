# ISC licence; see LICENSE.
"""checkpassword-pam with Linux-PAM's own modules, in stacks of our own, and
accounts of our own, mounted over the system's in a mount name space that only
this test sees. Needs root."""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from chain import *
import fronts

PAM = 'checkpassword-pam'
WORD = 'pass"wo\'rd'
SHOW = ['sh', '-c', 'id -u; id -g; id -G; pwd; echo $USER; echo $SHELL;'
        ' ls -m /proc/self/fd']
today = int(time.time() // 86400)
# a module that asks for more than a password
ASK = r'''
#include <security/pam_modules.h>
#include <security/pam_ext.h>
#include <stdlib.h>
int pam_sm_authenticate(pam_handle_t *p, int f, int n, const char **v)
{
  char *got = 0;
  int r = pam_prompt(p, n ? PAM_PROMPT_ECHO_ON : PAM_TEXT_INFO, &got, "Code");
  (void)f; (void)v;
  return r ? PAM_AUTHINFO_UNAVAIL : got ? PAM_AUTH_ERR : PAM_SUCCESS;
}
int pam_sm_setcred(pam_handle_t *p, int f, int n, const char **v)
{ (void)p; (void)f; (void)n; (void)v; return PAM_SUCCESS; }
'''


def files(place, hash):
    home = place.path('home')
    pw = ['root:x:0:0:root:/root:/bin/sh', 'toor:x:0:0::/root:/bin/sh']
    sh = ['toor:%s:19000:0:99999:7:::' % hash]
    for name, h, aging in (
            ('joe', hash, '19000:0:99999:7::'), ('lee', '!' + hash, '19000:::::'),
            ('old', hash, '19000:0:99999:7::%d' % (today - 1)),
            ('aged', hash, '%d:0:90:7::' % (today - 95)),
            ('dead', hash, '%d:0:90:7:1:' % (today - 195)),
            ('empty', '', '19000:0:99999:7::'), ('away', hash, '19000:::::')):
        pw.append('%s:x:%d:%d::%s:/bin/bash' % (
            name, UID, GID, '/no/such' if name == 'away' else home))
        sh.append('%s:%s:%s:' % (name, h, aging))
    pw.append('vmail:x:%d:%d::%s:/bin/false' % (UID, GID, place.dir))
    return [('passwd', pw, 0o644), ('shadow', sh, 0o600),
            ('group', ['root:x:0:', 'mail:x:%d:' % GID, 'list:x:20003:joe'],
             0o644)]


def stacks(place):
    """the services, by their files"""
    yield 'unix', 'auth required pam_unix.so', 'account required pam_unix.so'
    yield 'permit', 'auth required pam_permit.so', \
        'account required pam_permit.so'
    yield 'twice', 'auth required pam_unix.so\nauth required pam_unix.so', \
        'account required pam_unix.so'
    yield 'info', 'auth required %s\nauth required pam_unix.so' \
        % place.path('ask.so'), 'account required pam_permit.so'
    yield 'ask', 'auth required %s on' % place.path('ask.so'), \
        'account required pam_permit.so'
    yield 'userdb', 'auth required pam_userdb.so crypt=crypt db=%s' \
        % place.path('users'), 'account required pam_permit.so'
    yield 'exec', 'auth [success=1 default=ignore] pam_exec.so quiet' \
        ' expose_authtok %s\nauth requisite pam_deny.so\n' \
        'auth required pam_permit.so' % place.path('check'), \
        'account required pam_permit.so'
    yield 'slow', 'auth required pam_exec.so quiet /bin/sleep 4', \
        'account required pam_permit.so'
    yield 'env', 'auth required pam_permit.so\nauth required pam_env.so ' \
        'conffile=%s readenv=0' % place.path('pamenv'), \
        'account required pam_permit.so\nsession required pam_permit.so'
    yield 'session', 'auth required pam_unix.so', \
        'account required pam_unix.so\nsession required pam_exec.so %s' \
        % place.path('session')
    yield 'nosession', 'auth required pam_permit.so', \
        'account required pam_permit.so\nsession required pam_debug.so ' \
        'open_session=session_err'
    yield 'nomodule', 'auth required pam_no_such.so', ''
    yield 'other', 'auth required pam_deny.so', 'account required pam_deny.so'
    for code in ('authinfo_unavail', 'system_err', 'buf_err', 'maxtries',
                 'perm_denied', 'cred_insufficient', 'abort', 'user_unknown'):
        yield 'a-' + code, 'auth required pam_debug.so auth=' + code, \
            'account required pam_permit.so'
    for code in ('acct_expired', 'new_authtok_reqd', 'perm_denied',
                 'authinfo_unavail'):
        yield 'c-' + code, 'auth required pam_permit.so', \
            'account required pam_debug.so acct=' + code
    yield 'r-cred', 'auth required pam_debug.so cred=cred_err', \
        'account required pam_permit.so'


def prepare(place, hash):
    os.mkdir(place.path('pam.d'))
    for name, auth, rest in stacks(place):
        place.write('pam.d/' + name, auth + '\n' + rest + '\n')
    os.mkdir(place.path('etc'))
    nss = place.write('etc/nsswitch', 'passwd: files\nshadow: files\n'
                      'group: files\n')
    todo = [(nss, '/etc/nsswitch.conf'), (place.path('pam.d'), '/etc/pam.d')]
    for name, lines, mode in files(place, hash):
        todo.append((place.write('etc/' + name, '\n'.join(lines) + '\n', mode),
                     '/etc/' + name))
    for path, at in todo:
        subprocess.run(['mount', '--bind', path, at], check=True)
    place.write('check', '#!/bin/sh\nread -r w\n[ "$PAM_USER $PAM_RHOST '
                '$PAM_SERVICE" = "joe 192.0.2.7 exec" ] || exit 1\n'
                '[ "$w" = "%s" ]\n' % WORD.replace('"', '\\"'), 0o755)
    place.write('session', '#!/bin/sh\necho "$PAM_TYPE $PAM_USER $(id -u)"'
                ' >>%s\n' % place.path('sessions'), 0o755)
    place.write('pamenv', 'COLOUR DEFAULT=blue\nPATH DEFAULT=/evil\n'
                'LD_PRELOAD DEFAULT=/evil\n')
    place.write('ask.c', ASK)
    if have('cc'):
        subprocess.run(['cc', '-shared', '-fPIC', '-o', place.path('ask.so'),
                        place.path('ask.c')], check=True)


def ends(what, service, name, code, words, password=WORD, **env):
    r = place.check([PAM, 'echo', 'in'], [name, password, ''],
                    PAM_SERVICE=service, **env)
    same(r[:2], (code, 'in\n' if not code else ''), what)
    ok(words in r[2] and r[2].count('\n') == (1 if code else 0),
       'log of ' + what, r[2])
    ok(WORD not in r[2], 'no password in the log of ' + what, r[2])


def unix():
    for args, env in (([PAM, '-s', 'unix'], {}), ([PAM], {
            'PAM_SERVICE': 'unix'})):
        code, out, err = place.check(args + SHOW, ['joe', WORD, ''], **env)
        same((code, out.split('\n')[:-1], err), (0, [
            str(UID), str(GID), '%d 20003' % GID, place.path('home'), 'joe',
            '/bin/bash', '0, 1, 2, 3'], ''), 'what the handler gets')
    for what, name, password, reason in (
            ('wrong', 'joe', 'no', 'password'), ('empty', 'joe', '', 'empty'),
            ('unknown', 'nobody-here', WORD, 'unknown'),
            ('no name', '', WORD, 'unknown'),
            ('an empty hash', 'empty', 'x', 'password'),
            ('an empty hash, empty', 'empty', '', 'empty'),
            ('locked', 'lee', WORD, 'password'),
            ('expired', 'old', WORD, 'expired'), ('aged', 'aged', WORD, 'aged'),
            ('out of use', 'dead', WORD, 'aged'),
            ('root', 'toor', WORD, 'root'),
            ('another case', 'JOE', WORD, 'unknown')):
        ends('unix: ' + what, 'unix', name, 1, ' reason=' + reason, password)
    for name in ('joe:x', '../joe', 'joe\n', 'joe\x1b[m', '-joe', "joe'", 'joe ',
                 '*', '\xfc', 'a' * 255, 'joe;id', '$(id)', 'joe\\joe'):
        ends('unix: name %r' % name[:20], 'unix', name, 1, ' reason=unknown')
    ends('unix: 10 kB', 'unix', 'joe' * 3333, 1, ' reason=too-long')
    ends('unix: no home', 'unix', 'away', 111, 'what=chdir')
    ends('a range', 'unix', 'joe', 1, 'reason=uid', MIN_UID=str(UID + 1))


def codes():
    for name, code, word in (
            ('authinfo_unavail', 111, 'what=authenticate'),
            ('system_err', 111, 'what=authenticate'),
            ('buf_err', 111, 'what=authenticate'),
            ('abort', 111, 'what=authenticate'),
            ('maxtries', 1, 'reason=password'),
            ('perm_denied', 1, 'reason=denied'),
            ('cred_insufficient', 1, 'reason=denied'),
            ('user_unknown', 1, 'reason=unknown')):
        ends('auth says ' + name, 'a-' + name, 'joe', code, word)
    for name, code, word in (
            ('acct_expired', 1, 'reason=expired'),
            ('new_authtok_reqd', 1, 'reason=aged'),
            ('perm_denied', 1, 'reason=denied'),
            ('authinfo_unavail', 111, 'what=account')):
        ends('account says ' + name, 'c-' + name, 'joe', code, word)
    ends('credentials that are not to be had', 'r-cred', 'joe', 111,
         'what=credentials', PAM_SESSION='1')
    ends('credentials, not needed', 'r-cred', 'joe', 0, '')
    ends('no such module', 'nomodule', 'joe', 111, 'what=authenticate')
    ends('no such service: other, which denies', 'no-such', 'joe', 1,
         'reason=password')
    for name in ('../unix', '/etc/pam.d/unix', '.x'):
        ends('service %r' % name, name, 'joe', 100, 'not a name of a service')
    same(place.check([PAM, '-s', 'unix'], ['joe', WORD, ''])[0], 2,
         'no program')
    ends('not known to the system', 'permit', 'stranger', 1,
         'reason=no-account')
    ends('permit', 'permit', 'joe', 0, '', 'anything')
    ends('permit, empty', 'permit', 'joe', 1, 'reason=empty', '')


def conversation():
    ends('two prompts', 'twice', 'joe', 0, '')
    if not have('cc'):
        return skip('a module that asks', 'no compiler')
    ends('a text for the user', 'info', 'joe', 0, '')
    ends('a prompt for something else', 'ask', 'joe', 111, 'what=authenticate')


def virtual():
    """users that only a module knows"""
    db_load = have('db_load') or have('db5.3_load')
    if not db_load:
        return skip('pam_userdb', 'db-util is not installed')
    subprocess.run([db_load, '-T', '-t', 'hash', place.path('users.db')],
                   input='joe@example.org\n%s\nann\n%s\n' % (hash, hash),
                   text=True, check=True)
    where = dict(PAM_ACCOUNT='vmail', PAM_HOME=place.dir + '/{domain}/{local}')
    os.makedirs(place.path('example.org'))
    os.rename(place.path('home'), place.path('example.org/joe'))
    ends('userdb', 'userdb', 'joe@example.org', 0, '', **where)
    code, out, err = place.check([PAM, *SHOW], ['joe@example.org', WORD, ''],
                                 PAM_SERVICE='userdb', **where)
    same(out.split('\n')[:6], [str(UID), str(GID), str(GID), place.path(
        'example.org/joe'), 'joe@example.org', '/bin/false'], 'userdb: who')
    os.rename(place.path('example.org/joe'), place.path('home'))
    ends('userdb: wrong', 'userdb', 'joe@example.org', 1, 'reason=password',
         'no', **where)
    ends('userdb: unknown', 'userdb', 'jo@example.org', 1, 'reason=unknown',
         **where)
    ends('a part of the path that is none', 'userdb', 'ann', 111,
         'what=PAM_HOME', **where)
    where['PAM_HOME'] = place.dir + '/{user}'
    for name in ('..', 'x/../../etc', '/etc', 'a@..'):
        r = place.check([PAM, 'echo', 'in'], [name, WORD, ''],
                        PAM_SERVICE='permit', **where)
        ok(r[0] in (1, 111) and r[1] == '', 'a path by the name %r' % name, r)
    ends('no such PAM_ACCOUNT', 'permit', 'joe', 111, 'what=PAM_ACCOUNT',
         PAM_ACCOUNT='no-such', PAM_HOME='/')
    ends('no PAM_HOME', 'permit', 'joe', 111, 'what=PAM_HOME',
         PAM_ACCOUNT='vmail')
    ends('PAM_ACCOUNT is root', 'permit', 'joe', 1, 'reason=root',
         PAM_ACCOUNT='root', PAM_HOME='/')


def others():
    ends('pam_exec', 'exec', 'joe', 0, '', TCPREMOTEIP='192.0.2.7')
    ends('pam_exec, wrong', 'exec', 'joe', 1, 'reason=password', 'no',
         TCPREMOTEIP='192.0.2.7')
    ends('pam_exec, from elsewhere', 'exec', 'joe', 1, 'reason=password',
         TCPREMOTEIP='192.0.2.8')
    code, out, err = place.check([PAM, 'sh', '-c', 'echo $COLOUR; echo $PATH;'
                                  'echo $LD_PRELOAD'], ['joe', 'x', ''],
                                 PAM_SERVICE='env', PAM_SESSION='1')
    same(out.split('\n')[0], 'blue', "a module's variable")
    ok('evil' not in out, "a module's variables that are not for users", out)
    begin = time.monotonic()
    ends('a slow module', 'slow', 'joe', 111,
         'what=authenticate error=timeout', PAM_TIMEOUT='1')
    ok(0.9 < time.monotonic() - begin < 20, 'its time')


def sessions_seen():
    try:
        with open(place.path('sessions')) as f:
            return f.read()
    except FileNotFoundError:
        return ''
    finally:
        if os.path.exists(place.path('sessions')):
            os.unlink(place.path('sessions'))


def sessions():
    env = dict(PAM_SERVICE='session')
    same(place.check([PAM, 'true'], ['joe', WORD, ''], **env)[0], 0,
         'without sessions')
    same(sessions_seen(), '', 'none was opened')
    env['PAM_SESSION'] = '1'
    both = 'open_session joe 0\nclose_session joe 0\n'
    r = place.check([PAM, 'sh', '-c', 'cat %s; id -u; exit 42'
                     % place.path('sessions')], ['joe', WORD, ''], **env)
    same(r, (42, 'open_session joe 0\n%d\n' % UID, ''), 'a session')
    same(sessions_seen(), both, 'it was opened and closed by root')
    r = place.check([PAM, 'sh', '-c', 'kill -9 $$'], ['joe', WORD, ''], **env)
    same((r[0], sessions_seen()), (-9, both), 'a handler that is killed')
    same(place.check([PAM, 'true'], ['joe', 'no', ''], **env)[0], 1,
         'refused')
    same(sessions_seen(), '', 'no session for who is refused')
    same(place.check([PAM, 'true'], ['joe', WORD, ''], MIN_UID='60000',
                     **env)[0], 1, 'refused by the range')
    sessions_seen()
    ends('a session that is not to be had', 'nosession', 'joe', 111,
         'what=session', PAM_SESSION='1')
    p = subprocess.Popen(
        ['sh', '-c', 'exec "$@" 3<&0 </dev/null', 'sh', PAM, 'sh', '-c',
         'trap "echo ended; exit 7" TERM; echo up; while :; do sleep 0.05;'
         ' done'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=dict(place.env, **env), cwd=place.dir)
    p.stdin.write(b'joe\0' + WORD.encode() + b'\0\0')
    p.stdin.close()
    same(p.stdout.readline(), b'up\n', 'the handler runs')
    p.terminate()
    same((p.stdout.readline(), p.wait(timeout=30)), (b'ended\n', 7),
         'SIGTERM is passed on')
    same(sessions_seen(), both, 'and the session is closed')


def authorized():
    """a wrapper has checked the client: PAM is asked about the account only"""
    for name, code in (('joe', 0), ('old', 1), ('nobody-here', 1), ('lee', 1)):
        r = place.check([PAM, 'sh', '-c', 'echo in $ROOST_AUTHORIZED'],
                        [name, 'random', ''], PAM_SERVICE='unix',
                        ROOST_AUTHORIZED=name)
        same(r[:2], (code, '' if code else 'in\n'), 'authorized: ' + name)
    same(place.check([PAM, 'true'], ['joe', 'random', ''], PAM_SERVICE='unix',
                     ROOST_AUTHORIZED='ann')[0], 111, 'for another name')


def chained():
    authorized()
    fronts.chained(place, [PAM], 'joe', WORD, PAM_SERVICE='unix')
    fronts.chained(place, [PAM, ], 'joe', WORD, PAM_SERVICE='session',
                   PAM_SESSION='1')
    fronts.later(place, [PAM], 'joe', WORD, PAM_SERVICE='a-authinfo_unavail')


def inside():
    unix()
    codes()
    conversation()
    virtual()
    others()
    sessions()
    chained()


if not built(PAM):
    if ok(not os.environ.get('CI'), 'it is built in CI'):
        skip(PAM, 'it was not built: its library is not installed')
elif '--inside' in sys.argv:
    place = Place()
    home = place.home('home')
    for d in ('', '/cur', '/new', '/tmp'):
        os.mkdir(home + '/Maildir' + d, 0o700)
        os.chown(home + '/Maildir' + d, UID, GID)
    place.add('x', stdin=WORD + '\n')
    hash = place.hash('x')
    prepare(place, hash)
    inside()
elif ROOT and subprocess.run(['unshare', '-m', 'mount', '--bind', '/etc/passwd',
                              '/etc/shadow'], stderr=subprocess.DEVNULL
                             ).returncode == 0:
    os.execvp('unshare', ['unshare', '-m', sys.executable,
                          os.path.abspath(__file__), '--inside'])
else:
    skip('PAM', 'needs root and mount name spaces')
done('pam')
