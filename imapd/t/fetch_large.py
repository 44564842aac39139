#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Large messages: streamed in bounded memory, whole and in pieces; a file that
shrinks under a FETCH ends the session instead of lying about a literal; a
client that hangs up ends a FETCH and a SEARCH; SIGTERM too.
"""
import base64
import os
import re
import signal
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, 'tests'))
from system import Checks, Dead, Imap, need, scratch    # noqa: E402
from imapwords import items                             # noqa: E402
import fixtures                                         # noqa: E402

LINE = b'lunch on friday in the garden\n'
LINES = 600000                  # 18 MB
LINKS = 60                      # that a SEARCH has to read
MEMORY = 4000                   # kB of our own that this may take
OCTETS = bytes(range(256)) * 20000
c = Checks('fetch_large')


def fill(path):
    fixtures.make('bare', path)
    first = path + '/cur/1700000001.M1P1.x:2,'
    with open(first, 'wb') as f:
        f.write(b'Subject: large\n\n')
        for _ in range(LINES // 1000):
            f.write(LINE * 1000)
    for n in range(2, LINKS):
        os.link(first, path + '/cur/17%08d.M1P1.x:2,' % n)


def session(maildir):
    s = Imap(maildir, log=os.devnull)
    s.select(how='EXAMINE')
    return s


def memory(s):
    """kB that are the process's own, 0 under the sanitizers"""
    with open('/proc/%d/status' % s.p.pid) as f:
        kb = int(re.search(r'RssAnon:\s+(\d+)', f.read())[1])
    return 0 if 'asan' in os.environ.get('O', '') else kb


def one(s, what):
    (out,) = [v for k, v in items(s.fetch('(%s)' % what, '1')[1]).items()
              if k != 'UID']
    return out


def whole(maildir):
    s = session(maildir)
    want = b'Subject: large\r\n\r\n' + LINE.replace(b'\n', b'\r\n') * LINES
    c.ok(one(s, 'BODY.PEEK[]') == want, 'the whole message')
    c.ok(one(s, 'BODY.PEEK[TEXT]') == want[18:], 'its text')
    c.same(int(one(s, 'RFC822.SIZE')), len(want), 'its size')
    got, step = b'', 1000003
    while True:
        piece = one(s, 'BODY.PEEK[]<%d.%d>' % (len(got), step))
        if not piece:
            break
        got += piece
    c.ok(got == want, 'in pieces')
    c.same(one(s, 'BODY.PEEK[]<%d.9>' % (len(want) - 5)), want[-5:],
           'its last octets')
    c.ok(memory(s) < MEMORY, 'memory', '%d kB' % memory(s))
    c.same(s.logout(), 0, 'the end')


def fill_binary(path):
    fixtures.make('bare', path)
    with open(path + '/cur/1700000001.M1P1.x:2,', 'wb') as f:
        f.write(b'Content-Type: image/x\n'
                b'Content-Transfer-Encoding: base64\n\n'
                + base64.encodebytes(OCTETS))


def binary():
    """a large part without its base64, whole and in pieces"""
    want = OCTETS
    s = session(scratch(fill_binary))
    c.ok(one(s, 'BINARY.PEEK[1]') == want, 'the whole part')
    c.same(int(one(s, 'BINARY.SIZE[1]')), len(want), 'its size')
    got, step = b'', 40007
    while len(got) <= len(want):
        piece = one(s, 'BINARY.PEEK[1]<%d.%d>' % (len(got), step))
        if not piece:
            break
        got += piece
    c.ok(got == want, 'the part in pieces')
    c.same(one(s, 'BINARY.PEEK[1]<100000.9>'), want[100000:100009], 'back')
    c.ok(memory(s) < MEMORY, 'memory', '%d kB' % memory(s))
    c.same(s.logout(), 0, 'the end')


def ends(s, within, what):
    """the program ends soon; what it still sent"""
    begin, out = time.monotonic(), s.buf
    try:
        while True:
            d = s.s.recv(1 << 20)
            if not d:
                break
            out += d
    except OSError:
        pass
    c.same(s.close(), 0, what + ': exit')
    c.ok(time.monotonic() - begin < within, what + ': soon')
    return out


def shrinks(maildir):
    copy = maildir + '/cur/1700009999.M1P1.x:2,'
    with open(copy, 'wb') as f:
        f.write(b'Subject: shrinks\n\n' + LINE * LINES)
    s = session(maildir)
    s.begin('FETCH %d BODY.PEEK[]' % LINKS)
    s._fill()
    os.truncate(copy, 2000000)
    out = ends(s, 20, 'a file that shrinks')
    c.ok(len(out) < 3000000 and b' OK fetched' not in out,
         'a file that shrinks: no more than there was', out[-100:])
    os.unlink(copy)


def interrupted(maildir):
    for command in ('FETCH 1:* BODY.PEEK[]', 'SEARCH TEXT nowhere'):
        s = session(maildir)
        s.begin(command)
        time.sleep(.1)
        s.s.close()
        begin = time.monotonic()
        c.same(s.p.wait(20), 0, command + ': hang-up')
        c.ok(time.monotonic() - begin < 10, command + ': hang-up, soon')
        s = session(maildir)
        tag = s.begin(command)
        time.sleep(.1)
        s.p.send_signal(signal.SIGTERM)
        out = ends(s, 20, command + ': SIGTERM')
        c.ok(out.endswith(b'\r\n') and b'\r\n* BYE ' in out[-200:]
             and tag.encode() + b' ' in out[-300:], command + ': SIGTERM',
             out[-200:])


def rewritten():
    """in place, its size and its times as before: more line ends than counted"""
    def few(path):
        fixtures.make('bare', path)
        with open(path + '/cur/1700000001.M1P1.x:2,', 'wb') as f:
            f.write(b'X: ' + b'y' * 90000 + b'\n')

    m = scratch(few)
    name = m + '/cur/1700000001.M1P1.x:2,'
    size, st = os.path.getsize(name), os.stat(name)
    s = session(m)
    c.same(len(one(s, 'BODY.PEEK[]')), size + 1, 'a header and nothing else')
    text = b'X: y\n' * (size // 5) + b'z' * (size % 5 - 1) + b'\n'
    with open(name, 'rb+') as f:
        f.write(text[:size])
    os.utime(name, ns=(st.st_atime_ns, st.st_mtime_ns))
    got = items(s.fetch('(BODY.PEEK[HEADER] BODY.PEEK[])', '1')[1])
    c.same(got.get('BODY[]'), text[:size].replace(b'\n', b'\r\n'),
           'written to in place')
    c.same(s.must('NOOP'), [], 'and nothing is spoilt')
    s.logout()


def main():
    lacks = need('imapd/imapd')
    if lacks:
        c.skip('all', lacks + ' is not there')
        c.done()
    maildir = scratch(fill)
    try:
        whole(maildir)
        shrinks(maildir)
        interrupted(maildir)
        binary()
        rewritten()
    except Dead as e:
        c.ok(0, 'a session died', e)
    c.done()


main()
