# ISC licence; see LICENSE.
"""pop3-login as a client sees it: each command well and badly used."""
import base64
import hashlib
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'fake'))
from front import Front, check, done  # noqa: E402


def b64(text):
    return base64.b64encode(text.encode('latin-1')).decode()


GOOD = b64('\0joe\0secret')
AUTH = r'-ERR \[AUTH\] '


def start(how='socket', **env):
    f = Front('pop3-login', how, **env)
    f.greeting = f.expect(r'\+OK ', 'greeting')
    return f


def capa(f):
    f.send('CAPA\r\n')
    return f.until('.')


def test_commands(how):
    with start(how) as f:
        check('<' not in f.greeting, 'no APOP unless asked for', f.greeting)
        lines = capa(f)
        for word in ('TOP', 'UIDL', 'USER', 'SASL PLAIN LOGIN', 'RESP-CODES',
                     'AUTH-RESP-CODE', 'PIPELINING', 'UTF8', 'LANG'):
            check(word in lines, 'CAPA has ' + word, lines)
        check('STLS' not in lines, 'CAPA has no STLS')
        check(lines[0].startswith('+OK'), 'CAPA answer')
        f.ask('capa x', '-ERR this command has no argument')
        f.ask('STAT', '-ERR log in first')
        f.ask('NOOP', '-ERR log in first')
        f.ask('FROB', '-ERR unknown command')
        f.ask('', '-ERR unknown command')
        f.ask('STLS', '-ERR TLS cannot')
        f.ask('APOP joe ' + '0' * 32, '-ERR there is no APOP')
        f.ask('NOOP\0', '-ERR NUL')
        f.ask('X' * 20000, '-ERR command too long')
        f.ask('QUIT ', r'\+OK', 'QUIT with a space')
        f.closed('after QUIT')


def test_login(how):
    forms = ['USER joe\r\nPASS secret', 'user joe\r\npass secret',
             'AUTH PLAIN ' + GOOD, 'AUTH plain\r\n' + GOOD,
             'AUTH LOGIN\r\n%s\r\n%s' % (b64('joe'), b64('secret')),
             'AUTH LOGIN %s\r\n%s' % (b64('joe'), b64('secret'))]
    for form in forms:
        with start(how) as f:
            f.send(form + '\r\nSTAT\r\nENV IMAPLOGINTAG\r\n')
            lines = f.until('+OK you are')
            check(lines[-1] == '+OK you are joe', form, lines)
            f.expect(r"LINE b'STAT\\r\\n'", form + ': the next line is there')
            f.expect('ENV None', form)
    with start(how, LOGIN_ATTEMPTS='100') as f:
        f.ask('PASS secret', '-ERR USER comes first')
        f.ask('USER', '-ERR argument missing')
        f.ask('USER ', '-ERR USER needs a name')
        f.ask('USER ' + 'u' * 1025, '-ERR that is too long')
        f.ask('USER joe', r'\+OK')
        f.ask('PASS wrong', AUTH)
        f.ask('PASS secret', '-ERR USER comes first', 'a name serves once')
        f.ask('USER joe', r'\+OK')
        f.ask('PASS', '-ERR argument missing')
        f.ask('PASS ', AUTH, 'empty password')
        f.ask('USER joe', r'\+OK')
        f.ask('PASS exit111', r'-ERR \[SYS/TEMP\]')
        f.ask('USER sam', r'\+OK')
        f.ask('USER joe', r'\+OK', 'the last USER counts')
        f.ask('PASS secret', r'\+OK you are joe')


def test_auth(how):
    with start(how, LOGIN_ATTEMPTS='100') as f:
        f.send('AUTH\r\n')
        check(f.until('.')[1:] == ['PLAIN', 'LOGIN', '.'], 'AUTH lists')
        f.ask('AUTH PLAIN', r'\+ $')
        f.ask('*', '-ERR cancelled')
        f.ask('AUTH FOO', '-ERR no such mechanism')
        f.ask('AUTH PLAIN =', '-ERR')
        f.ask('AUTH PLAIN =AAA', '-ERR that is not base64')
        f.ask('AUTH PLAIN AAA=BBBB', '-ERR that is not base64')
        f.ask('AUTH PLAIN ' + GOOD + ' x', '-ERR that is not base64')
        f.ask('AUTH PLAIN ' + b64('sam\0joe\0secret'), '-ERR nobody may')
        f.ask('AUTH PLAIN ' + b64('\0joe\0wrong'), AUTH)
        f.ask('AUTH PLAIN', r'\+ $')
        f.ask(b64('\0joe\0' + 'p' * 900), AUTH, 'a long response')
        f.ask('AUTH PLAIN', r'\+ $')
        f.ask('A' * 20000, '-ERR that is too long')
        f.ask('QUIT', r'\+OK')


