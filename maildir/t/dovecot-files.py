#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Dovecot and our files take turns on one Maildir (P8): what Dovecot writes
we read, what we write Dovecot reads, with the same UIDs, UIDVALIDITY, GUIDs,
keywords, folders and subscriptions; and each waits for the other's lock.

Needs Debian's dovecot-core and dovecot-imapd; is skipped without them. Ours is
maildir/t/files, found under the prefix O."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, 'tests'))
from dovecot import Dovecot, installed          # noqa: E402

UID = 10711 if os.geteuid() == 0 else os.getuid()
GID = 10711 if os.geteuid() == 0 else os.getgid()
good = bad = 0
dir = tempfile.mkdtemp(prefix='roost-t-')
maildir = os.path.join(dir, 'Maildir')


def check(have, want, what):
    global good, bad
    if have == want:
        good += 1
    else:
        bad += 1
        print('FAILED %s: have %r, want %r' % (what, have, want))


def as_user():
    if os.geteuid() != 0:
        return {}
    return dict(user=UID, group=GID, extra_groups=[])


def ours(*args):
    """lines that maildir/t/files prints"""
    out = subprocess.run([os.path.join(dir, 'files'), maildir, *args],
                         stdout=subprocess.PIPE, check=True, **as_user())
    return out.stdout.decode().splitlines()


def path(folder, *more):
    return os.path.join(maildir, '.' + folder if folder else '', *more)


def deliver(folder, name, text='Subject: x\n\nhi\n', where='new'):
    p = path(folder, where, name)
    with open(p, 'w') as f:
        f.write(text)
    os.chown(p, UID, GID)


def status(c, folder):
    """(uidvalidity, uidnext) as Dovecot tells them"""
    text = c.status(folder, '(UIDVALIDITY UIDNEXT)')[1][0].decode()
    return tuple(int(re.search(k + r' (\d+)', text).group(1))
                 for k in ('UIDVALIDITY', 'UIDNEXT'))


def fetch(c, folder):
    """{uid: set of flags} as Dovecot tells them"""
    c.select(folder)
    found = {}
    for line in c.uid('FETCH', '1:*', '(FLAGS)')[1]:
        m = line and re.search(rb'UID (\d+)', line)
        if m:
            f = re.search(rb'FLAGS \((.*?)\)', line).group(1).decode()
            found[int(m.group(1))] = set(f.split()) - {'\\Recent'}
    return found


def uidlist(folder):
    """(version, uidvalidity, uidnext, guid), [(uid, rest)] as we read them"""
    lines = ours('uidlist', folder)
    h = lines[0].split(' ')
    records = [x.split(' ', 1) for x in lines[1:]]
    return (int(h[0]), int(h[1]), int(h[2]), h[3]), [
        (int(u), r) for u, r in records]


def guid(d, folder):
    text = d.doveadm('mailbox', 'status', 'guid', folder)
    return re.search(r'guid=(\w+)', text).group(1)


def compare(d, c, folder, what):
    """header and UIDs must be the same on both sides"""
    dovecot = fetch(c, folder or 'INBOX')
    head, records = uidlist(folder)
    c.close()
    check(head[:3], (3,) + status(c, folder or 'INBOX'), what + ': header')
    check(head[3], guid(d, folder or 'INBOX'), what + ': GUID')
    on_disk = {n.split(':')[0] for n in os.listdir(path(folder, 'cur'))}
    check({u for u, r in records if r.split(':', 1)[1] in on_disk},
          set(dovecot), what + ': UIDs')
    return dovecot


def names(answer):
    """the folders that exist"""
    lines = [x.decode().split(' "." ') for x in answer[1] if x]
    return sorted(x[1].strip('"') for x in lines if '\\No' not in
                  x[0].replace('\\NoInferiors', ''))


def compare_trees(d, what):
    """in a new session: one that runs keeps the list that it has read"""
    c = d.imap()
    check(sorted(ours('list') + ['INBOX']), names(c.list()), what + ': LIST')
    check(sorted(ours('subscribed')), names(c.lsub()), what + ': LSUB')
    c.logout()


