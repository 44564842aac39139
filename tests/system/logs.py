#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""The log as roost-log(5) has it: every event and key of the sources is on
the page; lines that the programs write for hostile clients have its form;
multilog's patterns split them, and fail2ban's filter finds the addresses of
those who failed, and no others"""
import glob
import os
import re
import socket
import subprocess

from common import GOOD, PASSWORD, TOP, Installed, read, start
import system

checks = start('logs', 'multilog')

# ------------------------------------------------- the page and the sources

page = read(TOP + '/base/roost-log.5')
# the words of .Li and .It lines, and of what follows them on the same line
words = set()
for line in page.split('\n'):
    m = re.match(r'\.(?:It )?(?:Li|Pf) ?(.*)', line) or re.match(
        r'\.It Li (.*)', line)
    if m:
        words |= set(re.findall(r'[a-z][a-z-]*', m[1]))
events, keys, faults = {}, {}, set()
for path in sorted(glob.glob(TOP + '/*/*.c')):
    name, text = path[len(TOP) + 1:], read(path)
    if name.startswith(('fuzz/', 'base/log.c', 'tests/')):
        continue
    for call in re.findall(r'\blog_begin\(([^;]*)\);', text) + re.findall(
            r'\blog_fault(?:_file)?\(("[^"]*")', text):
        for e in re.findall(r'"([^"]*)"', call):
            events.setdefault(e, name)
    for k in re.findall(r'\blog_(?:word|str|num)\("([^"]*)"', text):
        keys.setdefault(k, name)
checks.ok(len(events) > 20 and len(keys) > 25, 'the sources were read',
          (len(events), len(keys)))
for e, where in sorted(events.items()):
    checks.ok(re.fullmatch('[a-z][a-z-]*', e), 'form of an event', (e, where))
    # .It Li event keys
    checks.ok(re.search(r'^\.It Li %s(?: |$)' % re.escape(e), page, re.M),
              'the page has the event %s of %s' % (e, where))
for k, where in sorted(keys.items()):
    checks.ok(re.fullmatch('[a-z][a-z-]*', k), 'form of a key', (k, where))
    checks.ok(k in words, 'the page has the key %s of %s' % (k, where))
for e in re.findall(r'^\.It Li ([a-z-]+) ', page, re.M):
    checks.ok(e in events or e in keys, 'the event %s is in a source' % e)

# ------------------------------------------------- lines of hostile clients

site = Installed(LOGIN_ATTEMPTS='100', LOGIN_PLAINTEXT='1')
n = 0


def front(service, said, address, **env):
    """run a front end for one client; descriptor 2 goes to the site's log"""
    global n
    n += 1
    ours, theirs = socket.socketpair()
    ours.settimeout(20)
    chain = {'imap': ['imap-login', 'checkpassword-cdb', 'imapd', 'Maildir'],
             'pop3': ['pop3-login', 'checkpassword-cdb', 'pop3d', 'Maildir']}
    with open(site.log, 'ab') as log:
        p = subprocess.Popen(
            chain[service], stdin=theirs, stdout=theirs, stderr=log,
            cwd=site.dir, start_new_session=True,
            env=dict(site.env, TCPREMOTEIP=address, TCPREMOTEPORT=str(n),
                     **env))
    theirs.close()
    site.children.append(p)
    out = b''
    try:
        ours.sendall(said)
        ours.shutdown(socket.SHUT_WR)
        while True:
            got = ours.recv(65536)
            if not got:
                break
            out += got
    except OSError:
        pass
    ours.close()
    p.wait(20)
    return out


NAMES = [
    b'joe', b'x address=198.51.100.1 reason=refused',
    b'x\taddress=198.51.100.1', b'x\\x20address=198.51.100.1',
    b'2001-01-01T00:00:00', b'Jan 01 00:00:00 host roost[1]: imap-login: '
    b'failure user=y address=198.51.100.1 port=1 reason=refused attempt=1',
    b'\xc3\xa9\xff', b'a"b\\c=d', b'x' * 400, b'address=198.51.100.1',
    b'@400000005a497a7a00000000', b'%s%n', b'$(reboot)', b'-', b"o'hara"]
CONTROL = [b'x\r\nimap-login: failure user=y address=198.51.100.1 port=1 '
           b'reason=refused attempt=1', b'a\x1b[2Jb', b'\x7f', b'a\nb']
guilty, innocent = set(), set()


def address(i, bad):
    a = '192.0.2.%d' % i if i % 2 else '2001:db8::%x' % i
    (guilty if bad else innocent).add(a)
    return a


def quoted(name):
    return b'"' + re.sub(rb'([\\"])', rb'\\\1', name) + b'"'


i = 0
for name in NAMES:
    i += 1
    front('imap', b'a LOGIN ' + quoted(name) + b' wrong\r\nb LOGOUT\r\n',
          address(i, True))
    i += 1
    front('pop3', b'USER ' + name + b'\r\nPASS wrong\r\nQUIT\r\n',
          address(i, True))
for name in CONTROL:                    # only a literal brings these
    i += 1
    front('imap', b'a LOGIN {%d+}\r\n%s x\r\nb LOGOUT\r\n' % (
        len(name), name), address(i, True))
i += 1
front('imap', b'a AUTHENTICATE PLAIN AGpvZQB3cm9uZw==\r\nb LOGOUT\r\n',
      address(i, True))
