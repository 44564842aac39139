# ISC licence; see LICENSE.
"""checkpassword-cdb as a whole: the interface to the exit code, what the
handler gets, what refuses, what the log says."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from chain import *
import fronts

place = Place()
CDB = 'checkpassword-cdb'
JOE = ['joe@example.org', 'secret', '']
SHOW = ['sh', '-c', 'id -u; id -g; id -G; pwd; echo $USER; echo $HOME;'
        ' echo $SHELL; echo "$QUOTA"; ls -m /proc/self/fd']


def descriptor_3():
    long = b'a' * 300 + b'\0' + b'b' * 209 + b'\0'      # 511
    for what, data, code in (
            ('nothing', b'', 2), ('no NUL', b'joe', 2),
            ('one NUL', b'joe\0', 2), ('password cut', b'joe\0secret', 2),
            ('timestamp cut', b'joe\0secret\0<1', 2),
            ('513 octets', long + b'\0\0', 1),
            ('100000 octets', b'x' * 100000, 1),
            ('512 octets', long + b'\0', 1),
            ('NULs only', b'\0\0\0', 1),
            ('every octet', bytes(range(1, 256)) + b'\0' + b'\xff\0\0', 1)):
        r = place.check([CDB, 'true'], data)
        same(r[0], code, 'descriptor 3: ' + what)
        same(r[2].count('\n'), 1, 'one line of log: ' + what)
    same(place.check([CDB, 'true'], JOE, fd3='none')[0], 2, 'no descriptor 3')
    same(place.check([CDB, 'true'], JOE, fd3='writeonly')[0], 2,
         'descriptor 3 not for reading')
    same(place.check([CDB, 'true'], JOE, fd3='/')[0], 111,
         'descriptor 3 unreadable')
    same(place.check([CDB], JOE)[0], 2, 'no program')
    same(place.check([CDB, 'true'], b'joe@example.org\0secret\0')[0], 0,
         'no timestamp')
    same(place.check([CDB, 'true'], b'joe@example.org\0secret\0t\0more')[0], 0,
         'more data')


def foreign_codes():
    """the same exit codes as the checkpassword of Debian's checkpw"""
    if not have('checkpw'):
        return skip('codes of checkpw', 'not installed')
    for data in (b'', b'a', b'a\0', b'a\0b', b'a\0b\0\0', b'a\0b\0',
                 b'a' * 600, b'a\0' + b'b' * 509 + b'\0\0'):
        same(place.check([CDB, 'true'], data)[0],
             place.check(['checkpw', 'true'], data)[0],
             'as checkpw on %r' % data[:20])


def accepted(home):
    code, out, err = place.check([CDB] + SHOW, JOE)
    lines = out.split('\n')
    same(code, 0, 'accepted')
    same(err, '', 'nothing logged')
    same(lines[:2], [str(UID), str(GID)], 'ids')
    if ROOT:
        same(lines[2], str(GID), 'no supplementary groups')
    same(lines[3], home, 'working directory')
    same(lines[4:8], ['joe@example.org', home, '/bin/false', '10 MB : x'],
         'environment')
    same(lines[8], '0, 1, 2, 3', 'descriptors (3 is that of ls)')
    same(place.check([CDB, 'sh', '-c', 'exit 42'], JOE)[0], 42,
         "the handler's exit code")
    same(place.check([CDB, 'cat'], ['JOE@Example.ORG', 'secret', ''])[0], 0,
         'a name in another case')
    same(place.check([CDB, 'sh', '-c', 'kill -9 $$'], JOE)[0], -9,
         "the handler's signal")


def refused():
    for what, name, password, reason in (
            ('wrong password', 'joe@example.org', 'Secret', 'password'),
            ('unknown', 'jo@example.org', 'secret', 'unknown'),
            ('empty password', 'joe@example.org', '', 'empty'),
            ('empty name', '', 'secret', 'unknown'),
            ('locked', 'lee', 'secret', 'locked'),
            ('no password', 'nopw', '*', 'locked'),
            ('name of a record', 'dummies', 'secret', 'unknown'),
            ('hash as password', 'joe@example.org',
             place.hash('joe@example.org'), 'password'),
            ('line in the name', 'x\ny user=joe', 'secret', 'unknown')):
        code, out, err = place.check([CDB, 'echo', 'in'], [name, password, ''])
        same((code, out), (1, ''), 'refused: ' + what)
        ok(err.startswith('checkpassword-cdb: refused user=') and
           err.endswith(' reason=%s\n' % reason) and err.count('\n') == 1,
           'log of ' + what, err)
        ok('secret' not in err and 'Secret' not in err, 'no password logged')
    err = place.check([CDB, 'true'], ['a', 'b', ''], TCPREMOTEIP='::1')[2]
    same(err, 'checkpassword-cdb: refused user=a address=::1 reason=unknown\n',
         'the address in the log')


