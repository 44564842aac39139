#!/usr/bin/python3
# ISC licence; see LICENSE.
"""Foreign writers at work while maildir-convert is: maildir-deliver, procmail,
messages saved as mutt does it (read already, into cur/), find -delete, flags
that change by rename, and an older copy of the mail that rsync puts back, in
loops. From Courier to Roost, and to Courier and back while they go on: no
message is lost, none changes its UID.

convert_writers.py [rounds [messages]]"""
import atexit
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.path.insert(0, os.path.join(TOP, 'tests'))
import system                                           # noqa: E402

t = system.Checks('convert_writers')
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 3
ACCOUNTS = 3
MESSAGES = int(sys.argv[2]) if len(sys.argv) > 2 else 300
top = tempfile.mkdtemp(prefix='roost-writers.')
atexit.register(shutil.rmtree, top, True)
os.chmod(top, 0o755)
aside = tempfile.mkdtemp(prefix='roost-writers.')
atexit.register(shutil.rmtree, aside, True)
os.chmod(aside, 0o755)
CONVERT = system.installed('tools/maildir-convert')
DELIVER = system.installed('tools/maildir-deliver')
ENV = {'PATH': '/usr/bin:/bin', 'ASAN_OPTIONS': 'detect_leaks=0'}
over = threading.Event()


def base(name):
    return name.partition(':')[0]


def make(d, n):
    """a folder of Courier's; {base: UID}"""
    for sub in ('new', 'tmp', 'cur'):
        os.makedirs(d + '/' + sub)
    uids = {'%d.%d.h' % (1600000000 + i, i): 2 * i + 5 for i in range(MESSAGES)}
    for name in uids:
        i = int(name.split('.')[1])
        with open('%s/%s' % (d, 'new/' + name if i % 9 == 2 else
                             'cur/' + name + ':2,'), 'w') as f:
            f.write('Subject: %d\n\nx\n' % i)
    with open(d + '/courierimapuiddb', 'w') as f:
        f.write('1 %d %d\n' % (7000 + n, 2 * MESSAGES + 5) + ''.join(
            '%d %s\n' % (uid, name) for name, uid in uids.items()))
    return uids


def names(d):
    return [(sub, n) for sub in ('new', 'cur')
            for n in os.listdir(d + '/' + sub) if n[0] != '.']


# ---- the writers; each keeps account of what it did ----

delivered, saved, deleted, renamed, faults = {}, {}, {}, {}, []
restored, before = set(), {}
RSYNC, PROCMAIL = shutil.which('rsync'), shutil.which('procmail')


def deliver(m):
    n = 0
    while not over.is_set():
        n += 1
        where = n % 2
        p = subprocess.run([DELIVER, *(['-f', 'a b'] if where else []), m],
                           input=b'Subject: delivery %d\n\nx\n' % n, env=ENV,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           **system.as_user())
        if p.returncode:
            faults.append(p.stdout)
        else:
            delivered[m + ('/.a b' if where else '')].append(n)


def procmail(m):
    n = 0
    rc = os.path.dirname(m) + '/procmailrc'
    while not over.is_set():
        n += 1
        to = ('', '/.a b')[n % 2]
        p = subprocess.run([PROCMAIL, '-m', rc, 'TO=%s/' % (m + to)],
                           input=b'Subject: filter %d\n\nx\n' % n,
                           env=ENV, **system.as_user())
        if p.returncode == 0:           # else the mail server tries it again
            saved[m + to].append('filter %d' % n)
        over.wait(0.01)


def save(m):
    """from one folder to the other, as mutt does: written to tmp/, linked"""
    n = 0
    while not over.is_set():
        n += 1
        to = ('', '/.a b')[n % 2]
        name = '%d.R%dQ%d.h' % (time.time(), n * 7919, n)
        with open(m + to + '/tmp/' + name, 'w') as f:
            f.write('Subject: mutt %d\n\nx\n' % n)
        if system.ROOT:
            os.chown(m + to + '/tmp/' + name, system.UID, system.GID)
        os.link(m + to + '/tmp/' + name, m + to + '/cur/' + name + ':2,S')
        os.unlink(m + to + '/tmp/' + name)
        saved[m + to].append('mutt %d' % n)
        over.wait(0.01)


def restore(d):
    """as it was before all this: what was deleted comes back, and other flags
    beside those of now"""
    p = subprocess.run([RSYNC, '-a', before[d] + '/cur', before[d] + '/new', d],
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       **system.as_user())
    if p.returncode:
        faults.append(p.stdout)
    restored.add(d)


