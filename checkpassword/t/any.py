# ISC licence; see LICENSE.
"""checkpassword-any: who is asked, whose word counts, and that the handler
gets all that an authenticator has set, with authenticators of others too."""
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from chain import *
import fronts

place = Place()
ANY = 'checkpassword-any'
CDB = 'checkpassword-cdb'
JOE = ['joe', 'secret', '']
SHOW = ['sh', '-c', 'id -u; id -g; id -G; pwd; echo $USER $HOME $A; umask;'
        ' ulimit -n; ls -m /proc/self/fd']


def stub(code, name='x'):
    """an authenticator that notes that it was asked and exits"""
    return ['sh', '-c', 'cat <&3 >/dev/null; echo %s >>%s; exit %s'
            % (name, place.path('asked'), code), 'stub']


def asked():
    try:
        with open(place.path('asked')) as f:
            return f.read().split()
    except OSError:
        return []
    finally:
        if os.path.exists(place.path('asked')):
            os.unlink(place.path('asked'))


def any_of(*parts, data=JOE, **env):
    args = [ANY]
    for p in parts:
        args += [*p, '--']
    return place.check(args[:-1], data, **env)


def whose_word():
    cdb = [CDB]
    for name, parts, code, order in (
            ('no, yes', (stub(1, 'a'), cdb), 0, ['a']),
            ('yes', (cdb, stub(1, 'b')), 0, []),
            ('no, no', (stub(1, 'a'), stub(1, 'b')), 1, ['a', 'b']),
            ('later, yes', (stub(111, 'a'), cdb), 0, ['a']),
            ('later, no', (stub(111, 'a'), stub(1, 'b')), 111, ['a', 'b']),
            ('no, later', (stub(1, 'a'), stub(111, 'b')), 111, ['a', 'b']),
            ('no, later, no', (stub(1, 'a'), stub(2, 'b'), stub(1, 'c')), 111,
             ['a', 'b', 'c']),
            ('signal, no', (stub('1; kill -9 $$', 'a')[:2] +
                            ['kill -9 $$'], stub(1, 'b')), 111, ['b']),
            ('not there, yes', (['no-such-program'], cdb), 0, []),
            ('exit 0, no', (stub(0, 'a'), stub(1, 'b')), 111, ['a', 'b']),
            ('one alone', (cdb,), 0, []),
            ('one alone, no', (stub(1, 'a'),), 1, ['a'])):
        r = any_of(*parts, ['echo', 'in'])
        same((r[0], r[1]), (code, 'in\n' if not code else ''), name)
        same(asked(), order, name + ': asked')
        ok('secret' not in r[2], 'no password in the log', r[2])
    for n in (3, 12, 13, 15, 20, 21, 22, 23):
        same(any_of(stub(n), cdb, ['true'])[0], 0, 'vchkpw says %d' % n)
        same(any_of(stub(n), stub(1), ['true'])[0], 1, 'vchkpw %d, no' % n)
    for n in (4, 11, 100):
        same(any_of(stub(n), stub(1), ['true'])[0], 111, 'code %d, no' % n)
    asked()


def handlers_word():
    for n in (0, 1, 3, 42, 100, 111):
        r = any_of([CDB], stub(1, 'b'), ['sh', '-c', 'echo h; exit %d' % n])
        same(r[:2], (n, 'h\n'), 'the handler exits %d' % n)
        same(asked(), [], 'and nobody else is asked')
    same(any_of([CDB], stub(1), ['sh', '-c', 'kill -9 $$'])[0], -9,
         'the handler is killed')
    same(any_of([CDB], stub(1), ['no-such-handler'])[0], 111, 'no handler')


