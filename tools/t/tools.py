#!/usr/bin/python3
# ISC licence; see LICENSE.
"""The maildir-* tools: what they print, what they do, how they end."""
import grp
import os
import pwd
import subprocess
import sys
import tempfile
import time

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.path.insert(0, os.path.join(TOP, 'tests'))
import fixtures                                         # noqa: E402
import system                                           # noqa: E402

t = system.Checks('tools')
top = tempfile.mkdtemp(prefix='roost-tools.')
os.chmod(top, 0o755)
if system.ROOT:
    os.chown(top, system.UID, system.GID)
BIN = os.path.abspath(os.path.join(TOP, system.PREFIX, 'tools'))
ENV = {'PATH': '/usr/bin:/bin', 'ASAN_OPTIONS': 'detect_leaks=0'}


def run(tool, *args, data=b'', user=True, **env):
    """(exit code, standard output, descriptor 2), as the mail's owner"""
    p = subprocess.run([os.path.join(BIN, tool), *args], input=data,
                       env=dict(ENV, **env), cwd=top, timeout=60,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       **(system.as_user() if user else {}))
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def box(name, kind='few'):
    path = os.path.join(top, name)
    fixtures.make(kind, path)
    system.own(path)
    return path


def files(path, sub='new'):
    return sorted(os.listdir(os.path.join(path, sub)))


def read(path, sub='new', n=-1):
    with open(os.path.join(path, sub, files(path, sub)[n]), 'rb') as f:
        return f.read()


def owners(path):
    got = set()
    for d, _, names in os.walk(path):
        got.update(os.lstat(os.path.join(d, n)).st_uid for n in names + ['.'])
    return got


# maildir-make

m = os.path.join(top, 'made')
t.same(run('maildir-make', m), (0, '', ''), 'maildir-make makes')
t.same([os.path.isdir(m + '/' + d) for d in ('cur', 'new', 'tmp')],
       [True] * 3, 'a Maildir')
t.same(oct(os.stat(m).st_mode & 0o777), '0o700', 'for its owner alone')
t.same(run('maildir-make', m)[0], 0, 'one that is there stays')
t.same(run('maildir-make', '-s', '-q', '1000S,2C', '-f', 'Entwürfe', '-f',
           'a.b', m), (0, '', ''), 'folders and a quota')
t.ok(os.path.isdir(m + '/.Entw&APw-rfe/cur'), 'names in modified UTF-7')
t.ok(os.path.isdir(m + '/.a.b/cur'), 'a folder below another')
with open(m + '/maildirsize') as f:
    t.same(f.read().split(), ['1000S,2C', '0', '0'], 'the quota is there')
with open(m + '/subscriptions') as f:
    t.ok('a\tb\n' in f.read(), '-s subscribes')
for bad in ('x', '10', '10X', '10S,10S', '10S,', '-1S', ''):
    t.same(run('maildir-make', '-q', bad, m)[0], 100, 'quota %r' % bad)
t.same(run('maildir-make', '-f', 'a..b', m)[0], 100, 'a name that cannot be')
if system.ROOT:
    code, out, err = run('maildir-make', top + '/by-root', user=False)
    t.ok(code == 100 and 'owner' in err, 'root makes none', (code, err))
    t.ok(not os.path.exists(top + '/by-root'), 'and leaves nothing behind')
    nobody = pwd.getpwnam('nobody')
    os.mkdir(top + '/nobodys', 0o755)
    os.chown(top + '/nobodys', nobody.pw_uid, grp.getgrnam('shadow').gr_gid)
    t.same(run('maildir-make', '-f', 'x', top + '/nobodys', user=False)[0], 0,
           'a Maildir of another group')
    t.same({os.lstat(os.path.join(d, n)).st_gid
            for d, ds, fs in os.walk(top + '/nobodys') for n in ds + fs},
           {nobody.pw_gid}, 'whose rights its owner does not get')
t.same(run('maildir-make')[0], 100, 'usage')
t.same(run('maildir-make', m, m)[0], 100, 'usage, two')

# maildir-ls

m = box('ls', 'folders')
code, out, err = run('maildir-ls', '-t', m)
lines = [x.split('\t') for x in out.splitlines()]
t.same((code, err), (0, ''), 'maildir-ls')
t.same([x[3] for x in lines], ['INBOX', 'Archive', 'Archive.2023',
                               'Archive.2024', 'Drafts', 'Sent', 'Trash', ''],
       'names in order, the total last')
