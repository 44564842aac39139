# ISC licence; see LICENSE.
"""Front ends for the tests of authenticators: ours, and one that is not."""
import base64
import hashlib
import hmac
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


def front_end(place, protocol, chain, env, maildir=('Maildir',)):
    """start imap-login or pop3-login: the process, and the client's socket"""
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
    return p, a


def login(place, protocol, chain, said, maildir=('Maildir',), **env):
    """what a client of imap-login or pop3-login sees, and the log"""
    p, a = front_end(place, protocol, chain, env, maildir)
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


def scram(place, chain, name, password, mechanism='SCRAM-SHA-256', **env):
    """AUTHENTICATE SCRAM-SHA-256 (RFC 7677) under imap-login: the tagged
    answer, what the server said before it, the log"""
    def b64(s):
        return base64.b64encode(s).decode()

    def hmac_of(key, text):
        return hmac.new(key, text, 'sha256').digest()
    first = 'n=%s,r=roprNGfwEbeRWgbNEkqO' % name.replace('=', '=3D').replace(
        ',', '=2C')
    p, sock = front_end(place, 'imap', chain, dict(
        env, LOGIN_MECHANISMS='PLAIN LOGIN ' + mechanism))
    lines = sock.makefile('rwb', 0)
    lines.readline()

    def ask(text):
        lines.write(text.encode() + b'\r\n')
        return lines.readline().decode().rstrip('\r\n')
    got = ask('a AUTHENTICATE %s %s' % (mechanism, b64(
        b'n,,' + first.encode())))
    said = got
    if got.startswith('+ '):
        said = base64.b64decode(got[2:]).decode()
        part = dict(x.split('=', 1) for x in said.split(','))
        salted = hashlib.pbkdf2_hmac('sha256', password.encode(),
                                     base64.b64decode(part['s']),
                                     int(part['i']))
        key = hmac_of(salted, b'Client Key')
        bare = 'c=biws,r=' + part['r']
        text = ','.join((first, said, bare)).encode()
        sign = hmac_of(hashlib.sha256(key).digest(), text)
        got = ask(b64((bare + ',p=' + b64(bytes(
            x ^ y for x, y in zip(key, sign)))).encode()))
        if got.startswith('+ '):
            same(base64.b64decode(got[2:]).decode(), 'v=' + b64(hmac_of(
                hmac_of(salted, b'Server Key'), text)), "the server's proof")
            got = ask('')
    lines.write(b'z LOGOUT\r\n')
    while lines.readline():
        pass
    lines.close()
    sock.close()
    log = p.stderr.read().decode('latin-1')
    p.stderr.close()
    p.wait(timeout=30)
    ok(password not in log, 'no password in the log of SCRAM', log)
    return got, said, log


if __name__ == '__main__':      # not a test itself
    done('fronts')
