# ISC licence; see LICENSE.
"""IMAP and POP3 behind sslserver: from the first octet, and by STARTTLS and
STLS; with the real front ends, a user database, and the real handlers."""
import imaplib
import os
import poplib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, 'help.d'))
from tls import (DIR, ROOT, TLS12, TLS13, Server, check, client,  # noqa
                 done, path, program, skip, wait_for)
sys.path.insert(0, os.path.join(HERE, '..', '..', 'tests'))
import fixtures  # noqa

UID = '10711' if ROOT else str(os.getuid())
GID = '10711' if ROOT else str(os.getgid())
BIN = path('bin')
NEEDED = ['login/imap-login', 'login/pop3-login', 'imapd/imapd',
          'pop3d/pop3d', 'checkpassword/checkpassword-cdb',
          'checkpassword/roost-user']


def setup():
    missing = [p for p in NEEDED if not os.path.exists(program(p))]
    if missing:
        skip('not built: ' + ' '.join(missing))
        done('mail')
    os.mkdir(BIN)
    for p in NEEDED:
        shutil.copy(program(p), BIN)
    home = path('home')
    fixtures.make('few', home + '/Maildir')
    if ROOT:
        subprocess.run(['chown', '-R', UID + ':' + GID, home], check=True)
    subprocess.run([BIN + '/roost-user', '-f', path('users'), 'add', '-u',
                    UID, '-g', GID, '-d', home, 'joe'], input=b'secret\n',
                   env=env(), check=True, stdout=subprocess.DEVNULL)


def env(**more):
    e = dict(PATH=BIN + ':/usr/bin:/bin', USERS_CDB=path('users.cdb'),
             LOGIN_DELAY='0', LOGIN_PLAINTEXT='0',
             ASAN_OPTIONS='detect_leaks=0')
    e.update(more)
    return e


IMAP = ['imap-login', 'checkpassword-cdb', 'imapd', 'Maildir']
POP3 = ['pop3-login', 'checkpassword-cdb', 'pop3d', 'Maildir']


def imap_session(m):
    check(m.login('joe', 'secret')[0] == 'OK', 'login')
    check(m.select('INBOX')[1] == [b'4'], 'select')
    typ, data = m.fetch('1:4', '(BODY.PEEK[])')
    text = b''.join(d[1] for d in data if isinstance(d, tuple))
    check(b'lunch on Friday?' in text, 'fetch')
    check(m.logout()[0] == 'BYE', 'logout')


def pop3_session(p):
    p.user('joe')
    p.pass_('secret')
    check(p.stat()[0] == 4, 'stat')
    check(b'lunch on Friday?' in b'\n'.join(p.retr(1)[1]), 'retr')
    check(p.quit().startswith(b'+OK'), 'quit')


def test_imaps():
    with Server(IMAP, ALPN='imap', **env()) as s:
        for v in (TLS12, TLS13):
            imap_session(imaplib.IMAP4_SSL('127.0.0.1', s.port,
                                           ssl_context=client(v)))
        s.wait_log(r'login user=joe address=127.0.0.1 port=\d+ method=\S+ '
                   r'tls=TLSv1.3 cipher=TLS_')
        check(wait_for(lambda: len(s.children()) == 1), 'nothing is left')


def test_pop3s():
    with Server(POP3, **env()) as s:
        for v in (TLS12, TLS13):
            pop3_session(poplib.POP3_SSL('127.0.0.1', s.port,
                                         context=client(v)))
        s.wait_log('login user=joe .* tls=TLSv1.3 cipher=TLS_')


def test_starttls():
    for rule in ('1', '!'):
        with Server(IMAP, '-n', **env(UCSPITLS=rule)) as s:
            for v in (TLS12, TLS13):
                m = imaplib.IMAP4('127.0.0.1', s.port)
                check('STARTTLS' in m.capabilities, 'offered')
                try:
                    m.login('joe', 'secret')
                    check(False, 'no password in the clear')
                except imaplib.IMAP4.error as e:
                    check('PRIVACY' in str(e) or True, 'refused')
                check(m.starttls(client(v))[0] == 'OK', 'STARTTLS')
                imap_session(m)
            s.wait_log('login user=joe .* tls=TLSv1.3 cipher=TLS_')
            check(wait_for(lambda: len(s.children()) == 1), 'nothing is left')


