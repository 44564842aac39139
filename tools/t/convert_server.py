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
             [*at, '-t', 'some', '--verify', 'localhost', one]):
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
t.done()
