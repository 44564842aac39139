# ISC licence; see LICENSE.
"""Guessing is slowed across connections, and nobody is locked out."""
import os
import re
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'fake'))
from front import Front, check, done  # noqa: E402

run = tempfile.mkdtemp(prefix='roost-guessing.')


def connect(address='192.0.2.7', program='imap-login', **env):
    env.setdefault('LOGIN_DELAY', '1')
    f = Front(program, 'socket', TCPREMOTEIP=address, LOGIN_PLAINTEXT='1',
              LOGIN_SLOW='2', LOGIN_RUN=run, LOGIN_ATTEMPTS='1', **env)
    f.line()
    return f


def login(f, name, password):
    """(seconds, answer)"""
    began = time.monotonic()
    f.send('a LOGIN %s %s\r\n' % (name, password))
    line = f.line()
    return time.monotonic() - began, line


def fail(n, **kw):
    """in as many connections at once"""
    many = [connect(**kw) for _ in range(n)]
    for f in many:
        f.send('a LOGIN joe wrong\r\n')
    for f in many:
        f.expect('a NO', 'refused')
        f.__exit__()


with connect() as f:
    took, line = login(f, 'ann', 'secret')
    check(line == 'a OK you are ann' and took < 0.9, 'not slowed', took, line)
fail(4)
with connect() as f:
    took, line = login(f, 'bob', 'secret')
    check(line == 'a OK you are bob', 'slowed, not locked out', line)
    check(took > 0.9, 'slowed', took)
    f.wait_log(r'slow user=bob address=192\.0\.2\.7 port=\S* failures=4 '
               r'milliseconds=1000', 'the log tells')
with connect(program='pop3-login') as f:
    f.ask('USER sam', r'\+OK')
    began = time.monotonic()
    f.ask('PASS secret', r'\+OK')
    check(time.monotonic() - began > 0.9, 'POP3 is slowed by the same')
with connect() as f:
    took, line = login(f, 'ann', 'secret')
    check(line == 'a OK you are ann' and took < 0.9,
          'who was there before is not slowed', took, line)
with connect('192.0.2.8') as f:
    check(login(f, 'joe', 'secret')[0] < 0.9, 'another address is not')
with connect('127.0.0.1') as f:
    check(login(f, 'joe', 'secret')[0] < 0.9, 'nor is loopback')
with connect(LOGIN_DELAY='0') as f:
    check(login(f, 'zoe', 'secret')[0] < 0.9, 'nor without LOGIN_DELAY')
with connect() as f:
    f.send('a LOGIN joe secret\r\n')
    time.sleep(0.2)
    f.shut()
    f.wait_log(r'login user=joe|disconnect .*', 'gone while it waits')
names = [n for n in os.listdir(run) if n == '.failures']
check(names and os.stat(os.path.join(run, names[0])).st_mode & 0o777 == 0o600,
      'one file, for us alone')
check(not re.search(b'joe|192[.]0', open(os.path.join(run, names[0]), 'rb')
                    .read()), 'no names in it')
with Front(
        'imap-login', 'socket', LOGIN_SLOW='99') as f:
    f.wait_log(r'fatal: .*LOGIN_SLOW', 'a bad value is an error')
shutil.rmtree(run)
done('guessing')
