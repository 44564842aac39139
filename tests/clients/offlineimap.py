#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""OfflineIMAP: first set-up of a copy at home, work without a connection on
both sides, and coming back; with a status folder of its own"""
import os
import time

from common import (Imap, PASSWORD, deliver, files, fixtures, run, start,
                    Site)
import samplemail

checks = start('offlineimap', 'offlineimap')
site = Site()
maildir = site.user('joe', PASSWORD, lambda p: samplemail.make(p, 60))
port = site.imap()
local = site.dir + '/local'
with open(site.dir + '/rc', 'w') as f:
    f.write('''[general]
accounts = a
metadata = %s/meta
maxsyncaccounts = 1
ui = basic
[Account a]
localrepository = near
remoterepository = far
[Repository near]
type = Maildir
localfolders = %s
[Repository far]
type = IMAP
remotehost = 127.0.0.1
remoteport = %d
remoteuser = joe
remotepass = %s
ssl = no
starttls = no
auth_mechanisms = PLAIN
maxconnections = 3
''' % (site.dir, local, port, PASSWORD.replace('%', '%%')))


def near(folder):
    return sorted(n for sub in ('cur', 'new')
                  for n in os.listdir('%s/%s/%s' % (local, folder, sub)))


def letters(names):
    """how many bear which flags, T and what is not ours left out"""
    out = {}
    for n in names:
        f = ''.join(x for x in n.partition(':2,')[2] if x in 'DFRS')
        out[f] = out.get(f, 0) + 1
    return out


def sync(what):
    code, out = run(['offlineimap', '-c', site.dir + '/rc', '-o'], site,
                    timeout=100)
    if not checks.ok(code == 0 and 'ERROR' not in out, what,
                     (code, out[-2500:])):
        checks.done()
    for folder, path in PAIRS:
        checks.same(letters(near(folder)), letters(files(maildir, path)),
                    '%s: messages and flags of %s' % (what, folder))


PAIRS = [('INBOX', ''), ('Sent', 'Sent'), ('Archive.2023', 'Archive.2023'),
         ('Drafts', 'Drafts')]
sync('first set-up')
before = {f: near(f) for f, _ in PAIRS}
sync('nothing to do')
checks.same({f: near(f) for f, _ in PAIRS}, before, 'nothing is done')

# on the train: read, answered, deleted, written, a folder made
inbox = near('INBOX')
d = local + '/INBOX/cur/'
some = [n for n in sorted(os.listdir(d)) if n.endswith((':2,', ':2,S'))][:3]
base = [n.split(':2,')[0] for n in some]
os.rename(d + some[0], d + base[0] + ':2,RS')
os.rename(d + some[1], d + base[1] + ':2,F')
os.unlink(d + some[2])
with open(local + '/Drafts/new/1700000001.train.near', 'wb') as f:
    f.write(fixtures.MAIL['reply'])
os.makedirs(local + '/Trips/cur')
os.makedirs(local + '/Trips/new')
os.makedirs(local + '/Trips/tmp')
with open(local + '/Trips/cur/1700000002.train.near:2,S', 'wb') as f:
    f.write(fixtures.MAIL['plain'])
# in the meantime at the other end: new mail, moved and flagged mail
c = Imap(port=port)
c.must('LOGIN joe "%s"' % PASSWORD.replace('\\', '\\\\').replace('"', '\\"'))
c.select('Sent')
uids = c.uids()
c.must('UID MOVE %d,%d Archive.2023' % (uids[0], uids[1]))
c.must('UID STORE %d +FLAGS (\\Flagged)' % uids[2])
deliver(maildir, fixtures.MAIL['plain'])
deliver(maildir, fixtures.MAIL['multi'])
count = len(files(maildir))
time.sleep(1)                   # it compares Maildir times in seconds
PAIRS.append(('Trips', 'Trips'))
sync('coming back')
checks.same(len(files(maildir)), count - 1, 'what was deleted near is gone')
checks.same(len(near('INBOX')), len(inbox) - 1 + 2, 'new mail came')
checks.ok(any('RS' in n.split(':2,')[-1] for n in files(maildir)),
          'answered near')
c.select('Trips')
checks.same(list(c.flags().values()), [['\\Seen']], 'a folder made near')
before = {f: near(f) for f, _ in PAIRS}
sync('nothing left to do')
checks.same({f: near(f) for f, _ in PAIRS}, before, 'nothing is done')
c.logout()
site.close()
checks.done()
