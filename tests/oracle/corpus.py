# ISC licence; see LICENSE.
"""Varied and broken messages, each named by its kind: all() gives a list of
(name, octets), the same at every call.

A name is KIND-NUMBER or the place of an example in an RFC (examples.txt: the
messages and header fields that RFC 2045 to 2049, 2231 and 5322 show, word for
word). The kinds are the generators below, in their order, and wildmail.py.
"""
import base64
import os
import quopri
import random
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import wildmail                                         # noqa: E402

MIME = 'MIME-Version: 1.0\n'
DATE = 'Date: Tue, 14 Nov 2023 22:13:20 +0000\n'
HEAD = 'From: ann@example.org\n' + DATE


def octets(text):
    return text if isinstance(text, bytes) else text.encode('latin-1')


def examples():
    with open(HERE + '/examples.txt', 'rb') as f:
        for block in f.read().split(b'==> ')[1:]:
            name, _, text = block.partition(b'\n')
            yield name.decode(), text


def address():
    """one odd address at a time, then lists of them in every field"""
    odd = wildmail.ADDRESSES + wildmail.ODD_ADDRESSES + [
        'a@b (c) (d)', '(c) a@b', 'a(c)@b', 'a@(c)b', '<a@b> (c)',
        '"a" "b" <c@d>', 'a "b" c <d@e>', '"a\nb" <c@d>', '"" <a@b>', '""@b',
        'a..b@c', '.a@b', 'a.@b', 'a@b.', 'a@.b', 'a@b..c', 'a@@b', 'a@b@c',
        'a b@c', 'a <b> c@d', '<a', 'a>', '<a@b', 'a@b>', '"a@b', "'a@b'",
        'a@[1.2.3.4', 'a@[x\\]y]', 'a@"b"', '<"a b"@c>', '<a b@c>', 'g:;',
        'g:a@b', 'g:a@b;,', 'g:(c);', 'g(c):a@b;', '"g":a@b;', 'g g:a@b;',
        ':a@b;', 'g:;h:;', 'g:a@b;h:c@d;', 'g:h:;;', 'a;b', 'a@b;c@d', ';',
        'g:a@b;c@d', '<@a:b@c>', '<@a,@b:c@d>', '<@a:>', '<@:a@b>', '<@a b@c>',
        '@a:b@c', '=?utf-8?q?a?=@b', '=?utf-8?q?a,b?= <c@d>',
        '"=?utf-8?q?a?=" <b@c>', '=?utf-8?b?w6k=?= =?utf-8?b?w6k=?= <a@b>',
        'a@b (=?utf-8?q?c?=)', '\xe9@b', 'a@\xe9', '\xe9 <a@b>', '(\xe9) a@b',
        'a\\@b@c', '"a\\"b"@c', '"a\\\\" <b@c>', 'a\t<b@c>', 'a@b\t,\tc@d',
        ',', ',,', ',a@b', 'a@b,', 'a@b, ,c@d', '(a),(b)', '<a@b>,<c@d>',
        'A@B', 'a@b(c', 'a@b)', '(()', 'a' * 300 + '@' + 'b' * 300,
        ', '.join('u%d@x.org' % k for k in range(120)), '\x01@\x02',
        'a@b\\', '"a\\', 'undisclosed recipients', 'a @ b', '@', '<>', '< >',
        '<@>', 'a@b <c@d> <e@f>', 'mailto:a@b', 'http://a/b', 'a@b. c',
        'Dr. A. B. <c@d>', 'A, B <c@d>', 'a@b (c, d), e@f',
    ]
    for a in odd:
        yield 'From: x@y\nTo: %s\n%sSubject: address\n\nbody\n' % (a, DATE)
    r = random.Random(1)
    for _ in range(12):
        yield ''.join('%s: %s\n' % (f, ',\n '.join(r.sample(odd, 3)))
                      for f in ('From', 'Sender', 'Reply-To', 'To', 'Cc',
                                'Bcc')) + DATE + '\nbody\n'


