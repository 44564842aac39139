# ISC licence; see LICENSE.
"""Front ends for the tests of authenticators: ours, and one that is not."""
import os
import shutil
import socket
import subprocess
import sys

from chain import TOP, PREFIX, PROGRAMS, done, have, ok, same, skip

# A front end in the manner of qmail-popup, from the interface alone: one
# attempt, the read end is descriptor 3, the handler takes 0 and 1 over.
POPUP = r'''
import os, sys
def line():
    s = b''
    while not s.endswith(b'\n'):
        c = os.read(0, 1)
        if not c: sys.exit(1)
        s += c
    return s.rstrip(b'\r\n')
def say(s): os.write(1, s + b'\r\n')
stamp = b'<%d.0@test>' % os.getpid()
say(b'+OK ' + stamp)
name = b''
while True:
    word, _, arg = line().partition(b' ')
    word = word.upper()
    if word == b'USER': name = arg; say(b'+OK')
    elif word == b'QUIT': say(b'+OK'); sys.exit(0)
    elif word == b'PASS': break
    else: say(b'-ERR authorization first')
r, w = os.pipe()
child = os.fork()
if not child:
    os.close(w)
    if r != 3: os.dup2(r, 3); os.close(r)
    os.set_inheritable(3, True)
    os.execvp(sys.argv[1], sys.argv[1:])
os.close(r)
os.write(w, name + b'\0' + arg + b'\0' + stamp + b'\0')
os.close(w)
status = os.waitpid(child, 0)[1]
if os.WIFSIGNALED(status): say(b'-ERR aack, child crashed')
elif status: say(b'-ERR authorization failed')
'''


def popup(place, chain, script, **env):
    """what a client sees that says these lines"""
    place.write('popup', POPUP)
    a, b = socket.socketpair()
    p = subprocess.Popen([sys.executable, place.path('popup'), *chain],
                         stdin=b, stdout=b, stderr=subprocess.DEVNULL,
                         env=dict(place.env, **env), cwd=place.dir)
    b.close()
    a.settimeout(30)
    seen = b''
    while not seen.endswith(b'\n'):             # the greeting
        seen = seen + a.recv(100)
    seen = b''
    for l in script:
        a.sendall(l.encode() + b'\r\n')
        seen += a.recv(10000)
    a.shutdown(socket.SHUT_WR)
    while True:
        try:
            more = a.recv(10000)
        except ConnectionResetError:            # what we sent was not read
            more = b''
        if not more:
            break
        seen += more
    a.close()
    p.wait(timeout=30)
    return seen.decode()


def login(place, protocol, chain, said, maildir=('Maildir',), **env):
    """what a client of imap-login or pop3-login sees, and the log"""
    handler = {'imap': 'imapd', 'pop3': 'pop3d'}[protocol]
    for p in ('login/%s-login' % protocol, '%s/%s' % (handler, handler)):
        if not os.path.exists(place.bin + '/' + os.path.basename(p)):
            shutil.copy(os.path.join(TOP, PREFIX, p), place.bin)
    os.makedirs(place.path('empty'), 0o555, exist_ok=True)
    env = dict({'LOGIN_DELAY': '0', 'LOGIN_RUN': '-', 'PROTO': 'TCP',
                'LOGIN_CHROOT': place.path('empty'), 'TCPREMOTEPORT': '4711',
                'TCPREMOTEIP': '127.0.0.1'}, **env)
    a, b = socket.socketpair()
    p = subprocess.Popen([protocol + '-login', *chain, handler, *maildir],
                         stdin=b, stdout=b, stderr=subprocess.PIPE,
                         env=dict(place.env, **env), cwd=place.dir)
    b.close()
    a.settimeout(30)
    a.sendall(''.join(l + '\r\n' for l in said).encode('latin-1'))
    seen = b''
    while True:
        more = a.recv(65536)
        if not more:
            break
        seen += more
    a.close()
    log = p.stderr.read()
    p.wait(timeout=30)
    return seen.decode('latin-1'), log.decode('latin-1')


def imap_quoted(s):
    return '"%s"' % s.replace('\\', '\\\\').replace('"', '\\"')


def chained(place, chain, name, password, **env):
    """an authenticator in the chains of all front ends: right, and wrong"""
    seen, log = login(place, 'imap', chain, [
        'a LOGIN %s "no"' % imap_quoted(name),
        'b LOGIN %s %s' % (imap_quoted(name), imap_quoted(password)),
        'c SELECT INBOX', 'd LOGOUT'], **env)
    ok('a NO [AUTHENTICATIONFAILED]' in seen and 'b OK' in seen
       and 'c OK' in seen and 'd OK' in seen, 'under imap-login', seen + log)
    ok('imapd: end user=%s ' % name in log, "imapd's log", log)
    ok(password not in log, 'no password in the log', log)
    seen, log = login(place, 'pop3', chain, [
        'USER ' + name, 'PASS no', 'USER ' + name, 'PASS ' + password, 'STAT',
        'QUIT'], **env)
    ok('-ERR [AUTH]' in seen and '+OK 0 0' in seen, 'under pop3-login',
       seen + log)
    ok('pop3d: end user=%s ' % name in log, "pop3d's log", log)
    ok(password not in log, 'no password in the log', log)
    same(popup(place, chain + ['true'], ['USER ' + name, 'PASS no'], **env),
         '+OK\r\n-ERR authorization failed\r\n', 'a foreign front end, refused')
    seen = popup(place, chain + ['sh', '-c', 'echo +OK $USER; exec cat'],
                 ['USER ' + name, 'PASS ' + password, 'echoed'], **env)
    ok(seen.startswith('+OK\r\n+OK ') and seen.endswith('\nechoed\r\n'),
       'a foreign front end, in', seen)
    if not have('pop3front-maildir'):
        return skip('mailfront behind', 'mailfront is not installed')
    seen = popup(place, chain + ['login-ok', 'pop3front-maildir', 'Maildir'],
                 ['USER ' + name, 'PASS ' + password, 'STAT', 'QUIT'], **env)
    ok('+OK 0 0' in seen, "mailfront's handler behind", seen)


def later(place, chain, name, password, **env):
    """what clients are told when the database does not answer"""
    seen, log = login(place, 'imap', chain, [
        'a LOGIN %s %s' % (imap_quoted(name), imap_quoted(password)),
        'b LOGOUT'], **env)
    ok('a NO [UNAVAILABLE]' in seen, 'imap-login: later', seen + log)
    ok('deferred user=' in log and password not in log, 'log of later', log)
    seen, log = login(place, 'pop3', chain, [
        'USER ' + name, 'PASS ' + password, 'QUIT'], **env)
    ok('-ERR [SYS/TEMP]' in seen, 'pop3-login: later', seen + log)


if __name__ == '__main__':      # not a test itself
    done('fronts')
