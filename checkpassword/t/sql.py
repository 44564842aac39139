# ISC licence; see LICENSE.
"""checkpassword-sqlite, -pgsql and -mysql with the databases themselves,
started here on Unix sockets in a temporary directory: what lets in, what
refuses, hostile names, servers that are dead, slow, silent."""
import atexit
import glob
import hashlib
import hmac
import os
import pwd
import signal
import socket
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from chain import *
import fronts

NOBODY = pwd.getpwnam('nobody')
SHOW = ['sh', '-c', 'id -u; id -g; id -G; pwd; echo $USER; echo $MAILDIR;'
        ' echo $QUOTA; ls -m /proc/self/fd']
QUERY = '''-- who is this?
SELECT password, uid, gid, home, 'Maildir' AS maildir, quota AS env_quota,
       disabled, networks
  FROM users
 WHERE name = :local AND domain = :domain
'''
UPDATE = '''UPDATE users SET password = :hash
 WHERE name = :local AND domain = :domain'''
WORD = 'pass"wo\'rd'             # one that would show in a log
HASH = None                     # of it


def rows(place):
    """name, hash, disabled, networks"""
    return [('joe', HASH, 0, None), ('ann', HASH, 1, None),
            ('net', HASH, 0, '192.0.2.0/24 2001:db8::/32'),
            ('null', None, 0, None), ('star', '*', 0, None),
            ('odd', '{NO-SUCH}x', 0, None), ('two', HASH, 0, None),
            ('two', HASH, 0, None), ('badnet', HASH, 0, 'here'),
            ('%', HASH, 0, None), ('old', HASH, 0, None),
            ('scr', place.hash('scr'), 0, None),
            ('dis', place.hash('scr'), 1, None),
            ('clear', '{PLAIN}' + WORD, 0, None)]


def fill(place, execute, mark):
    """the table, with this database's mark for a parameter"""
    execute('CREATE TABLE users (name varchar(80), domain varchar(80),'
            ' password varchar(200), uid bigint, gid bigint,'
            ' home varchar(200), quota varchar(80), disabled integer,'
            ' networks varchar(200))')
    for name, hash, disabled, nets in rows(place):
        values = (name, 'example.org', hash, UID, GID, place.path('home'),
                  '10 MB : x', disabled, nets)
        execute('INSERT INTO users VALUES (%s)' % ', '.join(
            'NULL' if v is None else str(v) if isinstance(v, int)
            else "'%s'" % v.replace("'", "''") for v in values))


class Base:
    """one database: program, environment, settings"""

    def __init__(self, place):
        self.place = place
        self.env = {'SQL_CONNECT': place.path('connect'),
                    'SQL_QUERY': place.path('query'),
                    'DUMMY_HASH': '$5$rounds=1000$salt$'}

    def settings(self, text, mode=0o600):
        self.place.write('connect', text, mode)

    def query(self, text):
        self.place.write('query', text)

    def check(self, args, name, password=WORD, **env):
        data = [name, password, '']
        if isinstance(name, bytes):
            data = name + b'\0' + password.encode() + b'\0\0'
        return self.place.check([self.program, *args], data,
                                **dict(self.env, **env))

    def ends(self, what, name, code, words, password=WORD, **env):
        r = self.check(['echo', 'in'], name, password, **env)
        same(r[:2], (code, 'in\n' if not code else ''), what)
        ok(words in r[2] and r[2].count('\n') == (1 if code else 0),
           'log of ' + what, r[2])
        ok(WORD not in r[2] and HASH not in r[2] and 'db-secret' not in r[2],
           'no secret in the log of ' + what, r[2])


