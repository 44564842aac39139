# ISC licence; see LICENSE.
"""Sessions that wait in IDLE: what they need of memory, and when they hear of
new mail. Scenarios for the table of scenarios.py."""
import memory
import statistics
import time


def use(server):
    """of all the server's processes"""
    got = memory.Use()
    for pid in server.pids:
        got = got.more(memory.measure(pid)[''])
    return got


def slab():
    """kB that the kernel itself has taken and cannot give back: of the whole
    machine, since it does not say for whom"""
    return memory.field(memory.read('/proc/meminfo'), 'SUnreclaim')


def idle_sessions(server, users, tls=False):
    return [memory.talk(server.port, b'u%d' % i, b'x', tls)
            for i in range(users)]


def close(sessions):
    for s, f in sessions:
        f.close()
        s.close()


def memory_of(tls):
    """kB of one session of many, a user each, after SELECT and in IDLE"""
    def run(server, ctx):
        if 'idle' not in server.warmed:     # all indexes are there
            close(idle_sessions(server, ctx.users, tls))
            server.warmed.add('idle')
            ctx.pause(server.ends_s)
        before, slab_before = use(server), slab()
        sessions = idle_sessions(server, ctx.users, tls)
        ctx.pause(server.waits_s)
        each = use(server).less(before, ctx.users)
        more = (slab() - slab_before) / ctx.users
        close(sessions)
        ctx.note('%s %s; beside that slab of the whole machine %.0f' % (
            server.name, ' '.join(str(each).split()), more))
        ctx.pause(server.ends_s)
        return each.total()
    return run


def news(delivery, silence):
    """from a delivery to the untagged EXISTS, after some seconds of silence;
    five sessions"""
    def run(server, ctx):
        sessions = idle_sessions(server, min(5, ctx.users))
        ctx.pause(silence)
        times = []
        for i, (s, f) in enumerate(sessions):
            began = time.monotonic()
            delivery(server, ctx, 'u%d' % i)
            while b'EXISTS' not in f.readline():
                pass
            times.append(time.monotonic() - began)
        close(sessions)
        return statistics.median(times)
    return run
