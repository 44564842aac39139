#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Answers about broken messages that servers see differently.

Each was decided by the standard, for the reason beside it; tests/oracle has
the comparison with Dovecot from which they come.
"""
import os
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path[:0] = [TOP + '/tests', TOP + '/tests/oracle']
from system import Checks, need, scratch                # noqa: E402
from pair import Twin                                   # noqa: E402
import fixtures                                         # noqa: E402

c = Checks('decided')

PLAIN = 'From: a@b\nDate: Tue, 14 Nov 2023 22:13:20 +0000\n'
# (reason, message, FETCH item, our answer)
DECIDED = [
    ('an address without a domain has the host "", not a made-up word; NIL '
     'would be a group (RFC 3501 section 7.4.2)',
     'To: joe\n\n', 'ENVELOPE', [None] * 5 + [[[None, None, b'joe', b'']]]
     + [None] * 4),
    ('an empty place between commas is no address (RFC 5322 section 4.4)',
     'To: a@b,, c@d\n\n', 'ENVELOPE',
     [None] * 5 + [[[None, None, b'a', b'b'], [None, None, b'c', b'd']]]
     + [None] * 4),
    ('unfolding removes the line break and nothing else; a TAB stays (RFC '
     '5322 section 2.2.3)', 'Subject: a\n\tb\n  c\n\n', 'ENVELOPE',
     [None, b'a\tb  c'] + [None] * 8),
    ('white space before a folded text is not part of it',
     'Message-ID:\n <1@x>\n\n', 'ENVELOPE', [None] * 9 + [b'<1@x>']),
    ('no blank line is made up: RFC 3501 appendix B, 72',
     'Subject: x\nTo: y@z\n', 'BODY[HEADER.FIELDS (Subject)]',
     b'Subject: x\r\n'),
    ('a part that a message does not have is NIL, as in RFC 3516; Dovecot '
     'says ""', PLAIN + '\nx\n', 'BODY[7]', None),
    ('the CR LF before a boundary belongs to it, also behind the end of an '
     'inner multipart (RFC 2046 section 5.1.1)',
     'Content-Type: multipart/mixed; boundary=o\n\n--o\n'
     'Content-Type: multipart/mixed; boundary=i\n\n--i\n\nx\n--i--\n--o--\n',
     'BODY[1]', b'--i\r\n\r\nx\r\n--i--'),
    ('BODY[n] of a message is its header and its text, also where the blank '
     'line is the last before a boundary; Dovecot leaves it out of HEADER '
     'only', 'Content-Type: multipart/digest; boundary=b\n\n--b\n\n'
     'Subject: x\n\n--b--\n', 'BODY[1.HEADER]', b'Subject: x\r\n\r\n'),
    ('an encoding that the header names is there for the reader to undo, '
     'also where MIME-Version and Content-Type are missing',
     PLAIN + 'Content-Transfer-Encoding: 8bit\n\nx', 'BODY',
     [b'text', b'plain', [b'charset', b'us-ascii'], None, None, b'8bit', '1',
      '0']),
    ('a multipart needs a part: one without any is shown as the text that it '
     'is, so that its octets can be read',
     'Content-Type: multipart/mixed; boundary=o\n\nhello\n', 'BODY',
     [b'text', b'plain', [b'charset', b'us-ascii'], None, None, b'7bit', '7',
      '1']),
    ('Content-Location is a URI: folding and white space go (RFC 2557 '
     'section 4.4.2)',
     'Content-Location: http://a/\n b\n\nx', 'BODYSTRUCTURE',
     [b'text', b'plain', [b'charset', b'us-ascii'], None, None, b'7bit', '1',
      '0', None, None, None, b'http://a/b']),
    ('a Content-Type that cannot be read is text/plain (RFC 2045 section '
     '5.2)', 'Content-Type: garbage\n\nx', 'BODY',
     [b'text', b'plain', [b'charset', b'us-ascii'], None, None, b'7bit', '1',
      '0']),
    ('a comment right behind a value is none of it (RFC 2045 section 5.1); '
     'brackets within are', 'Content-Type: image/png; a=b(c); name=d(1).png\n'
     '\nx', 'BODY', [b'image', b'png', [b'a', b'b', b'name', b'd(1).png'],
                     None, None, b'7bit', '1']),
    ('an address that cannot be read does not hide those behind it',
     'To: a@b c@d, <e@f, g@h\n\n', 'ENVELOPE', [None] * 5 + [
         [[None, None, b'a', b'b'], [None, None, b'c', b'd'],
          [None, None, b'e', b'f'], [None, None, b'g', b'h']]] + [None] * 4),
    ('of a field that may come once the first counts; destinations are '
     'joined (RFC 5322 sections 3.6 and 4.5)',
     'Subject: x\nSubject: y\nTo: a@b\nTo: c@d\n\n', 'ENVELOPE',
     [None, b'x', None, None, None,
      [[None, None, b'a', b'b'], [None, None, b'c', b'd']]] + [None] * 4),
    ('a multipart or a message as a whole has no transfer encoding',
     'Content-Transfer-Encoding: base64\n\nYQ==\n', 'BINARY[]',
     b'Content-Transfer-Encoding: base64\r\n\r\nYQ==\r\n'),
    ('damaged base64 gives what can be decoded (RFC 2045 section 6.8)',
     'Content-Type: image/png\nContent-Transfer-Encoding: base64\n\nY*Q',
     'BINARY[1]', b'a'),
]
# (reason, message, SEARCH key, whether we find it)
DECIDED_SEARCH = [
    ('a message without a Date was sent on no day', 'From: a@b\n\nx\n',
     'SENTBEFORE 1-Jan-2030', 0),
    ('a phrase is found where the text was wrapped',
     PLAIN + '\nlunch on\nfriday\n', 'BODY "on friday"', 1),
    ('the header of a message in a message is in the body of the outer one',
     PLAIN + 'Content-Type: message/rfc822\n\nX-Inner: value\n\nx\n',
     'BODY "x-inner: val"', 1),
    ('an unknown transfer encoding hides no text that can be read',
     PLAIN + 'Content-Transfer-Encoding: x-none\n\nlunch\n', 'BODY lunch', 1),
    ('lines of the header that are no field are text', 'From: a@b\nno field\n'
     '\nx\n', 'TEXT "no field"', 1),
    ('an address is found as ENVELOPE shows it (RFC 3501 section 6.4.4)',
     'To: joe(c)@x . org\n\nx\n', 'TO joe@x.org', 1),
    ('a word that another server makes up is not found', 'To: joe\n\nx\n',
     'TO missing', 0),
]


def fill(path):
    fixtures.make('bare', path)
    for n, (_, text, *_) in enumerate(DECIDED + DECIDED_SEARCH, 1):
        fixtures.put('%s/cur/17%08d.M1P1.x:2,' % (path, n),
                     text.encode('latin-1'), 1700000000 + n * 3600)


def main():
    lacks = need('imapd/imapd')
    if lacks:
        c.skip('all', lacks + ' is not there')
        c.done()
    ours = Twin(scratch(fill), ours=True)
    for n, (why, _, what, want) in enumerate(DECIDED, 1):
        c.same(ours.ask(what.replace('[', '.PEEK['), n), want, why)
    for n, (why, _, key, want) in enumerate(DECIDED_SEARCH, len(DECIDED) + 1):
        c.same(ours.found('UID %d %s' % (n, key)), [n] * want, why)
    c.same(ours.close(), 0, 'the end')
    c.done()


main()