def temporary():
    def later(what, *args, words='deferred', **env):
        code, out, err = place.check([CDB, *(args or ['true'])], JOE, **env)
        same(code, 111, what)
        ok(words in err and 'secret' not in err, 'log of ' + what, err)
    later('no such handler', 'no-such-handler', words='unable to run')
    later('no database', USERS_CDB=place.path('none.cdb'))
    place.write('text.cdb', 'joe:x:1:1:/\n' * 500)
    later('a database that is none', USERS_CDB=place.path('text.cdb'),
          words='not-a-user-database')
    place.write('short.cdb', '')
    later('an empty file', USERS_CDB=place.path('short.cdb'))
    later('a directory', USERS_CDB='/')
    later('a FIFO', USERS_CDB=fifo())
    os.chmod(place.path('users.cdb'), 0o606)
    later('a database that everyone may write', words='writable')
    os.chmod(place.path('users.cdb'), 0o600)
    place.user('change', '-d', place.path('gone'), 'joe@example.org')
    later('no home', words='chdir')
    place.user('change', '-d', place.path('home-joe@example.org'),
               'joe@example.org')


def fifo():
    os.mkfifo(place.path('fifo'))
    return place.path('fifo')


def ranges():
    for env, code in (({'MIN_UID': str(UID)}, 0), ({'MIN_UID': str(UID + 1)}, 1),
                      ({'MAX_UID': str(UID)}, 0), ({'MAX_UID': str(UID - 1)}, 1),
                      ({'MIN_GID': str(GID + 1)}, 1), ({'MAX_GID': '1'}, 1),
                      ({'MIN_UID': ''}, 0), ({'MIN_UID': '0'}, 0),
                      ({'MIN_UID': 'mail'}, 100), ({'MAX_GID': '-1'}, 100)):
        same(place.check([CDB, 'true'], JOE, **env)[0], code, 'range %r' % env)
    err = place.check([CDB, 'true'], JOE, MAX_UID='1')[2]
    ok('reason=uid' in err, 'log of the range', err)


def not_root():
    """without root only the process's own ids can be had"""
    if ROOT:
        os.chown(place.path('users.cdb'), UID, GID)
        code, out, err = place.check([CDB] + SHOW, JOE, uid=UID)
        same(code, 0, 'own ids without root')
        same(out.split('\n')[:2], [str(UID), str(GID)], 'ids without root')
        os.chown(place.path('users.cdb'), UID + 1, GID)
        os.chmod(place.path('users.cdb'), 0o640)
        code, out, err = place.check([CDB, 'echo', 'in'], JOE, uid=UID + 1)
    else:
        place.user('change', '-u', str(UID + 1), '-g', str(GID),
                   'joe@example.org')
        code, out, err = place.check([CDB, 'echo', 'in'], JOE)
    same((code, out), (111, ''), "others' ids without root")
    ok('what=become' in err, "log of others' ids", err)


def salts():
    """SCRAM: what the salt of a name tells of whether there is one"""
    def salt(name, password='secret'):
        got, said, log = fronts.scram(place, [CDB], name, password)
        return got[:4], re.sub('^r=[^,]*', '', said)
    place.add('sue', '-m', '-s', 'SCRAM-SHA-256')
    for name, other in (('sue', 'SUE'), ('zoe', 'ZOE'), ('Zoe', 'zoe'),
                        ('joe@example.org', 'Joe@example.org')):
        same(salt(name)[1], salt(other)[1], 'one salt: ' + other)
    ok(salt('zoe')[1] != salt('zoo')[1], 'another name, another salt')
    same((salt('SUE')[0], salt('sue')[0], salt('zoe')[0], salt('SUE', 'x')[0]),
         ('a OK', 'a OK', 'a NO', 'a NO'), 'who may log in')


home = place.add('joe@example.org', '-e', 'QUOTA=10 MB : x')
place.add('lee')
place.user('lock', 'lee')
place.user('add', '-n', '-u', str(UID), '-g', str(GID), '-d', home, 'nopw')
descriptor_3()
foreign_codes()
accepted(home)
refused()
temporary()
ranges()
salts()
not_root()
done('checkpassword-cdb')
