#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""neomutt on a terminal, as a person uses it: first set-up with a header
cache, a folder is made and filled from an mbox, a search by the server, mail
to the Trash and the Trash emptied, and what others do in the meantime; then
with CONDSTORE and QRESYNC"""
import os
import shutil

from common import (Imap, PASSWORD, deliver, files, fixtures, start, Site)
from system import wait_for
from terminal import Terminal

checks = start('neomutt', 'neomutt', 'tmux')
site = Site()
maildir = site.user('joe', PASSWORD, lambda p: fixtures.make('folders', p))
port = site.imap()
os.mkdir(site.dir + '/cache')
with open(site.dir + '/rc', 'w') as f:
    f.write('''set ssl_starttls=no ssl_force_tls=no imap_check_subscribed=yes
set imap_user=joe imap_pass='%s' folder="imap://127.0.0.1:%d/"
set spoolfile="+INBOX" trash="+Trash" record="" postponed="+Drafts"
set header_cache="%s/cache/" message_cachedir="%s/cache/"
set confirmappend=no confirmcreate=yes delete=yes quit=yes move=no
set wait_key=no mark_old=no sleep_time=0 mail_check=1 timeout=1 imap_idle=yes
set status_format="at %%f: %%m messages%%?M? shown %%M?, %%n new%%?F?, %%F flagged?" sort=mailbox-order
set index_format="%%C %%Z %%s"
''' % (PASSWORD, port, site.dir, site.dir))
NAME, DISK = 'Übriges', '&ANw-briges'    # modified UTF-7
MANY = 300
with open(site.dir + '/old.mbox', 'wb') as f:
    for n in range(MANY):
        f.write(b'From ann@example.org Tue Nov 14 22:13:20 2023\n'
                b'From: ann@example.org\nSubject: old letter %d\n'
                b'Date: Tue, 14 Nov 2023 22:13:20 +0000\n'
                b'Message-ID: <%d@old.example>\n\nthe text of it: %s\n\n' % (
                    n, n, b'needle' if n % 100 == 7 else b'hay'))


def mutt(*args):
    return Terminal(site, ['neomutt', '-n', '-F', site.dir + '/rc', *args])


def see(t, pattern, what, seconds=15):
    if not checks.ok(t.wait(pattern, seconds), what, t.screen()):
        t.end()
        checks.done()


def leave(t, what):
    t.keys('q')
    checks.same(t.ended(), 0, what + ': exit')
    t.end()


t = mutt()
see(t, 'at .*INBOX: 4 messages', 'first set-up: the INBOX')
see(t, r'Caf', 'a subject in ISO-8859-1')
# a folder of one's own, filled from old mail
t.keys('c', '?')
see(t, 'Archive', 'the folders')
t.keys('Tab')
see(t, 'INBOX', 'what the server has')
t.keys('C')
see(t, 'Create mailbox', 'a name is asked for')
t.keys('C-u')
t.type(NAME)
t.keys('Enter')
checks.ok(wait_for(lambda: os.path.isdir(maildir + '/.' + DISK)),
          'a folder is made', t.screen())
t.keys('q')
see(t, 'at .*INBOX', 'back in the INBOX')
t.keys('c')
t.wait('Open mailbox')
t.keys('C-u')
t.type(site.dir + '/old.mbox')
t.keys('Enter')
see(t, r'old\.mbox: %d messages' % MANY, 'the old mail')
t.keys('T', '~', 'A', 'Enter')
t.keys(';', 'C')
see(t, 'Copy tagged', 'copying asks where to')
t.keys('C-u')
t.type('+' + NAME)
t.keys('Enter')
checks.ok(wait_for(lambda: len(files(maildir, DISK)) == MANY, 40),
          'all was copied', len(files(maildir, DISK)))
# a search that the server does
t.keys('c')
t.wait('Open mailbox')
t.keys('C-u')
t.type('+' + NAME)
t.keys('Enter')
see(t, NAME + ': %d messages' % MANY, 'the new folder')
t.keys('l')
t.keys('C-u')
t.type('=b needle')
t.keys('Enter')
see(t, 'messages shown 3', 'a search by the server')
# to the Trash
t.keys('D')
t.keys('C-u')
t.type('~A')
t.keys('Enter', '$')
checks.ok(wait_for(lambda: len(files(maildir, 'Trash')) == 3, 10),
          'three went to the Trash', files(maildir, 'Trash'))
checks.ok(wait_for(lambda: len(files(maildir, DISK)) == MANY - 3, 10),
          'and are gone here')
t.keys('c')
t.wait('Open mailbox')
t.keys('C-u')
t.type('+Trash')
t.keys('Enter')
see(t, 'Trash: 3 messages', 'the Trash')
t.keys('D')
t.keys('C-u')
t.type('~A')
t.keys('Enter', '$')
checks.ok(wait_for(lambda: files(maildir, 'Trash') == [], 10),
          'the Trash is emptied', files(maildir, 'Trash'))
leave(t, 'the first day')

# another client in the meantime, then the header cache has to follow
c = Imap(port=port)
c.must('LOGIN joe "%s"' % PASSWORD.replace('\\', '\\\\').replace('"', '\\"'))
c.select(DISK)
uids = c.uids()
c.must('UID STORE %d:%d +FLAGS.SILENT (\\Deleted)' % (uids[0], uids[99]))
c.must('EXPUNGE')
c.must('UID STORE %d +FLAGS (\\Flagged)' % uids[150])
t = mutt('-f', '+' + NAME)
see(t, NAME + ': %d messages.*1 flagged' % (MANY - 103),
    'coming back: the header cache follows')
# two at once: it is told while it looks on
c.must('UID STORE %d,%d +FLAGS (\\Flagged)' % (uids[160], uids[161]))
see(t, '3 flagged', 'flags set by another')
deliver(maildir, fixtures.MAIL['plain'], folder=DISK)
see(t, NAME + ': %d messages' % (MANY - 102), 'mail that arrives')
c.must('UID STORE %d +FLAGS.SILENT (\\Deleted)' % uids[200])
c.must('UID EXPUNGE %d' % uids[200])
see(t, NAME + ': %d messages' % (MANY - 103), 'mail that goes')
t.keys('F')                             # and it sets one itself
checks.ok(wait_for(lambda: t.keys('$') or len(
    c.must('UID SEARCH FLAGGED')[-1].split()) == 2 + 4, 10, .5),
    'the other sees its flag', c.must('UID SEARCH FLAGGED'))
leave(t, 'the second day')

# the same with the extensions for it: what the header cache remembers, the
# server brings up (RFC 7162), also when the index was deleted meanwhile
for option, word in ('imap_condstore', 'CONDSTORE'), ('imap_qresync', 'QRESYNC'):
    debug = '%s/debug.%s' % (site.dir, option)
    way = ('-e', 'set %s=yes header_cache="%s/cache.%s/"' % (
        option, site.dir, option), '-d', '2', '-l', debug, '-f', '+' + NAME)
    os.mkdir(site.dir + '/cache.' + option)
    c.must('NOOP')
    count = len(c.uids())
    flagged = len(c.must('UID SEARCH FLAGGED')[-1].split()) - 2
    t = mutt(*way)
    see(t, NAME + ': %d messages.*%d flagged' % (count, flagged),
        word + ': the header cache is filled')
    leave(t, word)
    for turn in (1, 2)[:1 + (word == 'QRESYNC')]:
        uids = c.uids()
        c.must('UID STORE %d:%d +FLAGS.SILENT (\\Deleted)' % (
            uids[10], uids[14]))
        c.must('EXPUNGE')
        c.must('UID STORE %d:%d -FLAGS (\\Flagged)' % (uids[0], uids[-1]))
        c.must('UID STORE %d,%d +FLAGS (\\Flagged)' % (uids[0], uids[20]))
        if turn == 2:
            shutil.rmtree(maildir + '/roost.index')
        deliver(maildir, fixtures.MAIL['plain'], folder=DISK)
        t = mutt(*way)
        see(t, NAME + ': %d messages.*2 flagged' % (len(uids) - 4),
            '%s: coming back, %d' % (word, turn))
        c.must('UID STORE %d +FLAGS (\\Flagged)' % uids[30])
        see(t, '3 flagged', word + ': flags set by another')
        c.must('UID STORE %d +FLAGS.SILENT (\\Deleted)' % uids[40])
        c.must('UID EXPUNGE %d' % uids[40])
        see(t, NAME + ': %d messages' % (len(uids) - 5),
            word + ': mail that goes')
        leave(t, '%s, %d' % (word, turn))
    with open(debug + '0', errors='replace') as f:
        text = f.read()             # of the last time
    wanted = '(CHANGEDSINCE', 'VANISHED)'
    checks.ok(wanted[word == 'QRESYNC'] in text, word + ' was used',
              text[-300:])
c.logout()
site.close()
checks.done()
