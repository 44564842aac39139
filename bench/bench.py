#!/usr/bin/python3
# ISC licence; see LICENSE.
"""bench.py - Roost beside Dovecot, see bench/run"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import floors                                           # noqa: E402
import mail                                             # noqa: E402
import report                                           # noqa: E402
import scenarios                                        # noqa: E402
import servers                                          # noqa: E402

DIR = os.environ.get('BENCH_DIR', '/var/tmp/roost-bench')
LOAD, FLOOR = (os.path.join(DIR, x) for x in ('load', 'floor'))
FULL, QUICK, TINY = range(3)
ROUNDS = (5, 2, 1)
EXTRA_S = (30, 0, 0)    # so long a scenario goes on until it is settled
EXTRA_ROUNDS = 3        # and so many times the rounds it should have
ENOUGH_S, ENOUGH = 15, 3    # a settled one that takes longer has fewer rounds

# mailbox: (number of users, messages of each): full, quick, tiny
MAIL = {
    'users': ((20, 1000), (20, 1000), (8, 60)),
    'idle': ((60, 1000), (20, 1000), (3, 60)),
    'medium': ((1, 10000), (1, 2000), (1, 60)),
    'large': ((1, 100000), (1, 5000), (1, 60)),
    'big': ((1, 1), (1, 1), (1, 1)),
    'folders': ((1, 500), (1, 100), (1, 10)),
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

    def __init__(self, size, notes):
        self.size, self.rng, self.notes = size, None, notes
        self.user, self.users, self.count = 'u0', 0, 0
        self.client, self.wall, self.octets, self.runs = 0.0, 0.0, 0, 0
        self.resumed, self.names = {}, {}
        self.name, self.noted = '', set()

    def some(self, n):
        return max(8, n // (1, 4, 40)[self.size])

    def note(self, text, key=None):
        """a line below the row, and in what --save writes; the first alone
        of those with the same key"""
        if (self.name, key or text) not in self.noted:
            self.noted.add((self.name, key or text))
            self.notes.append('%s: %s' % (self.name, text))
            print('  ' + text, flush=True)

    def pause(self, seconds):
        time.sleep(min(seconds, (60, 6, 0.3)[self.size]))

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

    def settle(self, server, command='SELECT INBOX'):
        """the index is up to date, and the directories are quiet"""
        for _ in range(2):
            self.play(server, ['LOGIN %s x' % self.user, command, 'LOGOUT'])
            time.sleep(0.1)

    def warm(self, server, command):
        """the server has what it keeps of the answer: Dovecot is at its
        quickest in the third session that asks"""
        if command not in server.warmed:
            for _ in range(2):
                self.play(server, ['LOGIN %s x' % self.user, 'SELECT INBOX',
                                   command, command, 'LOGOUT'])
            server.warmed.add(command)

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
        self.wall += got['elapsed'] * min(connections, os.cpu_count())
        self.octets += got['octets']
        self.runs += got['runs']
        if tls == 'resume':
            self.resumed[server.name] = got['resumed'] / runs
        return got


def copy(seed, to, linked):
    """linked: messages as hard links, since no server writes into one"""
    subprocess.run(['cp', '-al' if linked else '-a', seed, to], check=True)
    for d, dirs, files in os.walk(to):
        dirs[:] = [x for x in dirs if x not in ('cur', 'new', 'tmp')]
        for f in files:
            path = os.path.join(d, f)
            shutil.copy2(path, path + '.copy')
            os.rename(path + '.copy', path)


class Bench:
    def __init__(self, args):
        self.args, self.notes = args, []
        self.ctx = Ctx(args.size, self.notes)
        self.rows, self.failed, self.up = [], 0, {}
        self.configurations = {}

    def seeded(self, box):
        """the generated mail, kept for the next run"""
        n, each = MAIL[box][self.args.size]
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
        self.ctx.users = n
        tree = '%s/%s' % (DIR, who)
        shutil.rmtree(tree, True)
        for i in range(n):
            os.makedirs('%s/u%d' % (tree, i))
            copy(seed, '%s/u%d/Maildir' % (tree, i), who != 'uids')
        servers.tree(tree, who)
        return tree

    def compare(self, s):
        """one scenario, in turns, until its rows are settled"""
        kinds = ['roost', *s.against]
        values = {k: [] for k in kinds}
        octets = {k: 0 for k in kinds}
        c, began, r, busy = self.ctx, time.monotonic(), 0, 0.0
        c.name = s.name
        least = self.args.rounds or min(s.rounds or 99,
                                        ROUNDS[self.args.size])
        while True:
            for k in (kinds if r % 2 == 0 else kinds[::-1]):
                c.rng = random.Random('%s %d' % (s.name, r))
                c.client, c.wall, c.octets, c.runs = 0.0, 0.0, 0, 0
                values[k].append(s.run(self.up[k], c))
                octets[k] += c.octets / c.runs if c.runs else 0
                busy = max(busy, c.client / c.wall if c.wall else 0.0)
            r += 1
            took = time.monotonic() - began
            if r < (least if took < ENOUGH_S else min(least, ENOUGH)):
                continue
            rows = [report.Row(s, k, values[k], values['roost'], busy)
                    for k in s.against]
            if (all(x.settled() for x in rows) or r >= least * EXTRA_ROUNDS
                    or r >= least and took > EXTRA_S[self.args.size]):
                break
        self.rows += rows
        for row in rows:
            print(row, flush=True)
        self.remarks(kinds, octets)
        self.below(s, rows)

    def below(self, s, rows):
        """what the system does for a scenario that writes"""
        for k in ['roost', *s.against] if s.writes else ():
            self.ctx.note('calls of one round, setting up and tidying up '
                          'included, %s: %s' % (
                              k, floors.calls(s, self.up[k], self.ctx)))
        if s.floor:
            t = floors.seconds(s.floor, self.up['roost'].maildir('u0'), FLOOR)
            self.ctx.note(
                'the %s calls alone, in a bare loop: %s; roost %.2f times '
                'that, %s %.2f' % (s.floor, report.show(t, 's'),
                                   rows[0].ours / t, rows[0].kind,
                                   rows[0].theirs / t))

    def remarks(self, kinds, octets):
        c = self.ctx
        if c.resumed:
            c.note('resumed handshakes: ' + ', '.join(
                '%s %.0f%%' % (k, 100 * v) for k, v in c.resumed.items()))
        c.resumed.clear()
        for k in kinds[1:]:
            if (octets['roost'] > 3000 and
                    not 0.8 < octets[k] / octets['roost'] < 1.25):
                c.note('octets that a session of the client got: roost %d, '
                       '%s %d' % (octets['roost'], k, octets[k]))

    def start(self, kinds, box, tls):
        if self.args.size != TINY:      # the page cache is warm
            subprocess.run(['sh', '-c', 'find "$1" -type f -exec cat {} + >'
                            '/dev/null', 'sh', self.seeded(box)[0]],
                           check=True)
        for k in kinds:
            tree = self.copies(box, k)
            x = self.up[k] = (servers.Roost(tree, tls) if k == 'roost' else
                              servers.Dovecot(tree, k, tls, box == 'idle'))
            self.configurations.setdefault((k, tls), x.configuration())
        if self.args.size != TINY:
            os.sync()

    def group(self, box, tls, chosen):
        kinds = ['roost'] + [k for k in servers.DOVECOTS
                             if any(k in s.against for s in chosen)]
        try:
            self.start(kinds, box, tls)
            for s in chosen:
                try:
                    self.compare(s)
                except (RuntimeError, OSError) as e:
                    self.failed += 1
                    print('%-48s %s' % (s.name, e), flush=True)
        finally:
            for x in self.up.values():
                x.stop()
            self.up.clear()
            self.ctx.names.clear()
            for k in kinds:
                shutil.rmtree('%s/%s' % (DIR, k), True)

    def run(self):
        words = [w.lower() for w in self.args.scenario]
        chosen = [s for s in scenarios.TABLE if not words or
                  any(w in s.name.lower() for w in words)]
        groups = {}
        for s in chosen:
            if self.args.size == QUICK:     # tuned ones settle for a while
                s.against = [k for k in s.against
                             if k == 'shipped' or s.want.get(k)]
                s.rounds = min(s.rounds, 1)
            groups.setdefault((s.box, s.tls), []).append(s)
        print(report.HEAD, flush=True)
        for (box, tls), some in groups.items():
            self.group(box, tls, some)

    def configured(self):
        """[(title, text)] for --save"""
        titles = {'roost': 'Roost', 'shipped': 'Dovecot as shipped',
                  'tuned': 'Dovecot tuned',
                  'uids': 'Dovecot tuned, a uid for each user'}
        for (k, tls), text in self.configurations.items():
            plain = self.configurations.get((k, False), '').split('\n')
            if tls:
                text = '\n'.join(x for x in text.split('\n')
                                 if x not in plain)
            yield titles[k] + (', with TLS' if tls else ''), text
        yield ('The mixed load, an example of each session\'s script',
               '\n'.join(scenarios.mixed_script(self.ctx)).replace(
                   DIR + '/', ''))


def arguments():
    p = argparse.ArgumentParser(prog='bench/run')
    p.add_argument('--quick', dest='size', action='store_const',
                   const=QUICK, default=FULL)
    p.add_argument('--tiny', dest='size', action='store_const', const=TINY)
    p.add_argument('--rounds', type=int, default=0)
    p.add_argument('--save', metavar='FILE')
    p.add_argument('--list', action='store_true')
    p.add_argument('scenario', nargs='*')
    return p.parse_args()


def main():
    args, began, load = arguments(), time.time(), os.getloadavg()[0]
    if args.list:
        print('\n'.join(s.name for s in scenarios.TABLE))
        return
    os.makedirs(DIR, exist_ok=True)
    os.chmod(DIR, 0o755)
    build_load()
    b = Bench(args)
    b.run()
    print('%d of %d aims are met; %.1f minutes' % (
        sum(bool(r.met()) for r in b.rows),
        sum(r.met() is not None for r in b.rows), (time.time() - began) / 60))
    if args.save:
        b.notes.insert(0, 'The load of the machine was %.1f as the run began.'
                       % load)
        b.ctx.rng = random.Random(1)
        report.save(args.save, b.rows, b.notes, began, DIR, b.configured())
    sys.exit(1 if b.failed else 0)


def build_load():
    for program, libraries in ((LOAD, ['-lssl', '-lcrypto']), (FLOOR, [])):
        subprocess.run(['cc', '-O2', '-std=gnu99', '-D_GNU_SOURCE', '-o',
                        program, '%s/%s.c' % (HERE, os.path.basename(program)),
                        *libraries], check=True)


if __name__ == '__main__':
    main()
