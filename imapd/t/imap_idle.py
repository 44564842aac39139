#!/usr/bin/python3
# ISC licence; see LICENSE.
"""imap-idle waits in imapd's place, and nobody can tell.

A session rests (its process is imap-idle), something happens, and the session
goes on as one that had stayed. Then imap-idle alone, and states that imapd
must not take; and transcripts of imapd with a rest between any two commands,
all of them with -a.
"""
import ctypes
import glob
import os
import re
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', '..', 'tests'))
import fixtures                                         # noqa: E402
import system                                           # noqa: E402
from system import Checks, Dead, Imap, Site, own, wait_for  # noqa: E402

c = Checks('imap_idle')
site = Site()
HEAD = struct.Struct('=8siiQq')
NUMBERS = {name: i for i, name in enumerate(
    'WAITING DEADLINE ENABLED BY_ALIAS BAD_COMMANDS FAULT_TOLD FETCHED EXPUNGED '
    'APPENDED RECEIVED SENT UTF8 IMAPD IDLE NOTES NOTED DEV INO SELECTED '
    'READONLY UIDVALIDITY DIR WATCH WATCH_KIND WATCH_NEW WATCH_CUR E1 E2 E3 E4 '
    'E5 TOP EXISTS'.split())}            # of rest_state.h
DEADLINE = NUMBERS['DEADLINE']


def box(name):
    path = site.home(name) + '/Maildir'
    os.makedirs(site.home(name))
    fixtures.make('few', path)
    own(site.home(name))
    return path


def session(path, rest='0', **env):
    s = Imap(path, log=site.log, env=dict(env, IMAP_REST=rest))
    s.cmd('SELECT INBOX')
    return s


def comm(s):
    with open('/proc/%d/comm' % s.p.pid) as f:
        return f.read().strip()


def rests(s, what):
    return c.ok(wait_for(lambda: comm(s) == 'imap-idle', 20), what + ': rests')


def state(s):
    """the octets that imapd left"""
    d = '/proc/%d/fd/' % s.p.pid
    for n in os.listdir(d):
        if 'memfd:imapd' in os.readlink(d + n):
            with open(d + n, 'rb') as f:
                return f.read()
    return b''


def numbers(data):
    return struct.unpack_from('=40Q', data, HEAD.size)


def deliver(path, name):
    tmp = path + '/tmp/' + name
    with open(tmp, 'wb') as f:
        f.write(b'Subject: new\n\nnew\n')
    own(path + '/tmp')
    os.rename(tmp, path + '/new/' + name)


def until(s, word):
    """untagged responses up to one with that word"""
    got = []
    while not got or word not in got[-1]:
        got.append(s.response())
    return got


def in_idle():
    """what others do is told while nobody but imap-idle is there"""
    path = box('idle')
    s, other = session(path), session(path, '86400000')
    tag = s.begin('IDLE')
    s.response()
    rests(s, 'IDLE')
    before = numbers(state(s))
    deliver(path, '1700000000.M1P1.x')
    c.ok(until(s, b'EXISTS')[0] == b'* 5 EXISTS', 'EXISTS')
    until(s, b'RECENT')
    rests(s, 'after mail')
    after = numbers(state(s))
    c.same(before[DEADLINE], after[DEADLINE], 'the autologout stays')
    c.ok(1790000 < after[DEADLINE] - time.monotonic() * 1000 < 1801000,
         'and is in half an hour', after[DEADLINE])
    other.cmd('NOOP')
    other.must('STORE 1 +FLAGS (\\Flagged)')
    c.ok(b'\\Flagged' in until(s, b'FETCH')[-1], 'a flag')
    rests(s, 'after a flag')
    other.must('STORE 2 +FLAGS (\\Deleted)')
    until(s, b'FETCH')
    other.must('EXPUNGE')
    c.same(until(s, b'EXPUNGE')[-1], b'* 2 EXPUNGE', 'EXPUNGE')
    rests(s, 'before DONE')
    s.send('DONE\r\n')
    c.same(s.end(tag)[:2], ('OK', 'IDLE done'), 'DONE')
    for x in (s, other):
        x.must('LOGOUT')
    c.ok(wait_for(lambda: site.logtext().count('reason=quit') == 2),
         'both end as they should')


