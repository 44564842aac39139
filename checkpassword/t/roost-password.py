# ISC licence; see LICENSE.
"""roost-password: the command, and each scheme both ways with Dovecot's doveadm
pw: what one makes the other has to know, and to refuse for another password."""
import subprocess
import sys
import os

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from chain import *

place = Place()
TOOL = 'roost-password'
PW = 'c0rrect horse'
OTHER = 'C0rrect horse'         # DES sees eight octets
CHEAP = {'yescrypt': '1', 'gost-yescrypt': '1', 'scrypt': '6', 'bcrypt': '4',
         'BLF-CRYPT': '4', 'CRYPT': '1', 'argon2id': '1', 'argon2i': '1',
         'ARGON2ID': '1', 'ARGON2I': '1', 'PBKDF2': '1000',
         'PBKDF2-SHA256': '1000', 'PBKDF2-SHA512': '1000',
         'pbkdf2-sha1': '1000', 'pbkdf2-sha256': '1000',
         'pbkdf2-sha512': '1000'}
# what only some of the two know
OURS_ONLY = {'PBKDF2-SHA256', 'PBKDF2-SHA512', 'NTLM'}
NO_HASH = {'OTP', 'PLAIN-TRUNC', 'DIGEST-MD5'}  # not ours, and why: the page


def tool(*args, stdin='', code=0):
    r = place.run([TOOL, *args], stdin.encode())
    same(r[0], code, ' '.join(args) + ' exits')
    return r[1]


def check(password, hash):
    return place.run([TOOL, 'check'], ('%s\n%s\n' % (password, hash)).encode())


def command():
    words = tool('schemes').split()
    ok(len(words) > 35 and len(set(words)) == len(words), 'schemes', words)
    for w in words:
        cost = ['-c', CHEAP[w]] if w in CHEAP else []
        hash = tool('make', '-s', w, *cost, stdin=PW + '\n').rstrip('\n')
        same(check(PW, hash)[0], 0, w + ': right')
        same(check(OTHER, hash)[0], 1, w + ': wrong')
        ok((hash.startswith('{%s}' % w)) == w[0].isupper(), w + ': prefix',
           hash)
        ok('outdated' not in tool('show', '-s', w, *cost, stdin=hash + '\n'),
           w + ': not outdated')
    made = tool('make', stdin=PW + '\n')
    ok(made.startswith('$y$'), 'the default', made)
    same(tool('show', stdin=made), 'yescrypt\n', 'show')
    same(tool('show', '-s', 'sha256', stdin=made), 'yescrypt outdated\n',
         'outdated')
    same(tool('show', stdin='!' + made), 'locked\n', 'locked')
    same(check(PW, '!' + made.rstrip('\n'))[0], 1, 'a locked one')
    for args, stdin in ((['make'], ''), (['make', '-s', 'none'], 'x\n'),
                        (['make', '-s', 'ssha'], 'x\n'),
                        (['make', '-c', '99'], 'x\n'),
                        (['make', '-c', 'x'], 'x\n'), (['make', 'x'], 'x\n'),
                        ([], ''), (['nothing'], ''), (['check'], 'x\n'),
                        (['check', '-s', 'SSHA'], 'x\ny\n'),
                        (['check'], 'x\n{NONE}x\n'),
                        (['check'], 'x\n$6$rounds=999999999$a$b\n'),
                        (['make'], 'x' * 2000 + '\n'), (['make'], 'a\rb\n')):
        r = place.run([TOOL, *args], stdin.encode())
        same(r[0], 100, 'misuse %r' % args)
        ok(r[2].startswith('roost-password: fatal: ') and r[2].count('\n') == 1,
           'message of %r' % args, r[2])
    return words


def doveadm(*args):
    p = subprocess.run(['doveadm', '-O', 'pw', *args], stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, timeout=60)
    return p.returncode, p.stdout.decode().rstrip('\n')


def both_ways(words):
    theirs = doveadm('-l')[1].split()
    ok(len(theirs) > 20, 'doveadm knows schemes', theirs)
    for s in sorted(theirs):
        if s in NO_HASH:
            continue
        for suffix in ('', '.b64', '.hex'):
            rounds = ['-r', '5000'] if s.startswith(('PBKDF2', 'SHA512-C',
                                                     'SHA256-C')) else []
            code, hash = doveadm('-s', s + suffix, '-p', PW, *rounds)
            if code:
                ok(False, 'doveadm makes ' + s, hash)
                continue
            same(check(PW, hash)[0], 0, 'of doveadm, right: ' + hash)
            same(check(OTHER, hash)[0], 1, 'of doveadm, wrong: ' + hash)
            if suffix and s in words:
                hash = tool('make', '-s', s + suffix, *(
                    ['-c', CHEAP[s]] if s in CHEAP else []), stdin=PW + '\n')
                same(doveadm('-t', hash.rstrip('\n'), '-p', PW)[0], 0,
                     'ours, right: ' + hash)
    for w in words:
        if w not in theirs:
            ok(not w[0].isupper() or w in OURS_ONLY, 'doveadm knows ' + w)
            continue
        hash = tool('make', '-s', w, *(['-c', CHEAP[w]] if w in CHEAP else []),
                    stdin=PW + '\n').rstrip('\n')
        same(doveadm('-t', hash, '-p', PW)[0], 0, 'ours, right: ' + hash)
        ok(doveadm('-t', hash, '-p', OTHER)[0] != 0, 'ours, wrong: ' + hash)


words = command()
if have('doveadm'):
    both_ways(words)
else:
    skip('both ways', 'doveadm is not installed')
done('roost-password')
