# ISC licence; see LICENSE.
"""Random mail, the same for the same seed: Wild(seed).message() is octets.

odd=False leaves out what real mail should not have and servers may take
apart in more than one way (headers without an end, fields that are none,
multiparts without parts, NULs, ...); all else is there: nested multiparts and
messages, every transfer encoding, several charsets, groups, comments, folded
and 8-bit fields, CR LF line ends, boundaries that are beginnings of others.
"""
import base64
import quopri
import random

ADDRESSES = [
    'ann@example.org', 'Ann Example <ann@example.org>',
    '"Last, First" <a.b@c.d>', '=?utf-8?q?J=C3=B6rg?= <j@x.de>',
    'team: a@b, C <c@d>;', 'empty:;', '<x@y>', 'x@y (Comment (nested) here)',
    '"quo\\"ted" <"local part"@z.org>', 'Bob Sample\n <bob@example.net>',
    '<@r1,@r2:u@h>', 'J\xc3\xb6rg <raw@utf8.de>', 'undisclosed-recipients: ;',
    'x @ y . z', 'A. Dotted Name <d@e>', 'grp: "x" <x@y>, z@w; , tail@t',
    'a@[192.0.2.1]', "O'B <o@b>",
]
ODD_ADDRESSES = [
    'joe', 'a@b,, c@d', 'a b c', 'No Brackets n@b.c', '<>', '"Only Name"',
    '<broken@addr', 'trailing@comma,', '(just a comment)', 'a@b.c <d@e.f>',
    'A <a@b> B <c@d>', '@x', 'a@', 'me@x.org;you@y.org', '(((((', '"open',
    'g: h: i@j;;', '<<a@b>>', ';;;,,,', ':',
]
DATES = [
    'Mon, 7 Feb 1994 21:52:25 -0800 (PST)', 'Tue, 14 Nov 2023 22:13:20 +0000',
    'Fri, 31 Dec 1999 23:30:00 +1400', '15 Nov 2023 23:59:59 -1200',
    'Thu, 29 Feb 2024 00:00:00 GMT',
]
ODD_DATES = ['garbage', '', 'Wed, 30 Feb 2022 10:00:00 +0100',
             '  3 Mar 2001 1:2:3 EST', '1 Jan 70 00:00 GMT',
             '2023-11-14T22:13:20Z', 'Tue Nov 14 22:13:20 2023']
SUBJECTS = [
    'hello', 'Re: =?UTF-8?B?R3LDvMOfZQ==?= aus =?iso-8859-1?Q?K=F6ln?=',
    'say "hi" \\o/', 'folded\n over\n lines', '8bit \xc3\xa9\xc3\xa0',
    'x' * 1200, '=?x-unknown?q?abc?= tail', 'lunch on friday',
    'GR\xc3\x9cSSE', '',
]
ODD_SUBJECTS = ['latin \xe9', '=?utf-8?q?broken', 'two\n  spaces', 'tab\there',
                '\n \n ', '\x01\x02', 'a\rb']
WORDS = ('lunch friday garden Stra\xdfe \xc9clair \u043f\u0440\u0438\u0432'
         '\u0435\u0442 invoice heating concert tickets').split()
DISPOSITIONS = [
    'inline', 'attachment; filename="a b.txt"',
    "attachment; filename*=utf-8''%C3%A9.txt",
    'ATTACHMENT; filename=x.pdf; size=12',
    'attachment; filename*0="ab"; filename*1="cd"',
]
ODD_TYPES = [
    'garbage', '', 'text', 'text/x-foo; charset', 'text/plain; charset="open',
    'multipart/mixed', 'multipart/mixed; boundary=', 'message/rfc822; x=y',
    'text/plain;;; charset=utf-8', 'message/partial', 'message/global',
    'multipart/mixed; boundary="%s"' % ('long' * 80), '/', 'text//plain',
]


