#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""The guide in README.md, step by step as it is printed there, on a machine
of its own: an overlay over the root directory and a network with nothing but
loopback, both gone at the end. Only what fetches from elsewhere (apt-get,
certbot) is left out; the certificate is made on the spot."""
import fcntl
import os
import re
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..'))
import fixtures                                         # noqa: E402
import system                                           # noqa: E402
from system import Checks, TOP                          # noqa: E402

checks = Checks('guide')
PASSWORD = 'not a secret'


def commands():
    """the guide's commands, each one line"""
    with open(TOP + '/README.md', encoding='utf-8') as f:
        text = f.read()
    text = text[text.index('## From a bare server'):text.index('## Questions')]
    text = text.replace('\\\n', ' ')
    return [m[1] for m in re.finditer(r'^ {8}(\S.*)$', text, re.M)]


def inside():
    """as root of that machine"""
    def run(c, **kw):
        p = subprocess.run(['sh', '-ec', c], stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, timeout=120, **kw)
        checks.ok(p.returncode == 0, c, p.stdout.decode()[-1000:])
        return p.stdout.decode()

    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    fcntl.ioctl(s, 0x8914, struct.pack('16sh14x', b'lo', 1))    # up
    os.makedirs('/etc/service', exist_ok=True)
    with open('/etc/hosts', 'a') as f:
        f.write('\n127.0.0.1 mail.example.org\n')
    live = '/etc/letsencrypt/live/mail.example.org'
    os.makedirs(live)
    run('openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '
        '/CN=mail.example.org -addext subjectAltName=DNS:mail.example.org '
        '-keyout %s/privkey.pem -out %s/fullchain.pem' % (live, live))
    run('cd %s && make -s install' % TOP)
    scan = subprocess.Popen(['svscan', '/etc/service'], stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL,
                            stderr=open('/var/log/svscan', 'wb'))
    out = ''
    for c in commands():
        word = c.split()[0]
        if word in ('apt-get', 'certbot') or ' = ' in c:
            continue
        if word == 'roost-user':
            run(c, input=(PASSWORD + '\n').encode())
            maildir = '/home/vmail/joe/Maildir'
            checks.ok(os.path.isdir(maildir + '/cur'), 'there is a Maildir')
            system.deliver.n = 0
            name = maildir + '/new/1700000000.guide'
            with open(name, 'wb') as f:
                f.write(fixtures.MAIL['plain'])
            st = os.stat(maildir)
            os.chown(name, st.st_uid, st.st_gid)
        elif word == 'curl':
            for _ in range(50):
                try:
                    socket.create_connection(('127.0.0.1', 993), 1).close()
                    break
                except OSError:
                    time.sleep(.2)
            c = c.replace('joe@example.org', "'joe@example.org:%s'" % PASSWORD)
            c += ' -sS -m 30 --cacert %s/fullchain.pem ' % live
            out = run(c)
            checks.ok('INBOX' in out, 'folders', out)
            out = run(c.replace('.org/ ', '.org/INBOX\\;UID=1 '))
            checks.ok('lunch on Friday?' in out, 'the mail', out)
        else:
            run(c)
    if not out:
        subprocess.run('cat /var/log/svscan /etc/roost/imaps/log/*/current',
                       shell=True)
    # the pid namespace ends with us, and svscan and its services with it
    scan.kill()
    scan.wait()
    checks.ok(out, 'the guide ends with curl')
    checks.done()


missing = system.need('svscan', 'openssl', 'curl', 'sslserver/sslserver',
                      'run-scripts/roost-conf', 'unshare')
if missing or not system.ROOT or system.PREFIX:
    checks.skip('all', 'needs root' if not missing
                else missing + ' is not there')
    checks.done()
if os.environ.get('ROOST_GUIDE'):
    inside()
base = '/tmp'
setup = '''
  mount --make-rprivate /
  mount -t tmpfs none /mnt
  mkdir /mnt/up /mnt/work /mnt/root
  mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/up,workdir=/mnt/work \\
    /mnt/root
  mount -t proc proc /mnt/root/proc
  mount --rbind /dev /mnt/root/dev
  mount -t tmpfs none /mnt/root/run
  mount -t tmpfs none /mnt/root/tmp
  [ "$1" = probe ] || exec chroot /mnt/root "$@"
'''
unshare = ['unshare', '-m', '-n', '-p', '-f', '--kill-child', 'sh', '-ec',
           setup, 'sh']
p = subprocess.run(unshare + ['probe'], stdout=subprocess.PIPE,
                   stderr=subprocess.STDOUT)
if p.returncode != 0 or TOP.startswith(('/tmp/', '/run/')):
    # the project itself has to be below the overlay
    if p.returncode != 0:
        checks.skip('all', 'no overlay here: ' + p.stdout.decode()[-200:])
        checks.done()
    setup = setup.replace('  [ "$1"', '  mkdir -p /mnt/root%s\n  mount --bind '
                          '%s /mnt/root%s\n  [ "$1"' % (TOP, TOP, TOP))
    unshare[unshare.index('-ec') + 1] = setup
os.environ['ROOST_GUIDE'] = '1'
sys.exit(subprocess.call(unshare + [sys.executable,
                                    os.path.abspath(__file__)],
                         stdin=subprocess.DEVNULL))
