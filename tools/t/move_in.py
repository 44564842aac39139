#!/usr/bin/python3
# ISC licence; see LICENSE.
"""The commands of roost-move-in(7), as they are printed, in their order, on a
tree of accounts that Courier, BincIMAP and qmail-pop3d kept. Those that ask
another server find none here: they have to get as far as that."""
import atexit
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.path.insert(0, os.path.join(TOP, 'tests'))
import dovecot                                          # noqa: E402
import system                                           # noqa: E402

t = system.Checks('move_in')
top = tempfile.mkdtemp(prefix='roost-move-in.')
atexit.register(shutil.rmtree, top, True)
os.chmod(top, 0o755)
TOOLS = {x: system.installed('tools/' + x)
         for x in ('maildir-convert', 'maildir-import')}
port = str(dovecot.free_ports(1)[0])


def put(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as f:
        f.write(text)


def account(path, files, messages=4):
    for sub in ('new', 'tmp', 'cur'):
        os.makedirs('%s/%s' % (path, sub))
    for i in range(messages):
        put('%s/cur/160000000%d.%d.h:2,S' % (path, i, i), 'Subject: x\n\nx\n')
    for name, text in files.items():
        put(path + '/' + name, text)


ROWS = [(11 + i, '160000000%d.%d.h' % (i, i)) for i in range(4)]
COURIER = {
    'courierimapuiddb': '1 7000 15\n' + ''.join('%d %s\n' % r for r in ROWS),
    'courierimapsubscribed': 'INBOX\n',
    'courierpop3dsizelist': '/3 9 80000\n' + ''.join(
        '%s 20 %d:80000:0\n' % (n, u) for u, n in ROWS)}
account(top + '/home/joe/Maildir', COURIER)
account(top + '/home/ann/Maildir', COURIER)
account(top + '/home/qmail/Maildir', {})
account(top + '/home/vpopmail/domains/example.org/bob/Maildir', {
    'bincimap-uidvalidity': 'depot {\n\t_uidvalidity = 7001,\n\t_uidnext = 15\n'
                            '}\n',
    'bincimap-cache': ''.join('%d {\n\t_UID = %d,\n\t_ID = "%s"\n}\n' % (u, u, n)
                              for u, n in ROWS),
    '.bincimap-subscribed': 'INBOX\n'})
MBOX = 'From a@b Thu Jan  1 00:00:00 1970\nSubject: x\n\nx\n\n'
for name in ('home/joe/mail/one', 'home/joe/mail/two', 'var/mail/joe'):
    put(top + '/' + name, MBOX)
put(top + '/home/joe/Mail/inbox/1', 'Subject: x\n\nx\n')
system.own(top)
put(top + '/root/list', top + '/home/joe/Maildir\tjoe\n')
put(top + '/root/secret', 'x\n')


def commands():
    """from the page: (section, command line)"""
    with open(TOP + '/tools/roost-move-in.7') as f:
        page = f.read()
    section, out = '', []
    for m in re.finditer(r'^\.Sh (.*)|^\.Bd -literal.*\n((?:(?!\.Ed).*\n)*)',
                         page, re.M):
        section = m[1] or section
        for line in re.sub(r'\\e\n\s*', '', m[2] or '').splitlines():
            out.append((section, line))
    return out


def run(line):
    """in that tree; no server answers"""
    line = re.sub(r'(?<=[ =])/(root|home|var)/', top + r'/\1/', line)
    line = re.sub(r'(?<= )/home$', top + '/home', line)
    line = line.replace('~joe', top + '/home/joe')
    line = re.sub(r'[a-z]+\.example\.org', '127.0.0.1', line)
    env = {'PATH': '/usr/bin:/bin', 'ASAN_OPTIONS': 'detect_leaks=0'}
    words = shlex.split(line)
    while '=' in words[0]:
        name, _, value = words.pop(0).partition('=')
        env[name] = value
    if '127.0.0.1' in words:
        words.insert(2 if words[1] == 'imap' else 1, '-p' + port)
    if '--pop3-only' in words:
        words[1:1] = ['--pop3-port', port]
    words[0] = TOOLS[words[0]]
    p = subprocess.run(' '.join(x if '*' in x else shlex.quote(x)
                                for x in words), shell=True, input=b'x\n',
                       env=env, timeout=60, cwd=top, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


found = commands()
t.ok(len(found) > 15, 'there are commands', found)
for section, line in found:
    if '--snapshot' in line and os.path.exists(top + '/root/before'):
        os.unlink(top + '/root/before')
    r = run(line)
    if 'example.org' in line:
        t.ok(r[0] == 111 and 'unable to connect' in r[2], line, r)
    else:
        t.same(r[0], 0, '%s: %s %r' % (section, line, r[1:]))
    if ' -q ' in line:
        t.same(r[1], '', 'nothing is lost: ' + line)
    if '--to courier' in line:
        with open(top + '/home/joe/Maildir/courierimapuiddb') as f:
            t.same(f.read(), COURIER['courierimapuiddb'], 'back at Courier')
t.done()
