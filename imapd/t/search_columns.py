#!/usr/bin/python3
# ISC licence; see LICENSE.
"""SEARCH by the columns of the index finds what it finds without them.

Each message says the same in Subject, From, To, Cc, Bcc and in a field of
ours, X-Subject and so on, for which there are no columns. So each program has
a twin that goes the long way, and both have to find the same messages: when
the columns are not there yet, when they are, when they have some of the
messages, after expunges, deliveries and copies, and in several sessions.
"""
import os
import random
import shutil
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, 'tests'))
from system import Checks, Imap, deliver, need, scratch  # noqa: E402
import fixtures                                         # noqa: E402
import wildmail                                         # noqa: E402

MESSAGES = 600                  # more than two stretches of 256
rng = random.Random(int(os.environ.get('SEED', 1)))
c = Checks('search_columns')
FIELDS = ('Subject', 'From', 'To', 'Cc', 'Bcc')
WORDS = ['lunch', 'friday', 'Gr\u00fc\u00dfe', 'K\u00f6ln', 'report', 'a b',
         're:', 'Zebra', 'z' * 40, 'ann', 'example.org', 'J\u00f6rg', '@x']
# a gap beside a dot or an @: addresses without it are looked at, too, but
# not in X-From
PEOPLE = [a for a in wildmail.ADDRESSES if 'x @ y' not in a and '. ' not in a]
KEYS = WORDS + ['', 'n', 'e', ' ', 'r\u00e9', 'RE: ', 'hello', 'over lines',
                'bob@example.net', 'undisclosed', 'nowhere', 'x' * 1200,
                'x' * 5000, '\u00df', '.']


def value(field):
    if rng.random() < 0.04:
        return ''
    if rng.random() < 0.02:     # longer than what a column takes
        return ' '.join(rng.choice(WORDS) for _ in range(900))
    if field == 'Subject':
        return (rng.choice(wildmail.SUBJECTS) if rng.random() < 0.4 else
                ' '.join(rng.choice(WORDS) for _ in range(rng.randrange(6))))
    return ', '.join(rng.choice(PEOPLE) for _ in range(rng.randrange(1, 4)))


def octets(s):
    try:
        return s.encode('latin-1') if '\xc3' in s else s.encode()
    except UnicodeEncodeError:
        return s.encode()


def message():
    out = []
    for f in FIELDS:
        for _ in range(rng.choice((0, 1, 1, 1, 1, 1, 2))):
            v = octets(value(f))
            out += [b'%s: %s\n' % (f.encode(), v),
                    b'X-%s: %s\n' % (f.encode(), v)]
    return b''.join(out) + b'\nbody\n'


def fill(path):
    fixtures.make('bare', path)
    for n in range(1, MESSAGES + 1):
        fixtures.put('%s/cur/17%08d.M1P1.x:2,%s' % (
            path, n, rng.choice(('', 'S', 'F'))), message(), 1700000000 + n)


def literal(word):
    w = word.encode()
    return b'{%d+}\r\n%s' % (len(w), w)


def key(depth):
    """a random program and its twin"""
    r = rng.random()
    if depth and r < 0.35:
        how = rng.choice((b'OR %s %s', b'(%s %s)', b'NOT (%s %s)'))
        a, b = key(depth - 1), key(depth - 1)
        return how % (a[0], b[0]), how % (a[1], b[1])
    if r < 0.45:
        a = key(0)
        return b'NOT ' + a[0], b'NOT ' + a[1]
    if r < 0.6:
        k = rng.choice((b'SEEN', b'UNFLAGGED', b'UID 200:300', b'1:400',
                        b'BODY body', b'TEXT lunch', b'SMALLER 400',
                        b'SINCE 1-Jan-2020', b'SENTSINCE 1-Jan-2020'))
        return k, k
    f, w = rng.choice(FIELDS), literal(rng.choice(KEYS))
    named = rng.choice((b'%s %s' % (f.upper().encode(), w),
                        b'HEADER %s %s' % (f.encode(), w)))
    return named, b'HEADER X-%s %s' % (f.encode(), w)


def found(s, program, how=b''):
    word, text, got = s.cmd(b'UID SEARCH %sCHARSET UTF-8 %s' % (how, program))
    if word != 'OK':
        return word, text
    return sorted(g for g in got if b'SEARCH' in g and b'TAG' not in g) + [
        g.split(b')', 1)[1] for g in got if b'TAG' in g]


def agree(s, what, times):
    wrong = 0
    for _ in range(times):
        mine, long_way = key(3)
        how = rng.choice((b'',) * 4 + (b'RETURN (MIN MAX) ', b'RETURN (MIN) ',
                                       b'RETURN (COUNT ALL) '))
        a, b = found(s, mine, how), found(s, long_way, how)
        if a != b:
            wrong += 1
            c.same(a, b, '%s: %s' % (what, mine[:200]))
    c.same(wrong, 0, what)


def session(box):
    s = Imap(box, log=os.devnull)
    s.select()
    return s


def some_then_all(box):
    """columns that have some of the messages"""
    shutil.rmtree(box + '/roost.index')
    s = session(box)
    for uids in (b'250:260', b'600', b'1:10', b'*', b'100:550'):
        for f in (b'SUBJECT', b'CC'):
            found(s, b'UID %s %s n' % (uids, f))
    agree(s, 'columns of some messages', 30)
    s.logout()


def changes(box):
    a, b = session(box), session(box)
    agree(a, 'from the index', 30)
    b.must('UID STORE 240:260,300:520,7 +FLAGS.SILENT (\\Deleted)')
    b.must('EXPUNGE')
    # still in the view of a, and no more in the index
    agree(a, 'expunged by another session', 20)
    a.cmd('NOOP')
    agree(a, 'after the expunge', 20)
    for _ in range(5):
        deliver(box, message())
    a.cmd('NOOP')
    agree(a, 'new mail', 20)
    a.must('UID COPY 1:50 INBOX')
    a.cmd('NOOP')
    agree(a, 'copies', 20)
    b.cmd('NOOP')
    agree(b, 'the other session', 10)
    found(a, b'SUBJECT lunch')
    c.same(a.logout(), 0, 'the end')
    c.same(b.logout(), 0, 'the end of the other')


def main():
    lacks = need('imapd/imapd')
    if lacks:
        c.skip('all', lacks + ' is not there')
        c.done()
    box = scratch(fill)
    s = session(box)
    agree(s, 'nothing in the index', 40)
    first = {w: found(s, b'FROM ' + literal(w)) for w in KEYS}
    for w in KEYS:
        c.same(found(s, b'FROM ' + literal(w)), first[w], 'again: ' + w[:20])
    c.ok(any(len(f[0]) > 20 for f in first.values()), 'something is found')
    s.logout()
    some_then_all(box)
    changes(box)
    c.done()


main()
