#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""mutt on a terminal of its own, driven by a macro: read, flag, copy, move,
delete, over IMAP; and read over POP3"""
import os
import pty
import select
import shutil
import subprocess
import time
from urllib.parse import quote

from common import PASSWORD, files, fixtures, start, Site

checks = start('mutt', 'mutt')
site = Site()
maildir = site.user('joe', PASSWORD, lambda p: fixtures.make('folders', p))
imap, pop3 = site.imap(), site.pop3()
passes = quote(PASSWORD, safe='')
with open(site.dir + '/muttrc', 'w') as f:
    f.write('''set ssl_starttls=no ssl_force_tls=no imap_check_subscribed=yes
set confirmappend=no confirmcreate=no delete=yes quit=yes move=no
set wait_key=no mark_old=no sleep_time=0 collapse_unread=no
set folder="imap://joe@127.0.0.1:%d" imap_pass='%s' pop_pass='%s'
set header_cache="" certificate_file="" pop_delete=no
''' % (imap, PASSWORD, PASSWORD))


def mutt(url, keys):
    """run mutt with these keys pushed; its exit code"""
    ours, theirs = pty.openpty()
    p = subprocess.Popen(['mutt', '-n', '-F', site.dir + '/muttrc', '-f', url,
                          '-e', 'push "%s"' % keys],
                         stdin=theirs, stdout=theirs, stderr=theirs,
                         env=dict(site.env, TERM='xterm', HOME=site.dir),
                         start_new_session=True)
    os.close(theirs)
    said, end = b'', time.monotonic() + 40
    while time.monotonic() < end and p.poll() is None:
        if select.select([ours], [], [], .2)[0]:
            try:
                said += os.read(ours, 65536)
            except OSError:
                break
    try:
        code = p.wait(5)
    except subprocess.TimeoutExpired:
        p.kill()
        p.wait()
        code = 'timeout'
    os.close(ours)
    if code != 0:
        print(said[-3000:].decode('latin-1').replace('\x1b', '^['))
    return code


def at(folder):
    return 'imap://joe@127.0.0.1:%d/%s' % (imap, folder)


checks.same(mutt(at('INBOX'),
                 '<tag-pattern>~s lunch<enter>'
                 '<tag-prefix><copy-message>=Archive<enter>'
                 '<quit>'), 0, 'copy')
checks.same(len(files(maildir, 'Archive')), 2, 'two were copied')
checks.same(len(files(maildir)), 4, 'none went')

checks.same(mutt(at('INBOX'), '1<enter><flag-message><sync-mailbox>'
                 '3<enter><display-message><exit><quit>'), 0,
            'flag and read')
checks.ok(any(n.startswith(fixtures.name(1)) and 'F' in n.split(':2,')[1]
              for n in files(maildir)), 'the first is flagged',
          files(maildir))
checks.ok(any(n.startswith(fixtures.name(3)) and 'S' in n.split(':2,')[1]
              for n in files(maildir)), 'the third is seen', files(maildir))

checks.same(mutt(at('INBOX'), '2<enter><save-message>=Drafts<enter>'
                 '4<enter><delete-message><quit>'), 0, 'move and delete')
checks.same(len(files(maildir)), 2, 'two are left')
checks.same(len(files(maildir, 'Drafts')), 1, 'one was moved')

with open(site.dir + '/draft', 'wb') as f:
    f.write(fixtures.MAIL['plain'])
checks.same(mutt('pop://joe@127.0.0.1:%d' % pop3,
                 '<tag-pattern>~A<enter><tag-prefix><copy-message>%s/popped'
                 '<enter><quit>' % site.dir), 0, 'POP3')
popped = site.dir + '/popped'
text = open(popped, 'rb').read() if os.path.isfile(popped) else b''
checks.same(text.count(b'\nMessage-ID: ') >= 1
            and text.count(b'\nFrom '), 1, 'two messages came by POP3')
shutil.rmtree(site.dir + '/.mutt', ignore_errors=True)
site.close()
checks.done()
