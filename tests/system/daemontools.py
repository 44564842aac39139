#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Service directories made by roost-conf, under svscan, supervise, multilog
and svc; then the same under runit and s6"""
import imaplib
import os
import re
import signal
import socket
import ssl

from common import (PASSWORD, ROOT, Imap, Installed, free_port, read, refused,
                    start, talk, wait_for, works)
import system

checks = start('daemontools', 'svscan', 'svc', 'svstat', 'multilog',
               'envdir', 'tcpserver', 'tcprules', 'make')
site = Installed()
if ROOT:
    ACCOUNT, LOGACCOUNT = 'nobody', 'daemon'
else:
    ACCOUNT = LOGACCOUNT = str(os.getuid())
SETTINGS = ['USERS_CDB=' + site.dir + '/users.cdb', 'LOGIN_DELAY=0',
            'LOGIN_CHROOT=' + site.dir + '/empty', 'TZ=UTC',
            'ASAN_OPTIONS=detect_leaks=0']
ports = {}


def conf(service, at, *more, account=ACCOUNT, log=LOGACCOUNT, ip='127.0.0.1'):
    return site.run('roost-conf', service, account, log, at, ip, *SETTINGS,
                    *more)


def service(name, at, *more):
    """a service directory and its port"""
    port = free_port()
    code, said = conf(name, site.dir + '/' + at, 'PORT=%d' % port, *more)
    checks.same((code, said), (0, ''), 'roost-conf ' + name)
    return port


def svstat(name):
    """(up, pid, seconds, the line)"""
    code, said = site.run('svstat', site.dir + '/' + name)
    m = re.search(r': up \(pid (\d+)\) (\d+) seconds', said)
    return (True, int(m[1]), int(m[2]), said) if m else (False, 0, 0, said)


def logged(name, which, pattern, seconds=5):
    path = '%s/%s/log/%s/current' % (site.dir, name, which)
    return wait_for(lambda: re.search(pattern, read(path), re.M), seconds)


def idle(port):
    """a session that is logged in"""
    c = Imap(port=port, timeout=10)
    c.must('LOGIN joe ' + PASSWORD)
    return c


# ------------------------------------------------------------- roost-conf

at = site.dir + '/x'
os.mkdir(site.dir + '/there')
os.symlink('nowhere', site.dir + '/link')
for what, code, args, kw in (
        ('an unknown service', 100, ('smtp', at), {}),
        ('a relative directory', 100, ('imap', 'x'), {}),
        ('/ alone', 100, ('imap', '/'), {}),
        ('a directory that is there', 111, ('imap', site.dir + '/there'), {}),
        ('a link that leads nowhere', 111, ('imap', site.dir + '/link'), {}),
        ('a parent that is missing', 111, ('imap', at + '/y'), {}),
        ('an unknown account', 111, ('imap', at), {'account': 'no such'}),
        ('an account like an option', 111, ('imap', at), {'account': '-g'}),
        ('an unknown log account', 111, ('imap', at), {'log': ''}),
        ('root as account', 100 if ROOT else 111, ('imap', at),
         {'account': 'root'}),
        ('root for the log', 100 if ROOT else 111, ('imap', at),
         {'log': 'root'}),
        ('a host name', 100, ('imap', at), {'ip': 'localhost'}),
        ('a shell command for an address', 100, ('imap', at), {'ip': '`id`'}),
        ('a setting without =', 100, ('imap', at, 'FOO'), {}),
        ('a setting with a slash', 100, ('imap', at, '../run=x'), {}),
        ('a setting with a line end', 100, ('imap', at, 'A=b\nc'), {})):
    got, said = conf(args[0], *args[1:], **kw)
    checks.ok(got == code and 'roost-conf: fatal: ' in said, what,
              (got, said))
    checks.ok(not os.path.exists(at) and not os.listdir(site.dir + '/there'),
              what + ' leaves nothing')

# ------------------------------------------------------------- svscan

names = ['imap', 'pop3']
tls = []
if system.need('sslserver/sslserver', 'openssl'):
    checks.skip('imaps, pop3s', 'sslserver or openssl is not there')
else:
    cert, key = site.certificate()
    names += ['imaps', 'pop3s']
    tls = ['CERTCHAINFILE=' + cert, 'KEYFILE=' + key, 'SSL_UID=65533',
           'SSL_CHROOT=' + site.dir + '/empty']
for name in names:
    ports[name] = service(name, name, *(tls if name[-1] == 's' else ()))

st = os.stat(site.dir + '/imap/log/main')
checks.same((oct(st.st_mode & 0o7777), st.st_uid),
            ('0o750', 1 if ROOT else os.getuid()), 'log/main')
checks.same(oct(os.stat(site.dir + '/imap/env').st_mode & 0o7777), '0o700',
            'env may hold secrets')
if ROOT:
    checks.same(read(site.dir + '/imap/env/LOGIN_UID').strip(), '65534',
                'the talker has the ids of the account')

os.mkdir(site.dir + '/service')
for name in names:
    os.symlink('../' + name, site.dir + '/service/' + name)
scan = site.spawn(['svscan', site.dir + '/service'])
for name in names:
    checks.ok(wait_for(lambda: svstat(name)[0] and svstat(name + '/log')[0],
                       10), 'svstat: up', svstat(name))
    checks.ok(wait_for(lambda: works(name, ports[name]), 5, 0.2),
              name + ' works', site.logtext()
              + read('%s/%s/log/main/current' % (site.dir, name)))
    front = 'imap-login' if name[0] == 'i' else 'pop3-login'
    talk(ports[name], b'a LOGIN "f main" x\r\nb LOGOUT\r\n' if name[0] == 'i'
         else b'USER f main\r\nPASS x\r\nQUIT\r\n', name[-1] == 's')
    checks.ok(logged(name, 'main', r'^@[0-9a-f]{24} %s: login user=joe '
                     r'address=127\.0\.0\.1 ' % front),
              name + ': log/main has the login')
    checks.ok(logged(name, 'failures', r'^@[0-9a-f]{24} %s: failure '
                     r'user=f\\x20main address=127\.0\.0\.1 ' % front),
              name + ': log/failures has the failure')
    checks.ok(logged(name, 'failures', r' checkpassword-cdb: refused '),
              name + ': and why', read(site.dir + '/log'))
    both = [read('%s/%s/log/%s/current' % (site.dir, name, w))
            for w in ('main', 'failures')]
    checks.ok('f\\x20main' not in both[0].split('disconnect')[0]
              and ' login user=joe' not in both[1], 'nothing is in both', both)

# the talker of a session that has not logged in has the ids of the account
if ROOT:
    s = socket.create_connection(('127.0.0.1', ports['imap']))
    s.recv(100)
    pid = svstat('imap')[1]
    kids = read('/proc/%d/task/%d/children' % (pid, pid)).split()
    talkers = [read('/proc/%s/task/%s/children' % (k, k)).split()
               for k in kids]
    status = ''.join(read('/proc/%s/status' % t) for ts in talkers for t in ts)
    checks.ok('Uid:\t65534\t65534' in status, 'who the talker is', status)
    s.close()

# ------------------------------------------------------------- svc

c = idle(ports['imap'])
before = svstat('imap')
site.run('svc', '-t', site.dir + '/imap')
checks.ok(wait_for(lambda: svstat('imap')[0] and svstat('imap')[1]
                   != before[1], 10), 'svc -t: another process', before)
checks.ok(wait_for(lambda: works('imap', ports['imap']), 5, 0.1),
          'svc -t: it works')
checks.same(c.cmd('NOOP')[0], 'OK', 'svc -t: an open session goes on')
site.run('svc', '-d', site.dir + '/imap')
checks.ok(wait_for(lambda: not svstat('imap')[0], 10), 'svc -d: down',
          svstat('imap'))
checks.ok(refused(ports['imap']), 'svc -d: nobody listens')
checks.same(c.cmd('NOOP')[0], 'OK', 'svc -d: an open session goes on')
c.logout()
site.run('svc', '-u', site.dir + '/imap')
checks.ok(wait_for(lambda: works('imap', ports['imap']), 10, 0.1),
          'svc -u: it works again')
if tls:
    before = svstat('imaps')
    site.run('svc', '-t', site.dir + '/imaps')
    checks.ok(wait_for(lambda: works('imaps', ports['imaps'])
                       and svstat('imaps')[1] != before[1], 10, 0.1),
              'svc -t: imaps works', svstat('imaps'))
before = svstat('imap/log')
site.run('svc', '-t', site.dir + '/imap/log')
checks.ok(wait_for(lambda: svstat('imap/log')[1] not in (0, before[1]), 10),
          'svc -t: another multilog')
works('imap', ports['imap'])
n = read(site.dir + '/imap/log/main/current').count(': login ')
checks.ok(n >= 3, 'the log goes on', n)

# ------------------------------------------------------------- rules

site.write('imap/tcp', '127.0.0.1:deny\n:allow\n')
code, said = site.run('make', '-s', '-C', site.dir + '/imap')
checks.same((code, said), (0, ''), 'make of the rules')
checks.same(talk(ports['imap'], b''), b'', 'a rule denies')
site.write('imap/tcp', '127.:allow,LOGIN_PLAINTEXT="0"\n:deny\n')
# make goes by the time, and the two are of one second here
os.utime(site.dir + '/imap/tcp.cdb', (1, 1))
site.run('make', '-s', '-C', site.dir + '/imap')
checks.ok(b'LOGINDISABLED' in talk(ports['imap'], b'a LOGOUT\r\n'),
          'a rule sets a variable, at once')

# ------------------------------------------------------------- STARTTLS

if tls:
    ports['starttls'] = service('imap', 'starttls', *tls,
                                'SERVER=sslserver -n', 'UCSPITLS=1')
    p = site.spawn(['supervise', site.dir + '/starttls'])
    wait_for(lambda: not refused(ports['starttls']), 5)
    try:
        c = imaplib.IMAP4('127.0.0.1', ports['starttls'], 15)
        context = ssl.create_default_context(cafile=cert)
        context.check_hostname = False
        checks.same(c.starttls(context)[0], 'OK', 'STARTTLS')
        checks.same(c.login('joe', PASSWORD)[0], 'OK', 'a login after it')
        checks.same(c.select()[1], [b'4'], 'and the mail')
        c.logout()
    except (OSError, imaplib.IMAP4.error) as e:
        checks.ok(False, 'STARTTLS by "sslserver -n"', (e, site.logtext()))
    site.run('svc', '-dx', site.dir + '/starttls')
    checks.ok(wait_for(lambda: p.poll() is not None, 10), 'supervise ends')

# svscan first, or it starts them again
scan.send_signal(signal.SIGTERM)
scan.wait(5)
for name in names:
    site.run('svc', '-dx', site.dir + '/' + name, site.dir + '/' + name
             + '/log')
for name in names:
    checks.ok(wait_for(lambda: svstat(name)[3].endswith('not running\n') and
                       svstat(name + '/log')[3].endswith('not running\n'),
                       10), name + ' ends', svstat(name))

# ------------------------------------------------------------- runit, s6

if system.need('runsv', 'sv'):
    checks.skip('runit', 'it is not there')
else:
    port = service('pop3', 'runit')
    d = site.dir + '/runit'
    p = site.spawn(['runsv', d])
    checks.ok(wait_for(lambda: works('pop3', port), 10, 0.1),
              'works under runit', site.logtext())
    code, said = site.run('sv', 'status', d)
    checks.ok(re.match(r'run: .*; run: log: ', said), 'sv status', said)
    site.run('sv', '-w', '5', 'down', d)
    checks.ok(refused(port), 'sv down')
    site.run('sv', 'up', d)
    checks.ok(wait_for(lambda: works('pop3', port), 10, 0.1), 'sv up')
    checks.ok(logged('runit', 'main', ' pop3-login: login '), 'log of runit')
    p.send_signal(signal.SIGTERM)
    checks.ok(wait_for(lambda: p.poll() is not None, 10), 'runsv ends')

if system.need('s6-svscan', 's6-svstat', 's6-svc'):
    checks.skip('s6', 'it is not there')
else:
    port = service('pop3', 's6')
    os.mkdir(site.dir + '/scan')
    os.symlink('../s6', site.dir + '/scan/pop3')
    p = site.spawn(['s6-svscan', site.dir + '/scan'])
    checks.ok(wait_for(lambda: works('pop3', port), 10, 0.1),
              'works under s6', site.logtext())
    d = site.dir + '/scan/pop3'
    checks.ok(site.run('s6-svstat', d)[1].startswith('up '), 's6-svstat',
              site.run('s6-svstat', d))
    site.run('s6-svc', '-wD', '-T', '5000', '-d', d)
    checks.ok(refused(port), 's6-svc -d')
    site.run('s6-svc', '-u', d)
    checks.ok(wait_for(lambda: works('pop3', port), 10, 0.1), 's6-svc -u')
    checks.ok(logged('s6', 'main', ' pop3-login: login '), 'log of s6')
    p.send_signal(signal.SIGTERM)
    checks.ok(wait_for(lambda: p.poll() is not None, 10), 's6-svscan ends')
site.close()
checks.done()
