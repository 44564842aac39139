# ISC licence; see LICENSE.
"""What is asked of every message, of every part of it, and of the folder."""
import random

WHOLE = ['FLAGS', 'UID', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY',
         'BODYSTRUCTURE']
SECTIONS = [
    'BODY.PEEK[]', 'BODY.PEEK[HEADER]', 'BODY.PEEK[TEXT]', 'RFC822',
    'RFC822.HEADER', 'RFC822.TEXT', 'BODY.PEEK[]<0.10>', 'BODY.PEEK[]<5.100>',
    'BODY.PEEK[TEXT]<3.70>', 'BODY.PEEK[TEXT]<100000.7>',
    'BODY.PEEK[HEADER]<1.1>', 'BODY.PEEK[HEADER.FIELDS (Subject FROM)]',
    'BODY.PEEK[HEADER.FIELDS (X-Odd Received "X Y")]',
    'BODY.PEEK[HEADER.FIELDS (Content-Type)]<3.9>',
    'BODY.PEEK[HEADER.FIELDS.NOT (To Date)]', 'BODY.PEEK[1]',
    'BODY.PEEK[1.MIME]', 'BODY.PEEK[2]', 'BODY.PEEK[1.1.1]']
PART = ['BODY.PEEK[%s]', 'BODY.PEEK[%s.MIME]', 'BODY.PEEK[%s]<2.9>',
        'BODY.PEEK[%s.HEADER]', 'BODY.PEEK[%s.TEXT]',
        'BODY.PEEK[%s.HEADER.FIELDS (From To)]',
        'BODY.PEEK[%s.HEADER.FIELDS.NOT (Subject)]']
BINARY = ['BINARY.PEEK[%s]', 'BINARY.PEEK[%s]<1.20>', 'BINARY.SIZE[%s]']

KEYS = [                        # RFC 3501 section 6.4.4, in its order
    'ALL', '2:5,9', '*', 'ANSWERED', 'BCC b', 'BEFORE 16-Nov-2023',
    'BODY lunch', 'BODY "on friday"', 'BODY invoice', 'CC c@d', 'DELETED',
    'DRAFT', 'FLAGGED', 'FROM ann', 'FROM "last, first"', 'FROM Keith',
    'HEADER X-Odd ""', 'HEADER X-Odd value', 'HEADER Received "by"',
    'HEADER Message-ID "@x"', 'HEADER Content-Type multipart',
    'HEADER Date ""', 'KEYWORD Work', 'KEYWORD $Forwarded', 'KEYWORD None',
    'LARGER 500', 'LARGER 0', 'NEW', 'NOT SEEN', 'OLD', 'ON 15-Nov-2023',
    'OR SEEN FLAGGED', 'RECENT', 'SEEN', 'SENTBEFORE 1-Jan-2000',
    'SENTON 14-Nov-2023', 'SENTON 21-Nov-1997', 'SENTON 1-Jan-2023',
    'SENTSINCE 1-Jan-2000', 'SENTBEFORE 1-Jan-1970', 'SINCE 18-Nov-2023',
    'SMALLER 500', 'SMALLER 1', 'SUBJECT hello', 'SUBJECT "folded over"',
    'SUBJECT caf', 'SUBJECT ""', 'TEXT garden', 'TEXT hello', 'TEXT "mime"',
    'TEXT "core"', 'TO "a@b"', 'TO smith', 'UID 3:7,100', 'UID 5:*',
    'UNANSWERED', 'UNDELETED', 'UNDRAFT', 'UNFLAGGED', 'UNKEYWORD $Junk',
    'UNSEEN', 'OLDER 100000', 'YOUNGER 5000', 'YOUNGER 2000000000',
    'OLDER 1', '(SEEN FLAGGED)', '1:20 SEEN SMALLER 900']
CHARSET_KEYS = [
    ('SUBJECT "%s"', 'caf\u00e9'), ('SUBJECT "%s"', 'CAF\u00c9'),
    ('BODY "%s"', 'stra\u00dfe'), ('BODY "%s"', 'Gr\u00fc\u00dfe'),
    ('BODY "%s"', 'gr\u00fcsse'), ('TEXT "%s"', '\u00e9clair'),
    ('FROM "%s"', 'J\u00f6rg'), ('SUBJECT "%s"', 'aus k\u00f6ln'),
    ('BODY "%s"', '\u043f\u0420\u0418\u0432\u0435\u0442'),
    ('SUBJECT "%s"', '\u043f\u0440\u0438\u0432\u0435\u0442'),
    ('SUBJECT "%s"', '\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2'),
    ('BODY "%s"', '\u65e5\u672c'), ('BODY "%s"', '\u4f60\u597d'),
    ('TEXT "%s"', '\uc548\ub155'), ('BODY "%s"', '10 \u20ac')]
CHARSETS = ['UTF-8', 'ISO-8859-1', 'windows-1252', 'koi8-r', 'windows-1251',
            'shift_jis', 'iso-2022-jp', 'gb18030', 'big5', 'euc-kr',
            'iso-8859-7', 'utf-7']


CHANGES = [
    'UID STORE 1:50 +FLAGS (\\Seen Work)', 'UID STORE 20:70 -FLAGS (\\Draft)',
    'UID STORE 60:90 FLAGS (\\Answered Fresh)', 'STORE 5 -FLAGS.SILENT (Work)',
    'UID STORE 1:* +FLAGS.SILENT ($Forwarded)', 'UID STORE 7 FLAGS ()',
    'UID STORE 100:120 +FLAGS (\\Deleted)', 'UID EXPUNGE 100:110', 'EXPUNGE']


def nests(count=60):
    """NOT and OR of keys at random, up to four deep; a nest is a key, or
    ['NOT', nest], ['OR', nest, nest] or ['AND', nest...]"""
    r = random.Random(5)

    def one(depth):
        k = r.random()
        if depth == 0 or k < .2:
            return r.choice(KEYS)
        if k < .45:
            return ['NOT', one(depth - 1)]
        if k < .75:
            return ['OR', one(depth - 1), one(depth - 1)]
        return ['AND', *(one(depth - 1) for _ in range(r.randrange(1, 4)))]

    return [['NOT', key] for key in KEYS] + [one(4) for _ in range(count)]


def spelt(nest):
    """a nest as SEARCH takes it"""
    if isinstance(nest, str):
        return '(%s)' % nest
    if nest[0] == 'AND':
        return '(%s)' % ' '.join(spelt(n) for n in nest[1:])
    return nest[0] + ' ' + ' '.join(spelt(n) for n in nest[1:])


def follows(nest, found, everything):
    """what a nest finds, from what the keys in it find"""
    if isinstance(nest, str):
        return found[nest]
    some = [follows(n, found, everything) for n in nest[1:]]
    if nest[0] == 'NOT':
        return everything - some[0]
    return set.union(*some) if nest[0] == 'OR' else set.intersection(*some)


def searches():
    """(key, charset or '')"""
    for key in KEYS:
        yield key, ''
    for key in KEYS[::3]:
        yield key, 'US-ASCII'
    for charset in CHARSETS:
        for key, word in CHARSET_KEYS:
            try:
                octets = word.encode(charset)
            except UnicodeEncodeError:
                continue
            if b'"' in octets or b'\\' in octets:
                continue
            yield (key.encode() % octets), charset
    yield 'TEXT hello', 'X-UNKNOWN'
    yield 'ALL', 'X-UNKNOWN'
