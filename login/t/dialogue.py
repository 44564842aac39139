# ISC licence; see LICENSE.
"""The front ends' side of roost-sasl(7): what they send to an authenticator,
and what they make of one that says what it should not."""
import base64
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'fake'))
from front import HERE, HANDLER, AUTH, Front, check, done  # noqa: E402

seen = tempfile.mktemp(prefix='roost-dialogue.')
MECH = 'SCRAM-SHA-256 SCRAM-SHA-256-PLUS OAUTHBEARER EXTERNAL PLAIN CRAM-MD5'
NO = r'NO \[AUTHENTICATIONFAILED\]'
LATER = r'NO \[UNAVAILABLE\]'


def b64(text):
    return base64.b64encode(text.encode('latin-1')).decode() or '='


def start(program='imap-login', auth='dialogue', **env):
    open(seen, 'w').close()
    env.setdefault('LOGIN_MECHANISMS', MECH)
    env.setdefault('LOGIN_ATTEMPTS', '100')
    f = Front(program, 'socket', FAKE_SEEN=seen,
              chain=[os.path.join(HERE, auth), HANDLER], **env)
    f.line()
    return f


def what_came():
    with open(seen) as f:
        return [eval(line) for line in f]


def test_good():
    with start() as f:
        f.ask('a AUTHENTICATE SCRAM-SHA-256 '
              + b64('user=joe ask=one ask= user=Joe good=joe'), r'\+ b25l$')
        f.ask(b64('answer'), r'\+ $')
        f.send('\r\nhello\r\nENV ROOST_SASL_FD\r\n')
        f.expect('a OK you are joe', 'logged in')
        f.expect(r"LINE b'hello", 'the next line belongs to the handler')
        f.expect('ENV None', 'the variable does not')
        f.wait_log('login user=Joe .*method=SASL-SCRAM-SHA-256', 'the log')
        check(what_came() == [
            [b'', [b'auth SCRAM-SHA-256\n',
                   b'initial ' + b64('user=joe ask=one ask= user=Joe good=joe'
                                     ).encode() + b'\n', b'begin\n']],
            b'response YW5zd2Vy\n', b'response \n'], 'what came', what_came())
    with start() as f:              # without an initial response
        f.ask('a AUTHENTICATE OAUTHBEARER', r'\+ $')
        f.ask(b64('user=joe good=joe'), 'a OK')
    with start('pop3-login') as f:
        f.ask('AUTH OAUTHBEARER ' + b64('user=joe ask=x good=joe'), r'\+ eA==')
        f.ask('', r'\+OK you are joe')
        f.wait_log('pop3-login: login user=joe', 'POP3')
    with start(SSL_PROTOCOL='x', SSL_TLS_EXPORTER='00') as f:
        f.ask('a AUTHENTICATE SCRAM-SHA-256 ' + b64('good=joe'), 'a OK')
        check(b'plus\n' in what_came()[0][1], '-PLUS was offered')
        f.wait_log('login user= ', 'who is never named has no name')


def test_offers():
    with start() as f:
        f.send('a CAPABILITY\r\n')
        f.expect(r'\* CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL\+ SASL-IR ID '
                 'AUTH=SCRAM-SHA-256 AUTH=OAUTHBEARER AUTH=CRAM-MD5 '
                 'AUTH=PLAIN$', 'offers')
        f.line()
        for mech in ('SCRAM-SHA-256-PLUS', 'EXTERNAL', 'SCRAM-SHA-1', 'LOGIN'):
            f.ask('a AUTHENTICATE %s =' % mech, 'a NO no such mechanism')
        f.ask('a AUTHENTICATE CRAM-MD5 eA==', 'a BAD')
    with start(TCPREMOTEIP='192.0.2.7') as f:
        f.send('a CAPABILITY\r\n')
        f.expect(r'.* ID AUTH=SCRAM-SHA-256 AUTH=CRAM-MD5 LOGINDISABLED$',
                 'in the clear')
        f.line()
        f.ask('a AUTHENTICATE OAUTHBEARER eA==', r'a NO \[PRIVACYREQUIRED')
        f.ask('a AUTHENTICATE PLAIN eA==', r'a NO \[PRIVACYREQUIRED')
    with start(SSL_PROTOCOL='x', SSL_TLS_SERVER_END_POINT='00',
               SSL_CLIENT_VERIFY='SUCCESS') as f:
        f.send('a CAPABILITY\r\n')
        f.expect('.*AUTH=SCRAM-SHA-256-PLUS AUTH=SCRAM-SHA-256 AUTH=EXTERNAL',
                 'over TLS with a certificate')
    with start(LOGIN_MECHANISMS='OAUTHBEARER') as f:
        f.ask('a LOGIN joe secret', 'a NO there are no passwords here')
    with start('pop3-login', LOGIN_MECHANISMS='XOAUTH2') as f:
        f.ask('USER joe', '-ERR there are no passwords here')
        f.send('CAPA\r\n')
        lines = f.until('.')
        check('SASL XOAUTH2' in lines and 'USER' not in lines, 'CAPA', lines)
    for bad in ('FOO', 'PLAIN FOO', ' , '):
        with Front('imap-login', 'socket', LOGIN_MECHANISMS=bad) as f:
            f.wait_log('fatal: not a list of mechanisms: .LOGIN_MECHANISMS',
                       'a bad list')


