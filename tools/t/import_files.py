#!/usr/bin/python3
# ISC licence; see LICENSE.
"""maildir-import from mbox files and MH: what others wrote comes out as it was
put in, with its flags; a second run finds nothing to do, a killed one goes on."""
import atexit
import fcntl
import mailbox
import os
import pty
import random
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.path.insert(0, os.path.join(TOP, 'tests'))
import fixtures                                         # noqa: E402
import system                                           # noqa: E402

t = system.Checks('import_files')
top = tempfile.mkdtemp(prefix='roost-import.')
atexit.register(shutil.rmtree, top, True)
os.chmod(top, 0o755)
if system.ROOT:
    os.chown(top, system.UID, system.GID)
TOOL = system.installed('tools/maildir-import')
ENV = {'PATH': '/usr/bin:/bin', 'TZ': 'UTC', 'ASAN_OPTIONS': 'detect_leaks=0'}


def run(*args, **env):
    p = subprocess.run([TOOL, *args], env=dict(ENV, **env), cwd=top,
                       timeout=120, stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       **system.as_user())
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def box(name, kind='empty'):
    path = os.path.join(top, 'Maildir-' + name)
    fixtures.make(kind, path)
    system.own(path)
    return path


def file(name, data):
    path = os.path.join(top, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(data if isinstance(data, bytes) else data.encode('latin-1'))
    system.own(top)
    return path


def stored(maildir, folder=''):
    """texts in the order of their UIDs: (uid, flags, text)"""
    c = system.Imap(maildir, log=os.devnull)
    c.select(folder or 'INBOX', 'EXAMINE')
    flags = c.flags() if c.uids() else {}
    got = []
    for uid, r in sorted(c.fetch('(UID BODY.PEEK[])').items()
                         if flags else []):
        m = re.search(rb'BODY\[\] (?:\{\d+\}\r\n(.*)|"(.*)")$', r, re.S)
        text = m[1] if m[1] is not None else m[2]
        got.append((uid, flags[uid], text.replace(b'\r\n', b'\n')))
    c.logout()
    return got


def texts(maildir, folder=''):
    return [x[2] for x in stored(maildir, folder)]


def dates(maildir, folder):
    d = '%s/.%s/' % (maildir, folder)
    return sorted(int(os.stat(d + s + '/' + n).st_mtime)
                  for s in ('cur', 'new') for n in os.listdir(d + s))


def drain(tty):
    try:
        while os.read(tty, 65536):
            pass
    except OSError:
        pass


SEP = 'From joe@example.org Mon Jan  6 10:11:12 2020\n'


def mbox(*bodies, head='Subject: x\n'):
    return ''.join('%s%s\n%s\n' % (SEP, head, b) for b in bodies)


# ---- the variants of quoting ----

HARD = ['a\n', 'From me to you\n', '>From me\n', '>>From me\n', 'x\n\nFrom y\n',
        '\n', '', '\n\n\nlast\n', 'From - Mon Jan  6 10:11:12 2020\n', 'no LF',
        'ends\n\n\n', '> From\n>Fromm\n']


def quote(text, kind):
    if kind == 'mboxrd':
        return re.sub(r'^(>*From )', r'>\1', text, flags=re.M)
    if kind in ('mboxo', 'mboxcl'):
        return re.sub(r'^From ', '>From ', text, flags=re.M)
    return text


def written(kind, bodies):
    out = ''
    for b in bodies:
        q = quote(b, kind)
        if not q.endswith('\n') and q and 'cl' not in kind:
            q += '\n'
        head = 'Subject: hard\nTo: a\n b\n'
        if 'cl' in kind:
            head += 'Content-Length: %d\n' % len(q)
        out += SEP + head + '\n' + q + '\n'
    return out


def want(kind, bodies):
    out = []
    for b in bodies:
        if b and not b.endswith('\n') and 'cl' not in kind:
            b += '\n'
        if kind in ('mboxo', 'mboxcl'):     # these cannot tell the two apart
            b = re.sub(r'^>From ', 'From ', quote(b, kind), flags=re.M)
        out.append(('Subject: hard\nTo: a\n b\n\n' + b).encode())
    return out


for kind in ('mboxo', 'mboxrd', 'mboxcl', 'mboxcl2'):
    m = box('q-' + kind)
    f = file('quoted-' + kind, written(kind, HARD))
    r = run('mbox', '-m', kind, '-f', 'Q', m, f)
    t.same(r[0], 0, kind + ' is read')
    t.same(texts(m, 'Q'), want(kind, HARD), kind + ': every text')
for kind in ('mboxrd', 'mboxcl2'):
    m = box('auto-' + kind)
    f = file('auto', written(kind, HARD))
    t.same(run('mbox', '-f', 'Q', m, f)[0], 0, kind + ' is known')
    t.same(texts(m, 'Q'), want(kind, HARD), kind + ' by itself: every text')

m = box('loose')
f = file('loose', SEP + 'Subject: 1\n\nFrom here on\ntext\n\nFrom nobody\nx\n'
         '\nFrom x 10:00 2020 and so on\n\n' + SEP + 'Subject: 2\n'
         'Content-Length: 9999\n\nwrong length\n\n'
         + 'From - Mon Jan 06 10:11:12 2020 +0100\nSubject: 3\n'
         'Content-Length: 2\n\nshort, too\n')
t.same(run('mbox', '-f', 'L', m, f)[1].split('\n')[0],
       'L: 3 imported, 0 there already', 'what looks like a separator is text')
t.same([x.split(b'\n\n', 1)[1] for x in texts(m, 'L')],
       [b'From here on\ntext\n\nFrom nobody\nx\n\nFrom x 10:00 2020 and so on\n',
        b'wrong length\n', b'short, too\n'],
       'a wrong Content-Length is not believed')
t.same(dates(m, 'L'), [1578301872, 1578305472, 1578305472],
       'dates of From lines, with a zone and without')

m = box('crlf')
f = file('crlf', written('mboxrd', HARD).replace('\n', '\r\n'))
run('mbox', '-f', 'C', m, f)
t.same(texts(m, 'C'), want('mboxrd', HARD), 'CR LF at the ends of lines')

# ---- flags, keywords, UIDs ----

m = box('uids')
f = file('uids.mbox', ''.join(SEP + x + '\n\ntext\n\n' for x in (
    'From: MAILER\nX-IMAP: 1234567890 0000000044\nStatus: RO\n'
    "Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA",
    'Subject: one\nStatus: RO\nX-Status: AF\nX-UID: 7\nX-Keywords: work, $Label1',
    'Subject: two\nX-UID: 9\nStatus: O\nX-Keywords:          ',
    'Subject: three\nX-Status: DT\nX-UID: 31',
    'Subject: four\nStatus-Not: x\nX-UIDs: 4')))
want_uids = [(7, ['$Label1', '\\Answered', '\\Flagged', '\\Seen', 'work'],
              b'Subject: one\n\ntext\n'),
             (9, [], b'Subject: two\n\ntext\n'),
             (31, ['\\Deleted', '\\Draft'], b'Subject: three\n\ntext\n'),
             (45, [], b'Subject: four\nStatus-Not: x\nX-UIDs: 4\n\ntext\n')]
t.same(run('mbox', '-n', m, f)[:2],
       (0, 'uids: 4 to import, 0 there already\n'
        'all: 4 to import, 0 there already\n'), 'a dry run says what would be')
t.ok(not os.path.exists(m + '/.uids'), 'and does nothing')
t.same(run('mbox', m, f)[:2], (0, 'uids: 4 imported, 0 there already\n'
                               'all: 4 imported, 0 there already\n'), 'it says')
t.same(stored(m, 'uids'), want_uids, 'flags, keywords, UIDs, texts')
c = system.Imap(m, log=os.devnull)
s = c.select('uids', 'EXAMINE')
t.same((s['UIDVALIDITY'], s['UIDNEXT']), (1234567890, 46),
       'UIDVALIDITY, and UIDNEXT behind the last that was given')
t.same(len(os.listdir(m + '/.uids/new')), 1, 'only what is new is recent')
t.same(run('mbox', m, f)[:2], (0, 'uids: 0 imported, 4 there already\n'
                               'all: 0 imported, 4 there already\n'), 'again')
c.select('uids')
c.must('CREATE Else')
c.must('UID MOVE 9 Else')
c.must('UID COPY 7 Else')
c.must('UID STORE 7 FLAGS ()')
t.same(run('mbox', m, f)[1].split('\n')[0],
       'uids: 0 imported, 4 there already', 'moved, copied, other flags')
c.must('UID STORE 7 +FLAGS (\\Deleted)')
c.must('UID EXPUNGE 7')
t.same(run('mbox', m, f)[1].split('\n')[0],
       'uids: 0 imported, 4 there already', 'only the copy is left')
c.logout()
m = box('kept')
os.mkdir(m + '/.uids')
shutil.copytree(m + '/cur', m + '/.uids/cur')
system.own(m)
system.deliver(m, 'Subject: mine\n\nx\n', folder='uids') if os.path.isdir(
    m + '/.uids/tmp') else [os.mkdir(m + '/.uids/' + d) for d in ('tmp', 'new')]
system.own(m)
system.deliver(m, 'Subject: mine\n\nx\n', folder='uids')
run('mbox', m, f)
t.same([x[0] for x in stored(m, 'uids')], [1, 2, 3, 4, 5],
       'a folder that had mail keeps its own numbers')

m = box('twice')
f = file('twice', mbox('same\n', 'same\n', 'else\n', 'same\n'))
t.same(run('mbox', m, f)[1].split('\n')[0],
       'twice: 4 imported, 0 there already', 'the same message three times')
f = file('twice', mbox('same\n', 'same\n', 'else\n', 'same\n', 'new\n',
                       'same\n'))
t.same(run('mbox', m, f)[1].split('\n')[0],
       'twice: 2 imported, 4 there already', 'what came to the mbox since')

# ---- what is refused ----

t.same(run('mbox', m, file('none', 'Subject: x\n\ny\n'))[0], 100, 'no mbox')
t.same(run('mbox', m, file('nothing', ''))[0], 0, 'an empty file is one')
t.same(run('mbox', m)[0], 100, 'no file is named')
t.same(run('mbox', '-m', 'mboxx', m, 'twice')[0], 100, 'no such variant')
t.same(run('mbox', m, top + '/missing')[0], 111, 'a file that is not there')
p = subprocess.Popen([sys.executable, '-c', 'import fcntl,sys,time\n'
                      'f = open(sys.argv[1], "r+")\nfcntl.lockf(f, 2)\n'
                      'print(1, flush=True)\ntime.sleep(60)', f],
                     stdout=subprocess.PIPE)
p.stdout.readline()
t.same(run('mbox', m, f)[0], 111, 'an mbox that somebody has locked')
p.kill()
p.wait()

m = box('small')
with open(m + '/maildirsize', 'w') as q:
    q.write('3C\n')
system.own(m)
r = run('mbox', m, f)
t.ok(r[0] == 100 and 'over its quota' in r[2], 'the quota ends it', r)
t.same((r[1], len(texts(m, 'twice'))),
       ('twice: 3 imported, 0 there already\n', 3), 'what fitted is there')
with open(m + '/maildirsize', 'w') as q:
    q.write('30C\n')
system.own(m)
t.same(run('mbox', m, f)[1].split('\n')[0],
       'twice: 3 imported, 3 there already', 'with more room the rest follows')
t.same(os.listdir(m + '/.twice/tmp'), [], 'nothing is left in tmp/')

# ---- killed, and run again ----

BIG = int(sys.argv[1]) if len(sys.argv) > 1 else 250
rng = random.Random(8)
bodies = ['%d\n%s' % (i, ''.join('%x\n' % rng.getrandbits(200)
                                 for _ in range(rng.randint(1, 40))))
          for i in range(BIG)]
f = file('big', ''.join('%sSubject: x\nX-UID: %d\n%s\n%s\n' % (
    SEP, 3 * i + 5, 'X-IMAPbase: 77 %d\n' % (9 * BIG) if not i else '', b)
    for i, b in enumerate(bodies)))
m = box('killed')
kills = 0
for wait in [0.02 * 1.8 ** i for i in range(14)]:
    p = subprocess.Popen([TOOL, 'mbox', m, f], env=ENV, cwd=top,
                         stdout=subprocess.DEVNULL, **system.as_user())
    try:
        p.wait(wait)
        break
    except subprocess.TimeoutExpired:
        p.send_signal(signal.SIGKILL)
        p.wait()
        kills += 1
t.ok(kills, 'it was killed at least once')
r = run('mbox', m, f)
t.same(r[1].split('\n')[0], 'big: 0 imported, %d there already' % BIG,
       'all of it came in, after %d kills' % kills)
got = stored(m, 'big')
t.same([x[2] for x in got],
       [b'Subject: x\n\n' + b.encode() for b in bodies], 'each once, in order')
t.same([x[0] for x in got], [3 * i + 5 for i in range(BIG)],
       'with the UIDs that they had')

# some without a UID among those with one
m2 = box('holes')
holes = file('holes', ''.join('%sSubject: x\n%s%s\n%d\n\n' % (
    SEP, 'X-IMAPbase: 78 %d\n' % BIG if not i else '',
    '' if i % 100 == 2 or i > BIG - 3 else 'X-UID: %d\n' % (i + 1), i)
    for i in range(BIG)))
late = [i for i in range(BIG) if i % 100 == 2 or i > BIG - 3]
for r in (run('mbox', m2, holes), run('mbox', m2, holes)):
    t.same(r[0], 0, 'holes')
t.ok('0 imported, %d there already' % BIG in r[1], 'nothing twice', r)
t.same([(x[0], int(x[2].split()[-1])) for x in stored(m2, 'holes')],
       [(i + 1, i) for i in range(BIG) if i not in late]
       + [(BIG + 1 + k, i) for k, i in enumerate(late)],
       'who has no UID gets a new one, and takes nobody else his')

# the moment between: files have their names, the uidlist not its records; and
# some mail was delivered, too


def forgotten(keep, validity=77):
    """the folder as it is then: only the first records are there"""
    shutil.rmtree(m + '/roost.index')
    with open(m + '/.big/dovecot-uidlist') as f:
        head, *rows = f.read().splitlines()
    with open(m + '/.big/dovecot-uidlist', 'w') as f:
        f.write(re.sub(' V[0-9]+ N[0-9]+', ' V%d N%d' % (
            validity, 3 * keep + 5), head) + '\n' + ''.join(
                x + '\n' for x in rows[:keep]))
    system.own(m + '/.big')


system.deliver(m, 'Subject: fresh\n\nx\n', folder='big')
for keep in (BIG - 9, 0):
    forgotten(keep)
    t.same([x[0] for x in stored(m, 'big')],
           [3 * i + 5 for i in range(BIG)] + [3 * BIG + 3],
           'UIDs of the last %d are in their names' % (BIG - keep))
t.same(run('mbox', m, f)[1].split('\n')[0],
       'big: 0 imported, %d there already' % BIG, 'nothing to do')
# a lock that someone left who was killed
p = subprocess.Popen(['true'])
p.wait()
with open(m + '/dovecot-uidlist.lock', 'w') as lock:
    lock.write('%d:%s' % (p.pid, socket.gethostname()))
os.utime(m + '/dovecot-uidlist.lock', (1e9, 1e9))
system.own(m + '/dovecot-uidlist.lock')
begin = time.monotonic()
one = file('one', SEP + 'Subject: one\n\nx\n')
r = run('mbox', '-f', 'INBOX', m, one)
t.ok(r[0] == 0 and 'INBOX: 1 imported' in r[1]
     and time.monotonic() - begin < 9, "a dead one's lock is broken", r)
fd = os.open(m + '/tmp', os.O_RDONLY)
fcntl.flock(fd, fcntl.LOCK_EX)
r = run('mbox', m, f)
t.ok(r[0] == 111 and 'another import' in r[2], 'two at a time', r)
os.close(fd)
forgotten(2, 78)
t.same([x[0] for x in stored(m, 'big')][:4], [5, 8, 11, 12],
       'which say nothing of another UIDVALIDITY')
print('killed %d times' % kills)

# ---- written by others ----

box1 = mailbox.mbox(top + '/python')
for i, b in enumerate(HARD):
    msg = mailbox.mboxMessage('Subject: %d\n\n%s' % (i, b or 'x\n'))
    msg.set_flags(['', 'RO', 'O', 'ROA', 'RF', 'D'][i % 6])
    box1.add(msg)
box1.close()
system.own(top)
m = box('from-python')
t.same(run('mbox', m, top + '/python')[1].split('\n')[0],
       'python: %d imported, 0 there already' % len(HARD), "Python's mbox")
got = stored(m, 'python')
t.same([x[1] for x in got], [[[], ['\\Seen'], [], ['\\Answered', '\\Seen'],
                              ['\\Flagged', '\\Seen'], ['\\Deleted']][i % 6]
                             for i in range(len(HARD))], 'flags of Python')
have = [x[2].split(b'\n\n', 1)[1].decode().rstrip('\n') for x in got]
t.same(have, [re.sub('^>(>*From )', r'\1', quote(b or 'x', 'mboxo'),
                     flags=re.M).rstrip('\n') for b in HARD],
       "texts of Python's mbox")

if system.need('mutt'):
    t.skip('mutt', 'it is not installed')
else:
    src = mailbox.Maildir(top + '/mutt-in', create=True)
    texts_in = []
    for i, b in enumerate(HARD):
        b = b if b.endswith('\n') else b + 'x\n'
        texts_in.append('Subject: %d\nFrom: a@b\nMessage-ID: <%d@x>\n\n%s'
                        % (i, i, b))
        msg = mailbox.MaildirMessage(texts_in[-1])
        msg.set_flags(['', 'S', 'RS', 'FS'][i % 4])
        src.add(msg)
    tty, slave = pty.openpty()
    p = subprocess.Popen(
        ['mutt', '-n', '-F', '/dev/null', '-e',
         'set quit=yes mbox_type=mbox confirmcreate=no confirmappend=no delete=no '
         'save_empty=no move=no sort=subject wait_key=no folder=' + top, '-f',
         top + '/mutt-in', '-e', 'push "<tag-pattern>~A<enter><tag-prefix>'
         '<copy-message>%s<enter><quit>"' % (top + '/mutt-out')],
        env=dict(ENV, TERM='xterm', HOME=top), stdin=slave, stdout=slave,
        stderr=slave, start_new_session=True)
    os.close(slave)
    reader = threading.Thread(target=drain, args=(tty,), daemon=True)
    reader.start()
    try:
        p.wait(20)
    except subprocess.TimeoutExpired:
        p.kill()
        p.wait()
    system.own(top)
    if t.ok(os.path.exists(top + '/mutt-out'), 'mutt writes an mbox'):
        m = box('from-mutt')
        t.same(run('mbox', m, top + '/mutt-out')[1].split('\n')[0],
               'mutt-out: %d imported, 0 there already' % len(HARD),
               "mutt's mbox")
        t.same(sorted(x[2] for x in stored(m, 'mutt-out')),
               sorted(x.encode() for x in texts_in), "texts of mutt's mbox")
        t.same(sorted((x[2][9:11].strip(), x[1])
                      for x in stored(m, 'mutt-out')),
               sorted((b'%d' % i, [[], ['\\Seen'], ['\\Answered', '\\Seen'],
                                   ['\\Flagged', '\\Seen']][i % 4])
                      for i in range(len(HARD))), 'flags of mutt')

if system.need('formail'):
    t.skip('formail', 'it is not installed')
else:
    out = b''
    for i, b in enumerate(HARD):
        out += subprocess.run(
            ['formail'], input=('Subject: %d\n\n%s' % (i, b or 'x\n')).encode(),
            stdout=subprocess.PIPE, check=True).stdout
    m = box('from-formail')
    run('mbox', m, file('formail', out))
    t.same([x.split(b'\n\n', 1)[1].rstrip(b'\n')
            for x in texts(m, 'formail')],
           [re.sub('^>(>*From )', r'\1', quote(b or 'x', 'mboxo'),
                   flags=re.M).rstrip('\n').encode() for b in HARD],
           "texts of formail's mbox")

# ---- MH ----

mh = mailbox.MH(top + '/mh')
lists = mh.add_folder('lists.c').add_folder('old')
inbox = mh.add_folder('inbox')
for n in range(12):
    inbox.add('Subject: %d\n\ntext\n' % n)
lists.add('Subject: far\n\ndown\n')
lists.add(b'')
inbox.set_sequences({'unseen': [3, 4, 5, 12], 'replied': [1, 4],
                     'flagged': [7], 'cur': [2]})
for junk in (',3', 'x', '07', '99x', '.xmhcache'):
    file('mh/inbox/' + junk, 'Subject: junk\n\n')
system.own(top)
m = box('from-mh')
r = run('mh', m, top + '/mh')
t.same(r[:2], (0, 'INBOX: 12 imported, 0 there already\n'
               'lists_c: 0 imported, 0 there already\n'
               'lists_c.old: 2 imported, 0 there already\n'
               'all: 14 imported, 0 there already\n'), 'MH')
t.same([(x[2][9:11].strip(), x[1]) for x in stored(m)],
       [(b'%d' % n, sorted((['\\Seen'] if n + 1 not in (3, 4, 5, 12) else [])
                           + (['\\Answered'] if n + 1 in (1, 4) else [])
                           + (['\\Flagged'] if n + 1 == 7 else [])))
        for n in range(12)], 'sequences are flags')
t.same(run('mh', m, top + '/mh')[1].split('\n')[-2],
       'all: 0 imported, 14 there already', 'MH again')
t.same(run('mh', '-x', 'lists*', '-n', '-f', 'Old', m, top + '/mh')[1],
       'Old: 0 to import, 0 there already\n'
       'Old.inbox: 12 to import, 0 there already\n'
       'Old.lists_c: 0 to import, 0 there already\n'
       'Old.lists_c.old: 2 to import, 0 there already\n'
       'all: 14 to import, 0 there already\n', 'MH below a folder')
os.makedirs(top + '/mh/' + '/'.join('d' * 40))
os.symlink('/etc', top + '/mh/link')
system.own(top)
t.same(run('mh', m, top + '/mh')[0], 1, 'too deep: the rest is left out')

# ---- what must not cost memory, or wait for ever ----

os.mkfifo(top + '/fifo')
os.makedirs(top + '/mh-fifo')
file('mh-fifo/1', 'Subject: x\n\n')
os.rename(top + '/fifo', top + '/mh-fifo/.mh_sequences')
system.own(top)
m = box('fifo')
r = run('mh', m, top + '/mh-fifo')
t.ok(r[0] == 1 and 'all: 1 imported' in r[1] and '.mh_sequences' in r[2],
     'a pipe in place of .mh_sequences', r)


def no_room():
    """in the child: no file may grow above 1 MB"""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))


