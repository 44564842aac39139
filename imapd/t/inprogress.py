#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""INPROGRESS (RFC 9585): a search and a sort that take long tell how far they
are, in whole lines before the answer. Reading is made slow by strace."""
import os
import re
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)),
                                'tests'))
from system import Checks, Imap, need, own, scratch     # noqa: E402
import fixtures                                         # noqa: E402

MESSAGES = 12
LINE = rb'\* OK \[INPROGRESS \("([^"]+)" (\d+) (\d+)\)\] .+'


def fill(path):
    fixtures.make('bare', path)
    for n in range(MESSAGES):
        fixtures.put('%s/cur/17%08d.M1P1.x:2,' % (path, n),
                     fixtures.MAIL['plain'], 1700000000 + n)


def slow(c, command, answer):
    home = scratch(fill)
    own(home)
    s = Imap(home, env={'IMAP_PROGRESS': '1'}, log=os.devnull,
             wrap=('strace', '-o', '/dev/null', '-e', 'trace=pread64',
                   '-e', 'inject=pread64:delay_enter=130000'))
    s.must('SELECT INBOX')
    word, _, untagged = s.cmd(command)
    c.same(word, 'OK', command)
    told = [re.fullmatch(LINE, u) for u in untagged]
    told = [m for m in told if m]
    c.ok(told, command + ': it tells how far it is', untagged[:3])
    done = [int(m[2]) for m in told]
    c.same(done, sorted(done), command + ': numbers rise')
    c.ok(all(int(m[2]) < int(m[3]) == MESSAGES for m in told),
         command + ': the goal stays, and is above them')
    c.same(len({m[1] for m in told}), 1, command + ': one tag')
    c.ok(untagged[-1].startswith(answer), command + ': the answer comes last')
    s.close()


def main():
    c = Checks('inprogress')
    lacks = need('imapd/imapd')
    if lacks or not shutil.which('strace'):
        c.skip('all', (lacks or 'strace') + ' is not there')
        c.done()
    slow(c, 'SEARCH SUBJECT nowhere', b'* SEARCH')
    slow(c, 'SORT (SUBJECT) UTF-8 ALL', b'* SORT')
    c.done()


main()
