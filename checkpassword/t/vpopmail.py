# ISC licence; see LICENSE.
"""checkpassword-vpopmail on a tree laid out as vpopmail does: two domains, an
alias, big directories, cdb and text; and vchkpw's interface with our front
ends, by a program that behaves as vchkpw does."""
import hashlib
import os
import resource
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from chain import *
from cdbmake import cdb
import fronts

VPOP = 'checkpassword-vpopmail'
WORD = 'pass"wo\'rd'
SHOW = ['sh', '-c', 'id -u; id -g; id -G; pwd; echo $USER; echo $SHELL;'
        ' echo $VPOPUSER; ls -m /proc/self/fd']
USERS = 20000


def vpasswd(domain, dir):
    """(user, rest of the line) of a domain"""
    def line(name, hash, flags='0', home=None, more=''):
        return name, '%s:1:%s:%s:%s:NOQUOTA%s' % (
            hash, flags, name, home or '%s/%s' % (dir, name), more)
    users = [line('joe', HASH, more=':' + WORD)]
    if domain != 'example.org':
        return users[:0] + [line('joe', OTHER), line('only', HASH)]
    for name, flags in (('nopop', '2'), ('noweb', '4'), ('noimap', '8'),
                        ('nosmtp', '800'), ('free', '2000'), ('all', '80e'),
                        ('many', 'FFFFF000')):
        users.append(line(name, HASH, flags))
    users += [line('empty', ''), line('star', '*'),
              line('fresh', HASH, home=dir + '/0/fresh'),
              line('relative', HASH, home='joe'),
              ('cut', HASH + ':1:0'), ('flags', HASH + ':1:x:f:/tmp:NOQUOTA'),
              line('dots.and-dashes', HASH),
              line('outside', HASH, home=place.path('roots/outside'))]
    users += [line('user%d' % i, HASH, home='%s/%d/user%d' % (
        dir, i // 100, i)) for i in range(USERS)]
    return users


def domains():
    big = place.path('vpopmail/domains')
    return {'example.org': big + '/example.org',
            'second.example': big + '/A/second.example'}


def assign():
    """(key of qmail, real domain, directory); an alias is the third"""
    d = domains()
    return [('example.org', 'example.org', d['example.org']),
            ('second.example', 'second.example', d['second.example']),
            ('alias.example', 'example.org', d['example.org']),
            ('root.example', 'root.example', '/')]


def lay_out():
    for path in ('qmail/users', 'vpopmail/domains/A'):
        os.makedirs(place.path(path))
    records, lines = [(b'', b'-')], []
    for key, real, dir in assign():
        uid = 0 if key == 'root.example' else UID
        records.append((('!%s-' % key).encode(), (
            '%s\0%d\0%d\0%s\0-\0\0' % (real, uid, GID, dir)).encode()))
        lines.append('+%s-:%s:%d:%d:%s:-::\n' % (key, real, uid, GID, dir))
    records.append((b'!cut.example-', b'x\0%d\0' % UID))
    lines.append('+cut.example-:x:%d\n' % UID)
    place.write('qmail/users/assign', ''.join(lines) + '.\n')
    write('qmail/users/cdb', cdb(records))
    for name, dir in domains().items():
        os.makedirs(dir + '/joe/Maildir')
        users = vpasswd(name, dir)
        text = ''.join('%s:%s\n' % u for u in users)
        with open(dir + '/vpasswd', 'w') as f:
            f.write(text)
        with open(dir + '/vpasswd.cdb', 'wb') as f:
            f.write(cdb([(a.encode(), b.encode()) for a, b in users]))
        for d in ('cur', 'new', 'tmp'):
            os.mkdir(dir + '/joe/Maildir/' + d)
        for a, b in users[:12]:
            os.makedirs(dir + '/' + a, exist_ok=True)
        os.makedirs(dir + '/0', exist_ok=True)
        os.makedirs(dir + '/199/user19999', exist_ok=True)
    if ROOT:
        subprocess.run(['chown', '-R', '%d:%d' % (UID, GID),
                        place.path('vpopmail')], check=True)


def write(name, octets):
    with open(place.path(name), 'wb') as f:
        f.write(octets)


def ends(what, name, code, words, password=WORD, args=('echo', 'in'), **env):
    r = place.check([VPOP, *args], [name, password, ''], **dict(ENV, **env))
    same(r[:2], (code, 'in\n' if not code else ''), what)
    ok(words in r[2] and r[2].count('\n') == (1 if code else 0),
       'log of ' + what, r[2])
    ok(WORD not in r[2] and HASH not in r[2], 'no secret in the log of ' + what,
       r[2])


def lets_in(how):
    dirs = domains()
    for name, user, dir in (
            ('joe@example.org', 'joe', dirs['example.org'] + '/joe'),
            ('JOE@Example.ORG', 'joe', dirs['example.org'] + '/joe'),
            ('joe%example.org', 'joe', dirs['example.org'] + '/joe'),
            ('joe/example.org', 'joe', dirs['example.org'] + '/joe'),
            ('joe@alias.example', 'joe', dirs['example.org'] + '/joe'),
            ('joe', 'joe', dirs['example.org'] + '/joe'),
            ('only@second.example', 'only', dirs['second.example'] + '/only'),
            ('dots.and-dashes', 'dots.and-dashes',
             dirs['example.org'] + '/dots.and-dashes'),
            ('user19999', 'user19999',
             dirs['example.org'] + '/199/user19999')):
        code, out, err = place.check([VPOP, *SHOW], [name, WORD, ''], **ENV)
        groups = str(GID) if ROOT else out.split('\n')[2]
        same((code, out.split('\n')[:-1], err), (0, [
            str(UID), str(GID), groups, dir, user, 'NOLOGIN', name,
            '0, 1, 2, 3'], ''), '%s: %s' % (how, name))
    for name, password, reason in (
            ('joe@example.org', 'no', 'password'),
            ('joe@example.org', '', 'empty'),
            ('joe@example.org', HASH, 'password'),
            ('joe@second.example', WORD, 'password'),
            ('jo@example.org', WORD, 'unknown'),
            ('joe@example.com', WORD, 'unknown'),
            ('only', WORD, 'unknown'), ('empty', '', 'locked'),
            ('star', '*', 'locked')):
        ends('%s: %s %s' % (how, name, reason), name, 1, ' reason=' + reason,
             password)
    for name in ('joe:x', 'joe:' + HASH, ':', '', '@', '@example.org', 'joe@@',
                 '../joe', 'joe@../example.org', 'joe@.', 'joe\n', '\xff',
                 "joe'", 'joe@example.org@alias.example', '/etc/passwd', '-',
                 'joe@example.org-', 'joe@', 'a' * 255, '*@*', '.'):
        if name == 'joe@':      # an empty domain: the default one
            ends('%s: %r' % (how, name), name, 0, '')
        else:
            ends('%s: %r' % (how, name[:20]), name, 1, ' reason=unknown')
    ends(how + ': 10 kB', 'joe' * 3333, 1, ' reason=too-long')
    ends(how + ': root', 'joe@root.example', 111, 'damaged')
    ends(how + ': a domain cut short', 'joe@cut.example', 111, 'damaged')
    ends(how + ': a user cut short', 'cut', 111, 'damaged')
    ends(how + ': flags that are none', 'flags', 111, 'damaged')
    ends(how + ': a relative home', 'relative', 111, 'what=record')


def services():
    """the flags, by port, by program, by address"""
    away, here = {'TCPREMOTEIP': '192.0.2.1'}, {'TCPREMOTEIP': '127.0.0.1'}
    for name, code in (('nopop', 1), ('noimap', 0), ('noweb', 0), ('nosmtp', 0),
                       ('all', 1), ('many', 0)):
        for port in ('110', '995'):
            ends('%s at %s' % (name, port), name, code,
                 code and 'reason=service' or '', TCPLOCALPORT=port, **away)
        ends(name + ' by program', name, code, '', args=('sh', '-c', 'echo in'),
             **away)
    for name, code in (('nopop', 0), ('noimap', 1), ('noweb', 0), ('all', 1)):
        for port in ('143', '993'):
            ends('%s at %s' % (name, port), name, code, '', TCPLOCALPORT=port,
                 **away)
        ends(name + ' by program', name, code, '',
             args=('sh', '-c', 'echo in', 'imapd'), **away)
        ends(name + ' by an unknown port', name, code, '', TCPLOCALPORT='1143',
             args=('sh', '-c', 'echo in', 'imapd'), **away)
    for name, code in (('nopop', 0), ('noimap', 0), ('noweb', 1), ('all', 1)):
        for port in ('110', '143'):
            ends('%s from here at %s' % (name, port), name, code, '',
                 TCPLOCALPORT=port, **here)
    for name, code in (('nosmtp', 1), ('nopop', 0), ('noimap', 0)):
        ends(name + ' at 587', name, code, '', TCPLOCALPORT='587', **away)
    same(place.check([VPOP, 'true'], ['joe', WORD, ''], **ENV)[0], 0,
         'a server of SMTP asks')
    if ROOT:
        r = place.check([VPOP, 'id', '-u'], ['joe', WORD, ''], uid=UID,
                        TCPLOCALPORT='25', **ENV)
        same(r[:2], (0, '%d\n' % UID), 'SMTP without root')


def limits():
    file = domains()['example.org'] + '/.qmailadmin-limits'
    away = {'TCPREMOTEIP': '192.0.2.1', 'TCPLOCALPORT': '143'}

    def say(text):
        with open(file, 'w') as f:
            f.write(text)
        os.chmod(file, 0o644)
    say('maxpopaccounts: 5\ndisable_imap\n')
    ends('a domain without IMAP', 'joe', 1, 'reason=service', **away)
    ends('whom limits are not for', 'free', 0, '', **away)
    ends('the other domain', 'only@second.example', 0, '', **away)
    ends('its POP', 'joe', 0, '', **dict(away, TCPLOCALPORT='110'))
    say('disable_imaginary\ndisable_imap2\nx disable_imap\n')
    ends('other words', 'joe', 0, '', **away)
    say('disable_imap: 1')
    ends('without a line end', 'joe', 1, 'reason=service', **away)
    os.chmod(file, 0o646)
    ends('limits that everyone may write', 'joe', 111, 'writable', **away)
    os.unlink(file)


def homes():
    home = domains()['example.org'] + '/0/fresh'
    ends('a home that is not there yet', 'fresh', 0, '')
    st = os.stat(home + '/Maildir/cur')
    same((st.st_uid, st.st_mode & 0o777), (UID, 0o700), 'it was made')
    # whoever may write to vpasswd cannot have root make directories
    os.mkdir(place.path('roots'), 0o755 if ROOT else 0o555)
    ends('a home where the domain may not write', 'outside', 111, 'what=home')
    same(os.listdir(place.path('roots')), [], 'nothing is made there')
    ends('a home whose parent is missing', 'user500', 111, 'what=home')


def damaged():
    d = domains()['example.org']
    for path in ('qmail/users/cdb', d + '/vpasswd.cdb'):
        path = place.path(path) if path[0] != '/' else path
        with open(path, 'rb') as f:
            good = f.read()
        for what, octets in (('empty', b''), ('text', b'x' * 5000),
                             ('cut', good[:-9]),
                             ('zeros', bytes(2048))):
            with open(path, 'wb') as f:
                f.write(octets)
            ends('%s: %s' % (os.path.basename(path), what), 'joe',
                 1 if what == 'zeros' else 111, '')
        with open(path, 'wb') as f:
            f.write(good)
        os.chmod(path, 0o606)
        ends(os.path.basename(path) + ' that everyone may write', 'joe', 111,
             'writable-by-everyone')
        os.chmod(path, 0o644)


def clear_text():
    """what vpopmail keeps in the clear serves SCRAM and digests"""
    def scram(name, password=WORD):
        return fronts.scram(place, [VPOP], name, password, **ENV)[0]
    ok(scram('joe').startswith('a OK'), 'SCRAM')
    ok(scram('joe', 'a-wrong-one').startswith('a NO'), 'SCRAM, wrong')
    ok(scram('nopop').startswith('a NO'), 'SCRAM, nothing in the clear')
    stamp = '<1.2@here>'
    digest = hashlib.md5((stamp + WORD).encode()).hexdigest()
    for name, code in (('joe', 0), ('nopop', 1)):
        same(place.check([VPOP, 'true'], [name, digest, stamp],
                         **dict(ENV, TCPLOCALPORT='143'))[0], code,
             'APOP for ' + name)


def equal_work():
    """a name that does not exist takes the work of one that does"""
    d = domains()['second.example']
    hash = '$6$rounds=400000$saltsalt$' + 'x' * 86
    with open(d + '/vpasswd.cdb', 'rb') as f:
        good = f.read()

    def work(name, **env):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        r = place.check([VPOP, 'true'], [name, 'no', ''], **dict(
            ENV, DUMMY_HASH='', VPOPMAIL_DOMAIN='second.example', **env))
        same(r[0], 1, 'refused: ' + name)
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    users = [('odd', ':1:0:x:/x:'), ('ann', hash + ':1:0:ann:%s/ann:' % d)]
    with open(d + '/vpasswd.cdb', 'wb') as f:
        f.write(cdb([(a.encode(), b.encode()) for a, b in users]))
    with open(d + '/vpasswd') as f:
        text = f.read()
    with open(d + '/vpasswd', 'w') as f:
        f.write(''.join('%s:%s\n' % u for u in users))
    for how in 'cdb', 'text':
        known = work('ann')
        ok(known > 0.02, 'the hash takes long', known)
        for name in ('nobody', 'nobody@nowhere.example', 'x:y@second.example'):
            ok(known / 2 < work(name) < known * 2, 'work of ' + name, known)
        if how == 'cdb':
            os.unlink(d + '/vpasswd.cdb')
    # hostile: sizes that lead nowhere
    for size in (b'\xff\xff\xff\xff', b'\0\0\0\x80', b'\1\0\0\0'):
        with open(d + '/vpasswd.cdb', 'wb') as f:
            f.write(good[:2048] + size * 2 + good[2056:])
        ok(place.check([VPOP, 'true'], ['nobody@second.example', 'no', ''],
                       **dict(ENV, DUMMY_HASH=''))[0] in (1, 111), 'sizes')
    with open(d + '/vpasswd.cdb', 'wb') as f:
        f.write(good)
    with open(d + '/vpasswd', 'w') as f:
        f.write(text)


def text_files():
    """without the cdb files: users/assign and vpasswd"""
    os.rename(place.path('qmail/users/cdb'), place.path('qmail/users/cdb-'))
    for d in domains().values():
        os.rename(d + '/vpasswd.cdb', d + '/vpasswd.cdb-')
    lets_in('text')
    with open(domains()['second.example'] + '/vpasswd', 'a') as f:
        f.write('last:%s:1:0:l:%s:NOQUOTA' % (
            HASH, domains()['second.example'] + '/joe'))
    ends('text: a last line without its end', 'last@second.example', 0, '')
    with open(domains()['second.example'] + '/vpasswd', 'w') as f:
        f.write('x' * 100000 + '\n')
    ends('text: a long line', 'joe@second.example', 111, 'damaged')
    os.unlink(domains()['second.example'] + '/vpasswd')
    ends('no vpasswd at all', 'joe@second.example', 111,
         'what=' + domains()['second.example'] + '/vpasswd ')
    ends('no qmail at all', 'joe', 111, 'users/assign', QMAIL_DIR='/nowhere')


# As facts of vchkpw have it: at most 155 octets, its exit codes, USER without
# the domain, VPOPUSER with it, 0 if the handler cannot be run.
VCHKPW = r'''
import os, sys
data = b''
while len(data) < 155:
    got = os.read(3, 155 - len(data))
    if not got: break
    data += got
name, password = (data + b'\0\0').split(b'\0')[:2]
if not name: sys.exit(12)
if not password: sys.exit(13)
if password.startswith(b'exit'): sys.exit(int(password[4:]))
if name != b'joe@example.org' or password != sys.argv[1].encode(): sys.exit(3)
os.setgroups([]) if os.geteuid() == 0 else None
os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[2]))
os.chdir(sys.argv[4])
os.environ.update(USER='joe', HOME=sys.argv[4], SHELL='NOLOGIN',
                  VPOPUSER='joe@example.org')
try: os.execvp(sys.argv[5], sys.argv[5:])
except OSError: sys.exit(0)
'''


def vchkpw():
    """our front ends with the interface of the real one"""
    place.write('vchkpw', VCHKPW)
    chain = [sys.executable, place.path('vchkpw'), WORD, str(UID), str(GID),
             domains()['example.org'] + '/joe']
    fronts.chained(place, chain, 'joe@example.org', WORD)
    refused, later = (1, 3, 12, 13, 15, 20, 21, 22, 23), \
        (0, 2, 4, 5, 6, 7, 8, 9, 10, 11, 14, 24, 100, 111)
    seen, log = fronts.login(place, 'imap', chain, [
        'a%d LOGIN joe@example.org exit%d' % (n, n) for n in refused + later]
        + ['z LOGOUT'], LOGIN_ATTEMPTS='100')
    for n in refused:
        ok('a%d NO [AUTHENTICATIONFAILED]' % n in seen, 'vchkpw exits %d' % n,
           seen)
    for n in later:
        ok('a%d NO [UNAVAILABLE]' % n in seen, 'vchkpw exits %d' % n, seen)
    ok('imapd: end user=joe@example.org ' in fronts.login(
        place, 'imap', chain, ['a LOGIN joe@example.org ' + fronts.imap_quoted(
            WORD), 'b LOGOUT'])[1], 'the log has the whole name')


def main():
    lay_out()
    lets_in('cdb')
    services()
    limits()
    homes()
    damaged()
    ends('no default domain', 'joe', 1, 'reason=unknown', VPOPMAIL_DOMAIN='')
    fronts.chained(place, [VPOP], 'joe@example.org', WORD, **ENV)
    clear_text()
    vchkpw()
    equal_work()
    text_files()


place = Place()
place.add('x', stdin=WORD + '\n')
place.add('y', stdin='another\n')
HASH, OTHER = place.hash('x'), place.hash('y')
ENV = {'QMAIL_DIR': place.path('qmail'), 'VPOPMAIL_DOMAIN': 'example.org',
       'DUMMY_HASH': '$5$rounds=1000$salt$'}
main()
done('vpopmail')
