#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""The installed xinetd files, under xinetd on loopback ports"""
import os
import re
import signal

from common import (PASSWORD, ROOT, Installed, free_port, read, start, talk,
                    wait_for, works)

checks = start('xinetd', 'xinetd', 'envdir')
if not ROOT:
    checks.skip('all', 'the chain of xinetd starts as root')
    checks.done()
site = Installed()
log = site.dir + '/roost.log'
ports = {}
os.mkdir(site.dir + '/settings')
for name, value in site.env.items():
    site.write('settings/' + name, value + '\n')
for s, port in (('imap', '143'), ('pop3', '110')):
    ports[s] = free_port()
    text = site.sample('xinetd/roost-' + s, **{
        '= ' + port + '\n': '= %d\n\tbind\t\t= 127.0.0.1\n' % ports[s],
        '/var/log/roost.log': log,
        '/etc/roost/%s.env' % s: site.dir + '/settings'})
    site.write('roost-' + s, text)
script = site.share + '/xinetd/roost-xinetd'
site.write('xinetd.conf', 'defaults\n{\n}\ninclude %s/roost-imap\n'
           'include %s/roost-pop3\n' % (site.dir, site.dir))
# the script names the installed place, which is elsewhere here
with open(script) as f:
    text = f.read().replace(site.prefix + '/bin', site.bin)
with open(script, 'w') as f:
    f.write(text)
p = site.spawn(['xinetd', '-dontfork', '-filelog', site.dir + '/xinetd.log',
                '-pidfile', site.dir + '/pid', '-f',
                site.dir + '/xinetd.conf'])
for s in ports:
    checks.ok(wait_for(lambda: works(s, ports[s]), 10, 0.1), s + ' works',
              site.logtext() + read(site.dir + '/xinetd.log') + read(log))
    said = talk(ports[s], b'a LOGIN joe wrong\r\nb LOGOUT\r\n' if s == 'imap'
                else b'USER joe\r\nPASS wrong\r\nQUIT\r\n')
    checks.ok(said and b'-login: ' not in said and b'checkpassword' not in said
              and b'AUTH' in said, s + ': no line of the log goes to the '
              'client', said)
for pattern in (r'^imap-login: login user=joe address=127\.0\.0\.1 port=\d+ ',
                r'^pop3-login: failure user=joe address=127\.0\.0\.1 ',
                r'^checkpassword-cdb: refused user=joe address=127\.0\.0\.1 ',
                r'^imapd: end user=joe address=127\.0\.0\.1 .* reason=quit$',
                r'^pop3d: end user=joe address=127\.0\.0\.1 .* reason=quit$'):
    checks.ok(wait_for(lambda: re.search(pattern, read(log), re.M), 3),
              pattern, read(log))
checks.same(oct(os.stat(log).st_mode & 0o777), '0o600', 'mode of the log')
# a log that cannot be written: no service, and no word of it to the client
os.unlink(log)
os.mkdir(log)
said = talk(ports['imap'], b'a LOGIN joe %s\r\nb LOGOUT\r\n'
            % PASSWORD.encode())
checks.ok(b'roost' not in said.replace(b'Roost', b'')
          and b'sh:' not in said and b'annot' not in said,
          'a log that cannot be written is not told to the client', said)
p.send_signal(signal.SIGTERM)
checks.ok(wait_for(lambda: p.poll() is not None, 10), 'xinetd ends')
site.close()
checks.done()
