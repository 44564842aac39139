#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Folders that Courier, BincIMAP or qmail-pop3d kept, made by hand: at the
first look UIDVALIDITY, UIDs, UIDNEXT, keywords and POP3's unique-ids are what
they were; files that are broken cost no message, and the log says where; a
kill in the middle changes nothing."""
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, 'tests'))
import system                                           # noqa: E402
from pop3 import Pop3                                   # noqa: E402
from system import Imap, own                            # noqa: E402

t = system.Checks('takeover')
top = tempfile.mkdtemp(prefix='roost-t.')
os.chmod(top, 0o755)
log = top + '/log'
n = 0
one_more = threading.Lock()


def put(path, text, mtime=None):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(text.encode('latin-1'))
    if mtime:
        os.utime(path, (mtime, mtime))


def box(messages, files=(), folder=''):
    """a Maildir with these names in cur/ (or 'new/...') and these files"""
    global n
    with one_more:
        n += 1
        root = '%s/%d/Maildir' % (top, n)
    at = root + folder
    for d in {root, at}:
        for sub in ('tmp', 'new', 'cur'):
            os.makedirs(d + '/' + sub, exist_ok=True)
    for name in messages:
        put(at + '/' + (name if '/' in name else 'cur/' + name),
            'Subject: %s\n\nbody\n' % name)
    for name, text in dict(files).items():
        mtime = None
        if isinstance(text, tuple):
            text, mtime = text
        put(at + '/' + name, text, mtime)
    own(os.path.dirname(root))
    open(log, 'w').close()
    return root


def state(root, folder='INBOX'):
    """(UIDVALIDITY, UIDNEXT, {uid: (subject, flags)})"""
    c = Imap(root, log=log)
    s = c.select(folder)
    flags = c.flags() if s['EXISTS'] else {}
    texts = c.fetch('(UID BODY.PEEK[HEADER.FIELDS (SUBJECT)])') \
        if s['EXISTS'] else {}
    c.logout()
    return s['UIDVALIDITY'], s['UIDNEXT'], {
        u: (re.search(rb'Subject: ([^\r]*)', texts[u])[1].decode('latin-1'),
            flags[u]) for u in flags}


def uidls(root, **env):
    """{subject: unique-id}"""
    p = Pop3(root, log=log, **env)
    out = {}
    for i, uidl in enumerate(p.uids()):
        head = p.lines(b'TOP %d 0' % (i + 1))
        out[re.search(rb'Subject: ([^\r]*)', head)[1].decode('latin-1')] = uidl
    p.bye()
    return out


def told():
    with open(log) as f:
        return re.findall(r'takeover-passed-over file=(\S+)'
                          r'(?: line=(\d+))? reason=(\S+)', f.read())


def read(path):
    with open(path, 'rb') as f:
        return f.read().decode('latin-1')


A, B, C = '1600000001.a.h', '1600000002.b.h,S=30', '1600000003.c d.h'
UIDS = '1 700000000 9\n1 %s\n2 %s\n7 %s\n5 1500000000.gone\n' % (A, B, C)

# Courier: UIDs, what came since, folders

courier = {
    'courierimapuiddb': UIDS,
    'courierimapkeywords/:list': 'foo\nBar\n$Label1\nold\n\n%s:0 2\n%s:1 3\n'
                                 '%s:3\n' % (A, B, C),
    # 40 is above 5; of what is said of B the plain name holds over all
    'courierimapkeywords/.5.' + A: 'wrong\n',
    'courierimapkeywords/.40.' + A: 'NonJunk\nfoo\n',
    'courierimapkeywords/.9999999.' + B: 'wrong\n',
    'courierimapkeywords/' + B: 'one\ntwo',
    'courierimapkeywords/.7.' + C: '',
    'courierimapkeywords/.tmp.5.x': 'wrong\n',
    'courierimapkeywords/.1.1400000000.nobody': 'unborn\n',
    'courierpop3dsizelist': '/3 12 1700000000\n%s:2,S 30 3:1700000000:0\n'
                            '%s 31 4:0:1\n%s:2, 32 0:0:0\n' % (A, B, C)}
m = box([A + ':2,S', B + ':2,FS', C + ':2,', 'new/1600000004.new'], courier)
before = {f: read(m + '/' + f) for f in courier}
want = {1: (A + ':2,S', sorted(['\\Seen', 'NonJunk', 'foo'])),
        2: (B + ':2,FS', sorted(['\\Flagged', '\\Seen', 'one', 'two'])),
        7: (C + ':2,', []), 9: ('new/1600000004.new', [])}
got = state(m)
t.same(got, (700000000, 10, want), 'Courier: UIDs, keywords')
t.same(told(), [], 'nothing to tell')
t.same(state(m), got, 'again')
t.same({f: read(m + '/' + f) for f in courier}, before,
       'its files are as they were')
pop = {A + ':2,S': 'UID3-1700000000', B + ':2,FS': 'UID4',
       C + ':2,': '1600000003.c+20d.h',
       'new/1600000004.new': 'UID9-700000000'}
t.same(uidls(m), pop, 'unique-ids')
t.same(uidls(m, POP3_UIDL='basename'), pop, 'whatever POP3_UIDL says')
os.rename(m + '/roost.index', top + '/index%d' % n)
t.same((state(m), uidls(m)), (got, pop), 'without the index')

# POP3 first, and the same names in a folder: no POP3 there
m = box([A + ':2,S', B + ':2,FS', C + ':2,', 'new/1600000004.new'], courier)
t.same(uidls(m), pop, 'POP3 is the first to come')
t.same(state(m), got, 'and IMAP after it')
m = box([A + ':2,S'], courier, '/.a.b')
t.same(state(m, 'a.b')[0], 700000000, 'a folder')
t.ok(' P' not in read(m + '/.a.b/dovecot-uidlist'), 'has no unique-ids')

# lists of POP3 alone, older versions, stale ones

for v, (text, uidl) in {
        '2': ('/2 5 1700000000\n%s:2,S 10 4:1700000000\n', 'UID4-1700000000'),
        '2, bad': ('/2 5\n%s 10 4:17:x\n', 'bad'),
        '1': ('/1 5\n%s 10 4\n', 'UID4'),
        'none': ('%s:2,S 10\n', A)}.items():
    m = box([A + ':2,'], {'courierpop3dsizelist': text % A})
    have = uidls(m)[A + ':2,']
    if uidl == 'bad':
        t.ok(re.fullmatch('UID1-[0-9]+', have), 'a form that is none', have)
        t.same(told(), [('courierpop3dsizelist', '2', 'form')], 'is told')
    else:
        t.same(have, uidl, 'list version ' + v)
now = int(time.time())
for days, uidl in (29, 'UID4'), (31, '%08x%08x' % (1, 700000000)):
    m = box([A + ':2,'], {
        'courierimapuiddb': ('1 700000000 2\n1 %s\n' % A, now),
        'courierpop3dsizelist': ('/1 5\n%s 10 4\n' % A, now - days * 86400)})
    t.same(uidls(m)[A + ':2,'], uidl, 'a list of %d days ago' % days)
t.same(told(), [('courierpop3dsizelist', '', 'stale')], 'stale is told')

# more keywords than letters; letters that are there already

words = ['k%02d' % i for i in range(60)]
m = box([A + ':2,Sb', B + ':2,'], {
    'courierimapuiddb': UIDS,
    'courierimapkeywords/:list': '\n'.join(words) + '\n\n%s:%s\n%s:59\n' % (
        A, ' '.join(map(str, range(60))), B)})
want = (sorted(['\\Seen'] + words), ['k59'])
s = state(m)[2]
t.same((s[1][1], s[2][1]), want, '60 keywords')
t.ok('b' in re.search(':2,(.*)', [x for x in os.listdir(m + '/cur')
                                  if x.startswith(A)][0])[1]
     and not re.search('^1 ', read(m + '/dovecot-keywords'), re.M),
     'a letter that nobody explains is not given out')
os.rename(m + '/roost.index', top + '/index%d' % n)
s = state(m)[2]
t.same((s[1][1], s[2][1]), want, 'and later')

# BincIMAP

BINC = {
    'bincimap-uidvalidity': 'depot {\n\t_uidvalidity = 1041379200,\n'
                            '\t_uidnext = 17,\n\t_version = 1.0.5\n}\n',
    'bincimap-cache': '0 {\n\t_UID = 3,\n\t_Size = 12,\n\t_ID = %s,\n'
                      '\t_InternalDate = 1600000001\n}\n1 {\n\t_UID = 4,\n'
                      '\t_ID = "%s",\n\t_InternalDate = 1\n}\n2 {\n'
                      '\t_UID = 16,\n\t_ID = <%s>\n}\ndepot {\n'
                      '\t_version = 1.0.5\n}\n' % (A, B, C.encode().hex())}
m = box([A + ':2,S', B, C + ':2,F', 'new/1700000000.new'], BINC)
t.same(state(m), (1041379200, 18, {
    3: (A + ':2,S', ['\\Seen']), 4: (B, []), 16: (C + ':2,F', ['\\Flagged']),
    17: ('new/1700000000.new', [])}), 'BincIMAP')
t.same(told(), [], 'nothing to tell')
m = box([A, B], dict(BINC, **{
    'bincimap-cache': BINC['bincimap-cache'][:90]}))
s = state(m)
t.same((s[0], sorted(s[2])), (1041379200, [3, 17]), 'a cache that is cut off')
t.same(told()[0][0], 'bincimap-cache', 'is told')
m = box([A, B], dict(BINC, **{'bincimap-uidvalidity': 'depot {'}))
t.same(sorted(state(m)[2]), [1, 2], 'without UIDVALIDITY there is nothing')
for older in 'courierimapuiddb', 'bincimap-uidvalidity':
    both = dict(BINC, **courier)
    both[older] = (both[older], 1500000000)
    m = box([A], both)
    t.same(state(m)[0], 1041379200 if older[0] == 'c' else 700000000,
           'of two servers the one that wrote last counts')

# qmail-pop3d

m = box([A, B + ':2,S'])
t.same(uidls(m, POP3_UIDL='basename'), {A: A, B + ':2,S': B}, 'qmail-pop3d')

# hostile files

BAD = [
    ('', [1, 2], 'empty'), ('1 700000000', [1, 2], 'no line at all'),
    ('1 0 5\n1 %s\n' % A, [1, 2], 'UIDVALIDITY 0'),
    ('2 700000000 5\n1 %s\n' % A, [1, 2], 'another version'),
    ('1 700000000 4294967295\n1 %s\n' % A, [1, 2], 'UIDNEXT at the end'),
    ('1 700000000 5\n3 %s\n3 %s\n' % (A, B), [3, 5], 'one UID, two messages'),
    ('1 700000000 5\n3 %s\n4 %s\n' % (A, A), [4, 5], 'two UIDs'),
    ('1 700000000 5\n8 %s\n2 %s\n' % (A, B), [2, 8], 'above UIDNEXT'),
    ('1 700000000 5\n4294967294 %s\n2 %s\n' % (A, B), [2, 5], 'too high'),
    ('1 700000000 5\n2 %s\n4 %s' % (A, B), [2, 5], 'cut off'),
    ('1 700000000 5\n0 %s\nx\n\n2\n3 \n4 ../../x\n2 %s\n' % (A, B), [2, 5],
     'lines of no form'),
    ('1 700000000 5\n' + '9' * 5000 + ' x\n2 %s\n' % A, [2, 5], 'long'),
    ('1 700000000 5\n2 ' + 'x' * 70000 + '\n2 %s\n' % A, [2, 5], 'longer'),
    ('1 700000000 5\n' + '\0\n' * 5000, [5, 6], 'many NULs')]
for text, uids, what in BAD:
    m = box([A, B + ':2,S'], {'courierimapuiddb': text}, '/.x')
    s = state(m, 'x')
    t.same((sorted(s[2]), s[1] > max(uids)), (uids, True), what)
    t.ok(len(told()) in range(1, 42) and told()[0][0] == '.x/courierimapuiddb',
         what + ': the log', told())
m = box([A], {'courierimapuiddb': UIDS, 'courierimapkeywords/:list':
              'fo(o\n\x80\n\\Seen\ngood\n' + 'x' * 300 + '\n\n%s:0 1 2 3 4 5 '
              '99999999999 x\n:1\n%s\n' % (A, B)})
t.same(state(m)[2], {1: (A, ['good'])}, 'keywords that cannot be')
t.same(sorted({x[2] for x in told()}), ['form', 'keyword', 'name', 'place'],
       'are told')
os.mkfifo(top + '/fifo')
m = box([A])
for name in ('courierimapuiddb', 'courierpop3dsizelist'):
    shutil.copyfile('/dev/null', m + '/' + name)
    os.unlink(m + '/' + name)
    os.mkfifo(m + '/' + name)
own(m)
t.same(sorted(state(m)[2]), [1], 'fifos in the place of files')
m = box([A, B], {'courierimapuiddb': UIDS, 'courierimapkeywords/' + B: 'x\n'})
for name, make in (('.1.' + A, os.mkfifo), ('.2.' + A, os.mkdir), (A, lambda p:
                   socket.socket(socket.AF_UNIX).bind(p))):
    at = os.getcwd()
    os.chdir(m + '/courierimapkeywords')        # a socket's path is short
    make(name)
    os.chdir(at)
own(m)
t.same(state(m)[2].get(2), (B, ['x']), 'and of changes of keywords')

# where nothing can be written, nobody sees an empty folder instead

m = box([A], courier)
os.mkdir(m + '/roost.index')
own(m)
os.chmod(m, 0o500)
c = Imap(m, log=log)
t.same(c.cmd('SELECT INBOX')[0], 'NO', 'a Maildir that is read-only')
c.logout()
os.chmod(m, 0o700)
t.same(state(m)[0], 700000000, 'and later')

# kill -9 at every step


def killed(call, when):
    """the state after imapd was killed at its when-th call of that name; 0 if
    it was not"""
    m = box([A + ':2,S', B + ':2,FS', C + ':2,', 'new/1600000004.new'],
            dict(courier, **{'courierimapkeywords/:list': '\n'.join(words)
                             + '\n\n%s:%s\n' % (C, ' '.join(
                                 map(str, range(60))))}))
    os.unlink(m + '/courierimapkeywords/.7.' + C)
    c = Imap(m, log=log, wrap=(
        'strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=' + call, '-e',
        'inject=%s:signal=KILL:when=%d' % (call, when)), greeting=False)
    try:
        c.greeting = c.response()
        c.select()
        dead = False
    except system.Dead:
        dead = True
    c.close()
    return state(m) if dead else None


if system.need('strace'):
    t.skip('kill -9', 'strace is not there')
else:
    # a lock whose holder died waits for two seconds: many at once
    with ThreadPoolExecutor(12) as pool:
        tries = [(call, when, pool.submit(killed, call, when))
                 for call, last in (('renameat', 4), ('renameat2', 4),
                                    ('fsync', 9), ('unlinkat', 4))
                 for when in range(1, last + 1)]
    ends = [(call, when, f.result()) for call, when, f in tries]
    ends = [x for x in ends if x[2]]
    t.ok(len(ends) > 10, 'imapd was killed', len(ends))
    for call, when, got in ends:
        t.same(got, ends[0][2], 'killed at %s %d' % (call, when))
    want = ends[0][2]
    t.ok(len(want[2][7][1]) == 60 and want[0] == 700000000,
         'and it was all there', want)

shutil.rmtree(top, ignore_errors=True)
t.done()
