# ISC licence; see LICENSE.
"""What the whole-program tests of this folder share: a place with copies of
the programs, running one with checkpassword data on descriptor 3, counting.
"""
import atexit
import glob
import os
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
PREFIX = os.environ.get('O', '')
ROOT = os.geteuid() == 0
UID = 10711 if ROOT else os.getuid()
GID = 10712 if ROOT else os.getgid()
PROGRAMS = ('checkpassword', 'checkpassword-cdb', 'roost-user', 'login-ok',
            'checkpassword-sqlite', 'checkpassword-pgsql',
            'checkpassword-mysql', 'checkpassword-ldap', 'checkpassword-pam',
            'checkpassword-vpopmail',
            'login-hold', 'login-allow', 'checkpassword-any',
            'checkpassword-app', 'checkpassword-cache', 'checkpassword-master',
            'checkpassword-name', 'roost-app-password', 'roost-password')

good = bad = skipped = 0


def ok(right, what, detail=''):
    global good, bad
    if right:
        good += 1
    else:
        bad += 1
        print('FAILED %s%s' % (what, detail and ': %.1500s' % (detail,)),
              flush=True)
    return bool(right)


def same(have, want, what):
    return ok(have == want, what, 'have %r, want %r' % (have, want))


def skip(what, why):
    global skipped
    skipped += 1
    print('skipped %s: %s' % (what, why), flush=True)


def done(name):
    print('%s: %d passed, %d failed%s' % (
        name, good, bad, ', %d skipped' % skipped if skipped else ''))
    sys.exit(1 if bad else 0)


def have(program):
    return shutil.which(program, path='/usr/sbin:/usr/bin:/bin:/sbin')


def built(program):
    """the path of one of ours; None: its library was not there to build it"""
    path = os.path.join(TOP, PREFIX, 'checkpassword', program)
    return path if os.path.exists(path) else None


class Place:
    """a temporary directory that any uid may enter, with the programs"""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix='roost-c.')
        atexit.register(shutil.rmtree, self.dir, True)
        os.chmod(self.dir, 0o755)
        self.bin = self.dir + '/bin'
        os.mkdir(self.bin)
        for p in PROGRAMS:
            if built(p):
                shutil.copy(built(p), self.bin)
        self.env = {'PATH': self.bin + ':/usr/bin:/bin:/usr/sbin:/sbin',
                    'USERS_CDB': self.dir + '/users.cdb', 'LC_ALL': 'C',
                    'ASAN_OPTIONS': 'detect_leaks=0'}

    def path(self, name):
        return self.dir + '/' + name

    def write(self, name, text, mode=0o644):
        with open(self.path(name), 'w') as f:
            f.write(text)
        os.chmod(self.path(name), mode)
        return self.path(name)

    def home(self, name):
        h = self.path(name)
        os.makedirs(h, 0o700, exist_ok=True)
        os.chown(h, UID, GID)
        return h

    def run(self, args, stdin=b'', uid=None, **env):
        """code, output, log of a program"""
        def become():
            os.setgroups([])
            os.setgid(GID)
            os.setuid(uid)
        p = subprocess.run(
            args, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=dict(self.env, **env), cwd=self.dir, timeout=60,
            preexec_fn=become if uid is not None else None)
        return (p.returncode, p.stdout.decode('latin-1'),
                p.stderr.decode('latin-1'))

    def check(self, args, data, uid=None, fd3='pipe', **env):
        """the same, with data on descriptor 3: a list of fields, or octets

        fd3: pipe, none, writeonly, or a path to open
        """
        if not isinstance(data, bytes):
            data = b''.join(f.encode() + b'\0' for f in data)
        to = {'pipe': '3<&0', 'none': '3<&-', 'writeonly': '3>/dev/null'}
        script = 'exec "$@" %s </dev/null' % to.get(fd3, '3<' + fd3)
        return self.run(['sh', '-c', script, 'sh', *args], data, uid, **env)

    def user(self, *args, stdin='secret\n', uid=None, **env):
        """roost-user; fails the test if it does not exit 0"""
        r = self.run(['roost-user', *args], stdin.encode(), uid, **env)
        ok(r[0] == 0, 'roost-user ' + ' '.join(args), r)
        return r[1]

    def add(self, name, *args, stdin='secret\n'):
        """a virtual user with a home; a cheap hash, to be quick"""
        home = self.home('home-' + name)
        self.user('add', '-u', str(UID), '-g', str(GID), '-d', home,
                  '-s', 'sha256', '-c', '1000', *args, name, stdin=stdin)
        return home

    def hash(self, name):
        """the hash of a user in the text"""
        with open(self.path('users')) as f:
            return next(l.split(':')[1] for l in f if l.startswith(name + ':'))

    def leftovers(self):
        return glob.glob(self.dir + '/*.tmp')


if __name__ == '__main__':      # not a test itself
    done('chain')
