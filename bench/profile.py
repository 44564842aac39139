#!/usr/bin/python3
# ISC licence; see LICENSE.
"""profile.py - where our time goes, see bench/profile"""
import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

import bench
import scenarios
import servers

HOT = ('login, logout; 8 at a time', 'FETCH ENVELOPE BODYSTRUCTURE ..., cold',
       'SEARCH TEXT', 'FETCH BODY.PEEK[] of 10,000, warm',
       'STORE +FLAGS of 10,000')
FUNCTIONS, CALLS = 14, 10


class Watched:
    """a with-block in which a program that takes -p PID looks on"""

    def __init__(self, server, *args, separator=','):
        self.args = [*args, '-p', separator.join(map(str, server.pids))]

    def __enter__(self):
        self.p = subprocess.Popen(self.args, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        time.sleep(0.7)
        return self

    def __exit__(self, *_):
        time.sleep(0.3)                 # those who end have ended
        self.p.send_signal(signal.SIGINT)
        self.p.wait(120)


def shares(data, by, most):
    """lines of what takes the most time: per cent and names"""
    p = subprocess.run(
        ['perf', 'report', '-i', data, '--stdio', '--no-children', '-g',
         'none', '-s', by], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL)
    lines = [re.sub(r'[ -]*$', '', re.sub(r' +', ' ', x.strip())) for x in
             p.stdout.decode(errors='replace').split('\n')
             if x.strip() and not x.startswith('#')]
    return [x for x in lines if '%' in x][:most]


def counted(path):
    got = {}
    with open(path) as f:
        for line in f:
            w = line.strip().split(',')
            if len(w) > 2 and w[0].isdigit():
                got[w[2]] = int(w[0])
    return got


def calls(path):
    """the lines of strace -c: calls, errors, name"""
    got = []
    with open(path) as f:
        for line in f:
            w = line.split()
            if len(w) >= 5 and w[3].isdigit() and w[-1] != 'total':
                got.append((int(w[3]), w[-1]))
    return sorted(got, reverse=True)[:CALLS]


def profile(s, server, ctx, d):
    def go():
        ctx.rng = random.Random(s.name)
        return s.run(server, ctx)
    go()
    with Watched(server, 'perf', 'record', '-q', '-F', '4000', '-o',
                 d + '/data'):
        go()
    with Watched(server, 'perf', 'stat', '-x', ',', '-o', d + '/stat', '-e',
                 'instructions:u,instructions:k'):
        value = go()
    with Watched(server, 'strace', '-f', '-qq', '-c', '-o', d + '/calls'):
        go()
    count = counted(d + '/stat')
    print('\n## %s\n' % s.name)
    print('    %s; million instructions: %.0f of programs, %.0f of the kernel'
          '\n' % (bench.report.show(value, s.unit),
                  count.get('instructions:u', 0) / 1e6,
                  count.get('instructions:k', 0) / 1e6))
    print('    time: %s\n' % '; '.join(shares(d + '/data', 'comm', 6)))
    for line in shares(d + '/data', 'comm,dso,symbol', FUNCTIONS):
        print('    ' + line.replace('[kernel.kallsyms] [k]', 'kernel:'))
    print('\n    calls: ' + ', '.join('%s %d' % (name, n)
                                      for n, name in calls(d + '/calls')))
    sys.stdout.flush()


def main():
    p = argparse.ArgumentParser(prog='bench/profile')
    p.add_argument('--quick', dest='size', action='store_const',
                   const=bench.QUICK, default=bench.FULL)
    p.add_argument('word', nargs='*')
    args = p.parse_args()
    args.rounds, words = 1, [w.lower() for w in args.word]
    os.makedirs(bench.DIR, exist_ok=True)
    os.chmod(bench.DIR, 0o755)
    bench.build_load()
    b = bench.Bench(args)
    b.ctx.note = lambda *_: None
    for s in scenarios.TABLE:
        if not (any(w in s.name.lower() for w in words) if words
                else s.name in HOT):
            continue
        server = servers.Roost(b.copies(s.box, 'profiled'), s.tls)
        try:
            with tempfile.TemporaryDirectory() as d:
                profile(s, server, b.ctx, d)
        finally:
            server.stop()
            subprocess.run(['rm', '-rf', bench.DIR + '/profiled'])


if __name__ == '__main__':
    main()
