# ISC licence; see LICENSE.
"""What the talker is left with, seen from outside through /proc."""
import os
import re
import shutil
import stat
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'fake'))
from front import ROOT, Front, check, done, skip  # noqa: E402


def status(pid):
    with open('/proc/%d/status' % pid) as f:
        return {k: v.strip() for k, v in
                (line.split(':', 1) for line in f)}


def start(**env):
    f = Front('imap-login', **env)
    f.expect(r'\* OK ', 'greeting')
    return f


def test_fence(**env):
    with start(**env) as f:
        kids = f.talker()
        check(len(kids) == 1, 'one talker', kids)
        s = status(kids[0])
        check(s['NoNewPrivs'] == '1', 'no new privileges')
        check(s['Seccomp'] == '2', 'seccomp filter', s['Seccomp'])
        check(int(s['CapEff'], 16) == int(s['CapPrm'], 16) == 0,
              'no capabilities', s['CapEff'])
        check(s['Threads'] == '1', 'one thread')
        with open('/proc/%d/limits' % kids[0]) as file:
            limits = file.read()
        for name in ('core file size', 'processes'):
            check(re.search(r'Max %s +0 +0 ' % name, limits), name, limits)
        f.ask('a LOGIN joe secret', 'a OK')
        f.wait_log('login user=joe', 'logged')
        return s


def test_root():
    s = test_fence()
    check(s['Uid'].split() == ['65534'] * 4, 'uid', s['Uid'])
    check(s['Gid'].split() == ['65534'] * 4, 'gid', s['Gid'])
    check(s['Groups'] == '', 'groups', s['Groups'])
    s = test_fence(LOGIN_UID='10001', LOGIN_GID='10002')
    check(s['Uid'].split() == ['10001'] * 4, 'uid', s['Uid'])
    check(s['Gid'].split() == ['10002'] * 4, 'gid', s['Gid'])
    leak = os.open('/dev/null', os.O_RDONLY)
    with start(LEAK='sesame', fds=[leak]) as f:
        os.close(leak)
        kid = f.talker()[0]
        fds = {int(n): os.readlink('/proc/%d/fd/%s' % (kid, n))
               for n in os.listdir('/proc/%d/fd' % kid)}
        check(2 not in fds and len(fds) == 3
              and all(v.startswith('socket:') for v in fds.values()),
              'descriptors', fds)
        check(os.listdir('/proc/%d/root/' % kid) == [], 'an empty root')
        with open('/proc/%d/environ' % kid, 'rb') as file:
            check(b'sesame' not in file.read(), 'no environment')
        check(f.proc.pid and os.stat('/proc/%d' % f.proc.pid), 'monitor lives')


def test_chroot():
    with tempfile.TemporaryDirectory() as d:
        missing = os.path.join(d, 'empty')
        with start(LOGIN_CHROOT=missing) as f:
            st = os.stat(missing)
            check(stat.S_IMODE(st.st_mode) == 0o555 and st.st_uid == 0,
                  'made when missing')
        with start(LOGIN_CHROOT=missing):
            pass
        os.chmod(missing, 0o777)
        with Front('imap-login', LOGIN_CHROOT=missing) as f:
            f.closed('a directory that others may fill')
            check('others than root may write to' in f.logged(), 'logged',
                  f.logged())
        os.chmod(missing, 0o755)
        os.chown(missing, 10001, 0)
        with Front('imap-login', LOGIN_CHROOT=missing) as f:
            f.closed("another's directory")
        link = os.path.join(d, 'link')
        os.symlink('/', link)
        with Front('imap-login', LOGIN_CHROOT=link) as f:
            f.closed('a symbolic link')
        with Front('imap-login', LOGIN_CHROOT=d + '/no/such') as f:
            f.closed('no parent')
            check('unable to make the empty directory' in f.logged(),
                  'logged', f.logged())


def test_forgotten():
    """after a login nothing of the password is left in the waiting monitor"""
    with start() as f:
        f.ask('a LOGIN joe secret', 'a OK')
        f.wait_log('login user=joe', 'logged')
        found, control = [], False
        with open('/proc/%d/maps' % f.proc.pid) as maps, \
                open('/proc/%d/mem' % f.proc.pid, 'rb') as mem:
            for line in maps:
                where, mode = line.split()[:2]
                if 'rw' not in mode or '[v' in line:
                    continue
                low, high = (int(n, 16) for n in where.split('-'))
                if high - low > 1 << 26:        # a sanitizer's shadow
                    continue
                mem.seek(low)
                try:
                    octets = mem.read(high - low)
                    control = control or b'joe' in octets
                    if b'secret' in octets:
                        found.append(line)
                except OSError:
                    pass
        check(control, 'the search finds the name, which is kept')
        check(not found, 'no password in memory', found)


def as_nobody():
    """the same as one who is not root, on copies that such a one may run"""
    d = tempfile.mkdtemp()
    try:
        os.chmod(d, 0o755)
        top = os.path.dirname(os.path.dirname(os.path.dirname(
            os.path.abspath(__file__))))
        out = os.environ.get('O', '')
        for name in ('login/imap-login', 'login/pop3-login'):
            to = os.path.join(d, out, name)
            os.makedirs(os.path.dirname(to), exist_ok=True)
            shutil.copy(os.path.join(top, out, name), to)
        shutil.copytree(os.path.join(top, 'login/t/fake'),
                        os.path.join(d, 'login/t/fake'))
        shutil.copy(os.path.abspath(__file__), os.path.join(d, 'login/t'))
        pid = os.fork()
        if not pid:
            os.setgroups([])
            os.setgid(10003)
            os.setuid(10003)
            os.chdir('/')
            os.execv(sys.executable, [sys.executable, '-B',
                                      d + '/login/t/privileges.py'])
        check(os.waitpid(pid, 0)[1] == 0, 'the same without root')
    finally:
        shutil.rmtree(d)


if ROOT:
    test_root()
    test_chroot()
    test_forgotten()
    if shutil.which('python3', path='/usr/bin'):
        sys.executable = '/usr/bin/python3'
    sys.stdout.flush()
    as_nobody()
else:
    uid = test_fence()['Uid'].split()
    check(uid == [str(os.getuid())] * 4, 'its uid stays')
    skip('uid, chroot and descriptors: not root')
done('privileges')
