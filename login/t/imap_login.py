# ISC licence; see LICENSE.
"""imap-login as a client sees it: each command well and badly used."""
import base64
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'fake'))
from front import Front, check, done  # noqa: E402


def b64(text):
    return base64.b64encode(text.encode('latin-1')).decode()


GOOD = b64('\0joe\0secret')
NO = r'NO \[AUTHENTICATIONFAILED\]'


def start(how='socket', **env):
    f = Front('imap-login', how, **env)
    f.expect(r'\* OK \[CAPABILITY IMAP4rev1 ', 'greeting')
    return f


def test_commands(how):
    with start(how) as f:
        f.send('a CAPABILITY\r\n')
        f.expect(r'\* CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL\+ SASL-IR ID '
                 r'AUTH=PLAIN AUTH=LOGIN$', 'capability line')
        f.expect('a OK', 'capability')
        f.ask('b NOOP', 'b OK')
        f.ask('b noop', 'b OK', 'case does not matter')
        f.ask('c NOOP x', 'c BAD too many arguments')
        f.ask('d SELECT INBOX', 'd BAD log in first')
        f.ask('e UID FETCH 1 FLAGS', 'e BAD log in first')
        f.ask('f FROB', 'f BAD unknown command')
        f.ask('g', 'g BAD command expected')
        f.ask('', r'\* BAD invalid tag')
        f.ask('+x NOOP', r'\* BAD invalid tag')
        f.ask('a(b NOOP', r'\* BAD space expected', 'tag with a parenthesis')
        f.ask('t' * 64 + ' NOOP', 't' * 64 + ' OK', 'longest tag')
        f.ask('t' * 65 + ' NOOP', r'\* BAD', 'too long a tag')
        f.ask('h STARTTLS', 'h BAD TLS cannot be started')
        f.send('i LOGOUT\r\n')
        f.expect(r'\* BYE', 'logout')
        f.expect('i OK', 'logout')
        f.closed('after logout')


def test_login_forms(how):
    forms = [
        'LOGIN joe secret', 'login "joe" "secret"', 'LOGIN "joe" secret',
        'LOGIN {3+}\r\njoe {6+}\r\nsecret', 'LOGIN {3+}\r\njoe "secret"',
        'AUTHENTICATE PLAIN ' + GOOD, 'authenticate plain ' + GOOD,
        'AUTHENTICATE PLAIN ' + b64('joe\0joe\0secret'),
        'AUTHENTICATE PLAIN\r\n' + GOOD,
        'AUTHENTICATE LOGIN\r\n' + b64('joe') + '\r\n' + b64('secret'),
        'AUTHENTICATE LOGIN %s\r\n%s' % (b64('joe'), b64('secret')),
    ]
    for form in forms:
        with start(how) as f:
            # in one go with what the handler has to find
            f.send('A1 %s\r\nhello\r\nENV IMAPLOGINTAG\r\n' % form)
            lines = f.until('A1 ')
            check(lines[-1] == 'A1 OK you are joe', form, lines)
            f.expect(r"LINE b'hello\\r\\n'", form + ': the next line is there')
            f.expect("ENV 'A1'", form + ': tag')


def test_login_bad(how):
    with start(how, LOGIN_ATTEMPTS='100') as f:
        f.ask('a LOGIN joe wrong', 'a ' + NO)
        f.ask('a LOGIN joe', 'a BAD space expected')
        f.ask('a LOGIN', 'a BAD space expected')
        f.ask('a LOGIN joe secret more', 'a BAD too many arguments')
        f.ask('a LOGIN  joe secret', 'a BAD string or atom expected')
        f.ask('a LOGIN "joe secret', 'a BAD quoted string without end')
        f.ask(r'a LOGIN "jo\e" secret', 'a BAD only')
        f.ask('a LOGIN jo%e secret', 'a BAD space expected')
        f.ask('a LOGIN joe secret{3}', 'a BAD too many arguments')
        f.ask('a LOGIN "" secret', 'a ' + NO, 'empty name')
        f.ask('a LOGIN joe ""', 'a ' + NO, 'empty password')
        f.ask('a LOGIN {4+}\r\njo\0e secret', 'a BAD NUL in a literal')
        f.ask('a LOGIN {4+}\r\njo\re secret', 'a ' + NO, 'CR in a name')
        f.ask('a LOGIN joe ' + 'p' * 1024, 'a ' + NO, 'more than 512 octets')
        f.ask('a LOGIN joe ' + 'p' * 1025, 'a BAD argument too long')
        f.ask('b LOGIN joe secret', 'b OK', 'still good after all that')


