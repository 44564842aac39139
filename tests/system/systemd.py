#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""The installed systemd units. There need not be a systemd that runs: its
socket activation is done by systemd-socket-activate, with the ExecStart and
the variables of the unit; its capabilities by setpriv; and the system calls
that the chain makes are held against what the unit lets through."""
import os
import re

from common import (PASSWORD, ROOT, Imap, Installed, free_port, read, start,
                    talk, wait_for, works)
import system

checks = start('systemd', 'systemd-socket-activate', 'systemd-analyze')
site = Installed()
home = site.prefix


def unit(name):
    """{key: [values]} of an installed unit, sections as one"""
    out = {}
    text = site.sample('systemd/' + name).replace('\\\n', ' ')
    for line in text.split('\n'):
        key, eq, value = line.partition('=')
        if eq and line[0] not in '#;[':
            out.setdefault(key, []).append(value)
    return out


def verify():
    """systemd's own reading of the units, as they are installed"""
    d = site.dir + '/units'
    os.mkdir(d)
    for name in os.listdir(site.share + '/systemd'):
        text = site.sample('systemd/' + name)
        site.write('units/' + name, re.sub('Documentation=.*\n', '', text))
    for name in sorted(os.listdir(d)):
        if 's.service' in name and system.need('sslserver/sslserver'):
            continue
        code, said = site.run('systemd-analyze', 'verify', '--man=no',
                              d + '/' + name)
        ours = '\n'.join(x for x in said.split('\n') if 'roost' in x)
        checks.same(ours, '', 'systemd-analyze verify ' + name)


def activate(service, *wrap):
    """the port of a service under systemd-socket-activate"""
    u, port = unit('roost-%s@.service' % service), free_port()
    # what a unit of the administrator would add
    settings = dict(site.env)
    for v in u['Environment']:
        name, _, value = v.partition('=')
        settings[name] = value + ':/usr/sbin:/sbin'
    args = ['-E%s=%s' % x for x in settings.items()]
    site.spawn(['systemd-socket-activate', '--accept', '--inetd',
                '--listen=127.0.0.1:%d' % port, *args, '--', *wrap,
                *u['ExecStart'][0].split()])
    wait_for(lambda: 'Listening on 127.0.0.1:%d' % port in site.logtext(), 5)
    return port


def server(service, *wrap):
    """the port of a unit that is a server of its own"""
    u, port = unit('roost-%s.service' % service), free_port()
    env = dict(site.env, SSL_CHROOT=site.dir + '/empty')
    for v in ' '.join(u['Environment']).split():
        name, _, value = v.partition('=')
        env.setdefault(name, value)
    env['CERTCHAINFILE'], env['KEYFILE'] = site.certificate()
    args = u['ExecStart'][0].replace(' 0 %s ' % service,
                                     ' 127.0.0.1 %d ' % port).split()
    site.spawn([*wrap, *args], env=env)
    return port


def fence(u):
    """setpriv with the unit's capabilities and NoNewPrivileges"""
    caps = [c.lower().replace('cap_', '+')
            for c in u['CapabilityBoundingSet'][0].split()]
    checks.same(u['NoNewPrivileges'], ['yes'], 'NoNewPrivileges')
    return ['setpriv', '--bounding-set=-all,' + ','.join(caps),
            '--inh-caps=-all', '--no-new-privs']


def allowed(u):
    """the system calls that SystemCallFilter lets through"""
    code, said = site.run('systemd-analyze', 'syscall-filter')
    sets, name = {}, ''
    for line in said.split('\n'):
        if line.startswith('@'):
            name = line.split()[0]
            sets[name] = []
        elif line.startswith('    ') and not line.strip().startswith('#'):
            sets[name].append(line.strip())
    todo, out = ' '.join(u['SystemCallFilter']).split() + ['@default'], set()
    while todo:
        word = todo.pop()
        if word in sets:
            todo += sets.pop(word)
        else:
            out.add(word)
    return out