t.same([x[:2] for x in lines if x[3] in ('INBOX', 'Archive.2023')],
       [['4', '2'], ['2', lines[2][1]]], 'messages and unseen')
t.same(sum(int(x[2]) for x in lines[:-1]), int(lines[-1][2]), 'octets add up')
want = sum(len(open(os.path.join(m, 'cur', n), 'rb').read().replace(
    b'\n', b'\r\n')) for n in files(m, 'cur'))
t.same(int(lines[0][2]), want, 'octets with CR LF')
t.same(run('maildir-ls', '-f', 'Sent', m)[1].split('\t')[3], 'Sent\n', '-f')
t.same(run('maildir-ls', '-f', 'None', m)[0], 100, 'no such folder')
t.same(run('maildir-ls', top + '/nothing')[0], 100, 'no such Maildir')
if system.ROOT:
    t.same(run('maildir-ls', m, user=False)[0], 0, 'root may call it')
    t.same(owners(m), {system.UID}, 'and nothing belongs to root after')
    os.mkdir(top + '/roots')
    for d in ('cur', 'new', 'tmp'):
        os.mkdir(top + '/roots/' + d)
    t.same(run('maildir-ls', top + '/roots', user=False)[0], 100,
           "root's own Maildir is refused")

# maildir-deliver

MAIL = b'Subject: hi\n\nline\n'
m = box('deliver', 'folders')
t.same(run('maildir-deliver', m, data=MAIL), (0, '', ''), 'maildir-deliver')
t.same(read(m), MAIL, 'the message as it came')
name = files(m)[-1]
t.ok(',S=%d,W=%d' % (len(MAIL), len(MAIL) + 3) in name, 'sizes in the name',
     name)
t.same(files(m, 'tmp'), [], 'nothing left in tmp')
run('maildir-deliver', m, data=b'From a@b Thu\nFrom: x\n\nFrom here\n')
t.ok(b'From: x\n\nFrom here\n' in [
    open(os.path.join(m, 'new', n), 'rb').read() for n in files(m)],
    'the mbox line is left out, and no other')
big = b'Subject: big\n\n' + b'x' * 99 + b'\n' + os.urandom(3000000)
t.same(run('maildir-deliver', '-f', 'Sent', m, data=big)[0], 0, 'a big one')
t.same(read(m + '/.Sent'), big, 'and it is whole')
t.same(run('maildir-deliver', '-f', 'Not.there', m, data=MAIL)[0], 0,
       'a folder that is not there')
t.same(len(files(m)), 3, 'INBOX takes its mail')
t.same(run('maildir-deliver', '-c', '-f', 'Now.there', m, data=MAIL)[0], 0,
       'made with -c')
t.same(len(files(m + '/.Now.there')), 1, 'and has the mail')
for var in ('EXT', 'EXTENSION'):
    t.same(run('maildir-deliver', '-p', m, data=MAIL, **{var: 'archive.2023'}
               )[0], 0, '-p by $' + var)
t.same(len(files(m + '/.Archive.2023')), 2, 'upper and lower case alike')
n = len(files(m))
for ext in ('unknown', '../../../etc', '', 'a/b', 'Archive.', '\x01'):
    t.same(run('maildir-deliver', '-p', m, data=MAIL, EXT=ext)[0], 0,
           'extension %r' % ext)
t.same(len(files(m)), n + 6, 'what names no folder goes to INBOX')
t.same(run('maildir-deliver', m)[0], 100, 'an empty message is refused')
t.same(run('maildir-deliver', '-x', m)[0], 65, 'EX_DATAERR for it')
t.same(run('maildir-deliver', top + '/none', data=MAIL)[0], 111,
       'no Maildir: try later')
t.same(run('maildir-deliver', '-x', top + '/none', data=MAIL)[0], 75,
       'EX_TEMPFAIL for it')
t.same(run('maildir-deliver', '-y', m, data=MAIL)[0], 111, 'usage')
os.chmod(m + '/new', 0o500)
if not system.ROOT or system.as_user():
    t.same(run('maildir-deliver', m, data=MAIL)[0], 111, 'new/ is read-only')
os.chmod(m + '/new', 0o700)
t.same(files(m, 'tmp'), [], 'a failure leaves nothing in tmp')

# quota