def test_bad_authenticators():
    raw = [b'hello\n', b'user \n', b'user a\x01b\n', b'user ' + b'x' * 1025
           + b'\n', b'challenge !\n', b'challenge eA=\n', b'\n', b'\0\n',
           b'challenge ' + b'A' * 8196 + b'\n', b'x' * 9000,
           b'challenge eA==\nchallenge eA==\n', b'response eA==\n']
    for text in raw:
        with start() as f:
            arg = base64.b64encode(text).decode().rstrip('=')
            arg += '=' * (-len(arg) % 4)
            f.send('a AUTHENTICATE SCRAM-SHA-256 %s\r\n'
                   % b64('raw=%s sleep=20' % arg))
            line = f.line()
            if line.startswith('+ '):
                f.send('eA==\r\n')
                line = f.line()
            check(re.match('a ' + LATER, line), 'raw %r' % text[:20], line)
            check('fault what=dialogue' in f.logged(), 'the log of %r'
                  % text[:20], f.logged())
    with start() as f:
        for words, want in (('exit=1', NO), ('exit=2', LATER),
                            ('exit=111', LATER), ('close exit=1', NO),
                            ('user=joe exit=1', NO), ('exit=0', LATER)):
            f.ask('a AUTHENTICATE SCRAM-SHA-256 ' + b64(words), 'a ' + want,
                  words)
        f.wait_log('failure user=joe .*reason=refused', 'its name is known')
        # eight challenges, no more
        f.send('a AUTHENTICATE SCRAM-SHA-256 %s\r\n' % b64('ask=x ' * 9))
        for _ in range(8):
            f.expect(r'\+ eA==', 'a challenge')
            f.send('\r\n')
        f.expect('a ' + LATER, 'the ninth')
        # a challenge, and it is over before the answer
        f.ask('a AUTHENTICATE SCRAM-SHA-256 ' + b64('tell=x exit=1'),
              r'\+ eA==')
        f.ask('eA==', 'a ' + NO, 'an answer for nobody')
        f.ask('a AUTHENTICATE SCRAM-SHA-256 ' + b64('ask=x exit=1'), r'\+ eA==')
        f.ask('*', 'a BAD cancelled')
        check(what_came()[-1] == b'cancel\n', 'it is told', what_came()[-1])
        f.ask('a AUTHENTICATE SCRAM-SHA-256 ' + b64('many=500 good=x'), 'a OK')


def test_old_authenticators():
    with start(auth='auth') as f:   # of the checkpassword interface
        f.ask('a AUTHENTICATE SCRAM-SHA-256 ' + b64('n,,n=joe,r=x'), 'a NO')
        check(what_came()[0]['data'] == b'', 'it is sent nothing')
        f.ask('a AUTHENTICATE PLAIN ' + b64('\0joe\0secret'), 'a OK')
        check('ROOST_SASL_FD' not in what_came()[1]['env'], 'nor told')


def test_limits():
    with start(LOGIN_TIMEOUT='2') as f:
        f.ask('a AUTHENTICATE SCRAM-SHA-256 ' + b64('sleep=30'),
              r'a NO \[UNAVAILABLE\] logging in took too long')
        f.expect(r'\* BYE', 'too slow an authenticator')
    with start(LOGIN_TIMEOUT='2') as f:
        f.ask('a AUTHENTICATE SCRAM-SHA-256 ' + b64('ask=x'), r'\+ ')
        f.wait_log('(failure|disconnect) .*reason=timeout',
                   'too slow a client')
    with start(LOGIN_ATTEMPTS='1') as f:
        f.ask('a AUTHENTICATE SCRAM-SHA-256 ' + b64('ask=x'), r'\+ ')
        f.ask('*', 'a BAD cancelled')
        f.expect(r'\* BYE too many failed logins', 'cancelling counts')
    big = b64('good=' + 'x' * 12000)
    with start() as f:
        f.ask('a AUTHENTICATE OAUTHBEARER ' + big, 'a OK', 'a long message')
    with start() as f:
        f.ask('a AUTHENTICATE OAUTHBEARER ' + 'A' * 16388, 'a BAD',
              'one that is too long')


for test in (test_good, test_offers, test_bad_authenticators,
             test_old_authenticators, test_limits):
    test()
os.unlink(seen)
done('dialogue')