def date():
    for d in wildmail.DATES + wildmail.ODD_DATES + [
            'Fri, 21 Nov 97 09:55:06 GMT', '21 Nov 1997 09:55 -0600',
            '1 Jan 49 00:00 +0000', '1 Jan 50 00:00 +0000',
            '1 Jan 099 00:00 +0000', '1 Jan 100 00:00 +0000',
            '31 Dec 1969 23:59:59 +0000', '1 Jan 9999 00:00:00 +0000',
            '29 Feb 2023 00:00:00 +0000', '0 Jan 2023 00:00:00 +0000',
            '32 Jan 2023 00:00:00 +0000', '1 Jan 2023 24:00:00 +0000',
            '1 Jan 2023 23:60:00 +0000', '1 Jan 2023 23:59:60 +0000',
            '1 Jan 2023 23:59:61 +0000', '1 Jan 2023 00:00:00 +9999',
            '1 Jan 2023 00:00:00 -0000', '1 Jan 2023 00:00:00 EST',
            '1 Jan 2023 00:00:00 PDT', '1 Jan 2023 00:00:00 A',
            '1 Jan 2023 00:00:00 Z', '1 Jan 2023 00:00:00 UT',
            '1 Jan 2023 00:00:00 XYZ', '1 Jan 2023 00:00:00',
            '1 Jan 2023', '1 jan 2023 00:00:00 +0000', '1 January 2023 00:00',
            'Mon 1 Jan 2023 00:00:00 +0000', 'Xxx, 1 Jan 2023 00:00:00 +0000',
            '1-Jan-2023 00:00:00 +0000', '1 Jan 2023 00.00.00 +0000',
            '(c) 1 (c) Jan (c) 2023 (c) 00 : 00 : 00 (c) +0000 (c)',
            '1 Jan 2023 00:00:00 +0000 trailing', '1 Jan 2023 00:00:00 + 0000',
            '1 Jan 2023 00:00:00 +000', '1 Jan 2023 00:00:00 +00000',
            '1 Jan 2023 0:0:0 +0000', '01 Jan 2023 00:00:00 +01:00',
            '1 \n Jan\n\t2023 00:00:00 +0000', '\xe9', '1 Jan 2023 -1:00:00',
            '99999999999 Jan 2023 00:00:00 +0000', '1 Jan 2023 00:00:00 "GMT"',
            '1 Foo 2023 00:00:00 +0000', 'Jan 1 2023 00:00:00 +0000',
            '"1 Jan 2023 00:00:00 +0000"', 'Thu,1 Jan 2023 00:00:00 +0000']:
        yield 'From: a@b\nDate: %s\nSubject: date\n\nbody\n' % d
    yield 'From: a@b\nDate: 1 Jan 2001 00:00 +0000\n%s\nx\n' % DATE
    yield 'From: a@b\nDate:\n\nno date\n'


def header():
    """lines that are no fields, and fields that are hardly any"""
    for h in ('', '\n', ' \n', '\t\n', ': value\n', 'name\n', 'name:\n',
              'na me: value\n', ' name: value\n', 'name : value\n',
              'name\t:value\n', 'Subject\n : folded\n', 'Subject:\n',
              'Subject: \n \n', 'Subject:\n\tx\n', 'Subject: a\n b\n\tc\n  d\n',
              'Subject: a\n  \n b\n', 'Subject:a:b\n', 'SUBJECT: x\n',
              'Subject: x\nSubject: y\n', 'Subject: a\0b\n', 'Subject: a\rb\n',
              'Subject: a\r\r\n', 'Subject: \xe9\xff\n', 'Sub\xe9: x\n',
              'Subject: ' + 'x' * 20000 + '\n', 'Subject: x' + '\n y' * 500
              + '\n', 'X' * 3000 + ': y\n', 'From me\nSubject: x\n',
              'From me Tue Nov 14 22:13:20 2023\n', '>From x\nSubject: x\n',
              'Subject: x\n\x00\n', 'Subject: x\n\x0c\n', '-- \nSubject: x\n',
              'Subject: =?utf-8?q?x?=\n\xa0y\n', 'Message-ID: <a@b> <c@d>\n',
              'Message-ID: a@b\n', 'Message-ID: <a\n @b>\n',
              'Message-ID:\n <a@b>\n', 'Message-ID: "x" <a@b>\n',
              'In-Reply-To: your message of today\n', 'In-Reply-To:\n',
              'In-Reply-To: <a@b>\n\t<c@d>\nIn-Reply-To: <e@f>\n',
              'From: a@b\nFrom: c@d\n', 'To: a@b\nTo: c@d\nCc:\nCc: e@f\n',
              'Bcc:\n', 'Reply-To:\nSender:\n', 'Sender: a@b\n',
              'Reply-To: r@s\nFrom: a@b\n', 'From:\nSender: s@t\n',
              ''.join('X-%d: %d\n' % (k, k) for k in range(400)),
              'Subject: "quoted" \\ \x7f\n', 'subject:tab\there\n',
              'Subject:  two spaces  \n'):
        yield h + '\nbody\n'
        yield HEAD + h + 'X-Last: end\n\nbody\n'