def test_literals(how):
    with start(how, LOGIN_ATTEMPTS='100') as f:
        f.ask('a LOGIN {3}', r'\+ ')
        f.ask('joe {6}', r'\+ ')
        f.ask('wrong!', 'a ' + NO)
        f.ask('a LOGIN {0}', r'\+ ')
        f.ask(' secret', 'a ' + NO)
        f.ask('a LOGIN {1025}', r'a BAD \[TOOBIG\]', 'no + for a large one')
        f.ask('a SELECT {5}', 'a BAD log in first', 'no + when not wanted')
        f.ask('a NOOP {5}', 'a BAD too many arguments')
        f.ask('a SELECT {8+}\r\nb NOOP\r\n', 'a BAD log in first',
              'an unwanted literal is no command')
        f.ask('a LOGIN {2000+}\r\n' + 'x' * 2000 + ' secret',
              r'a BAD \[TOOBIG\]', 'a large one is thrown away')
        f.ask('a LOGIN {2000+}\r\n' + 'x' * 2000 + ' {10+}\r\nb LOGOUT\r\n',
              r'a BAD \[TOOBIG\]', 'and so is the one behind it')
        f.ask('a NOOP {3+}\r\nabc{3+}', 'a BAD', 'glued: no literal')
        f.ask('b NOOP', 'b OK')
        f.ask('a ID ("x" {1024+}\r\n' + 'x' * 1024 + ')', r'\* ID')
        f.expect('a OK', 'literal at its limit')
        f.ask('c LOGIN {100000+}', r'c BAD \[TOOBIG\]')
        f.expect(r'\* BYE', 'too large to be thrown away')
        f.closed('too large a literal')
    with start(how) as f:
        f.ask('a LOGIN {99999999999}', r'a BAD \[TOOBIG\]')
        f.expect(r'\* BYE', 'a number beyond all bounds')
    with start(how) as f:
        # seventeen literals would fit one by one, not together
        f.send('a ID (' + ' '.join('"f%d" {1000+}\r\n%s' % (i, 'v' * 1000)
                                   for i in range(17)) + ')\r\n')
        f.expect(r'a BAD \[TOOBIG\]', 'a command has a limit')
        f.ask('b NOOP', 'b OK')


def test_long_lines(how):
    with start(how) as f:
        f.ask('a NOOP ' + 'x' * 20000, 'a BAD command too long')
        f.ask('b NOOP', 'b OK')
        f.ask('a LOGIN "%s" {8+}\r\nb LOGOUT' % ('x' * 17000),
              'a BAD command too long', 'its literal is no command')
        f.ask('c NOOP', 'c OK')
        f.ask('x' * 17000, r'\* BAD', 'a long tag')
        for n in range(16884, 16904):
            f.ask('a NOOP ' + 'x' * (n - 7), 'a BAD', 'length %d' % n)
            if n == 16894:
                f.ask('c NOOP', 'c OK')
                break
        f.ask('d NOOP', 'd OK')
    with start(how) as f:
        f.send('\r\n' * 25)
        check(f.until('* BYE')[-1] == '* BYE too many bad commands',
              'bad commands are counted')
        f.closed('too many bad commands')


def test_sasl(how):
    with start(how, LOGIN_ATTEMPTS='100') as f:
        def auth(args):
            f.send('a AUTHENTICATE %s\r\n' % args)
        f.ask('a AUTHENTICATE PLAIN', r'\+ $')
        f.ask('*', 'a BAD cancelled')
        f.ask('a AUTHENTICATE LOGIN', r'\+ VXNlcm5hbWU6$')
        f.ask(b64('joe'), r'\+ UGFzc3dvcmQ6$')
        f.ask(b64('wrong'), 'a ' + NO)
        f.ask('a AUTHENTICATE LOGIN', r'\+ ')
        f.ask(b64('j\0e'), 'a BAD', 'NUL in a name')
        f.ask('a AUTHENTICATE FOO', 'a NO no such mechanism')
        f.ask('a AUTHENTICATE', 'a BAD')
        f.ask('a AUTHENTICATE PLAIN  ' + GOOD, 'a BAD')
        f.ask('a AUTHENTICATE PLAIN ' + GOOD + ' x', 'a BAD too many')
        f.ask('a AUTHENTICATE PLAIN =', 'a BAD', 'empty initial response')
        f.ask('a AUTHENTICATE PLAIN ' + GOOD[:-1], 'a BAD that is not base64')
        f.ask('a AUTHENTICATE PLAIN =' + GOOD[1:], 'a BAD that is not base64')
        f.ask('a AUTHENTICATE PLAIN ' + b64('joe'), 'a BAD')
        f.ask('a AUTHENTICATE PLAIN ' + b64('\0joe\0x\0y'), 'a BAD')
        f.ask('a AUTHENTICATE PLAIN ' + b64('sam\0joe\0secret'),
              r'a NO \[AUTHORIZATIONFAILED\]')
        f.ask('a AUTHENTICATE PLAIN ' + b64('\0\0secret'), 'a ' + NO)
        f.ask('a AUTHENTICATE PLAIN', r'\+ $')
        f.ask('A' * 17000, 'a BAD that is too long')
        f.ask('a AUTHENTICATE PLAIN', r'\+ $')
        f.ask(GOOD, 'a OK you are joe')


