# ISC licence; see LICENSE.
"""One Maildir that everyone works on: what p8_histories.py plays with.

World    the Maildir, a Dovecot for it, and a model: which message, known by
         its number in X-N, is in which folder with which flags
Client   an IMAP session of imapd's or of Dovecot's that does one thing to
         one message
Files    those who know no server: mutt's renames, deliveries, restores,
         find -delete

Every action takes folder and number; it changes the disk, never the model.
World.look() compares imapd, Dovecot, the files and the model, and remembers
all UIDs that were ever shown.
"""
import collections
import glob
import os
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, 'promises')]
import system                                           # noqa: E402
from system import Imap, own                            # noqa: E402
from dovecot import Dovecot                             # noqa: E402

FOLDERS = ['', 'Work', 'Lists.a', 'Entw&APw-rfe']
LETTER = {'\\Draft': 'D', '\\Flagged': 'F', '\\Answered': 'R',
          '\\Seen': 'S', '\\Deleted': 'T'}
FLAG = {v: k for k, v in LETTER.items()}
SYSTEM = ['\\Seen', '\\Flagged', '\\Answered', '\\Draft']
KEYWORDS = ['$Forwarded', 'Work', 'Later', 'NonJunk', '$Label1']
PATIENCE = 8                    # s until all have to see the same
STORY = int(os.environ.get('ROOST_STORY', 60))      # lines shown of a fault
ITEMS = '(UID FLAGS RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (X-N)])'


class Gone(Exception):
    """the message is not to be found"""


def text(n):
    return (b'From: ann@example.org\nSubject: number %d\nX-N: %06d\n'
            b'Date: Tue, 14 Nov 2023 22:13:20 +0000\n'
            b'Message-ID: <%d@history.example>\n\n' % (n, n, n)
            + b'line of the message %d\n' % n * (n % 40 + 1))


def imapname(folder):
    return folder or 'INBOX'


class Client:
    """one session; dovecot: whose it is"""

    def __init__(self, world, dovecot=False):
        self.world, self.dovecot, self.folder = world, dovecot, None
        if dovecot:
            self.s = Imap(port=world.dovecot.imap_port)
            self.s.must('LOGIN demo any')
        else:
            self.s = Imap(world.maildir, log=world.log)

    def enter(self, folder):
        if self.folder != folder:
            self.s.must('SELECT "%s"' % imapname(folder))
            self.folder = folder

    def uid(self, folder, n, patience=PATIENCE):
        """the UID of a message that has to be there, or to be soon"""
        self.enter(folder)
        end = time.monotonic() + patience
        while True:
            self.s.must('NOOP')         # a restore may have renumbered it
            for r in self.s.must('UID SEARCH HEADER X-N %06d' % n):
                if r.startswith(b'* SEARCH '):
                    return int(r.split()[-1])
            if time.monotonic() > end:
                raise Gone('%s does not find %d in %r' % (
                    self.name(), n, imapname(folder)))
            time.sleep(.03)

    def name(self):
        return 'Dovecot' if self.dovecot else 'imapd'

    def by_uid(self, folder, n, command, sign, patience=PATIENCE):
        """a command on the UID of a message, until the answer shows that it
        met it: a restore may have renumbered it between question and
        command, and what is said to a UID that is gone is OK, too"""
        for turn in range(5):
            try:
                uid = self.uid(folder, n, patience)
            except Gone:
                if turn == 0:
                    raise
                return uid              # it was moved without a COPYUID
            word, said, untagged = self.s.cmd(command % uid)
            if word != 'OK':
                raise AssertionError('%s: %s %s' % (command % uid, word, said))
            said = b'\n'.join(untagged) + said.encode('latin-1')
            if re.search(sign % uid, said):
                return uid
            if 'FLAGS' in command and self.uid(folder, n, patience) == uid:
                return uid              # it had that flag
        return uid

    def flag(self, folder, n, flag, on, patience=PATIENCE):
        self.by_uid(folder, n, 'UID STORE %%d %sFLAGS (%s)' % (
            '+' if on else '-', flag), rb'\bUID %d\b', patience)

    def remove(self, folder, n):
        self.s.must('UID EXPUNGE %d' % self.by_uid(
            folder, n, 'UID STORE %d +FLAGS (\\Deleted)', rb'\bUID %d\b'))

    def copy(self, folder, n, to):
        self.by_uid(folder, n, 'UID COPY %%d "%s"' % imapname(to),
                    rb'COPYUID \d+ %d ')

    def move(self, folder, n, to):
        self.by_uid(folder, n, 'UID MOVE %%d "%s"' % imapname(to),
                    rb'COPYUID \d+ %d ')

    def append(self, folder, n, flags):
        word, said, _ = self.s.append(
            '"%s"' % imapname(folder), text(n).replace(b'\n', b'\r\n'),
            ' '.join(sorted(flags)))
        if word != 'OK':
            raise AssertionError('APPEND: ' + said)

    def subscribe(self, name, on):
        self.s.must('%sSUBSCRIBE "%s"' % ('' if on else 'UN', imapname(name)))

    def subscribed(self):
        return sorted(re.search(rb'(\S+)$', r)[1].strip(b'"').decode()
                      for r in self.s.must('LSUB "" *')
                      if b'Noselect' not in r)

    def end(self):
        try:
            return self.s.logout()
        except OSError:
            return None


