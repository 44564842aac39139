#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""fetchmail: takes the mail away over IMAP and over POP3"""
import os

from common import PASSWORD, crlf, deliver, files, fixtures, run, start, Site

checks = start('fetchmail', 'fetchmail')
site = Site()
rc = site.dir + '/fetchmailrc'
box = site.dir + '/box'


def fetch(proto, port, user, *options):
    open(rc, 'w').close()
    os.chmod(rc, 0o600)
    with open(rc, 'w') as f:
        f.write('poll 127.0.0.1 proto %s port %d auth password %s\n'
                "user %s password '%s' sslproto '' mda 'cat >>%s' %s\n" % (
                    proto, port, 'uidl' if 'uidl' in options else '',
                    user, PASSWORD.replace('\\', '\\\\'),
                    box, ' '.join(o for o in options if o != 'uidl')))
    return run(['fetchmail', '-f', rc, '-i', site.dir + '/fetchids',
                '--pidfile', site.dir + '/fetchpid', '--nosyslog', '-v'],
               site, env=dict(site.env, HOME=site.dir,
                              FETCHMAILHOME=site.dir,
                              FETCHMAIL_DISABLE_CBC_IV_COUNTERMEASURE='1'))


def boxed():
    with open(box, 'rb') as f:
        return crlf(f.read())


for proto, port in (('imap', site.imap()), ('pop3', site.pop3())):
    user = 'joe' + proto
    maildir = site.user(user, PASSWORD,
                        lambda p: fixtures.make('new', p))
    open(box, 'w').close()
    code, out = fetch(proto, port, user, 'keep', 'fetchall', 'no rewrite')
    checks.same(code, 0, proto + ': fetches with keep')
    if code != 0:
        print(out[-2000:])
    checks.same(len(files(maildir)), 6, proto + ': keep keeps')
    checks.ok(b'lunch on Friday?' in boxed(), proto + ': the text came')
    checks.same(boxed().count(b'\r\nMessage-ID: <plain.1@'), 2,
                proto + ': each message came')

    open(box, 'w').close()
    code, out = fetch(proto, port, user, 'fetchall', 'no keep')
    checks.same(code, 0, proto + ': fetches and deletes')
    checks.same(files(maildir), [], proto + ': all is gone')
    code, out = fetch(proto, port, user, 'fetchall', 'no keep')
    checks.same(code, 1, proto + ': no mail is exit 1')

    # UIDLs tell what is new
    if proto == 'pop3':
        deliver(maildir, fixtures.MAIL['plain'])
        open(box, 'w').close()
        code, out = fetch(proto, port, user, 'keep', 'uidl')
        checks.same(code, 0, 'pop3: uidl, first time')
        code, out = fetch(proto, port, user, 'keep', 'uidl')
        checks.same(code, 1, 'pop3: uidl, nothing new')
        deliver(maildir, fixtures.MAIL['reply'])
        code, out = fetch(proto, port, user, 'keep', 'uidl')
        checks.same(code, 0, 'pop3: uidl, one is new')
        checks.same(boxed().count(b'\r\nMessage-ID: '), 2,
                    'pop3: each came once')
site.close()
checks.done()
