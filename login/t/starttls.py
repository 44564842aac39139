# ISC licence; see LICENSE.
"""STARTTLS and STLS by UCSPI-TLS, against a server of our own."""
import os
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'fake'))
from front import check, done  # noqa: E402
from ucspitls import Lines, Server  # noqa: E402

FAR = dict(TCPREMOTEIP='192.0.2.1')


def begin(server, word):
    c = Lines(server.client)
    greeting = c.expect(r'(\* OK|\+OK) ', 'greeting')
    if word:
        check('STARTTLS LOGINDISABLED]' in greeting, 'offered', greeting)
    return c


def test_imap(pipes):
    with Server('imap-login', pipes, **FAR) as s:
        c = begin(s, 'STARTTLS')
        c.ask('a ID ("name" "in the clear")', r'\* ID')
        c.expect('a OK', 'ID')
        c.ask('a LOGIN joe secret', r'a NO \[PRIVACYREQUIRED\]')
        c.ask('b STARTTLS x', 'b BAD')
        c.ask('b STARTTLS', 'b OK')
        c.start_tls()
        check(s.started == b'Y', 'asked by Y', s.started)
        c.send('c CAPABILITY\r\n')
        line = c.expect(r'\* CAPABILITY ', 'no second greeting')
        check('STARTTLS' not in line and 'AUTH=PLAIN' in line,
              'capabilities over TLS', line)
        c.expect('c OK', 'capability')
        c.ask('d STARTTLS', 'd BAD', 'once is enough')
        c.ask('d LOGIN joe wrong', r'd NO \[AUTHENTICATIONFAILED\]')
        c.send('e LOGIN joe secret\r\nhello\r\n')
        c.expect('e OK you are joe', 'login')
        c.expect(r"LINE b'hello\\r\\n'", 'the next line is there')
        c.ask('ENV SSL_PROTOCOL', r"ENV 'TLSv1\.[23]'")
        c.ask('ENV SSL_CIPHER', r"ENV '[A-Z0-9_-]+'")
        c.ask('ENV ROOST_IMAP_ID', 'ENV None', 'what was said in the clear')
        for name in ('UCSPITLS', 'SSLCTLFD', 'SSLREADFD', 'SSLWRITEFD'):
            c.ask('ENV ' + name, 'ENV None')
        c.send('FDS\r\n')
        fds = set(eval(c.line()[4:]))
        check(not fds & set(s.fds) and fds <= {0, 1, 2, 3, 4},
              'no raw copies', fds)
        s.wait_log(r'login user=joe address=192.0.2.1 port=4711 method=LOGIN '
                   r'tls=TLSv1\.[23] cipher=[A-Z0-9_-]+ pid', 'logged')
        c.send('EXIT 0\r\n')
        c.closed('the end')


def test_pop3(pipes):
    with Server('pop3-login', pipes, **FAR) as s:
        c = begin(s, None)
        c.send('CAPA\r\n')
        lines = c.until('.')
        check('STLS' in lines and 'USER' not in lines, 'CAPA', lines)
        c.ask('USER joe', '-ERR')
        c.ask('LANG en', r'\+OK')
        c.ask('STLS', r'\+OK')
        c.start_tls()
        c.send('CAPA\r\n')
        lines = c.until('.')
        check('STLS' not in lines and 'USER' in lines, 'CAPA over TLS', lines)
        c.ask('STLS', '-ERR')
        c.ask('USER joe', r'\+OK')
        c.ask('PASS secret', r'\+OK you are joe')
        c.ask('ENV ROOST_POP3_LANG', 'ENV None', 'what was said in the clear')
    with Server('pop3-login', pipes, **FAR) as s:
        c = begin(s, None)
        c.ask('UTF8', r'\+OK')
        c.ask('STLS', '-ERR not after UTF8')


def test_injection(pipes):
    """RFC 9051 section 6.2.1: what is behind STARTTLS is no command"""
    for name, start, evil in (
            ('imap-login', 'a STARTTLS\r\n', 'b LOGIN joe secret\r\n'),
            ('pop3-login', 'STLS\r\n', 'USER joe\r\nPASS secret\r\n')):
        with Server(name, pipes, **FAR) as s:
            c = begin(s, None)
            c.send(start + evil)
            c.until('a OK' if 'imap' in name else '+OK')
            try:
                c.start_tls()
                check(False, 'the handshake fails')
            except OSError:
                check(True, 'the handshake fails')
            s.proc.wait(10)
            log = s.logged()
            check('joe' not in log and ' login ' not in log, 'injected', log)
            check('disconnect' in log, 'the end is logged', log)