def for_nothing():
    """a look that finds nothing to tell costs no time awake"""
    path = box('nothing')
    s = session(path, '3000')
    s.begin('IDLE')
    s.response()
    rests(s, 'after three seconds')
    begun = time.monotonic()
    before = state(s)
    for d in ('/new/.x', '/cur/.x'):
        open(path + d, 'w').close()
    c.ok(wait_for(lambda: comm(s) == 'imap-idle' and state(s) != before, 2),
         'it looks, and rests again at once')
    c.ok(time.monotonic() - begun < 2.5, 'at once')
    deliver(path, '1700000000.M1P1.x')
    until(s, b'EXISTS')
    time.sleep(0.5)
    c.same(comm(s), 'imapd', 'after news it stays a while')
    s.close()


def counts():
    """the log and ps show one session"""
    path = box('counts')
    s = session(path, USER='joe', TCPREMOTEIP='192.0.2.1')
    s.must('FETCH 1:* BODY.PEEK[]')
    rests(s, 'counts')
    with open('/proc/%d/cmdline' % s.p.pid) as f:
        c.same(f.read().rstrip('\0'), 'imapd: joe 192.0.2.1 INBOX', 'title')
    s.append('INBOX', b'Subject: x\n\nx\n')
    rests(s, 'after APPEND')
    s.must('STORE 1 +FLAGS (\\Deleted)')
    s.must('EXPUNGE')
    rests(s, 'after EXPUNGE')
    s.must('LOGOUT')
    c.ok(site.logged(r'imapd: end user=joe address=192.0.2.1 in=\d\d+ '
                     r'out=\d\d\d+ fetched=4 expunged=1 appended=1 '
                     r'reason=quit$'), 'counted', site.logtext()[-500:])


def features():
    """what was enabled, and what a SEARCH saved"""
    path = box('features')
    s = session(path)
    s.must('ENABLE CONDSTORE QRESYNC UTF8=ACCEPT')
    s.must('SELECT INBOX')
    s.must('UID SEARCH RETURN (SAVE) UID 2:*')
    rests(s, 'with $')
    got = s.must('STORE $ +FLAGS (\\Draft)')
    c.ok(len(got) == 3 and all(b'MODSEQ' in r for r in got), '$ and MODSEQ',
         got)
    s.must('CREATE "\u00e4"')
    rests(s, 'UTF8')
    c.ok('"\u00e4"'.encode() in b' '.join(s.must('LIST "" *')), 'UTF8')
    s.must('UID STORE 1 +FLAGS (\\Deleted)')
    rests(s, 'before EXPUNGE')
    got = s.must('EXPUNGE')
    c.ok(any(b'VANISHED' in r for r in got), 'VANISHED', got)
    s.must('LOGOUT')
    s = session(path)
    s.must('ENABLE UIDONLY')
    rests(s, 'UIDONLY')
    c.same(s.cmd('FETCH 1 FLAGS')[0], 'BAD', 'UIDONLY is kept')
    s.must('EXAMINE INBOX')
    rests(s, 'EXAMINE')
    c.same(s.cmd('UID STORE 2 +FLAGS (\\Seen)')[0], 'NO', 'read-only is kept')
    s.must('UNSELECT')
    rests(s, 'without a folder')
    c.same(s.cmd('UID FETCH 1:* FLAGS')[0], 'BAD', 'none is selected')
    s.must('LOGOUT')


def withheld():
    """an EXPUNGE that may not be told yet is not forgotten"""
    path = box('withheld')
    s, other = session(path), session(path, '86400000')
    other.must('STORE 1 +FLAGS (\\Deleted)')
    other.must('EXPUNGE')
    s.must('FETCH 2 (FLAGS)')
    rests(s, 'with one withheld')
    c.same(s.must('SEARCH ALL')[0], b'* SEARCH 2 3 4', 'numbers stay')
    rests(s, 'again')
    c.ok(b'* 1 EXPUNGE' in s.must('NOOP'), 'then it is told')
    for x in (s, other):
        x.must('LOGOUT')


