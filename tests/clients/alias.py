#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""NAMESPACE_ALIAS: mbsync and mutt as they were set up for folders below
INBOX, and mbsync without a prefix, find the same folders"""
import os
import pty
import select
import subprocess
import time

from common import PASSWORD, files, fixtures, run, start, Site

checks = start('alias', 'mbsync', 'mutt')
site = Site()
maildir = site.user('joe', PASSWORD, lambda p: fixtures.make('folders', p))
port = site.imap(NAMESPACE_ALIAS='INBOX.')
FOLDERS = ['Archive', 'Archive.2023', 'Archive.2024', 'Drafts', 'INBOX',
           'Sent', 'Trash']


def configure(name, path):
    local = '%s/%s' % (site.dir, name)
    os.mkdir(local)
    with open(local + '.rc', 'w') as f:
        f.write('''IMAPAccount a
Host 127.0.0.1
Port %d
User joe
Pass "%s"
SSLType None
AuthMechs *

IMAPStore far
Account a
PathDelimiter .
%s
MaildirStore near
Path %s/
Inbox %s/INBOX
SubFolders Verbatim
Flatten .

Channel c
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
''' % (port, PASSWORD.replace('\\', '\\\\').replace('"', '\\"'), path,
       local, local))
    return local


def sync(local, what):
    code, out = run(['mbsync', '-c', local + '.rc', '-V', 'c'], site,
                    timeout=60)
    if not checks.same(code, 0, what):
        print(out[-1500:])


def counts(local):
    return {f: sum(len(os.listdir('%s/%s/%s' % (local, f, d)))
                   for d in ('cur', 'new')) for f in sorted(os.listdir(local))}


rooted = configure('rooted', 'Path INBOX.\n')
plain = configure('plain', '')
sync(rooted, 'with the path INBOX.')
sync(plain, 'without a path')
checks.same(sorted(counts(rooted)), FOLDERS, 'folders below INBOX')
checks.same(sorted(counts(plain)), FOLDERS, 'no folder is listed twice')
checks.same(counts(rooted), counts(plain), 'the same mail in both')
checks.same(counts(plain)['Sent'], len(files(maildir, 'Sent')), 'in Sent')

# a folder and a message made by the one habit come to the other
os.makedirs(rooted + '/Made.below/cur')
os.makedirs(rooted + '/Made.below/new')
os.makedirs(rooted + '/Made.below/tmp')
with open(rooted + '/Sent/new/1700000000.near', 'wb') as f:
    f.write(fixtures.MAIL['reply'])
sync(rooted, 'with what was made below INBOX')
sync(plain, 'and without a path again')
sync(rooted, 'what was made above the folder')
checks.ok(os.path.isdir(maildir + '/.Made.below/cur'), 'the folder is made')
checks.ok(not [d for d in os.listdir(maildir) if d.startswith('.INBOX')],
          'and none with the alias in its name')
checks.ok('Made.below' in counts(plain), 'it came to the other')
checks.same(counts(rooted), counts(plain), 'still the same in both')

with open(site.dir + '/muttrc', 'w') as f:
    f.write('''set ssl_starttls=no ssl_force_tls=no quit=yes move=no
set confirmappend=no confirmcreate=no delete=yes wait_key=no sleep_time=0
set folder="imap://joe@127.0.0.1:%d/INBOX" imap_pass='%s' header_cache=""
''' % (port, PASSWORD))
before = len(files(maildir, 'Trash'))
ours, theirs = pty.openpty()
p = subprocess.Popen(
    ['mutt', '-n', '-F', site.dir + '/muttrc',
     '-f', 'imap://joe@127.0.0.1:%d/INBOX.Sent' % port,
     '-e', 'push "1<enter><copy-message>=Trash<enter><exit><quit>"'],
    stdin=theirs, stdout=theirs, stderr=theirs,
    env=dict(site.env, TERM='xterm', HOME=site.dir), start_new_session=True)
os.close(theirs)
said, end = b'', time.monotonic() + 40
while time.monotonic() < end and p.poll() is None:
    if select.select([ours], [], [], .2)[0]:
        try:
            said += os.read(ours, 65536)
        except OSError:         # it has closed its side
            break
try:
    code = p.wait(5)
except subprocess.TimeoutExpired:
    p.kill()
    p.wait()
    code = 'timeout'
os.close(ours)
if code != 0:
    print(said[-3000:].decode('latin-1').replace('\x1b', '^['))
checks.same(code, 0, 'mutt with the folder INBOX')
checks.same(len(files(maildir, 'Trash')), before + 1, 'it copied to Trash')
site.close()
checks.done()
