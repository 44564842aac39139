# ISC licence; see LICENSE.
"""What processes need of memory: PSS, page tables, kernel stacks, by program.

    measure(pid)        of a process and all below it: {program: Use}, '' all
    talk(port, user, password, tls)
                        a session that has done SELECT and waits in IDLE
"""
import os
import socket
import ssl

STACK_KB = 16


def children():
    kids = {}
    for p in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/stat' % p) as f:
                ppid = f.read().rsplit(')', 1)[1].split()[1]
        except OSError:
            continue
        kids.setdefault(int(ppid), []).append(int(p))
    return kids


def family(pid):
    kids, todo, got = children(), [pid], []
    while todo:
        p = todo.pop()
        got.append(p)
        todo += kids.get(p, [])
    return got


def field(text, key):
    for line in text.splitlines():
        if line.startswith(key + ':'):
            return int(line.split()[1])
    return 0


def read(path):
    try:
        with open(path) as f:
            return f.read()
    except OSError:
        return ''


class Use:
    """kB of some processes: PSS, page tables, kernel stacks, private"""
    FIELDS = ('count', 'pss', 'tables', 'stacks', 'private')

    def __init__(self):
        for k in self.FIELDS:
            setattr(self, k, 0)

    def add(self, pid):
        smaps = read('/proc/%d/smaps_rollup' % pid)
        status = read('/proc/%d/status' % pid)
        self.count += 1
        self.pss += field(smaps, 'Pss')
        self.private += (field(smaps, 'Private_Dirty')
                         + field(smaps, 'Private_Clean'))
        self.tables += field(status, 'VmPTE')
        self.stacks += STACK_KB * field(status, 'Threads')

    def more(self, other):
        u = Use()
        for k in self.FIELDS:
            setattr(u, k, getattr(self, k) + getattr(other, k))
        return u

    def less(self, other, sessions):
        """a session's part of what came since other was measured"""
        u = Use()
        for k in self.FIELDS:
            setattr(u, k, (getattr(self, k) - getattr(other, k)) / sessions)
        return u

    def total(self):
        return self.pss + self.tables + self.stacks

    def __str__(self):
        return ('%7.0f kB a session: PSS %.0f, page tables %.0f, kernel '
                'stacks %.0f; private %.0f, in %.1f processes' % (
                    self.total(), self.pss, self.tables, self.stacks,
                    self.private, self.count))


def measure(pid):
    """of a process and all its children: Use by program, '' for all"""
    uses = {'': Use()}
    for p in family(pid):
        name = read('/proc/%d/comm' % p).strip()
        if name:
            uses[''].add(p)
            uses.setdefault(name, Use()).add(p)
    return uses


def talk(port, user, password, tls=False):
    """(socket, file)"""
    s = socket.create_connection(('127.0.0.1', port), 60)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        s = context.wrap_socket(s)
    f = s.makefile('rwb')
    f.readline()
    for tag, line in ((b'a', b'LOGIN %s %s' % (user, password)),
                      (b'b', b'SELECT INBOX')):
        f.write(tag + b' ' + line + b'\r\n')
        f.flush()
        while True:
            got = f.readline()
            if got.startswith(tag + b' '):
                break
            if not got:
                raise RuntimeError('connection lost')
        if not got.startswith(tag + b' OK'):
            raise RuntimeError(got)
    f.write(b'c IDLE\r\n')
    f.flush()
    f.readline()
    return s, f
