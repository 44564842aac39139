#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""SORT and THREAD of imapd beside Dovecot's, on the same messages.

    order.py [--rounds N] [--show]

The messages are those of corpus.py, and folders of mail that is made up to
be threaded: answers in any order, with and without References, lost and
doubled messages, loops, subjects of all sorts. Where the answers are not the
same, the reason has to be in REASONS; skipped where Dovecot is not installed.
"""
import argparse
import codecs
import os
import random
import re
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]
from system import Checks, need, own, scratch           # noqa: E402
from pair import DOVECOT, Twin                          # noqa: E402
import corpus                                           # noqa: E402
import fixtures                                         # noqa: E402

c = Checks('order')
KEYS = ['ARRIVAL', 'CC', 'DATE', 'FROM', 'SIZE', 'SUBJECT', 'TO',
        'DISPLAYFROM', 'DISPLAYTO']
ORDERS = (KEYS + ['REVERSE ' + k for k in KEYS]
          + ['SUBJECT DATE', 'FROM REVERSE SUBJECT SIZE',
             'REVERSE TO REVERSE CC ARRIVAL', 'DISPLAYFROM DISPLAYTO DATE'])
ALGORITHMS = ['ORDEREDSUBJECT', 'REFERENCES', 'REFS']
SUBJECTS = ['lunch', 'Lunch', 'Re: lunch', 're[2]: lunch', 'Fwd: lunch',
            '[list] lunch', '[list] Re: lunch', 'lunch (fwd)', '[fwd: lunch]',
            'dinner', 'RE: dinner', '', 'Re:', '[list]', '=?utf-8?q?Re:_caf?='
            '=?utf-8?q?=C3=A9?=', 'CAF\u00c9', 'zebra', 'Re: zebra [x]']
PEOPLE = ['ann@example.org', 'Bob <bob@example.org>', '"carl" <carl@c.de>',
          'dora (Dora)', 'BOB@example.org', '=?utf-8?q?=C3=A4nne?= <z@y.x>',
          '"Zed, Z." <zed@example.com>, ann@example.org', '']


def made_up(r, n):
    """n messages with references among them, to lost ones, and in circles"""
    ids = ['<%d.%d@example.org>' % (k, r.randrange(10 ** 6))
           for k in range(n + n // 4)]
    mail = []
    for k in range(n):
        refs = []
        at = k
        while r.random() < .75 and len(refs) < 8:
            at = r.randrange(len(ids)) if r.random() < .15 \
                else max(0, at - r.randrange(1, 4))
            refs.insert(0, ids[at])
        if refs and r.random() < .2:
            refs.pop(r.randrange(len(refs)))
        mail.append(message(r, k, ids, refs))
    r.shuffle(mail)
    return mail


def message(r, k, ids, refs):
    head = []
    if r.random() < .95:
        head.append('Date: %s, %d Nov 2023 %02d:%02d:00 %s' % (
            'Thu', r.randrange(1, 29), r.randrange(24), r.randrange(60),
            r.choice(['+0000', '+0100', '-0500', 'EST'])))
    head.append('From: ' + r.choice(PEOPLE))
    head.append('To: ' + r.choice(PEOPLE))
    if r.random() < .3:
        head.append('Cc: ' + r.choice(PEOPLE))
    head.append('Subject: ' + r.choice(SUBJECTS))
    if r.random() < .95:
        head.append('Message-ID: ' + ids[k if r.random() < .97
                                         else r.randrange(len(ids))])
    if refs and r.random() < .8:
        head.append('References: ' + '\n '.join(refs))
    if refs and r.random() < .8:
        head.append('In-Reply-To: ' + refs[-1])
    return ('\n'.join(head) + '\n\n' + 'x' * r.randrange(300) + '\n').encode()


def twins(mail, r):
    def fill(path):
        fixtures.make('bare', path)
        for n, text in enumerate(mail, 1):
            fixtures.put('%s/cur/17%08d.M1P1.x:2,' % (path, n), text,
                         1700000000 + r.randrange(10 ** 6))
    home = scratch(fill)
    copy = scratch(lambda path: shutil.copytree(home, path))
    own(home), own(copy)
    return Twin(home), Twin(copy, ours=True)


def ask(t, command):
    word, text, untagged = t.s.cmd(command)
    got = [u for u in untagged if re.match(rb'\* (SORT|THREAD)', u)]
    return word if word != 'OK' else got[0].decode() if got else ''


def tree(text):
    """nested lists of an answer to THREAD"""
    stack, out = [], []
    for w in re.findall(r'\(|\)|\d+', text):
        if w == '(':
            stack.append(out)
            out = []
        elif w == ')':
            stack[-1].append(out)
            out = stack.pop()
        else:
            out.append(int(w))
    return out


def flat(nest):
    for x in nest:
        if isinstance(x, list):
            yield from flat(x)
        else:
            yield x


def by_arrival(pair, command, theirs, ours):
    """REFS: the same threads, ours in the order of their newest arrivals"""
    if 'REFS' not in command:
        return None
    order = ask(pair[1], 'UID SORT (ARRIVAL) UTF-8 ALL').split()[2:]
    place = {int(u): n for n, u in enumerate(order)}
    newest = [max(place[u] for u in flat(t)) for t in tree(ours)]
    if sorted(tree(theirs), key=str) == sorted(tree(ours), key=str) \
            and newest == sorted(newest):
        return 'arrival'
    return None


COMMANDS = (['UID SORT (%s) UTF-8 ALL' % o for o in ORDERS]
            + ['UID THREAD %s UTF-8 ALL' % a for a in ALGORITHMS]
            + ['SORT (SUBJECT) US-ASCII SUBJECT lunch',
               'THREAD REFERENCES UTF-8 SUBJECT lunch'])


def compare(pair, name, show):
    """all commands, on a folder where nothing is damaged"""
    for command in COMMANDS:
        theirs, ours = (ask(t, command) for t in pair)
        why = theirs != ours and by_arrival(pair, command, theirs, ours)
        if theirs != ours and (not why or show):
            print('%s: %s %s\n  dovecot: %.3000s\n  ours:    %.3000s'
                  % (name, command, why or '', theirs, ours))
        c.ok(theirs == ours or why, '%s: %s' % (name, command))


# The corpus: each key alone, and only messages of which both have the same
# ENVELOPE, for its differences have their reasons in differences.py. Left
# out, too, is what Dovecot reads otherwise than RFC 5322 and RFC 2047 say,
# or where they say nothing:
#   dates that the grammar of RFC 5322 section 3.3 does not have, with more
#   white space than one would write, or before 1970
#   raw octets above 0x7F; encoded words that are none, hold a line end or
#   damaged octets, or are of a charset that nobody knows (those of ours come
#   last, RFC 5255 section 4.6)
#   a Cc field that comes twice: the ENVELOPE joins them, and "the first cc
#   address" (RFC 5256 section 3) is the first one that it shows
DATE = re.compile(rb'((Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} (Jan|Feb|Mar|'
                  rb'Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (19[7-9]|20\d)\d '
                  rb'([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)? [+-]\d{4}')
WORD = re.compile(rb'=\?([-\w]+)\?[bqBQ]\?[^? ]*\?=')
FIELDS = {'DATE': 0, 'SUBJECT': 1, 'FROM': 2, 'TO': 5, 'CC': 6, 'SIZE': 1,
          'DISPLAYFROM': 2, 'DISPLAYTO': 5}


def texts(value):
    """all strings of an ENVELOPE's field"""
    if isinstance(value, list):
        for v in value:
            yield from texts(v)
    elif value is not None:
        yield value


