# ISC licence; see LICENSE.
"""roost-user as a whole: every command, the terminal, faults, two at once."""
import os
import pty
import re
import signal
import subprocess
import sys
import termios
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from chain import *

place = Place()
QUICK = ['-s', 'sha256', '-c', '1000']
IDS = ['-u', str(UID), '-g', str(GID)]
SHA = '$5$8a9rj7Ylfvsu1cfP$G2rQXrbWhrJ50o5bW.AhJbOPMLcthqg/R.FMEdUdAq8'


def text():
    with open(place.path('users')) as f:
        return f.read()


def cdb():
    with open(place.path('users.cdb'), 'rb') as f:
        return f.read()


def fails(code, words, *args, stdin='secret\n', **env):
    """the command ends with this code and words, and changes nothing"""
    before = (text(), cdb()) if os.path.exists(place.path('users')) else None
    r = place.run(['roost-user', *args], stdin.encode(), **env)
    what = 'roost-user %s' % ' '.join(args)[:200]
    same(r[0], code, what)
    ok(words in r[2] and r[2].count('\n') == 1, what, r[2])
    ok('secret' not in r[1] + r[2], 'no password shown: ' + what, r)
    if before:
        same((text(), cdb()), before, 'nothing changed: ' + what)
    same(place.leftovers(), [], 'nothing left behind: ' + what)


def check(name, password, want):
    code, out, err = place.run(['roost-user', 'check', name],
                               (password + '\n').encode())
    same((code, out, err), (0 if want == 'accepted' else 1, want + '\n', ''),
         'check %s %s' % (name, password))


def life():
    fails(111, 'unable to read', 'list')
    fails(111, 'unable to read', 'compile')
    place.user('add', *IDS, '-d', '/home/joe', '-e', 'A=b', 'Joe@x.org')
    ok(re.fullmatch(r'# .*\nJoe@x\.org:\$y\$[^:]*:%d:%d:/home/joe\n  A=b\n'
                    % (UID, GID), text()), 'a new text', text())
    for f in ('users', 'users.cdb', 'users.lock'):
        same(os.stat(place.path(f)).st_mode & 0o7777, 0o600, 'mode of ' + f)
    check('joe@X.org', 'secret', 'accepted')
    check('joe@x.org', 'Secret', 'refused: password')
    check('ann@x.org', 'secret', 'refused: unknown')
    code, out, err = place.run(['roost-user', 'check', 'joe@x.org'],
                               b'secret\n', MAX_UID='1')
    same((code, out), (1, 'refused: uid\n'), 'check with a range')
    place.user('passwd', *QUICK, 'joe@x.org', stdin='other word')
    check('joe@x.org', 'secret', 'refused: password')
    check('joe@x.org', 'other word', 'accepted')
    place.user('lock', 'joe@x.org')
    check('joe@x.org', 'other word', 'refused: locked')
    place.user('lock', 'joe@x.org')
    place.user('unlock', 'joe@x.org')
    check('joe@x.org', 'other word', 'accepted')
    fails(1, 'already there', 'add', *IDS, '-d', '/h', *QUICK, 'JOE@X.ORG')
    place.user('add', *IDS, '-d', '/h', '-H', 'ann', stdin=SHA + '\n')
    check('ann', 'pw', 'accepted')
    place.user('add', *IDS, '-d', '/h', '-n', 'none')
    check('none', '*', 'refused: locked')
    fails(1, 'no password to unlock', 'unlock', 'none')
    same(place.user('list'),
         'joe@x.org\t%d\t%d\t/home/joe\tsha256\n' 'ann\t%d\t%d\t/h\tsha256\n'
         'none\t%d\t%d\t/h\tlocked\n' % ((UID, GID) * 3), 'list')
    same(place.user('list', 'joe@x.org'),
         'joe@x.org\t%d\t%d\t/home/joe\tsha256\n  A=b\n' % (UID, GID),
         'list of one')
    place.user('remove', 'none')
    check('none', '*', 'refused: unknown')
    for command in ('change', 'passwd', 'lock', 'unlock', 'remove', 'list'):
        fails(1, 'no such user', command, 'none')


