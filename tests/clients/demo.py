#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""The demo: it comes up, the commands that it prints work, it goes away
without a trace. As root also once more as an ordinary user."""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..'))
import system                                           # noqa: E402
from system import Checks, TOP                          # noqa: E402

checks = Checks('demo')
missing = system.need('svscan', 'tcpserver', 'curl', 'imapd/imapd')
if missing:
    checks.skip('all', missing + ' is not there')
    checks.done()


def start(top, **kw):
    """run the demo; (process, what it printed up to its last line)"""
    p = subprocess.Popen(['sh', top + '/run-scripts/demo'], cwd='/',
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, start_new_session=True,
                         env=dict(os.environ, CI='true', O=''), **kw)
    text = ''
    for line in p.stdout:
        text += line.decode()
        if 'Ctrl-C' in text.split('\n')[-2]:
            break
    return p, text


def listening(port):
    try:
        socket.create_connection(('127.0.0.1', port), 1).close()
        return True
    except OSError:
        return False


def processes(d):
    """pids of processes that work in or below this directory"""
    found = []
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            if os.readlink('/proc/%s/cwd' % pid).startswith(d):
                found.append(int(pid))
        except OSError:
            pass
    return found


def try_demo(who, top, sig, **kw):
    p, text = start(top, **kw)
    m = re.search(r'The mail is in (\S+?)/home/demo/Maildir', text)
    if not checks.ok(m, who + ': it comes up', text[-3000:]):
        p.kill()
        p.wait()
        return
    d = m[1]
    commands = re.findall(r'^ +(curl .*)$', text, re.M)
    checks.ok(len(commands) >= 6, who + ': it prints commands', text)
    for c in commands:
        r = subprocess.run(c + ' -sS -m 20', shell=True, cwd='/tmp',
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT)
        checks.ok(r.returncode == 0 and len(r.stdout) > 20, '%s: %s' % (who, c),
                  (r.returncode, r.stdout[-500:]))
    ports = [int(x) for x in re.findall(r' port (\d+)', text)]
    checks.ok(len(ports) >= 4 and all(map(listening, ports)),
              who + ': ports', ports)
    held = socket.create_connection(('127.0.0.1', ports[0]))
    owner = os.stat(d + '/home/demo/Maildir').st_uid
    checks.ok(owner != 0, who + ': the mail is not root\'s', owner)
    # Ctrl-C goes to all of the foreground's processes
    if sig == signal.SIGINT:
        os.killpg(p.pid, sig)
    else:
        p.send_signal(sig)
    try:
        p.stdout.read()
        checks.same(p.wait(20), 0, who + ': exit')
    except subprocess.TimeoutExpired:
        checks.ok(False, who + ': it ends')
        os.killpg(p.pid, signal.SIGKILL)
        p.wait()
    held.close()
    checks.ok(not os.path.exists(d), who + ': its directory is gone', d)
    end = time.monotonic() + 5
    while processes(d) and time.monotonic() < end:
        time.sleep(.1)
    checks.same(processes(d), [], who + ': no process is left')
    checks.ok(not any(map(listening, ports)), who + ': no port is left')


try_demo('caller', TOP, signal.SIGINT)
if system.ROOT:
    # an ordinary user has a copy of the project
    home = tempfile.mkdtemp(prefix='roost-d.')
    try:
        shutil.copytree(TOP, home + '/roost', symlinks=True,
                        ignore=shutil.ignore_patterns('.git', 'build'))
        system.own(home)
        try_demo('user', home + '/roost', signal.SIGTERM, **system.as_user())
    finally:
        shutil.rmtree(home)
checks.done()
