# ISC licence; see LICENSE.
"""A small UCSPI-TLS server for the tests, made from the protocol's text.

It runs one program on one connection. The program has the raw socket (or,
with pipes=True, pipes that carry it) on 0 and 1, and SSLCTLFD, SSLREADFD and
SSLWRITEFD. When it writes y or Y to SSLCTLFD, TLS is started.
"""
import os
import select
import socket
import ssl
import subprocess
import tempfile
import threading

import front

PEM = os.path.join(front.HERE, 'test.pem')


class Server:
    """with Server(argv, env, ...) as s: s.client is the client's socket

    answer   what is sent back after Y; {} stands for the variables
    fail     'close' or 'kill': do that instead of a handshake
    """

    def __init__(self, name, pipes=False, answer=None, fail=None, chain=None,
                 **env):
        self.answer, self.fail = answer, fail
        self.log = tempfile.TemporaryFile()
        self.client, self.raw = front.tcp_pair()
        self.started = None             # what SSLCTLFD was asked
        self.ctl, ctl = socket.socketpair()
        self.to_prog, prog_in = socket.socketpair()
        self.from_prog, prog_out = socket.socketpair()
        self.pumping = threading.Event()
        self.stop = threading.Event()
        if pipes:
            zero, self.feed = os.pipe()
            self.drain, one = os.pipe()
        else:
            zero, one = os.dup(self.raw.fileno()), os.dup(self.raw.fileno())
            self.feed = self.drain = None
        fds = [s.fileno() for s in (ctl, prog_in, prog_out)]
        self.fds = fds
        env = front.base_env(**dict(dict(
            UCSPITLS='1', SSLCTLFD=str(fds[0]), SSLREADFD=str(fds[1]),
            SSLWRITEFD=str(fds[2]), SSL_CERT_FILE='theirs'), **env))
        self.proc = subprocess.Popen(
            [front.program(name)] + (chain or [front.AUTH, front.HANDLER]),
            stdin=zero, stdout=one, stderr=self.log, env=env, pass_fds=fds)
        for fd in (zero, one):
            os.close(fd)
        for s in (ctl, prog_in, prog_out):
            s.close()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        try:
            self.plain_until_asked()
            if self.started:
                self.start_tls()
        except (OSError, ssl.SSLError, ValueError):
            self.proc.terminate()
        if self.feed is not None:
            os.close(self.feed)
            os.close(self.drain)
        self.raw.close()
        for s in (self.to_prog, self.from_prog, self.ctl):
            s.close()

    def plain_until_asked(self):
        """carry octets between the socket and the pipes, if there are any;
        one at a time, and none after the go-ahead, which belong to TLS"""
        going = True
        while not self.stop.is_set():
            watch = [self.ctl]
            if self.feed is not None and going:
                watch += [self.raw, self.drain]
            ready = select.select(watch, [], [], 0.1)[0]
            if self.drain in ready:
                data = os.read(self.drain, 4096)
                if not data and self.proc.poll() is not None:
                    return
                if data:
                    self.raw.sendall(data)
                going = b'begin TLS' not in data
                continue
            if self.ctl in ready:
                self.started = self.ctl.recv(1)
                return
            if self.raw in ready:
                data = self.raw.recv(1)
                if not data:
                    return
                os.write(self.feed, data)
                if data == b'\n':       # await the answer
                    select.select([self.drain, self.ctl], [], [], 1)

    def start_tls(self):
        if self.fail == 'close':
            return
        if self.fail == 'kill':
            self.proc.terminate()
            return
        ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ctx.load_cert_chain(PEM)
        self.tls = ctx.wrap_socket(self.raw, server_side=True)
        if self.started == b'Y':
            self.send_answer()
        self.pump()

    def send_answer(self):
        own = 'SSL_PROTOCOL=%s\0SSL_CIPHER=%s\0' % (
            self.tls.version(), self.tls.cipher()[0])
        answer = own + '\0' if self.answer is None else \
            self.answer.replace('{}', own)
        self.ctl.sendall(answer.encode('latin-1'))

    def pump(self):
        self.pumping.set()
        self.tls.settimeout(0.1)
        while not self.stop.is_set():
            if select.select([self.from_prog], [], [], 0)[0]:
                data = self.from_prog.recv(4096)
                if not data:
                    self.tls.unwrap()
                    return
                self.tls.sendall(data)
            try:
                if not self.tls.pending() and not select.select(
                        [self.tls, self.from_prog], [], [], 0.1)[0]:
                    continue
                if self.tls.pending() or select.select(
                        [self.tls], [], [], 0)[0]:
                    data = self.tls.recv(4096)
                    if not data:
                        return
                    self.to_prog.sendall(data)
            except (TimeoutError, ssl.SSLWantReadError):
                pass

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.client.close()
        self.stop.set()
        self.thread.join(10)
        try:
            self.proc.wait(10)
        except subprocess.TimeoutExpired:
            front.check(False, 'the program ends')
            self.proc.kill()
            self.proc.wait()
        self.log.close()

    logged = front.Front.logged
    wait_log = front.Front.wait_log


class Lines:
    """the client's side: lines over its socket, in the clear or over TLS"""

    def __init__(self, sock):
        self.sock = sock
        self.sock.settimeout(10)
        self.left = b''

    def start_tls(self):
        front.check(self.left == b'', 'nothing in the clear behind the OK',
                    self.left)
        ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        ctx.check_hostname = False
        ctx.load_verify_locations(PEM)
        self.sock = ctx.wrap_socket(self.sock)

    def send(self, data):
        self.sock.sendall(data.encode('latin-1'))

    def more(self, timeout):
        self.sock.settimeout(max(timeout, 0.01))
        try:
            return self.sock.recv(4096)
        except TimeoutError:
            return None
        except OSError:
            return b''

    line = front.Front.line
    until = front.Front.until
    ask = front.Front.ask
    expect = front.Front.expect
    closed = front.Front.closed
