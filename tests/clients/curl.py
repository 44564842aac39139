#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""curl against the full chain: IMAP and POP3"""
from common import PASSWORD, crlf, files, fixtures, run, start, Site

checks = start('curl', 'curl')
site = Site()
maildir = site.user('joe', PASSWORD,
                    lambda p: fixtures.make('folders', p))
imap, pop3 = site.imap(), site.pop3()


def curl(url, *args, user='joe:' + PASSWORD):
    code, out = run(['curl', '-sS', '-m', '20', '-u', user, *args, url], site)
    return code, out


def imap_url(path):
    return 'imap://127.0.0.1:%d/%s' % (imap, path)


def pop3_url(path):
    return 'pop3://127.0.0.1:%d/%s' % (pop3, path)


code, out = curl(imap_url(''))
checks.same(code, 0, 'LIST')

for f in ('INBOX', 'Sent', 'Archive.2023', 'Drafts'):
    checks.ok(f in out, 'LIST shows ' + f, out)

plain = crlf(fixtures.MAIL['plain']).decode('latin-1')
code, out = curl(imap_url('INBOX;UID=1'))
checks.same((code, out), (0, plain), 'FETCH of a message')
code, out = curl(imap_url('INBOX;UID=1;SECTION=TEXT'))
checks.ok(code == 0 and out.strip().endswith('Ann'), 'SECTION=TEXT', out)
code, out = curl(imap_url('INBOX;UID=2;SECTION=1.1'))
checks.ok('Sch=C3=B6ne' in out, 'SECTION=1.1', out)
code, out = curl(imap_url('INBOX?SUBJECT%20lunch'))
checks.same((code, out.strip()), (0, '* SEARCH 1 4'), 'SEARCH')
code, out = curl(imap_url(''), '-X', 'STATUS Archive.2023 (MESSAGES UNSEEN)')
checks.ok('MESSAGES 2 UNSEEN 1' in out, 'STATUS', out)
code, out = curl(imap_url('INBOX'), '-X', 'STORE 3 +FLAGS (\\Flagged)')
checks.ok('\\Flagged' in out, 'STORE', out)
checks.ok(any(f.startswith(fixtures.name(3)) and f.endswith(':2,F')
              for f in files(maildir)), 'the file bears F', files(maildir))

with open(site.dir + '/msg', 'wb') as f:
    f.write(crlf(fixtures.MAIL['reply']))
code, out = curl(imap_url('Drafts'), '-T', site.dir + '/msg')
checks.same(code, 0, 'APPEND')
checks.same(len(files(maildir, 'Drafts')), 1, 'APPEND made one file')
code, out = curl(imap_url(''), '-X', 'CREATE New')
checks.same(code, 0, 'CREATE')

code, out = curl(imap_url(''), user='joe:wrong')
checks.same(code, 67, 'a wrong password is "login denied"')
code, out = curl(imap_url(''), '--login-options', 'AUTH=PLAIN')
checks.same(code, 0, 'AUTH=PLAIN')
code, out = curl(imap_url(''), '--login-options', 'AUTH=LOGIN')
checks.same(code, 0, 'AUTH=LOGIN')
code, out = curl(imap_url(''), '--login-options', 'AUTH=PLAIN', '--sasl-ir')
checks.same(code, 0, 'AUTH=PLAIN with the initial response')

code, out = curl(pop3_url(''))
checks.ok(code == 0 and len(out.split('\r\n')) == 5, 'LIST of POP3', out)
code, out = curl(pop3_url('1'))
checks.same((code, out), (0, plain), 'RETR')
code, out = curl(pop3_url(''), '-X', 'UIDL')
checks.ok(code == 0 and len(set(x.split()[1] for x in
                                out.split('\r\n') if x)) == 4, 'UIDL', out)
code, out = curl(pop3_url('4%200'), '-X', 'TOP', '--login-options',
                 'AUTH=PLAIN')
checks.ok(code == 0 and 'Subject: Fwd: lunch' in out
          and 'see below' not in out, 'TOP', out)
code, out = curl(pop3_url('4'), '-X', 'DELE', '-I')
checks.same((code, len(files(maildir))), (0, 3), 'DELE and QUIT')
code, out = curl(pop3_url(''), user='joe:wrong')
checks.same(code, 67, 'a wrong password is "login denied" in POP3')
site.close()
checks.done()
