# ISC licence; see LICENSE.
"""Rows of the table, and the file that --save writes.

    Row(scenario, kind, theirs, ours, client)   from the values of the rounds
    print(HEAD), print(row)     aligned for a terminal
    save(path, rows, notes)     bench/RESULTS.md
"""
import math
import os
import platform
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CONFIDENCE = 0.9
LINE = '%-48s %-10s %10s %10s %6s  %-11s %5s %4s %6s %6s'


def show(value, unit):
    if unit != 's':
        return '%.0f %s' % (value, unit)
    return '%.2f s' % value if value >= 1 else '%.3g ms' % (value * 1000)


def interval(values):
    """the narrowest pair of values, one as far from each end as the other,
    between which the median of many more rounds lies with CONFIDENCE; the
    least and the greatest where there are too few values to say so"""
    v, n = sorted(values), len(values)
    k, outside = 0, 0.0
    while 2 * (k + 1) < n:
        outside += math.comb(n, k) / 2 ** (n - 1)
        if outside > 1 - CONFIDENCE:
            break
        k += 1
    k = max(0, k - 1)
    return v[k], v[n - 1 - k]


class Row:
    def __init__(self, s, kind, theirs, ours, client):
        self.scenario, self.kind, self.client = s, kind, client
        self.rounds = len(ours)
        self.theirs, self.ours = map(statistics.median, (theirs, ours))
        a, b = interval(theirs), interval(ours)
        if s.rate:
            self.ratio = self.ours / self.theirs
            self.low, self.high = b[0] / a[1], b[1] / a[0]
        else:
            self.ratio = self.theirs / self.ours
            self.low, self.high = a[0] / b[1], a[1] / b[0]
        self.want = s.want.get(kind)

    def met(self):
        """the aim is reached; None: there is none"""
        if self.scenario.below:
            return self.ours < self.scenario.below
        return None if self.want is None else self.ratio >= self.want

    def settled(self):
        """more rounds would not change what the row says"""
        return (self.want is None or not self.low < self.want <= self.high
                or self.high / self.low < 1.1)

    def cells(self):
        s = self.scenario
        aim = ('<' + show(s.below, 's') if s.below else
               '' if self.want is None else '%gx' % self.want)
        return (s.name, self.kind, show(self.theirs, s.unit),
                show(self.ours, s.unit), '%.2g' % self.ratio
                if self.ratio < 10 else '%.0f' % self.ratio,
                '%.2g-%.2g' % (self.low, self.high)
                if self.high < 100 else '%.0f-%.0f' % (self.low, self.high),
                aim, {None: '', True: 'yes', False: 'no'}[self.met()],
                str(self.rounds), '%.0f%%' % (100 * self.client))

    def __str__(self):
        return LINE % self.cells()


CELLS = ('scenario', 'against', 'dovecot', 'roost', 'ratio', 'spread', 'aim',
         'met', 'rounds', 'client')
HEAD = LINE % CELLS


def output(*args):
    p = subprocess.run(args, stdout=subprocess.PIPE,
                       stderr=subprocess.DEVNULL)
    return p.stdout.decode().strip()


def machine(where):
    """in words"""
    with open('/proc/cpuinfo') as f:
        model = [x.split(':')[1].strip() for x in f if 'model name' in x]
    with open('/proc/meminfo') as f:
        memory = int(f.readline().split()[1]) / 2**20
    return (
        '%d x %s, %.0f GB of memory, Linux %s, mail on %s; %s' % (
            os.cpu_count(), model[0] if model else os.uname().machine, memory,
            os.uname().release,
            output('findmnt', '-no', 'FSTYPE', '-T', where) or 'a file system',
            ', '.join('%s %s' % (k, output('sysctl', '-n', k)) for k in (
                'fs.inotify.max_user_instances', 'net.core.somaxconn'))))


def versions():
    commit = output('git', '-C', HERE, 'describe', '--always', '--dirty')
    return 'Roost %s, Dovecot %s (Debian %s), OpenSSL %s, glibc %s' % (
        commit or '(no git)', output('/usr/sbin/dovecot', '--version'),
        output('dpkg-query', '-Wf', '${Version}', 'dovecot-core') or '-',
        output('openssl', 'version').split(' ')[1],
        ' '.join(platform.libc_ver()[1:]))


def limit(name):
    """what limits a scenario, from the lines of NOTES.md"""
    try:
        with open(HERE + '/NOTES.md') as f:
            for block in f.read().split('\n- ')[1:]:
                text = ' '.join(block.split('\n\n')[0].split())
                if text.startswith(name + ': '):
                    return text[len(name) + 2:]
    except OSError:
        pass
    return 'What the limit is has not been found out.'


def table(f, rows):
    for i, cells in enumerate([CELLS] + [r.cells() for r in rows]):
        f.write('| %s |\n' % ' | '.join(cells))
        if not i:
            f.write('|' + ' --- |' * len(cells) + '\n')


def aims(f, rows):
    got = [r for r in rows if r.met() is not None]
    f.write('\n## Aims\n\n%d of %d are met.\n' % (
        sum(r.met() for r in got), len(got)))
    for r in got:
        if not r.met():
            f.write('- **%s** (%s): %.2g of %s. %s\n' % (
                r.scenario.name, r.kind, r.ratio, r.cells()[6],
                limit(r.scenario.name)))


def indented(text):
    return ''.join('    %s\n' % x if x else '\n' for x in text.split('\n'))


def save(path, rows, notes, began, where, configurations):
    with open(HERE + '/run') as f:
        columns = f.read().partition('# Columns:')[2].partition('\ncd ')[0]
    with open(path, 'w') as f:
        f.write('# Results\n\n%s, %.0f minutes, by `%s`\n\n- Machine: %s.\n'
                '- Versions: %s.\n\n' % (
                    time.strftime('%Y-%m-%d', time.gmtime(began)),
                    (time.time() - began) / 60,
                    ' '.join(['sh bench/run'] + sys.argv[1:]),
                    machine(where), versions()))
        table(f, rows)
        f.write('\nColumns: %s\n' % columns.replace('\n# ', '\n')
                .replace('\n#', '\n').strip())
        if notes:
            f.write('\n## Seen in the run\n\n')
            f.writelines('- %s\n' % n for n in notes)
        aims(f, rows)
        for title, text in configurations:
            f.write('\n## %s\n\n%s' % (title, indented(text.strip())))
