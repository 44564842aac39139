#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""mbsync and mutt over TLS by our own sslserver: IMAPS, and STARTTLS on the
plain port, where no password goes before it"""
import os
import subprocess

from common import PASSWORD, fixtures, run, start, Site

checks = start('tls', 'mbsync', 'mutt', 'openssl', 'sslserver/sslserver')
site = Site(LOGIN_PLAINTEXT='0')
cert, key = site.dir + '/cert.pem', site.dir + '/key.pem'
subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj',
                '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
                '-keyout', key, '-out', cert],
               check=True, stderr=subprocess.DEVNULL)
site.user('joe', PASSWORD, lambda p: fixtures.make('folders', p))


def sslserver(*options, **env):
    """imap-login and the rest behind sslserver; the port"""
    p = site.spawn(['sslserver', '-RHl0', '-1', *options, '127.0.0.1', '0',
                    'imap-login', 'checkpassword-cdb', 'imapd', 'Maildir'],
                   stdout=subprocess.PIPE,
                   env=dict(site.env, CERTFILE=cert, KEYFILE=key,
                            SSL_CHROOT=site.dir + '/empty', **env))
    return int(p.stdout.readline())


def mbsync(name, port, kind):
    local = site.dir + '/' + name
    os.mkdir(local)
    with open(local + '.rc', 'w') as f:
        f.write('''IMAPAccount a
Host localhost
Port %d
User joe
Pass "%s"
SSLType %s
CertificateFile %s

IMAPStore far
Account a

MaildirStore near
Path %s/
Inbox %s/INBOX
SubFolders Verbatim

Channel c
Far :far:
Near :near:
Patterns *
Create Near
SyncState *
''' % (port, PASSWORD.replace('\\', '\\\\').replace('"', '\\"'), kind, cert,
            local, local))
    for again in ('first', 'second'):
        code, out = run(['mbsync', '-V', '-c', local + '.rc', 'c'], site)
        checks.same(code, 0, '%s: mbsync, %s run' % (name, again))
        if code != 0:
            print(out)
    got = sum(len(n) for d, _, n in os.walk(local)
              if os.path.basename(d) in ('cur', 'new'))
    checks.ok(got > 3, name + ': mbsync has the mail', got)


def mutt(name, url, *settings):
    """copy the whole INBOX to a Maildir and leave"""
    out = site.dir + '/mutt-' + name
    rc = out + '.rc'
    with open(rc, 'w') as f:
        f.write('\n'.join(settings) + '''
set certificate_file=%s imap_pass='%s' mbox_type=Maildir header_cache=""
set confirmappend=no confirmcreate=no delete=no quit=yes move=no wait_key=no
set sleep_time=0 mark_old=no ssl_force_tls=yes folder=%s
''' % (cert, PASSWORD, site.dir))
    keys = '<tag-pattern>~A<enter><tag-prefix><copy-message>%s<enter>q' % out
    code, said = run(['script', '-qec',
                      "mutt -n -F %s -f %s -e 'push \"%s\"'"
                      % (rc, url, keys), '/dev/null'], site,
                     env=dict(site.env, HOME=site.dir, TERM='xterm'))
    checks.same(code, 0, name + ': mutt ends')
    got = sum(len(n) for d, _, n in os.walk(out)
              if os.path.basename(d) in ('cur', 'new'))
    if not checks.ok(got > 1, name + ': mutt has the mail', got):
        print(said[-2000:].replace('\x1b', '^['))


imaps = sslserver()
mbsync('imaps', imaps, 'IMAPS')
mutt('imaps', 'imaps://joe@localhost:%d/INBOX' % imaps)
starttls = sslserver('-n', UCSPITLS='1')
mbsync('starttls', starttls, 'STARTTLS')
mutt('starttls', 'imap://joe@localhost:%d/INBOX' % starttls,
     'set ssl_starttls=yes')
log = site.logtext()
checks.ok(log.count('tls=TLSv1.3') >= 4 or 'tls=TLS' in log,
          'the log names the version', log[-500:])
checks.ok('tls=no' not in log, 'no login without it')
checks.done()
