#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""pop3d as a whole, through Python's poplib: long mail, many messages,
sessions at once, kills in the middle."""
import os
import poplib
import random
import shutil
import signal
import socket
import sys
import threading
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, 'tests'))
from system import (Checks, deliver, files, need, own, scratch)  # noqa: E402
from pop3 import Pop3                                           # noqa: E402
import fixtures                                                 # noqa: E402

c = Checks('pop3d whole')
ASAN = 'asan' in os.environ.get('O', '')


def crlf(text):
    return text.replace(b'\r\n', b'\n').replace(b'\n', b'\r\n')


def session():
    """what a mail program does"""
    maildir = scratch('new')
    p = Pop3(maildir)
    c.ok(p.welcome.startswith(b'+OK 6 messages'), 'greeting', p.welcome)
    caps = p.capa()
    c.ok({'TOP', 'UIDL', 'PIPELINING', 'RESP-CODES'} <= set(caps), 'CAPA',
         caps)
    n, size = p.stat()
    sizes = [int(x.split()[1]) for x in p.list()[1]]
    c.same((n, size), (6, sum(sizes)), 'STAT and LIST')
    for i, kind in enumerate(('plain', 'multi', 'latin', 'nested', 'plain',
                              'reply'), 1):
        c.same(b'\r\n'.join(p.retr(i)[1]) + b'\r\n', crlf(fixtures.MAIL[kind]),
               'RETR ' + kind)
        c.same(p.list(i), b'+OK %d %d' % (i, len(crlf(fixtures.MAIL[kind]))),
               'LIST of it')
    before = p.uids()
    c.same(len(set(before)), 6, 'UIDL')
    c.same(p.top(6, 0)[1][-1], b'', 'TOP')
    p.dele(1)
    p.dele(5)
    c.same(p.stat()[0], 4, 'STAT after DELE')
    c.ok(p.bye().startswith(b'+OK'), 'QUIT')
    c.same(p.code(), 0, 'exit code')
    shutil.rmtree(maildir + '/roost.index')
    p = Pop3(maildir)
    c.same(p.uids(), before[1:4] + before[5:], 'UIDL without the index')
    p.bye()
    c.same(len(files(maildir)), 4, 'files')


def pipelined():
    """thousands of commands at once"""
    maildir = scratch('many')
    p = Pop3(maildir)
    text = b''.join(b'RETR %d\r\nTOP %d 0\r\nLIST %d\r\nUIDL %d\r\nBAD\r\n'
                    % (i, i, i, i) for i in range(1, 201)) * 5
    out = []
    reader = threading.Thread(target=lambda: out.append(
        b''.join(iter(lambda: p.sock.recv(65536), b''))))
    reader.start()
    p.send(text + b'QUIT\r\n')
    reader.join(60)
    got = out[0]
    one = got[:got.index(b'-ERR')]
    c.same(one, b'+OK message follows\r\nSubject: message 1\r\n\r\nbody 1\r\n'
           b'.\r\n'
           b'+OK top of message follows\r\nSubject: message 1\r\n\r\n.\r\n'
           b'+OK 1 30\r\n+OK 1 000000016553f100\r\n', 'the first answers')
    c.same(got.count(b'-ERR unknown command'), 1000, 'all were answered')
    c.ok(got.endswith(b'\r\n+OK goodbye, 200 messages left\r\n'), 'the end')
    p.hangup()


def big_mail():
    """a message of 60 MB is sent in bounded memory"""
    def make(path):
        fixtures.make('bare', path)
        with open(path + '/cur/1.big:2,', 'wb') as f:
            f.write(b'Subject: big\nContent-Type: multipart/mixed; '
                    b'boundary=b\n\n--b\n\n')
            for i in range(1000):
                f.write((b'.%d \xe4 line that is not so short\n' % i) * 2000)
            f.write(b'no line end')
    maildir = scratch(make)
    p = Pop3(maildir)
    before = p.memory('VmHWM')
    p.send(b'RETR 1\r\n')
    p.file.readline()
    lines = size = 0
    while True:
        line = p.file.readline()
        if line == b'.\r\n' or not line:
            break
        lines += 1
        size += len(line) - line.startswith(b'.')
    c.same(lines, 5 + 2000000 + 1, 'lines of the big one')
    grew = p.memory('VmHWM') - before
    c.ok(grew < 2000 or ASAN, 'memory for a big message', grew)
    c.same(p.list(1), b'+OK 1 %d' % (size - 2), 'LIST of the big one')
    # a client that goes away in the middle
    p.send(b'RETR 1\r\nDELE 1\r\nQUIT\r\n')
    p.file.read(100000)
    p.hangup()
    c.same(files(maildir), ['1.big:2,'], 'a client that went away')
    # SIGTERM in the middle: cut, without an end
    p = Pop3(maildir)
    p.send(b'RETR 1\r\n')
    p.file.read(100000)
    p.p.send_signal(signal.SIGTERM)
    c.same(p.code(), 0, 'SIGTERM while it writes')
    rest = p.file.read()
    c.ok(not rest.endswith(b'\r\n.\r\n') and b'-ERR' not in rest,
         'a response that was cut has no end', rest[-40:])
    p.hangup()


def many():
    """10,000 messages: order, totals, memory of an idle session"""
    def make(path):
        fixtures.make('bare', path)
        with open(path + '/dovecot-uidlist', 'w') as f:
            f.write('3 V1700000000 N10001 G%s\n' % fixtures.GUID)
            for n in range(1, 10001):
                name = '%d.M%dP1.x,S=20,W=23' % (1700000000 + n, n)
                f.write('%d :%s\n' % (n, name))
                with open('%s/cur/%s:2,' % (path, name), 'wb') as m:
                    m.write(b'Subject: %-5d\n\nx\n' % n)
    maildir = scratch(make)
    times = []
    for _ in range(3):
        began = time.monotonic()
        p = Pop3(maildir)
        stat, uids = p.stat(), p.uids()
        times.append(round((time.monotonic() - began) * 1000))
        c.same((stat, len(uids)), ((10000, 230000), 10000), 'STAT and UIDL')
        c.same(uids, ['%08x6553f100' % n for n in range(1, 10001)], 'UIDLs')
        idle = p.memory('RssAnon')
        c.ok(idle < 2500 or ASAN, 'memory of an idle session', idle)
        p.bye()
    small = Pop3(scratch('few'))
    small.stat()
    print('10,000 messages, login to UIDL: %d ms, then %s; idle %d kB '
          '(%d kB with four messages)' % (
              times[0], times[1:], idle, small.memory('RssAnon')))
    small.bye()
    return maildir


def killed(maildir):
    """kill -9 in the middle of QUIT: only what was marked may be gone, the
    rest is whole, and the next session finishes the work"""
    r = random.Random(1)
    left = len(files(maildir))
    for i in range(6):
        p = Pop3(maildir)
        uids = p.uids()
        marked = set(r.sample(range(1, len(uids) + 1), 700))
        p.send(b''.join(b'DELE %d\r\n' % n for n in sorted(marked)))
        for _ in marked:
            p.file.readline()
        p.send(b'QUIT\r\n')
        time.sleep(r.random() * .03)
        p.p.kill()
        p.hangup()
        p = Pop3(maildir)
        now = p.uids()
        keep = [u for n, u in enumerate(uids, 1) if n not in marked]
        c.ok(set(keep) <= set(now) <= set(uids) and now == sorted(now),
             'what is left after a kill')
        c.same(len(now), len(files(maildir)), 'as many files')
        left = len(now)
        for n in range(1, len(now), 97):
            text = p.lines(b'RETR %d' % n)
            c.same(text, b'Subject: %-5d\r\n\r\nx\r\n' % int(now[n - 1][:8],
                                                             16), 'a text')
        p.bye()
    c.ok(left < 10000, 'some were removed', left)


def two_sessions():
    """two sessions at once delete at random, while mail arrives"""
    maildir = scratch('many')
    faults = []

    def work(seed):
        r = random.Random(seed)
        for _ in range(6):
            p = Pop3(maildir)
            uids = p.uids()
            gone = set()
            for n in r.sample(range(1, len(uids) + 1), 9):
                try:
                    p.retr(n)
                    p.dele(n)
                    gone.add(uids[n - 1])
                except poplib.error_proto as e:
                    if b'removed by another' not in e.args[0]:
                        faults.append(e)
            if not p.bye().startswith(b'+OK'):
                faults.append('QUIT')
            deliver(maildir, 'Subject: new\n\n%d\n' % seed)
            p = Pop3(maildir)
            if gone & set(p.uids()):
                faults.append('deleted, but still there')
            p.bye()

    threads = [threading.Thread(target=work, args=(s,)) for s in (1, 2, 3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    c.same(faults, [], 'sessions at once')
    p = Pop3(maildir)
    c.same(p.stat()[0], len(files(maildir)), 'and in the end')
    p.bye()


def lost():
    """connections that end in every way but QUIT change nothing"""
    maildir = scratch('few')
    before = sorted(os.listdir(maildir + '/cur'))
    for how in ('hangup', 'reset', 'kill', 'term', 'half'):
        p = Pop3(maildir)
        for n in (1, 2, 3):
            p.retr(n)
            p.dele(n)
        if how == 'half':
            p.send(b'QUI')
            p.sock.shutdown(socket.SHUT_WR)
        elif how == 'reset':            # answers that nobody reads
            p.send(b'RETR 4\r\n' * 1000)
        elif how == 'kill':
            p.p.kill()
        elif how == 'term':
            p.p.terminate()
            c.ok(p.file.readline().startswith(b'-ERR [SYS/TEMP]'), 'last line')
        code = p.hangup()
        c.same(code, -9 if how == 'kill' else 0, 'exit code, ' + how)
        c.same(sorted(os.listdir(maildir + '/cur')), before, how)


def fenced():
    """after login only the Maildir can be reached"""
    maildir = scratch('few')
    home = os.path.dirname(maildir)
    with open(home + '/secret', 'w') as f:
        f.write('Subject: secret\n\nx\n')
    own(home)
    os.unlink(maildir + '/cur/1700000003.M3P7.example:2,')
    os.symlink(home + '/secret', maildir + '/cur/1700000003.M3P7.example:2,')
    log = home + '/log'
    open(log, 'w').close()
    own(home)
    p = Pop3(maildir, log=log)
    with open('/proc/%d/status' % p.p.pid) as f:
        status = f.read()
    c.ok('Seccomp:\t2' in status and 'NoNewPrivs:\t1' in status, 'seccomp')
    with open(log) as f:
        if 'warning what=landlock' in f.read():
            c.skip('Landlock', 'this kernel has none')
            return
    try:
        p.retr(3)
        c.ok(0, 'a link out of the Maildir')
    except poplib.error_proto as e:
        c.ok(e.args[0].startswith(b'-ERR [SYS/TEMP]'), 'a link', e)
    p.bye()


def main():
    lacks = need('pop3d/pop3d')
    if lacks:
        c.skip('all', lacks + ' is not there')
        c.done()
    session()
    pipelined()
    lost()
    fenced()
    two_sessions()
    big_mail()
    killed(many())
    c.done()


main()