t.same(run('maildir-quota', m)[0], 1, 'no quota')
t.same(run('maildir-quota', '-r', m)[0], 100, 'nothing to recount')
code, out, err = run('maildir-quota', '-s', '4000000S,30C', m)
used = dict(x.split('\t', 1) for x in out.splitlines())
t.same(code, 0, 'a quota is set')
t.ok(used['octets'].endswith('\t4000000'), 'limit of octets', out)
count = sum(len(files(os.path.join(m, d), s)) for d in ['.'] + [
    x for x in os.listdir(m) if x[0] == '.' and x != '.Trash']
    for s in ('new', 'cur'))
t.same(used['messages'], '%d\t30' % count, 'messages counted')
t.same(run('maildir-deliver', m, data=b'x' * 3000000)[0], 100,
       'over the quota')
t.same(run('maildir-deliver', '-x', m, data=b'x' * 3000000)[0], 73,
       'EX_CANTCREAT for it')
t.same(files(m, 'tmp'), [], 'nothing left of it')
t.same(run('maildir-deliver', m, data=MAIL)[0], 0, 'a small one fits')
out = run('maildir-quota', m)[1]
t.ok('messages\t%d\t30' % (count + 1) in out, 'and is counted', out)
t.same(run('maildir-deliver', '-f', 'Trash', m, data=MAIL)[0], 0, 'Trash')
out = run('maildir-quota', '-r', m)[1]
t.ok('messages\t%d\t30' % (count + 1) in out, 'does not count', out)
t.same(run('maildir-quota', '-d', m)[0], 0, 'removed')
t.same(run('maildir-quota', m)[0], 1, 'and gone')

# maildir-expire

m = box('expire', 'folders')
for d in (m, m + '/.Trash', m + '/.Archive.2023'):
    for n in files(d, 'cur'):
        os.utime(os.path.join(d, 'cur', n), (time.time() - 86400 * 40,) * 2)
one = os.path.join(m, 'cur', files(m, 'cur')[0])
os.utime(one, (time.time() - 86400 * 10,) * 2)
t.same(run('maildir-expire', '-n', '-d', '30', '-f', 'INBOX', m)[:2],
       (0, '3\tINBOX\n'), 'a dry run')
t.same(len(files(m, 'cur')), 4, 'removes nothing')
t.same(run('maildir-expire', '-d', '30', '-w', 'S', '-f', 'INBOX', m)[1],
       '1\tINBOX\n', 'only what was seen')
t.same(run('maildir-expire', '-d', '30', '-o', 'F', '-f', 'INBOX', m)[1],
       '1\tINBOX\n', 'not what is flagged')
t.same(run('maildir-expire', '-d', '5', '-a', '-o', 'F', m)[0], 0,
       'everywhere')
t.same([n[-1] for n in files(m, 'cur')], ['F'], 'what is left')
t.same(files(m + '/.Archive.2023', 'cur'), [], 'and elsewhere')
for bad in (['-d', 'x', '-a', m], ['-a', m], ['-d', '1', m],
            ['-d', '1', '-a', '-f', 'X', m], ['-d', '1', '-w', 'Z', '-a', m],
            ['-d', '-1', '-a', m], ['-d', '99999999999999999999', '-a', m]):
    t.same(run('maildir-expire', *bad)[0], 100, 'expire %r' % bad[:3])
t.same(len(files(m, 'cur')), 1, 'misuse removes nothing')

# maildir-reindex

m = box('reindex', 'folders')
run('maildir-ls', m)
before = os.stat(m + '/roost.index/data.mdb').st_ino
c = system.Imap(m)
c.select()
t.same(run('maildir-reindex', m), (0, '', ''), 'maildir-reindex')
t.ok(os.stat(m + '/roost.index/data.mdb').st_ino != before, 'a new index')
t.same([n for n in os.listdir(m) if n.startswith('roost.index.')], [],
       'nothing is left of the old one')
t.same(len(c.uids()), 4, 'an open session goes on')
t.same(c.append('INBOX', MAIL.replace(b'\n', b'\r\n'))[0], 'OK', 'and writes')
t.same(run('maildir-ls', '-f', 'INBOX', m)[1].split('\t')[0], '5',
       'into the index that is there now')
c.logout()
os.rename(m + '/roost.index', top + '/away')
t.same(run('maildir-reindex', m)[0], 0, 'without an index')
t.same(run('maildir-reindex', top + '/none')[0], 100, 'no such Maildir')

# maildir-check

m = box('check', 'folders')
run('maildir-ls', m)
t.same(run('maildir-check', m), (0, '', ''), 'nothing is wrong')