def folders():
    """the folder is deleted, renamed, replaced meanwhile"""
    path = box('folders')
    other = session(path, '86400000')
    for how, idle in (('DELETE A', 0), ('DELETE A', 1), ('RENAME A B', 0)):
        other.must('CREATE A')
        other.append('A', b'Subject: x\n\nx\n')  # for dnotify sees its going
        s = Imap(path, log=site.log, env={'IMAP_REST': '0'})
        s.must('SELECT A')
        if idle:
            s.begin('IDLE')
            s.response()
        rests(s, how)
        other.must(how)
        if not idle:
            s.begin('NOOP')
        c.same(s.response(), b'* BYE the mailbox was deleted', how)
        s.close()
    other.must('LOGOUT')
    s = session(path)
    rests(s, 'another Maildir')
    os.rename(path, path + '.old')
    fixtures.make('few', path)
    own(path)
    s.begin('NOOP')
    c.same(s.response(), b'* BYE [UNAVAILABLE] the session cannot go on, '
           b'connect again', 'another Maildir at that place')
    s.close()
    c.ok(site.logged('imapd: fault what=imap-idle error=')
         and site.logged('imapd: end .* reason=rest$'), 'in the log')


def signals():
    path = box('signals')
    for sig, words in ((signal.SIGTERM, b'the server is shutting down'),
                       (signal.SIGUSR2, b'ended by the administrator'),
                       (signal.SIGUSR1, b'too many sessions from')):
        for idle in (0, 1):
            s = session(path)
            if idle:
                s.begin('IDLE')
                s.response()
            rests(s, 'signal')
            os.kill(s.p.pid, sig)
            got = s.response()
            c.ok(got.startswith(b'* BYE ' + words), 'signal %d' % sig, got)
            c.same(s.p.wait(10), 0, 'it ends')
            s.close()
    s = session(path)
    rests(s, 'kill')
    os.kill(s.p.pid, signal.SIGKILL)
    try:
        c.same(s.response(), None, 'killed: nothing comes')
    except Dead:
        c.ok(True, 'killed')
    s.close()
    s = session(path)
    rests(s, 'hang up')
    s.s.shutdown(socket.SHUT_WR)
    c.same(s.p.wait(10), 0, 'it ends when the client does')
    c.ok(site.logged('reason=closed$'), 'closed')
    s.close()


def moments():
    """octets that come at any moment of the exec"""
    path = box('moments')
    s = session(path)
    for i in range(60):
        time.sleep(i % 12 / 4000)
        s.send('a%d NOOP\r\nb%d NOOP\r\nc%d ID' % (i, i, i))
        if i % 3:
            time.sleep(i % 5 / 2000)
        s.send(' NIL\r\n')
        got = []
        while not got or not got[-1].startswith(b'c%d ' % i):
            got.append(s.response())
        tagged = [r for r in got if not r.startswith(b'*')]
        if [r.split()[0] for r in tagged] != [
                ('%s%d' % (x, i)).encode() for x in 'abc']:
            c.ok(False, 'each command is answered once', got)
    for i in range(20):
        tag = s.begin('IDLE')
        time.sleep(i % 5 / 2000)
        if i % 2:
            s.send('DONE\r\n')
            s.response()
        else:
            s.response()
            s.send('DONE\r\n')
        c.same(s.end(tag)[0], 'OK', 'IDLE and DONE at once')
    s.must('LOGOUT')


def stay():
    """sessions that have more to remember"""
    path = box('stay')
    for what, command in (('never', None), ('NOTIFY', 'NOTIFY SET (selected '
                          '(MessageNew MessageExpunge))'),
                          ('CONTEXT', 'SEARCH RETURN (UPDATE) SEEN')):
        s = session(path, '86400000' if what == 'never' else '300')
        if command:
            s.must(command)
        time.sleep(1.5)
        c.same(comm(s), 'imapd', what + ' stays')
        s.must('LOGOUT')