def words():
    """encoded words, right and wrong"""
    for s in ('=?utf-8?q?caf=C3=A9?=', '=?UTF-8?B?Y2Fmw6k=?=',
              '=?utf-8?q?a?= =?utf-8?q?b?=', '=?utf-8?q?a?=\n =?utf-8?q?b?=',
              '=?utf-8?q?a?= b', 'a =?utf-8?q?b?=', 'a=?utf-8?q?b?=',
              '=?utf-8?q?a?=b', '=?utf-8?q?a?==?utf-8?q?b?=', '=?utf-8?q??=',
              '=?utf-8?b??=', '=?utf-8?q?a b?=', '=?utf-8?q?a_b?=',
              '=?utf-8?q?=C3?= =?utf-8?q?=A9?=', '=?utf-8?b?w?=', '=?utf-8?b?'
              'w6k?=', '=?utf-8?b?w6k==?=', '=?utf-8?b?w 6k=?=', '=?utf-8?b?*?=',
              '=?utf-8?q?=?=', '=?utf-8?q?=4?=', '=?utf-8?q?=zz?=',
              '=?utf-8?x?a?=', '=?utf-8?q?a', '=?utf-8?q?', '=?utf-8?', '=?',
              '=?utf-8?q?a?', '=??q?a?=', '=?nope?q?a?=', '=?utf-8*en?q?a?=',
              '=?us-ascii?q?=E9?=', '=?iso-8859-1?q?=E9?=', '=?utf-8?q?=E9?=',
              '=?windows-1252?q?=80?=', '=?koi8-r?b?8NLJ18XU?=',
              '=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=', '=?shift_jis?b?k/qWew==?=',
              '=?gb2312?b?xOO6ww==?=', '=?euc-kr?b?vsiz5w==?=',
              '=?big5?b?p0Gmbg==?=', '=?utf-7?q?+AOk-?=',
              '=?utf-16?b?/v8A6Q==?=', '=?utf-8?q?a?=\t=?utf-8?q?b?=  c',
              '=?utf-8?Q?' + 'x' * 500 + '?=', '=?utf-8?q?a=00b?=',
              '=?utf-8?q?a=0D=0AX:_y?=', '"=?utf-8?q?a?="',
              '(=?utf-8?q?a?=)', 'caf\xc3\xa9', 'caf\xe9', '\xc3\xa9'.upper(),
              '=?utf-8?q?=C3=A9?= \xc3\xa9', '=?iso-8859-8-i?b?+ezl7Q==?=',
              '=?utf-8?q?=CE=A3=CE=AF=CF=83=CF=85=CF=86=CE=BF=CF=82?=',
              '=?utf-8?q?Stra=C3=9Fe?=', '=?utf-8?q?e=CC=81clair?='):
        yield ('From: %s <a@b>\nTo: c@d (%s)\n%sSubject: %s\n\nbody %s\n'
               % (s, s, DATE, s, s))