def all_of_it(home):
    plain = place.check([CDB, *SHOW], JOE)
    same(any_of([CDB], stub(1), SHOW), plain, 'as without it, first')
    same(any_of(stub(1), [CDB], SHOW), plain, 'as without it, last')
    asked()
    script = place.write('sets', '''#!/bin/sh
cat <&3 >/dev/null
exec 3<&-
cd %s; umask 027; ulimit -n 55; unset GONE
export A="two words" B=
%s "$@"
''' % (home, 'exec setpriv --reuid %d --regid %d --groups 7,8,9'
       % (UID, GID) if ROOT else 'exec'), 0o755)
    show = SHOW + []
    show[2] += '; echo ${GONE-gone} "${B-unset}$A"; tr "\\0" "\\n" '\
        '</proc/self/environ | grep -c ROOST_; tr "\\0" " " </proc/$PPID/comm'
    alone = place.check([script, *show], JOE, GONE='x')[1]
    out = any_of([script], stub(1), show, GONE='x')[1]
    same(out, alone, 'groups, directory, umask, limits, environment')
    ok('gone two words' in out and '55' in out and '0027' in out, 'set', out)
    # this process itself goes on: no waiter stays
    r = place.run(['sh', '-c', 'exec %s %s -- %s -- sh -c \'echo $$\' 3<&0' % (
        ANY, CDB, 'false')], b'joe\0secret\0\0')
    p = subprocess.Popen(['sh', '-c', 'echo $$; exec "$@" 3<&0', 'sh', ANY,
                          CDB, '--', 'false', '--', 'sh', '-c', 'echo $$'],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         env=place.env)
    out = p.communicate(b'joe\0secret\0\0', timeout=30)[0].split()
    same(out[0], out[1], 'the handler is the process that was asked')
    same(int(out[0]), p.pid, 'and its parent waits for it')


def hostile():
    if ROOT:
        r = any_of(['sh', '-c', 'cat <&3 >/dev/null; exec 3<&-; exec "$@"',
                    'sh'], stub(1), ['id'])
        same(r[:2], (111, ''), 'one that stays root')
        ok('what=ids' in r[2] and 'refused' not in r[2], 'log of that', r[2])
        r = any_of(['sh', '-c', 'cat <&3 >/dev/null; exec 3<&-; exec setpriv '
                    '--ruid 1 "$@"', 'sh'], stub(1), ['id'])
        same(r[:2], (111, ''), 'one that is two users')
    if ROOT and not PREFIX:     # else login-hold is not static: not there
        # of a root directory of its own nothing could be taken over
        root = place.path('root')
        os.makedirs(root + place.bin)
        shutil.copy(place.bin + '/login-hold', root + place.bin)
        os.makedirs(root + '/home')
        r = any_of(['/usr/bin/python3', '-c', 'import os, sys; os.read(3, 512);'
                    ' os.close(3); os.chroot(%r); os.chdir("/home");'
                    ' os.setgroups([]); os.setgid(%d); os.setuid(%d);'
                    ' os.execv(sys.argv[1], sys.argv[1:])' % (root, GID, UID)],
                   stub(1), ['pwd'])
        same(r[:2], (111, ''), 'one in a root directory of its own')
        ok('what=root' in r[2], 'log of that', r[2])
    # it says that it accepted, and goes: nobody is let in
    liar = place.write('liar', '''#!/bin/sh
cat <&3 >/dev/null
eval "fd=\\${$#}"
eval "echo >&$fd"
exit 0
''', 0o755)
    same(any_of([liar], stub(1), ['echo', 'in'])[1], '', 'a liar')
    # nor if it stays, and is a user: nobody speaks in login-hold's place
    speaker = place.write('speaker', '''#!/bin/sh
cat <&3 >/dev/null
exec 3<&-
eval "fd=\\${$#}"
exec %s sh -c "echo >&$fd; read x <&$fd"
''' % ('setpriv --reuid %d --regid %d --clear-groups' % (UID, GID) if ROOT
       else ''), 0o755)
    r = any_of([speaker], stub(1), ['echo', 'in'])
    same(r[:2], (111, ''), 'another program says that it was accepted')
    ok('what=login-hold' in r[2], 'log of that', r[2])
    for args in ([], ['--'], [CDB], [CDB, '--'], ['--', 'true'],
                 [CDB, '--', '--', 'true']):
        same(place.check([ANY, *args], JOE)[0], 2, 'usage %r' % (args,))
    same(place.check([ANY, CDB, '--', 'true'], b'x' * 600)[0], 1, 'too long')
    same(place.check([ANY, CDB, '--', 'true'], b'joe\0x')[0], 2, 'no NUL')
    asked()


