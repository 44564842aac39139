#!/usr/bin/python3
# ISC licence; see LICENSE.
"""maildir-convert over a tree of users: the report, -j, lists, owners, kill -9
in the middle and again, snapshots, to Dovecot and to Courier.

convert.py [accounts]"""
import hashlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.path.insert(0, os.path.join(TOP, 'tests'))
import system                                           # noqa: E402

t = system.Checks('convert')
ACCOUNTS = int(sys.argv[1]) if len(sys.argv) > 1 else 12
top = tempfile.mkdtemp(prefix='roost-convert.')
os.chmod(top, 0o755)
TOOL = os.path.abspath(os.path.join(TOP, system.PREFIX,
                                    'tools/maildir-convert'))
ENV = {'PATH': '/usr/bin:/bin', 'ASAN_OPTIONS': 'detect_leaks=0'}
domains = top + '/vpopmail/domains'


def convert(*args, data=b'', **env):
    p = subprocess.run([TOOL, *args], input=data, env=dict(ENV, **env),
                       cwd=top, timeout=100, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def put(path, text, mode='w'):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, mode) as f:
        f.write(text)


def read(path):
    with open(path) as f:
        return f.read()


def account(path, n, binc=False):
    """six messages, a folder; UIDs 11 to 15, the sixth came since"""
    for d in (path, path + '/.a b'):
        names = ['%d.%d.h' % (1600000000 + i, n) for i in range(6)]
        for sub in ('new', 'tmp', 'cur'):
            os.makedirs(d + '/' + sub)
        for i, name in enumerate(names):
            put('%s/%s' % (d, 'new/' + name if i == 5 else
                           'cur/%s:2,%s' % (name, 'S' * (i % 2))),
                'Subject: %d\n\nx\n' % i)
        if binc:
            put(d + '/bincimap-uidvalidity', 'depot {\n\t_uidvalidity = %d,\n'
                '\t_uidnext = 16,\n\t_version = 1.0.5\n}\n' % (7000 + n))
            put(d + '/bincimap-cache', ''.join(
                '%d {\n\t_UID = %d,\n\t_ID = %s\n}\n' % (i, 11 + i, names[i])
                for i in range(5)) + 'depot {\n\t_version = 1.0.5\n}\n')
            continue
        put(d + '/courierimapuiddb', '1 %d 16\n' % (7000 + n) + ''.join(
            '%d %s\n' % (11 + i, names[i]) for i in range(5)))
        put(d + '/courierimapkeywords/:list', 'Work\nHome\n\n%s:0 1\n%s:1\n'
            % (names[0], names[3]))
    if not binc:
        put(path + '/courierpop3dsizelist', '/3 9 80000\n' + ''.join(
            '%s 20 %d:80000:0\n' % (names[i], i + 1) for i in range(4)))
        put(path + '/courierimapsubscribed', 'INBOX\nINBOX.a b\n')


def c_format(want, values):
    """%2$08x: the second one, in that form"""
    out, n = '', 0
    for literal, at, form in re.findall(r'([^%]+)|%(?:(\d)\$)?([0-9]*[dxs])',
                                        want):
        if form:
            n = int(at) if at else n + 1
            out += ('%' + form) % values[n - 1]
        out += literal
    return out


paths = []
for n in range(ACCOUNTS):
    paths.append('%s/example%d.org/%s/user%d/Maildir' % (
        domains, n % 3, 'ABC'[n % 3], n))
    account(paths[-1], n, binc=n % 4 == 3)
paths.sort()
os.symlink(domains, domains + '/loop')
put(domains + '/example0.org/vpasswd', 'x')
system.own(top + '/vpopmail')


def uidlists():
    return {p + d: re.sub(' G[0-9a-f]*', '', read(p + d + '/dovecot-uidlist'))
            for p in paths for d in ('', '/.a b')
            if os.path.exists(p + d + '/dovecot-uidlist')}


