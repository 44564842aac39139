#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""BINARY[n] is what BODY[n] holds inside its transfer encoding.

Over random odd mail: BINARY.SIZE is the size of BINARY, partial answers are
slices of it, text has CR LF line ends, clean base64 and the encodings that
are none give what Python makes of them; an encoding that is not known is NO
[UNKNOWN-CTE] and nothing else is.
"""
import base64
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, 'tests'))
from system import Checks, Imap, need, scratch          # noqa: E402
from imapwords import items, parts, message             # noqa: E402
from wildmail import Wild                               # noqa: E402
import fixtures                                         # noqa: E402

MESSAGES = int(os.environ.get('MESSAGES', 150))
SEED = int(os.environ.get('SEED', 2))
IDENTITY = (b'7bit', b'8bit', b'binary')
KNOWN = IDENTITY + (b'base64', b'quoted-printable')
c = Checks('binary_agrees')


def fill(path):
    wild = Wild(SEED, odd=True)
    fixtures.make('bare', path)
    for n in range(1, MESSAGES + 1):
        fixtures.put('%s/cur/17%08d.M1P1.x:2,' % (path, n), wild.message(),
                     1700000000 + n * 3600)


def octet_lines(body):
    """text whose charset has CR LF as two octets"""
    params = body[2] or []
    charset = b''.join(v for k, v in zip(params[::2], params[1::2])
                       if k.lower() == b'charset')
    return body[0].lower() == b'text' and not re.match(
        rb'(?i)utf-?(16|32)|ucs|iso-10646-ucs', charset)


def lines(text):
    return re.sub(rb'(?<!\r)\n', b'\r\n', text)


def want(body, text):
    """BINARY of a part that BODY[n] sends as text; None: not for us to say"""
    cte = body[5].lower()
    if cte in IDENTITY:
        return text
    if cte != b'base64':
        return None
    try:
        text = base64.b64decode(re.sub(rb'\r\n', b'', text), validate=True)
    except ValueError:
        return None
    return lines(text) if octet_lines(body) else text


def fetch(s, n, number):
    """the items, or None for UNKNOWN-CTE"""
    word, text, untagged = s.cmd(
        'UID FETCH %d (BINARY.PEEK[%s] BINARY.SIZE[%s] BINARY.PEEK[%s]<5.30>'
        ' BINARY.PEEK[%s]<1.9> BODY.PEEK[%s])' % ((n,) + (number,) * 5))
    if word == 'NO' and text.startswith('[UNKNOWN-CTE]'):
        c.same(untagged, [], '%d: nothing is sent' % n)
        return None
    c.same(word, 'OK', '%d: FETCH' % n)
    return items(re.match(rb'\* \d+ FETCH \((.*)\)$', untagged[0], re.S)[1])


def part(s, n, number, body):
    what = '%d: part %s ' % (n, number)
    a = fetch(s, n, number)
    if a is None:
        c.ok(body[5].lower() not in KNOWN, what + 'is known', body[5])
        return
    have, text = a['BINARY[%s]' % number], a['BODY[%s]' % number]
    c.same(int(a['BINARY.SIZE[%s]' % number]), len(have), what + 'size')
    c.same(a['BINARY[%s]<5>' % number], have[5:35], what + 'partial')
    c.same(a['BINARY[%s]<1>' % number], have[1:10], what + 'back')
    if octet_lines(body):
        c.same(lines(have), have, what + 'line ends')
    this = want(body, text)
    if this is not None:
        nul = body[5].lower() in IDENTITY
        c.same(have.replace(b'\0', b'\x80') if nul else have, this,
               what + 'decoded')


def main():
    lacks = need('imapd/imapd')
    if lacks:
        c.skip('all', lacks + ' is not there')
        c.done()
    s = Imap(scratch(fill), log=os.devnull)
    s.select(how='EXAMINE')
    structures = s.fetch('BODYSTRUCTURE')
    for n in sorted(structures):
        for number, body in list(parts(items(structures[n])
                                       ['BODYSTRUCTURE']))[:60]:
            if not isinstance(body[0], list) and not message(body):
                part(s, n, number, body)
    c.same(s.logout(), 0, 'the end')
    c.done()


main()
