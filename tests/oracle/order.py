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


def compare(pair, name, show, explain):
    asked = differ = 0
    for command in (['UID SORT (%s) UTF-8 ALL' % o for o in ORDERS]
                    + ['UID THREAD %s UTF-8 ALL' % a for a in ALGORITHMS]
                    + ['SORT (SUBJECT) US-ASCII SUBJECT lunch',
                       'THREAD REFERENCES UTF-8 SUBJECT lunch']):
        theirs, ours = (ask(t, command) for t in pair)
        asked += 1
        if theirs == ours:
            c.good += 1
            continue
        differ += 1
        why = explain(pair, command, theirs, ours)
        if not why or show:
            print('%s: %s %s\n  dovecot: %.3000s\n  ours:    %.3000s'
                  % (name, command, why or '', theirs, ours))
        c.ok(bool(why), '%s: %s' % (name, command))
    return asked, differ


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--rounds', type=int, default=6)
    ap.add_argument('--every', type=int, default=2)
    ap.add_argument('--show', action='store_true')
    a = ap.parse_args()
    lacks = need('imapd/imapd')
    if lacks or not os.path.exists(DOVECOT):
        c.skip('all', (lacks or DOVECOT) + ' is not there')
        c.done()
    total = [0, 0]
    for n in range(a.rounds):
        r = random.Random(n)
        pair = twins(made_up(r, 5 + 12 * n), r)
        for k, v in enumerate(compare(pair, 'made up %d' % n, a.show,
                                      by_arrival)):
            total[k] += v
        for t in pair:
            t.close()
    pair = twins([text for _, text in corpus.all(0)][::a.every],
                 random.Random(99))
    for k, v in enumerate(compare(pair, 'corpus', a.show, by_arrival)):
        total[k] += v
    for t in pair:
        t.close()
    print('%d answers, %d differ' % tuple(total))
    c.done()


main()