def by_hand():
    """what a person wrote stays"""
    t = ('# users of x\n\nJoe@x.org:%s:%d:%d:/home/joe\n  # why\n\tA=b\n\n'
         '# ann\nann:*:1:1:/' % (SHA, UID, GID))
    place.write('users', t)
    os.chmod(place.path('users'), 0o640)
    check('none', 'pw', 'refused: unknown')
    place.user('compile')
    os.chmod(place.path('users'), 0o644)
    same(place.run(['roost-user', 'compile'])[2], 'roost-user: warning '
         'what=readable-by-everyone file=%s\n' % place.path('users'), 'a warning')
    os.chmod(place.path('users'), 0o640)
    same(text(), t, 'compile leaves the text alone')
    check('joe@x.org', 'pw', 'accepted')
    place.user('change', '-d', '/h/joe', '-e', 'B=c d', '-e', 'A', 'joe@x.org')
    same(text(), t.replace('/home/joe', '/h/joe').replace(
        '\tA=b\n', '  B=c d\n') + '\n', 'change')
    same(os.stat(place.path('users')).st_mode & 0o7777, 0o640, 'mode kept')
    place.user('remove', 'ann')
    place.user('remove', 'joe@x.org')
    same(text(), '# users of x\n\n\n# ann\n', 'remove')
    place.user('add', '-u', '5', '-g', '6', '-d', '/', '-n', 'bob')
    same(text(), '# users of x\n\n\n# ann\nbob:*:5:6:/\n', 'add')
    place.write('users', 'a:*:1:1:/\nb:*:1:1:home\n')
    for command in (['compile'], ['list'], ['lock', 'a'], ['remove', 'a'],
                    ['change', '-d', '/x', 'a'], ['passwd', *QUICK, 'a'],
                    ['add', '-u', '1', '-g', '1', '-d', '/', '-n', 'c']):
        fails(100, place.path('users') + ':2: the home is not', *command)
    place.write('users', 'a:*:1:1:/\nb:*:1:1:/\nA:*:1:1:/\n')
    fails(100, 'users:3: a user of this name', 'compile')
    fails(100, 'users:3: a user of this name', 'change', '-d', '/x', 'b')
    os.unlink(place.path('users'))
    os.unlink(place.path('users.cdb'))


def misuse():
    place.user('add', *IDS, '-d', '/h', '-n', 'joe')
    for args in ([], ['bla'], ['-f'], ['-f', 'x'], ['add'], ['list', 'a', 'b'],
                 ['compile', 'x'], ['hash', 'x'], ['lock', '-n', 'joe'],
                 ['add', '-x', 'joe'], ['passwd', '-u', '1', 'joe'],
                 ['passwd', '-c', 'x', 'joe'], ['passwd', '-p', '-1', 'joe'],
                 ['passwd', '-s']):
        fails(100, 'usage:', *args)
    fails(100, 'the name', 'add', *IDS, '-d', '/h', 'a:b')
    fails(100, 'the name', 'check', '')
    fails(100, 'the name', 'remove', 'x' * 256)
    add = ['add', *QUICK, '-d', '/h']
    fails(100, 'needs a home', 'add', *IDS, 'ann')
    fails(100, 'the home', 'add', *IDS, '-d', 'h', 'ann')
    fails(100, 'root', *add, '-u', 'root', 'ann')
    fails(100, 'root', *add, '-u', '0', 'ann')
    fails(100, 'root', *add, '-u', '1', '-g', '0', 'ann')
    fails(100, 'not an account', *add, '-u', '4294967295', 'ann')
    fails(100, 'needs -g', *add, '-u', '1', 'ann')
    if ROOT:
        fails(100, 'needs the account', *add, 'ann')
    else:
        place.user(*add, 'own')
        place.user('remove', 'own')
    fails(100, 'NAME=value', *add, *IDS, '-e', 'A', 'ann')
    fails(100, 'cannot be set', *add, *IDS, '-e', 'LD_PRELOAD=x', 'ann')
    fails(100, 'cannot be set', 'change', '-e', 'PATH=/', 'joe')
    fails(100, 'twice', 'change', '-e', 'A=1', '-e', 'A=2', 'joe')
    fails(100, 'more than 64', 'change', *sum((['-e', 'A%d=' % i]
                                               for i in range(65)), []), 'joe')
    fails(100, 'no such scheme', 'passwd', '-s', 'md5', 'joe')
    fails(100, 'no such scheme', 'passwd', '-c', '999', 'joe')
    fails(100, 'cut short', 'passwd', '-H', 'joe', stdin='$6$x$y')
    fails(100, 'does not end in .cdb', 'list', USERS_CDB='/tmp/users')


