#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Run transcripts: conversations with a program, line by line.

    tests/transcript.py [-v] [-s] [-m MODE] [-e NAME=VALUE] [FILE ...]

without FILE: every */t/*.t. O=PREFIX in the environment is where the programs
are (as for make). -v names each transcript, -s shows the whole conversation
(to write one), -m runs one mode only, -e sets a variable in all of them. The
last line is `transcripts: N passed, N failed`; exit 1 if any failed. No
network, no root: the program speaks over a socketpair. If the caller is root, the program runs
as an unprivileged uid (--uid N, default 10711), in a directory of its own.

THE FILE. Latin-1 octets, one step a line, each file one or more transcripts
divided by a line `----` (each has a header of its own):

    # a deleted message leaves STAT until RSET (RFC 1939 section 5)
    maildir: few
    env: UIDL_FORMAT=%08Xu%08Xv
    C: DELE 1
    S: +OK
    C: STAT
    S: +OK 3 {num}

Lines that start with # are comments; the first one is the rule. Empty lines
count for nothing.

HEADER LINES, before the first step:
  run: PROGRAM ARGS   what to run, words as in sh. Words such as imapd/imapd
                      or login/t/fake are found from the top of the project.
                      Default: imapd/imapd Maildir in imapd/t/,
                      pop3d/pop3d Maildir in pop3d/t/; login needs one.
  maildir: KIND       what ./Maildir is at first (tests/fixtures.py says which
                      there are); default few
  env: NAME=VALUE     {dir} is the temporary directory, HOME of the program;
                      {top} the top of the project
  exit: CODE          default 0; `any`. A signal is always a failure.
  modes: line octet   how the client's octets arrive (below); default these two
  pipeline: yes       safe to send all at once: adds the mode `pipe`
  io: pipe            two pipes in place of a socketpair
  root: yes           needs root and runs as root; else it is skipped
  timeout: SECONDS    for each expected line; default 10
  rest: PATTERN       lines allowed after the last step, when we have hung up

STEPS
  C: text        sends text CR LF
  C~: text       sends text, nothing added (literals, torn lines)
  S: pattern     the next line (without its CR LF) is this
  S?: pattern    the next line may be this
  S*: pattern    any number of the next lines, also none, are this
                 (these two wait 0.2 s only if no S: follows them)
  S&: pattern    consecutive S& lines: all of them, in any order
  S>: pattern    whatever comes, until one line is this
  C2: S2: S2&: ...   the same on connection 2, 3, ...; each runs the program
                 anew, when it is first named. C: and S: are connection 1.
  L: pattern     some line of the log (descriptor 2) is this, when all is over
  L!: pattern    no line is
  ! action       below

Lines of a reply are taken apart at LF; literals in them are lines like all
others (`S: * 1 FETCH (BODY[] {4}`, `S: hi`, `S: )`). A line that does not end
with CR LF is shown with its odd octets as {xHH} and matches only such text.

PATTERNS are the text itself, with
  {num} {nz} {word} {any} {hex} {date}   digits; digits not 0; no space;
                 anything; hex digits; a quoted IMAP date-time
  {v=num}        the same and remembered; {$v} is what was remembered,
                 in C: lines and actions too
  {xHH} {xHH*N}  an octet, N of them, in C: lines too
  {12} {12+}     stand for themselves
  re: REGEX      a Python regular expression for the whole line

ACTIONS, relative to ./Maildir, done by the test's uid. F is a folder's
directory: INBOX or . or .Sent
  ! deliver F MAIL [NAME]   write to tmp/, rename to new/NAME
  ! put PATH MAIL [MTIME]   a mail file; MAIL is a name from fixtures.py
                            or a file beside the transcript
  ! file PATH TEXT          text with {x0A}; `! add PATH TEXT` appends
  ! rm PATH...              patterns with * are allowed; directories too
  ! rename OLD NEW
  ! flags F UNIQ LETTERS    rename cur/UNIQ* to cur/UNIQ:2,LETTERS
  ! mkdir PATH              `! folder .Name` makes a whole Maildir++ folder
  ! chmod MODE PATH
  ! ls DIR = PATTERN...     the directory's entries, in any order
  ! has PATH PATTERN        some line of the file; `! hasnot PATH PATTERN`
  ! exists PATH             `! absent PATH`; patterns with * are allowed
  ! sh COMMAND              with sh in ./Maildir; must exit 0; $v is what
                            was remembered
  ! pause MS
  ! quiet MS [N]            no octet comes on connection N for so long
  ! connect N [NAME=VALUE...]   start connection N, with more environment
  ! hangup N                we send no more (and wait for the end)
  ! close N                 hang up both ways
  ! end N                   the program ends the connection now
  ! kill N SIGNAL           TERM, KILL, ...
At the end every connection still open is hung up; what then comes must
fit rest: (default: nothing, or an untagged BYE).

MODES. line: each C line in one piece, after the S lines before it came.
octet: the same, each octet in a piece of its own. pipe: all C lines up to
the next action in one piece, before any S line is looked at.
"""
import argparse
import fcntl
import glob
import os
import re
import select
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
sys.path.insert(0, HERE)
import fixtures                                         # noqa: E402

DEFAULT_RUN = {'imapd': 'imapd/imapd Maildir', 'pop3d': 'pop3d/pop3d Maildir'}
KINDS = {'num': r'\d+', 'nz': r'[1-9]\d*', 'word': r'[^ ]+', 'any': r'.*',
         'hex': r'[0-9A-Fa-f]+',
         'date': r'"[ 0-9]\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d [+-]\d{4}"'}
OCTET_LIMIT = 20000             # longer text goes in pieces of 1021 octets


class Failed(Exception):
    pass


class Transcript:
    """one transcript: header and steps"""

    def __init__(self, path, line):
        self.path, self.line = path, line
        self.rule = ''
        self.head = {}
        self.env = []
        self.steps = []                 # (line number, connection, kind, text)

    def title(self):
        return '%s:%d' % (os.path.relpath(self.path, TOP), self.line)


def parse(path):
    """read a file; a mistake in it is a ValueError with the place"""
    found = []
    with open(path, encoding='latin-1', newline='\n') as f:
        text = f.read()
    now = None
    for no, line in enumerate(text.split('\n'), 1):
        if line == '----':
            now = None
            continue
        if not line.strip():
            continue
        if now is None:
            now = Transcript(path, no)
            found.append(now)
        if line.startswith('#'):
            now.rule = now.rule or line[1:].strip()
            continue
        m = re.match(r'^(C(\d*)(~?)|S(\d*)([?*&>]?)|L(!?)): ?(.*)$', line)
        if m:
            now.steps.append((no, int(m[2] or m[4] or 1),
                              m[1][0] + (m[3] or m[5] or m[6] or ''), m[7]))
            continue
        m = re.match(r'^! *(.*)$', line)
        if m:
            now.steps.append((no, 0, '!', m[1]))
            continue
        m = re.match(r'^([a-z]+): ?(.*)$', line)
        if not m or now.steps:
            raise ValueError('%s:%d: not understood: %s' % (path, no, line))
        if m[1] == 'env':
            now.env.append(m[2])
        elif m[1] in ('run', 'maildir', 'exit', 'modes', 'pipeline', 'io',
                      'root', 'timeout', 'rest'):
            now.head[m[1]] = m[2]
        else:
            raise ValueError('%s:%d: no such header: %s' % (path, no, m[1]))
    return found


def octets(text, names):
    """what a C: line or an action's text sends"""
    def one(m):
        if m[1]:
            if m[1] not in names:
                raise Failed('nothing is remembered as ' + m[1])
            return names[m[1]]
        return chr(int(m[2], 16)) * int(m[3] or 1)
    return re.sub(r'\{(?:\$(\w+)|x([0-9A-Fa-f]{2})(?:\*(\d+))?)\}', one, text)


def matches(pattern, line, names):
    """1 if the line is what the pattern says; remembers its {v=kind}s"""
    if pattern.startswith('re: '):
        return re.fullmatch(pattern[4:], line, re.S) is not None
    out, at = '', 0
    for m in re.finditer(r'\{(?:(\w+)=)?(\w+)\}|\{\$(\w+)\}'
                         r'|\{x([0-9A-Fa-f]{2})(?:\*(\d+))?\}', pattern):
        out += re.escape(pattern[at:m.start()])
        at = m.end()
        if m[3]:
            out += re.escape(names.get(m[3], '{$%s}' % m[3]))
        elif m[4]:
            out += re.escape(chr(int(m[4], 16))) * int(m[5] or 1)
        elif m[2] in KINDS:
            out += '(?P<%s>%s)' % (m[1], KINDS[m[2]]) if m[1] \
                else '(?:%s)' % KINDS[m[2]]
        elif re.fullmatch(r'x[0-9A-Fa-f]{2}', m[2]):
            out += re.escape(chr(int(m[2][1:], 16)))
        else:
            out += re.escape(m[0])
    found = re.fullmatch(out + re.escape(pattern[at:]), line, re.S)
    if found:
        names.update(found.groupdict())
    return found is not None


def shown(text):
    """for people: controls as {xHH}, very long lines cut"""
    text = re.sub(r'[\x00-\x1f\x7f]', lambda m: '{x%02X}' % ord(m[0]), text)
    return text if len(text) < 400 else text[:300] + ' ...%d' % len(text)


class Connection:
    def __init__(self, run, no, more):
        self.no, self.buf, self.eof = no, b'', False
        self.held = None                # a line that was looked at only
        env = dict(run.env)
        env.update(more)
        self.log = open('%s/log.%d' % (run.dir, no), 'wb+')
        if run.t.head.get('io') == 'pipe':
            r0, self.out = os.pipe()
            self.inp, w1 = os.pipe()
            ends = (r0, w1)
        else:
            ours, theirs = socket.socketpair()
            self.inp = self.out = ours.detach()
            ends = (theirs.detach(),) * 2
        os.set_blocking(self.out, False)
        ids = {}
        if run.uid is not None:
            ids = dict(user=run.uid, group=run.uid, extra_groups=[])
        try:
            self.p = subprocess.Popen(run.argv, stdin=ends[0], stdout=ends[1],
                                      stderr=self.log, cwd=run.dir, env=env,
                                      start_new_session=True, **ids)
        finally:
            for fd in set(ends):
                os.close(fd)

    def taken(self):
        """wait (2 ms at most) until the program has read what we sent"""
        end = time.monotonic() + 0.002
        while time.monotonic() < end:
            try:
                left = fcntl.ioctl(self.out, termios.TIOCOUTQ, b'\0' * 4)
            except OSError:
                time.sleep(0.0002)
                return
            if struct.unpack('i', left)[0] == 0:
                return
            os.sched_yield()

    def send(self, data, octet):
        size = len(data)
        if octet:
            size = 1 if len(data) <= OCTET_LIMIT else 1021
        at, end = 0, time.monotonic() + 30
        while at < len(data):
            try:
                at += os.write(self.out, data[at:at + size])
            except BlockingIOError:
                # the other side may wait for us to read
                r, _, _ = select.select([self.inp], [self.out], [], 1)
                if r and not self.more(0) and self.eof:
                    return
                if time.monotonic() > end:
                    raise Failed('the program reads no more')
                continue
            except (BrokenPipeError, ConnectionResetError):
                return                  # what it said is still to be compared
            if octet:
                self.taken()

    def more(self, wait):
        """read what is there; 0 if nothing came in time"""
        if self.eof:
            return 0
        if not select.select([self.inp], [], [], max(wait, 0))[0]:
            return 0
        try:
            got = os.read(self.inp, 65536)
        except ConnectionResetError:
            got = b''
        if not got:
            self.eof = True
            return 0
        self.buf += got
        return 1

    def line(self, timeout):
        """the next line as text; None at the end; Failed if none comes"""
        if self.held is not None:
            line, self.held = self.held, None
            return line
        end = time.monotonic() + timeout
        at = 0
        while True:
            nl = self.buf.find(b'\n', at)
            if nl >= 0:
                raw, self.buf = self.buf[:nl + 1], self.buf[nl + 1:]
                break
            at = len(self.buf)
            if not self.more(end - time.monotonic()):
                if self.eof:
                    raw, self.buf = self.buf, b''
                    break
                if time.monotonic() >= end:
                    raise Failed('no line in %g s%s' % (
                        timeout, self.buf and '; so far: '
                        + shown(self.buf.decode('latin-1')) or ''))
        if not raw:
            return None
        text = raw.decode('latin-1')
        if text.endswith('\r\n'):
            return text[:-2]
        return text.replace('\n', '{x0A}') if text.endswith('\n') \
            else text + '{no line end}'

    def hangup(self):
        if self.out != -1:
            try:
                if self.out == self.inp:
                    s = socket.socket(fileno=os.dup(self.out))
                    s.shutdown(socket.SHUT_WR)
                    s.close()
                else:
                    os.close(self.out)
            except OSError:
                pass
            self.out = -1

    def close(self):
        for fd in {self.inp, self.out} - {-1}:
            try:
                os.close(fd)
            except OSError:
                pass
        self.inp = self.out = -1
        self.eof = True

    def wait(self, timeout):
        try:
            return self.p.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failed('connection %d: the program did not end' % self.no)

    def kill(self):
        if self.p.poll() is None:
            try:
                os.killpg(self.p.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.p.wait()


class Run:
    """one transcript in one mode"""

    def __init__(self, t, mode, opt, base):
        self.t, self.mode, self.opt = t, mode, opt
        self.said = []                  # the conversation, for people
        self.names = {}
        self.conns = {}
        self.timeout = float(t.head.get('timeout', 10))
        self.dir = tempfile.mkdtemp(dir=base)
        self.uid = None
        if os.geteuid() == 0 and t.head.get('root') != 'yes':
            self.uid = opt.uid
        self.maildir = self.dir + '/Maildir'
        fixtures.make(t.head.get('maildir', 'few'), self.maildir)
        if self.uid is not None:
            own(self.dir, self.uid)
        self.argv = [self.place(w) for w in shlex.split(self.command())]
        self.env = {'PATH': os.environ.get('PATH', '/usr/bin:/bin'),
                    'HOME': self.dir, 'USER': 'test', 'TZ': 'UTC',
                    'PROTO': 'TCP', 'TCPREMOTEIP': '127.0.0.1',
                    'TCPLOCALIP': '127.0.0.1',
                    # the sandbox has no calls for the leak checker
                    'ASAN_OPTIONS': 'detect_leaks=0'}
        for e in opt.env + t.env:
            name, _, value = e.partition('=')
            self.env[name] = self.place(octets(value, self.names))
        self.held_steps = []

    def command(self):
        folder = os.path.relpath(os.path.abspath(self.t.path), TOP)
        text = self.t.head.get('run') or DEFAULT_RUN.get(folder.split('/')[0])
        if not text:
            raise Failed('no run: line')
        return text

    def place(self, word):
        """a word of the command or of the environment, for this run"""
        word = word.replace('{dir}', self.dir).replace('{top}', TOP)
        if re.fullmatch(r'[a-z0-9]+/[\w./-]+', word):
            for prefix in (self.opt.O, ''):
                found = os.path.join(TOP, prefix + word)
                if os.path.isfile(found):
                    return self.opt.copy(found, word)
        return word

    def conn(self, no, more=()):
        if no not in self.conns:
            try:
                self.conns[no] = Connection(
                    self, no, dict(m.split('=', 1) for m in more))
            except OSError as e:
                raise Failed('cannot run %s: %s' % (self.argv[0], e))
        return self.conns[no]

    def note(self, no, who, text):
        who = who if no == 1 else '%s%d' % (who, no)
        self.said.append('%s: %s' % (who, shown(text)))
        if self.opt.show:
            print('  ' + self.said[-1])

    def getline(self, no):
        line = self.conn(no).line(self.timeout)
        self.note(no, 'S', '<end>' if line is None else line)
        return line

    def go(self):
        steps = self.t.steps
        self.conn_first(steps)
        at, sent = 0, 0
        while at < len(steps):
            line, no, kind, text = steps[at]
            self.at = steps[at]
            if self.mode == 'pipe' and sent <= at and kind != '!':
                sent = self.send_ahead(at)
            if kind in ('C', 'C~'):
                if sent <= at:
                    self.send(no, kind, text)
            elif kind == '!':
                self.note(0, '!', text)
                if text.split()[0] not in ('sh',):
                    text = octets(text, self.names)
                self.action(text)
            elif kind == 'S&':
                at = self.any_order(at)
                continue
            elif kind[0] == 'S':
                self.expect(no, kind, text, self.follows(at, no))
            at += 1
        self.at = None
        for c in self.conns.values():
            self.finish(c)
        self.logs()

    def conn_first(self, steps):
        for _, no, kind, text in steps:
            if kind == '!' and text.split()[0] == 'connect':
                return                  # the transcript says when
            if no == 1 or kind == '!':
                break

    def send(self, no, kind, text):
        text = octets(text, self.names)
        self.note(no, kind, text)
        data = text.encode('latin-1') + (b'\r\n' if kind == 'C' else b'')
        self.conn(no).send(data, self.mode == 'octet')

    def send_ahead(self, at):
        """pipe: all C lines up to the next action; the step after the last"""
        data, end = {}, at
        while end < len(self.t.steps) and self.t.steps[end][2] != '!':
            _, no, kind, text = self.t.steps[end]
            if kind in ('C', 'C~'):
                text = octets(text, self.names)
                self.note(no, kind, text)
                data.setdefault(no, b'')
                data[no] += text.encode('latin-1')
                data[no] += b'\r\n' if kind == 'C' else b''
            end += 1
        for no, d in data.items():
            self.conn(no).send(d, False)
        return end

    def follows(self, at, no):
        """1 if a line has to come after the steps that may be left out"""
        for _, n, kind, _ in self.t.steps[at + 1:]:
            if n != no or kind not in ('S?', 'S*'):
                return n == no and kind in ('S', 'S>', 'S&')
        return 0

    def expect(self, no, kind, pattern, follows):
        c = self.conn(no)
        while True:
            if kind in ('S?', 'S*') and not follows and c.held is None \
                    and b'\n' not in c.buf and not c.more(0.2):
                return
            line = self.getline(no)
            if line is not None and matches(pattern, line, self.names):
                if kind != 'S*':
                    return
            elif kind in ('S?', 'S*'):
                c.held = line           # it belongs to the next step
                return
            elif kind == 'S' or line is None:
                raise Failed('expected: %s\n     got: %s' % (
                    shown(pattern), '<end>' if line is None else shown(line)))

    def any_order(self, at):
        no = self.t.steps[at][1]
        want = []
        while at < len(self.t.steps) and self.t.steps[at][1:3] == (no, 'S&'):
            want.append(self.t.steps[at][3])
            at += 1
        while want:
            line = self.getline(no)
            for w in want:
                if line is not None and matches(w, line, self.names):
                    want.remove(w)
                    break
            else:
                raise Failed('expected one of: %s\n     got: %s' % (
                    '\n                 '.join(map(shown, want)),
                    '<end>' if line is None else shown(line)))
        return at

    def finish(self, c):
        """hang up, look at what still comes and at the exit code"""
        c.hangup()
        rest = self.t.head.get('rest', r're: (\* BYE.*)?')
        while not c.eof or c.buf or c.held is not None:
            line = self.getline(c.no)
            if line is None:
                break
            if not matches(rest, line, self.names):
                raise Failed('after the last step: ' + shown(line))
        code = c.wait(self.timeout)
        c.close()
        want = self.t.head.get('exit', '0')
        killed = getattr(c, 'killed', None)
        if killed is not None and code == -killed:
            return
        if code < 0 or (want != 'any' and code != int(want)):
            raise Failed('connection %d: exit %s, expected %s'
                         % (c.no, code, want))

    def logtext(self):
        text = ''
        for c in self.conns.values():
            c.log.seek(0)
            text += c.log.read().decode('latin-1')
        return text

    def logs(self):
        text = self.logtext()
        bad = re.search(r'.*(ERROR: \w+Sanitizer|runtime error:).*', text)
        if bad:
            raise Failed('sanitizer: ' + bad[0])
        for self.at in self.t.steps:
            _, _, kind, pattern = self.at
            if kind[0] != 'L':
                continue
            hit = any(matches(pattern, x, self.names)
                      for x in text.split('\n'))
            if hit != (kind == 'L'):
                raise Failed('log: %s: %s' % (
                    'missing' if kind == 'L' else 'forbidden', pattern))

    def clean(self):
        for c in self.conns.values():
            c.kill()
            c.close()
            c.log.close()
        shutil.rmtree(self.dir, onerror=unlock)

    # actions

    def path(self, name):
        if name == 'INBOX' or name.startswith('INBOX/'):
            name = '.' + name[5:]
        return os.path.normpath(os.path.join(self.maildir, name))

    def mail(self, name):
        if name in fixtures.MAIL:
            return fixtures.MAIL[name]
        with open(os.path.join(os.path.dirname(self.t.path), name),
                  'rb') as f:
            return f.read()

    def action(self, text):
        word, _, rest = text.partition(' ')
        act = getattr(self, 'do_' + word, None)
        if act is None:
            raise Failed('no such action: ' + word)
        try:
            act(rest)
        except OSError as e:
            raise Failed('action: %s' % e)

    def mine(self, path):
        if self.uid is not None:
            os.chown(path, self.uid, self.uid, follow_symlinks=False)

    def glob(self, name):
        path = self.path(name)
        if '*' not in name:
            return [path] if os.path.lexists(path) else []
        return sorted(glob.glob(path.replace('[', '[[]'), include_hidden=True))

    def do_deliver(self, rest):
        f, mail, *name = rest.split()
        name = name[0] if name else '%d.M%dP9.deliver' % (
            fixtures.UIDVALIDITY + 100000 + len(self.said), 1)
        tmp = self.path('%s/tmp/%s' % (f, name))
        with open(tmp, 'wb') as out:
            out.write(self.mail(mail))
        self.mine(tmp)
        os.rename(tmp, self.path('%s/new/%s' % (f, name)))

    def do_put(self, rest):
        path, mail, *mtime = rest.split()
        fixtures.put(self.path(path), self.mail(mail),
                     int(mtime[0]) if mtime else fixtures.UIDVALIDITY)
        self.mine(self.path(path))

    def text_to(self, rest, mode):
        path, _, text = rest.partition(' ')
        with open(self.path(path), mode) as f:
            f.write(text.encode('latin-1'))
        self.mine(self.path(path))

    def do_file(self, rest):
        self.text_to(rest, 'wb')

    def do_add(self, rest):
        self.text_to(rest, 'ab')

    def do_rm(self, rest):
        for word in rest.split():
            for p in self.glob(word):
                if os.path.isdir(p) and not os.path.islink(p):
                    shutil.rmtree(p)
                else:
                    os.unlink(p)

    def do_rename(self, rest):
        old, new = rest.split()
        os.rename(self.path(old), self.path(new))

    def do_flags(self, rest):
        f, base, *letters = rest.split()
        found = self.glob('%s/cur/%s*' % (f, base))
        if len(found) != 1:
            raise Failed('%d files are named %s' % (len(found), base))
        os.rename(found[0], found[0].split(':2,')[0] + ':2,'
                  + ''.join(letters))

    def do_mkdir(self, rest):
        os.mkdir(self.path(rest), 0o700)
        self.mine(self.path(rest))

    def do_folder(self, rest):
        fixtures.folder(self.path(rest))
        if self.uid is not None:
            own(self.path(rest), self.uid)

    def do_chmod(self, rest):
        mode, path = rest.split()
        os.chmod(self.path(path), int(mode, 8))

    def do_ls(self, rest):
        name, _, want = rest.partition('=')
        have = sorted(os.listdir(self.path(name.strip())))
        left, want = list(have), want.split()
        for w in want:
            hit = [h for h in left if matches(w, h, self.names)]
            if not hit:
                raise Failed('%s has no %s; it has: %s'
                             % (name.strip(), w, ' '.join(have)))
            left.remove(hit[0])
        if left:
            raise Failed('%s also has: %s' % (name.strip(), ' '.join(left)))

    def lines_hit(self, rest):
        path, _, pattern = rest.partition(' ')
        with open(self.path(path), encoding='latin-1', newline='\n') as f:
            text = f.read()
        return any(matches(pattern, x, self.names)
                   for x in text.split('\n')), text

    def do_has(self, rest):
        hit, text = self.lines_hit(rest)
        if not hit:
            raise Failed('the file has: ' + shown(text))

    def do_hasnot(self, rest):
        hit, text = self.lines_hit(rest)
        if hit:
            raise Failed('the file has: ' + shown(text))

    def do_exists(self, rest):
        if not self.glob(rest):
            raise Failed('there is no ' + rest)

    def do_absent(self, rest):
        if self.glob(rest):
            raise Failed('there is a ' + rest)

    def do_sh(self, rest):
        ids = {}
        if self.uid is not None:
            ids = dict(user=self.uid, group=self.uid, extra_groups=[])
        cwd = self.maildir if os.path.isdir(self.maildir) else self.dir
        p = subprocess.run(['sh', '-ec', rest], cwd=cwd,
                           env=dict(self.env, **self.names), stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           **ids)
        if p.returncode != 0:
            raise Failed('sh: exit %d: %s' % (
                p.returncode, shown(p.stdout.decode('latin-1'))))

    def do_pause(self, rest):
        time.sleep(int(rest) / 1000)

    def do_quiet(self, rest):
        ms, *no = rest.split()
        c = self.conn(int(no[0]) if no else 1)
        if c.held is not None or c.buf or c.more(int(ms) / 1000):
            raise Failed('not quiet: %s%s' % (
                shown(c.held or ''), shown(c.buf.decode('latin-1'))))

    def do_connect(self, rest):
        no, *more = shlex.split(rest)
        self.conn(int(no), more)

    def do_hangup(self, rest):
        self.conn(int(rest or 1)).hangup()

    def do_close(self, rest):
        self.conn(int(rest or 1)).close()

    def do_end(self, rest):
        line = self.getline(int(rest or 1))
        if line is not None:
            raise Failed('expected the end of the connection\n     got: '
                         + shown(line))

    def do_kill(self, rest):
        no, name = rest.split()
        c = self.conn(int(no))
        c.killed = int(getattr(signal, 'SIG' + name))
        c.p.send_signal(c.killed)


def own(path, uid):
    for d, dirs, files in os.walk(path):
        for x in [d] + [os.path.join(d, f) for f in files]:
            os.chown(x, uid, uid, follow_symlinks=False)


def unlock(fn, path, info):
    """rmtree: a transcript may have taken away rights"""
    try:
        os.chmod(os.path.dirname(path), 0o700)
        os.chmod(path, 0o700)
        if fn in (os.unlink, os.rmdir):
            fn(path)
        else:
            shutil.rmtree(path, ignore_errors=True)
    except OSError:
        pass


class Programs:
    """Programs as the test's uid may run them. The project may lie where
    only its owner can go, so root gives that uid copies."""

    def __init__(self, base):
        self.dir = base + '/bin'
        os.mkdir(self.dir)
        self.made = {}

    def copy(self, found, word):
        if os.geteuid() != 0:
            return found
        to = os.path.join(self.dir, word)
        if to not in self.made:
            if word.endswith('imapd/imapd'):    # wants this one beside it
                self.copy(os.path.join(os.path.dirname(found), 'imap-idle'),
                          os.path.join(os.path.dirname(word), 'imap-idle'))
            os.makedirs(os.path.dirname(to), 0o755, exist_ok=True)
            tmp = to + '.%d' % threading.get_ident()
            # cp in a process of its own: a child that another thread forks
            # meanwhile would hold our file open for writing, "text file busy"
            subprocess.run(['cp', found, tmp], check=True)
            os.chmod(tmp, 0o755)
            os.rename(tmp, to)
            self.made[to] = 1
        return to


def one(t, opt, base):
    """run a transcript in all its modes; text of the failure, '' or None"""
    if t.head.get('root') == 'yes' and os.geteuid() != 0:
        return None
    modes = t.head.get('modes', 'line octet').split()
    if t.head.get('pipeline') == 'yes':
        modes.append('pipe')
    for mode in modes:
        if opt.mode and mode != opt.mode:
            continue
        if opt.show:
            print('%s (%s): %s' % (t.title(), mode, t.rule))
        run = None
        why = ''
        try:
            run = Run(t, mode, opt, base)
            run.go()
        except Failed as e:
            why = str(e)
        except (OSError, ValueError, IndexError) as e:
            why = '%s: %s' % (type(e).__name__, e)
        if why:
            text = 'FAILED %s (%s): %s\n' % (t.title(), mode, t.rule)
            if run:
                text += ''.join('   %s\n' % s for s in run.said[-12:])
                at = getattr(run, 'at', None)
                if at:
                    text += '  line %d: %s: %s\n' % (at[0], at[2], at[3][:300])
            text += '     %s\n' % why
            if run:
                log = run.logtext().split('\n')
                text += ''.join('  log: %s\n' % x for x in log[:40] if x)
                run.clean()
            return text
        run.clean()
    return ''


def main():
    ap = argparse.ArgumentParser(description='run transcripts')
    ap.add_argument('-v', action='store_true', dest='verbose')
    ap.add_argument('-s', action='store_true', dest='show')
    ap.add_argument('-m', dest='mode')
    ap.add_argument('-e', action='append', default=[], dest='env')
    ap.add_argument('-j', type=int, default=2, dest='jobs')
    ap.add_argument('--uid', type=int, default=10711)
    ap.add_argument('files', nargs='*')
    opt = ap.parse_args()
    opt.O = os.environ.get('O', '')
    files = opt.files or sorted(glob.glob(TOP + '/*/t/*.t'))
    work, bad = [], 0
    for path in files:
        try:
            work += parse(path)
        except (ValueError, OSError) as e:
            print('FAILED %s' % e)
            bad += 1
    base = tempfile.mkdtemp(prefix='roost-t.')
    os.chmod(base, 0o755)
    opt.copy = Programs(base).copy
    good = skipped = 0
    try:
        with ThreadPoolExecutor(1 if opt.show else opt.jobs) as pool:
            for t, text in zip(work, pool.map(
                    lambda t: one(t, opt, base), work)):
                if text is None:
                    skipped += 1
                elif text:
                    bad += 1
                    print(text, end='', flush=True)
                else:
                    good += 1
                    if opt.verbose:
                        print('ok     %s: %s' % (t.title(), t.rule))
    finally:
        shutil.rmtree(base, onerror=unlock)
    print('transcripts: %d passed, %d failed%s' % (
        good, bad, ', %d skipped' % skipped if skipped else ''))
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
