# ISC licence; see LICENSE.
"""HAProxy and stunnel in front of sslserver and of proxy-in."""
import os
import shutil
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'help.d'))
from tls import (DIR, Server, certificate, check, client, done,  # noqa
                 everything, facts_of, path, program, skip, wait_for)

os.environ['PATH'] += ':/usr/sbin:/sbin'
children = []


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def start(*args, **kw):
    p = subprocess.Popen(args, stdin=subprocess.DEVNULL, cwd=DIR,
                         stdout=open(path('proxy.log'), 'ab'),
                         stderr=subprocess.STDOUT, **kw)
    children.append(p)


def stop():
    while children:
        p = children.pop()
        p.terminate()
        try:
            p.wait(5)
        except subprocess.TimeoutExpired:
            p.kill()
            p.wait()


def answers(port):
    try:
        socket.create_connection(('127.0.0.1', port), 1).close()
        return True
    except OSError:
        return False


def connect(port):
    check(wait_for(lambda: answers(port)), 'the proxy runs',
          open(path('proxy.log')).read())
    return socket.create_connection(('127.0.0.1', port), 10)


def haproxy(front, port, options):
    with open(path('haproxy.cfg'), 'w') as f:
        f.write('global\n  log stderr local0\ndefaults\n  mode tcp\n'
                '  timeout connect 5s\n  timeout client 20s\n'
                '  timeout server 20s\n'
                'listen l\n  bind 127.0.0.1:%s\n'
                '  server s 127.0.0.1:%d %s\n' % (front, port, options))
    start('haproxy', '-db', '-f', path('haproxy.cfg'))


def test_haproxy():
    if not shutil.which('haproxy'):
        return skip('haproxy')
    certificate('h')
    with open(path('h.both'), 'wb') as f:
        for ext in '.pem', '.key':
            f.write(open(path('h' + ext), 'rb').read())
    for how in 'send-proxy', 'send-proxy-v2', 'send-proxy-v2 ' \
            'proxy-v2-options crc32c,unique-id':
        with Server('env', PROXY_FROM='127.0.0.1') as s:
            front = free_port()
            haproxy(front, s.port, how)
            with connect(front) as c:
                mine = c.getsockname()[1]
                with s.tls(sock=c) as t:
                    f = facts_of(everything(t))
            check(f['TCPREMOTEPORT'] == str(mine) and f['TCPLOCALPORT']
                  == str(front) and f['SSL_PROTOCOL'] == 'TLSv1.3', how, f)
            stop()
    # TLS ends at HAProxy, which tells of it
    with Server('env', '-n', PROXY_FROM='127.0.0.1') as s:
        front = free_port()
        haproxy('%d ssl crt %s' % (front, path('h.both')), s.port,
                'send-proxy-v2-ssl-cn proxy-v2-options ssl,ssl-cipher,'
                'authority')
        with s.tls(sock=connect(front), name='mail.example') as t:
            f = facts_of(everything(t))
        check(f.get('SSL_PROTOCOL') == 'TLSv1.3'
              and f.get('SSL_CIPHER', '').startswith('TLS_')
              and f.get('SSL_TLS_SNI_SERVERNAME') == 'mail.example',
              'told of TLS', f)
        stop()


def test_stunnel():
    stunnel = shutil.which('stunnel4') or shutil.which('stunnel')
    if not stunnel:
        return skip('stunnel')
    if not shutil.which('tcpserver'):
        return skip('tcpserver')
    p = subprocess.Popen(
        ['tcpserver', '-1RHl0', '127.0.0.1', '0', program('proxy-in'), 'env'],
        stdout=subprocess.PIPE, env=dict(os.environ, PROXY_FROM='127.0.0.1'))
    children.append(p)
    port = int(p.stdout.readline())
    front = free_port()
    with open(path('stunnel.conf'), 'w') as f:
        f.write('foreground = yes\npid =\n[s]\naccept = 127.0.0.1:%d\n'
                'connect = 127.0.0.1:%d\nprotocol = proxy\ncert = %s\n'
                'key = %s\n' % (front, port, path('ec.pem'), path('ec.key')))
    start(stunnel, path('stunnel.conf'))
    with connect(front) as c:
        mine = c.getsockname()[1]
        with client().wrap_socket(c, server_hostname='localhost') as t:
            f = facts_of(everything(t))
    check(f.get('TCPREMOTEPORT') == str(mine)
          and f.get('TCPLOCALPORT') == str(front), 'stunnel', f)
    p.stdout.close()
    stop()


try:
    test_haproxy()
    test_stunnel()
finally:
    stop()
done('proxies')