def passwords():
    for stdin, words in (('', 'empty'), ('\n', 'empty'), ('a\0b\n', 'NUL'),
                         ('secret\r\n', 'carriage'), ('x' * 507, 'too long'),
                         ('x' * 100000, 'too long')):
        fails(100, words, 'passwd', *QUICK, 'joe', stdin=stdin)
    place.user('passwd', *QUICK, 'joe', stdin='x' * 506 + '\nmore\n')
    check('joe', 'x' * 506, 'accepted')
    code, out, err = place.check(['checkpassword-cdb', 'true'],
                                 ['joe', 'x' * 506, ''])
    ok('gone' in err or code in (0, 111), 'the longest password fits', err)
    out = place.user('hash', *QUICK, stdin='a\xe4b ')
    ok(re.fullmatch(r'\$5\$rounds=1000\$[^$]+\$.{43}\n', out), 'hash', out)
    for scheme, begin in (('yescrypt', '$y$'), ('bcrypt', '$2b$11$'),
                          ('sha512', '$6$')):
        out = place.user('hash', '-s', scheme)
        ok(out.startswith(begin), 'hash of ' + scheme, out)
    ok(place.user('hash').startswith('$y$'), 'yescrypt by default')
    r = place.run(['sh', '-c', 'exec roost-user passwd -p 5 -s sha256 joe'
                   ' 5<<E\nfrom five\nE\n'])
    same(r[0], 0, 'descriptor 5')
    check('joe', 'from five', 'accepted')
    fails(111, 'unable to read', 'passwd', '-p', '9', 'joe')


def two_at_once():
    """every one of many writers at once has its change kept"""
    names = ['n%d' % i for i in range(16)]
    many = [subprocess.Popen(
        ['roost-user', 'add', *IDS, '-d', '/h', '-n', n], env=place.env,
        stdin=subprocess.DEVNULL) for n in names]
    same([p.wait(timeout=60) for p in many], [0] * 16, '16 at once')
    listed = [l.split('\t')[0] for l in place.user('list').splitlines()]
    same(sorted(listed), sorted(names + ['joe']), 'all are there')
    for n in names:
        check(n, 'x', 'refused: locked')
    same(place.leftovers(), [], 'nothing left behind')


def faults():
    """a call that fails, or a kill, leaves old or new, and works again"""
    if not have('strace') or PREFIX:
        return skip('injected faults', 'no strace, or under the sanitizers')
    for call, nth in (('write', 1), ('writev', 1), ('fsync', 1), ('fsync', 2),
                      ('rename', 1), ('fchmod', 1), ('fchmod', 2)):
        before = text(), cdb()
        r = place.run(['strace', '-o', '/dev/null', '-e', 'inject=%s:error='
                       'ENOSPC:when=%d' % (call, nth),
                       'roost-user', 'change', '-e', 'N=' + call, 'joe'])
        if r[0] == 1 and 'PTRACE' in r[2]:
            return skip('injected faults', 'no ptrace here')
        same(r[0], 111, '%s %d fails' % (call, nth))
        ok('No space left' in r[2], 'why', r[2])
        same((text(), cdb()), before, 'nothing changed: %s %d' % (call, nth))
        same(place.leftovers(), [], 'nothing left: %s %d' % (call, nth))
    for call, nth in (('write', 1), ('writev', 1), ('fsync', 1), ('fsync', 2),
                      ('rename', 1), ('rename', 2), ('fsync', 3),
                      ('fsync', 4)):
        old = text()
        r = place.run(['strace', '-o', '/dev/null', '-e', 'inject=%s:signal='
                       'KILL:when=%d' % (call, nth), 'roost-user', 'change',
                       '-e', 'K=%s%d' % (call, nth), 'joe'])
        same(r[0], -9, 'killed at %s %d' % (call, nth))
        ok(text() == old or 'K=%s%d\n' % (call, nth) in text(),
           'old or new: %s %d' % (call, nth), text())
        check('joe', 'from five', 'accepted')
        place.user('compile')
    place.user('change', '-e', 'K=last', 'joe')
    ok('K=last\n' in text(), 'works after kills')
    same(place.leftovers(), [], 'nothing left after kills')