class Sqlite(Base):
    name, program = 'sqlite', 'checkpassword-sqlite'
    nothing = 'no_such_column:_absent'

    def start(self):
        self.file = self.place.path('users.db')
        db = sqlite3.connect(self.file)
        fill(self.place, db.execute, '?')
        db.commit()
        db.close()
        os.chmod(self.file, 0o600)
        self.good = 'database=%s\n' % self.file
        return None

    def ask(self, text):
        db = sqlite3.connect(self.file)
        got = db.execute(text).fetchall()
        db.commit()
        db.close()
        return str(got[0][0]) if got else ''

    def faults(self):
        self.settings('database=relative.db\n')
        self.ends('a relative path', 'joe@example.org', 100, 'not absolute')
        self.settings('database=%s\n' % self.place.path('none.db'))
        self.ends('no database', 'joe@example.org', 111, 'what=connect')
        self.place.write('text.db', 'this is no database\n' * 100, 0o600)
        self.settings('database=%s\n' % self.place.path('text.db'))
        self.ends('a file that is none', 'joe@example.org', 111,
                  'file_is_not_a_database')
        os.chmod(self.file, 0o606)
        self.settings(self.good)
        self.ends('writable by everyone', 'joe@example.org', 111, 'writable')
        os.chmod(self.file, 0o600)
        db = sqlite3.connect(self.file, isolation_level=None)
        db.execute('BEGIN EXCLUSIVE')
        slow(self, 'a locked database')
        db.close()
        self.query('WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1'
                   ' FROM c) SELECT max(x) AS uid FROM c')
        slow(self, 'a slow query')


class Server(Base):
    def run_as(self):
        return {'user': NOBODY.pw_uid, 'group': NOBODY.pw_gid,
                'extra_groups': []} if ROOT else {}

    def directory(self, name):
        d = self.place.path(name)
        os.mkdir(d, 0o700)
        if ROOT:
            os.chown(d, NOBODY.pw_uid, NOBODY.pw_gid)
        return d

    def spawn(self, args, **env):
        log = open(self.place.path(self.name + '.log'), 'wb')
        p = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=log,
                             stderr=log, env=dict(self.place.env, **env),
                             cwd='/', **self.run_as())

        def end():
            p.send_signal(signal.SIGINT if self.name == 'pgsql'
                          else signal.SIGTERM)      # fast, each of them
            try:
                p.wait(timeout=20)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()
        atexit.register(end)
        self.stop = end
        return p

    def await_it(self, server):
        end = time.monotonic() + 60
        while server.poll() is None and time.monotonic() < end:
            if self.try_it():
                return None
            time.sleep(0.05)
        with open(self.place.path(self.name + '.log')) as f:
            ok(False, self.name + ' starts', f.read()[-1500:])
        return 'it does not start'

    def faults(self):
        name = 'joe@example.org'
        self.settings(self.good.replace('db-secret', 'wrong'))
        self.ends('a wrong password of ours', name, 111, 'what=connect')
        self.settings(self.good + 'nonsense=1\n')
        self.ends('a setting that there is not', name, self.bad_setting,
                  'nonsense' if self.bad_setting == 111 else '/connect:5')
        self.settings(self.good)
        self.query(self.sleep)
        slow(self, 'a slow query')
        silent(self)
        self.stop()
        self.settings(self.good)
        self.query(QUERY)
        self.ends('a dead server', name, 111, 'what=connect')
        fronts.later(self.place, [self.program], name, WORD, **self.env)


class Pgsql(Server):
    name, program = 'pgsql', 'checkpassword-pgsql'
    nothing = 'column_\\x22absent\\x22_does_not_exist'
    bad_setting = 111
    sleep = "SELECT pg_sleep(30) AS uid"

    def start(self):
        bins = sorted(glob.glob('/usr/lib/postgresql/*/bin'))
        if not bins:
            return 'PostgreSQL is not installed'
        d = self.directory('pg')
        word = self.place.write('pgword', 'db-secret\n', 0o644)
        p = subprocess.run([bins[-1] + '/initdb', '-D', d + '/data', '-N',
                            '-A', 'scram-sha-256', '-U', 'roost', '-E', 'UTF8',
                            '--no-locale', '--pwfile', word],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           env=self.place.env, cwd='/', **self.run_as())
        if p.returncode:
            ok(False, 'initdb', p.stdout.decode()[-1500:])
            return 'initdb failed'
        self.psql = bins[-1] + '/psql'
        self.dir = d
        self.good = 'host=%s\nuser = roost\npassword=db-secret\n' \
            'dbname=postgres\n' % d
        server = self.spawn([
            bins[-1] + '/postgres', '-D', d + '/data', '-k', d, '-h', '',
            '-F', '-c', 'autovacuum=off', '-c', 'shared_buffers=1MB'])
        bad = self.await_it(server)
        if not bad:
            fill(self.place, self.batch().append, '%s')
            self.ask(';\n'.join(self.lines))
        return bad

    def batch(self):
        self.lines = []
        return self.lines

    def ask(self, text, check=True):
        p = subprocess.run([self.psql, '-h', self.dir, '-U', 'roost', '-XAtq',
                            '-v', 'ON_ERROR_STOP=1', 'postgres'],
                           input=text.encode(), stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT,
                           env=dict(self.place.env, PGPASSWORD='db-secret'))
        if check:
            ok(p.returncode == 0, 'psql', p.stdout)
        return p.stdout.decode().strip() if p.returncode == 0 else ''

    def try_it(self):
        return self.ask('SELECT 1', check=False) == '1'

    def silent_settings(self, d):
        return self.good.replace('host=' + self.dir, 'host=' + d), \
            '.s.PGSQL.5432'

    def extra(self):
        self.query(QUERY.replace(':local', ':user::text').replace(
            ':domain', 'domain OR uid = 5 AND :ip::inet IS NOT NULL'))
        self.ends('casts, and an address that is not known',
                  'joe', 0, '')
        self.query(QUERY.replace('name = :local', 'uid = :local'))
        self.ends('a name that is no number', 'joe@example.org', 1,
                  'reason=unknown')
        self.ends('one that is', '%d@example.org' % UID, 111, 'more_than_one')
        self.query(QUERY)


