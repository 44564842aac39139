# ISC licence; see LICENSE.
"""What is measured: one Scenario each, in the order of the table.

A scenario has a mailbox (a name of MAIL in bench.py), the Dovecots that it is
compared with, and a function run(server, ctx) that gives the measured value
of one round: seconds of one command (smaller is better), or a rate (larger).
ctx.play(server, script, ...) plays a script by the load program; ctx.rng is
the same for both servers of a round, ctx.user a user with that mailbox.
"""
import mail
import os
import shutil
import statistics
import time
import waiting

TABLE = []


class Scenario:
    """against: kinds of Dovecot; want: {kind: how many times better Roost
    aims to be, or None}; below: seconds that are the aim, in place of that;
    rounds: as many at least, in place of what bench.py has; writes: the
    calls that it takes are counted; floor: of bench/floor.c, what each message
    needs"""

    def __init__(self, name, box, want, run, rate=False, tls=False, unit='s',
                 below=None, rounds=0, writes=False, floor=None):
        self.name, self.box, self.run, self.rate = name, box, run, rate
        self.tls, self.unit, self.below = tls, unit, below
        self.want, self.rounds = want, rounds
        self.writes, self.floor = writes or floor, floor
        self.against = ['shipped'] + [k for k in want if k != 'shipped']
        TABLE.append(self)


def scenario(name, box, **more):
    """shipped=, tuned=, uids=: what Scenario has as want"""
    want = {k: more.pop(k) for k in ('shipped', 'tuned', 'uids') if k in more}

    def take(run):
        Scenario(name, box, want, run, **more)
        return run
    return take


LOGIN = 'LOGIN %s x'


def timed(before, commands, times=1):
    """a script that times commands together, so many times over"""
    return before + (['@begin'] + commands + ['@end']) * times


def session(ctx, commands, times=1, before=()):
    return timed([LOGIN % ctx.user, 'SELECT INBOX', *before],
                 commands, times) + ['LOGOUT']


def median(got):
    return statistics.median(got['sections'])


def one(command, times):
    """a command in a selected mailbox, warm"""
    def run(server, ctx):
        ctx.warm(server, command)
        script = session(ctx, [command], times, [command])
        return median(ctx.play(server, script))
    return run


def cold(command):
    def run(server, ctx):
        server.cold(ctx.user)
        return median(ctx.play(server, session(ctx, [command])))
    return run


# logins

def logins(server, ctx, extra=(), tls=None, n=None):
    n = n or ctx.some(300 if server.name == 'shipped' else 1200)
    got = ctx.play(server, ['LOGIN u%c x', *extra, 'LOGOUT'], connections=8,
                   runs=n, tls=tls)
    return n / got['elapsed']


ENVELOPES = ('SELECT INBOX', 'FETCH 1:50 (FLAGS ENVELOPE)')
scenario('login, logout; 8 at a time', 'users', rate=True, unit='/s',
         shipped=4, tuned=1.7, uids=1.7)(logins)
scenario('login, SELECT 1,000, 50 envelopes; 8 at a time', 'users', rate=True,
         unit='/s', shipped=4, tuned=1.7, uids=1.7)(
    lambda s, c: logins(s, c, ENVELOPES))
for kind in ('full', 'resume'):
    scenario('TLS (%s): login, logout' % kind, 'users', rate=True, unit='/s',
             tls=True, shipped=2.5, tuned=1.1, uids=1.1)(
        lambda s, c, kind=kind: logins(s, c, tls=kind))
    scenario('TLS (%s): login, SELECT, 50 envelopes' % kind, 'users',
             rate=True, unit='/s', tls=True, shipped=2.5, tuned=1.1,
             uids=1.1)(
        lambda s, c, kind=kind: logins(s, c, ENVELOPES, tls=kind))


# SELECT

def select(server, ctx, before=None, times=1):
    got = []
    for _ in range(times):
        if before:
            before(server, ctx)
        script = timed([LOGIN % ctx.user], ['SELECT INBOX']) + ['LOGOUT']
        got += ctx.play(server, script)['sections']
    return statistics.median(got)