class Terminal:
    def __init__(self, *args):
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.execvpe(args[0], args, place.env)
        self.seen = b''

    def until(self, words):
        end = time.monotonic() + 30
        while words not in self.seen and time.monotonic() < end:
            try:
                self.seen += os.read(self.fd, 1000)
            except OSError:
                break
        ok(words in self.seen, 'terminal shows %r' % words, self.seen)

    def echo(self):
        return bool(termios.tcgetattr(self.fd)[3] & termios.ECHO)

    def type(self, words):
        os.write(self.fd, words)

    def end(self):
        try:
            while True:
                more = os.read(self.fd, 1000)
                if not more:
                    break
                self.seen += more
        except OSError:
            pass
        status = os.waitpid(self.pid, 0)[1]
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


def terminal():
    t = Terminal('roost-user', 'passwd', *QUICK, 'joe')
    t.until(b'New password: ')
    ok(not t.echo(), 'no echo')
    t.type(b'typed word\n')
    t.until(b'Again: ')
    t.type(b'typed word\n')
    same(t.end(), 0, 'passwd on a terminal')
    ok(b'typed' not in t.seen, 'not shown', t.seen)
    check('joe', 'typed word', 'accepted')
    t = Terminal('roost-user', 'passwd', *QUICK, 'joe')
    t.until(b'New password: ')
    t.type(b'one\n')
    t.until(b'Again: ')
    t.type(b'two\n')
    same(t.end(), 100, 'two different answers')
    ok(b'differ' in t.seen, 'says so', t.seen)
    t = Terminal('roost-user', 'check', 'joe')
    t.until(b'Password: ')
    t.type(b'typed word\n')
    same(t.end(), 0, 'check on a terminal')
    t = Terminal('sh', '-c', 'trap : INT; roost-user passwd joe; stty -a; :')
    t.until(b'New password: ')
    ok(not t.echo(), 'no echo')
    t.type(b'\x03')
    t.end()
    ok(b' echo ' in t.seen, 'echo is back after ^C', t.seen)
    check('joe', 'typed word', 'accepted')


def homes():
    h = place.path('mail')
    os.mkdir(h)
    os.chown(h, UID, GID)
    place.user('add', *IDS, '-n', '-m', '-d', h + '/m', 'm')
    for d in ('', '/Maildir', '/Maildir/tmp', '/Maildir/new', '/Maildir/cur'):
        st = os.stat(h + '/m' + d)
        same((st.st_uid, st.st_gid, st.st_mode & 0o7777), (UID, GID, 0o700),
             'made: m' + d)
    place.user('add', *IDS, '-n', '-m', '-d', h + '/m', 'again')
    fails(111, 'unable to make', 'add', *IDS, '-n', '-m', '-d', h + '/a/b',
          'deep')
    os.symlink('/nowhere', h + '/link')
    fails(111, 'unable to make', 'add', *IDS, '-n', '-m', '-d', h + '/link',
          'link')
    if ROOT:                    # a trap that root must not step into
        os.mkdir(h + '/trap')
        os.chown(h + '/trap', UID, GID)
        os.mkdir(place.path('of-root'), 0o755)
        os.symlink(place.path('of-root'), h + '/trap/Maildir')
        fails(111, 'unable to make', 'add', *IDS, '-n', '-m', '-d', h + '/trap',
              'trap')
        same(os.listdir(place.path('of-root')), [], "nothing made as root")


if __name__ == '__main__':
    life()
    by_hand()
    misuse()
    passwords()
    two_at_once()
    faults()
    terminal()
    homes()
    done('roost-user')