class Files:
    """works on the files alone"""

    def __init__(self, world):
        self.world = world
        self.count = 0

    def path(self, folder, *more):
        return os.path.join(self.world.maildir,
                            '.' + folder if folder else '', *more)

    def unique(self):
        self.world.names += 1
        return '%d.M%dP%dQ%d.history' % (
            time.time(), time.time_ns() // 1000 % 10 ** 6, os.getpid(),
            self.world.names)

    def write(self, folder, sub, name, content, mtime=None):
        """as rsync and deliverers do: elsewhere first, then in place"""
        tmp = self.path(folder, 'tmp', name.split(':')[0])
        with open(tmp, 'wb') as f:
            f.write(content)
        if mtime:
            os.utime(tmp, ns=(mtime, mtime))
        if system.ROOT:
            os.chown(tmp, system.UID, system.GID)
        os.rename(tmp, self.path(folder, sub, name))

    def number(self, path):
        """the number of a mail file, or None if it is gone"""
        base = path.split(':2,')[0].rsplit('/', 1)[1]
        if base not in self.world.known:
            try:
                with open(path, 'rb') as f:
                    m = re.search(rb'^X-N: (\d+)', f.read(2000), re.M)
            except FileNotFoundError:
                return None
            self.world.known[base] = int(m[1]) if m else -1
        return self.world.known[base]

    def find(self, folder, n, patience=PATIENCE):
        """('cur' or 'new', name)"""
        end = time.monotonic() + patience
        while True:
            for sub in ('cur', 'new'):
                for name in os.listdir(self.path(folder, sub)):
                    if name[0] != '.' and self.number(
                            self.path(folder, sub, name)) == n:
                        return sub, name
            if time.monotonic() > end:
                raise Gone('no file of %d in %r' % (n, imapname(folder)))
            time.sleep(.01)

    def deliver(self, folder, n, flags=None):
        """into new/, or with flags into cur/"""
        name = self.unique()
        if n % 3 == 0:
            name += ',S=%d' % len(text(n))
        if flags is None:
            self.write(folder, 'new', name, text(n))
        else:
            self.write(folder, 'cur', name + ':2,' + ''.join(sorted(
                LETTER[f] for f in flags)), text(n))

    def flag(self, folder, n, flag, on, patience=PATIENCE):
        """as mutt: the name that it found gets other letters"""
        while True:
            sub, name = self.find(folder, n, patience)
            base, _, info = name.partition(':2,')
            letters = set(info) - {LETTER[flag]}
            if on:
                letters.add(LETTER[flag])
            new = base + ':2,' + ''.join(sorted(letters))
            try:
                # a name that is there already is another copy's
                if new != name or sub == 'new':
                    os.rename(self.path(folder, sub, name),
                              self.path(folder, 'cur', new))
                return
            except FileNotFoundError:
                continue

    def move(self, folder, n, to):
        """as mutt: a new file there, then the old one is removed"""
        sub, name = self.find(folder, n)
        info = name.partition(':2,')[2]
        self.write(to, 'cur', self.unique() + ':2,' + ''.join(
            x for x in info if x.isupper() and x != 'T'), text(n))
        self.delete(folder, n)

    def delete(self, folder, n):
        base = self.find(folder, n)[1].split(':2,')[0]
        for _ in range(20):
            subprocess.run(
                ['find', self.path(folder, 'cur'), self.path(folder, 'new'),
                 '-name', base + '*', '-delete'], stderr=subprocess.DEVNULL)
            try:
                self.find(folder, n, 0)
            except Gone:
                return

    def save(self, folder, n):
        """a copy for a later restore: (name, octets, mtime)"""
        sub, name = self.find(folder, n)
        p = self.path(folder, sub, name)
        with open(p, 'rb') as f:
            return name, f.read(), os.stat(p).st_mtime_ns

    def restore(self, folder, saved):
        name, content, mtime = saved
        self.write(folder, 'cur', name if ':2,' in name else name + ':2,',
                   content, mtime)

    def save_uidlist(self, folder):
        p = self.path(folder, 'dovecot-uidlist')
        with open(p, 'rb') as f:
            return f.read(), os.stat(p).st_mtime_ns

    def restore_uidlist(self, folder, saved, inplace):
        p = self.path(folder, 'dovecot-uidlist')
        tmp = p if inplace else self.path(folder, '.dovecot-uidlist.Xr4nDm')
        with open(tmp, 'wb') as f:
            f.write(saved[0])
        os.utime(tmp, ns=(saved[1], saved[1]))
        if system.ROOT:
            os.chown(tmp, system.UID, system.GID)
        if not inplace:
            os.rename(tmp, p)


