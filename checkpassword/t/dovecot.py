# ISC licence; see LICENSE.
"""checkpassword-cdb under a front end that is not ours: Dovecot 2.3, whose
passdb "checkpassword" runs such programs. Dovecot wants a checker that does
not change its uid, so its auth process runs as the owner of the mail. Needs
root; Dovecot listens on nothing but its sockets in a directory of ours."""
import grp
import os
import pwd
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from chain import *

CONF = '''
base_dir = %(dir)s/run
log_path = %(dir)s/log
protocols =
ssl = no
first_valid_uid = 1
auth_failure_delay = 0
import_environment = USERS_CDB=%(dir)s/users.cdb
passdb {
  driver = checkpassword
  args = %(dir)s/bin/checkpassword-cdb
}
userdb {
  driver = prefetch
}
service auth {
  user = %(user)s
  group = %(group)s
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
'''


def doveadm(place, *args):
    p = subprocess.run(['doveadm', '-c', place.path('conf'), *args],
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       timeout=60)
    return p.returncode, p.stdout.decode()


def log(place):
    with open(place.path('log')) as f:
        return f.read()


def main():
    owner = pwd.getpwnam('mail')
    place = Place()
    home = place.path('home')
    os.mkdir(home, 0o700)
    os.chown(home, owner.pw_uid, owner.pw_gid)
    os.mkdir(place.path('run'))
    place.user('add', '-u', 'mail', '-d', home, 'joe')
    place.user('add', '-u', 'nobody', '-d', '/', 'other')
    os.chown(place.path('users.cdb'), owner.pw_uid, owner.pw_gid)
    place.write('conf', CONF % {
        'dir': place.dir, 'user': 'mail',
        'group': grp.getgrgid(owner.pw_gid).gr_name})
    with open(place.path('started'), 'wb') as f:
        server = subprocess.Popen(['dovecot', '-F', '-c', place.path('conf')],
                                  stdin=subprocess.DEVNULL, stdout=f, stderr=f)
    try:
        end = time.monotonic() + 20
        while not os.path.exists(place.path('run/auth-client')):
            if time.monotonic() > end or server.poll() is not None:
                return ok(False, 'dovecot listens', log(place))
            time.sleep(0.05)
        code, out = doveadm(place, 'auth', 'test', 'joe', 'secret')
        ok(code == 0 and 'auth succeeded' in out, 'accepted', out + log(place))
        code, out = doveadm(place, 'auth', 'test', 'joe', 'wrong')
        ok(code != 0 and 'temp_fail' not in out, 'refused', out)
        code, out = doveadm(place, 'auth', 'test', 'nobody-here', 'secret')
        ok(code != 0 and 'temp_fail' not in out, 'unknown', out)
        code, out = doveadm(place, 'auth', 'test', 'other', 'secret')
        ok(code != 0 and 'temp_fail' in out, 'another uid: later', out)
        ok('refused user=joe reason=password' in log(place)
           and 'refused user=nobody-here reason=unknown' in log(place)
           and 'deferred user=other what=become' in log(place), 'log',
           log(place))
    finally:
        server.terminate()
        server.wait(timeout=30)


if not ROOT:
    skip('dovecot', 'not root')
elif not (have('dovecot') and have('doveadm')):
    skip('dovecot', 'not installed')
elif PREFIX:
    skip('dovecot', 'its limit on memory has no room for the sanitizers')
elif b'2.3.' not in subprocess.run(['dovecot', '--version'],
                                   stdout=subprocess.PIPE).stdout:
    skip('dovecot', 'only version 2.3 has this passdb')
else:
    main()
done('dovecot')
