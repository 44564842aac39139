#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""mpop: POP3 with pipelining and UIDLs, into a Maildir and an mbox"""
import os

from common import (PASSWORD, deliver, files, fixtures, run, start, Site)
import samplemail

checks = start('mpop', 'mpop')
site = Site()
maildir = site.user('joe', PASSWORD, lambda p: samplemail.make(p, 40))
port = site.pop3()
for d in ('', '/cur', '/new', '/tmp'):
    os.mkdir(site.dir + '/box' + d)
with open(site.dir + '/rc', 'w') as f:
    f.write('''defaults
host 127.0.0.1
port %d
user joe
passwordeval cat %s/password
tls off
auth %%s
pipelining %%s
received_header off
account keep
delivery maildir %s/box
uidls_file %s/uidls
keep on
account take
delivery mbox %s/mbox
uidls_file %s/uidls2
keep off
''' % (port, *[site.dir] * 5))
with open(site.dir + '/rc') as f:
    rc = f.read()
with open(site.dir + '/password', 'w') as f:
    f.write(PASSWORD + '\n')


def mpop(account, auth='user', pipelining='on'):
    with open(site.dir + '/rc', 'w') as f:
        f.write(rc % (auth, pipelining))
    os.chmod(site.dir + '/rc', 0o600)
    code, out = run(['mpop', '-C', site.dir + '/rc', account], site)
    checks.ok(code == 0, 'mpop %s %s %s' % (account, auth, pipelining),
              (code, out[-1500:]))
    return len(os.listdir(site.dir + '/box/new'))


n = len(files(maildir))
checks.ok(n > 5, 'there is mail', n)
checks.same(mpop('keep'), n, 'all of it came')
checks.same(mpop('keep', 'plain'), n, 'nothing is new')
deliver(maildir, fixtures.MAIL['plain'])
checks.same(mpop('keep', 'plain', 'off'), n + 1, 'one is new')
checks.same(len(files(maildir)), n + 1, 'all stays here')
code, out = run(['mpop', '-C', site.dir + '/rc', '--serverinfo',
                 '--host=127.0.0.1', '--port=%d' % port, '--tls=off'], site)
checks.ok(code == 0 and 'PIPELINING' in out, 'what the server can', out)
mpop('take')
checks.same(files(maildir), [], 'taken away')
with open(site.dir + '/mbox', 'rb') as f:
    checks.same(sum(x.startswith(b'From ') for x in f), n + 1, 'into an mbox')
site.close()
checks.done()
