#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""tests/transcript.py itself: what must pass passes, what must fail fails"""
import os
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
GOOD = '''# all kinds of steps
run: cat
maildir: folders
C: hello {x41*3}
S: hello {v=word}
C~: to
C~: rn{x0D}{x0A}
S: torn
C: {$v} {12}
S: AAA {12}
C: * 2 x
C: * 1 x
S&: * 1 x
S&: * 2 x
S?: nothing of the kind
C: z
S*: q
S: re: z+
C: one
C: two
S>: two
C2: second
S2: second
! deliver INBOX plain
! ls new = {any}
! ls .Archive.2023/cur = {any} {any}
! flags INBOX 1700000001. FST
! exists cur/1700000001.*:2,FST
! absent cur/1700000001.*:2,S
! has dovecot-uidlist 3 V1700000000 N5 G{hex}
! hasnot dovecot-uidlist 6 {any}
! sh test -d cur
! quiet 10
! hangup 2
! end 2
----
# an exit code, and the log
run: sh -c 'echo oops >&2; cat; exit 3'
exit: 3
C: x
S: x
L: oops
L!: not this
----
# all at once
run: cat
pipeline: yes
C: a
S: a
C: b
S: b
'''
BAD = [
    'C: a\nS: b',                       # another line
    'C: a\nS: a\nS: a',                 # no line
    'C: a\nC: b\nS: a',                 # a line too many
    'C: a\nS&: a\nS&: b\nC: c',         # one of a set is missing
    'C: a\nS: {num}',
    'C~: a{x0A}\nS: a',                 # LF without CR
    'C: a\nS: a\nL: never',
    'C: a\nS: a\n! ls new = x',
    'C: a\nS: a\n! exists nothing',
    'C: a\nS: a\n! absent cur',
    'C: a\nS: a\n! has dovecot-uidlist x',
    'C: a\nS: a\n! sh false',
    'C: a\n! quiet 50\nS: a',
    'C: a\nS: a\n! end 1',              # it does not end
    'run: sh -c "exit 1"\nS*: x',       # the exit code
    'run: sh -c "kill -9 $$"\nexit: any\nS*: x',
    'run: sh -c "echo oops >&2"\nL!: oops\nS*: x',
    'run: sh -c "echo ERROR: AddressSanitizer >&2"\nS*: x',
    'run: no/such/program\nC: a\nS: a',
    '! no such action\nC: a\nS: a',
    'nothing I know\n',
]
good = bad = 0


def run(text):
    """(passed, failed) of a file with this text"""
    with tempfile.NamedTemporaryFile('w', suffix='.t') as f:
        f.write(text)
        f.flush()
        p = subprocess.run([sys.executable, TOP + '/tests/transcript.py',
                            f.name], stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT)
    words = p.stdout.decode().strip().split('\n')[-1].split()
    if p.returncode != (words[3] != '0'):
        return p.stdout.decode()
    return int(words[1]), int(words[3])


def same(what, have, want):
    global good, bad
    if have == want:
        good += 1
    else:
        bad += 1
        print('FAILED %s: have %s, want %s' % (what, have, want))


same('what must pass', run(GOOD), (3, 0))
for text in BAD:
    if not text.startswith('run:'):
        text = 'run: cat\ntimeout: 1\n' + text
    same('what must fail: ' + repr(text), run(text), (0, 1))
print('transcript: %d passed, %d failed' % (good, bad))
sys.exit(bad > 0)