class World:
    def __init__(self, checks, tag):
        self.checks, self.tag = checks, tag
        self.maildir = system.scratch('empty')
        self.log = os.path.dirname(self.maildir) + '/log'
        self.names = 0
        self.known = {}                 # base name -> number
        self.files = Files(self)
        self.model = collections.OrderedDict((f, {}) for f in FOLDERS)
        self.unsure = set()             # (folder, n, flag): either will do
        self.twice = {}                 # (folder, n) -> flags of the other
        self.subscribed = set()
        self.shown = {}                 # (folder, V, uid) -> number
        self.by = {}                    # the same, and server -> it is there
        self.next = {}                  # (server, folder, V) -> UIDNEXT
        self.story = []
        self.dovecot = Dovecot(
            self.maildir, more='protocol imap {\n'
            'mail_max_userip_connections = 100\n}\nprotocol pop3 {\n'
            'mail_max_userip_connections = 100\n}\n')
        self.dovecot.start()
        c = Client(self)
        for f in FOLDERS[1:]:
            c.s.must('CREATE "%s"' % f)
        c.end()

    def tell(self, *what):
        self.story.append(' '.join(str(x) for x in what))

    def fault(self, what, detail=''):
        """one thing that is wrong; the first one tells the story"""
        if not self.checks.bad:
            print('\n'.join(self.story[-STORY:]))
        self.checks.ok(False, '%s: %s' % (self.tag, what), detail)

    # what each of them sees: {uid: (number, flags, size, date)}

    def seen_by(self, client, folder):
        s = client.s
        info = s.select(imapname(folder), 'SELECT')
        client.folder = folder
        out = {}
        for uid, t in s.fetch(ITEMS).items():
            n = re.search(rb'X-N: (\d+)', t)
            out[uid] = (int(n[1]) if n else None, frozenset(
                f.decode() for f in re.search(
                    rb'FLAGS \(([^)]*)\)', t)[1].split()
                if f != b'\\Recent'),
                int(re.search(rb'RFC822.SIZE (\d+)', t)[1]),
                re.search(rb'INTERNALDATE "([^"]*)"', t)[1].decode())
        return info['UIDVALIDITY'], info['UIDNEXT'], out

    def seen_on_disk(self, folder):
        """the same from the files: (V, {uid: (number, flags)})"""
        p = self.files.path(folder)
        with open(p + '/dovecot-uidlist', encoding='latin-1') as f:
            head, *lines = f.read().splitlines()
        base = {}
        for line in lines:
            uid, _, rest = line.partition(' ')
            base[rest.partition(':')[2]] = int(uid)
        names = {}
        try:
            with open(p + '/dovecot-keywords') as f:
                names = {chr(97 + int(i)): k for i, k in
                         (x.split(None, 1) for x in f.read().splitlines())}
        except FileNotFoundError:
            pass
        out = {}
        for sub in ('cur', 'new'):
            for name in os.listdir(p + '/' + sub):
                if name[0] == '.':
                    continue
                b, _, info = name.partition(':2,')
                out[base.get(b, name)] = (
                    self.files.number(p + '/' + sub + '/' + name),
                    frozenset(FLAG.get(x) or names.get(x) or x
                              for x in info))
        return int(re.search(r' V(\d+)', head)[1]), out

    def remember(self, who, folder, v, uidnext, seen):
        """P2, for what one of them has shown"""
        if uidnext < self.next.get((who, folder, v), 1):
            self.fault('%s: UIDNEXT of %r went back' % (
                who, imapname(folder)), (uidnext,
                                         self.next[who, folder, v]))
        if seen and max(seen) >= uidnext:
            self.fault('%s: UIDNEXT of %r' % (who, imapname(folder)),
                       (uidnext, max(seen)))
        for uid, (n, *_) in seen.items():
            key = folder, v, uid
            if self.shown.setdefault(key, n) != n:
                self.fault('%s: UID %d of %r is %s, was %s' % (
                    who, uid, imapname(folder), n, self.shown[key]))
            if self.by.get((who,) + key) is False:
                self.fault('%s: UID %d of %r came back' % (
                    who, uid, imapname(folder)))
            elif (uid < self.next.get((who, folder, v), 1)
                  and (who,) + key not in self.by):
                self.fault('%s: new UID %d of %r below UIDNEXT' % (
                    who, uid, imapname(folder)))
            self.by[(who,) + key] = True
        for key in [k for k, there in self.by.items()
                    if there and k[:3] == (who, folder, v)
                    and k[3] not in seen]:
            self.by[key] = False
        self.next[who, folder, v] = uidnext

    def differs(self, folder, seen):
        """what is not as in the model, or None"""
        want = self.model[folder]
        have = {}
        for n, flags in seen:
            have.setdefault(n, []).append(flags)
        lost, more = set(want) - set(have), set(have) - set(want)
        if lost or more:
            return 'lost %s, more %s' % (sorted(lost), sorted(more, key=str))
        for n, copies in have.items():
            loose = {f for f in SYSTEM + KEYWORDS
                     if (folder, n, f) in self.unsure}
            if len(copies) > 1 + ((folder, n) in self.twice):
                return '%d is there %d times' % (n, len(copies))
            if all(c ^ want[n] <= loose for c in copies):
                continue
            if (folder, n) not in self.twice or not any(
                    c ^ want[n] <= loose for c in copies):
                return '%d: flags %s, want %s%s' % (
                    n, [sorted(c) for c in copies], sorted(want[n]),
                    loose and ' or %s' % sorted(loose) or '')
        return None

    def look(self, folders=None, imapd=None, dovecot=None):
        """imapd, Dovecot, the files and the model have to come to the same
        soon; 1 if they do"""
        mine, theirs = imapd or Client(self), dovecot or Client(self, True)
        good = True
        for folder in list(self.model) if folders is None else folders:
            end = time.monotonic() + PATIENCE
            while True:
                why = self.compare(folder, mine, theirs)
                if not why or time.monotonic() > end:
                    break
                time.sleep(.05)
            if why:
                good = False
                self.fault('they do not agree on %r' % imapname(folder), why)
            else:
                self.checks.good += 1
        if not imapd:
            code = mine.end()
            if code != 0:
                self.fault('imapd ends with %s' % code)
        if not dovecot:
            theirs.end()
        return good

    def compare(self, folder, mine, theirs):
        v1, next1, a = self.seen_by(mine, folder)
        self.remember('imapd', folder, v1, next1, a)
        v2, next2, b = self.seen_by(theirs, folder)
        self.remember('Dovecot', folder, v2, next2, b)
        try:
            v3, c = self.seen_on_disk(folder)
        except (FileNotFoundError, ValueError, TypeError) as e:
            return 'the files: %s' % e
        why = self.differs(folder, [x[:2] for x in a.values()])
        if why:
            return 'imapd: ' + why
        if v1 != v2 or v1 != v3:
            return 'UIDVALIDITY: %s' % ((v1, v2, v3),)
        if a != b:
            return 'imapd and Dovecot: %s' % [
                (u, a.get(u), b.get(u)) for u in sorted({*a, *b})
                if a.get(u) != b.get(u)][:3]
        d = {u: x[:2] for u, x in a.items()}
        if d != c:
            return 'imapd and the files: %s' % [
                (u, d.get(u), c.get(u)) for u in {*d, *c}
                if d.get(u) != c.get(u)][:3]
        if next1 != next2:
            return 'UIDNEXT: %s' % ((next1, next2),)
        return None

    def settle(self):
        """what could be either way gets known, doubles are removed"""
        c = Client(self)
        for folder in {k[0] for k in [*self.unsure, *self.twice]}:
            seen = self.seen_by(c, folder)[2]
            for uid, (n, flags, *_) in seen.items():
                if (folder, n) in self.twice:
                    continue
                for f in SYSTEM + KEYWORDS:
                    if (folder, n, f) in self.unsure:
                        (set.add if f in flags else set.discard)(
                            self.model[folder][n], f)
        for folder, n in self.twice:
            seen = {u: x for u, x in self.seen_by(c, folder)[2].items()
                    if x[0] == n}
            keep = [u for u, x in seen.items()
                    if x[1] == self.model[folder][n]] or sorted(seen)
            self.model[folder][n] = set(seen[keep[0]][1])
            for uid in seen:
                if uid != keep[0]:
                    c.s.must('UID STORE %d +FLAGS.SILENT (\\Deleted)' % uid)
                    c.s.must('UID EXPUNGE %d' % uid)
        self.unsure.clear()
        self.twice.clear()
        c.end()

    def look_subscriptions(self):
        want = sorted(imapname(f) for f in self.subscribed)
        for c in (Client(self), Client(self, True)):
            have = c.subscribed()
            if have != want:
                self.fault('subscriptions for ' + c.name(), (have, want))
            else:
                self.checks.good += 1
            c.end()

    def look_pop3(self):
        """the same UIDLs by both"""
        from pop3 import Pop3
        p = Pop3(self.maildir, log=self.log)
        ours = sorted(x.split()[1] for x in p.uidl()[1])
        p.bye()
        p = self.dovecot.pop3()
        theirs = sorted(x.split()[1] for x in p.uidl()[1])
        p.quit()
        if ours != theirs:
            self.fault('UIDLs', sorted(set(ours) ^ set(theirs))[:6])
        else:
            self.checks.good += 1

    def pop3_delete(self, numbers, dovecot=False):
        """one session that removes these from the INBOX, where it shows
        them"""
        from pop3 import Pop3
        p = self.dovecot.pop3() if dovecot else Pop3(self.maildir,
                                                     log=self.log)
        for i in range(1, p.stat()[0] + 1):
            try:
                head = b'\n'.join(p.top(i, 0)[1])
            except Exception:           # gone since: -ERR
                continue
            m = re.search(rb'X-N: (\d+)', head)
            if m and int(m[1]) in numbers:
                p.dele(i)
        (p.quit if dovecot else p.bye)()

    def forget(self, who):
        """who has only the uidlist now, and may find there what was gone:
        if its file comes back before the next look, so may its UID"""
        for key, there in self.by.items():
            if key[0] == who and not there:
                self.by[key] = None

    def remove_index(self):
        self.forget('imapd')
        shutil.rmtree(self.maildir + '/roost.index', ignore_errors=True)

    def remove_dovecot_index(self):
        self.forget('Dovecot')
        for d in [self.maildir] + glob.glob(self.maildir + '/.*/'):
            for p in glob.glob(d + '/dovecot.*index*'):
                os.unlink(p)

    def close(self):
        self.dovecot.stop()
        kept = os.environ.get('ROOST_KEEP')     # the Maildir of a fault
        if kept and self.checks.bad:
            shutil.copytree(self.maildir, kept, dirs_exist_ok=True)