def plain(key, value, name, mail):
    if key == 'DATE':
        return value is None or DATE.fullmatch(value)
    if key == 'CC' and len(re.findall(rb'(?im)^cc\s*:', mail)) > 1:
        return False
    if name.startswith('words'):        # odd encoded words, and nothing else
        return False
    return not any(re.search(rb'[\x80-\xff]', v) or b'=?' in WORD.sub(b'', v)
                   or re.search(rb'\?b\?[^?]*o=\?=|=zz', v, re.I)
                   or not all(known(w[1].decode()) for w in WORD.finditer(v))
                   for v in texts(value))


def known(charset):
    try:
        return bool(codecs.lookup(charset))
    except LookupError:
        return False


def compare_corpus(pair, mail):
    envelopes = [{u: t.ask('ENVELOPE', u) for u in range(1, len(mail) + 1)}
                 for t in pair]
    for key, field in FIELDS.items():
        same = {u for u in range(1, len(mail) + 1)
                if all(isinstance(e[u], list) for e in envelopes)
                and envelopes[0][u][field] == envelopes[1][u][field]
                and plain(key, envelopes[1][u][field], *mail[u - 1])}
        theirs, ours = ([int(u) for u in ask(t, 'UID SORT (%s) UTF-8 ALL'
                                             % key).split()[2:]
                         if int(u) in same] for t in pair)
        c.ok(len(same) > len(mail) / 3, 'enough is compared by ' + key)
        c.ok(theirs == ours, 'the corpus by ' + key,
             next(((a, b) for a, b in zip(theirs, ours) if a != b), ''))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--rounds', type=int, default=5)
    ap.add_argument('--every', type=int, default=2)
    ap.add_argument('--show', action='store_true')
    a = ap.parse_args()
    lacks = need('imapd/imapd')
    if lacks or not os.path.exists(DOVECOT):
        c.skip('all', (lacks or DOVECOT) + ' is not there')
        c.done()
    for n in range(a.rounds):
        r = random.Random(n)
        pair = twins(made_up(r, 5 + 12 * n), r)
        compare(pair, 'made up %d' % n, a.show)
        for t in pair:
            t.close()
    mail = list(corpus.all(0))[::a.every]
    pair = twins([text for _, text in mail], random.Random(99))
    compare_corpus(pair, mail)
    for t in pair:
        t.close()
    c.done()


main()