def dovecot_first(d, c):
    """Dovecot makes folders and mail; we read its files"""
    for i in range(3):
        deliver('', '17000000%02d.M%dP1.host' % (i, i))
    c.create('a')
    c.create('a.b')
    c.create('Entw&APw-rfe')
    for f in ('INBOX', 'a.b', 'Entw&APw-rfe'):
        c.subscribe(f)
    for flags in ('(\\Seen Blue)', '(\\Flagged $Forwarded Blue)', None, None):
        c.append('a.b', flags, None, b'Subject: y\r\n\r\nhello\r\n')
    c.select('a.b')
    c.uid('STORE', '3', '+FLAGS', '(\\Deleted)')
    c.expunge()
    c.uid('COPY', '1,4', 'a')
    c.close()
    compare(d, c, '', 'INBOX of Dovecot')
    compare(d, c, 'a', 'a of Dovecot')
    seen = compare(d, c, 'a.b', 'a.b of Dovecot')
    check(seen, {1: {'\\Seen', 'Blue'}, 2: {'\\Flagged', '$Forwarded', 'Blue'},
                 4: set()}, 'flags of Dovecot')
    letters = {x.split(' ')[1]: chr(97 + int(x.split(' ')[0]))
               for x in ours('keywords', 'a.b')}
    infos = sorted(n.split(':2,')[1]
                   for n in os.listdir(path('a.b', 'cur')))
    check(infos, sorted(['', 'S' + letters['Blue'], 'F' + ''.join(
        sorted(letters['Blue'] + letters['$Forwarded']))]), 'letters')
    compare_trees(d, 'tree of Dovecot')


def we_first(d, c):
    """we make a folder, UIDs, keywords, subscriptions; Dovecot reads them"""
    ours('create', 'ours.sub')
    before = uidlist('ours.sub')[0]
    for n in ('1.a', '2.b', '3.c,S=15,W=18'):
        deliver('ours.sub', n + ':2,S', where='cur')
    check(ours('append', 'ours.sub', '1.a', '2.b', '3.c,S=15,W=18'),
          ['1', '2', '3'], 'UIDs of ours')
    check(ours('keyword', 'ours.sub', 'Green'), ['0'], 'letter of ours')
    os.rename(path('ours.sub', 'cur', '2.b:2,S'),
              path('ours.sub', 'cur', '2.b:2,FSa'))
    ours('subscribe', 'ours.sub')
    ours('unsubscribe', 'a.b')
    seen = compare(d, c, 'ours.sub', 'ours')
    check(seen, {1: {'\\Seen'}, 2: {'\\Seen', '\\Flagged', 'Green'},
                 3: {'\\Seen'}}, 'flags of ours')
    check(uidlist('ours.sub')[0][1:4:2], before[1:4:2],
          'UIDVALIDITY and GUID stay')
    compare_trees(d, 'tree of ours')
    new = int(ours('uidvalidity')[0])
    c.create('later')
    check(status(c, 'later')[0] > new, True, "Dovecot goes on above our value")


def in_turns(d, c):
    """append by one, then the other, then a rewrite"""
    f = 'ours.sub'
    c.append(f, '(Green Red)', None, b'Subject: z\r\n\r\nhi\r\n')
    deliver(f, '5.e:2,', where='cur')
    check(ours('append', f, '5.e'), ['5'], 'our UID behind Dovecot\'s')
    check(ours('keyword', f, 'RED'), ['1'], 'letter that Dovecot gave')
    c.append(f, None, None, b'Subject: w\r\n\r\nhi\r\n')
    seen = compare(d, c, f, 'in turns')
    check((sorted(seen), seen[4]), ([1, 2, 3, 4, 5, 6], {'Green', 'Red'}),
          'in turns')
    before = uidlist(f)
    ours('rewrite', f)
    check(uidlist(f), before, 'a rewrite changes nothing')
    compare(d, c, f, 'rewritten by us')
    # words and keys that only others know survive, a pinned UIDL too
    with open(path(f, 'dovecot-uidlist')) as file:
        text = file.read()
    text = text.replace('\n', ' Xword\n', 1).replace('\n1 :', '\n1 Pmine :')
    with open(path(f, 'dovecot-uidlist'), 'w') as file:
        file.write(text)
    ours('rewrite', f)
    with open(path(f, 'dovecot-uidlist')) as file:
        text = file.read()
    check((' Xword\n' in text, '\n1 Pmine :1.a\n' in text), (True, True),
          'unknown words')
    compare(d, c, f, 'with unknown words')
    # the file that Dovecot itself writes anew
    d.doveadm('force-resync', f)
    compare(d, c, f, 'rewritten by Dovecot')


