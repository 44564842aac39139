#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""P8 as a machine: random histories of one Maildir on which imapd, Dovecot,
pop3d, mutt-like renames, deliveries, restores of older copies and find
-delete act, in turn and at once.

    p8_histories.py                     short: three or four histories, about 15 s
    p8_histories.py SECONDS [SEED]      until the time is over, from that seed
    p8_histories.py 0 SEED              the one history of that seed

A history is six rounds; each is some steps in turn, with looks between them,
then everyone at once, then a look. A look compares imapd, Dovecot, the files
and the model of what must be there: no message or flag lost, no UID moved or
used again, subscriptions and UIDLs the same. The seed decides what is done;
when what is done at once meets, it does not. For a closer look at a fault:
ROOST_STORY=9999 prints all that was done, ROOST_KEEP=DIR keeps the Maildir."""
import random
import sys
import threading
import time

from common import start
from dovecot import installed
from history import (FOLDERS, KEYWORDS, SYSTEM, Client, Gone, World,
                     imapname)

ROUNDS = 6


class History:
    def __init__(self, checks, seed):
        self.rnd = random.Random(seed)
        self.w = World(checks, 'seed %d' % seed)
        self.files = self.w.files
        self.n = 0
        self.saved = []                 # (folder, age, n, flags, copy)
        self.lists = {}                 # folder -> an older uidlist
        self.age = dict.fromkeys(FOLDERS, 0)    # a folder made anew: another
        self.ages = 0
        self.clients = []
        self.acts = 0

    # who does it

    def client(self, dovecot=None):
        """an open session, now and then a fresh one"""
        if dovecot is None:
            dovecot = self.rnd.random() < .5
        mine = [c for c in self.clients if c.dovecot == dovecot]
        if len(mine) < 2 or self.rnd.random() < .2:
            if len(mine) > 2:
                self.hang_up(mine.pop(0))
            mine.append(Client(self.w, dovecot))
            self.clients.append(mine[-1])
        return self.rnd.choice(mine)

    def hang_up(self, c):
        self.clients.remove(c)
        code = c.end()
        if not c.dovecot and code != 0:
            self.w.fault('imapd ends with %s' % code)

    def anyone(self):
        return self.files if self.rnd.random() < .3 else self.client()

    def name(self, who):
        return 'mutt' if who is self.files else who.name()

    # what there is

    def some(self):
        """a folder and one of its messages"""
        folders = [f for f, m in self.w.model.items() if m]
        if not folders:
            return None, None
        f = self.rnd.choice(folders)
        return f, self.rnd.choice(sorted(self.w.model[f]))

    def flags(self, among=SYSTEM + KEYWORDS):
        return {f for f in among if self.rnd.random() < .3}

    def make(self):
        self.n += 1
        return self.n

    # one step, alone: what it does, and the model; the folders it touched

    def step(self):
        name = self.rnd.choices([k for k, _ in STEPS],
                                [n for _, n in STEPS])[0]
        touched = getattr(self, 'do_' + name)()
        self.acts += 1
        if touched and self.rnd.random() < .35:
            self.w.look(sorted(set(touched) & set(self.w.model)))

    def do_append(self):
        f, n = self.rnd.choice(list(self.w.model)), self.make()
        flags, c = self.flags(), self.client()
        self.w.tell(c.name(), 'appends', n, 'to', imapname(f), flags)
        c.append(f, n, flags)
        self.w.model[f][n] = flags
        return [f]

    def do_deliver(self):
        f, n = self.rnd.choice(list(self.w.model)), self.make()
        flags = self.rnd.choice([None, self.flags(SYSTEM)])
        self.w.tell('delivery of', n, 'to', imapname(f), flags)
        self.files.deliver(f, n, flags)
        self.w.model[f][n] = flags or set()
        return [f]

    def do_flag(self):
        f, n = self.some()
        if n is None:
            return None
        who = self.anyone()
        flag = self.rnd.choice(SYSTEM if who is self.files
                               else SYSTEM + KEYWORDS)
        on = self.rnd.random() < .65
        self.w.tell(self.name(who), '+' if on else '-', flag, n, imapname(f))
        who.flag(f, n, flag, on)
        (set.add if on else set.discard)(self.w.model[f][n], flag)
        return [f]

    def do_copy(self):
        f, n = self.some()
        to = self.rnd.choice(list(self.w.model))
        if n is None or n in self.w.model[to]:
            return None
        who = self.client()
        self.w.tell(who.name(), 'copies', n, imapname(f), imapname(to))
        who.copy(f, n, to)
        self.w.model[to][n] = set(self.w.model[f][n])
        return [f, to]

    def do_move(self):
        f, n = self.some()
        to = self.rnd.choice(list(self.w.model))
        if n is None or n in self.w.model[to]:
            return None
        who = self.anyone()
        self.w.tell(self.name(who), 'moves', n, imapname(f), imapname(to))
        self.keep(f, n)
        who.move(f, n, to)
        flags = self.w.model[f].pop(n)
        self.w.model[to][n] = (flags & set(SYSTEM) if who is self.files
                               else flags)
        return [f, to]

    def do_remove(self):
        f, n = self.some()
        if n is None:
            return None
        self.keep(f, n)
        way = self.rnd.choice(['imap', 'imap', 'find', 'pop3'])
        if way == 'pop3' and f == '':
            dovecot = self.rnd.random() < .4
            self.w.tell('POP3,', 'Dovecot' if dovecot else 'ours,', 'DELE', n)
            self.w.pop3_delete({n}, dovecot)
        elif way == 'imap':
            c = self.client()
            self.w.tell(c.name(), 'expunges', n, imapname(f))
            c.remove(f, n)
        else:
            self.w.tell('find -delete', n, imapname(f))
            self.files.delete(f, n)
        del self.w.model[f][n]
        return [f]

    def keep(self, f, n):
        if self.rnd.random() < .5:
            name, *rest = self.files.save(f, n)
            self.saved.append((f, self.age[f], n, set(self.w.model[f][n]),
                               (name, *rest)))

    def do_save(self):
        f, n = self.some()
        if n is not None:
            self.keep(f, n)
        f = self.rnd.choice(list(self.w.model))
        try:
            self.lists[f] = self.age[f], self.files.save_uidlist(f)
        except FileNotFoundError:
            pass

    def do_restore(self):
        """older copies come back: of what is gone, or beside what is there"""
        live = [x for x in self.saved if self.age.get(x[0]) == x[1]]
        if not live:
            return None
        f, _, n, flags, copy = self.rnd.choice(live)
        self.w.tell('restore of', copy[0], 'number', n, imapname(f))
        self.saved.remove((f, _, n, flags, copy))
        self.files.restore(f, copy)
        if n not in self.w.model[f]:
            self.w.model[f][n] = set(flags)
            return [f]
        self.w.twice[f, n] = flags
        self.w.look([f])
        self.w.settle()
        return [f]

    def do_restore_uidlist(self):
        """both have seen the younger one; whoever did not could not know"""
        live = [f for f, (age, saved) in self.lists.items()
                if self.age.get(f) == age
                and saved[0] != self.files.save_uidlist(f)[0]]
        if not live:
            return None
        f = self.rnd.choice(live)
        self.w.look([f])
        inplace = self.rnd.random() < .5
        self.w.tell('older uidlist of', imapname(f),
                    'in place' if inplace else 'renamed')
        self.files.restore_uidlist(f, self.lists[f][1], inplace)
        self.w.look([f])
        if self.rnd.random() < .3:      # and what remembered better goes
            self.remove_indexes(True, True)
            self.w.look([f])
        return None

    def do_remove_index(self):
        mine = self.rnd.random() < .7
        self.remove_indexes(mine, not mine)

    def remove_indexes(self, mine, theirs):
        if mine:
            self.w.tell('roost.index is removed')
            self.w.remove_index()
        if theirs:
            for c in [c for c in self.clients if c.dovecot]:
                self.hang_up(c)
            self.w.tell("Dovecot's indexes are removed")
            self.w.remove_dovecot_index()

    def do_subscribe(self):
        name = self.rnd.choice(FOLDERS[1:])
        on, c = self.rnd.random() < .6, self.client()
        self.w.tell(c.name(), 'subscribes' if on else 'unsubscribes', name)
        c.subscribe(name, on)
        (set.add if on else set.discard)(self.w.subscribed, name)

    def do_folder(self):
        extra = [f for f in self.w.model if f not in FOLDERS]
        c = self.client()
        for x in list(self.clients):    # no one is inside one that goes
            if x.folder in extra:
                self.hang_up(x)
        if c not in self.clients:
            c = self.client()
        if not extra or self.rnd.random() < .4:
            name = 'Extra%d' % self.rnd.randrange(3)
            if name in self.w.model:
                return None
            self.w.tell(c.name(), 'creates', name)
            c.s.must('CREATE ' + name)
            self.w.model[name] = {}
        elif self.rnd.random() < .5:
            old, name = self.rnd.choice(extra), 'Extra%d' % (
                self.rnd.randrange(3))
            if name in self.w.model:
                return None
            self.w.tell(c.name(), 'renames', old, name)
            c.s.must('RENAME %s %s' % (old, name))
            self.w.model[name] = self.w.model.pop(old)
            self.age.pop(old)
        else:
            name = self.rnd.choice(extra)
            self.w.tell(c.name(), 'deletes', name)
            c.s.must('DELETE ' + name)
            del self.w.model[name], self.age[name]
            return None
        self.ages += 1
        self.age[name] = self.ages
        return [name]

    # everyone at once: each (message, flag) is one actor's, so that what
    # comes out is known

    def plan(self):
        """{actor: [(what, function, arguments)]}; the model becomes what it
        has to be afterwards"""
        rnd, w = self.rnd, self.w
        actors = ['imapd 1', 'imapd 2', 'imapd 3', 'Dovecot 1', 'Dovecot 2',
                  'mutt']
        todo = {a: [] for a in actors + ['delivery', 'restore', 'pop3',
                                         'find']}
        all_ = [(f, n) for f, m in w.model.items() for n in sorted(m)]
        before = set(all_)
        rnd.shuffle(all_)
        doomed, calm = all_[:len(all_) // 4], all_[len(all_) // 4:]
        taken = {n for _, n in doomed}
        twice = [x for x in calm if rnd.random() < .05]
        for f, n in twice:
            flags = set(w.model[f][n])
            w.twice[f, n] = flags
            todo['restore'].append(('double', f, n, self.files.save(f, n)))
        # flags
        pairs = [(f, n, x) for f, n in calm if (f, n) not in w.twice
                 for x in SYSTEM + KEYWORDS]
        for f, n, x in rnd.sample(pairs, min(len(pairs), 90)):
            a = rnd.choice(actors if x in SYSTEM else actors[:-1])
            on = rnd.random() < .65
            todo[a].append(('flag', f, n, x, on))
            (set.add if on else set.discard)(w.model[f][n], x)
        # what goes, and flags on it that may come too late
        for f, n in doomed:
            way = rnd.choice(['move', 'move', 'remove', 'find', 'pop3'])
            to = rnd.choice(list(w.model))
            if way == 'move' and ((to, n) in before or n in w.model[to]):
                way = 'remove'
            if way == 'pop3' and f != '':
                way = 'remove'
            if way == 'move':
                a = rnd.choice(actors)
                todo[a].append(('move', f, n, to))
                flags = w.model[f].pop(n)
                w.model[to][n] = (flags & set(SYSTEM) if a == 'mutt'
                                  else flags)
                if rnd.random() < .3:
                    x = rnd.choice(SYSTEM)
                    todo[rnd.choice(actors)].append(('late', f, n, x, True))
                    w.unsure.add((to, n, x))
            else:
                a = {'remove': rnd.choice(actors[:-1])}.get(way, way)
                todo[a].append(('remove', f, n))
                del w.model[f][n]
        # what comes
        for _ in range(rnd.randrange(4, 12)):
            f, n = rnd.choice(list(w.model)), self.make()
            a = rnd.choice(actors[:-1] + ['delivery', 'delivery'])
            flags = self.flags()
            if a == 'delivery':
                flags = rnd.choice([None, self.flags(SYSTEM)])
            todo[a].append(('add', f, n, flags))
            w.model[f][n] = set(flags or ())
        back = [x for x in self.saved if self.age.get(x[0]) == x[1]
                and x[2] not in taken and x[2] not in w.model[x[0]]]
        for x in rnd.sample(back, min(len(back), 3)):
            f, _, n, flags, copy = x
            if n in w.model[f]:
                continue
            self.saved.remove(x)
            todo['restore'].append(('back', f, n, copy))
            w.model[f][n] = set(flags)
        for ops in todo.values():
            rnd.shuffle(ops)
        return todo

    def at_once(self):
        todo = self.plan()
        for a, ops in todo.items():
            for op in ops:
                self.w.tell('at once,', a + ':', *('%.60r' % (x,) for x in op))
        errors = []
        threads = [threading.Thread(target=self.play, args=(a, ops, errors))
                   for a, ops in todo.items() if ops]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        for e in errors:
            self.w.fault(e)
        self.acts += sum(map(len, todo.values()))
        self.w.look()
        self.w.settle()

    def play(self, actor, ops, errors):
        try:
            if actor == 'pop3':
                self.w.pop3_delete({op[2] for op in ops})
                return
            who = self.files if actor[0] not in 'iD' else Client(
                self.w, actor.startswith('Dovecot'))
            for op in ops:
                self.act(who, *op)
            if who is not self.files:
                code = who.end()
                if code != 0 and not who.dovecot:
                    errors.append('imapd ends with %s' % code)
        except Exception as e:
            errors.append('%s: %s: %s' % (actor, type(e).__name__, e))

    def act(self, who, what, f, n, *args):
        if what in ('double', 'back'):
            self.files.restore(f, args[0])
        elif what == 'late':
            try:
                who.flag(f, n, *args, patience=0)
            except (Gone, AssertionError):
                pass
        elif what == 'add' and who is self.files:
            who.deliver(f, n, *args)
        elif what == 'add':
            who.append(f, n, *args)
        elif what == 'remove' and who is self.files:
            who.delete(f, n)
        else:
            getattr(who, what)(f, n, *args)

    def run(self):
        w = self.w
        try:
            for _ in range(12):
                self.do_deliver()
            for _ in range(ROUNDS):
                for _ in range(18):
                    self.step()
                self.at_once()
            w.look_subscriptions()
            w.look_pop3()
            for c in list(self.clients):
                self.hang_up(c)
            w.remove_index()
            w.remove_dovecot_index()
            w.look()                    # P1: from the files alone
        except Exception as e:
            w.fault('%s: %s' % (type(e).__name__, e))
        finally:
            if w.checks.bad:
                print(w.dovecot.faults()[-5:])
                with open(w.log, errors='replace') as f:
                    print(f.read()[-2000:])
            w.close()
        return self.acts


STEPS = [('append', 6), ('deliver', 8), ('flag', 20), ('copy', 5),
         ('move', 6), ('remove', 6), ('save', 6), ('restore', 5),
         ('restore_uidlist', 3), ('remove_index', 1), ('subscribe', 3),
         ('folder', 3)]


def main():
    checks = start('p8_histories')
    why = installed()
    if why:
        checks.skip('all', why)
        checks.done()
    args = [float(x) for x in sys.argv[1:]]
    seconds = args[0] if args else 11
    seed = first = int(args[1]) if len(args) > 1 else 1
    end = time.monotonic() + seconds
    acts = 0
    while True:
        acts += History(checks, seed).run()
        seed += 1
        if time.monotonic() > end or checks.bad:
            break
    print('%d acts in %d histories, seeds %d to %d' % (
        acts, seed - first, first, seed - 1))
    checks.done()


main()
