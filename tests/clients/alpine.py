#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""alpine on a terminal: first set-up with the password typed, reading, saving
to a folder that is made on the way, a selection that the server searches, the
Trash, and another client at the same time"""
from common import (Imap, PASSWORD, deliver, files, fixtures, start, Site)
from system import wait_for
from terminal import Terminal

checks = start('alpine', 'alpine', 'tmux')
site = Site()
maildir = site.user('joe', PASSWORD, lambda p: fixtures.make('folders', p))
port = site.imap()
with open(site.dir + '/pinerc', 'w') as f:
    f.write('''personal-name=Joe
user-domain=example.net
inbox-path={127.0.0.1:%d/user="joe"/notls}INBOX
folder-collections="Mail" {127.0.0.1:%d/user="joe"/notls}[]
status-message-delay=0
busy-cue-rate=0
feature-list=enable-aggregate-command-set, enable-flag-cmd,
 quit-without-confirm, expunge-without-confirm,
 expunge-without-confirm-everywhere, disable-password-file-saving
''' % (port, port))
t = Terminal(site, ['alpine', '-p', site.dir + '/pinerc'])


def see(pattern, what):
    if not checks.ok(t.wait(pattern), what, t.screen()):
        t.end()
        checks.done()


def soon(what, name, *detail):
    checks.ok(wait_for(what, 10), name, (t.screen(), *detail))


def goto(folder):
    t.keys('g')
    t.wait('GOTO folder')
    t.type(folder)
    t.keys('Enter')
    see('Folder: ' + folder, 'open ' + folder)


def flagged(letter, folder=''):
    return sum(letter in n.partition(':2,')[2]
               for n in files(maildir, folder))


see('Exit this greeting', 'the first time')
t.keys('e')
see('PASSWORD:', 'the password is asked for')
t.type(PASSWORD)
t.keys('Enter')
see('MAIN MENU.*4 Messages', 'logged in')
t.keys('i')
see('3 11/16/23 .*Caf', 'the INBOX')
t.keys('Enter')
see('Stra', 'a message in ISO-8859-1')
t.keys('<')
soon(lambda: flagged('S') == 3, 'it is read')
t.keys('s')
t.wait('SAVE Msg')
t.type('Rezepte')
t.keys('Enter')
see('Create', 'a folder is offered')
t.keys('y')
soon(lambda: len(files(maildir, 'Rezepte')) == 1, 'saved to a new folder')
t.keys('x')
soon(lambda: len(files(maildir)) == 3, 'and gone from the INBOX')
# what the server finds goes to the Trash
t.keys(';')
t.wait('SELECT criteria|Select')
t.keys('t')
t.wait('(?i)text')
t.keys('s')
t.wait('SUBJECT to match')
t.type('LUNCH')
t.keys('Enter')
see(r'^X +1 .*\nX .* 3 ', 'a search')
t.keys('a')
t.wait('APPLY|Apply')
t.keys('s')
t.wait('SAVE')
t.type('Trash')
t.keys('Enter')
soon(lambda: len(files(maildir, 'Trash')) == 2, 'two go to the Trash')
t.keys('x')
t.wait('(?i)expunge', 2) and t.keys('y')
soon(lambda: len(files(maildir)) == 1, 'and are gone from the INBOX')
goto('Trash')
t.keys(';')
t.wait('SELECT criteria|Select')
t.keys('a')
see(r'^X.* 1 .*\nX.* 2 ', 'all of the Trash')
t.keys('a')
t.wait('APPLY|Apply')
t.keys('d')
soon(lambda: flagged('T', 'Trash') == 2, 'deleted')
t.keys('x')
soon(lambda: files(maildir, 'Trash') == [], 'the Trash is emptied')
# two at once
goto('INBOX')
deliver(maildir, fixtures.MAIL['reply'])


def told(pattern):
    t.keys('C-l')                       # redraws, and asks the server
    return t.wait(pattern, .5)


soon(lambda: told('(?i)(lunch on friday.*\n|New mail)'), 'new mail is shown')
c = Imap(port=port)
c.must('LOGIN joe "%s"' % PASSWORD.replace('\\', '\\\\').replace('"', '\\"'))
c.select()
uids = c.uids()
c.must('UID STORE %d +FLAGS (\\Flagged)' % uids[-1])
soon(lambda: told(r'^\*.* 2 '), 'a flag of another client')
c.must('UID STORE %d +FLAGS.SILENT (\\Deleted)' % uids[0])
c.must('EXPUNGE')
soon(lambda: told('Message 1 of 1'), 'what another removes')
c.logout()
t.keys('q')
checks.same(t.ended(), 0, 'exit')
t.end()
site.close()
checks.done()
