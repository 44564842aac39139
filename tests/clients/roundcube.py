#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Roundcube's IMAP library against imapd: SORT, THREAD, ESEARCH.

Skipped where php-cli or the library of Debian's roundcube-core is not there;
ROUNDCUBE names another place of it (the directory of rcube_imap_generic.php).
"""
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from system import Checks, Site, need                   # noqa: E402
import fixtures                                         # noqa: E402

LIBRARY = os.environ.get('ROUNDCUBE',
                         '/usr/share/roundcube/program/lib/Roundcube')


def mail(path):
    fixtures.make('few', path)
    fixtures.put(path + '/cur/1700000005.M1P1.x:2,', fixtures.MAIL['reply'],
                 1700020000)


def numbers(got):
    """some versions give lists of numbers as words"""
    for k, v in got.items():
        if isinstance(v, list):
            got[k] = [int(x) if isinstance(x, str) and x.isdigit() else x
                      for x in v]
    if isinstance(got.get('search'), list):
        found, asked = got['search']
        got['search'] = [[int(x) for x in found],
                         {k: asked.get(k) for k in ('MIN', 'MAX', 'COUNT',
                                                    'ALL')}]


def main():
    c = Checks('roundcube')
    lacks = need('imapd/imapd', 'login/imap-login') \
        or (not shutil.which('php') and 'php') \
        or (not os.path.exists(LIBRARY) and LIBRARY)
    if lacks:
        c.skip('all', lacks + ' is not there')
        c.done()
    site = Site()
    site.user('ann', 'geheim', mail)
    port = site.imap()
    p = subprocess.run(['php', HERE + '/roundcube.php', LIBRARY, str(port),
                        'ann', 'geheim'], stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, timeout=60)
    got = dict(json.loads(line) for line in p.stdout.decode().splitlines()
               if line.startswith('['))
    for what in ('connect', 'SORT', 'SORT=DISPLAY', 'ESEARCH', 'select'):
        c.same(got.get(what), True, what)
    numbers(got)
    c.same(sorted(got.get('THREAD') or []),
           ['ORDEREDSUBJECT', 'REFERENCES', 'REFS'], 'THREAD')
    for what in ('DATE', 'SUBJECT', 'FROM', 'ARRIVAL', 'SIZE'):
        c.same(sorted(got.get(what, [])), [1, 2, 3, 4, 5], 'SORT ' + what)
    c.same(got.get('ARRIVAL'), [1, 2, 3, 4, 5], 'the order of arrival')
    c.same(got.get('REFERENCES', {}).get('1'), {'5': []},
           'the answer is below its question')
    c.same(got.get('REFS', {}).get('1'), {'5': []}, 'with REFS, too')
    c.same(got.get('ORDEREDSUBJECT', {}).get('1'), {'5': []}, 'by subject')
    c.same(got.get('search', [0])[0], [3, 4, 5], 'ESEARCH')
    c.same(got.get('search', [0, 0])[1],
           {'MIN': '3', 'MAX': '5', 'COUNT': '3', 'ALL': '3:5'},
           'what RETURN asked for')
    c.same(sorted(got.get('index', [])), [1, 2, 3, 4, 5], 'its index')
    c.same(len(got.get('headers') or []), 5, 'headers')
    if c.bad:
        print(p.stdout.decode())
    c.done()


main()
