#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""FETCH and SEARCH beside Dovecot's on the same Maildir.

Over random mail that real clients could have written, ENVELOPE,
BODYSTRUCTURE, BODY, every section and a list of searches must be equal. Where
the two differ, the standard decides: DECIDED below has each such case with the
reason and our answer (and is a test of it), and the random mail has none of
these. Skipped where Dovecot is not installed.
"""
import os
import re
import socket
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, 'tests'))
from system import Checks, Imap, as_user, need, own, scratch    # noqa: E402
from imapwords import items, parts                              # noqa: E402
from wildmail import Wild                                       # noqa: E402
import fixtures                                                 # noqa: E402

DOVECOT = '/usr/lib/dovecot/imap'
MESSAGES = int(os.environ.get('MESSAGES', 80))
SEED = int(os.environ.get('SEED', 1))
c = Checks('against_dovecot')
texts = {}

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
]

SEARCHES = [
    'ALL', 'FROM ann', 'FROM "last, first"', 'TO "a@b"', 'CC c@d', 'BCC b',
    'SUBJECT hello', 'SUBJECT "aus k\u00f6ln"', 'SUBJECT gr\u00dcsse',
    'SUBJECT "folded over"', 'HEADER X-Odd ""', 'HEADER X-Odd VALUE',
    'HEADER Received "a by"', 'HEADER Message-ID "@x"', 'BODY invoice',
    'BODY stra\u00dfe', 'BODY "\u00e9CLAIR"',
    'BODY "\u041f\u0420\u0418\u0412\u0415\u0422"', 'TEXT garden',
    'TEXT hello', 'TEXT "j\u00f6rg"', 'NOT TEXT garden',
    'OR BODY garden SUBJECT hello', 'NOT (OR BODY garden NOT SUBJECT hello)',
    'SENTON 14-Nov-2023', 'SENTSINCE 1-Jan-2000', 'SENTON 7-Feb-1994',
    'SENTBEFORE 1-Jan-2000 HEADER Date ""', 'SENTON 31-Dec-1999',
    'ON 15-Nov-2023', 'SINCE 16-Nov-2023', 'BEFORE 15-Nov-2023',
    'LARGER 500', 'SMALLER 500', 'LARGER 1000 SMALLER 2000',
    'UID 5:10 NOT UID 7', '3:9 SUBJECT e', 'OLDER 100000', 'YOUNGER 5000',
    'SEEN', 'NOT SEEN 1:5',
]


def fill(path):
    wild = Wild(SEED)
    fixtures.make('bare', path)
    some = [wild.message() for _ in range(MESSAGES)]
    some += [d[1].encode('latin-1') for d in DECIDED + DECIDED_SEARCH]
    for n, text in enumerate(some, 1):
        texts[n] = text
        fixtures.put('%s/cur/17%08d.M1P1.x:2,' % (path, n), text,
                     1700000000 + n * 3600)


def dovecot(maildir):
    """Dovecot's imap on that Maildir, as a session like ours"""
    home = os.path.dirname(maildir)
    with open(home + '/dovecot.conf', 'w') as f:
        f.write('base_dir = %s/run\nstate_dir = %s/run\n'
                'mail_location = maildir:%s\nlog_path = /dev/null\nssl = no\n'
                'default_internal_user = nobody\n'
                'default_login_user = nobody\n'
                'stats_writer_socket_path =\n' % (home, home, maildir))
    own(home)
    s = Imap.__new__(Imap)
    s.buf, s.name, s.n = b'', 'd', 0
    s.s, theirs = socket.socketpair()
    s.s.settimeout(60)
    s.p = subprocess.Popen(
        [DOVECOT, '-c', home + '/dovecot.conf'], stdin=theirs.fileno(),
        stdout=theirs.fileno(), stderr=subprocess.DEVNULL, cwd=home,
        env={'HOME': home, 'USER': 'test', 'TZ': 'UTC',
             'PATH': os.environ.get('PATH', '/usr/bin:/bin')},
        start_new_session=True, **as_user())
    theirs.close()
    s.greeting = s.response()
    return s


def answer(s, what, uid):
    (out,) = [v for k, v in items(s.fetch('(%s)' % what, str(uid))[uid]
                                  ).items() if k != 'UID']
    return out


