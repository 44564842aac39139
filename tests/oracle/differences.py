# ISC licence; see LICENSE.
"""Where Dovecot and imapd answer differently, and why ours stays as it is.

WHY has the reasons, by a short name; each is decided by the RFC that it names, or, where no
RFC has a rule, by what serves the reader of a damaged message. explain()
finds the reasons for one difference, or None if it is a new one.
"""
import re

WHY = {
    # ENVELOPE, and the address lists in it
    'made-up': 'an address without a mailbox or host has "" there, and what '
    'can be read of it is shown; no word is made up that nobody wrote (RFC '
    '3501 section 7.4.2, RFC 5322 section 4.4)',
    'stops': 'one address that cannot be read does not hide those behind it',
    'comment': 'a comment at an address names it if nothing else does (RFC '
    '5322 section 3.4: the old use of comments), wherever it stands',
    'colon': 'a colon begins a group only where a list may follow (RFC 5322 '
    'section 3.4); a group without a name and members is none',
    'space': 'unfolding removes the line break and nothing else (RFC 5322 '
    'section 2.2.3); white space at both ends is not part of a value',
    'nul': 'NUL becomes 0x80 everywhere, as in BODY[], so that sizes agree '
    '(RFC 3501 section 9: a literal has no NUL)',
    'twice': 'of a field that may come once the first counts; only '
    'destinations are joined (RFC 5322 sections 3.6 and 4.5)',
    'bare CR': 'a CR alone is no line end (RFC 5322 section 2.3)',
    # BODYSTRUCTURE
    'no parts': 'a multipart has at least one part (RFC 3501 section 9: '
    '1*body); one without any is shown as the text that it is, so that its '
    'octets can be read',
    'type': 'a Content-Type that cannot be read is text/plain (RFC 2045 '
    'section 5.2); what can be read of a damaged one is kept',
    'case': 'the case of a type is kept',
    'value': 'a parameter without its quotes is taken up to the next one: '
    'file names have spaces, slashes and brackets; a missing ";" or quote '
    'hides nothing',
    'continued': 'the segments of a parameter are joined as RFC 2231 section '
    '3 says; what is no segment keeps its name; 100 are the most',
    'disposition': 'a Content-Disposition without a type is none (RFC 2183 '
    'section 2); a damaged one is kept as far as it goes',
    'language': 'all tags of a Content-Language are shown, comments are not '
    '(RFC 3282)',
    'location': 'Content-Location is a URI: folding and white space go (RFC '
    '2557 section 4.4.2); an empty one is none',
    'encoding': 'a transfer encoding that cannot be read is shown as it was '
    'written, not as 7bit, which the octets need not be (RFC 2045 section '
    '6.4)',
    'no version': 'fields of a part count also without MIME-Version (RFC '
    '2045 section 4 asks for it of those who write)',
    'encoded whole': 'a message in base64 or quoted-printable is not a '
    'message yet (RFC 2046 section 5.2.1 forbids it): it is data to decode',
    'global': 'message/global is a message with header and text (RFC 6532 '
    'section 3.7), also for clients to which BODYSTRUCTURE does not show it '
    'as one',
    'boundary': 'the boundary is the parameter without white space at its '
    'end (RFC 2046 section 5.1.1), in full length, also with octets that '
    'ought to be quoted',
    'delimiter': 'the line end before a delimiter belongs to it, also at the '
    'end of a header or an inner multipart (RFC 2046 section 5.1.1)',
    # sections
    'nil': 'a part that a message does not have is NIL (RFC 9051 section '
    '6.4.5, RFC 3516); Dovecot says ""',
    'below': 'a part that is neither a multipart nor a message has no parts '
    'below it; only a message that is no multipart has a part 1 (RFC 3501 '
    'section 6.4.5)',
    'last line': 'the header of a part has the line end and the blank line '
    'that stand there, also if nothing but a delimiter follows (RFC 3501 '
    'section 6.4.5: included always)',
    'hangs up': 'Dovecot hangs up; the answer is a piece of the message',
    'no blank line': 'no blank line is made up where the header has none: '
    'RFC 3501 appendix B, 72',
    'no field': 'lines that are no field are not in HEADER.FIELDS.NOT, which '
    'gives fields (RFC 3501 section 6.4.5)',
    'CRs': 'CRs before a line end are octets of the message',
    'structure': 'follows from a difference in the structure; ours is a '
    'piece of the message',
    'date': 'date-day-fixed may have a space for its first digit (RFC 3501 '
    'section 9)',
    # BINARY
    'whole': 'BINARY[] is the message as it is: a message has no transfer '
    'encoding, its parts have (RFC 3516 section 4.3)',
    'damaged': 'damaged base64 or quoted-printable gives what can be decoded '
    '(RFC 2045 section 6.8: other octets are ignored); Dovecot says '
    '[PARSE] or hangs up',
    'CRLF': 'decoded text is sent with CR LF (RFC 3516 section 4.2)',
    'CTE': 'an encoding with white space, comments or in quotes is the '
    'encoding that it names or [UNKNOWN-CTE]',
    'size': 'BINARY.SIZE is the size of what BINARY gives; of a message '
    'inside that says base64 Dovecot gives another',
    # SEARCH
    'no date': 'a message without a Date that can be read was sent on no day',
    'old date': 'dates in old and in damaged forms, and before 1970, are '
    'read (RFC 5322 section 4.3)',
    'made-up found': 'SEARCH does not find words that nobody wrote',
    'more text': 'text is found wherever it can be read: in lines that were '
    'wrapped, in the header of a message inside, behind an unknown or '
    'damaged encoding, in 8-bit octets without a charset',
    'more address': 'SEARCH FROM, TO, CC and BCC look at the whole field, '
    'also behind an address that cannot be read',
    'more words': 'encoded words with a language (RFC 2231 section 5), and '
    'words in or beside 8-bit text are read',
}