def test_failures():
    for fail in ('close', 'kill'):
        with Server('imap-login', fail=fail, **FAR) as s:
            c = begin(s, 'STARTTLS')
            c.ask('a STARTTLS', 'a OK')
            s.proc.wait(10)
            check('disconnect' in s.logged(), fail, s.logged())
    with Server('imap-login', **FAR) as s:
        c = begin(s, 'STARTTLS')
        c.ask('a STARTTLS', 'a OK')
        c.send('this is no ClientHello\r\n' * 10)
        s.proc.wait(10)
        check('disconnect' in s.logged(), 'garbage', s.logged())
    with Server('imap-login', LOGIN_TIMEOUT='1', **FAR) as s:
        c = begin(s, 'STARTTLS')
        c.ask('a STARTTLS', 'a OK')
        s.proc.wait(10)
        check('reason=starttls' in s.logged(), 'a client that says nothing',
              s.logged())


def test_answers():
    long = 'SSL_' + 'X' * 60
    good = '{}SSL_A=1=2\0SSL_GONE\0' + long + '=5\0'
    bad = ('PATH=/evil\0LD_PRELOAD=x\0SSL_CERT_FILE=/evil\0SSL_CERT_DIR\0'
           'SSL_lower=1\0SSL_=1\0ROOST_SIGN_FD=1\0SSL_UID=0\0=x\0x\0'
           + long + 'Y=1\0')
    with Server('imap-login', answer=bad + good + bad + '\0',
                SSL_GONE='here', **FAR) as s:
        c = begin(s, 'STARTTLS')
        c.ask('a STARTTLS', 'a OK')
        c.start_tls()
        c.ask('b LOGIN joe secret', 'b OK')
        c.ask('ENV SSL_A', "ENV '1=2'")
        c.ask('ENV SSL_GONE', 'ENV None', 'an entry without = unsets')
        c.ask('ENV ' + long, "ENV '5'", 'the longest name')
        c.ask('ENV ' + long + 'Y', 'ENV None', 'too long a name')
        c.ask('ENV SSL_CERT_FILE', "ENV 'theirs'")
        for name in ('LD_PRELOAD', 'SSL_lower', 'SSL_', 'SSL_UID'):
            c.ask('ENV ' + name, 'ENV None')
        c.send('ENV PATH\r\n')
        check('evil' not in c.line(), 'PATH is ours')
        s.wait_log('starttls-ignored variables=22\n', 'logged')
    with Server('imap-login', answer='\0\0', **FAR) as s:
        c = begin(s, 'STARTTLS')
        c.ask('a STARTTLS', 'a OK')
        c.start_tls()
        c.ask('b LOGIN joe secret', 'b OK', 'an empty answer')
        s.wait_log('login user=joe .* tls=yes', 'logged')
    with Server('imap-login', answer='{}' + 'SSL_A=x\0' * 20000, **FAR) as s:
        c = begin(s, 'STARTTLS')
        c.ask('a STARTTLS', 'a OK')
        c.start_tls()
        s.proc.wait(10)
        check('reason=starttls' in s.logged(), 'an answer without end',
              s.logged())
    with Server('imap-login', answer='{}' + ''.join(
            'SSL_N%d=%d\0' % (n, n) for n in range(300)) + '\0', **FAR) as s:
        c = begin(s, 'STARTTLS')
        c.ask('a STARTTLS', 'a OK')
        c.start_tls()
        c.ask('b LOGIN joe secret', 'b OK')
        c.ask('ENV SSL_N253', "ENV '253'")
        c.ask('ENV SSL_N254', 'ENV None', 'too many variables')


def test_offer():
    cases = [('1', {}, True), ('yes', {}, True), ('!', {}, True),
             ('-', {}, False), (None, {}, False), ('', {}, False),
             ('1', dict(SSLCTLFD=None), False),
             ('1', dict(SSLREADFD=None), False),
             ('1', dict(SSL_PROTOCOL='TLSv1.3'), False)]
    for value, env, offered in cases:
        with Server('imap-login', UCSPITLS=value, **env) as s:
            c = Lines(s.client)
            line = c.line()
            check(('STARTTLS' in line) == offered, 'offered', value, env, line)
            check(('LOGINDISABLED' in line) == (value == '!'), 'required',
                  value, env, line)
            if value != '!':
                c.ask('a LOGIN joe secret', 'a OK', 'loopback')
                c.send('FDS\r\n')
                fds = set(eval(c.line()[4:]))
                named = [fd for fd, name in zip(s.fds, (
                    'SSLCTLFD', 'SSLREADFD', 'SSLWRITEFD')) if name not in env]
                check(not fds & set(named), 'descriptors', value, env, fds)
                for name in ('UCSPITLS', 'SSLCTLFD', 'SSLREADFD'):
                    c.ask('ENV ' + name, 'ENV None')


for way in (False, True):
    test_imap(way)
    test_pop3(way)
    test_injection(way)
test_failures()
test_answers()
test_offer()
done('starttls')
