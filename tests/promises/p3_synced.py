#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""P3: what was said OK to is on disk. strace shows, before the OK goes out:
the file synced before it gets its name, then the directory that it went
to, and the uidlist with its UID."""
import os
import re
import time

from common import Imap, message, scratch, start

CALLS = ('fsync,fdatasync,syncfs,rename,renameat,renameat2,link,linkat,write,'
         'writev,pwrite64,sendto,sendmsg,openat,io_submit,io_getevents')


def parse(path):
    """strace -y -s: a list of (call, arguments as text)"""
    out, waiting = [], {}
    with open(path, encoding='latin-1') as f:
        for line in f:
            m = re.match(r'^(\d+) +(.*)$', line)
            pid, text = m[1], m[2]
            m = re.match(r'^(\w+)\((.*) <unfinished \.\.\.>$', text)
            if m:
                waiting[pid] = (m[1], m[2])
                continue
            m = re.match(r'^<\.\.\. (\w+) resumed>(.*)$', text)
            if m and pid in waiting:
                call, args = waiting.pop(pid)
                text = '%s(%s%s' % (call, args, m[2])
            m = re.match(r'^(\w+)\((.*)\) += (-?\d+)', text)
            if m and int(m[3]) >= 0:
                out.append((m[1], m[2]))
    return out


def deliver(maildir, count):
    """mail of this moment, by someone who does not sync"""
    for i in range(count):
        with open('%s/cur/%d.M%dP1.mda:2,' % (maildir, time.time(), i),
                  'wb') as f:
            f.write(message(i, 3000))


def multiappend(s, count):
    data = b'APPEND INBOX'
    for i in range(count):
        text = message(i, 5000)
        data += b' {%d+}\r\n%s' % (len(text), text)
    return s.cmd(data)[:2]


def run(kind, *commands, young=0):
    """trace one session; the events from the last command on"""
    maildir = scratch(kind)
    deliver(maildir, young)
    trace = os.path.dirname(maildir) + '/trace'
    s = Imap(maildir, wrap=('strace', '-f', '-y', '-s', '9999', '-o', trace,
                            '-e', 'trace=' + CALLS))
    if s.greeting == b'':
        return [], maildir
    for c in commands[:-1]:
        s.must(c)
    at = len(parse(trace))
    last = commands[-1]
    if last == 'APPEND':
        word, text, _ = s.append('INBOX', message(1, 5000))
    elif last.startswith('MULTIAPPEND'):
        word, text = multiappend(s, int(last.split()[1]))
    else:
        word, text, _ = s.cmd(last)
    checks.same(word, 'OK', '%s: %s' % (last, text))
    s.logout()
    events = parse(trace)[at:]
    said = [i for i, (c, a) in enumerate(events)
            if c in ('write', 'writev', 'sendto', 'sendmsg')
            and re.search(r'socket:|pipe:', a.split(',')[0])
            and '%s.%d OK ' % (s.name, s.n - 1) in a]
    checks.ok(said, last + ': the trace has the OK', events[-5:])
    return events[:said[0]] if said else [], maildir


def index(events, test, start=0):
    for i in range(start, len(events)):
        if test(*events[i]):
            return i
    return -1


def synced(events, after, pattern):
    """an fsync of this path at or after an event"""
    return index(events, lambda c, a: c in ('fsync', 'fdatasync', 'syncfs')
                 and re.search(pattern, a), after)


def named(events, pattern):
    """the event that gives a mail file its name in a folder"""
    return index(events, lambda c, a: c.startswith(('rename', 'link'))
                 and re.search(pattern, a))


def written(events):
    """the last event that changes the uidlist"""
    found = [i for i, (c, a) in enumerate(events)
             if (c in ('write', 'writev', 'pwrite64')
                 and 'dovecot-uidlist' in a.split(',')[0]
                 and '.lock' not in a.split(',')[0])]
    return found[-1] if found else -1


def check(what, events, folder, copied=False):
    new = r'\b(cur|new)(>|/|")'
    got = named(events, new)
    if not checks.ok(got >= 0, what + ': a file gets its name in cur/',
                     events):
        return
    if copied:
        # the octets must be on disk before the name, whoever made them
        made = index(events, lambda c, a: c in ('write', 'pwrite64')
                     and '/tmp/' in a.split(',')[0])
        tmp = synced(events, max(made, 0), r'/tmp/')
        checks.ok(0 <= tmp < got, what + ': the file is synced before',
                  events[:got + 1])
    where = folder + r'/(cur|new)>'
    checks.ok(synced(events, got, where) > got,
              what + ': the directory is synced after', events)
    put = written(events)
    if checks.ok(put >= 0, what + ': the uidlist is written', events):
        checks.ok(synced(events, put, r'dovecot-uidlist') > put,
                  what + ': the uidlist is synced', events[put:])


def made_together(what, events, count):
    """many files: each synced by a call of its own, or all that were handed
    to the kernel at once, and waited for; then the first gets its name"""
    got = named(events, r'Maildir/(\./)?(cur|new)(>|/)|"\./(cur|new)/')
    files = {m[1] for c, a in events[:got] if c == 'openat'
             and 'O_CREAT' in a for m in [re.search(r'"([^"]*tmp/[^"/]+)"', a)]
             if m}
    checks.same(len(files), count, what + ': the files')
    done = sum(c == 'fsync' and '/tmp/' in a for c, a in events[:got])
    asked = 0
    for c, a in events[:got]:
        if c == 'io_submit':
            asked = len(set(re.findall(r'IOCB_CMD_FSYNC, aio_fildes=(\d+)', a)))
        elif c == 'io_getevents':
            checks.same(a.count('res=0,'), asked, what + ': all that were '
                        'handed over are waited for, and done')
            done, asked = done + asked, 0
    checks.same(asked, 0, what + ': none is under way')
    checks.same(done, count, what + ': each is synced before the first name')


checks = start('p3_synced', 'strace')
try:
    probe = Imap(scratch('empty'), wrap=('strace', '-o', '/dev/null'))
    probe.logout()
except Exception as e:
    checks.skip('all', 'strace cannot trace here: %s' % e)
    checks.done()

events, maildir = run('empty', 'APPEND')
check('APPEND', events, 'Maildir', copied=True)
events, maildir = run('empty', 'MULTIAPPEND 10')
check('MULTIAPPEND', events, 'Maildir')
made_together('MULTIAPPEND', events, 10)
events, maildir = run('empty', 'MULTIAPPEND 300')
made_together('MULTIAPPEND of 300', events, 300)
events, maildir = run('folders', 'SELECT INBOX', 'UID COPY 1:2 Archive')
check('COPY', events, r'\.Archive')
events, maildir = run('folders', 'SELECT INBOX', 'UID MOVE 1:2 Archive')
check('MOVE', events, r'\.Archive')

# what nobody has synced is, before the first of them gets a new name: each
# file by itself, or where they are many the file system
for count in (3, 40):
    for verb in ('COPY', 'MOVE'):
        events, maildir = run('folders', 'SELECT INBOX',
                              'UID %s 1:* Archive' % verb, young=count)
        what = '%s of %d new' % (verb, count)
        check(what, events, r'\.Archive')
        got = named(events, r'Archive/cur')
        files = {a for c, a in events[:got]
                 if c == 'fsync' and '.mda' in a}
        whole = any(c == 'syncfs' for c, a in events[:got])
        checks.ok(whole or len(files) == count,
                  what + ': all of them are synced before', events[:got + 1])
        checks.ok(not any(c == 'fsync' and '.mda' in a
                          for c, a in events[got:]),
                  what + ': and none after a rename', events[got:])
# what we put there ourselves was synced then, and is not asked for again
events, maildir = run('folders', 'SELECT INBOX', 'UID COPY 1:2 Archive',
                      'SELECT Archive', 'UID MOVE 1:* INBOX')
check('MOVE of copies', events, 'Maildir')
got = named(events, r'"\./cur/')
checks.ok(not any(c in ('fsync', 'syncfs') for c, a in events[:got]),
          'MOVE of copies: their text is not synced again', events[:got + 1])
# the directory that it left need not be: at worst, after a power cut on a
# file system without a journal, the message is in both

# new mail: its UID is on disk before a client hears of it
events, maildir = run('raw', 'SELECT INBOX')
put = written(events)
if checks.ok(put >= 0, 'SELECT of new mail: the uidlist is written'):
    checks.ok(synced(events, put, r'dovecot-uidlist') > put,
              'SELECT of new mail: the uidlist is synced', events[put:])
checks.done()
