#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""STAT, LIST, UIDL, RETR and TOP beside Dovecot's on the same Maildir.

Over random mail, some of it as broken as mail gets. Where the two differ, the
standard decides: DECIDED has these cases with the reason and our answer.
Skipped where Dovecot is not installed.
"""
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, 'tests'))
from system import Checks, need, scratch                # noqa: E402
from pop3 import DOVECOT, Pop3                          # noqa: E402
from wildmail import Wild                               # noqa: E402
import fixtures                                         # noqa: E402

MESSAGES = int(os.environ.get('MESSAGES', 120))
SEED = int(os.environ.get('SEED', 1))
c = Checks('pop3 against_dovecot')

EDGES = [b'\n', b'\r\n', b'\n.\n', b'a', b'a\n',
         b'a\r', b'a\n\n', b'a: b\n\n.\n..\n...\nx\n.', b'a: b\r\n\r\nx\r\n',
         b'a: b\n\nx\ry\n', b'a: b\r\n\nx\n\r\ny', b'\0', b'a: b\n\n\0\n',
         b'a: b\n\n' + b'x' * 100000 + b'\n.\n', b'a: b\n\n' + b'.\n' * 20000,
         b'a: b\n\n' + b'\n' * 70000, b'x' * 32767 + b'\n.\n',
         b'x' * 32768 + b'\n.\n', b'a: b\n \n\nbody\n', b'a: b\n\r\nbody\n']

# (reason, message, what RETR gives, that is, with the dots undone)
DECIDED = [
    ('no octet is no line: LIST says 0 octets (RFC 1939 section 11)',
     b'', b''),
    ('a dot at the start of the first line is stuffed like any other (RFC '
     '1939 section 3); else the response ends there', b'.\nx\n',
     b'.\r\nx\r\n'),
    ('the same without a line end', b'.', b'.\r\n'),
]


def fill(path):
    wild = Wild(SEED, odd=True)
    fixtures.make('bare', path)
    for n, text in enumerate(EDGES + [wild.message()
                                      for _ in range(MESSAGES)], 1):
        # see DECIDED; and a line that starts with CR ends Dovecot's header
        text = text.lstrip(b'.') or b'x'
        text = re.sub(rb'(^|\n)\r+(?!\n)', rb'\1', text)
        # some with sizes in the name, some flagged, some not yet looked at
        name = '17%08d.M1P1.x' % n
        if n % 3 == 0:
            name += ',S=%d,W=%d' % (len(text), fixtures.wsize(text))
        sub = 'new/%s' if n % 5 == 0 else 'cur/%s:2,' + 'S' * (n % 2)
        fixtures.put('%s/%s' % (path, sub % name), text,
                     1700000000 + n * 3600)


def both(command, theirs, ours, what):
    x, y = theirs.lines(command), ours.lines(command)
    return c.ok(x == y, what, 'dovecot %r, ours %r' % (x[:700], y[:700]))


def same_mail(theirs, ours):
    c.same(ours.stat(), theirs.stat(), 'STAT')
    both(b'LIST', theirs, ours, 'LIST')
    both(b'UIDL', theirs, ours, 'UIDL')
    for n in range(1, ours.stat()[0] + 1):
        both(b'RETR %d' % n, theirs, ours, 'RETR of message %d' % n)
        for k in (0, 1, 2, 7, 100000):
            both(b'TOP %d %d' % (n, k), theirs, ours,
                 'TOP of message %d, %d lines' % (n, k))


def decided():
    def make(path):
        fixtures.make('bare', path)
        for n, d in enumerate(DECIDED, 1):
            fixtures.put('%s/cur/%d.a:2,' % (path, n), d[1], 1700000000)

    ours = Pop3(scratch(make))
    for n, (why, _, want) in enumerate(DECIDED, 1):
        c.same(ours.lines(b'RETR %d' % n), want, why)
    ours.bye()


def unique_ids(fields, words='', **more):
    """UIDL of both with these fields in the uidlist; in the end ours"""
    def make(path):
        fixtures.make('few', path)
        with open(path + '/dovecot-uidlist', 'w') as f:
            f.write('3 V1700000000 N5 G%s%s\n' % (fixtures.GUID, words))
            for n in range(1, 5):
                f.write('%d %s:%s\n' % (n, fields.get(n, ''),
                                        fixtures.name(n)))
    maildir = scratch(make)
    theirs = Pop3(maildir, dovecot=True, **more.get('theirs', {}))
    ours = Pop3(maildir, **more.get('ours', {}))
    pair = theirs.uids(), ours.uids()
    theirs.bye()
    ours.bye()
    return pair


def same_uids():
    for fields in ({}, {1: 'Pone ', 3: 'Pthree '}, {2: 'O1 ', 4: 'O2 '},
                   {1: 'O30 ', 2: 'O20 ', 3: 'O10 '}, {4: 'O1 Pfour '},
                   {1: 'O1 ', 2: 'O1 '}, {3: 'O0 '}, {1: 'P '},
                   {2: 'S758 W789 Pmid G1234 '}):
        theirs, ours = unique_ids(fields)
        c.same(ours, theirs, 'UIDL with the fields %r' % fields)
    for form in ('%v.%u', '%u', '%08Xv%08Xu', '%f', '%Mf', 'UID%u-%v',
                 '%08Xu%08Xv', '%v-%u', '%g', '%Lf', '%Uf', '%05u'):
        theirs, ours = unique_ids(
            {2: 'Ptwo '}, theirs={'more': 'pop3_uidl_format = ' + form},
            ours={'POP3_UIDL': form})
        c.same(ours, theirs, 'UIDL in the format ' + form)


def main():
    lacks = need('pop3d/pop3d')
    if lacks or not os.path.exists(DOVECOT):
        c.skip('all', (lacks or DOVECOT) + ' is not there')
        c.done()
    maildir = scratch(fill)
    theirs = Pop3(maildir, dovecot=True)
    ours = Pop3(maildir, POP3_8BIT='as-is')
    same_mail(theirs, ours)
    before = ours.uids()
    for p in (theirs, ours):
        p.dele(3)
        p.dele(len(before))
    c.same(ours.bye()[:3], b'+OK', 'QUIT')
    c.same(theirs.bye()[:3], b'+OK', 'QUIT of the other, after us')
    theirs = Pop3(maildir, dovecot=True)
    ours = Pop3(maildir, POP3_8BIT='as-is')
    c.same(ours.uids(), before[:2] + before[3:-1], 'what is left')
    c.same(theirs.uids(), ours.uids(), 'what is left for both')
    theirs.bye()
    ours.bye()
    same_uids()
    decided()
    c.done()


main()
