# ISC licence; see LICENSE.
"""A system call made in another process, to see what its fences let through.

    with Injected(pid) as p:
        p.openat('/etc/passwd', os.O_RDONLY)    # what it gets: fd or -errno

The process is stopped by ptrace while it waits for input, made to run the
call with its own rights and filters, and set back as it was. Linux on x86-64
only; POSSIBLE says whether.
"""
import ctypes
import os
import platform
import struct

POSSIBLE = platform.machine() == 'x86_64' and os.uname().sysname == 'Linux'

GETREGS, SETREGS, SINGLESTEP, ATTACH, DETACH = 12, 13, 9, 16, 17
REGS = ('r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax '
        'rip cs eflags rsp ss fs_base gs_base ds es fs gs').split()
NUMBERS = {'close': 3, 'socket': 41, 'execve': 59, 'execveat': 322, 'kill': 62, 'ptrace': 101,
           'setuid': 105, 'mount': 165, 'openat': 257, 'io_uring_setup': 425}
AT_FDCWD = 2 ** 64 - 100

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p,
                         ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long


class Injected:
    def __init__(self, pid):
        self.pid = pid

    def _ptrace(self, what, data=None):
        if _libc.ptrace(what, self.pid, None, data) == -1:
            e = ctypes.get_errno()
            raise OSError(e, 'ptrace: ' + os.strerror(e))

    def _regs(self):
        buf = ctypes.create_string_buffer(8 * len(REGS))
        self._ptrace(GETREGS, ctypes.cast(buf, ctypes.c_void_p))
        return dict(zip(REGS, struct.unpack('27Q', buf.raw)))

    def _set(self, regs):
        buf = ctypes.create_string_buffer(
            struct.pack('27Q', *(regs[r] for r in REGS)))
        self._ptrace(SETREGS, ctypes.cast(buf, ctypes.c_void_p))

    def __enter__(self):
        self._ptrace(ATTACH)
        os.waitpid(self.pid, 0x40000000)        # __WALL
        self.regs = self._regs()
        with open('/proc/%d/mem' % self.pid, 'rb', 0) as mem:
            mem.seek(self.regs['rip'] - 2)
            if mem.read(2) != b'\x0f\x05':
                self.__exit__()
                raise OSError('it does not wait in a system call')
        return self

    def __exit__(self, *_):
        self._set(self.regs)
        self._ptrace(DETACH)

    def call(self, name, *args):
        """arguments are numbers or octets, which lie on its stack, ended
        by NUL"""
        r = dict(self.regs, rax=NUMBERS[name], orig_rax=2 ** 64 - 1,
                 rip=self.regs['rip'] - 2)
        at = self.regs['rsp'] - 8192
        with open('/proc/%d/mem' % self.pid, 'r+b', 0) as mem:
            for reg, v in zip('rdi rsi rdx r10 r8 r9'.split(), args):
                if isinstance(v, bytes):
                    mem.seek(at)
                    mem.write(v + b'\0')
                    v, at = at, at + len(v) + 1
                r[reg] = v
        self._set(r)
        self._ptrace(SINGLESTEP)
        _, status = os.waitpid(self.pid, 0x40000000)
        if not os.WIFSTOPPED(status):
            return 'it was killed'
        got = self._regs()['rax']
        return got - 2 ** 64 if got >> 63 else got

    def openat(self, path, flags, mode=0o600):
        """closed again if it was opened"""
        fd = self.call('openat', AT_FDCWD, os.fsencode(path), flags, mode)
        if isinstance(fd, int) and fd >= 0:
            self.call('close', fd)
        return fd