MADE_UP = (b'MISSING_MAILBOX', b'MISSING_DOMAIN', b'SYNTAX_ERROR',
           b'INVALID_ROUTE')


def sent(text):
    """as it has to come over the wire"""
    return re.sub(rb'(?<!\r)\n', b'\r\n', text).replace(b'\0', b'\x80')


def same(x):
    """without what white space and NUL make of a value"""
    if isinstance(x, list):
        return [same(v) for v in x]
    if isinstance(x, bytes):
        x = x.replace(b'\xef\xbf\xbd', b'\x80')
        return re.sub(rb'[ \t\r\n]+', b' ', x).strip()
    return x


def has_made_up(x):
    return any(w in repr(x).encode() for w in MADE_UP)


def header_count(text, name):
    return len(re.findall(rb'(?im)^%s[ \t]*:' % name, text))


def addresses(x, y, text):
    x, y = x or [], y or []
    if has_made_up(x):
        return 'made-up'
    if len(x) < len(y) and same([a for a in x if a[3]]) == same(
            [a for a in y if a[3]])[:len([a for a in x if a[3]])]:
        return 'stops'
    if [a[1:] for a in x] == [a[1:] for a in y]:
        return 'comment'
    if len(x) > len(y) and header_count(text, b'from') > 1:
        return 'twice'
    return 'colon' if b':' in text else None


def envelope(a, b, text):
    for i, (x, y) in enumerate(zip(a, b)):
        if x == y:
            continue
        if same(x) == same(y):
            yield 'nul' if r'\xef\xbf\xbd' in repr(x) else 'space'
        elif re.search(rb'\r(?!\n)', text) and b'\n' not in text:
            yield 'bare CR'
        elif 2 <= i <= 7:
            yield addresses(x, y, text)
        else:
            yield 'twice'


def is_multi(x):
    return isinstance(x[0], list)


def empty_text(x):
    return (not is_multi(x) and x[0] == b'text' and x[6] == '0') or (
        is_multi(x) and len([p for p in x if isinstance(p, list)]) == 1)


def multi_parts(x):
    return x[:next(k for k, v in enumerate(x) if not isinstance(v, list))]


def structure(a, b, text):
    """reasons for two BODYs or BODYSTRUCTUREs"""
    if a == b:
        return
    if is_multi(a) and is_multi(b):
        p, q = multi_parts(a), multi_parts(b)
        if len(p) != len(q):
            yield 'boundary'
            return
        for x, y in zip(p, q):
            yield from structure(x, y, text)
        yield from tail(a[len(p):], b[len(q):])
        return
    if is_multi(a):
        yield 'no parts' if b[0].lower() == b'text' else None
        return
    if is_multi(b):
        yield 'boundary'
        return
    if len(a) != len(b) or a[:2] != b[:2]:
        low = [x.lower() for x in a[:2]], [x.lower() for x in b[:2]]
        if low[0] == [b'message', b'rfc822'] and \
                b[5].lower() in (b'base64', b'quoted-printable'):
            yield 'encoded whole'
        elif low[0] == low[1]:
            yield 'case' if len(a) == len(b) else None
        else:
            yield 'type'
        return
    yield from leaf(a, b, text)


BASIC = ['type', 'subtype', 'params', 'id', 'description', 'encoding', 'size']
MORE = ['md5', 'disposition', 'language', 'location']