def ctype():
    """Content-Type as it should not be"""
    for t in wildmail.ODD_TYPES + [
            'text/plain', 'TEXT/PLAIN', 'text / plain', 'text/plain;',
            'text/plain ; charset = utf-8', 'text/plain; charset="utf-8',
            "text/plain; charset='utf-8'", 'text/plain; charset=utf-8; x',
            'text/plain; charset=utf-8 charset=us-ascii',
            'text/plain; charset=a; charset=b', 'text/plain charset=utf-8',
            'text/plain, charset=utf-8', 'text/plain; =x', 'text/plain; x=',
            'text/plain; x=""', 'text/plain; "x"=y', 'text/plain; x=y z',
            'text/plain; x="a\\"b\\\\c"', 'text/plain; x="a\n b"',
            'text/plain; x=(c)y', 'text/plain; (c) x=y (d)', '(c) text/plain',
            'text(c)/plain', 'text/(c)plain', 'text/plain(c)', '"text"/plain',
            '"text/plain"', 'text/pl\xe9in', 'text/plain; x=\xe9',
            'text/plain; x="\xc3\xa9"', 'text/plain; x==?utf-8?q?a?=',
            'text/plain; x="=?utf-8?q?a?="', 'text\\/plain', 'text/plain\\',
            'text/plain;\n\tx=y;\n\tz=w', 'text/plain;;x=y', 'text/plain; x;y=z',
            'text/plain/x', 'text plain', 'x', 'x/', '/x', ';', ';x=y', '=',
            '\x00', 'text/plain\0', 'text/plain; x=' + 'y' * 5000, 'text/'
            + 'z' * 1000, 'text/plain' + '; a=b' * 300, 'text/html',
            'application/octet-stream', 'image/png; name=a b.png',
            'image/png; name="a;b.png"', 'image/png; name=a/b', 'message/rfc822',
            'message/rfc822; charset=x', 'message/delivery-status',
            'message/partial; number=1; id=x', 'message/external-body',
            'message/global', 'message/http', 'message/x', 'message/',
            'multipart/x', 'multipart/mixed; boundary=x', 'multipart/digest',
            'multipart', 'x-y/x-z', 'text/plain; charset=unknown-8bit',
            'text/plain; charset=utf-8; format=flowed; delsp=yes']:
        yield (HEAD + MIME + 'Content-Type: %s\n\n--x\n\nFrom: inner@x\n'
               'Subject: inner\n\nGr\xfc\xdfe\n--x--\n' % t)
    yield (HEAD + MIME + 'Content-Type: text/plain\nContent-Type: text/html\n'
           '\ntwo types\n')
    yield HEAD + MIME + 'Content-Type : text/html\n\nblank before colon\n'
    yield HEAD + 'Content-Type: text/html\n\nno MIME-Version\n'


def param():
    """RFC 2231, right and wrong"""
    for p in ("x*=utf-8''%C3%A9", "x*=''%C3%A9", "x*=utf-8'en'%zz",
              "x*=utf-8'en%20", 'x*=plain', "x*=nope''%41", "x*=utf-8''%C3",
              'x*="utf-8\'\'%41"', 'x*0=a; x*1=b', 'x*1=b; x*0=a', 'x*0=a',
              'x*1=b', 'x*0=a; x*2=c', 'x*00=a; x*01=b', 'x*0=a; x*0=b',
              "x*0*=utf-8''%41; x*1*=%42; x*2=c", "x*0=a; x*1*=%42",
              "x=a; x*=utf-8''b", "x*=utf-8''b; x=a", 'x=a; x*0=b; x*1=c',
              'x*=; y=z', 'x**=a', 'x*a=b', 'x*-1=a', '*=a', '*0=a', 'x*0*',
              'x*99999999999=a', '; '.join('x*%d=%d' % (k, k)
                                           for k in range(150)),
              "x*0*=utf-8''%C3; x*1*=%A9", 'x*0="a;b"; x*1="c d"', 'X*0=a; x*1=b',
              "x*=utf-8''%41 trailing", "x*=utf-8''"):
        yield (HEAD + MIME + 'Content-Type: image/png; %s\nContent-Disposition:'
               ' attachment; %s\n\nx\n' % (p, p))


def fields():
    """the other fields of a part"""
    for f in wildmail.DISPOSITIONS + [
            '', ';', 'inline;', 'a b', '"inline"', '(c) inline (d)', 'inline; x',
            'attachment; filename=a b.txt', 'attachment; filename="a\xe9"',
            'attachment; filename="=?utf-8?q?=C3=A9?="', 'attachment filename=x',
            '; filename=x', 'attachment; filename="', 'inline\\', '\xe9',
            'x/y; z=w', 'attachment;\n filename=x;\n size=3']:
        yield (HEAD + MIME + 'Content-Type: image/png\nContent-Disposition: %s'
               '\n\nx\n' % f)
    for name, all_of in (
            ('Language', ('en', 'en, de', 'en,de,', ',en', '', 'en;q=1',
                          '(c) en', '"en"', 'en de', '\xe9', 'en,, de')),
            ('Location', ('http://a/b', '"x y"', 'a\n b', '', '(c) x', '<x>',
                          '\xe9', 'a b c', 'a"b')),
            ('MD5', ('Q2hlY2sgSW50ZWdyaXR5IQ==', '', '(c) x', '"x"', 'a b')),
            ('ID', ('<a@b>', 'a@b', '', '(c) <a@b>', '<a@\n b>', '"x"',
                    '<a@b> x')),
            ('Description', ('text', '', '=?utf-8?q?=C3=A9?=', 'caf\xe9',
                             'a\n b', '"q"', '  x  ', 'caf\xc3\xa9'))):
        for v in all_of:
            yield (HEAD + MIME + 'Content-Type: image/png\nContent-%s: %s\n\n'
                   'x\n' % (name, v))
            yield (HEAD + MIME + 'Content-Type: multipart/mixed; boundary=b\n'
                   'Content-%s: %s\n\n--b\nContent-%s: %s\n\nx\n--b--\n'
                   % (name, v, name, v))
    yield (HEAD + MIME + 'Content-Type: image/png\nContent-ID: <1@x>\n'
           'Content-ID: <2@x>\nContent-MD5: a\nContent-MD5: b\n\nx\n')