def tree():
    return sorted(os.path.join(d, f) for d, ds, fs in os.walk(domains)
                  for f in fs + ds)


# the report changes nothing

files = tree()
code, out, err = convert('-j', '3', domains)
t.same((code, out.count('\n'), tree() == files), (0, 2 * ACCOUNTS, True),
       'a dry run')
t.ok('%s INBOX: courier, 6 messages, 5 UIDs, 1 new, 4 UIDLs, 2 keywords\n'
     % [p for p in paths if p.endswith('user0/Maildir')][0] in out,
     'what it says of Courier', out)
t.ok('%s a b: bincimap, 6 messages, 5 UIDs, 1 new, 0 keywords\n'
     % [p for p in paths if p.endswith('user3/Maildir')][0] in out,
     'what it says of BincIMAP', out)
t.same(convert('-q', domains)[1], '', '-q')
if ACCOUNTS >= 10:
    t.ok('progress done=' in err, 'progress', err)
snap = top + '/before'
t.same(convert('--snapshot', snap, domains)[0], 0, 'a snapshot')
t.same(convert('--snapshot', snap, domains)[0], 100, 'is not overwritten')
t.same(convert('--verify', snap, domains), (0, '', convert(
    '--verify', snap, domains)[2]), 'nothing differs')
broken = [p for p in paths if p.endswith('user0/Maildir')][0] \
    + '/courierimapuiddb'
good = read(broken)
put(broken, good.replace('\n12 ', '\n13 ', 1))
code, out, _ = convert(domains)
t.ok('  courierimapuiddb: passed over: uid-twice\n' in out, 'what is wrong',
     out)
t.same(convert('--verify', snap, domains)[0], 1, 'and differs')
put(broken, good)

# kill -9 in the middle, and again

for wait in (0.01, 0.03, 0.06, 0.1, 0.2):
    p = subprocess.Popen([TOOL, '-g', '-j', '2', domains], env=ENV,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                         start_new_session=True)
    time.sleep(wait)
    os.killpg(p.pid, signal.SIGKILL)
    p.wait()
time.sleep(2.1)                         # locks of the dead
begin = time.monotonic()
code, out, err = convert('-g', '-j', '2', domains)
took = time.monotonic() - begin
t.same((code, out.count(': dovecot, 6 messages, 6 UIDs, 0 new')),
       (0, 2 * ACCOUNTS), 'the real run after five that were killed ' + err)
if len(sys.argv) > 1:
    print('%d accounts in %.1f s' % (ACCOUNTS, took))
lists = uidlists()
for p in paths:
    n = re.search('user([0-9]+)', p)[1]
    want = '3 V%d N17' % (7000 + int(n))
    t.ok(lists[p].startswith(want) and ' :1600000005.' in lists[p]
         and '\n16 ' in lists[p], p, lists[p])
t.same(convert('--verify', snap, domains)[:2], (0, ''), 'as it was before')
convert('-g', domains)
t.same(uidlists(), lists, 'once more changes nothing')
owner = {os.lstat(f).st_uid for f in tree() if not os.path.islink(f)}
t.same(owner, {system.UID}, 'all belongs to the owner of the mail')

# verify sees what is different

p = [x for x in paths if x.endswith('user0/Maildir')][0]
name = [x for x in os.listdir(p + '/cur') if x.startswith('1600000002')][0]
os.rename(p + '/cur/' + name, p + '/cur/' + name + 'F')
os.unlink(p + '/cur/' + [x for x in os.listdir(p + '/cur')
                         if x.startswith('1600000001')][0])
os.rename(p + '/.a b', p + '/.moved')
code, out, err = convert('--verify', snap, domains)
t.same(code, 1, 'verify: something differs')
t.ok('flags was , is F' in out and 'was there, is gone' in out
     and '.a b: is gone' in out and out.count('differs\n') == 1,
     'and what', out)
