#!/usr/bin/python3
# ISC licence; see LICENSE.
"""bench.py - Roost beside Dovecot, see bench/run"""
import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import mail                                             # noqa: E402
import scenarios                                        # noqa: E402
import servers                                          # noqa: E402

DIR = os.environ.get('BENCH_DIR', '/var/tmp/roost-bench')
LOAD = os.path.join(DIR, 'load')

# mailbox: (number of users, messages of each, full; the same, quick)
MAIL = {
    'users': ((20, 1000), (20, 1000)),
    'small': ((1, 1000), (1, 1000)),
    'medium': ((1, 10000), (1, 2000)),
    'large': ((1, 100000), (1, 5000)),
    'big': ((1, 1), (1, 1)),
    'folders': ((1, 500), (1, 100)),
}


def generate(path, box, n):
    if box == 'folders':
        mail.folders(path, n)
    elif box == 'big':
        mail.maildir(path)
        line = b'%s\n' % (b'all work and no play ' * 3)
        text = b'Subject: big\n\n' + line * (25000000 // len(line))
        mail.uidlist(path, [mail.store(path, 0, text, 'S')], 1234567890)
    else:
        mail.make(path, n)


class Ctx:
    """what a scenario's run() gets"""
    uid = servers.UID

    def __init__(self, quick):
        self.quick, self.rng = quick, None
        self.user, self.count = 'u0', 0
        self.client = self.wall = 0.0
        self.resumed = {}

    def some(self, n):
        return n // 4 if self.quick else n

    def file(self, name, make):
        path = os.path.join(DIR, name)
        if not os.path.exists(path):
            with open(path, 'wb') as f:
                f.write(make())
        return path

    def message(self, octets):
        g = mail.Generator(3)
        return ('From: a@bench.example\r\nSubject: an appended one\r\n\r\n' +
                g.text(octets).replace('\n', '\r\n')).encode()

    def any_file(self, folder):
        names = self.names.get(folder)
        if not names:
            names = self.names[folder] = sorted(
                n.split(':')[0] for n in os.listdir(folder))
        base = self.rng.choice(names)
        for flags in ('', 'S', 'RS', 'FS', 'F', 'FRS'):
            if os.path.exists('%s%s:2,%s' % (folder, base, flags)):
                return '%s:2,%s' % (base, flags)
        return self.any_file(folder)
    names = {}

    def settle(self, server, command='SELECT INBOX'):
        """the index is up to date, and the directories are quiet"""
        for _ in range(2):
            self.play(server, ['LOGIN %s x' % self.user, command, 'LOGOUT'])
            time.sleep(0.1)

    def play(self, server, *scripts, connections=1, runs=None, tls=None,
             pop3=False):
        paths = []
        for i, s in enumerate(scripts):
            paths.append('%s/script%d' % (DIR, i))
            with open(paths[-1], 'w') as f:
                f.write('\n'.join(s) + '\n')
        args = [LOAD, '-c', str(connections), '-n', str(runs or len(scripts))]
        if tls:
            args += ['-T', tls]
        if pop3:
            args.append('-3')
        port = server.pop3_port if pop3 else server.port
        p = subprocess.run(args + [str(port)] + paths, stdout=subprocess.PIPE,
                           timeout=900)
        if p.returncode:
            raise RuntimeError('%s: the load program gave up' % server.name)
        got = json.loads(p.stdout)
        self.client += got['cpu']
        self.wall += got['elapsed']
        if tls == 'resume':
            self.resumed[server.name] = got['resumed'] / runs
        return got


class Bench:
    def __init__(self, args):
        self.args, self.ctx = args, Ctx(args.quick)
        self.rows, self.failed = [], 0

    def seeded(self, box):
        """the generated mail, kept for the next run"""
        n, each = MAIL[box][self.args.quick]
        path = '%s/mail-%s-%d' % (DIR, box, each)
        if not os.path.isdir(path):
            shutil.rmtree(path + '.new', True)
            print('generating %s ...' % os.path.basename(path), flush=True)
            generate(path + '.new', box, each)
            os.rename(path + '.new', path)
        return path, n, each

    def copies(self, box, who):
        """a tree of users with copies of the mail, for one server"""
        seed, n, self.ctx.count = self.seeded(box)
        tree = '%s/%s' % (DIR, who)
        shutil.rmtree(tree, True)
        for i in range(n):
            os.makedirs('%s/u%d' % (tree, i))
            subprocess.run(['cp', '-a', seed, '%s/u%d/Maildir' % (tree, i)],
                           check=True)
        servers.tree(tree)
        return tree

    def compare(self, s, kinds):
        """one scenario, in turns; appends its rows"""
        values = {k: [] for k in kinds}
        clients = {k: [0.0, 0.0] for k in kinds}
        for r in range(self.args.rounds):
            for k in (kinds if r % 2 == 0 else kinds[::-1]):
                c = self.ctx
                c.rng = random.Random('%s %d' % (s.name, r))
                c.client = c.wall = 0.0
                values[k].append(s.run(self.up[k], c))
                clients[k][0] += c.client
                clients[k][1] += c.wall
        for k, share in self.ctx.resumed.items():
            print('  %s: %.0f%% of the handshakes were resumed' % (
                k, 100 * share))
        self.ctx.resumed.clear()
        for k in kinds[1:]:
            if k in s.want or k == 'shipped':
                self.row(s, k, values, clients)

    def row(self, s, k, values, clients):
        ours, theirs = values['roost'], values[k]
        a, b = statistics.median(theirs), statistics.median(ours)
        ratio = b / a if s.rate else a / b
        worst = (min(ours) / max(theirs) if s.rate else
                 min(theirs) / max(ours))
        best = (max(ours) / min(theirs) if s.rate else
                max(theirs) / min(ours))
        busy = max(x / y if y else 0 for x, y in clients.values())
        row = (s.name, k, show(a, s.unit), show(b, s.unit), '%.1f' % ratio,
               '%.1f-%.1f' % (worst, best), '%s' % (s.want.get(k) or ''),
               '%.0f%%' % (100 * busy / os.cpu_count()))
        self.rows.append(row)
        print('%-50s %-8s %10s %10s %6s  %-11s %5s %5s' % row, flush=True)

    def group(self, box, tls, chosen):
        kinds = ['roost', 'shipped']
        if any('tuned' in s.want for s in chosen):
            kinds.append('tuned')
        self.up = {}
        try:
            for k in kinds:
                tree = self.copies(box, k)
                self.up[k] = (
                    servers.Roost(tree, tls) if k == 'roost' else
                    servers.Dovecot(tree, k == 'tuned', tls))
            for s in chosen:
                try:
                    self.compare(s, [k for k in kinds if k != 'tuned'
                                     or 'tuned' in s.want])
                except RuntimeError as e:
                    self.failed += 1
                    print('%-50s %s' % (s.name, e), flush=True)
        finally:
            for x in self.up.values():
                x.stop()
            Ctx.names.clear()
            for k in kinds:
                shutil.rmtree('%s/%s' % (DIR, k), True)

    def run(self):
        words = [w.lower() for w in self.args.scenario]
        chosen = [s for s in scenarios.TABLE if not words or
                  any(w in s.name.lower() for w in words)]
        groups = {}
        for s in chosen:
            groups.setdefault((s.box, s.tls), []).append(s)
        print('%-50s %-8s %10s %10s %6s  %-11s %5s %5s' % HEAD, flush=True)
        for (box, tls), some in groups.items():
            self.group(box, tls, some)


HEAD = ('scenario', 'against', 'dovecot', 'roost', 'ratio', 'spread', 'aim',
        'client')


def show(value, unit):
    if unit != 's':
        return '%.0f %s' % (value, unit)
    return '%.2f s' % value if value >= 1 else '%.3g ms' % (value * 1000)


def save(rows, args, path):
    with open('/proc/cpuinfo') as f:
        model = [x.split(':')[1].strip() for x in f if 'model name' in x]
    version = subprocess.run(['/usr/sbin/dovecot', '--version'],
                             stdout=subprocess.PIPE).stdout.decode().strip()
    with open(path, 'w') as f:
        f.write(
            '# Results\n\n%s, %d x %s, Linux %s, Dovecot %s; `sh bench/run %s'
            '`.\n`bench/run` says what the columns mean.\n\n' % (
                time.strftime('%Y-%m-%d'), len(model),
                model[0] if model else 'processor', os.uname().release,
                version, ' '.join(sys.argv[1:])))
        for i, row in enumerate([HEAD] + rows):
            f.write('| %s |\n' % ' | '.join(row))
            if not i:
                f.write('|' + ' --- |' * len(row) + '\n')


def main():
    p = argparse.ArgumentParser(prog='bench/run')
    p.add_argument('--quick', action='store_true')
    p.add_argument('--rounds', type=int, default=0)
    p.add_argument('--save', metavar='FILE')
    p.add_argument('scenario', nargs='*')
    args = p.parse_args()
    args.rounds = args.rounds or (2 if args.quick else 5)
    os.makedirs(DIR, exist_ok=True)
    os.chmod(DIR, 0o755)
    subprocess.run(['cc', '-O2', '-std=gnu99', '-D_GNU_SOURCE', '-o', LOAD,
                    HERE + '/load.c', '-lssl', '-lcrypto'], check=True)
    b = Bench(args)
    b.run()
    if args.save:
        save(b.rows, args, args.save)
    sys.exit(1 if b.failed else 0)


if __name__ == '__main__':
    main()