def boundary():
    """delimiters that are missing, doubled, alike or too long"""
    plain = '--b\n\none\n--b\n\ntwo\n--b--\n'
    for b in ('b', '"b"', '""', '', '" b"', '"b "', 'b(c)', "'b'", '=?utf-8?q?b?=',
              'B', '"b\\"', 'b;', 'b\n', '"b\n "', '\xe9', 'b; boundary=c',
              'c; boundary=b', '"' + 'b' * 70 + '"', '"' + 'b' * 71 + '"',
              '"' + 'b' * 2000 + '"', '"--"', '"-"', '"b--"', 'b*0=b'):
        yield (HEAD + MIME + 'Content-Type: multipart/mixed; boundary=%s\n\n'
               % b + plain)
        bare = b.strip('"\n')
        yield (HEAD + MIME + 'Content-Type: multipart/mixed; boundary=%s\n\n'
               '--%s\n\none\n--%s--\n' % (b, bare, bare))
    start = HEAD + MIME + 'Content-Type: multipart/mixed; boundary=b\n'
    for body in ('', '\n', '\n\n', '\n--b', '\n--b\n', '\n--b--', '\n--b--\n',
                 '\n--b\n\n', '\n--b\n\nx', '\n--b\nx\n', '\n--b\n\n--b--',
                 '\n--b\n--b--\n', '\n--b\n--b\n--b--\n', '\n--b\nA: b\n--b--\n',
                 '\n--b\nA: b\n\n--b--\n', '\n--b\n\n\n--b--\n',
                 '\n--b \n\nx\n--b-- \n', '\n--b\t\n\nx\n--b--\t\n',
                 '\n--bx\n\nx\n--b--x\n', '\n--b-\n\nx\n--b-\n', '\n --b\n\nx\n',
                 '\n-b\n\nx\n', '\n--B\n\nx\n--B--\n', '\nx--b\n\nx\n--b--\n',
                 '\npre\n--b\n\nx\n--b--\nepi\n--b\n\ny\n--b--\n',
                 '\n--b\n\nx\n--b--\n--b--\n', '\n--b--\n--b\n\nx\n',
                 '\n--b\n\nx\r\n--b--\r\n', '\r\n--b\r\n\r\nx\r\n--b--\r\n',
                 '\n--b\r\n\nx\n--b--\r\n', '\n--b\r\n\r\nx\n\n--b--',
                 '\n--b\n\nx\r--b--\n', '\n--b\r\rx\r--b--\r',
                 '\n--b\n\nx\n\n\n--b\n\n\n\ny\n--b--\n\n\n\n',
                 '\n--b' + ' ' * 3000 + '\n\nx\n--b--\n',
                 '\n--b\nContent-Type: text/html\n\nx\n--b\nContent-Type: '
                 'multipart/mixed; boundary=c\n\n--c\n\ny\n--b\n\nz\n--b--\n',
                 '\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n'
                 '--b--\n--b--\n',
                 '\n--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\nx'
                 '\n--bb--\n--b\n\ny\n--b--\n',
                 '\n--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n'
                 '--b\n\ny\n--c--\n--b--\n',
                 '\n--b\nContent-Type: multipart/mixed\n\n--c\n\nx\n--c--\n'
                 '--b--\n',
                 '\n--b\nContent-Type: message/rfc822\n\nSubject: i\n\nx\n--b\n'
                 'Content-Type: message/rfc822\n\n--b--\n',
                 '\n--b\nContent-Type: message/rfc822\n\nSubject: no blank\n--b'
                 '\n\nx\n--b--\n',
                 '\n--b\nContent-Type: message/rfc822\nContent-Transfer-Encodi'
                 'ng: base64\n\nU3ViamVjdDogeAoKeAo=\n--b--\n'):
        yield start + body