def calls(path):
    """[(call, whole line)] of what strace -f wrote"""
    return [(m[1], m[0]) for m in re.finditer(
        r'^(?:\d+ +)?(?:\d+\.\d+ )?([a-z_0-9]+)\(.*$', read(path), re.M)]


def attempt(port, service):
    """log in, wrongly and rightly"""
    talk(port, b'a LOGIN joe wrong\r\nb LOGOUT\r\n' if service[0] == 'i'
         else b'USER joe\r\nPASS wrong\r\nQUIT\r\n', service[-1] == 's')
    return wait_for(lambda: works(service, port), 5, 0.2)


verify()
for s, n in (('imap', '143'), ('pop3', '110')):
    u = unit('roost-%s.socket' % s)
    checks.same((u['ListenStream'], u['Accept']), ([n], ['yes']), s)
    port = activate(s)
    checks.ok(wait_for(lambda: works(s, port), 5, 0.1), s + ' works',
              site.logtext())
    checks.ok(site.logged(r'^%s-login: login user=joe address=127\.0\.0\.1 '
                          r'port=\d+ ' % s),
              s + ': the address is known', site.logtext())

if not ROOT:
    checks.skip('the fence', 'only root can put one up')
elif system.need('setpriv', 'strace'):
    checks.skip('the fence', 'setpriv or strace is not there')
else:
    services = ['imap', 'pop3']
    if system.need('sslserver/sslserver', 'openssl'):
        checks.skip('imaps, pop3s', 'sslserver or openssl is not there')
    else:
        services += ['imaps', 'pop3s']
    for s in services:
        u = unit('roost-%s.service' % s if s[-1] == 's'
                 else 'roost-%s@.service' % s)
        begin = server if s[-1] == 's' else activate
        port = begin(s, *fence(u))
        checks.ok(attempt(port, s), s + ' works with the capabilities of the '
                  'unit', site.logtext())
        trace = '%s/trace.%s' % (site.dir, s)
        port = begin(s, *fence(u), 'strace', '-f', '-qq', '-A', '-o', trace)
        checks.ok(attempt(port, s), s + ' works under strace', site.logtext())
        may = allowed(u)
        checks.ok(len(may) > 200, 'the filter was read', len(may))
        made = wait_for(lambda: 'exit_group' in read(trace)
                        and calls(trace), 5)
        checks.ok(len(made) > 200, 'the trace was read', len(made))
        refused = sorted({c for c, _ in made} - may
                         - {'arch_prctl', 'strace'})
        checks.same(refused, [], s + ': calls that the unit refuses')
        families = set(re.findall(r'\bsocket(?:pair)?\((AF_\w+)',
                                  read(trace)))
        checks.ok(families <= set(u['RestrictAddressFamilies'][0].split()),
                  s + ': address families', families)
        checks.ok(not re.search(r'PROT_WRITE\|PROT_EXEC', read(trace)),
                  s + ': MemoryDenyWriteExecute')
    # the monitor may end what runs as somebody else: CAP_KILL
    port = activate('imap', *fence(unit('roost-imap@.service')))
    before = site.logtext().count('imap-login: login ')
    c = Imap(port=port, timeout=10)
    c.must('LOGIN joe ' + PASSWORD)
    def logins():
        return re.findall(r'^imap-login: login .* pid=(\d+)$',
                          site.logtext(), re.M)
    wait_for(lambda: len(logins()) > before, 5)
    pid = int(logins()[-1])
    monitor = int(re.search(r'PPid:\t(\d+)', read('/proc/%d/status' % pid))[1])
    checks.ok('imap-login' in read('/proc/%d/cmdline' % monitor),
              'the monitor is the parent')
    os.kill(monitor, 15)
    try:
        said = c.response()
    except OSError:
        said = b''
    checks.ok(said.startswith(b'* BYE'),
              'SIGTERM to the monitor ends the session with a BYE')
    c.close()
site.close()
checks.done()