def delete(d):
    """by and by, every message whose number ends with 7"""
    for tens in range(MESSAGES // 10):
        name = '16*.%d7.h*' % tens if tens else '16*.7.h*'
        subprocess.run(['find', d + '/new', d + '/cur', '-name', name,
                        '-delete'], stderr=subprocess.DEVNULL, **system.as_user())
        if over.wait(0.02):
            return


def flags(d):
    rnd = random.Random(d)
    while not over.is_set():
        for sub, n in names(d):
            b = base(n)
            if over.is_set():
                break
            if sub == 'new' and rnd.random() < 0.8:
                continue
            to = b + ':2,' + ''.join(f for f in 'FRS' if rnd.random() < 0.5)
            try:
                os.rename('%s/%s/%s' % (d, sub, n), '%s/cur/%s' % (d, to))
                renamed[d] += 1
            except FileNotFoundError:
                pass
        over.wait(0.002)


def convert(*args):
    p = subprocess.run([CONVERT, '-g', '-j', '2', *args, top], env=ENV,
                       timeout=100, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE)
    t.same((p.returncode, b'not-converted' in p.stderr), (0, False),
           ' '.join(('maildir-convert', *args)) + ' %r' % p.stderr[-500:])


def records(d):
    with open(d + '/dovecot-uidlist') as f:
        head, *lines = f.read().splitlines()
    return (int(re.search(' V([0-9]+)', head)[1]),
            [(int(x.split(' ')[0]), base(x.partition(' :')[2])) for x in lines])


want, threads = {}, []
for i in range(ACCOUNTS):
    m = '%s/user%d/Maildir' % (top, i)
    for d in (m, m + '/.a b'):
        want[d] = make(d, i)
        delivered[d], saved[d], renamed[d] = [], [], 0
        before[d] = '%s/%d' % (aside, len(before))
        for sub in ('cur', 'new'):
            shutil.copytree(d + '/' + sub, before[d] + '/' + sub)
        threads += [threading.Thread(target=delete, args=(d,)),
                    threading.Thread(target=flags, args=(d,))]
    open(m + '/.a b/maildirfolder', 'w').close()
    threads += [threading.Thread(target=deliver, args=(m,)),
                threading.Thread(target=save, args=(m,))]
    with open('%s/user%d/procmailrc' % (top, i), 'w') as f:
        f.write('LINEBUF=16384\nDEFAULT=$TO\nLOGABSTRACT=no\nLOGFILE=/dev/null\n')
    if PROCMAIL:
        threads.append(threading.Thread(target=procmail, args=(m,)))
system.own(top)
system.own(aside)
os.chmod(top, 0o755)
for th in threads:
    th.start()
try:
    convert()
    since = {d: records(d) for d in want}
    for i in range(ROUNDS):
        convert('--to', 'courier')
        if RSYNC and i:
            restore(sorted(want)[i % len(want)])
        convert()
finally:
    over.set()
    for th in threads:
        th.join()
for i in range(2):      # the second file of a name that a restore has doubled
    convert()           # gets one of its own at one look, and a UID at the next
t.same(faults, [], 'deliveries succeed')
print('%d deliveries, %d saved, %d renames, %d restored' % (
    sum(map(len, delivered.values())), sum(map(len, saved.values())),
    sum(renamed.values()), len(restored)))
t.ok(all(renamed.values()), 'flags changed all the while', renamed)
for d, uids in want.items():
    label = d[len(top):]
    there = {base(n): os.path.join(d, sub, n) for sub, n in names(d)}
    lost = [b for b in uids if b not in there and not b.endswith('7.h')]
    t.same(lost, [], label + ': no message is lost')
    t.ok(d in restored or sum(b not in there for b in uids) > 0,
         label + ': some were deleted')
    came, others, twice = [], [], []
    for b, path in there.items():
        if b not in uids:
            with open(path) as f:
                what = f.readline().split(None, 1)[1].rstrip()
            if what.startswith('delivery'):
                came.append(int(what.split()[1]))
            else:
                (twice if what.isdigit() else others).append(what)
    t.same(sorted(came), delivered[d], label + ': every delivery is there')
    t.same(sorted(others), sorted(saved[d]), label + ': and every other')
    t.ok(d in restored or not twice, label + ': none is there twice', twice)
    t.ok(len(twice) == len(set(twice)), label + ': or three times', twice)
    # one that was gone may have been told so
    kept = {b for b in there if d not in restored or not b.endswith('7.h')}
    validity, rows = records(d)
    t.same(validity, 7000 + int(re.search('user([0-9]+)', d)[1]),
           label + ': UIDVALIDITY')
    t.same(sorted(x[0] for x in rows), [x[0] for x in rows],
           label + ': UIDs ascend')
    now = {b: uid for uid, b in rows}
    t.same(len(now), len(rows), label + ': one UID each')
    t.same({b: (uid, now.get(b)) for b, uid in uids.items()
            if b in kept and now.get(b) != uid}, {}, label + ': UIDs are kept')
    early = {b: uid for uid, b in since[d][1]}
    t.same({b: (uid, now.get(b)) for b, uid in early.items()
            if b in kept and now.get(b) != uid}, {},
           label + ': and those of deliveries')
    t.same(sorted(b for b in there if b not in now), [], label + ': all have one')
t.done()