def nest():
    """parts in parts"""
    def multi(depth, sub='mixed', inner='x\n'):
        out = inner
        for k in range(depth):
            out = ('Content-Type: multipart/%s; boundary=n%dz\n\n--n%dz\n%s\n--'
                   'n%dz--\n' % (sub, k, k, out if k else '\n' + out, k))
        return out

    def wrapped(depth):
        out = 'Subject: core\n\ncore\n'
        for k in range(depth):
            out = ('Subject: wrap %d\nContent-Type: message/rfc822\n\n%s'
                   % (k, out))
        return out

    for depth in (1, 2, 3, 5, 9, 20, 40, 60):
        yield HEAD + MIME + multi(depth)
        yield HEAD + MIME + wrapped(depth)
        yield HEAD + MIME + multi(depth, 'digest',
                                  'From: d@e\nSubject: digest\n\nx\n')
    yield (HEAD + MIME + 'Content-Type: multipart/mixed; boundary=b\n\n'
           + '--b\n\nx\n' * 300 + '--b--\n')
    yield (HEAD + MIME + 'Content-Type: multipart/digest; boundary=b\n\n'
           '--b\n\nSubject: a\n\nx\n--b\nContent-Type: text/plain\n\ny\n'
           '--b\nContent-Type: message/rfc822\n\nSubject: c\n\nz\n--b--\n')
    for sub in ('alternative', 'related', 'signed', 'encrypted', 'report',
                'parallel', 'form-data', 'appledouble', 'x-new'):
        yield (HEAD + MIME + 'Content-Type: multipart/%s; boundary=b; type='
               '"text/html"\n\n--b\n\nx\n--b\nContent-Type: text/html\n\n<p>\n'
               '--b--\n' % sub)
    for inner in ('', '\n', 'Subject: x', 'Subject: x\n', 'Subject: x\n\n',
                  'no header', '\nno header\n', ' \nx\n', 'From: a@b\n\nx'):
        yield HEAD + MIME + 'Content-Type: message/rfc822\n\n' + inner
        yield (HEAD + MIME + 'Content-Type: multipart/mixed; boundary=b\n\n'
               '--b\nContent-Type: message/rfc822\n\n%s\n--b\n\ny\n--b--\n'
               % inner)


