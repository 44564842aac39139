#!/usr/bin/python3
# ISC licence; see LICENSE.
"""maildir-convert --verify against a running server: Dovecot on a copy of the
Maildir, and on the Maildir itself; every kind of difference; misuse."""
import atexit
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.path.insert(0, os.path.join(TOP, 'tests'))
import dovecot                                          # noqa: E402
import fixtures                                         # noqa: E402
import system                                           # noqa: E402

t = system.Checks('convert_server')
top = tempfile.mkdtemp(prefix='roost-verify.')
atexit.register(shutil.rmtree, top, True)
os.chmod(top, 0o755)
TOOL = system.installed('tools/maildir-convert')
ENV = {'PATH': '/usr/bin:/bin', 'ASAN_OPTIONS': 'detect_leaks=0'}
with open(top + '/secret', 'w') as f:
    f.write('any\n')


def run(*args, **env):
    p = subprocess.run([TOOL, *args], env=dict(ENV, **env), cwd=top,
                       stdin=subprocess.DEVNULL, timeout=100,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


# ---- misuse, and servers that are not there or lie ----

one = top + '/one/Maildir'
os.mkdir(top + '/one')
fixtures.make('few', one)
system.own(top + '/one')
port = str(dovecot.free_ports(1)[0])
at = ['-u', 'demo', '-w', 'secret', '-t', 'none']
for args in (['-u', 'demo', one], ['-w', 'secret', '--verify', 'x', one],
             [*at, '--verify', 'localhost', one, one], [*at, '-g', one],
             [*at, '-q', '--verify', 'localhost', one],
             [*at, '--to', 'courier', '--verify', 'localhost', one],
             [*at, '-t', 'some', '--verify', 'localhost', one],
             [*at, '--pop3-port', '1', '--verify', 'localhost', one],
             [*at, '-j', '2', '--verify', 'localhost', one],
             [*at, '--accounts', 'secret', '--verify', 'localhost'],
             ['--accounts', 'secret', one], ['--pop3', one], ['-m', 'x', one],
             ['--accounts', 'secret', '--verify', 'localhost', one],
             ['--accounts', 'secret', '--verify', 'localhost'],
             ['--accounts', '-', '-t', 'none', '--verify', 'localhost']):
    t.same(run(*args)[0], 100, 'usage %r' % args)
t.same(run(*at, '-w', 'nothing', '--verify', 'localhost', one)[0], 111,
       'no file with a password')
r = run(*at, '-p', port, '--verify', '127.0.0.1', one)
t.ok(r[0] == 111 and 'unable to connect' in r[2], 'nobody there', r)


def lie(listener):
    """a server whose answers are odd: no sizes, words for a terminal"""
    c = listener.accept()[0]
    try:
        answer(c)
    except ConnectionError:             # it was believed to be none
        pass
    c.close()


def answer(c):
    c.sendall(b'* OK hello\r\n')
    for line in c.makefile('rb'):
        tag, word = line.split()[:2]
        c.sendall({
            b'CAPABILITY': b'* CAPABILITY IMAP4rev1\r\n',
            b'LIST': b'* LIST () "." INBOX\r\n* LIST () "." "a\x7fb"\r\n'
                     b'* LIST () "." "&"\r\n* LIST () "." x\r\n'
                     b'* LIST () "." "a..b"\r\n',
            b'EXAMINE': b'* OK [UIDVALIDITY x] ?\r\n',
            b'UID': b'* 1 FETCH (UID 7)\r\n* 2 FETCH (FLAGS (a))\r\n'
                    b'* 3 FETCH (UID 4294967296 RFC822.SIZE 1)\r\n'
                    b'* 3 FETCH (UID 9 RFC822.SIZE 1 FLAGS (e\x1b[J '
                    b'\\Recent E\x01))\r\n* 3 FETCH (UID 9 RFC822.SIZE 2)\r\n'
        }.get(word, b'') + tag + b' OK x\r\n')


listener = socket.socket()
listener.bind(('127.0.0.1', 0))
listener.listen(1)
th = threading.Thread(target=lie, args=(listener,), daemon=True)
th.start()
r = run(*at, '-p', str(listener.getsockname()[1]), '--verify', '127.0.0.1',
        one)
t.ok(r[0] == 1 and '\x1b' not in r[1] + r[2], 'a server that lies', r)
t.ok('here, not there' in r[1] and 'UID 9: there, not here\n' in r[1]
     and 'a?b: there, not here\n' in r[1], 'is seen', r)
listener.close()


def lie_pop3(listener, uidl, capa):
    """a POP3 server with these answers"""
    c = listener.accept()[0]
    try:
        c.sendall(b'+OK hello\r\n')
        for line in c.makefile('rb'):
            c.sendall({b'UIDL': uidl, b'CAPA': capa}.get(line.strip(),
                                                         b'+OK\r\n'))
    except ConnectionError:
        pass
    c.close()


for uidl, capa, code, text in (
        (b'+OK\r\n1 a\r\n2 a\r\n3 b\x1b[J\r\n4 ..\r\n5 \x00\r\n.\r\n',
         b'-ERR\r\n', 1, re.escape('UIDL b?[J: there, not here\n')),
        (b'+OK\r\nx a\r\n.\r\n', b'-ERR\r\n', 111, 'is none'),
        (b'+OK\r\n1\r\n.\r\n', b'-ERR\r\n', 111, 'is none'),
        (b'hello\r\n', b'-ERR\r\n', 111, 'does not answer as'),
        (b'-ERR \x1b[J\r\n', b'-ERR\r\n', 100, 'tells no unique-ids'),
        (b'+OK', b'+OK\r\n' + b'x\r\n' * 2000, 111, 'has no end'),
        (b'+OK\r\n' + b'7' * 10000 + b'\r\n', b'-ERR\r\n', 111, 'too long')):
    listener = socket.create_server(('127.0.0.1', 0))
    threading.Thread(target=lie_pop3, args=(listener, uidl, capa),
                     daemon=True).start()
    r = run(*at, '--pop3-only', '--pop3-port', str(listener.getsockname()[1]),
            '--verify', '127.0.0.1', one)
    t.ok(r[0] == code and re.search(text, r[1] + r[2]) and '\x1b' not in
         r[1] + r[2], 'a POP3 server that says %.20r' % uidl, r)
    listener.close()

if dovecot.installed():
    t.skip('Dovecot', dovecot.installed())
    t.done()

# ---- an account of Dovecot's ----

mail = top + '/mail/Maildir'
os.mkdir(top + '/mail')
fixtures.make('empty', mail)
system.own(top + '/mail')
FOLDERS = ['Sent', 'a.b.c', 'with space', '&AOk-t&AOk-', 'A&-B', "quo'te",
           'Gone', 'empty']
with dovecot.Dovecot(mail) as d:
    c = system.Imap(port=d.imap_port)
    c.must('LOGIN demo any')
    for f in FOLDERS:
        c.must('CREATE "%s"' % f)
    for i in range(40):
        c.append('INBOX', 'Subject: %d\r\n\r\n%s' % (i, 'line\r\n' * i),
                 ['\\Seen', '\\Answered Work', '$Label1 NonJunk', '',
                  '\\Flagged \\Draft zeta alpha Work'][i % 5])
    c.must('SELECT INBOX')
    for f in FOLDERS[:-1]:
        c.must('COPY 1:20 "%s"' % f)
    c.must('STORE 7 +FLAGS (\\Deleted)')
    c.must('EXPUNGE')
    c.must('STORE 9 +FLAGS (\\Deleted)')
    c.logout()
    at += ['-p', str(d.imap_port), '--verify', '127.0.0.1']
    t.same(run(*at, mail), (0, '', ''), 'the files that Dovecot serves')
    # without the sizes in the names
    for n in os.listdir(mail + '/.Sent/cur')[:5]:
        os.rename(mail + '/.Sent/cur/' + n,
                  mail + '/.Sent/cur/' + re.sub(',[SW]=[0-9]*', '', n))
    c = system.Imap(port=d.imap_port)
    c.must('LOGIN demo any')
    c.select('Sent')
    c.fetch('(RFC822.SIZE)')
    c.logout()
    system.deliver(mail, 'Subject: lines\r\n\r\nend\r\nboth\nways\r\r\n',
                   folder='empty')
    t.same(run(*at, mail), (0, '', ''), 'sizes that have to be counted')
    copy = top + '/copy/Maildir'
    os.mkdir(top + '/copy')
    subprocess.run(['cp', '-a', mail, copy], check=True)
    system.own(top + '/copy')
    for name, env in (('Dovecot', {}), ('its names behind INBOX.',
                                        {'NAMESPACE_PREFIX': 'INBOX.'})):
        t.same(run(*at, copy, **env), (0, '', ''), 'a copy: ' + name)
    # Roost works on the copy
    c = system.Imap(copy, log=os.devnull)
    c.select('INBOX')
    c.must('UID STORE 2 +FLAGS (\\Flagged fresh)')
    c.must('UID STORE 5 -FLAGS (Work)')
    c.must('UID STORE 9 +FLAGS ($Forwarded)')
    c.must('STORE 3 +FLAGS (\\Deleted)')
    c.must('UID EXPUNGE 3')
    c.append('INBOX', 'Subject: since\r\n\r\nx\r\n')
    c.must('DELETE Gone')
    c.must('CREATE Mine')
    c.logout()
    shutil.rmtree(copy + '/.with space/cur')
    os.mkdir(copy + '/.with space/cur')
    text = copy + "/.quo'te/dovecot-uidlist"
    with open(text) as f:
        s = f.read()
    v = re.search(' V([0-9]+)', s)[1]
    with open(text, 'w') as f:
        f.write(re.sub('\n20 .*', '', s).replace(' N21', ' N20').replace(
            ' V' + v, ' V%d' % (int(v) + 7)))
    sized = sorted(os.listdir(copy + '/.a.b.c/cur'))[4]
    size = re.search(',W=([0-9]+)', sized)[1]
    other = sized.replace(',W=' + size, ',W=9' + size)
    os.rename(copy + '/.a.b.c/cur/' + sized, copy + '/.a.b.c/cur/' + other)
    text = copy + '/.a.b.c/dovecot-uidlist'
    with open(text) as f:
        s = f.read()
    uid = re.search('\n([0-9]+) [^\n]*:' + re.escape(sized.split(':')[0]), s)[1]
    with open(text, 'w') as f:
        f.write(s.replace(sized.split(':')[0], other.split(':')[0]))
    system.own(top + '/copy')
    code, out, err = run(*at, copy)
    t.same((code, err), (1, ''), 'what differs')
    for line in (copy + ' INBOX: differs', '  UID 3: there, not here',
                 '  UID 2: flags here FR, there R',
                 '  UID 2: keywords here fresh Work, there Work',
                 '  UID 5: keywords here alpha zeta, there alpha Work zeta',
                 '  UID 9: keywords here $Forwarded, there none',
                 copy + ' Gone: there, not here',
                 copy + ' Mine: here, not there',
                 copy + ' with space: differs', '  UID 20: there, not here',
                 "%s quo'te: differs" % copy,
                 '  UIDVALIDITY here %d, there %s' % (int(v) + 7, v),
                 '  UIDNEXT here 20, there 21',
                 '  messages here that have no UID yet: 1',
                 '  UID %s: size here 9%s, there %s' % (uid, size, size)):
        t.ok(line + '\n' in out, line, out)
    t.ok(out.count(': differs\n') == 4 and 'UID 41' not in out,
         'and nothing else', out)
    # the server has lost mail
    c = system.Imap(port=d.imap_port)
    c.must('LOGIN demo any')
    c.must('SELECT "empty"')
    c.must('SELECT Sent')
    c.must('STORE 1:2 +FLAGS (\\Deleted)')
    c.must('EXPUNGE')
    c.logout()
    with open(copy + "/.quo'te/dovecot-uidlist", 'w') as f:
        f.write('nonsense\n')
    code, out, err = run(*at, copy)
    t.ok(code == 1 and out.partition('Sent: differs\n')[2].split('Maildir')[
        0].count(': here, not there\n') == 2, 'what the server has lost', out)
    t.ok("%s quo'te: differs\n  it cannot be read here: " % copy in out
         and 'a.b.c: differs' in out, 'a broken file', out)
    r = run(*at, mail)
    t.same(r, (0, '', ''), 'and still, the files themselves')
    t.same(d.faults(), [], 'Dovecot has no complaint')

# ---- nobody else's password where a server's answers are read ----


def worker(parent):
    for p in os.listdir('/proc'):
        try:
            with open('/proc/%s/stat' % p) as f:
                if int(f.read().rpartition(')')[2].split()[1]) == parent:
                    return p
        except (OSError, ValueError):
            pass
    return None


def memory(pid):
    """all that it may write to"""
    out = []
    with open('/proc/%s/maps' % pid) as f, \
            open('/proc/%s/mem' % pid, 'rb') as mem:
        for line in f:
            lo, hi = (int(x, 16) for x in line.split()[0].split('-'))
            if 'rw' not in line or hi - lo > 1 << 28 or '[v' in line:
                continue
            try:
                mem.seek(lo)
                out.append(mem.read(hi - lo))
            except OSError:
                pass
    return b''.join(out)


listener = socket.create_server(('127.0.0.1', 0))
with open(top + '/three', 'w') as f:
    f.write(''.join('%s\tu%d\tword-of-%s\n' % (one, i, 'abc'[i] * 9)
                    for i in range(3)) + '# ' + 'x' * 300 * 1024 + '\n')
p = subprocess.Popen(
    [TOOL, '--accounts', 'three', '-t', 'none', '-p',
     str(listener.getsockname()[1]), '--verify', '127.0.0.1'], env=ENV,
    cwd=top, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
c = listener.accept()[0]                # it waits for a greeting
try:
    found = memory(worker(p.pid))
except PermissionError as e:
    t.skip("a worker's memory", e)
else:
    t.ok(b'word-of-' + b'a' * 9 in found, 'its own is there')
    t.ok(b'word-of-' + b'b' * 9 not in found and b'word-of-' + b'c' * 9
         not in found, 'and no other')
p.kill()
c.close()
listener.close()
p.wait()

# ---- many accounts, a master user, POP3 ----

USERS = ['ann', 'bob', 'joe@q', 'zoe']
box = {u: '%s/users/%s/Maildir' % (top, u) for u in USERS}
for n, u in enumerate(USERS):
    os.makedirs(os.path.dirname(box[u]))
    fixtures.make('empty', box[u])
    for i in range(5 + n):
        system.deliver(box[u], 'Subject: %d\r\n\r\nx\r\n' % i)
system.own(top + '/users')
os.chmod(top + '/users', 0o755)
with open(top + '/masters', 'w') as f:
    f.write('boss:{PLAIN}sesame\n')
os.chmod(top + '/masters', 0o644)
with open(top + '/sesame', 'w') as f:
    f.write('sesame\n')
MORE = """passdb {
  driver = passwd-file
  args = %s/masters
  master = yes
}
pop3_uidl_format = %%v.%%u
auth_failure_delay = 0
""" % top
with dovecot.Dovecot(box['ann'], more=MORE, location='maildir:%s/users/%%u/'
                     'Maildir' % top) as d:
    for u in USERS:
        c = system.Imap(port=d.imap_port)
        c.must('LOGIN "%s" any' % u)
        c.must('CREATE Sent')
        c.must('SELECT INBOX')
        c.must('STORE 2 +FLAGS (\\Flagged Work)')
        c.logout()
    at = ['-t', 'none', '-p', str(d.imap_port), '--pop3-port',
          str(d.pop3_port), '--verify', '127.0.0.1']
    with open(top + '/list', 'w') as f:
        f.write('# who\n\n' + ''.join('%s\t%s\n' % (box[u], u) for u in USERS))
    with open(top + '/list-with', 'w') as f:
        f.write(''.join('%s\t%s\tany%s\r\n' % (box[u], u, u) for u in USERS))
    many = ['--accounts', 'list', '-m', 'boss', '-w', 'sesame', '--pop3', *at]
    for args in (many, [*many, '-j', '3'],
                 ['--accounts', 'list-with', '--pop3', *at],
                 ['-u', 'ann', '-m', 'boss', '-w', 'sesame', '--pop3', *at,
                  box['ann']]):
        r = run(*args, POP3_UIDL='%{uidvalidity}.%{uid}')
        t.same(r, (0, '', ''), 'nothing differs: %r' % args[:2])
    r = run(*many, '--pop3-only')
    t.ok(r[0] == 1 and r[1].count(' INBOX by POP3: differs\n') == len(USERS)
         and r[1].count('there, not here\n')
         == sum(5 + n for n in range(len(USERS)))
         and r[2].count('differs file=') == len(USERS),
         'other unique-ids are seen', r)
    os.unlink(box['bob'] + '/cur/' + sorted(os.listdir(box['bob']
                                                       + '/cur'))[1])
    r = run(*many, POP3_UIDL='cyrus')   # before Dovecot has looked again
    t.ok(r[:2] == (0, ''), 'what the server finds gone, too, is the same', r)
    # a copy that is not quite one
    other = top + '/users/copy/Maildir'
    os.mkdir(os.path.dirname(other))
    subprocess.run(['cp', '-a', box['zoe'], other], check=True)
    name = sorted(os.listdir(other + '/cur'))[3]
    os.unlink(other + '/cur/' + name)
    system.own(top + '/users/copy')
    with open(top + '/list', 'a') as f:
        f.write('%s\tzoe\n%s/nowhere\tann\n' % (other, top))
    r = run(*many, '-j', '2', POP3_UIDL='cyrus')
    t.ok(r[0] == 100 and r[1].count('differs\n') == 2
         and '%s INBOX: differs\n  UID 4: there, not here\n' % other in r[1]
         and re.search('Maildir INBOX by POP3: differs\n  UIDL [0-9]+[.]4: '
                       'there, not here\n', r[1])
         and 'differs file=' + other in r[2]
         and 'not-compared file=%s/nowhere' % top in r[2], 'two of six', r)
    r = run('-u', 'ann', '-m', 'boss', '-w', 'secret', '--pop3-only', *at,
            box['ann'])
    t.ok(r[0] == 100 and 'refuses the login' in r[2],
         'a wrong password of the master', r)
    t.same([x for x in d.faults() if 'boss' not in x], [],
           'Dovecot has no complaint')
t.done()