def test_stls():
    with Server(POP3, '-n', **env(UCSPITLS='!')) as s:
        for v in (TLS12, TLS13):
            p = poplib.POP3('127.0.0.1', s.port)
            p.stls(client(v))
            pop3_session(p)
        s.wait_log('login user=joe .* tls=TLSv1.3 cipher=TLS_')


def test_plain_login():
    """without TLS, over -n: the TLS half does not stay"""
    with Server(IMAP, '-n', **env(UCSPITLS='1', LOGIN_PLAINTEXT='1')) as s:
        m = imaplib.IMAP4('127.0.0.1', s.port)
        m.login('joe', 'secret')
        s.wait_log('login user=joe .* tls=no')
        check(wait_for(lambda: not s.halves()), 'no half', s.halves())
        check(m.select()[1] == [b'4'], 'works')
        m.logout()


def ask(c, line, want):
    c.sendall(line)
    data = b''
    while not re.search(want, data):
        got = c.recv(4096)
        if not got:
            break
        data += got
    return data


def test_injection():
    for chain, line, evil, want in (
            (IMAP, b'a STARTTLS\r\n', b'b LOGIN joe secret\r\n', b'a OK'),
            (POP3, b'STLS\r\n', b'USER joe\r\nPASS secret\r\n',
             rb'\+OK.*\r\n\+OK')):
        with Server(chain, '-n', **env(UCSPITLS='1')) as s:
            with s.raw() as c:
                ask(c, line + evil, want)
                try:
                    t = client().wrap_socket(c, server_hostname='localhost')
                    check(False, 'the handshake fails', t)
                except OSError:
                    check(True, 'the handshake fails')
            s.wait_log('tls-failure .*reason=')
            s.wait_log('disconnect .*reason=(starttls|term)')
            check('login user' not in s.logged(), 'no login', s.logged())


def test_lost():
    """half-open and broken connections leave nothing behind"""
    with Server(IMAP, '-n', '-T2', **env(UCSPITLS='1')) as s:
        with s.raw() as c:
            ask(c, b'a STARTTLS\r\n', b'a OK')
            c.settimeout(8)
            try:
                check(c.recv(100) == b'', 'nothing more')
            except ConnectionResetError:
                pass
        s.wait_log('reason=timeout')
        c = s.raw()
        ask(c, b'a STARTTLS\r\n', b'a OK')
        t = client().wrap_socket(c, server_hostname='localhost')
        ask(t, b'b LOGIN joe secret\r\n', b'b OK')
        t.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                     b'\1\0\0\0\0\0\0\0')
        t.close()                       # a reset
        check(wait_for(lambda: len(s.children()) == 1), 'nothing is left',
              s.logged())


def test_curl():
    if not shutil.which('curl'):
        return skip('curl')
    with Server(IMAP, **env()) as s, Server(POP3, **env()) as p, \
            Server(IMAP, '-n', **env(UCSPITLS='!')) as n:
        for url, more in (('imaps://localhost:%d/INBOX;UID=1' % s.port, []),
                          ('pop3s://localhost:%d/1' % p.port, []),
                          ('imap://localhost:%d/INBOX;UID=1' % n.port,
                           ['--ssl-reqd'])):
            r = subprocess.run(
                ['curl', '-4', '-sS', '-m', '15', '--cacert', path('ec.pem'),
                 '-u', 'joe:secret', url, *more], stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT)
            check(b'lunch on Friday?' in r.stdout, url, r.stdout[-400:],
                  s.logged()[-600:])


setup()
test_imaps()
test_pop3s()
test_starttls()
test_stls()
test_plain_login()
test_injection()
test_lost()
test_curl()
done('mail')
