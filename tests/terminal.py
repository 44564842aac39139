# ISC licence; see LICENSE.
"""A program on a terminal (tmux), for tests: press keys, wait for a text.

    t = Terminal(site, ['mutt', ...])
    t.keys('j', 'Enter')                names of keys as tmux has them
    t.type('text')                      just that text
    t.wait('regular expression')        on the screen; the match or None
    t.end()                             the exit code, or None: it stays
"""
import atexit
import os
import re
import shlex
import subprocess

from system import wait_for


class Terminal:
    count = 0

    def __init__(self, site, args, env=None, width=110, height=36):
        Terminal.count += 1
        self.site, self.code = site, '%s/tty%d' % (site.dir, Terminal.count)
        self.tmux = ['tmux', '-S', '%s.socket' % self.code, '-f', '/dev/null']
        line = '%s; echo $? >%s; sleep 1' % (
            ' '.join(map(shlex.quote, args)), shlex.quote(self.code))
        atexit.register(self.end)
        e = {'PATH': os.environ.get('PATH', '/usr/bin:/bin'),
             'HOME': site.dir, 'TERM': 'xterm', 'LC_ALL': 'C.UTF-8',
             'TZ': 'UTC', 'SHELL': '/bin/sh'}
        e.update(env or {})
        subprocess.run([*self.tmux, 'new-session', '-d', '-x', str(width),
                        '-y', str(height), line], env=e, cwd=site.dir,
                       check=True, stdin=subprocess.DEVNULL)

    def _tmux(self, *args):
        # a semicolon at the end would end tmux's command
        args = [a[:-1] + '\\;' if a.endswith(';') else a for a in args]
        return subprocess.run([*self.tmux, *args], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)

    def keys(self, *names):
        self._tmux('send-keys', *names)

    def type(self, text):
        self._tmux('send-keys', '-l', text)

    def screen(self):
        return self._tmux('capture-pane', '-p').stdout.decode(
            'utf-8', 'replace')

    def wait(self, pattern, seconds=15):
        return wait_for(lambda: re.search(pattern, self.screen(), re.M),
                        seconds, .05)

    def ended(self, seconds=10):
        """the exit code once it has ended by itself, or None"""
        def look():
            try:
                with open(self.code) as f:
                    return f.read().strip()
            except FileNotFoundError:
                return None
        got = wait_for(look, seconds, .05)
        return int(got) if got else None

    def end(self):
        self._tmux('kill-server')