def encoding():
    """transfer encodings, whole and damaged"""
    text = 'Gr\u00fc\u00dfe aus dem Garten, lunch on friday\n' * 3
    raw = text.encode('utf-8')
    b64, qp = base64.encodebytes(raw), quopri.encodestring(raw)
    bodies = [
        ('base64', b64), ('base64', b64[:-3]), ('base64', b64[:-2]),
        ('base64', b64[:41]), ('base64', b64[:42]), ('base64', b64[:43]),
        ('base64', b64.replace(b'\n', b'')), ('base64', b'====\n'),
        ('base64', b64.replace(b'\n', b'\r\n')), ('base64', b''),
        ('base64', b64.replace(b'R', b'*R', 3)), ('base64', b'\n\n\n'),
        ('base64', b64 + b'trailing text\n'), ('base64', b'R3I=R3I=\n'),
        ('base64', b'R=3=I=\n'), ('base64', b' R3 J1 \n'), ('base64', b'R'),
        ('base64', raw), ('base64', b64 + b64), ('base64', b'AAAA\n'),
        ('base64', b'-----\n'), ('base64', b'R3JvdQ=='), ('base64', b'R3JvdQ'),
        ('base64', b'R3JvdQ=\nR3JvdQ==\n'), ('base64', b'_-_-\n'),
        ('quoted-printable', qp), ('quoted-printable', qp[:50]),
        ('quoted-printable', b'=\n'), ('quoted-printable', b'=='),
        ('quoted-printable', b'a=4'), ('quoted-printable', b'a=ZZb\n'),
        ('quoted-printable', b'a=c3=a9\n'), ('quoted-printable', b'=C3=A9'),
        ('quoted-printable', b'a  \nb\t\n'), ('quoted-printable', b'a=  \nb\n'),
        ('quoted-printable', b'a=\r\nb\r\n'), ('quoted-printable', b'a=\rb\n'),
        ('quoted-printable', b'=00x\n'), ('quoted-printable', raw),
        ('quoted-printable', b'x' * 5000 + b'=\ny'), ('quoted-printable', b''),
        ('quoted-printable', b'=0D=0A.=0D=0A'), ('quoted-printable', b'=\n=\n'),
        ('7bit', raw), ('8bit', raw), ('binary', raw + b'\0\xff'), ('', raw),
        ('x-uuencode', b'begin 644 x\n#0V%T\n`\nend\n'), ('BASE64', b64),
        ('"base64"', b64), ('base64 (c)', b64), ('(c) base64', b64),
        ('base64;', b64), ('base64, 7bit', b64), ('base 64', b64),
        ('quoted_printable', qp), ('QUOTED-PRINTABLE', qp), ('8 bit', raw),
        ('\u00e9', raw), ('binary', b'a\0b\rc\r\nd\n')]
    for name, body in bodies:
        name = name.encode('utf-8')
        for kind in (b'text/plain; charset=utf-8', b'application/x-data'):
            yield (octets(HEAD + MIME) + b'Content-Type: ' + kind
                   + b'\nContent-Transfer-Encoding: ' + name + b'\n\n' + body)
    for kind in ('multipart/mixed; boundary=b', 'message/rfc822',
                 'message/partial; id=x; number=1'):
        for name, body in ((b'base64', base64.encodebytes(
                b'--b\n\nx\n--b--\n')), (b'quoted-printable',
                                         b'--b\n\n=41\n--b--\n')):
            yield (octets(HEAD + MIME + 'Content-Type: %s\n' % kind)
                   + b'Content-Transfer-Encoding: ' + name + b'\n\n' + body)
    yield (HEAD + MIME + 'Content-Type: text/plain\nContent-Transfer-Encoding: '
           '7bit\nContent-Transfer-Encoding: base64\n\nYWJj\n')


def charset():
    """text in many charsets; then broken"""
    for name, text in (
            ('utf-8', 'Stra\u00dfe \u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2'),
            ('iso-8859-1', 'Stra\u00dfe \u00c9clair'),
            ('iso-8859-2', '\u0141\u00f3d\u017a'), ('iso-8859-5',
                                                    '\u041f\u0440\u0438'),
            ('iso-8859-7', '\u0391\u03b8\u03ae\u03bd\u03b1'),
            ('iso-8859-15', '10 \u20ac'), ('windows-1250', '\u017dlu\u0165'),
            ('windows-1251', '\u041f\u0440\u0438\u0432\u0435\u0442'),
            ('windows-1252', '10 \u20ac \u201cStra\u00dfe\u201d'),
            ('koi8-r', '\u041f\u0440\u0438\u0432\u0435\u0442'),
            ('koi8-u', '\u0404\u0432\u0440\u043e'),
            ('shift_jis', '\u65e5\u672c\u8a9e'), ('euc-jp', '\u65e5\u672c'),
            ('iso-2022-jp', '\u65e5\u672c\u8a9e'), ('gb2312', '\u4f60\u597d'),
            ('gbk', '\u4f60\u597d'), ('gb18030', '\u4f60\u597d\u20ac'),
            ('big5', '\u4f60\u597d'), ('euc-kr', '\uc548\ub155'),
            ('utf-7', 'caf\u00e9'), ('utf-16', 'caf\u00e9'),
            ('utf-16le', 'caf\u00e9'), ('utf-16be', 'caf\u00e9'),
            ('cp437', 'caf\u00e9'), ('cp866', '\u041f\u0440\u0438'),
            ('mac-roman', 'caf\u00e9'), ('tis-620', '\u0e01\u0e02')):
        raw = (text + ' lunch\n').encode(name)
        head = octets(HEAD + MIME + 'Content-Type: text/plain; charset="%s"\n'
                      % name)
        yield head + b'Content-Transfer-Encoding: 8bit\n\n' + raw
        yield (head + b'Content-Transfer-Encoding: base64\nSubject: =?'
               + name.encode() + b'?b?' + base64.b64encode(raw) + b'?=\n\n'
               + base64.encodebytes(raw))
        yield head + b'\n' + raw[1::2] + b'\xff\xfe' + raw[:3]