def folders_move(d, c):
    """our RENAME and DELETE as Dovecot sees them, and the other way"""
    ours('rename', 'a', 'z')
    compare_trees(d, 'renamed by us')
    check(sorted(fetch(c, 'z.b')), [1, 2, 4], 'mail came along')
    c.close()
    ours('create', 'z.leaf')
    compare_trees(d, 'created by us')
    ours('delete', 'z.leaf')
    compare_trees(d, 'deleted by us')
    # Dovecot goes on listing a parent whose children stay, as after rm -r
    ours('delete', 'z')
    check(c.select('z')[0], 'NO', 'deleted parent')
    c.rename('z', 'y')
    c.rename('ours.sub', 'y.b.c')
    c.delete('later')
    compare_trees(d, 'renamed by Dovecot')
    check([r for _, r in uidlist('y.b.c')[1]][:1], ['Pmine :1.a'],
          'uidlist came along')


def locks(c):
    """Dovecot waits for our lock, and takes it when its holder was killed"""
    p = subprocess.Popen([os.path.join(dir, 'files'), maildir, 'lock', 'y.b',
                          '2'], stdout=subprocess.PIPE, **as_user())
    p.stdout.readline()
    start = time.monotonic()
    c.append('y.b', None, None, b'Subject: v\r\n\r\nhi\r\n')
    check(time.monotonic() - start > 1, True, 'Dovecot waits for our lock')
    p.wait()
    p.stdout.close()
    p = subprocess.Popen([os.path.join(dir, 'files'), maildir, 'lock', 'y.b',
                          '100'], stdout=subprocess.PIPE, **as_user())
    p.stdout.readline()
    p.send_signal(signal.SIGKILL)
    p.wait()
    p.stdout.close()
    check(os.path.exists(path('y.b', 'dovecot-uidlist.lock')), True,
          'a killed holder leaves its lock')
    start = time.monotonic()
    c.append('y.b', None, None, b'Subject: u\r\n\r\nhi\r\n')
    check(time.monotonic() - start < 60, True, 'Dovecot breaks a dead lock')
    check(sorted(fetch(c, 'y.b')), [1, 2, 4, 5, 6], 'mail of both appends')
    c.close()


def main():
    why = installed()
    if why:
        print('skipped: ' + why)
        print('dovecot-files: 0 passed, 0 failed, 1 skipped')
        return 0
    shutil.copy(os.path.join(TOP, os.environ.get('O', '') + 'maildir/t/files'),
                os.path.join(dir, 'files'))
    for d in ('', 'tmp', 'new', 'cur'):
        os.mkdir(os.path.join(maildir, d), 0o700)
        os.chown(os.path.join(maildir, d), UID, GID)
    os.chmod(dir, 0o755)
    os.chown(dir, UID, GID)
    with Dovecot(maildir) as d:
        c = d.imap()
        dovecot_first(d, c)
        we_first(d, c)
        in_turns(d, c)
        folders_move(d, c)
        locks(c)
        c.logout()
        check([x for x in d.faults() if 'dotlock' not in x], [],
              'faults that Dovecot logged')
    print('dovecot-files: %d passed, %d failed' % (good, bad))
    return 1 if bad else 0


try:
    code = main()
finally:
    shutil.rmtree(dir, ignore_errors=True)
sys.exit(code)
