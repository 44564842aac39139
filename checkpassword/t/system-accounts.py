# ISC licence; see LICENSE.
"""checkpassword, and checkpw beside it, with accounts of the system: passwd,
shadow and group of our own, mounted over the real ones in a mount name space
that only this test sees. Needs root; without, what it says without root."""
import os
import resource
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from chain import *

CP = 'checkpassword'
SHOW = ['sh', '-c', 'id -u; id -g; id -G; pwd; echo $USER; echo $HOME;'
        ' echo $SHELL']
# all for the password "pw", but for the last two
HASHES = {
    'yescrypt': '$y$j9T$ivFxWi7W.CeKk76O/X2I31'
                '$5q9v3NYmMdyIWQPdsdIROXn6ruHf6e8Z9F7DezvtLW6',
    'gost': '$gy$j9T$gd4yVV2U0Eh096w45.1Gn0'
            '$Z3cBziddwiE6gk2NFwmUNg7a25FY8hQraD9JjA4nb0/',
    'scrypt': '$7$CU..../....GX6jsYg7vKCHfDncPc40Z.'
              '$T3quUcMHUGuMBlFzBGGLdQvoE2saV9r/f7wfhI0FIh.',
    'bcrypt': '$2b$05$Xbg5RXAlDOmLi9EQi5WkXucNmY7Q42VBjDXGA0eqjEaArzd6r29we',
    'sha512': '$6$KNeoDq/J0w0iBitV$ODv1U1Ok0hWydCae6DEo9qrGKWCLZhmGgCNLMIcPCLi'
              'Zra.RCIQOQAY.Vqsc3i9/dio60T7kHLAf0L07crc241',
    'sha256': '$5$8a9rj7Ylfvsu1cfP'
              '$G2rQXrbWhrJ50o5bW.AhJbOPMLcthqg/R.FMEdUdAq8',
    'sha1': '$sha1$254631$JzOhpxKNOhf10eubCLUi$tV5emV3Ganp12miDs6dDF711cSqJ',
    'sunmd5': '$md5,rounds=69855$1PZqx2Ig$$VqSa89umKB69DoeyoqIt91',
    'md5': '$1$.q6Vpox1$WS9gg2gaEQxPM1egfeiK2.',
    'bsdi': '_J9..XDTekkjUFrcZ4C.',
    'des': 'XJnWUX5/O9KOs',
    'nt': '$3$$8cc19b6a8cfeac299c2871c86b38de28',
}
MD5 = HASHES['md5']
today = int(time.time() // 86400)


def files(home):
    """the text of passwd, shadow and group"""
    pw = ['root:x:0:0:root:/root:/bin/sh', 'toor:x:0:0::/root:/bin/sh']
    sh = ['root:%s:19000:0:99999:7:::' % MD5, 'toor:%s:19000::::::' % MD5]

    def add(name, hash, aging='19000:0:99999:7::', shell='/bin/bash',
            uid=20001, dir=home, passwd='x'):
        pw.append('%s:%s:%d:20002:,,,:%s:%s' % (name, passwd, uid, dir, shell))
        if hash is not None:
            sh.append('%s:%s:%s:' % (name, hash, aging))
    for name, hash in HASHES.items():
        add(name, hash)
    add('joe', MD5)
    add('nologin', MD5, shell='/usr/sbin/nologin')
    add('noshell', MD5, shell='')
    add('locked', '!' + MD5)
    add('star', '*')
    add('empty', '')
    add('plain', 'secret')
    add('odd', '{NONE}odd')
    add('unshadowed', None, passwd=MD5)
    add('nopasswd', None, passwd='')
    add('lost', None)
    add('expired', MD5, '19000:0:99999:7::%d' % today)
    add('expires', MD5, '19000:0:99999:7::%d' % (today + 1))
    add('mustchange', MD5, '0:0:99999:7::')
    add('aged', MD5, '%d:0:90:7::' % (today - 91))
    add('fresh', MD5, '%d:0:90:7::' % (today - 90))
    add('homeless', MD5, dir='/no/such/home')
    add('low', MD5, uid=500, dir='/')
    gr = ['root:x:0:', 'mail:x:20002:', 'list:x:20003:joe', 'o:x:20004:x,joe']
    return [('/etc/passwd', pw, 0o644), ('/etc/shadow', sh, 0o600),
            ('/etc/group', gr, 0o644)]


def mount(place, home):
    nss = place.write('nsswitch', 'passwd: files systemd\n'
                      'shadow: files systemd\ngroup: files\n')
    todo = [(nss, '/etc/nsswitch.conf')]
    for path, lines, mode in files(home):
        todo.append((place.write(os.path.basename(path),
                                 '\n'.join(lines) + '\n', mode), path))
    for f, path in todo:
        subprocess.run(['mount', '--bind', f, path], check=True)


def schemes(place):
    for name in HASHES:
        same(place.check([CP, 'true'], [name, 'pw', ''])[0], 0,
             'scheme ' + name)
        same(place.check([CP, 'true'], [name, 'pW', ''])[0], 1,
             'scheme %s, wrong password' % name)


def accepted(place, home):
    code, out, err = place.check([CP] + SHOW, ['joe', 'pw', '<1@x>'])
    same((code, out.split('\n')[:-1], err), (0, [
        '20001', '20002', '20002 20003 20004', home, 'joe', home,
        '/bin/bash'], ''), 'what the handler gets')
    for name in ('nologin', 'unshadowed', 'expires', 'fresh', 'low'):
        same(place.check([CP, 'true'], [name, 'pw', ''])[0], 0, name)
    same(place.check([CP, 'sh', '-c', 'echo $SHELL'], ['noshell', 'pw', ''])[1],
         '/bin/sh\n', 'the shell of passwd(5) when it is empty')


def refused(place):
    for name, password, reason in (
            ('joe', 'pW', 'password'), ('joe', '', 'empty'),
            ('JOE', 'pw', 'unknown'), ('nobody-here', 'pw', 'unknown'),
            ('', 'pw', 'unknown'), ('', '', 'unknown'),
            ('root', 'pw', 'root'), ('toor', 'pw', 'root'),
            ('root', 'no', 'password'), ('locked', 'pw', 'locked'),
            ('star', '*', 'locked'), ('empty', '', 'locked'),
            ('empty', 'x', 'locked'), ('nopasswd', '', 'locked'),
            ('lost', 'x', 'locked'), ('plain', 'secret', 'password'),
            ('odd', 'odd', 'scheme'),
            ('expired', 'pw', 'expired'), ('expired', 'x', 'password'),
            ('mustchange', 'pw', 'aged'), ('aged', 'pw', 'aged')):
        code, out, err = place.check([CP, 'echo', 'in'], [name, password, ''])
        same((code, out), (1, ''), 'refused: %s %s' % (name, password))
        same(err, 'checkpassword: refused user=%s reason=%s\n' % (name, reason),
             'log of %s' % name)
    same(place.check([CP, 'true'], ['low', 'pw', ''], MIN_UID='1000')[0], 1,
         'MIN_UID')
    r = place.check([CP, 'true'], ['homeless', 'pw', ''])
    same(r[0], 111, 'no home')
    ok('what=chdir' in r[2], 'log of no home', r[2])
    same(place.check([CP, 'no-such-handler'], ['joe', 'pw', ''])[0], 111,
         'no handler')
    same(place.check([CP], ['joe', 'pw', ''])[0], 2, 'no program')
    same(place.check([CP, 'true'], ['joe', 'x' * 600, ''])[0], 1, 'too long')
    same(place.check([CP, 'true'], b'joe\0pw')[0], 2, 'cut')


def work(place, name):
    """seconds of processor time of ten refusals"""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    for _ in range(10):
        place.check([CP, 'true'], [name, 'wrong', ''])
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def equal_work(place):
    """loosely: that an unknown name is not let off the work altogether"""
    place.write('shadow', 'joe:%s:19000::::::\n' % HASHES['yescrypt'])
    known, unknown, locked = (work(place, n)
                              for n in ('joe', 'nobody-here', 'locked'))
    ok(known / 3 < unknown < known * 3, 'work for an unknown name',
       (known, unknown))
    ok(known / 3 < locked < known * 3, 'work for a locked account',
       (known, locked))


def not_root(place, uid):
    code, out, err = place.check([CP, 'echo', 'in'], ['joe', 'pw', ''], uid=uid)
    same((code, out), (111, ''), 'without root')
    ok('only-root-may-read-the-shadow-file' in err and 'user=joe' in err,
       'log without root', err)


def no_accounts(place):
    """the account database does not answer: later, not unknown"""
    if not have('strace') or PREFIX:
        return skip('no answer', 'no strace, or under the sanitizers')
    for f in ('/etc/passwd', '/etc/shadow'):
        r = place.check(['strace', '-o', '/dev/null', '-P', f, '-e',
                         'inject=openat:error=EMFILE:when=%s+' % (
                             1 if f == '/etc/passwd' else 2),
                         CP, 'true'], ['joe', 'pw', ''])
        if 'PTRACE' in r[2]:
            return skip('no answer', 'no ptrace here')
        same(r[0], 111, 'no answer from ' + f)
        ok('what=accounts error=Too_many_open_files' in r[2], 'log', r[2])


def checkpw(place, home):
    """a checkpassword program that is not ours, for the same chain"""
    if not have('checkpw'):
        return skip('checkpw', 'not installed')
    os.makedirs(home + '/Maildir', exist_ok=True)
    with open(home + '/Maildir/.password', 'w') as f:
        f.write('pw\n')
    for p in (home + '/Maildir', home + '/Maildir/.password'):
        os.chown(p, 20001, 20002)
    os.chmod(home + '/Maildir/.password', 0o600)
    same(place.check(['checkpw', 'login-ok', 'sh', '-c', 'id -u; pwd'],
                     ['joe', 'pw', ''])[:2], (0, '20001\n%s\n' % home),
         'checkpw and login-ok')
    same(place.check(['checkpw', 'true'], ['joe', 'no', ''])[0], 1,
         'checkpw refuses')


def inside():
    place = Place()
    home = place.path('joe')
    os.mkdir(home, 0o700)
    os.chown(home, 20001, 20002)
    mount(place, home)
    schemes(place)
    accepted(place, home)
    refused(place)
    not_root(place, 20001)
    no_accounts(place)
    checkpw(place, home)
    equal_work(place)
    done('system-accounts')


if '--inside' in sys.argv:
    inside()
elif ROOT and subprocess.run(['unshare', '-m', 'mount', '--bind', '/etc/passwd',
                              '/etc/shadow'], stderr=subprocess.DEVNULL
                             ).returncode == 0:
    os.execvp('unshare', ['unshare', '-m', sys.executable,
                          os.path.abspath(__file__), '--inside'])
else:
    skip('accounts of the system', 'needs root and mount name spaces')
    if not ROOT:
        place = Place()
        r = place.check([CP, 'true'], ['daemon', 'pw', ''])
        same(r[0], 111, 'without root')
    done('system-accounts')
