#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""All that FETCH says of a message agrees with the rest, whatever is in it.

Over random odd mail: sizes and line counts of BODYSTRUCTURE are those of the
sections; BODY[] is header and text; multiparts hold their parts; partial
texts are slices; HEADER.FIELDS and HEADER.FIELDS.NOT share out the header;
BODY is BODYSTRUCTURE without its extensions; RFC822 names the same texts. The
answers stay the same when they come from the index, and when the index is
removed. SEARCH finds what is there.
"""
import os
import re
import shutil
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, 'tests'))
from system import Checks, Imap, need, scratch          # noqa: E402
from imapwords import items, parts, message             # noqa: E402
from wildmail import Wild                               # noqa: E402
import fixtures                                         # noqa: E402

MESSAGES = int(os.environ.get('MESSAGES', 150))
SEED = int(os.environ.get('SEED', 1))
c = Checks('fetch_agrees')
texts = {}


def fill(path):
    wild = Wild(SEED, odd=True)
    fixtures.make('bare', path)
    for n in range(1, MESSAGES + 1):
        texts[n] = wild.message()
        fixtures.put('%s/cur/17%08d.M1P1.x:2,' % (path, n), texts[n],
                     1700000000 + n * 3600)


def sent(text):
    """as it has to come over the wire"""
    return re.sub(rb'(?<!\r)\n', b'\r\n', text).replace(b'\0', b'\x80')


def fetch(s, what, uid):
    out = items(s.fetch(what, str(uid))[uid])
    out.pop('UID')
    return out


def strip(body):
    """a BODYSTRUCTURE without extension data"""
    if isinstance(body[0], list):
        subs = [strip(p) for p in body if isinstance(p, list)
                and body.index(p) < next(k for k, q in enumerate(body)
                                         if not isinstance(q, list))]
        return subs + [body[len(subs)]]
    if message(body):
        return body[:8] + [strip(body[8]), body[9]]
    return body[:8 if body[0].lower() == b'text' else 7]


def whole(s, n):
    a = fetch(s, '(RFC822.SIZE BODY.PEEK[] RFC822.HEADER BODY.PEEK[HEADER] '
              'BODY.PEEK[TEXT] BODYSTRUCTURE BODY ENVELOPE '
              'BODY.PEEK[HEADER.FIELDS (From To X-Odd)] '
              'BODY.PEEK[HEADER.FIELDS.NOT (From To X-Odd)])', n)
    text = sent(texts[n])
    head = a['BODY[HEADER]']
    c.same(a['BODY[]'], text, '%d: BODY[] is the file' % n)
    c.same(int(a['RFC822.SIZE']), len(text), '%d: RFC822.SIZE' % n)
    c.same(head + a['BODY[TEXT]'], text, '%d: HEADER and TEXT' % n)
    c.same(a['RFC822.HEADER'], head, '%d: RFC822.HEADER' % n)
    c.same(a['BODY'], strip(a['BODYSTRUCTURE']), '%d: BODY' % n)
    c.same(len(a['ENVELOPE']), 10, '%d: ENVELOPE' % n)
    blank = head.endswith(b'\r\n\r\n') or head == b'\r\n'
    yes = a['BODY[HEADER.FIELDS (From To X-Odd)]']
    no = a['BODY[HEADER.FIELDS.NOT (From To X-Odd)]']
    for some in (yes, no):
        c.same(some.endswith(b'\r\n\r\n') or some == b'\r\n', blank,
               '%d: blank line of header fields' % n)
        # every line of it is one of the header, in its order
        at = 0
        for line in some.split(b'\r\n'):
            at = head.find(line, at)
            if not c.ok(at >= 0, '%d: a line of header fields' % n, line):
                break
    c.ok(not re.search(rb'(?im)^(from|to|x-odd)[ \t]*:', no),
         '%d: HEADER.FIELDS.NOT' % n, no)
    return a['BODYSTRUCTURE']


def sections(s, n, structure):
    for number, body in list(parts(structure))[:60]:
        a = fetch(s, '(BODY.PEEK[%s] BODY.PEEK[%s.MIME] BODY.PEEK[%s]<3.20> '
                  'BODY.PEEK[%s.HEADER] BODY.PEEK[%s.TEXT])'
                  % ((number,) * 5), n)
        text, what = a['BODY[%s]' % number], '%d: part %s' % (n, number)
        if not c.ok(text is not None, what + ' is there', structure):
            continue
        c.ok(a['BODY[%s.MIME]' % number] is not None, what + ' MIME')
        c.same(a['BODY[%s]<3>' % number], text[3:23], what + ' partial')
        c.ok(text in sent(texts[n]), what + ' is of the message', text)
        if isinstance(body[0], list):
            for sub, _ in parts(body, number):
                if sub.count('.') == number.count('.') + 1:
                    inner = fetch(s, 'BODY.PEEK[%s]' % sub, n)
                    c.ok(inner['BODY[%s]' % sub] in text,
                         what + ' holds ' + sub)
            continue
        c.same(int(body[6]), len(text), what + ' octets')
        if body[0].lower() == b'text':
            c.same(int(body[7]), text.count(b'\n'), what + ' lines')
        if message(body):
            c.same(int(body[9]), text.count(b'\n'), what + ' lines')
            c.same(a['BODY[%s.HEADER]' % number]
                   + a['BODY[%s.TEXT]' % number], text,
                   what + ' is header and text')
        elif body[1].lower() != b'global':      # a message for IMAP4rev2
            c.same((a['BODY[%s.HEADER]' % number],
                    a['BODY[%s.TEXT]' % number]), (None, None),
                   what + ' is no message')


def pieces(s, n):
    """a client that fetches a text bit by bit"""
    text, got, step = sent(texts[n]), b'', 37
    while len(got) <= len(text):
        (bit,) = fetch(s, 'BODY.PEEK[]<%d.%d>' % (len(got), step), n).values()
        if not bit:
            break
        got += bit
        step = step * 5 % 1009 + 1
    c.same(got, text, '%d: in pieces' % n)


def kept(s, maildir):
    """the same from the index, and from a new one"""
    what = ('(ENVELOPE BODYSTRUCTURE BODY BODY.PEEK[HEADER.FIELDS (From '
            'Subject Date)] BODY.PEEK[1] BODY.PEEK[TEXT])')
    first = s.fetch(what)
    c.same(s.fetch(what), first, 'the same a second time')
    one = Imap(maildir, log=os.devnull)
    one.select(how='EXAMINE')
    c.same(one.fetch(what), first, 'the same in another session')
    one.close()
    shutil.rmtree(maildir + '/roost.index')
    for order in ('ENVELOPE', 'BODYSTRUCTURE', 'BODY.PEEK[HEADER.FIELDS '
                  '(From Subject Date)]', what):
        one = Imap(maildir, log=os.devnull)
        one.select(how='EXAMINE')
        now = one.fetch(order)
        if order == what:
            c.same(now, first, 'the same from a new index')
        else:
            c.ok(all(items(now[u])[k] == items(first[u])[k]
                     for u in now for k in items(now[u])),
                 order + ' alone is the same')
        one.close()


def found(s, key):
    for r in s.must('UID SEARCH ' + key):
        if r.startswith(b'* SEARCH'):
            return set(map(int, r.split()[2:]))
    return None


def searches(s):
    """a key and its NOT share out the folder; header keys do not depend on
    whether the index knows the field"""
    everything = set(texts)
    keys = ['FROM ann', 'SUBJECT lunch', 'BODY lunch', 'TEXT garden',
            'SENTSINCE 1-Jan-2000', 'SENTON 14-Nov-2023', 'HEADER X-Odd ""',
            'HEADER Received b', 'LARGER 700', 'OR BODY lunch FROM ann',
            '(BODY friday NOT SUBJECT hello)', 'TO "a@b"', 'UID 3:7']
    for key in keys:
        yes, no = found(s, key), found(s, 'NOT ' + key)
        c.ok(not yes & no and yes | no == everything, 'NOT ' + key, yes & no)
        c.same(found(s, 'NOT NOT ' + key), yes, 'NOT NOT ' + key)
        c.same(found(s, 'OR UID 1:5 ' + key), yes | {1, 2, 3, 4, 5},
               'OR ' + key)
        (r,) = [r for r in s.must('UID SEARCH RETURN (MIN MAX) ' + key)
                if r.startswith(b'* ESEARCH')]
        want = b' MIN %d MAX %d' % (min(yes), max(yes)) if yes else b' UID'
        c.ok(r.endswith(want), 'MIN and MAX of ' + key, r)
    for word in ('lunch', 'garden'):
        raw = {n for n, t in texts.items()
               if word.encode() in t.partition(b'\n\n')[2].lower()
               and b'base64' not in t.lower() and b'multipart' not in t
               and b'\0' not in t and b'\n\n' in t
               and not re.search(rb'(?i)content-type', t)}
        c.ok(raw <= found(s, 'BODY ' + word), 'BODY ' + word,
             raw - found(s, 'BODY ' + word))


def main():
    lacks = need('imapd/imapd')
    if lacks:
        c.skip('all', lacks + ' is not there')
        c.done()
    maildir = scratch(fill)
    s = Imap(maildir, log=os.devnull)
    s.select(how='EXAMINE')
    for n in texts:
        sections(s, n, whole(s, n))
        if n % 7 == 0:
            pieces(s, n)
    searches(s)
    kept(s, maildir)
    c.same(s.logout(), 0, 'the end')
    c.done()


main()