def test_id(how):
    with start(how) as f:
        for args in ('NIL', '()', '("name" "x")', '("a" NIL "b" "c")',
                     '("a" {3+}\r\nb"c)'):
            f.ask('a ID ' + args, r'\* ID \("name" "Roost"\)')
            f.expect('a OK', args)
        for args in ('', 'x', '(', '("a")', '("a" )', '("a" "b"', '(a b)',
                     '("%s" "b")' % ('a' * 31), '("a" "b") x',
                     '(' + ' '.join('"f" "v"' for _ in range(31)) + ')'):
            f.ask('a ID ' + args, 'a BAD', args)
        f.send('a LOGIN joe secret\r\nENV ROOST_IMAP_ID\r\n')
        f.expect('a OK', 'login')
        f.expect('ENV None', 'a bad ID is forgotten')
    with start(how) as f:
        f.send('a ID ("a" "q\\"q\\\\" "b" {3+}\r\nx\ny "c" NIL "d" "\xe4")\r\n'
               'b LOGIN joe secret\r\nENV ROOST_IMAP_ID\r\n')
        f.until('b OK')
        line = f.line()
        want = '("a" "q\\"q\\\\" "b" "x?y" "c" NIL "d" "\udce4")'
        check(eval(line[4:]) == want, 'ID handed on', line)
    with start(how) as f:
        f.send('a ID (' + ' '.join('"f%d" "%s"' % (i, 'v' * 300)
                                   for i in range(5)) + ')\r\n'
               'b LOGIN joe secret\r\nENV ROOST_IMAP_ID\r\n')
        f.until('b OK')
        value = eval(f.line()[4:])
        check(len(value) <= 1024 and value.count('"f') == 3
              and value.endswith('v")'), 'ID is cut between pairs', value)


def test_odd_ends(how):
    with start(how) as f:
        f.send('a NOOP\n')
        f.expect('a OK', 'a bare LF ends a line')
        f.send('b NOOP\r\r\n')
        f.expect('b BAD', 'CR in a line')
        f.send('b NOOP\0\r\n')
        f.expect('b BAD', 'NUL in a line')
        f.send('c NO')
        f.send('OP\r\n')
        f.expect('c OK', 'a line in two pieces')
        for octet in 'd NOOP\r\n':
            f.send(octet)
        f.expect('d OK', 'octet by octet')
        f.send('e LOGIN {3+}\r\njo')
        f.shut()
        f.closed('an end in a literal')


def test_seen(how):
    with tempfile.TemporaryDirectory() as d:
        seen = os.path.join(d, 'seen')
        with start(how, FAKE_SEEN=seen, UCSPITLS='1', SSLCTLFD=None) as f:
            f.send('a LOGIN "jo e" "s\\"\xe4"\r\n')
            f.expect('a NO', 'login')
        with open(seen) as file:
            got = eval(file.read())
        check(got['data'] == b'jo e\0s"\xe4\0\0', 'the data', got)
        check(got['blocked'] == 0, 'no signal is blocked')
        sign = int(got['env']['ROOST_SIGN_FD'])
        check(sign >= 5, "the sign's descriptor", sign)
        notes = int(got['env']['ROOST_NOTE_FD'])
        check(notes >= 5, "the notes' descriptor", notes)
        check(set(got['fds']) - {0, 1, 2, 3, 4, sign, notes} == set(),
              'no other descriptors', got['fds'])
        check('UCSPITLS' not in got['env'], 'UCSPITLS is gone')
        check(got['env'].get('IMAPLOGINTAG') == 'a', 'tag')


for way in ('socket', 'pipes'):
    test_commands(way)
    test_login_forms(way)
    test_login_bad(way)
    test_literals(way)
    test_long_lines(way)
    test_sasl(way)
    test_id(way)
    test_odd_ends(way)
    test_seen(way)
done('imap_login')