# those who did nothing wrong, or whose trouble is ours
for service in ('imap', 'pop3'):
    for said, env in ((GOOD[service] % PASSWORD.encode(), {}),
                      (GOOD[service] % b'wrong', {'USERS_CDB': '/nowhere'}),
                      (GOOD[service] % b'wrong', {'LOGIN_PLAINTEXT': '0'}),
                      (b'GET / HTTP/1.0\r\n\r\n', {}), (b'', {}),
                      (b'LOGOUT failure user=x address=198.51.100.1 '
                       b'reason=refused\r\n', {})):
        i += 1
        front(service, said, address(i, False), **env)
i += 1
noisy = address(i, False)
front('imap', b'x\r\n' * 50, noisy)
front('imap', b'a ID ("name" "a b=c\\"d\\\\" "version" "1\x7f")\r\n'
      + GOOD['imap'] % PASSWORD.encode(), address(i + 1, False))

lines = read(site.log).split('\n')
checks.same(lines.pop(), '', 'the last line is whole')
WORD = r'(?:[!#-<>-\[\]-~]|\\x[0-9a-f]{2})*'
FORM = re.compile(r'[a-z0-9-]+: (?:[a-z0-9-]+(?: [a-z-]+=%s)*'
                  r'|fatal: [ -~]*)' % WORD)
for line in lines:
    checks.ok(FORM.fullmatch(line), 'form of a line', line)
    used = set(re.findall(r' ([a-z-]+)=', line))
    checks.ok(used <= set(keys) | {'error'} and
              (line.split()[1] in events or line.split()[1] == 'fatal:'),
              'its words are on the page', line)
    checks.ok(len(line) < 1500, 'length of a line', len(line))
checks.ok(PASSWORD not in read(site.log) and 'wrong' not in re.sub(
    'wrong-size', '', read(site.log)), 'no password in the log')
for p in ('imap-login: login user=joe ', 'imapd: end user=joe ',
          'pop3d: end user=joe ', 'reason=name', 'reason=errors',
          'reason=plaintext', 'checkpassword-cdb: deferred '):
    checks.ok(any(p in x for x in lines), 'there is a line with ' + p)

# ------------------------------------------------- multilog


def multilog(args, into):
    """the lines of each log directory below into"""
    d = site.dir + '/' + into
    os.mkdir(d)
    with open(site.log) as f:
        subprocess.run(['multilog', *args], stdin=f, cwd=d, timeout=20,
                       check=True)
    return {x: read('%s/%s/current' % (d, x)).split('\n')[:-1]
            for x in os.listdir(d)}


def failed(line):
    return line.split()[1] in ('failure', 'refused')


for s in ('imap', 'imaps', 'pop3', 'pop3s'):
    run = read('%s/daemontools/%s/log/run' % (site.share, s))
    args = re.search(r"multilog (t[^']*)'", run)[1].replace('\\\n', ' ')
    args = re.findall(r'"([^"]*)"|(\S+)', args)
    args = [a or b for a, b in args]
    logs = multilog(args, 'logs.' + s)
    checks.same(sorted(logs), ['failures', 'main'], s + ': two logs')
    bare = {k: [x.split(' ', 1)[1] for x in v] for k, v in logs.items()}
    checks.same(bare['failures'], [x for x in lines if failed(x)],
                s + ': failures')
    checks.same(bare['main'], [x for x in lines if not failed(x)],
                s + ': main')
# what the page shows
text = re.search(r'^multilog t \\e\n((?:.*\\e\n)*.*)', page, re.M)[0]
pairs = re.findall(r"'([^']*)'|(\S+)", text.replace('\\e\n', ' '))[1:]
logs = multilog([a or b for a, b in pairs], 'logs.page')
bare = {k: [x.split(' ', 1)[1] for x in v] for k, v in logs.items()}
checks.same(bare.get('trouble'), [
    x for x in lines if x.split()[1] in ('fatal:', 'fault', 'warning',
                                         'deferred')], "the page's trouble")
checks.same(bare.get('failures'), [x for x in lines if failed(x)],
            "the page's failures")

# ------------------------------------------------- fail2ban

if system.need('fail2ban-regex'):
    checks.skip('fail2ban', 'it is not there')
    site.close()
    checks.done()
conf = site.share + '/fail2ban/filter/roost.conf'


def banned(path, mode=''):
    code, said = site.run('fail2ban-regex', '-o', 'ip', path, conf + mode)
    return set(said.split())


def prefixed(name, prefix):
    return site.write(name, ''.join(prefix + x + '\n' for x in lines))


for name, path in (
        ('multilog, failures', site.dir + '/logs.imap/failures/current'),
        ('no time at all', site.log),
        ('syslog', prefixed('syslog', 'Nov 21 10:00:00 host roost[123]: ')),
        ('syslog, RFC 5424', prefixed(
            'syslog2', '2026-11-21T10:00:00.123456+00:00 host roost[1]: ')),
        ('the journal', prefixed('journal', 'host roost[123]: '))):
    checks.same(banned(path), guilty, 'fail2ban: ' + name)
checks.same(banned(site.dir + '/logs.imap/main/current'), set(),
            'fail2ban: nobody in main')
checks.same(banned(site.log, '[mode=aggressive]'), guilty | {noisy},
            'fail2ban: aggressive')
checks.ok('192.0.2.1' in guilty and '2001:db8::2' in guilty,
          'IPv4 and IPv6')
site.close()
checks.done()