def upgrade():
    """the program is replaced meanwhile: the same one comes back"""
    path = box('upgrade')
    d = system.tempfile.mkdtemp(prefix='roost-b.')
    os.chmod(d, 0o755)
    for p in ('imapd', 'imap-idle'):
        shutil.copy(os.path.join(system.TOP, system.PREFIX, 'imapd', p), d)
    s = Imap(path, log=site.log, env={'IMAP_REST': '0'}, program=d + '/imapd')
    s.must('SELECT INBOX')
    rests(s, 'upgrade')
    for p in ('imapd', 'imap-idle'):
        os.unlink(d + '/' + p)
        shutil.copy('/bin/false', d + '/' + p)
    s.must('FETCH 1 FLAGS')
    rests(s, 'with the old ones')
    s.must('LOGOUT')
    shutil.rmtree(d)


# ------------------------------------------------------- imap-idle by itself

def head(imapd, watch=-1, mask=0, ms=60000, magic=b'roost-r1'):
    return HEAD.pack(magic, imapd, watch, mask,
                     int(time.monotonic() * 1000) + ms)


def alone(fds, data, before=None, program='imapd/imap-idle', **kw):
    """start it with a state: the process and the client's socket"""
    ours, theirs = socket.socketpair()
    m = os.memfd_create('imapd', 0)
    os.write(m, data)
    p = subprocess.Popen(
        ['title'], executable=system.installed('imapd/imapd')[:-5]
        + os.path.basename(program), stdin=theirs, stdout=theirs,
        stderr=subprocess.PIPE, env={'ROOST_REST': str(m)},
        pass_fds=[m, *fds], preexec_fn=before, **kw)
    theirs.close()
    os.close(m)
    return p, ours


def program(path):
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC)


def by_itself():
    true = program('/bin/true')
    begun = time.monotonic()
    p, s = alone([true], head(true, ms=300))
    c.ok(p.wait(10) == 0 and time.monotonic() - begun >= 0.3,
         'it is time: the program runs')
    r, w = os.pipe()
    for what, watch, do in (('the client', -1, lambda s: s.send(b'x')),
                            ('the end', -1, lambda s: s.close()),
                            ('mail', r, lambda s: os.write(w, b'x'))):
        p, s = alone([true, r], head(true, watch))
        time.sleep(0.1)
        c.same(p.poll(), None, what + ': it waits')
        do(s)
        c.same(p.wait(10), 0, what + ' wakes it')

    def block():
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    false = program('/bin/false')
    p, s = alone([false], head(false, mask=1 << (signal.SIGTERM - 1)), block)
    time.sleep(0.1)
    p.terminate()
    c.same(p.wait(10), 1, 'a signal wakes it, and stays for the program')

    def deaf():
        block()
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    p, s = alone([false], head(false, mask=1 << (signal.SIGTERM - 1)), deaf)
    time.sleep(0.1)
    p.terminate()
    # 127: the loader of this program has none, either
    c.ok(p.wait(10) in (1, 127), 'a signal, with no descriptor for it')
    copy = site.dir + '/being-written'
    shutil.copy('/bin/true', copy)
    os.chmod(copy, 0o755)
    true2, writer = program(copy), os.open(copy, os.O_WRONLY | os.O_CLOEXEC)
    p, s = alone([true2], head(true2, ms=0))
    time.sleep(0.3)
    c.same(p.poll(), None, 'it waits until the program is written')
    os.close(writer)
    c.same(p.wait(10), 0, 'and runs it')
    text = os.memfd_create('no program', 0)
    os.write(text, b'hello')
    p, s = alone([text], head(text, ms=0))
    c.same(p.wait(10), 111, 'it cannot run')
    c.ok(s.recv(200).startswith(b'* BYE [UNAVAILABLE] '), 'the client is told')
    for data in (b'', b'x', head(true, magic=b'roost-r0')):
        p, s = alone([true], data)
        c.same(p.wait(10), 100, 'no state of ours')
        c.ok(b'by imapd alone' in p.stderr.read(), 'in the log')


