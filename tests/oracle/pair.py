# ISC licence; see LICENSE.
"""The same question to Dovecot's imap and to ours.

    theirs = Twin(maildir)              # Dovecot, or
    ours = Twin(copy, ours=True)        # imapd, each on its own Maildir
    theirs.ask('ENVELOPE', 7)           # the value for the message with UID 7
    theirs.found('BODY lunch')          # UIDs, or the word of the failure

A server that hangs up is started anew and asked again, once and alone; what
it hangs up on gives the answer HANGS_UP.
"""
import os
import re
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
from system import Dead, Imap, as_user, own     # noqa: E402
from imapwords import items                     # noqa: E402

DOVECOT = '/usr/lib/dovecot/imap'
HANGS_UP = 'hangs up'


def dovecot(maildir):
    """Dovecot's imap on that Maildir, as a session like ours"""
    home = os.path.dirname(maildir)
    with open(home + '/dovecot.conf', 'w') as f:
        f.write('base_dir = %s/run\nstate_dir = %s/run\n'
                'mail_location = maildir:%s\nlog_path = /dev/null\nssl = no\n'
                'default_internal_user = nobody\n'
                'default_login_user = nobody\n'
                'stats_writer_socket_path =\n' % (home, home, maildir))
    own(home)
    s = Imap.__new__(Imap)
    s.buf, s.name, s.n = b'', 'd', 0
    s.s, theirs = socket.socketpair()
    s.s.settimeout(60)
    s.p = subprocess.Popen(
        [DOVECOT, '-c', home + '/dovecot.conf'], stdin=theirs.fileno(),
        stdout=theirs.fileno(), stderr=subprocess.DEVNULL, cwd=home,
        env={'HOME': home, 'USER': 'test', 'TZ': 'UTC',
             'PATH': os.environ.get('PATH', '/usr/bin:/bin')},
        start_new_session=True, **as_user())
    theirs.close()
    s.greeting = s.response()
    return s


class Twin:
    def __init__(self, maildir, ours=False):
        self.maildir, self.ours, self.hung = maildir, ours, 0
        self.start()

    def start(self, how='EXAMINE'):
        self.s = Imap(self.maildir, log=os.devnull) if self.ours \
            else dovecot(self.maildir)
        self.state = self.s.select(how=how)

    def restart(self, how='EXAMINE'):
        self.s.close()
        self.start(how)

    def revive(self):
        self.hung += 1
        self.restart()

    def offers(self, word):
        return word in b' '.join(self.s.must('CAPABILITY')).decode().split()

    def _fetch(self, what, uid):
        """{item in capitals: value}; {} with a word under '' for a failure"""
        word, text, untagged = self.s.cmd('UID FETCH %d (%s)'
                                          % (uid, ' '.join(what)))
        out = {}
        for r in untagged:
            m = re.match(rb'\* \d+ FETCH \((.*)\)$', r, re.S)
            if m:
                out.update((k.upper(), v) for k, v in items(m[1]).items())
        if word != 'OK':
            out[''] = (word + ' ' + (re.match(r'\[[^]]*\]', text)
                                     or [''])[0]).rstrip()
        return out

    def ask(self, what, uid):
        """value of one item"""
        (out,) = self.ask_all([what], uid).values()
        return out

    def ask_all(self, whats, uid):
        """{item: value}; all in one command if that goes well, else each
        alone"""
        try:
            got = self._fetch(whats, uid)
            if '' in got and len(whats) == 1:
                return {whats[0]: got['']}
            if '' not in got:
                return {w: got.get(key(w), 'is missing') for w in whats}
        except Dead:
            self.revive()
            if len(whats) == 1:
                return {whats[0]: HANGS_UP}
        out = {}
        for w in whats:
            out.update(self.ask_all([w], uid))
        return out

    def found(self, text, charset='UTF-8'):
        """UIDs that SEARCH finds, or the word and code of its refusal"""
        if isinstance(text, str):
            text = text.encode('utf-8')
        begin = b'UID SEARCH '
        if charset:
            begin += b'CHARSET ' + charset.encode() + b' '
        try:
            word, said, untagged = self.s.cmd(begin + literals(text))
        except Dead:
            self.revive()
            return HANGS_UP
        if word != 'OK':
            return (word + ' ' + (re.match(r'\[\S*', said) or [''])[0]).strip()
        return [int(u) for r in untagged if r.startswith(b'* SEARCH')
                for u in r.split()[2:]]

    def close(self):
        return self.s.logout() if self.ours else self.s.close()


def key(item):
    """the name under which an answer comes: without .PEEK and the length"""
    item = re.sub(r'(?i)\.PEEK', '', item)
    return re.sub(r'<(\d+)\.\d+>$', r'<\1>', item).upper()


def literals(text):
    """strings with octets beyond ASCII go as literals"""
    return re.sub(rb'"((?:[^"\\]|\\.)*[^\x00-\x7f](?:[^"\\]|\\.)*)"',
                  lambda m: b'{%d+}\r\n%s' % (len(m[1]), m[1]), text)
