#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""imapflow, which webmail and many services are built on: the journey of
imapflow/journey.js. npm installs it into build/imapflow/, by the lock file
beside the journey."""
import filecmp
import os
import shutil
import subprocess

from common import PASSWORD, fixtures, run, start, Site, system

checks = start('imapflow', 'node', 'npm')
here = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'imapflow')
there = os.path.join(system.TOP, 'build/imapflow')
FILES = 'package.json', 'package-lock.json', 'journey.js'


def fill(path):
    fixtures.make('folders', path)
    with open(path + '/maildirsize', 'w') as f:
        f.write('1000000000S,100000C\n')


os.makedirs(there, exist_ok=True)
fresh = os.path.exists(there + '/installed') and all(
    os.path.exists(there + '/' + f) and filecmp.cmp(
        here + '/' + f, there + '/' + f, False) for f in FILES[:2])
for f in FILES:
    shutil.copy(here + '/' + f, there)
if not fresh:
    p = subprocess.run(
        ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'],
        cwd=there, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL, timeout=150)
    if p.returncode != 0:
        print(p.stdout.decode(errors='replace')[-1500:])
        checks.skip('all', 'npm could not install imapflow')
        checks.done()
    open(there + '/installed', 'w').close()
site = Site()
site.user('joe', PASSWORD, fill)
code, out = run(['node', there + '/journey.js', str(site.imap()), 'joe',
                 PASSWORD], site, timeout=120)
for line in out.splitlines():
    if line.startswith('ok '):
        checks.good += 1
    else:
        if not line.startswith(('# ', 'end')):
            checks.bad += 1
        print(line)
checks.same((code, out.splitlines()[-1:]), (0, ['end']), 'it came to its end')
site.close()
checks.done()