def no_index(server, ctx):
    server.cold(ctx.user)


def no_uidlist(server, ctx):
    server.cold(ctx.user)
    os.unlink(server.maildir(ctx.user) + '/dovecot-uidlist')


def flag_change(server, ctx):
    cur = server.maildir(ctx.user) + '/cur/'
    name = ctx.any_file(cur)
    base, _, flags = name.partition(':2,')
    flags = ''.join(sorted(set(flags) ^ set('F')))
    os.rename(cur + name, cur + base + ':2,' + flags)


def delivery(server, ctx, user=None):
    box = server.maildir(user or ctx.user)
    name = 'tmp/%d.M%dP1.mda' % (time.time(), ctx.rng.randrange(10**9))
    text = b'From: a@example\nSubject: news\n\nhello\n'
    with open(box + '/' + name, 'wb') as f:
        f.write(text)
    shutil.chown(box + '/' + name, ctx.uid, ctx.uid)
    os.rename(box + '/' + name, box + '/new' + name[3:])


scenario('first SELECT, no index', 'large', shipped=4)(
    lambda s, c: select(s, c, no_index))
scenario('first SELECT, no index, no uidlist', 'large', shipped=4)(
    lambda s, c: select(s, c, no_uidlist))


@scenario('SELECT, settled', 'large', shipped=1)
def settled(server, ctx):
    ctx.settle(server)
    script = timed([LOGIN % ctx.user] + ['SELECT INBOX'] * 3,
                   ['SELECT INBOX'], 20)
    return median(ctx.play(server, script))


@scenario('first SELECT after a flag change by another', 'large', shipped=20)
def after_flag(server, ctx):
    ctx.settle(server)
    return select(server, ctx, flag_change, 5)


@scenario('first SELECT after a delivery', 'large', shipped=20)
def after_delivery(server, ctx):
    ctx.settle(server)
    return select(server, ctx, delivery, 5)


# FETCH

FETCHES = (
    ('FLAGS', 'UID FETCH 1:* (FLAGS)', None, 3),
    ('ENVELOPE BODYSTRUCTURE ...', 'UID FETCH 1:* (ENVELOPE BODYSTRUCTURE '
     'INTERNALDATE RFC822.SIZE)', 2.5, 6),
    ('three header fields', 'UID FETCH 1:* (BODY.PEEK[HEADER.FIELDS '
     '(FROM SUBJECT DATE)])', 2.5, 4))
for what, command, c, w in FETCHES:
    if c:
        scenario('FETCH %s, cold' % what, 'large', shipped=c)(cold(command))
    scenario('FETCH %s, warm' % what, 'large', shipped=w)(one(command, 3))


@scenario('FETCH BODY.PEEK[] of 10,000, warm', 'medium', rate=True,
          unit='MB/s', shipped=2)
def bodies(server, ctx):
    command = 'UID FETCH 1:* (BODY.PEEK[])'
    ctx.warm(server, command)
    got = ctx.play(server, session(ctx, [command], 2, [command]))
    return got['octets'] / 3 / median(got) / 1e6


@scenario('FETCH BODY.PEEK[] of one of 25 MB', 'big', rate=True, unit='MB/s',
          shipped=1.2)
def big_body(server, ctx):
    n = 20
    got = ctx.play(server, session(ctx, ['FETCH 1 (BODY.PEEK[])'], n))
    return got['octets'] / n / median(got) / 1e6


# SEARCH, SORT, THREAD

def search(key, times, is_cold=False):
    def run(server, ctx):
        if is_cold:
            server.cold(ctx.user)
        elif times > 1:
            ctx.warm(server, 'SEARCH %s %s' % (key, mail.VOCABULARY[0]))
        commands = ['SEARCH %s %s' % (key, mail.word(ctx.rng))
                    for _ in range(1 if times == 1 else times + 1)]
        script = [LOGIN % ctx.user, 'SELECT INBOX']
        if times > 1:
            script.append(commands.pop())
        for c in commands:
            script += ['@begin', c, '@end']
        return median(ctx.play(server, script))
    return run


