#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Every transcript and test that rev2-musts.txt names is there."""
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
LINE = re.compile(r'(\d+) +([0-9A-F.]+) +(.+) \| ([^:]+)(?:: (.+))?')


def titles(path):
    """the first comment of each transcript in a file"""
    with open(path, encoding='latin-1') as f:
        texts = ('\n' + f.read()).split('\n----')
    return [re.search(r'\n# (.*)', t)[1] for t in texts]


def there(name, title):
    if title is None:
        return os.path.exists(os.path.join(TOP, name))
    path = os.path.join(HERE, name)
    return os.path.exists(path) and any(
        t.startswith(title) for t in titles(path))


passed = failed = last = 0
with open(os.path.join(HERE, 'rev2-musts.txt'), encoding='utf-8') as musts:
    for line in musts:
        m = LINE.fullmatch(line.rstrip('\n'))
        if not m:
            if re.match(r'\d+ +\d', line):
                failed += 1
                print('FAILED not a rule: ' + line.rstrip())
            continue
        if int(m[1]) > last and there(m[4], m[5]):
            passed += 1
        else:
            failed += 1
            print('FAILED ' + line.rstrip())
        last = int(m[1])
print('rev2_musts: %d passed, %d failed' % (passed, failed))
raise SystemExit(failed != 0)
