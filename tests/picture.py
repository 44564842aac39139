# ISC licence; see LICENSE.
"""The picture of one folder that an IMAP client has that believes only what
it is told: EXISTS, EXPUNGE and FETCH, in their order (RFC 3501 section 7).

    p = Picture(session)
    p.select('INBOX')
    p.cmd('STORE 3 +FLAGS (\\Seen)')    # ('OK', text); the picture follows
    p.learn()                           # asks for what EXISTS told of
    p.seen()                            # {uid: flags}
    p.faults                            # what no server may say
"""
import re
import select

ITEMS = '(UID FLAGS BODY.PEEK[HEADER.FIELDS (X-N)])'
# during these no EXPUNGE may come (RFC 3501 section 7.4.1)
QUIET = re.compile('(FETCH|STORE|SEARCH) ', re.I)


class Message:
    __slots__ = 'uid', 'flags', 'n'

    def __init__(self):
        self.uid = self.flags = self.n = None


class Picture:
    def __init__(self, session, name=''):
        self.s, self.name = session, name
        self.folder = self.uidvalidity = None
        self.readonly = False
        self.box = []                   # Message by number less one
        self.uidnext = 1
        self.faults = []
        self.told = 0                   # responses that changed the picture

    def fault(self, what):
        self.faults.append('%s in %s: %s' % (self.name, self.folder, what))

    def select(self, folder, how='SELECT'):
        self.folder, self.box, self.uidnext = folder, [], 1
        self.readonly = how == 'EXAMINE'
        untagged = self.s.must('%s %s' % (how, folder))
        for r in untagged:
            m = re.match(rb'\* OK \[(UIDVALIDITY|UIDNEXT) (\d+)\]', r)
            if m and m[1] == b'UIDVALIDITY':
                self.uidvalidity = int(m[2])
        self.take(untagged)
        self.learn()

    def leave(self, how):
        self.s.must(how)
        self.folder, self.box = None, []

    # what is told

    def take(self, untagged, quiet=False):
        for r in untagged:
            m = re.match(rb'\* (\d+) (EXISTS|EXPUNGE|FETCH)\b', r)
            if not m:
                continue
            n = int(m[1])
            self.told += 1
            if m[2] == b'EXISTS':
                if n < len(self.box):
                    self.fault('EXISTS %d after %d' % (n, len(self.box)))
                while len(self.box) < n:
                    self.box.append(Message())
            elif not 1 <= n <= len(self.box):
                self.fault('%s %d of %d' % (m[2].decode(), n, len(self.box)))
            elif m[2] == b'EXPUNGE':
                if quiet:
                    self.fault('EXPUNGE during a command that names numbers')
                del self.box[n - 1]
            else:
                self.fetched(n, self.box[n - 1], r)

    def fetched(self, n, message, r):
        uid = re.search(rb'\bUID (\d+)', r)
        flags = re.search(rb'FLAGS \(([^)]*)\)', r)
        number = re.search(rb'\r\nX-N: (\d+)', r)
        if uid:
            if message.uid not in (None, int(uid[1])):
                self.fault('message %d was UID %d, is %d' % (
                    n, message.uid, int(uid[1])))
            message.uid = int(uid[1])
        if flags:
            message.flags = {x.decode() for x in flags[1].split()
                             if x != b'\\Recent'}
        if number:
            if message.n not in (None, int(number[1])):
                self.fault('UID %s was the message %d, is %d' % (
                    message.uid, message.n, int(number[1])))
            message.n = int(number[1])

    # what is asked

    def cmd(self, text):
        word, rest, untagged = self.s.cmd(text)
        self.take(untagged, QUIET.match(text))
        if word == 'BAD':
            self.fault('%s: %s %s' % (text, word, rest))
        return word, rest, untagged

    def silent(self, which, sign, flags):
        """STORE .SILENT: what was asked, the client itself notes, unless it
        knows that it may not"""
        for m in self.box:
            if m.uid in which and not self.readonly:
                m.flags = (set.union if sign == '+' else set.difference)(
                    m.flags or set(), flags)
        word, *_ = self.cmd('UID STORE %s %sFLAGS.SILENT (%s)' % (
            ','.join(map(str, sorted(which))), sign, ' '.join(sorted(flags))))
        if word != ('NO' if self.readonly else 'OK'):
            self.fault('STORE .SILENT: ' + word)
        return word

    def idle(self, seconds):
        tag = self.s.begin('IDLE')
        while True:
            r = self.s.response()
            if r.startswith(b'+'):
                break
            self.take([r])
        while self.s.buf or select.select([self.s.s], [], [], seconds)[0]:
            self.take([self.s.response()])
        self.s.send('DONE\r\n')
        self.take(self.s.end(tag)[2])

    def learn(self):
        """ask for what EXISTS has told of; what another has expunged since
        gives no answer, and NOOP tells that it is gone"""
        for turn in range(30):
            new = [i for i, m in enumerate(self.box)
                   if m.uid is None or m.flags is None or m.n is None]
            if not new:
                uids = [m.uid for m in self.box]
                if any(a >= b for a, b in zip(uids, uids[1:])):
                    self.fault('UIDs do not ascend: %s' % uids)
                return
            if turn:
                self.cmd('NOOP')
            if new[0] < len(self.box):
                self.cmd('FETCH %d:* %s' % (new[0] + 1, ITEMS))
        self.fault('message %d is never told' % (new[0] + 1))

    def seen(self):
        return {m.uid: (m.n, frozenset(m.flags or ())) for m in self.box}