def test_modes(how):
    with start(how) as f:
        f.send('LANG\r\n')
        check(f.until('.')[1:] == ['en English', '.'], 'LANG lists')
        f.ask('LANG de', '-ERR')
        f.ask('LANG entish', '-ERR')
        f.ask('LANG en-US', r'\+OK en ')
        f.ask('LANG *', r'\+OK en ')
        f.ask('UTF8', r'\+OK')
        f.ask('UTF8 x', '-ERR')
        f.send('USER joe\r\nPASS secret\r\nENV ROOST_POP3_UTF8\r\n'
               'ENV ROOST_POP3_LANG\r\n')
        f.until('+OK you')
        f.expect("ENV '1'", 'UTF8 is handed on')
        f.expect("ENV 'en'", 'LANG is handed on')
    with start(how, ROOST_POP3_UTF8='1', ROOST_POP3_LANG='xx') as f:
        f.send('USER joe\r\nPASS secret\r\nENV ROOST_POP3_UTF8\r\n'
               'ENV ROOST_POP3_LANG\r\n')
        f.until('+OK you')
        f.expect('ENV None', 'only what the client said')
        f.expect('ENV None', 'only what the client said')


def test_apop(how):
    with tempfile.TemporaryDirectory() as d:
        seen = os.path.join(d, 'seen')
        with start(how, LOGIN_APOP='1', FAKE_SEEN=seen, LOGIN_ATTEMPTS='100',
                   TCPLOCALHOST='bad<host>') as f:
            stamp = re.search(r'<\d+\.\d+\.[0-9a-f]{16}@[A-Za-z0-9.-]+>$',
                              f.greeting)
            check(stamp, 'a stamp in the greeting', f.greeting)
            stamp = stamp.group()
            good = hashlib.md5((stamp + 'secret').encode()).hexdigest()
            f.ask('APOP joe', '-ERR APOP needs')
            f.ask('APOP joe ' + good.upper(), '-ERR APOP needs')
            f.ask('APOP joe ' + good + '0', '-ERR APOP needs')
            f.ask('APOP joe ' + '0' * 32, AUTH)
            f.ask('APOP joe blow ' + good, r'\+OK you are joe blow')
        with open(seen) as file:
            got = eval(file.read().splitlines()[-1])
        check(got['data'] == ('joe blow\0%s\0%s\0' % (good, stamp)).encode(),
              'the data', got['data'])
    with start(how, LOGIN_APOP='1', TCPREMOTEIP='192.0.2.1',
               TCPLOCALHOST='mail.example.org') as f:
        check(f.greeting.endswith('@mail.example.org>'), 'host', f.greeting)
        stamp = f.greeting.split(' ')[-1]
        good = hashlib.md5((stamp + 'secret').encode()).hexdigest()
        f.ask('APOP joe ' + good, r'\+OK you are joe', 'APOP needs no TLS')
    with start(how, LOGIN_APOP='1', UCSPITLS='!') as f:
        check('<' not in f.greeting, 'no APOP where TLS must come first')


def test_plain(how):
    with start(how, TCPREMOTEIP='192.0.2.1', LOGIN_ATTEMPTS='100') as f:
        lines = capa(f)
        check(not [x for x in lines if x.startswith(('USER', 'SASL'))],
              'CAPA has no way in', lines)
        f.ask('USER joe', '-ERR logging in needs TLS')
        f.ask('PASS secret', '-ERR logging in needs TLS')
        f.ask('AUTH PLAIN ' + GOOD, '-ERR logging in needs TLS')
        f.ask('AUTH PLAIN', '-ERR logging in needs TLS')
        f.send('AUTH\r\n')
        check(f.until('.')[1:] == ['.'], 'AUTH lists nothing')
        check('secret' not in f.logged() and 'joe' not in f.logged(),
              'nothing of it in the log', f.logged())


for way in ('socket', 'pipes'):
    test_commands(way)
    test_login(way)
    test_auth(way)
    test_modes(way)
    test_apop(way)
    test_plain(way)
done('pop3_login')