class Wild:
    def __init__(self, seed, odd=False):
        self.r = random.Random(seed)
        self.odd = odd
        self.boundaries = 0

    def maybe(self, p):
        return self.r.random() < p

    def pick(self, good, odd=()):
        return self.r.choice(good + list(odd) if self.odd else good)

    def lines(self):
        out = '\n'.join(
            ' '.join(self.r.choice(WORDS) for _ in range(self.r.randrange(9)))
            for _ in range(self.r.randrange(6)))
        return out + ('\n' if self.maybe(.8) else '')

    def header(self):
        out = []

        def field(name, body, p):
            if self.maybe(p):
                out.append(name + self.pick([':'], [' :', ':', ':'])
                           + self.pick([' ', ' ', '', '\t'], ['\n ']) + body)

        field('Date', self.pick(DATES, ODD_DATES), .8)
        field('Subject', self.pick(SUBJECTS, ODD_SUBJECTS), .8)
        field('From', self.pick(ADDRESSES, ODD_ADDRESSES), .8)
        for name, p in (('Sender', .2), ('Reply-To', .3), ('To', .8),
                        ('Cc', .3), ('Bcc', .1)):
            some = [self.pick(ADDRESSES, ODD_ADDRESSES)
                    for _ in range(self.r.randrange(1, 4))]
            field(name, ', '.join(some) if self.maybe(.9) else '', p)
        field('Message-ID', '<%d@x>' % self.r.randrange(10 ** 6), .8)
        field('In-Reply-To', '<1@y> <2@z>', .3)
        field('X-Odd', 'value %d' % self.r.randrange(100), .3)
        field('Received', 'from a\n\tby b; date', .4)
        if self.odd:
            for line in ('not a field', ' continued', 'X-\xe9: 8bit name',
                         ':no name', 'From ann Tue Nov 14', 'x' * 5000):
                if self.maybe(.04):
                    out.append(line)
        self.r.shuffle(out)
        if not self.odd or self.maybe(.8):
            out.append('MIME-Version: 1.0')
        return out

    def content_type(self, name, *params):
        out = 'Content-Type: ' + name
        for key, val in params:
            bare = val.isalnum() and self.maybe(.5)
            out += (self.pick(['; ', ';', '; \n ', ';\n\t']) + key + '='
                    + (val if bare else '"%s"' % val))
        return out

    def fields(self):
        out = []
        if self.maybe(.2):
            out.append('Content-ID: <%d@id>' % self.r.randrange(99))
        if self.maybe(.2):
            out.append('Content-Description: ' + self.pick(
                ['a part', '=?utf-8?q?=C3=A9?=', 'caf\xc3\xa9', '']))
        if self.maybe(.3):
            out.append('Content-Disposition: ' + self.pick(
                DISPOSITIONS, ['', ';', '; filename=x', 'a b; c=d']))
        if self.maybe(.1):
            out.append('Content-Language: ' + self.pick(
                ['en', 'en, de', 'fr,de , it'], [',', '']))
        if self.maybe(.1):
            out.append('Content-Location: ' + self.pick(
                ['http://a/b'], ['"x y"', 'foo\n bar']))
        if self.maybe(.1):
            out.append('Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==')
        return out

    def leaf(self):
        text = self.lines()
        kind = self.r.randrange(7 if self.odd else 6)
        charset, cte, head = 'utf-8', None, []
        if kind == 1:
            head = [self.content_type('text/plain', ('charset', 'utf-8'))]
        elif kind == 2:
            charset = 'iso-8859-1'
            head = [self.content_type('TEXT/HTML', ('charset', charset))]
        elif kind == 3:
            cte = 'base64'
            head = [self.content_type('image/png', ('name', 'pic.png'))]
        elif kind == 4:
            cte = 'base64'
            head = [self.content_type('text/plain', ('charset', 'utf-8'))]
        elif kind == 5:
            cte = 'quoted-printable'
            head = [self.content_type('text/plain', ('charset', 'utf-8'),
                                      ('format', 'flowed'))]
        elif kind == 6:
            head = ['Content-Type: ' + self.r.choice(ODD_TYPES)]
        body = text.encode(charset, 'replace')
        if cte == 'base64':
            body = base64.encodebytes(body)
        elif cte:
            body = quopri.encodestring(body)
        if cte:
            head.append('Content-Transfer-Encoding: '
                        + self.pick([cte, cte.upper(), ' ' + cte]))
        elif self.maybe(.4):
            head.append('Content-Transfer-Encoding: ' + self.pick(
                ['8bit', '7bit', 'binary'], ['x-weird', '', 'base64', '"8bit"']
                ))
        head += self.fields()
        self.r.shuffle(head)
        return head, body.decode('latin-1')

    def multipart(self, depth):
        self.boundaries += 1
        b = 'b%d' % self.boundaries + self.pick(['', 'x y', '=_.', '--'])
        if self.odd and self.maybe(.1):
            b = 'b1'                    # the same inside each other
        head = [self.content_type('multipart/' + self.pick(
            ['mixed', 'alternative', 'related', 'Mixed', 'signed'],
            ['digest']), ('boundary', b))]
        if self.maybe(.3):
            head += self.fields()
        out = self.pick(['', 'preamble\n', '--not\n'])
        for _ in range(self.r.randrange(0 if self.odd else 1, 4)):
            h, body = self.part(depth + 1)
            out += '--' + b + self.pick(['', '', ' ', '\t'], ['x']) + '\n'
            out += ''.join(line + '\n' for line in h) + '\n' + body
            if not self.odd or self.maybe(.9):
                out += '\n'
        if not self.odd or self.maybe(.8):
            out += '--' + b + '--' + self.pick(['\n', ' \n', '\nepilogue\n'],
                                               ['', 'x\n'])
        return head, out

    def part(self, depth):
        k = self.r.random()
        if depth > 4 or k < .5:
            return self.leaf()
        if k < .85:
            return self.multipart(depth)
        h, body = self.whole(depth + 1)
        head = ['Content-Type: message/rfc822']
        if self.maybe(.3):
            head += self.fields()
        return head, ''.join(line + '\n' for line in h) + '\n' + body

    def whole(self, depth):
        head, body = self.part(depth)
        return self.header() + head, body

    def message(self):
        head, body = self.whole(0)
        t = ''.join(line + '\n' for line in head)
        if not self.odd or self.maybe(.95):
            t += '\n' + body
        t = t.encode('latin-1')
        k = self.r.random()
        if k < .1:
            return t.replace(b'\n', b'\r\n')
        if not self.odd:
            return t
        if k < .2:
            return b''.join(c + (b'\r' if self.maybe(.3) else b'') + b'\n'
                            for c in t.split(b'\n'))
        if k < .25:
            return t.replace(b'e', b'\0', 3)
        if k < .3:
            return t.replace(b'\n', b'\r')
        if k < .35:
            return t[:self.r.randrange(len(t) + 1)]
        if k < .4:
            return bytes(self.r.randrange(256) for _ in range(500)) + t
        return t
