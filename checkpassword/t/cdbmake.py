# ISC licence; see LICENSE.
"""Makes a cdb (D. J. Bernstein, "A structure for constant databases"), for the
tests of what others write."""
import struct

from chain import done


def hash_of(key):
    h = 5381
    for c in key:
        h = (((h << 5) + h) ^ c) & 0xffffffff
    return h


def cdb(records):
    """octets of a cdb with these (key, data)"""
    out = [b'']
    at, tables = 2048, [[] for _ in range(256)]
    for key, data in records:
        h = hash_of(key)
        tables[h & 255].append((h, at))
        out.append(struct.pack('<LL', len(key), len(data)) + key + data)
        at += 8 + len(key) + len(data)
    head = b''
    for entries in tables:
        n = 2 * len(entries)
        head += struct.pack('<LL', at, n)
        slots = [(0, 0)] * n
        for h, where in entries:
            i = (h >> 8) % n
            while slots[i][1]:
                i = (i + 1) % n
            slots[i] = (h, where)
        out += [struct.pack('<LL', *s) for s in slots]
        at += 8 * n
    out[0] = head
    return b''.join(out)


if __name__ == '__main__':      # not a test itself
    done('cdbmake')
