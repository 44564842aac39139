# ISC licence; see LICENSE.
"""What lies below a scenario that writes: the calls that each server makes,
and what the calls that are needed cost by themselves.

    calls(scenario, server, ctx)    of one more run: in words
    seconds(what, tree, program)    of bench/floor.c; what: rename, move, ...
"""
import os
import re
import shutil
import signal
import statistics
import subprocess
import tempfile
import time

import servers

TRACED = ('fsync', 'fdatasync', 'msync', 'sync_file_range', 'syncfs',
          'rename', 'renameat', 'renameat2', 'link', 'linkat', 'unlink',
          'unlinkat', 'io_submit')


def calls(scenario, server, ctx):
    with tempfile.NamedTemporaryFile('r') as out:
        pids = [str(p) for top in server.pids
                for p, _ in servers.family(top)]
        p = subprocess.Popen(
            ['strace', '-f', '-qq', '-s', '1', '-e', 'signal=none', '-e',
             'trace=' + ','.join(TRACED), '-o', out.name, '-p', ','.join(pids)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        scenario.run(server, ctx)
        time.sleep(0.5)
        p.send_signal(signal.SIGINT)
        p.wait(60)
        return counted(out)


def counted(log):
    got = {}
    for line in log:
        m = re.match(r'\d+ +(\w+)\((?:0x\w+, (\d+))?', line)
        if not m:                       # the end of a call, elsewhere begun
            continue
        name, n = m[1].replace('at2', ''), 1
        if name in ('renameat', 'linkat', 'unlinkat'):
            name = name[:-2]
        if name == 'io_submit':         # an fsync of each of so many files
            name, n = 'fsync', int(m[2] or 0)
        got[name] = got.get(name, 0) + n
    return ', '.join('%s %d' % x for x in sorted(got.items())) or 'none'


def seconds(what, folder, program):
    """the median of five, on links to the messages of a folder"""
    got = []
    for _ in range(5):
        d = tempfile.mkdtemp(prefix='floor.', dir=os.path.dirname(program))
        try:
            subprocess.run(['cp', '-al', folder + '/cur', d + '/from'],
                           check=True)
            os.mkdir(d + '/to')
            p = subprocess.run([program, what, d + '/from', d + '/to'],
                               check=True, stdout=subprocess.PIPE)
            got.append(float(p.stdout))
        finally:
            shutil.rmtree(d)
    return statistics.median(got)