os.rename(p + '/.moved', p + '/.a b')

# to Dovecot and to Courier

one = [x for x in paths if x.endswith('user4/Maildir')][0]
t.same(convert('-g', '--to', 'dovecot', one)[0], 0, 'to Dovecot')
text = read(one + '/dovecot-uidlist')
t.ok('\n11 PUID1-80000 :' in text and '\n16 PUID16-7004 :' in text,
     'every unique-id is pinned', text)
t.ok('a b\n' in read(one + '/subscriptions'), 'subscriptions')
for i in range(2):
    t.same(convert('-g', '--to', 'courier', one)[0], 0, 'to Courier')
    t.ok(not os.path.exists(one + '/dovecot-uidlist')
         and os.path.exists(one + '/dovecot-uidlist.old'), 'put aside')
    t.same(read(one + '/courierimapuiddb').split('\n')[:2],
           ['1 7004 17', '11 1600000000.4.h'], 'UIDs')
    pop = read(one + '/courierpop3dsizelist')
    t.ok(pop.startswith('/3 9 80000\n') and ' 1:80000:0\n' in pop
         and ' 16:7004:0\n' in pop, 'POP3', pop)
    t.same(read(one + '/courierimapkeywords/:list').split('\n\n')[0].split(),
           ['Home', 'Work'], 'keywords')
t.same(convert('-g', one)[0], 0, 'and to Roost again')
t.same(read(one + '/dovecot-uidlist').split('\n')[1:], text.split('\n')[1:],
       'with the same records')
before = read(one + '/dovecot-uidlist')
pinned = re.sub(' P\\S+ :', ' Pelse :', before)
put(one + '/dovecot-uidlist', pinned)
t.ok('not kept: 6 UIDLs' in convert('--to', 'courier', one)[1],
     'what Courier cannot hold')

# unique-ids by a format: of the site, of the uidlist's header

for n, (site, word, want) in enumerate((
        ('', '', '%08x%08x'), ('%v.%u', '', '%2$d.%1$d'),
        ('uw', '', '%2$08x%1$08x'), ('basename', '', '%3$s'),
        ('tpop3d', '', '%4$s'), ('%{uid | hex}-%g', '', '%1$x-%5$s'),
        ('basename', ' PX%u', 'X%1$d'), ('%g', ' P%m', '%5$s'))):
    m = '%s/formats/%d/Maildir' % (top, n)
    for sub in ('new', 'tmp', 'cur'):
        os.makedirs(m + '/' + sub)
    names = ['16000000%02d.x.h' % i for i in range(4)]
    for i, name in enumerate(names):
        put('%s/cur/%s:2,S' % (m, name), 'x: y\n\n')
    put(m + '/dovecot-uidlist', '3 V9000 N40 G%032x%s\n' % (1, word) + ''.join(
        '%d %s%s:%s\n' % (21 + i, 'Gguid%d ' % i if i else '',
                          'Pown ' if i == 3 else '', name)
        for i, name in enumerate(names)))
    system.own(top + '/formats')
    r = convert('-g', '--to', 'dovecot', m, POP3_UIDL=site)
    t.same((r[0], 'not kept' in r[1]), (0, word == ' P%m'), 'to Dovecot')
    got = re.findall(r'^\d+ (?:G\S+ )?P(\S+) :', read(m + '/dovecot-uidlist'),
                     re.M)
    args = [(21 + i, 9000, name, hashlib.md5(name.encode()).hexdigest(),
             'guid%d' % i if i else name) for i, name in enumerate(names)]
    t.same(got, [c_format(want, a) for a in args[:3]] + ['own'],
           'by %r, %r' % (site, word))
    text = read(m + '/dovecot-uidlist')
    convert('-g', '--to', 'dovecot', m, POP3_UIDL='cyrus')
    t.same(read(m + '/dovecot-uidlist'), text, 'and they stay')

