# ISC licence; see LICENSE.
"""Take responses of FETCH apart: values(octets) and items(octets)."""
import re

# an atom as it stands there; BODY[HEADER.FIELDS (a b)]<0> is one word
WORD = re.compile(rb'[A-Za-z0-9.]+\[[^\]]*\](?:<\d+>)?|[^ ()"{]+')


def value(b, i=0):
    """the value at octet i, and where it ends: bytes for strings, str for
    atoms and numbers, None for NIL, lists for lists"""
    c = b[i:i + 1]
    if c == b'(':
        out = []
        i += 1
        while b[i:i + 1] != b')':
            if b[i:i + 1] == b' ':
                i += 1
                continue
            v, i = value(b, i)
            out.append(v)
        return out, i + 1
    if c == b'"':
        m = re.compile(rb'"((?:[^"\\]|\\["\\])*)"').match(b, i)
        return re.sub(rb'\\(.)', rb'\1', m[1]), m.end()
    if c == b'{' or b[i:i + 2] == b'~{':
        m = re.compile(rb'~?\{(\d+)\}\r\n').match(b, i)
        end = m.end() + int(m[1])
        if end > len(b):
            raise ValueError('a literal is too short: %r' % b[i:i + 80])
        return b[m.end():end], end
    m = WORD.match(b, i)
    if not m:
        raise ValueError('no IMAP value: %r' % b[i:i + 80])
    return (None if m[0] == b'NIL' else m[0].decode('latin-1')), m.end()


def items(b):
    """{name: value} of what stands in the parentheses of a FETCH"""
    v, end = value(b'(' + b + b')')
    if end != len(b) + 2 or len(v) % 2:
        raise ValueError('no list of items: %r' % b[:200])
    return {v[k]: v[k + 1] for k in range(0, len(v), 2)}


def parts(body, before=''):
    """(number, body structure) of all parts of a BODYSTRUCTURE; a message
    that is no multipart has its text as part 1 (RFC 3501 section 6.4.5)"""
    dot = before and before + '.'
    if isinstance(body[0], list):
        for k, p in enumerate(body):
            if not isinstance(p, list):
                break
            n = '%s%d' % (dot, k + 1)
            yield n, p
            if isinstance(p[0], list) or message(p):
                yield from inside(p, n)
    else:
        yield dot + '1', body
        if message(body):
            yield from inside(body, dot + '1')


def message(body):
    return (not isinstance(body[0], list) and len(body) > 9
            and body[0].lower() == b'message' and isinstance(body[7], list))


def inside(body, n):
    """what is numbered below the part n"""
    if message(body):
        yield from parts(body[8], n)
    else:
        yield from parts(body, n)