def damage(do, what, fixable, path=None):
    """a fault is told, put right if it can be, and then not told again"""
    do()
    code, out, _ = run('maildir-check', m)
    t.ok(code == 1 and what in out and out.count('\n') == 1, what, out)
    code, out, _ = run('maildir-check', '-f', m)
    t.same((code, 'put right' in out), (0, True) if fixable else (1, False),
           '%s, -f' % what)
    if fixable:
        t.same(run('maildir-check', m), (0, '', ''), '%s, and after' % what)


def put(name, text=b'', old=False, mode=0o600):
    at = os.path.join(m, name)
    os.makedirs(os.path.dirname(at), 0o700, exist_ok=True)
    with open(at, 'wb') as f:
        f.write(text)
    os.chmod(at, mode)
    if old:
        os.utime(at, (time.time() - 86400 * 9,) * 2)
    system.own(os.path.dirname(at)) if not name.startswith('cur') else None
    if system.ROOT:
        os.chown(at, system.UID, system.GID)


def unput(name):
    subprocess.run(['rm', '-rf', os.path.join(m, name)], check=True)


damage(lambda: os.rmdir(m + '/.Sent/new'), '.Sent/new: is missing', True)
damage(lambda: os.unlink(m + '/.Sent/maildirfolder'),
       'maildirfolder: is missing', True)
damage(lambda: os.chmod(m + '/.Sent', 0o500), '.Sent: its owner has not', True)
damage(lambda: os.chmod(m + '/.Sent/cur', 0o777), 'everyone may write', True)
damage(lambda: put('.Sent/dovecot-uidlist.lock', b'999999999:x', True),
       'is a lock', False)
unput('.Sent/dovecot-uidlist.lock')
damage(lambda: put('.Sent/dovecot-uidlist.lock', b'999999:%s' %
                   os.uname().nodename.encode(), True), 'is a lock', True)
damage(lambda: put('.Sent/dovecot-uidlist', b'3 V1 N5\n2 :b\n1 :a\n'),
       'dovecot-uidlist: is broken', False)
unput('.Sent/dovecot-uidlist')
damage(lambda: put('.Sent/dovecot-keywords', b'0 a\n26 x\n'),
       'lines that nobody understands', False)
unput('.Sent/dovecot-keywords')
damage(lambda: put('cur/1.M1P1.x,S=5:2,', b'three\n'), 'another size', False)
unput('cur/1.M1P1.x,S=5:2,')
damage(lambda: put('cur/1.M1P1.x:2,', b'\x1f\x8b\x08zip'), 'compressed',
       False)
unput('cur/1.M1P1.x:2,')
damage(lambda: os.mkdir(m + '/cur/dir'), 'is no file', False)
unput('cur/dir')
damage(lambda: put('cur/a\nb', b'x\n'), 'no message can have', False)
unput('cur/a\nb')
damage(lambda: [put('cur/5.M1P1.x:2,', b'x\n'), put('cur/5.M1P1.x:2,S', b'y\n')
                ], '5.M1P1.x: is there twice', False)
unput('cur/5.M1P1.x:2,'), unput('cur/5.M1P1.x:2,S')
damage(lambda: put('maildirsize', b'9S\n1 77\n'), 'adds up to', True)
unput('maildirsize')
damage(lambda: put('.bad..name/cur/x', b'x\n') or [
    os.makedirs(m + '/.bad..name/' + d) for d in ('new', 'tmp')] and put(
    '.bad..name/maildirfolder') or system.own(m + '/.bad..name'),
    'no client can show', False)
unput('.bad..name')
os.makedirs(m + '/.nofolder/things')
os.symlink('nowhere', m + '/.link')
system.own(m)
code, out, _ = run('maildir-check', m)
t.same((code, out), (1, '.link: is a link to nothing; remove it\n'),
       'a directory of something else is left alone; a link to nothing is not')
if system.ROOT:
    unput('.link')
    os.chown(m + '/.Sent/cur', 0, 0)
    os.chmod(m + '/.Sent/cur', 0o755)
    code, out, _ = run('maildir-check', '-f', m)
    t.ok(code == 1 and '.Sent/cur: belongs to someone else' in out,
         'a directory of root', out)
t.same(run('maildir-check', top + '/none')[0], 100, 'no such Maildir')
t.same(run('maildir-check', '-z', m)[0], 100, 'usage')

subprocess.run(['rm', '-rf', top], check=True)
t.done()
