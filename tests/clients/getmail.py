#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""getmail: takes new mail over IMAP and POP3 into a Maildir of its own, knows
what it has had, and removes it later"""
import os
import shutil

from common import (PASSWORD, deliver, files, fixtures, run, start, Site,
                    system)

checks = start('getmail', 'getmail')
site = Site()


def setup(kind, port, user):
    """a configuration; its directory"""
    home = site.dir + '/' + user
    for d in ('', '/box', '/box/cur', '/box/new', '/box/tmp'):
        os.mkdir(home + d)
    with open(home + '/getmailrc', 'w') as f:
        f.write('''[retriever]
type = Simple%sRetriever
server = 127.0.0.1
port = %d
username = %s
password = %s
%s
[destination]
type = Maildir
path = %s/box/
[options]
read_all = false
delivered_to = false
received = false
verbose = 1
''' % (kind, port, user, PASSWORD.replace('%', '%%'),
       'mailboxes = ("INBOX", "Archive.2023")' if kind == 'IMAP' else '',
       home))
    if system.ROOT:             # getmail refuses to be root, or nameless
        for d, _, names in os.walk(home):
            for x in [d] + [d + '/' + n for n in names]:
                shutil.chown(x, 'nobody', 'nogroup')
    return home


def get(home, what, *options):
    code, out = run(['getmail', '-g', home, *options], site,
                    **(dict(user='nobody', group='nogroup', extra_groups=[])
                       if system.ROOT else {}))
    checks.ok(code == 0, what, (code, out[-1500:]))
    return sorted(os.listdir(home + '/box/new'))


for kind, port in (('IMAP', site.imap()), ('POP3', site.pop3())):
    user = 'joe' + kind
    maildir = site.user(user, PASSWORD,
                        lambda p: fixtures.make('folders', p))
    home = setup(kind, port, user)
    have = get(home, kind + ': the first time')
    want = 6 if kind == 'IMAP' else 4
    checks.same(len(have), want, kind + ': all of it came')
    checks.same(get(home, kind + ': again'), have, kind + ': nothing is new')
    deliver(maildir, fixtures.MAIL['reply'])
    now = get(home, kind + ': a new one')
    checks.same(len(now), want + 1, kind + ': it alone came')
    text = open(home + '/box/new/' + (set(now) - set(have)).pop(), 'rb').read()
    checks.ok(text.endswith(fixtures.MAIL['reply'].split(b'\n\n', 1)[1]),
              kind + ': its text', text)
    checks.same(len(files(maildir)), 5, kind + ': all stays here')
    get(home, kind + ': what it has had is removed', '--delete')
    checks.same(files(maildir), [], kind + ': and is gone')
    checks.same(len(get(home, kind + ': empty')), want + 1,
                kind + ': nothing comes twice')
site.close()
checks.done()
