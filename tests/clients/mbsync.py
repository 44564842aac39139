#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""mbsync: a Maildir of its own kept the same as ours, both ways"""
import os

from common import Imap, PASSWORD, deliver, files, fixtures, run, start, Site
import samplemail

checks = start('mbsync', 'mbsync')
site = Site()
maildir = site.user('joe', PASSWORD, lambda p: samplemail.make(p, 40))
port = site.imap()
local = site.dir + '/local'
os.mkdir(local)
with open(site.dir + '/mbsyncrc', 'w') as f:
    f.write('''IMAPAccount a
Host 127.0.0.1
Port %d
User joe
Pass "%s"
SSLType None
AuthMechs *

IMAPStore far
Account a

MaildirStore near
Path %s/
Inbox %s/INBOX
SubFolders Verbatim

Channel c
Far :far:
Near :near:
Patterns *
Create Both
Remove Both
Expunge Both
CopyArrivalDate yes
SyncState *
''' % (port, PASSWORD.replace('\\', '\\\\').replace('"', '\\"'), local, local))


def snapshot():
    """names of all messages on both sides (flags are in the names) and what
    mbsync remembers"""
    out = {}
    for d, _, names in os.walk(local):
        for n in names:
            if n.startswith('.mbsyncstate') and not n.endswith('.lock'):
                with open(os.path.join(d, n)) as f:
                    out[d, n] = f.read()
            elif os.path.basename(d) in ('cur', 'new'):
                out[d, n] = ''
    for d, dirs, names in os.walk(maildir):
        dirs[:] = [x for x in dirs if x != 'roost.index']
        if os.path.basename(d) in ('cur', 'new'):
            out.update({(d, n): '' for n in names})
    return out


def sync(what, nothing=False):
    before = snapshot()
    code, out = run(['mbsync', '-c', site.dir + '/mbsyncrc', '-V', 'c'], site,
                    timeout=120)
    checks.same(code, 0, what)
    if code != 0:
        print(out[-1500:])
    if nothing:
        after = snapshot()
        changed = [k for k in set(before) | set(after)
                   if before.get(k) != after.get(k)]
        checks.same(changed, [], what + ': there is nothing to do')


def near(folder):
    return [n for sub in ('cur', 'new')
            for n in sorted(os.listdir('%s/%s/%s' % (local, folder, sub)))]


# the broken ones without any header are sent and kept as well
sync('first sync')
for folder, path in (('INBOX', ''), ('Sent', 'Sent'),
                     ('Archive/2023', 'Archive.2023')):
    checks.same(len(near(folder)), len(files(maildir, path)),
                'as many messages near as far in ' + folder)
sync('second sync', nothing=True)

# flags and deletions, on either side
c = Imap(port=port)
c.must('LOGIN joe "%s"' % PASSWORD.replace('\\', '\\\\').replace('"', '\\"'))
c.select('INBOX')
uids = c.uids()
c.must('UID STORE %d +FLAGS (\\Flagged)' % uids[0])
c.must('UID STORE %d +FLAGS (\\Deleted)' % uids[1])
c.must('EXPUNGE')
c.must('UID MOVE %d Archive' % uids[2])
deliver(maildir, fixtures.MAIL['plain'])
before = near('Sent')
name = next(n for n in before if 'T' not in n.split(':2,')[-1])
os.rename('%s/Sent/cur/%s' % (local, name), '%s/Sent/cur/%s:2,FRS' % (
    local, name.split(':2,')[0]))
gone = next(n for n in near('Archive/2023'))
os.unlink('%s/Archive/2023/cur/%s' % (local, gone))
with open(local + '/Drafts/new/1700000000.near', 'wb') as f:
    f.write(fixtures.MAIL['reply'])
far = [len(files(maildir, f)) for f in ('', 'Archive.2023', 'Drafts')]
sync('sync of changes on both sides')
checks.same(len(near('INBOX')), far[0], 'INBOX is the same')
checks.same(len(near('Archive')), 1, 'a moved message arrived')
checks.same(len(files(maildir, 'Archive.2023')), far[1] - 1,
            'a message deleted near is deleted far')
checks.same(len(files(maildir, 'Drafts')), far[2] + 1,
            'a message made near is appended far')
checks.ok(any(n.split(':2,')[-1].startswith('FRS')
              for n in files(maildir, 'Sent')), 'flags set near came far')
checks.ok(sum('F' in n.split(':2,')[-1] for n in near('INBOX'))
          == sum('F' in n.split(':2,')[-1] for n in files(maildir)),
          'flags set far came near')
sync('a sync after that', nothing=True)

c.must('CREATE "From afar"')
os.makedirs(local + '/Made near/cur')
os.makedirs(local + '/Made near/new')
os.makedirs(local + '/Made near/tmp')
sync('folders made on both sides')
checks.ok(os.path.isdir(local + '/From afar/cur'), 'folder made far')
checks.ok(os.path.isdir(maildir + '/.Made near/cur'), 'folder made near')
sync('the last sync', nothing=True)
c.logout()
site.close()
checks.done()