# ---------------------------------------------------- states from elsewhere

class Filter(ctypes.Structure):
    _fields_ = [('code', ctypes.c_ushort), ('jt', ctypes.c_ubyte),
                ('jf', ctypes.c_ubyte), ('k', ctypes.c_uint)]


class Program(ctypes.Structure):
    _fields_ = [('len', ctypes.c_ushort), ('filter', ctypes.POINTER(Filter))]


def some_fence():
    """no_new_privs and a filter that lets all pass"""
    libc = ctypes.CDLL(None)
    libc.prctl(38, 1, 0, 0, 0)
    rule = (Filter * 1)(Filter(6, 0, 0, 0x7fff0000))
    libc.prctl(22, 2, ctypes.byref(Program(1, rule)))


def back(data, fence=some_fence, say=b''):
    """imapd comes back with such a state: what it says"""
    p, s = alone([], data, fence, 'imapd/imapd', cwd=site.home('back'),
                 **system.as_user())
    s.settimeout(20)
    if say:
        s.sendall(say)
    got = b''
    while not got.endswith(b'\n'):
        more = s.recv(4000)
        if not more:
            break
        got += more
    s.close()
    p.kill()
    p.wait()
    return got


def strangers():
    """a state is checked like any input"""
    s = session(box('back'))
    rests(s, 'to be copied')
    data = bytearray(state(s))
    s.must('LOGOUT')

    def put(**values):
        new = bytearray(data)
        for name, value in values.items():
            struct.pack_into('=Q', new, HEAD.size + 8 * NUMBERS[name], value)
        return bytes(new)
    # of its descriptors none is there but 0, 1 and 2, and the programs are
    # taken for granted: so these stand for them
    one = 4
    data = bytearray(put(IMAPD=one, IDLE=one, DIR=0))
    c.same(back(put(), say=b'x FETCH 1 UID\r\n'), b'* 1 FETCH (UID 1)\r\n'
           b'x OK fetched\r\n', 'a good one is taken')
    c.ok(back(put(DEADLINE=1)).startswith(b'* BYE autologout'),
         'whose time is over')
    c.ok(back(put(UIDVALIDITY=77), say=b'x NOOP\r\n').startswith(
        b'* BYE the mailbox was replaced'), 'of another UIDVALIDITY')
    broken = b'* BYE [UNAVAILABLE] the session cannot go on'
    for what, bad in (
            ('nothing', b''), ('cut', bytes(data[:-1])),
            ('too long', bytes(data) + b'x'), ('inode', put(INO=1)),
            ('a descriptor', put(DIR=100)), ('the client', put(DIR=1)),
            ('what it waits for', put(WAITING=3)), ('EXISTS', put(EXISTS=9)),
            ('enabled', put(ENABLED=1 << 40)), ('no folder', put(SELECTED=0))):
        c.ok(back(bad).startswith(broken), what + ' is refused')
    c.ok(back(put(), None).startswith(broken), 'without a fence')


def transcripts():
    """some of them with a rest between any two commands; all with -a"""
    names = ('*' if '-a' in sys.argv[1:] else
             'idle rev2-searchres condstore qresync uidonly expunge utf8')
    files = [f for n in names.split() for f in sorted(glob.glob(
        '%s/imapd/t/%s.t' % (system.TOP, n)))]
    p = subprocess.run([sys.executable, system.TOP + '/tests/transcript.py',
                        '-m', 'line', '-e', 'IMAP_REST=0', *files],
                       stdout=subprocess.PIPE, text=True)
    c.ok(p.returncode == 0, 'transcripts', p.stdout)


for test in (transcripts, in_idle, for_nothing, counts, features, withheld,
             folders, signals, moments, stay, upgrade, by_itself,
             strangers):
    test()
c.same(re.findall('.*(?:Sanitizer|warning).*', site.logtext()), [],
       'nothing else in the log')
c.done()