def line():
    """line ends, and lines without one"""
    whole = HEAD + 'Subject: lines\n\none\ntwo\n\nthree\n'
    yield ''
    for s in ('\n', '\r', '\r\n', '\n\n', '\r\n\r\n', '\r\r', '\n\r', 'x',
              'x\n', '\0', '\0\n', ' ', ' \n', '.', '.\n'):
        yield s
    yield whole.replace('\n', '\r\n')
    yield whole.replace('\n', '\r')
    yield whole.replace('\n', '\r\r\n')
    yield whole.replace('\n', '\n\r')
    yield whole.replace('\n', '\r\n', 2)
    yield whole.replace('\n\n', '\n\r\n', 1)
    yield whole.replace('\n\n', '\r\n\n', 1)
    yield whole[:-1]
    yield whole.rstrip() + '\r'
    yield whole + '\r'
    yield whole.partition('\n\n')[0]
    yield whole.partition('\n\n')[0] + '\n'
    yield whole.partition('\n\n')[0] + '\n\n'
    yield whole + 'x' * 40000
    yield whole + '\n' * 5000
    yield whole + '\0' * 50
    yield whole + '\r' * 300 + '\n'
    yield whole + ''.join(chr(k) for k in range(256)) * 2
    yield whole.replace('o', '\0')
    yield '\ufeff'.encode('utf-8').decode('latin-1') + whole
    for k in (4095, 4096, 8191, 8192, 65535, 65536):
        yield whole + 'y' * (k - len(whole)) + '\r\n.\r\nend\n'


def cut():
    """one message ended early, at each of many places"""
    whole = (HEAD + MIME + 'Subject: =?utf-8?q?cut_=C3=A9?=\n'
             'Content-Type: multipart/mixed; boundary="out er"\n\npreamble\n'
             '--out er\nContent-Type: text/plain; charset=utf-8\n'
             'Content-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe\n'
             '--out er\nContent-Type: message/rfc822\n\nFrom: in@side\n'
             'Content-Type: multipart/alternative; boundary=in\n\n--in\n\na\n'
             '--in\nContent-Type: text/html\n\n<b>\n--in--\n--out er\n'
             'Content-Type: image/png; name=x.png\nContent-Transfer-Encoding: '
             'base64\n\niVBORw0KGgo=\n--out er--\nepilogue\n')
    for k in range(3, len(whole), 9):
        yield whole[:k]


def flip():
    """octets changed, lost, doubled and swapped in good messages"""
    r = random.Random(7)
    good = [t for _, t in examples() if len(t) > 300]
    for k in range(90):
        t = bytearray(r.choice(good))
        for _ in range(r.choice((1, 2, 5, 20))):
            i, j = r.randrange(len(t)), r.randrange(len(t))
            what = r.randrange(5)
            if what == 0:
                t[i] = r.randrange(256)
            elif what == 1:
                del t[i:i + r.randrange(1, 9)]
            elif what == 2:
                t[i:i] = t[j:j + r.randrange(1, 60)]
            elif what == 3:
                t[i], t[j] = t[j], t[i]
            else:
                t[i:i + 1] = r.choice((b'\n', b'\r\n', b'"', b'(', b'--', b';',
                                       b'\n\n', b'=?', b':', b','))
        yield bytes(t)


def wild(each):
    """real-looking mail and odd mail in turn, at random"""
    good, odd = wildmail.Wild(42), wildmail.Wild(42, odd=True)
    for _ in range(each):
        yield good.message()
        yield odd.message()


KINDS = (address, date, header, words, ctype, param, fields, boundary, nest,
         encoding, charset, line, cut, flip)


def all(wilds=120):
    """wilds: so many of the random messages that real clients could have
    written, and so many odd ones"""
    out = list(examples())
    for name, texts in [(k.__name__, k()) for k in KINDS] + [
            ('wild', wild(wilds))]:
        out += [('%s-%d' % (name, n), octets(t))
                for n, t in enumerate(texts, 1)]
    return out


if __name__ == '__main__':
    for name, text in all():
        if name in sys.argv[1:]:
            sys.stdout.buffer.write(text)
    if len(sys.argv) == 1:
        print(len(all()), 'messages,', sum(len(t) for _, t in all()), 'octets')
