#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""P1: deleting the index, at any moment, changes nothing that a client sees.
Sessions work on a folder while the index is removed under them, whole or one
of its files; what each sees is compared with a model after each step."""
import os
import random
import shutil

from common import (Dead, Imap, Witness, contents, deliver, index_dir,
                    message, numbers, scratch, start)

checks = start('p1_index_deleted')
rnd = random.Random(7)
maildir = scratch('empty')
log = os.path.dirname(maildir) + '/log'
model = {}                              # number -> set of flags
witness = Witness(checks)
# but for one letter all are taken: the last two find none
with open(maildir + '/dovecot-keywords', 'w') as f:
    f.write(''.join('%d taken%d\n' % (i, i) for i in range(25)))
os.chown(f.name, os.stat(maildir).st_uid, -1)
FLAGS = ['\\Seen', '\\Flagged', '\\Answered', 'Work', '$Junk', 'Far']
made = 0


def remove():
    """the whole folder, or one of its files, as someone may who tidies up"""
    d = index_dir(maildir)
    if not os.path.isdir(d):
        return 'nothing'
    names = os.listdir(d)
    if rnd.random() < .6 or not names:
        shutil.rmtree(d)
        return 'all'
    name = rnd.choice(names)
    os.unlink(os.path.join(d, name))
    return name


def step(s):
    """one change by one session"""
    global made
    s.must('NOOP')              # what others expunged is still in its view
    by = {n: u for u, n in numbers(s).items()}
    what = rnd.choice(['append', 'append', 'deliver', 'flag', 'unflag',
                       'expunge', 'move'])
    if what == 'append' or not by:
        made += 1
        word, text, _ = s.append('INBOX', message(made), '\\Seen')
        checks.same(word, 'OK', 'APPEND: ' + text)
        model[made] = {'\\Seen'}
        return 'append'
    n = rnd.choice(sorted(by))
    if what == 'deliver':
        made += 1
        deliver(maildir, message(made).replace(b'\r\n', b'\n'))
        model[made] = set()
    elif what == 'flag':
        f = rnd.choice(FLAGS)
        s.must('UID STORE %d +FLAGS (%s)' % (by[n], f))
        model[n].add(f)
    elif what == 'unflag':
        f = rnd.choice(FLAGS)
        s.must('UID STORE %d -FLAGS (%s)' % (by[n], f))
        model[n].discard(f)
    elif what == 'expunge':
        s.must('UID STORE %d +FLAGS.SILENT (\\Deleted)' % by[n])
        s.must('UID EXPUNGE %d' % by[n])
        del model[n]
    elif what == 'move':
        s.must('UID MOVE %d Other' % by[n])
        del model[n]
    return what


def compare(s, what):
    s.must('NOOP')
    have = {n: set(s.flags(str(u)).get(u, ['gone']))
            for u, n in numbers(s).items()}
    checks.same(have, model, what)


s0 = Imap(maildir, log=log)
s0.must('CREATE Other')
s0.logout()
sessions = [Imap(maildir, log=log) for _ in range(3)]
for s in sessions:
    s.select()
lost = 0
for i in range(60):
    gone = remove() if rnd.random() < .5 else '-'
    at = rnd.randrange(3)
    try:
        what = step(sessions[at])
        if rnd.random() < .3:
            gone += ' then ' + remove()
        for k in {at, rnd.randrange(3)}:
            compare(sessions[k], 'step %d: %s after removing %s, session %d'
                    % (i, what, gone, k))
    except Dead as e:
        checks.ok(False, 'step %d: a session ended' % i, e)
        break
    if rnd.random() < .1:
        s = Imap(maildir, log=log)
        witness.look(s, where='at step %d' % i)
        s.logout()

# every fact of every message, before and after
s = Imap(maildir, log=log)
s.select()
ALL = ('(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE '
       'BODY.PEEK[])')
before = contents(s, ALL)
status = s.must('STATUS Other (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)')
shutil.rmtree(index_dir(maildir), ignore_errors=True)
after = contents(s, ALL)
checks.same(after, before, 'all facts, in the session that was open')
t = Imap(maildir, log=log)
t.select()
checks.same(contents(t, ALL), before, 'all facts, in a new session')
checks.same(t.must('STATUS Other (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)'),
            status, 'STATUS of another folder')
witness.look(t, where='at the end')
for x in sessions + [s, t]:
    checks.same(x.logout(), 0, 'exit code')
checks.done()