def stop():
    """SIGTERM from the front end reaches the authenticator"""
    p = subprocess.Popen(['sh', '-c', 'exec "$@" 3<&0', 'sh', ANY, 'sh', '-c',
                          'echo $$ >%s; exec sleep 60' % place.path('pid'),
                          '--', 'false', '--', 'true'],
                         stdin=subprocess.PIPE, env=place.env)
    p.stdin.write(b'joe\0secret\0\0')
    p.stdin.close()
    end = time.monotonic() + 20
    pid = ''
    while not pid.strip() and time.monotonic() < end:
        time.sleep(0.02)
        if os.path.exists(place.path('pid')):
            with open(place.path('pid')) as f:
                pid = f.read()
    p.send_signal(signal.SIGTERM)
    p.wait(20)
    while os.path.exists('/proc/%d' % int(pid)) and time.monotonic() < end:
        time.sleep(0.02)
    ok(not os.path.exists('/proc/%d' % int(pid)), 'the authenticator ends too')


def foreign(home):
    """checkpw and cvm-checkpassword as the authenticators"""
    if have('cvm-checkpassword') and ROOT:
        place.write('cvm', 'ann:%s:%d:%d:Ann:%s:/bin/sh\n' % (
            place.hash('joe'), UID, GID, home))
        cvm = ['cvm-checkpassword', 'cvm-command:' + have('cvm-pwfile')]
        env = {'CVM_PWFILE_PATH': place.path('cvm'),
               'CVM_PWFILE_PWCMP': 'crypt'}
        ann = ['ann', 'secret', '']
        for parts in ((cvm, [CDB]), ([CDB], cvm)):
            r = any_of(*parts, ['sh', '-c', 'id -u; echo $USER'], data=ann,
                       **env)
            same(r[:2], (0, '%d\nann\n' % UID), 'cvm-checkpassword')
        same(any_of(cvm, [CDB], ['id', '-u'], **env)[:2], (0, '%d\n' % UID),
             'cvm-checkpassword says no in its own way, ours yes')
    else:
        skip('cvm-checkpassword', 'not installed, or not root')
    if not have('checkpw'):
        return skip('checkpw', 'not installed')
    same(any_of(['checkpw'], [CDB], ['id', '-u'])[:2], (0, '%d\n' % UID),
         'checkpw does not know joe')
    same(any_of([CDB], ['checkpw'], ['id', '-u'],
                data=['joe', 'wrong', ''])[:2], (1, ''), 'nor a wrong password')


# ---- mechanisms that are no password, roost-sasl(7) ----

SASL = r'''
import os, socket, sys
fd = int(os.environ.get('ROOST_SASL_FD', '-1'))
if fd < 0: sys.exit(2)
s = socket.socket(fileno=fd)
f = s.makefile('rwb', 0)
lines = []
while not lines or lines[-1] != b'begin\n':
    lines.append(f.readline())
open(sys.argv[1], 'ab').write(b''.join(lines) + b'.\n')
how = sys.argv[2]
if how.startswith('exit'): sys.exit(int(how[4:]))
f.write(b'user joe\n')
if how.startswith('ask'):
    f.write(b'challenge QQ==\n')
    line = f.readline()
    open(sys.argv[1], 'ab').write(line)
    if line != b'response Qg==\n': sys.exit(1)
    if how != 'ask': sys.exit(int(how[3:]))
os.environ.pop('ROOST_SASL_FD')
f.close(); s.close(); 
if os.getuid() == 0:
    os.setgroups([]); os.setgid(10712); os.setuid(10711)
os.execvp(sys.argv[3], sys.argv[3:])
'''


def sasl(*parts, response=b'response Qg==\n'):
    """what the front end sees, the exit code, what the authenticators saw"""
    place.write('sasl.py', SASL)
    log = place.path('sasl.log')
    open(log, 'w').close()
    os.chmod(log, 0o666)
    ours, theirs = socket.socketpair()
    args = []
    for p in parts:
        args += (['/usr/bin/python3', place.path('sasl.py'), log, p]
                 if isinstance(p, str) else p) + ['--']
    p = subprocess.Popen(
        ['sh', '-c', 'exec "$@" 3</dev/null', 'sh', ANY, *args, 'sh', '-c',
         'echo in ${ROOST_SASL_FD-unset}'], pass_fds=[theirs.fileno()],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=dict(place.env, ROOST_SASL_FD=str(theirs.fileno())))
    theirs.close()
    ours.sendall(b'auth EXTERNAL\ninitial ')
    time.sleep(0.05)
    ours.sendall(b'YWI=\nbegin\n')
    ours.settimeout(20)
    seen = b''
    while True:
        got = ours.recv(1000)
        if not got:
            break
        seen += got
        if got.endswith(b'challenge QQ==\n'):
            ours.sendall(response)
    out, err = p.communicate(timeout=20)
    with open(log, 'rb') as f:
        return seen, p.returncode, out, f.read(), err


