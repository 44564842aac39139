#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""COMPRESS=DEFLATE (RFC 4978): the same session through it, octet by octet
and all at once; changes told while it idles; broken data, a stream that ends,
a few octets that stand for many: the session ends, or goes on, in bounded
memory.
"""
import os
import re
import sys
import time
import zlib

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, 'tests'))
from system import Checks, Dead, Imap, need, scratch    # noqa: E402

BOMB = 300 << 20                # octets that some 300 kB stand for
c = Checks('compress')


def check(what, is_, wanted):
    c.same(is_, wanted, what)


class Packed(Imap):
    """an Imap that compresses once it has said so"""
    z = u = None
    piecewise = False

    def start(self):
        st, text, _ = self.cmd('COMPRESS DEFLATE')
        check('COMPRESS is accepted', st, 'OK')
        self.u = zlib.decompressobj(-15)
        self.z = zlib.compressobj(9, zlib.DEFLATED, -15)
        self.sent = 0

    def _fill(self):
        if not self.u:
            return super()._fill()
        got = self.s.recv(65536)
        if not got:
            raise Dead('the connection ended')
        self.buf += self.u.decompress(got)

    def send(self, data):
        if isinstance(data, str):
            data = data.encode('utf-8')
        if self.z:
            data = self.z.compress(data) + self.z.flush(zlib.Z_SYNC_FLUSH)
        if not self.piecewise:
            return super().send(data)
        for i in range(len(data)):
            super().send(data[i:i + 1])


def session(maildir, piecewise=False):
    s = Packed(maildir, log=os.devnull)
    check('it is offered', b'COMPRESS=DEFLATE' in s.greeting, True)
    s.piecewise = piecewise
    s.start()
    return s


def same(maildir):
    """what a client sees is what it sees without"""
    commands = ['CAPABILITY', 'LIST "" *', 'EXAMINE INBOX',
                'FETCH 1:* (FLAGS ENVELOPE BODYSTRUCTURE BODY.PEEK[])',
                'UID SEARCH TEXT lunch', 'STATUS Sent (MESSAGES SIZE)']
    plain = Imap(maildir, log=os.devnull)
    want = [plain.cmd(x)[2] for x in commands]
    for piecewise in False, True:
        s = session(maildir, piecewise)
        got = [s.cmd(x)[2] for x in commands]
        check('not offered twice', b'COMPRESS' in got[0][0], False)
        check('the same answers, piecewise %s' % piecewise,
                got[1:], want[1:])
        st, text, _ = s.cmd('COMPRESS DEFLATE')
        check('no second time', (st, text[:20]),
                ('BAD', '[COMPRESSIONACTIVE] '))
        check('and on it goes', s.cmd('NOOP')[0], 'OK')
        s.logout()      # it may end before the last octet was sent
    check('unknown mechanism', plain.cmd('COMPRESS LZ4')[0], 'BAD')
    check('no mechanism', plain.cmd('COMPRESS')[0], 'BAD')
    check('still in the clear', plain.cmd('NOOP')[0], 'OK')


def large(maildir):
    """literals both ways, many commands in one packet"""
    s = session(maildir)
    text = b'Subject: large\r\n\r\n' + os.urandom(300000).hex().encode() \
        + b'\r\n' + b'much of the same\r\n' * 50000
    s.send(b'a APPEND INBOX {%d+}\r\n' % len(text) + text
           + b'\r\nb SELECT INBOX\r\nc FETCH * BODY[]\r\nd NOOP\r\n')
    for tag in 'abc':
        st, _, got = s.end(tag)
        check('pipelined %s' % tag, st, 'OK')
    check('the message came back', text in got[0], True)
    check('the last of them', s.end('d')[0], 'OK')


def idle(maildir):
    s, other = session(maildir), Imap(maildir, log=os.devnull)
    s.cmd('SELECT INBOX')
    tag = s.begin('IDLE')
    check('IDLE', s.response()[:1], b'+')
    other.cmd('SELECT INBOX')
    other.cmd('STORE 1 +FLAGS (Told)')
    told = b''
    while b'Told' not in told or b'FETCH' not in told:
        told = s.response()
    check('told while it idles', b' FETCH ' in told, True)
    s.piecewise = True
    s.send('DONE\r\n')
    check('DONE', s.end(tag)[0], 'OK')


def broken(maildir):
    """not deflate; a stream that the client ended"""
    s = session(maildir)
    s.s.sendall(b'\xff' * 100)
    check('broken data end it', s.response()[:5], b'* BYE')
    s = session(maildir)
    s.s.sendall(s.z.compress(b'x NOOP\r\n') + s.z.flush(zlib.Z_FINISH))
    check('the last command is answered', s.end('x')[0], 'OK')
    try:
        s.response()
        check('then it ends', 'a response', 'the end')
    except Dead:
        check('then it ends', 1, 1)
    s = Packed(maildir, log=os.devnull)
    z = zlib.compressobj(9, zlib.DEFLATED, -15)
    s.s.sendall(b'a COMPRESS DEFLATE\r\n' + z.compress(b'b NOOP\r\n')
                + z.flush(zlib.Z_SYNC_FLUSH))
    check('OK', s.end('a')[0], 'OK')
    s.u = zlib.decompressobj(-15)
    rest, s.buf = s.buf, b''
    s.buf = s.u.decompress(rest)
    check('what came too early counts', s.end('b')[0], 'OK')


def memory(s):
    with open('/proc/%d/status' % s.p.pid) as f:
        kb = int(re.search(r'RssAnon:\s+(\d+)', f.read())[1])
    return 0 if 'asan' in os.environ.get('O', '') else kb


def bomb(maildir):
    """a line without an end, and a literal that is too large"""
    s = session(maildir)
    before = memory(s)
    s.s.settimeout(120)
    piece = s.z.compress(b'a' * BOMB) + s.z.compress(b'\r\n') \
        + s.z.flush(zlib.Z_SYNC_FLUSH)
    start = time.time()
    s.s.sendall(piece)
    check('refused', re.match(rb'\S+ BAD', s.response()) is not None, True)
    check('in bounded memory', memory(s) - before < 2000, True)
    check('the session goes on', s.cmd('NOOP')[0], 'OK')
    print('%d octets for %d in %.1f s' % (len(piece), BOMB,
                                          time.time() - start))


def main():
    lacks = need('imapd/imapd')
    if lacks:
        c.skip('all', lacks + ' is not there')
        c.done()
    try:
        for what in same, large, idle, broken, bomb:
            what(scratch('folders'))
    except Dead as e:
        c.ok(0, 'a session died', e)
    c.done()


main()
