#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Python's imaplib and poplib: a session as scripts have it"""
import imaplib
import poplib
import threading
import time

from common import PASSWORD, crlf, deliver, files, fixtures, start, Site

checks = start('pythonlibs')
site = Site()
maildir = site.user('joe', PASSWORD, lambda p: fixtures.make('folders', p))
port = site.imap()


def login(user='joe', password=PASSWORD):
    m = imaplib.IMAP4('127.0.0.1', port)
    m.login(user, password)
    return m


m = login()
caps = m.capability()[1][0].split()
checks.ok(b'IDLE' in caps and b'MOVE' in caps, 'capabilities after login',
          caps)
typ, data = m.list()
checks.same((typ, len(data)), ('OK', 7), 'LIST')
typ, data = m.lsub()
checks.ok(typ == 'OK' and not any(b'Trash' in d for d in data), 'LSUB', data)
checks.same(m.select('INBOX'), ('OK', [b'4']), 'SELECT')
typ, data = m.fetch('1:*', '(UID FLAGS RFC822.SIZE ENVELOPE)')
checks.same((typ, len(data)), ('OK', 4), 'FETCH')
typ, data = m.uid('FETCH', '3', '(BODY.PEEK[])')
checks.same(data[0][1], crlf(fixtures.MAIL['latin']), 'BODY.PEEK[]')
typ, data = m.search('UTF-8', 'BODY', '"Caf\u00e9"'.encode())
checks.same(data, [b'3'], 'SEARCH decodes what it looks in')
typ, data = m.search(None, '(FLAGGED)')
checks.same(data, [b'4'], 'SEARCH FLAGGED')
checks.same(m.store('1', '+FLAGS', r'(\Answered Work)')[0], 'OK', 'STORE')
typ, data = m.append('Drafts', r'(\Draft \Seen)',
                     '" 1-Jan-2020 10:00:00 +0200"',
                     crlf(fixtures.MAIL['plain']))
checks.same(typ, 'OK', 'APPEND')
checks.same(m.copy('1:2', 'Archive')[0], 'OK', 'COPY')
checks.same(m.uid('MOVE', '2', 'Trash')[0], 'OK', 'MOVE')
checks.same(len(files(maildir, 'Trash')), 1, 'moved')
checks.same(m.create('Été'.encode('utf-7').decode().replace('+', '&'))[0],
            'OK', 'CREATE in modified UTF-7')
checks.same(m.rename('Archive', 'Store')[0], 'OK', 'RENAME')
checks.same(m.status('Store.2023', '(MESSAGES)'),
            ('OK', [b'Store.2023 (MESSAGES 2)']), 'children were renamed')
checks.same(m.delete('Store.2024')[0], 'OK', 'DELETE')
m.store('1', '+FLAGS', r'\Deleted')
# imaplib also holds back the one of MOVE
checks.same(m.expunge(), ('OK', [b'2', b'1']), 'EXPUNGE')
checks.same(m.close()[0], 'OK', 'CLOSE')
typ, data = m.select('Drafts', readonly=True)
typ, data = m.fetch('1', '(INTERNALDATE FLAGS)')
checks.ok(b'01-Jan-2020 08:00:00 +0000' in data[0]
          or b' 1-Jan-2020 08:00:00 +0000' in data[0]
          or b' 1-Jan-2020 10:00:00 +0200' in data[0], 'INTERNALDATE', data)

# another session and a delivery, seen by NOOP and by IDLE
m.select('INBOX')
other = login()
other.select('INBOX')
other.append('INBOX', '', None, b'Subject: from the other\r\n\r\n.\r\n')
m.noop()
checks.same(m.response('EXISTS')[1][-1:], [b'3'], 'the other session\'s mail')
tag = m._new_tag()
m.send(tag + b' IDLE\r\n')
checks.ok(m.readline().startswith(b'+'), 'IDLE')
threading.Timer(.2, deliver, (maildir, fixtures.MAIL['reply'])).start()
began = time.monotonic()
line = m.readline()
checks.ok(line.endswith(b'EXISTS\r\n') and time.monotonic() - began < 3,
          'IDLE tells of a delivery at once', line)
m.send(b'DONE\r\n')
while not line.startswith(tag):
    line = m.readline()
checks.ok(b' OK' in line, 'DONE', line)
other.logout()
checks.same(m.logout()[0], 'BYE', 'LOGOUT')
try:
    login(password='wrong')
    checks.ok(False, 'a wrong password')
except imaplib.IMAP4.error as e:
    checks.ok('AUTHENTICATIONFAILED' in str(e), 'a wrong password', e)
checks.ok(site.logged(r'^imap-login: .*joe'), 'the log has the login')

p = poplib.POP3('127.0.0.1', site.pop3())
checks.ok('UIDL' in p.capa() and 'PIPELINING' in p.capa(), 'CAPA', p.capa())
p.user('joe')
p.pass_(PASSWORD)
names = files(maildir)
checks.same(p.stat()[0], len(names), 'STAT')
sizes = [int(x.split()[1]) for x in p.list()[1]]
for i, size in enumerate(sizes, 1):
    checks.same(len(b'\r\n'.join(p.retr(i)[1]) + b'\r\n'), size,
                'the size that LIST tells, message %d' % i)
checks.same(len({x.split()[1] for x in p.uidl()[1]}), len(names), 'UIDL')
checks.ok(b'' in p.top(1, 0)[1], 'TOP')
p.dele(1)
p.rset()
p.dele(2)
p.quit()
checks.same(len(files(maildir)), len(names) - 1, 'QUIT deletes')
site.close()
checks.done()