def leaf(a, b, text):
    """two bodies of one type, field by field"""
    fields = list(BASIC)
    if a[0].lower() == b'message' and len(a) > 9 and isinstance(a[7], list):
        fields += ['envelope', 'body', 'lines']
    elif a[0].lower() == b'text':
        fields += ['lines']
    for name, x, y in zip(fields + MORE, a, b):
        if x != y:
            yield from one_field(name, x, y, text)


def one_field(name, x, y, text):
    if name == 'envelope':
        yield from envelope(x, y, text)
    elif name == 'body':
        yield from structure(x, y, text)
    elif name == 'params':
        yield 'continued' if b'*' in repr((x, y)).encode() else 'value'
    elif x is None and name in ('id', 'description', 'disposition',
                                'language', 'location') and \
            header_count(text, b'mime-version') < 1 + len(
                re.findall(rb'(?i)message/rfc822', text)):
        yield 'no version'
    elif name in ('id', 'description'):
        yield 'space' if same(x) == same(y) else None
    elif name in ('size', 'lines'):
        yield 'delimiter'
    else:
        yield name if name in WHY else None


def tail(a, b):
    """what follows the parts of a multipart"""
    for name, x, y in zip(['subtype', 'params'] + MORE[1:], a, b):
        if x == y:
            continue
        yield 'boundary' if name == 'params' else name if name in WHY \
            else None


def section(what, name, text, a, b, differs):
    whole = sent(text)
    numbered = re.match(r'BODY\.PEEK\[\d', what)
    if b is None and a == b'':
        return 'nil'
    if b is not None and b not in whole and 'FIELDS' not in what:
        return None
    if a == 'hangs up':
        return 'hangs up'
    if a == b'' and numbered and not differs and b'message/global' in text:
        return 'global'
    if 'HEADER.FIELDS' in what:
        return fields_of_header(what, a, b) or (
            'structure' if numbered and differs else None)
    if numbered and differs:
        return 'structure'
    if numbered and b is None and re.match(r'.*\.1\]?<?', what):
        return 'below'
    if a is not None and b is not None and numbered:
        if ('MIME' in what or 'HEADER' in what) and b == a + b'\r\n':
            return 'last line'
        if a == b + b'\r\n' and a in whole:
            return 'delimiter'
    return None


def fields_of_header(what, a, b):
    if a is None or b is None:
        return None
    if a == b + b'\r\n':
        return 'no blank line'
    if b == a + b'\r\n':
        return 'last line'
    x, y = (re.sub(rb'\r+(\n|$)', b'\r\n', v) for v in (a, b))
    if x in (y, y + b'\r\n'):
        return 'CRs'
    x, y = x.split(b'\r\n'), y.split(b'\r\n')
    return 'no field' if 'NOT' in what and set(y) <= set(x) | {b''} else None


def binary(what, name, text, a, b, differs):
    whole = sent(text)
    if 'SIZE' in what:
        return 'size'
    if '[]' in what:
        return 'whole' if b == re.sub(rb'(?<!\r)\n', b'\r\n', text) \
            else None
    if isinstance(a, str):
        return 'CTE' if 'UNKNOWN' in a else 'damaged'
    if isinstance(b, str):
        return 'CTE'
    if isinstance(a, bytes) and isinstance(b, bytes):
        if sent(a) == sent(b):
            return 'CRLF'
        if b in whole and b'content-transfer-encoding' in b.lower():
            return 'whole'
        if a == b + b'\r\n':
            return 'delimiter'
    if header_count(text, b'content-transfer-encoding') > 1:
        return 'twice'
    return 'structure' if differs else None


def search(what, name, text, a, b, differs):
    if 'SENT' in what:
        return 'old date' if b and not a or not re.search(
            rb'(?im)^date', text) else 'no date'
    if re.search(r"'(BCC|CC|TO|FROM)", what):
        return 'more address' if b else 'made-up found'
    if re.search(r"'(BODY|TEXT)", what):
        return 'more text' if b else None
    return 'more words' if b else None


def explain(what, name, text, a, b, differs):
    """reasons for a difference (keys of WHY), or None if there is one that
    nobody has decided; differs: the structure of the message differs"""
    if what == 'INTERNALDATE':
        out = ['date' if re.sub(rb'^0', b' ', a) == b else None]
    elif what == 'ENVELOPE':
        out = list(envelope(a, b, text))
    elif what in ('BODY', 'BODYSTRUCTURE'):
        out = list(structure(a, b, text))
    elif what.startswith('BODY.PEEK'):
        out = [section(what, name, text, a, b, differs)]
    elif what.startswith('BINARY'):
        out = [binary(what, name, text, a, b, differs)]
    elif what.startswith('SEARCH'):
        out = [search(what, name, text, a, b, differs)]
    else:
        return None
    return out if out and None not in out else None