class Mysql(Server):
    name, program = 'mysql', 'checkpassword-mysql'
    nothing = 'Unknown_column_\'absent\''
    bad_setting = 100
    sleep = "SELECT SLEEP(30) AS uid"

    def start(self):
        if not have('mariadbd') or not have('mariadb-install-db'):
            return 'MariaDB is not installed'
        d = self.dir = self.directory('my')
        quick = ['--innodb-flush-log-at-trx-commit=0', '--loose-innodb-flush-'
                 'method=nosync', '--innodb-log-file-size=4M',
                 '--innodb-buffer-pool-size=8M', '--skip-sync-frm']
        p = subprocess.run(['mariadb-install-db', '--no-defaults',
                            '--datadir=' + d + '/data', '--skip-test-db',
                            '--auth-root-authentication-method=normal',
                            *quick], stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, env=self.place.env,
                           cwd='/', **self.run_as())
        if p.returncode:
            ok(False, 'mariadb-install-db', p.stdout.decode()[-1500:])
            return 'mariadb-install-db failed'
        self.good = 'socket=%s/sock\nuser = roost\npassword=db-secret\n' \
            'database=mail\n' % d
        server = self.spawn([
            'mariadbd', '--no-defaults', '--datadir=' + d + '/data',
            '--socket=' + d + '/sock', '--bind-address=127.0.0.1',
            '--port=%d' % self.certificate(d), '--ssl-cert=' + d + '/cert.pem',
            '--ssl-key=' + d + '/key.pem', *quick])
        bad = self.await_it(server)
        if not bad:
            lines = ['CREATE DATABASE mail CHARACTER SET utf8mb4', 'USE mail']
            fill(self.place, lines.append, '%s')
            lines += ["CREATE USER roost@localhost IDENTIFIED BY 'db-secret'",
                      'GRANT SELECT, UPDATE ON mail.* TO roost@localhost',
                      "CREATE USER tls@'%' IDENTIFIED BY 'db-secret'"
                      ' REQUIRE SSL', "GRANT SELECT ON mail.* TO tls@'%'"]
            self.ask(';\n'.join(lines))
        return bad

    def ask(self, text, check=True):
        p = subprocess.run(['mariadb', '--no-defaults', '--socket=' + self.dir
                            + '/sock', '-u', 'root', '-N'],
                           input=(text if 'USE' in text or not check else
                                  'USE mail;' + text).encode(),
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           env=self.place.env)
        if check:
            ok(p.returncode == 0, 'mariadb', p.stdout)
        return p.stdout.decode().strip() if p.returncode == 0 else ''

    def certificate(self, d):
        """one for 127.0.0.1; returns a port"""
        subprocess.run([
            'openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days',
            '2', '-subj', '/CN=127.0.0.1', '-addext',
            'subjectAltName=IP:127.0.0.1', '-keyout', d + '/key.pem', '-out',
            d + '/cert.pem'], check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        if ROOT:
            for f in ('cert', 'key'):
                os.chown('%s/%s.pem' % (d, f), NOBODY.pw_uid, NOBODY.pw_gid)
        with socket.socket() as s:
            s.bind(('127.0.0.1', 0))
            self.port = s.getsockname()[1]
        return self.port

    def extra(self):
        """over TCP, with TLS that the account demands"""
        good = 'host=127.0.0.1\nport=%d\nuser=tls\npassword=db-secret\n' \
            'database=mail\n' % self.port
        ours = 'tls_ca=%s/cert.pem\n' % self.dir
        for what, more, code in (
                ('no TLS', '', 111), ('any TLS', 'tls=require\n', 0),
                ('verified', 'tls=verify\n' + ours, 0),
                ('an authority that is not ours', 'tls=verify\n', 111)):
            self.settings(good + more)
            self.ends('TCP, ' + what, 'joe@example.org', code,
                      code and 'what=connect' or '')
        self.settings(self.good)

    def try_it(self):
        return self.ask('SELECT 1', check=False) == '1'

    def silent_settings(self, d):
        return self.good.replace('socket=' + self.dir, 'socket=' + d), 'sock'


def slow(base, what):
    begin = time.monotonic()
    base.ends(what, 'joe@example.org', 111, 'error=timeout', SQL_TIMEOUT='1')
    ok(0.9 < time.monotonic() - begin < 20, 'the time of ' + what)


def silent(base):
    """a server that accepts and says nothing"""
    d = base.directory('silent-' + base.name)
    settings, name = base.silent_settings(d)
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(d + '/' + name)
        s.listen(5)
        base.settings(settings)
        base.query(QUERY)
        slow(base, 'a silent server')


def lets_in(base):
    code, out, err = base.check(SHOW, 'joe@example.org')
    same((code, err), (0, ''), base.name + ' accepts')
    home = base.place.path('home')
    same(out.split('\n')[:-1], [
        str(UID), str(GID), str(GID) if ROOT else out.split('\n')[2], home,
        'joe@example.org', 'Maildir', '10 MB : x', '0, 1, 2, 3'],
        'what the handler gets (3 is that of ls)')
    base.query(QUERY.replace('SELECT', "SELECT 'Joe' AS user,".replace(
        'user', '"user"' if base.name == 'pgsql' else 'user')))
    same(base.check(['sh', '-c', 'echo $USER'], 'joe@example.org')[1], 'Joe\n',
         'the name that the database gives')
    base.query(QUERY)


def refuses(base):
    for what, name, password, reason in (
            ('a wrong password', 'joe@example.org', 'no', 'password'),
            ('no password', 'joe@example.org', '', 'empty'),
            ('unknown', 'jo@example.org', WORD, 'unknown'),
            ('another domain', 'joe@example.net', WORD, 'unknown'),
            ('no domain', 'joe', WORD, 'unknown'),
            ('no name', '', WORD, 'unknown'),
            ('disabled', 'ann@example.org', WORD, 'disabled'),
            ('disabled, wrong', 'ann@example.org', 'no', 'password'),
            ('a hash that is NULL', 'null@example.org', WORD, 'locked'),
            ('locked', 'star@example.org', '*', 'locked'),
            ('an unknown scheme', 'odd@example.org', WORD, 'scheme'),
            ('another network', 'net@example.org', WORD, 'network')):
        base.ends(what, name, 1, ' reason=' + reason, password)
    for ip, code in (('192.0.2.9', 0), ('192.0.3.9', 1), ('2001:db8::1', 0),
                     ('2001:db9::1', 1), ('', 1), ('nonsense', 1)):
        base.ends('from %s' % ip, 'net@example.org', code,
                  ' reason=network' if code else '', TCPREMOTEIP=ip)
    base.ends('networks that are none', 'badnet@example.org', 111,
              'what=networks')
    base.ends('two rows', 'two@example.org', 111, 'more_than_one_row')


def hostile(base):
    for name in ("'or'1'='1", "'or'1'='1'--", "joe'--@example.org",
                 "joe'#@example.org", 'joe"@example.org', '"or"1"="1',
                 "';DROP\tTABLE\tusers;--@example.org", "joe\\'@example.org",
                 '$1@example.org', '?@example.org', ':user@example.org',
                 '_oe@example.org', "joe@example.org'", 'joe@%', '`joe`',
                 'joe@example.org\\', "x'||'", 'joe;@example.org',
                 '\xfc@example.org', 'a' * 200 + '@example.org',
                 '@example.org', 'joe@', '@', '\x01', '\x7f', '-joe', '{user}'):
        base.ends('name %r' % name[:40], name, 1, ' reason=unknown')
    for name in (b'\xfc@example.org', b'joe\xff@example.org', b'\xed\xa0\x80',
                 b'\xc0\xae', b"\xbf'or'1'='1"):
        base.ends('name %r' % name, name, 1, ' reason=unknown')
    base.ends('a name with % that there is', '%@example.org', 0, '')
    base.ends('10 kB', 'joe' * 3333, 1, ' reason=too-long')
    r = base.place.check([base.program, 'echo', 'in'],
                         b'joe\0@example.org\0' + WORD.encode() + b'\0',
                         **base.env)
    same(r[:2], (1, ''), 'a NUL in the name')
    same(base.ask('SELECT count(*) FROM users'), str(len(rows(base.place))),
         'the table is as it was')


def maildir(base):
    """a handler without an argument serves what the database says"""
    for column, answer in (("'Maildir'", 'b OK'), ("'Nowhere'", 'a NO'),
                           ('NULL', 'a NO')):
        base.query(QUERY.replace("'Maildir'", column))
        seen, log = fronts.login(
            base.place, 'imap', [base.program],
            ['a LOGIN joe@example.org ' + fronts.imap_quoted(WORD),
             'b SELECT INBOX', 'c LOGOUT'], (), **base.env)
        ok(answer in seen, 'MAILDIR is ' + column, seen + log)
    base.query(QUERY)


def mechanisms(base):
    """SCRAM, APOP and CRAM-MD5, with what is stored for them"""
    def scram(name, password=WORD, **env):
        return fronts.scram(base.place, [base.program], name + '@example.org',
                            password, **dict(base.env, **env))
    for name in ('scr', 'clear'):
        ok(scram(name)[0].startswith('a OK'), 'SCRAM, ' + name)
        ok(scram(name, 'a-wrong-one')[0].startswith('a NO [AUTH'), 'SCRAM, wrong')
    one, two, three = scram('nobody')[1], scram('nobody')[1], scram('joe')[1]
    salt = [x.split(',')[1:] for x in (one, two, three)]
    ok(salt[0] == salt[1] != salt[2], 'salts of names without keys', salt)
    got, _, log = scram('dis')
    ok(got.startswith('a NO [AUTH') and 'reason=disabled' in log,
       'SCRAM, disabled', log)
    got, _, log = scram('scr', DUMMY_SECRET='/nowhere')
    ok(got.startswith('a NO [UNAV'), 'SCRAM without a secret', log)
    stamp = '<1.2@here>'
    for name, digest, code in (
            ('clear', hashlib.md5((stamp + WORD).encode()).hexdigest(), 0),
            ('clear', hmac.new(WORD.encode(), stamp.encode(), 'md5')
             .hexdigest(), 0),
            ('clear', hashlib.md5((stamp + 'no').encode()).hexdigest(), 1),
            ('joe', hashlib.md5((stamp + WORD).encode()).hexdigest(), 1)):
        same(base.place.check([base.program, 'true'], [
            name + '@example.org', digest, stamp], **base.env)[0], code,
            'a digest for ' + name)


def rehash(base):
    """REHASH with the program itself: a hash is made anew at a login"""
    base.place.write('update', UPDATE)
    env = dict(SQL_UPDATE=base.place.path('update'), REHASH_COST='1000',
               REHASH=base.program + ' -u', REHASH_SCHEME='sha512')

    def stored():
        return base.ask("SELECT password FROM users WHERE name = 'old'")
    base.ends('rehash, wrong', 'old@example.org', 1, 'password', 'no', **env)
    base.ends('rehash', 'old@example.org', 0, '', **env)
    end = time.monotonic() + 30
    while stored() == HASH and time.monotonic() < end:
        time.sleep(0.02)
    ok(stored().startswith('$6$rounds=1000$'), 'a new hash', stored())
    base.ends('after it', 'old@example.org', 0, '', **env)
    base.ends('after it, wrong', 'old@example.org', 1, 'password', 'no')
    new = stored()
    for what, data, code in (
            ('that is late', ['old@example.org', 'no', '', HASH], 1),
            ('of nobody', ['x@example.org', WORD, '', HASH], 1),
            ('without a hash', ['old@example.org', WORD, ''], 2),
            ('with what is none', ['old@example.org', WORD, '', '!'], 2),
            ('that is right', ['old@example.org', WORD, '', HASH], 0)):
        same(stored(), new, 'the hash before one ' + what)
        r = base.place.check([base.program, '-u'], data,
                             **dict(base.env, **env))
        same(r[0], code, 'a new hash ' + what)
        ok(WORD not in r[2], 'no password in its log', r[2])
    same(stored(), HASH, 'it was changed')
    base.place.write('update', UPDATE.replace('password', 'absent'))
    r = base.place.check([base.program, '-u'], data, **dict(base.env, **env))
    ok(r[0] == 111 and 'absent' in r[2] and HASH not in r[2],
       'an update that fails', r)


def texts(base):
    name = 'joe@example.org'
    base.query(QUERY.replace('password,', 'password, absent,'))
    base.ends('no such column', name, 111, base.nothing)
    if base.name == 'mysql':    # MariaDB tells no line for that
        base.query(QUERY.replace('FROM', 'FROM FROM'))
    r = base.check(['true'], name)
    ok(':%d ' % (4 if base.name == 'mysql' else 2) in r[2], 'the line', r[2])
    base.query(QUERY.replace('home,', 'home AS hoem,'))
    base.ends('a column that is no field', name, 111, 'what=hoem')
    base.query(QUERY.replace('home,', ''))
    base.ends('no home', name, 111, 'there_is_no_home')
    base.query(QUERY.replace('quota AS env_quota', 'quota AS env_path'))
    base.ends('a variable that may not be set', name, 111, 'what=env_path')
    base.query(QUERY.replace('uid,', '0 AS uid,'))
    base.ends('root', name, 111, 'what=uid')
    base.query(QUERY.replace(':domain', ':domian'))
    base.ends('an unknown placeholder', name, 100,
              'no placeholder of this name: %s:5\n' % base.place.path('query'))
    base.query(QUERY + ';\nDELETE FROM users')
    base.ends('two statements', name, 100, '/query:7\n')
    base.query('')
    base.ends('no statement', name, 100, 'there is no statement')
    base.query('DELETE FROM users WHERE 1 = 2')
    base.ends('not a query', name, 111, {
        'sqlite': 'readonly', 'pgsql': 'gives_no_rows',
        'mysql': 'DELETE_command_denied'}[base.name])
    base.query(QUERY)
    base.settings(base.good, 0o644)
    base.ends('settings that others can read', name, 100, 'chmod 600')
    base.settings(base.good + 'x\n')
    base.ends('a line without =', name, 100, 'a line that is not NAME=value: ')
    base.settings('# nothing\n\n' + base.good)
    base.ends('comments', name, 0, '')
    base.settings(base.good)
    base.ends('no settings', name, 111, 'unable to read',
              SQL_CONNECT=base.place.path('gone'))
    base.ends('no query', name, 111, 'unable to read',
              SQL_QUERY=base.place.path('gone'))
    base.ends('a timeout that is none', name, 100, 'SQL_TIMEOUT',
              SQL_TIMEOUT='0')


def everything(kind):
    global HASH
    place = Place()
    if not built(kind.program):
        return ok(not os.environ.get('CI'), 'it is built in CI') and skip(
            kind.program, 'it was not built: its library is not installed')
    home = place.home('home')
    for d in ('', '/cur', '/new', '/tmp'):
        os.mkdir(home + '/Maildir' + d, 0o700)
        os.chown(home + '/Maildir' + d, UID, GID)
    place.add('x', stdin=WORD + '\n')
    place.add('scr', '-s', 'SCRAM-SHA-256', '-c', '4096', stdin=WORD + '\n')
    HASH = place.hash('x')
    base = kind(place)
    why = base.start()
    if why:
        return skip(kind.program, why)
    base.settings(base.good)
    base.query(QUERY)
    lets_in(base)
    refuses(base)
    hostile(base)
    if hasattr(base, 'extra'):
        base.extra()
    fronts.chained(place, [base.program], 'joe@example.org', WORD, **base.env)
    maildir(base)
    mechanisms(base)
    rehash(base)
    texts(base)
    base.faults()


for kind in (Sqlite, Pgsql, Mysql):
    if len(sys.argv) < 2 or kind.name in sys.argv:
        everything(kind)
done('sql')