def same_items(theirs, ours, uids, what):
    """one command over all messages; differences name the message"""
    span = '%d:%d' % (uids[0], uids[-1])
    a = theirs.fetch('(UID %s)' % what, span)
    b = ours.fetch('(UID %s)' % what, span)
    for n in uids:
        # field names come back in capitals from Dovecot
        x = {k.upper(): v for k, v in items(a[n]).items()}
        y = {k.upper(): v for k, v in items(b[n]).items()}
        if not c.ok(x == y, '%s of message %d' % (what, n)):
            print('  dovecot: %.1500r\n  ours:    %.1500r' % (x, y))


def fetches(theirs, ours, uids):
    for what in ('ENVELOPE', 'BODYSTRUCTURE', 'BODY', 'RFC822.SIZE',
                 'INTERNALDATE', 'BODY.PEEK[]', 'RFC822.HEADER',
                 'BODY.PEEK[HEADER]', 'BODY.PEEK[TEXT]',
                 'BODY.PEEK[]<5.100>', 'BODY.PEEK[TEXT]<3.70>',
                 'BODY.PEEK[TEXT]<100000.7>', 'BODY.PEEK[HEADER]<1.1>',
                 'BODY.PEEK[HEADER.FIELDS (Subject FROM)]',
                 'BODY.PEEK[HEADER.FIELDS (X-Odd Received "X Y")]',
                 'BODY.PEEK[HEADER.FIELDS (Content-Type)]<3.9>',
                 'BODY.PEEK[HEADER.FIELDS.NOT (To Date)]'):
        same_items(theirs, ours, uids, what)
    for n in uids:
        body = answer(ours, 'BODYSTRUCTURE', n)
        for number, _ in list(parts(body))[:20]:
            for what in ('BODY.PEEK[%s]', 'BODY.PEEK[%s.MIME]',
                         'BODY.PEEK[%s]<2.9>', 'BODY.PEEK[%s.HEADER]',
                         'BODY.PEEK[%s.TEXT]',
                         'BODY.PEEK[%s.HEADER.FIELDS (From To)]'):
                what %= number
                x, y = answer(theirs, what, n), answer(ours, what, n)
                c.ok(x == y or (y is None and x == b''),
                     '%s of message %d' % (what, n),
                     'dovecot %r, ours %r' % (x, y))


def found(s, key):
    key = re.sub(r'(\w*[^\x00-\x7f]\w*)(?![\w"])', r'"\1"', key)
    word, text, untagged = s.cmd('UID SEARCH CHARSET UTF-8 ' + key)
    if word != 'OK':
        return word
    return [int(u) for r in untagged if r.startswith(b'* SEARCH')
            for u in r.split()[2:]]


def searches(theirs, ours, uids):
    for key in SEARCHES:
        key += ' UID %d:%d' % (uids[0], uids[-1])
        x, y = found(theirs, key), found(ours, key)
        if not c.ok(x == y, 'SEARCH ' + key, 'dovecot %r, ours %r' % (x, y)):
            for n in sorted(set(x) ^ set(y))[:2]:
                print('  %d: %.1000r' % (n, texts[n]))


def decided(theirs, ours, uids):
    agree = 0
    for n, (why, _, what, want) in zip(uids, DECIDED):
        what = what.replace('BODY[', 'BODY.PEEK[')
        c.same(answer(ours, what, n), want, why)
        agree += answer(theirs, what, n) == want
    for n, (why, _, key, want) in zip(uids[len(DECIDED):], DECIDED_SEARCH):
        key = 'UID %d %s' % (n, key)
        c.same(found(ours, key), [n] * want, why)
        agree += found(theirs, key) == [n] * want
    if agree:
        print('%d of the decided cases are none with this Dovecot' % agree)


def main():
    lacks = need('imapd/imapd')
    if lacks or not os.path.exists(DOVECOT):
        c.skip('all', (lacks or DOVECOT) + ' is not there')
        c.done()
    maildir = scratch(fill)
    theirs = dovecot(maildir)
    theirs.select(how='EXAMINE')        # gives the UIDs
    ours = Imap(maildir, log=os.devnull)
    ours.select(how='EXAMINE')
    uids = sorted(texts)
    fetches(theirs, ours, uids[:MESSAGES])
    searches(theirs, ours, uids[:MESSAGES])
    decided(theirs, ours, uids[MESSAGES:])
    theirs.close()
    c.same(ours.logout(), 0, 'the end')
    c.done()


main()