m = top + '/formats/qmail/Maildir'
for sub in ('new', 'tmp', 'cur'):
    os.makedirs(m + '/' + sub)
for name in names:
    put(m + '/new/' + name, 'x: y\n\n')
system.own(top + '/formats')
t.ok('4 messages, 0 UIDs, 4 new, 0 UIDLs' in convert(m)[1], 'nothing is known')
t.ok('4 messages, 0 UIDs, 4 new, 4 UIDLs' in convert(
    m, POP3_UIDL='basename')[1], 'but by POP3_UIDL')
t.same(convert('--snapshot', top + '/qmail', m, POP3_UIDL='basename')[0], 0,
       'a snapshot of qmail')
t.same(convert('-g', m)[0], 0, 'to Roost')
t.same([convert('--verify', top + '/qmail', m, POP3_UIDL=v)[0]
        for v in ('', 'basename')], [1, 0], 'and what its users find')
t.same(convert(m, POP3_UIDL='%m')[0], 100, 'a wrong POP3_UIDL')

# names that were chosen to confuse, and links that come while it looks

odd = top + '/odd'
names = ['a?b', 'a\x1b[2Jb', 'a\nb']
for k, n in enumerate(names):
    account('%s/%s/Maildir' % (odd, n), 20 + k)
    for sub in ('.b', '.x .b'):
        for part in ('cur', 'new', 'tmp'):
            os.makedirs('%s/%s/Maildir/%s/%s' % (odd, n, sub, part))
    put('%s/%s/Maildir/.x .b/cur/1.\x1b[2J.%d' % (odd, n, k), 'Subject: x\n\n')
system.own(odd)
snap = top + '/odd-before'
t.same(convert('--snapshot', snap, odd)[0], 0, 'a snapshot of odd names')
code, out, err = convert('--verify', snap, odd)
t.same((code, out), (0, ''), 'as it was')
for k, n in enumerate(names):
    os.unlink('%s/%s/Maildir/.x .b/cur/1.\x1b[2J.%d' % (odd, n, k))
code, out, err = convert('--verify', snap, odd)
t.ok(code == 1 and out.count('x .b: differs\n') == 3
     and out.count('was there, is gone\n') == 3, 'each has its own lines', out)
t.ok('\x1b' not in out + err, 'and none writes to the terminal', out + err)
account(top + '/swap/joe/Maildir', 30)
account(top + '/else/Maildir', 31)
for d in ('/swap', '/else'):
    system.own(top + d)
p = subprocess.Popen([TOOL, '-g', top + '/swap', '-'], env=ENV,
                     stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                     stderr=subprocess.PIPE)
system.wait_for(lambda: open('/proc/%d/wchan' % p.pid).read() == 'pipe_read', 2)
os.rename(top + '/swap/joe', top + '/swap/was')
os.symlink(top + '/else', top + '/swap/joe')
err = p.communicate(b'')[1].decode()
t.ok(p.returncode == 111 and 'not-converted file=' in err,
     'a link in the place of a directory that was found', err)
t.ok(not os.path.exists(top + '/else/Maildir/dovecot-uidlist'),
     'leads nowhere')

# lists, misuse

code, out, err = convert('-', data=(paths[0] + '\n' + top + '/nowhere\n'
                                    ).encode())
t.same((code, out.count('\n')), (111, 2), 'a list, with one that is not there')
t.ok('no-maildir file=%s/nowhere' % top in err, 'which is told', err)
for args in ([], ['-j', '0', top], ['-j', 'x', top], ['--to', 'exim', top],
             ['-g', '--snapshot', top + '/x', top], ['-x', top],
             ['--verify', TOOL, top]):
    t.same(convert(*args)[0], 100, 'usage %r' % args)
if system.ROOT:
    account(top + '/root/Maildir', 1)
    t.same(convert('-g', top + '/root')[0], 111, "root's own is refused")

subprocess.run(['rm', '-rf', top])
t.done()