for key in ('SUBJECT', 'FROM'):
    scenario('SEARCH %s, cold' % key, 'large', shipped=2)(
        search(key, 1, True))
    scenario('SEARCH %s, warm' % key, 'large', shipped=5)(search(key, 5))
for key in ('TEXT', 'BODY'):
    scenario('SEARCH %s' % key, 'large', shipped=5)(search(key, 1))
for key in ('DATE', 'SUBJECT'):
    scenario('SORT (%s), warm' % key, 'large', shipped=2)(
        one('SORT (%s) UTF-8 ALL' % key, 5))
scenario('THREAD REFERENCES, cold', 'large', shipped=2.5)(
    cold('THREAD REFERENCES UTF-8 ALL'))
scenario('THREAD REFERENCES, warm', 'large', shipped=3)(
    one('THREAD REFERENCES UTF-8 ALL', 3))


# changes; every message costs a system call or two, whoever makes it

def append(connections, literals=1):
    def run(server, ctx):
        n = ctx.some(800)
        path = ctx.file('message', lambda: ctx.message(6000))
        line = 'APPEND INBOX' + ' {@%s}' % path * literals
        script = ['LOGIN u%c x', '@begin'] + [line] * max(
            1, n // connections // literals) + ['@end', 'LOGOUT']
        got = ctx.play(server, script, connections=connections,
                       runs=connections)
        each = max(1, n // connections // literals) * literals
        return each * connections / max(got['sections'])
    return run


scenario('APPEND of 6 kB, synced; 1 session', 'users', rate=True, unit='/s',
         shipped=1.3, writes=True)(append(1))
scenario('APPEND of 6 kB, synced; 8 sessions', 'users', rate=True, unit='/s',
         shipped=1.3, writes=True)(append(8))
scenario('MULTIAPPEND of 100', 'users', rate=True, unit='/s',
         shipped=2, writes=True)(append(1, 100))


def change(before, command, after):
    def run(server, ctx):
        script = [LOGIN % ctx.user, 'SELECT INBOX', *before, '@begin',
                  command, '@end', *after, 'LOGOUT']
        return median(ctx.play(server, script))
    return run


scenario('STORE +FLAGS of 10,000', 'medium', shipped=1.3,
         floor='rename')(change(
    (), 'STORE 1:* +FLAGS.SILENT (\\Draft)',
    ['STORE 1:* -FLAGS.SILENT (\\Draft)']))
scenario('COPY of 10,000', 'medium', shipped=1.3, floor='link')(change(
    ['CREATE X'], 'COPY 1:* X', ['DELETE X']))
scenario('MOVE of 10,000', 'medium', shipped=1.3, floor='move')(change(
    ['CREATE Y', 'CREATE X', 'COPY 1:* Y', 'SELECT Y'], 'MOVE 1:* X',
    ['SELECT INBOX', 'DELETE X', 'DELETE Y']))
scenario('EXPUNGE of 10,000', 'medium', shipped=1.3, floor='unlink')(change(
    ['CREATE Y', 'COPY 1:* Y', 'SELECT Y',
     'STORE 1:* +FLAGS.SILENT (\\Deleted)'], 'EXPUNGE',
    ['SELECT INBOX', 'DELETE Y']))


# folders

LIST = 'LIST "" "*" RETURN (STATUS (MESSAGES UNSEEN UIDNEXT UIDVALIDITY))'


@scenario('LIST with STATUS of 500 folders, cold', 'folders', shipped=3)
def list_cold(server, ctx):
    server.cold(ctx.user)
    return median(ctx.play(server, timed([LOGIN % ctx.user], [LIST])))


@scenario('LIST with STATUS of 500 folders, warm', 'folders', shipped=1.5)
def list_warm(server, ctx):
    ctx.settle(server, LIST)
    return median(ctx.play(server, timed(
        [LOGIN % ctx.user] + [LIST] * 3, [LIST], 10)))


# sessions that wait; one hibernated by Dovecot is one of many of a process

for tls in (False, True):
    scenario('memory of an idle session%s' % (', TLS' if tls else ''), 'idle',
             tls=tls, unit='kB', rounds=2, shipped=5, tuned=None)(
        waiting.memory_of(tls))
# not beside the tuned one, which says nothing for 30 s of mail that comes in
# the moment in which it lets a session hibernate
scenario('new mail to EXISTS in IDLE', 'idle', below=0.005, rounds=3,
         shipped=None)(waiting.news(delivery, 1.5))
scenario('new mail to EXISTS in IDLE, after 15 s', 'idle', below=0.005,
         rounds=1, tuned=None)(waiting.news(delivery, 15))


# POP3

@scenario('POP3 login, QUIT; 8 at a time', 'users', rate=True, unit='/s',
          shipped=4, tuned=1.5, uids=1.5)
def pop3_logins(server, ctx):
    n = ctx.some(300 if server.name == 'shipped' else 1200)
    got = ctx.play(server, ['USER u%c', 'PASS x', 'QUIT'], connections=8,
                   runs=n, pop3=True)
    return n / got['elapsed']


def stat_uidl(server, ctx, is_cold):
    if is_cold:
        server.cold(ctx.user)
    else:
        ctx.settle(server)
    got = []
    for _ in range(1 if is_cold else 5):
        got.append(median(ctx.play(server, timed(
            [], ['USER ' + ctx.user, 'PASS x', 'STAT', 'UIDL']) + ['QUIT'],
            pop3=True)))
    return statistics.median(got)


scenario('POP3 login, STAT, UIDL of 10,000, cold', 'medium', shipped=3)(
    lambda s, c: stat_uidl(s, c, True))
scenario('POP3 login, STAT, UIDL of 10,000, warm', 'medium', shipped=2)(
    lambda s, c: stat_uidl(s, c, False))


@scenario('POP3 RETR of 2,000, pipelined', 'medium', rate=True, unit='MB/s',
          shipped=2)
def retr(server, ctx):
    got = ctx.play(server, [
        'USER ' + ctx.user, 'PASS x', '@begin', '@pipe'] + [
        'RETR %d' % i for i in range(1, min(2000, ctx.count) + 1)] + [
        '@wait', '@end', 'QUIT'], pop3=True)
    return got['octets'] / median(got) / 1e6


# a day's work of 20 sessions: what each script does is what is written here

def mixed_script(ctx):
    w = [mail.word(ctx.rng) for _ in range(3)]
    path = ctx.file('mixed', lambda: ctx.message(4000))
    at = 1 + ctx.rng.randrange(max(1, ctx.count - 60))
    some = '%d:%d' % (at, at + 20)
    return [
        'LOGIN u%c x', 'CAPABILITY', 'LIST "" *', 'SELECT INBOX',
        'UID FETCH 1:* (FLAGS)',
        'FETCH %s (UID ENVELOPE BODYSTRUCTURE RFC822.SIZE)' % some,
        'FETCH %s (BODY.PEEK[])' % some,
        'STORE %s +FLAGS.SILENT (\\Seen)' % some,
        'SEARCH SUBJECT ' + w[0], 'SEARCH FROM ' + w[1], 'SEARCH UNSEEN',
        'SEARCH BODY ' + w[2], 'APPEND INBOX (\\Seen) {@%s}' % path,
        'NOOP', '@idle', 'STATUS INBOX (MESSAGES UNSEEN)',
        'STORE %s -FLAGS.SILENT (\\Seen)' % some, 'LOGOUT']


@scenario('processor time of a mixed load, 20 sessions', 'users', shipped=3,
          tuned=2, uids=2)
def mixed(server, ctx):
    n = min(20, ctx.users)
    scripts = [mixed_script(ctx) for _ in range(n)]
    before = server.cpu()
    ctx.play(server, *scripts, connections=n, runs=max(
        ctx.some(100), 2 * n))
    time.sleep(0.3)
    return max(server.cpu() - before, 1 / os.sysconf('SC_CLK_TCK'))
