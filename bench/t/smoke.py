# ISC licence; see LICENSE.
"""bench/ itself: a scenario of each kind on folders of 60 messages, against
each Dovecot, and the file that --save writes. What is measured says nothing
here; that everything is asked, answered and told does."""
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BENCH = os.path.dirname(HERE)
sys.path[:0] = [os.path.join(BENCH, '..', 'tests'), BENCH]
import system                                           # noqa: E402
import report                                           # noqa: E402

ASKED = {                       # scenario: how many rows
    'login, logout; 8 at a time': 3,
    'first SELECT, no index': 1,
    'FETCH ENVELOPE BODYSTRUCTURE ..., cold': 1,
    'SEARCH SUBJECT, warm': 1,
    'APPEND of 6 kB, synced; 8 sessions': 1,
    'POP3 login, QUIT': 3,
    'memory of an idle session': 4,
    'new mail to EXISTS in IDLE': 3,
    'processor time of a mixed load': 3,
}

c = system.Checks('bench/smoke')


def whole():
    with tempfile.TemporaryDirectory(prefix='roost-bench.') as d:
        os.chmod(d, 0o755)
        p = subprocess.run(
            [sys.executable, BENCH + '/bench.py', '--tiny', '--save',
             d + '/saved', *ASKED], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, env=dict(os.environ, BENCH_DIR=d),
            timeout=110)
        out = p.stdout.decode()
        if not c.same(p.returncode, 0, 'bench.py ends well'):
            print(out)
            return
        with open(d + '/saved') as f:
            saved = f.read()
        c.ok(d not in saved.split('|', 1)[1], 'no path of this machine')
    rows = [[x.strip() for x in line.strip('|\n').split('|')]
            for line in saved.split('\n')
            if line.startswith('| ') and ' --- ' not in line]
    c.same(rows[0], list(report.CELLS), 'the head of the table')
    for name, n in ASKED.items():
        got = [r for r in rows[1:] if r[0].startswith(name)]
        c.ok(len(got) >= n, 'rows of ' + name, got)
    for r in rows[1:]:
        c.ok(re.fullmatch(r'[\d.e+]+', r[4]) and float(r[4]) > 0,
             'a ratio', r)
        c.ok(all(re.match(r'[\d.]+ ', x) for x in r[2:4]), 'medians', r)
    for title in ('Roost', 'Dovecot as shipped', 'Dovecot tuned', 'Aims',
                  'The mixed load'):
        c.ok('\n## %s' % title in saved, 'the section ' + title)
    c.ok(re.search(r'APPEND.*roost: .*fsync \d', saved),
         'syncs are counted')
    c.ok('mail_fsync' in saved, 'the configuration of Dovecot')


def intervals():
    c.same(report.interval([3, 1, 2]), (1, 3), 'few values: all of them')
    c.same(report.interval(list(range(5))), (0, 4), 'five values')
    c.same(report.interval(list(range(8))), (1, 6), 'eight values')
    c.same(report.interval(list(range(15))), (3, 11), 'fifteen values')


intervals()
if system.PREFIX:
    c.skip('bench', 'the programs are slow ones')
elif not system.ROOT:
    c.skip('bench', 'needs root')
elif system.need('dovecot', 'tcpserver'):
    c.skip('bench', system.need('dovecot', 'tcpserver') + ' is missing')
else:
    whole()
c.done()