for folder in ('INBOX', 'Longer', 'x' * 40):
    m = box('room-' + folder)
    big = file('room.mbox', mbox('first\n', 'y' * 2000000 + '\n'))
    p = subprocess.run([TOOL, 'mbox', '-f', folder, m, big], env=ENV, cwd=top,
                       preexec_fn=no_room, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, **system.as_user())
    t.same((p.returncode, p.stdout.decode(), p.stderr.decode()),
           (111, folder + ': 1 imported, 0 there already\n', 'maildir-import: '
            'fatal: unable to write a message of %s: File too large\n'
            % folder), 'no room: what fitted is there')


def peak(name, field):
    """kilobytes that an import of one message with 40 MB of a field takes"""
    m = box(name)
    p = subprocess.Popen(
        [TOOL, 'mbox', m, file(name, SEP + (field + 60000 * 'a' + '\n') * 700
                               + '\nx\n')],
        env=dict(ENV, ASAN_OPTIONS='detect_leaks=0:quarantine_size_mb=1'),
        cwd=top, stdout=subprocess.PIPE, **system.as_user())
    text = p.stdout.read()
    _, status, used = os.wait4(p.pid, 0)
    p.returncode = status
    p.stdout.close()
    os.unlink(top + '/' + name)
    t.ok(status == 0 and b'all: 1 imported' in text, name, (status, text))
    return used.ru_maxrss


other = peak('others', 'X-Other: ')
for field in ('Status: ', 'X-Keywords: '):
    used = peak(field[:-2], field)
    t.ok(used < other + 20000, 'many of %s take no memory' % field,
         (used, other))

t.done()