def exchange():
    """one that accepts, refuses, asks or knows nothing of it"""
    request = b'auth EXTERNAL\ninitial YWI=\n'
    more, end = request + b'more\nbegin\n.\n', request + b'begin\n.\n'
    asking = b'user joe\nchallenge QQ==\n'
    answer = b'response Qg==\n'
    for parts, seen, code, log in (
            (('ask', 'exit1'), asking, 0, more + answer),
            (('exit1', 'ask'), asking, 0, more + end + answer),
            (('exit2', 'ask'), asking, 0, more + end + answer),
            (('now', 'exit1'), b'user joe\n', 0, more),
            (('exit1', 'now'), b'user joe\n', 0, more + end),
            (('exit1', 'exit1'), b'', 1, more + end),
            (('exit2', 'exit1'), b'', 1, more + end),
            (('exit111', 'exit1'), b'', 111, more + more),
            (('exit111', 'ask'), asking, 0, more + more + answer),
            (('ask1', 'ask'), asking, 1, more + answer),
            (('ask111', 'ask'), asking, 111, more + answer),
            (([CDB], 'ask'), asking, 0, end + answer),
            (('exit1', [CDB], 'ask'), asking, 0, more + end + answer)):
        r = sasl(*parts)
        same(r[:2] + (r[3],), (seen, code, log), 'exchange %r' % (parts,))
        same(r[2], b'in unset\n' if not code else b'', 'in? %r' % (parts,))
    r = sasl('ask', 'ask', response=b'cancel\n')
    same((r[0], r[1]), (asking, 1), 'cancelled')


def scram():
    """a client of SCRAM that is not ours, and users in two places"""
    if not (have('gsasl') and have('tcpserver')):
        return skip('SCRAM', 'gsasl or tcpserver is not installed')
    chain = [ANY]
    for db, name in (('one', 'ann'), ('two', 'bob')):
        home = place.home('home-' + name)
        place.user('-f', place.path(db), 'add', '-s', 'SCRAM-SHA-256', '-u',
                   str(UID), '-g', str(GID), '-d', home, '-m', name)
        chain += ['env', 'USERS_CDB=' + place.path(db + '.cdb'), CDB, '--']
    fronts.login(place, 'imap', chain, ['a LOGOUT'])    # has them copied
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        port = s.getsockname()[1]
    with open(place.path('log'), 'wb') as log:
        server = subprocess.Popen(
            ['tcpserver', '-HRl0', '127.0.0.1', str(port), 'imap-login', *chain,
             'imapd', 'Maildir'], stderr=log, env=dict(
                place.env, LOGIN_MECHANISMS='SCRAM-SHA-256 PLAIN',
                LOGIN_DELAY='0', LOGIN_RUN='-',
                LOGIN_CHROOT=place.path('empty')))
    try:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                socket.create_connection(('127.0.0.1', port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        for name, password, want in (('ann', 'secret', 0), ('bob', 'secret', 0),
                                     ('ann', 'no', 1), ('bob', 'no', 1),
                                     ('zoe', 'secret', 1)):
            p = subprocess.run(
                ['gsasl', '--imap', '--connect', '127.0.0.1:%d' % port, '-m',
                 'SCRAM-SHA-256', '-a', name, '-p', password, '--no-starttls',
                 '--no-cb'], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, timeout=30)
            same(int(p.returncode != 0), want, 'SCRAM of %s' % name)
            ok(want == (b'AUTHENTICATIONFAILED' in p.stdout),
               'answer to %s' % name, p.stdout)
    finally:
        server.terminate()
        server.wait(20)
    with open(place.path('log')) as f:
        log = f.read()
    ok('login user=ann ' in log and 'login user=bob ' in log
       and 'login user=zoe' not in log, 'SCRAM in the log', log)


home = place.add('joe', '-m', '-e', 'A=b')
whose_word()
handlers_word()
all_of_it(home)
hostile()
stop()
foreign(home)
exchange()
for chain in ([CDB, '--', 'false'], ['false', '--', CDB],
              ['false', '--', CDB, '--', 'false']):
    fronts.chained(place, [ANY, *chain, '--'], 'joe', 'secret')
scram()
fronts.later(place, [ANY, 'sh', '-c', 'exit 111', '--', 'sh', '-c', 'exit 1',
                     '--'], 'joe', 'secret')
done('any')
