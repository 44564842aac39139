#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Courier's own imapd and pop3d fill an account: folders with odd names,
keywords, deletions, subscriptions. Then Roost serves the same files, and no
client finds anything to do: UIDs, flags, keywords, subscriptions, POP3's
unique-ids, mbsync, OfflineIMAP. Then maildir-convert gives the files back to Courier, and
again there is nothing to do; and once more to Roost, after Courier has worked.

courier.py [messages]"""
import os
import re
import subprocess
import sys

from common import Imap, run, start, Site, system
from pop3 import Pop3

checks = start('courier', 'mbsync', 'tools/maildir-convert')
COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 120
if subprocess.run(['sh', system.TOP + '/tests/unpack-packages'],
                  stdout=subprocess.DEVNULL).returncode:
    checks.skip('all', "Courier's packages cannot be had")
    checks.done()

site = Site()
HOME = site.dir + '/home/joe'
M = HOME + '/Maildir'
ROOT = site.dir + '/courier'            # where the mail's uid can reach it
subprocess.run(['cp', '-a', system.TOP + '/build/unpacked', ROOT], check=True)
LIBS = ':'.join(ROOT + '/usr/lib/' + d for d in (
    'x86_64-linux-gnu', 'aarch64-linux-gnu', 'courier-authlib', ''))
COURIER = {'LD_LIBRARY_PATH': LIBS, 'AUTHENTICATED': 'joe',
           'IMAP_KEYWORDS': '1', 'PROTOCOL': 'IMAP', 'IMAP_USELOCKS': '1',
           'IMAP_CAPABILITY': 'IMAP4rev1 UIDPLUS CHILDREN NAMESPACE'}
# without the file monitor's daemon it would wait for two seconds each time
with open(site.dir + '/fam.c', 'w') as f:
    f.write('int FAMOpen(void *f) { return f ? -1 : -2; }\n'
            'int FAMOpen2(void *f, const char *n) { return f && n ? -1 : -2; }')
if subprocess.run(['cc', '-shared', '-fPIC', '-o', ROOT + '/fam.so',
                   site.dir + '/fam.c']).returncode == 0:
    COURIER['LD_PRELOAD'] = ROOT + '/fam.so'
IMAPD = ROOT + '/usr/bin/imapd'
POP3D = ROOT + '/usr/lib/courier/courier/courierpop3d'
ROOST = {'NAMESPACE_PREFIX': 'INBOX.'}
CONVERT = site.dir + '/maildir-convert'
subprocess.run(['cp', system.TOP + '/' + system.PREFIX
                + 'tools/maildir-convert', CONVERT], check=True)
env = dict(site.env, **COURIER)
if subprocess.run([IMAPD, '/nonexistent'], env=env, stdin=subprocess.DEVNULL,
                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                  ).returncode == 127:
    checks.skip('all', "Courier's imapd does not run here")
    checks.done()


def imap(server):
    if server == 'roost':
        return Imap(M, env=ROOST, log=site.log)
    return Imap(M, env=COURIER, program=IMAPD, log=site.log)


def state(server):
    """what a client knows: folders with UIDs and flags, subscriptions"""
    c = imap(server)
    out = {}
    names = [re.search(rb'"?(INBOX[^"]*)"?$', r)[1].decode()
             for r in c.must('LIST "" "*"')
             if r.startswith(b'* LIST') and b'oselect' not in r
             and b'onExistent' not in r]
    for f in names:
        r = b''.join(c.must('STATUS "%s" (MESSAGES UIDNEXT UIDVALIDITY)' % f))
        n = {k.decode(): int(v) for k, v in re.findall(rb'([A-Z]+) (\d+)', r)
             if k in (b'MESSAGES', b'UIDNEXT', b'UIDVALIDITY')}
        c.must('EXAMINE "%s"' % f)
        out[f] = (n, c.flags() if n['MESSAGES'] else {})
    out['subscribed'] = sorted(
        re.search(rb'"?(INBOX[^"]*)"?$', r)[1].decode()
        for r in c.must('LSUB "" "*"')
        if r.startswith(b'* LSUB') and b'oselect' not in r)
    c.logout()
    return out


def uidls(server):
    """sorted unique-ids: a client asks for what it has not got"""
    if server == 'roost':
        p = Pop3(M, log=site.log)
        out = p.uids()
        p.bye()
    else:
        p = subprocess.run([POP3D, M], env=env, input=b'UIDL\r\nQUIT\r\n',
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                           cwd=HOME, **system.as_user())
        out = re.findall(r'^\d+ (\S+)\r$', p.stdout.decode(), re.M)
    return sorted(out)


def same_state(server, want, what):
    have = state(server)
    checks.same(sorted(have), sorted(want), what + ': folders')
    for f in want:
        checks.same(have.get(f), want[f], '%s: %s' % (what, f))


# mbsync, through a tunnel to either server

local = site.dir + '/local'
os.mkdir(local)
with open(site.dir + '/tunnel', 'w') as f:
    f.write('''#!/bin/sh
cd %s
case $(cat %s/server) in
roost) exec env NAMESPACE_PREFIX=INBOX. USER=joe %s Maildir 2>>%s ;;
*) exec python3 %s/relay ;;
esac
''' % (HOME, site.dir, system.installed('imapd/imapd'), site.log,
       site.dir))
with open(site.dir + '/relay', 'w') as f:
    # Courier's greeting may come behind an alert, and it makes its descriptor
    # 0 one that does not block
    f.write('''import os, subprocess, threading
p = subprocess.Popen([%r, 'Maildir'], env=%r, stdin=subprocess.PIPE,
                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
def there():
    while d := os.read(0, 65536):
        p.stdin.write(d)
        p.stdin.flush()
    p.stdin.close()
threading.Thread(target=there, daemon=True).start()
line = p.stdout.readline()
d = b'' if b'ALERT' in line else line
while True:
    while d:
        d = d[os.write(1, d):]
    d = p.stdout.read1(65536)
    if not d:
        os._exit(0)
''' % (IMAPD, COURIER))
os.chmod(site.dir + '/tunnel', 0o755)
with open(site.dir + '/mbsyncrc', 'w') as f:
    f.write('''IMAPStore far
Tunnel %s/tunnel

MaildirStore near
Path %s/
Inbox %s/INBOX
SubFolders Verbatim

Channel c
Far :far:
Near :near:
Patterns *
Create Near
Remove None
Expunge None
Sync All
SyncState *
''' % (site.dir, local, local))
system.own(local)
os.chmod(site.log, 0o666)


def near():
    out = {}
    for d, _, names in os.walk(local):
        for n in names:
            if n.startswith('.mbsyncstate') and n.endswith('state'):
                with open(os.path.join(d, n)) as f:
                    out[d, n] = f.read()
            elif os.path.basename(d) in ('cur', 'new'):
                out[d, n] = ''
    return out


def mbsync(server, what, nothing=True):
    with open(site.dir + '/server', 'w') as f:
        f.write(server)
    before = near()
    code, out = run(['mbsync', '-c', site.dir + '/mbsyncrc', '-V', 'c'], site,
                    timeout=150, **system.as_user())
    checks.same(code, 0, what + ': mbsync' + (out[-500:] if code else ''))
    after = near()
    if nothing:
        changed = [(k, before.get(k), after.get(k))
                   for k in set(before) | set(after)
                   if before.get(k) != after.get(k)]
        checks.same(changed[:3], [], what + ': mbsync has nothing to do')
    return after


# OfflineIMAP, through the same tunnel

OFFLINE = not system.need('offlineimap')
copies = site.dir + '/copies'
os.mkdir(copies)
with open(site.dir + '/offlinerc', 'w') as f:
    f.write('''[general]
accounts = a
metadata = %s/meta
ui = basic
[Account a]
localrepository = near
remoterepository = far
[Repository near]
type = Maildir
localfolders = %s/box
[Repository far]
type = IMAP
preauthtunnel = %s/tunnel
''' % (copies, copies, site.dir))
system.own(copies)


def have_copies():
    """file names: a message that is fetched again gets another"""
    return sorted(os.path.join(d, n) for d, _, names in os.walk(copies + '/box')
                  for n in names if d.endswith(('/cur', '/new')))


def offlineimap(server, what, nothing=True):
    if not OFFLINE:
        return
    with open(site.dir + '/server', 'w') as f:
        f.write(server)
    before = have_copies()
    code, out = run(['offlineimap', '-c', site.dir + '/offlinerc', '-o'],
                    site, timeout=300, env=dict(site.env, HOME=copies),
                    **system.as_user())
    checks.ok(code == 0 and 'ERROR' not in out, what + ': offlineimap',
              (code, out[-1500:]))
    if nothing:
        checks.same(set(have_copies()) ^ set(before), set(),
                    what + ': OfflineIMAP has nothing to do')


def convert(*args, code=0):
    # not as root: the mail's owner may call it, too
    p = subprocess.run([CONVERT, *args], env=site.env, cwd=HOME, timeout=150,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       **system.as_user())
    checks.same(p.returncode, code, 'maildir-convert %s: %s' % (
        ' '.join(args), p.stderr.decode()[-500:]))
    return p.stdout.decode()


# Courier fills the account

os.makedirs(HOME)
for sub in ('', '/cur', '/new', '/tmp'):
    os.mkdir(M + sub)
for i in range(COUNT):
    with open('%s/new/%d.%d.host%s' % (M, 1600000000 + i, i,
                                       ',S=40' if i % 3 else ' odd'),
              'w') as f:
        f.write('Subject: number %d\n\nline\n' % i)
system.own(HOME)
FOLDERS = ['INBOX.Sent', 'INBOX.a.b.c', 'INBOX.with space', 'INBOX.&AOk-t&AOk-',
           'INBOX.A&-B', 'INBOX.quo\'te', 'INBOX.&ZeVnLIqe-']
WORDS = ['kw%02d' % i for i in range(40)]
c = imap('courier')
for f in FOLDERS:
    c.must('CREATE "%s"' % f)
for f in ['INBOX'] + FOLDERS[::2]:
    c.must('SUBSCRIBE "%s"' % f)
c.must('SELECT INBOX')
for f in FOLDERS:
    c.must('COPY 1:30 "%s"' % f)
c.must('STORE 5:9 +FLAGS (\\Flagged $Label1 Work)')
c.must('STORE 8:20 +FLAGS (\\Seen \\Answered NonJunk)')
c.must('STORE 3 +FLAGS (%s)' % ' '.join(WORDS))
c.must('STORE 1,4,30:40 +FLAGS (\\Deleted)')
c.must('EXPUNGE')
c.must('STORE 2 -FLAGS (kw07)')
c.must('SELECT "INBOX.with space"')
c.must('STORE 1:5 +FLAGS (Work \\Draft)')
c.must('STORE 2 +FLAGS (\\Deleted)')
c.must('EXPUNGE')
c.must('STORE 6 +FLAGS (late)')         # a change that waits
c.logout()
first, pop = state('courier'), uidls('courier')
mbsync('courier', 'Courier', False)
mbsync('courier', 'Courier again')
offlineimap('courier', 'Courier', False)
offlineimap('courier', 'Courier again')
if OFFLINE:
    checks.same(len(have_copies()), sum(
        v[0]['MESSAGES'] for k, v in first.items() if k != 'subscribed'),
                'OfflineIMAP has every message')
checks.same(state('courier'), first, 'Courier changes nothing by itself')
checks.ok(len(pop) == COUNT - 13 and pop[0].startswith('UID')
          and len(first['INBOX'][1][3]) > 35, 'there is something to keep')

# a dry run, and a snapshot

report = convert(HOME)
checks.ok('%s INBOX: courier, %d messages, %d UIDs, 0 new, %d UIDLs' % (
    M, COUNT - 13, COUNT - 13, COUNT - 13) in report, 'the report', report)
checks.ok(not os.path.exists(M + '/dovecot-uidlist')
          and not os.path.exists(M + '/roost.index'), 'nothing was changed')
before = site.dir + '/home/before'
convert('--snapshot', before, HOME)

# Roost

same_state('roost', first, 'Roost')
checks.same(uidls('roost'), pop, "Roost: POP3's unique-ids")
mbsync('roost', 'Roost')
offlineimap('roost', 'Roost')
convert('--verify', before, HOME)
os.rename(M + '/roost.index', HOME + '/index')
same_state('roost', first, 'Roost without its index')

# work under Roost, and back to Courier

c = imap('roost')
c.must('SELECT INBOX')
c.must('STORE 1 +FLAGS (fresh \\Flagged)')
c.must('STORE 3 -FLAGS ($Label1)')
c.append('INBOX', 'Subject: new\r\n\r\nx\r\n', 'Work \\Seen')
c.must('SUBSCRIBE "INBOX.a.b.c"')
c.must('UNSUBSCRIBE "INBOX.Sent"')
c.logout()
checks.ok('differs' in convert('--verify', before, HOME, code=1),
          'the snapshot is of before')
second, pop2 = state('roost'), uidls('roost')
mbsync('roost', 'work', False)
offlineimap('roost', 'work', False)
report = convert('-g', '--to', 'courier', HOME)
checks.ok('not kept' not in report, 'all can be kept', report)
same_state('courier', second, 'back to Courier')
checks.same(uidls('courier'), pop2, "Courier: POP3's unique-ids")
mbsync('courier', 'back to Courier')
offlineimap('courier', 'back to Courier')
convert('-g', '--to', 'courier', HOME)
same_state('courier', second, 'twice')

# Courier goes on, and Roost once more

c = imap('courier')
c.must('SELECT INBOX')
c.must('STORE 1 -FLAGS (fresh)')
c.must('STORE 2 +FLAGS (anew)')
c.must('STORE 5 +FLAGS (\\Deleted)')
c.must('EXPUNGE')
c.logout()
with open(M + '/new/1700000000.last.host', 'w') as f:
    f.write('Subject: last\n\nx\n')
system.own(M + '/new')
third, pop3 = state('courier'), uidls('courier')
third = state('courier')
same_state('roost', third, 'Roost once more')
checks.same(uidls('roost'), pop3, "once more: POP3's unique-ids")
checks.done()
