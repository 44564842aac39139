#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""make install: every owner and mode, whatever the umask, and once more over
what is there"""
import os
import stat
import subprocess

from common import NEEDED, ROOT, TOP, read, start
import system
import tempfile
import shutil

checks = start('install')
dest = tempfile.mkdtemp(prefix='roost-i.')


def install(umask):
    p = subprocess.run(['make', '-s', 'install', 'DESTDIR=' + dest,
                        'O=' + system.PREFIX], cwd=TOP, timeout=120,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       stdin=subprocess.DEVNULL, umask=umask)
    checks.same((p.returncode, p.stdout), (0, b''),
                'install with umask %03o' % umask)


def tree():
    """{path: (type, mode, uid, gid, size)}"""
    out = {}
    for d, _, names in os.walk(dest):
        for p in [d] + [os.path.join(d, n) for n in names]:
            st = os.lstat(p)
            out[p[len(dest):]] = (
                stat.S_IFMT(st.st_mode), stat.S_IMODE(st.st_mode),
                st.st_uid, st.st_gid,
                st.st_size if stat.S_ISREG(st.st_mode) else 0)
    del out['']
    return out


install(0o077)
first = tree()
me = (0, 0) if ROOT else (os.getuid(), os.getgid())
for path, (kind, mode, uid, gid, _) in sorted(first.items()):
    runs = kind == stat.S_IFDIR or '/bin/' in path or path.endswith(
        ('/run', '/roost-xinetd'))
    checks.same((oct(mode), uid), (oct(0o755 if runs else 0o644), me[0]),
                path)
home = read(TOP + '/conf-home').split('\n')[0]
for p in NEEDED:
    checks.ok(home + '/bin/' + os.path.basename(p) in first, p)
for p in ('bin/roost-conf', 'share/man/man8/roost-conf.8',
          'share/man/man5/roost-log.5', 'share/roost/systemd/roost-imap.socket',
          'share/roost/systemd/roost-imap@.service',
          'share/roost/xinetd/roost-pop3', 'share/roost/fail2ban/filter/roost.conf',
          *('share/roost/daemontools/%s/%s' % (s, f)
            for s in ('imap', 'imaps', 'pop3', 'pop3s')
            for f in ('run', 'log/run', 'env/PORT', 'tcp', 'Makefile'))):
    checks.ok(home + '/' + p in first, p + ' is there')

# what somebody has spoilt is put right; what others own is let alone
share = dest + home + '/share'
os.chmod(share + '/roost/daemontools/imap/run', 0o666)
os.chmod(share + '/roost/systemd', 0o777)
os.chmod(dest + home + '/bin/imapd', 0o600)
os.chmod(share, 0o2775)
if ROOT:
    os.chown(share + '/roost/daemontools/imap', 1, 1)
    os.chown(dest + home + '/bin/imapd', 1, 1)
install(0)
second = tree()
checks.same(second.pop(home + '/share')[1], 0o2775, 'share is not ours')
first.pop(home + '/share')
checks.same(second, first, 'the second time as the first')
shutil.rmtree(dest)
checks.done()
