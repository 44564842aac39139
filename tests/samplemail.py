#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""Fill a Maildir with varied sample mail, as somebody else might have left it.

    tests/samplemail.py DIR [--messages N] [--big MB] [--user ADDRESS]

The same arguments give the same mail to the octet: names, contents and
times. DIR must not exist yet or be empty. There are several folders with
flags, keywords (dovecot-keywords), subscriptions, new mail; texts in UTF-8,
ISO-8859-1, ISO-2022-JP and KOI8-R, with and without encoding; multipart and
nested mail, attachments, threads; and mail that is broken in ways that real
mail is. No uidlist: the first reader gives the UIDs.
"""
import argparse
import base64
import os
import quopri
import random
import sys
from email.utils import formatdate

BEGIN = 1672531200              # 2023-01-01 UTC

PEOPLE = [
    ('Ann Example', 'ann@example.org'),
    ('Carl Gustav', 'carl@example.com'),
    ('Dora Keller', 'dora@example.com'),
    ('Jörg Müller', 'joerg@example.de'),
    ('Zoë Ångström', 'zoe@example.se'),
    ('山田 太郎', 'yamada@example.jp'),
    ('Иван Петров', 'ivan@example.ru'),
    ('Order Desk', 'orders@shop.example'),
    ("O'Brien, Pat", 'pat@example.ie'),
]
SUBJECTS = [
    'Lunch on Friday', 'Quarterly figures', 'Trip to Basel', 'Your invoice',
    'Garden fence', 'Minutes of Monday', 'Broken heating', 'A book for you',
    'Concert tickets', 'Password reset', 'Holiday plan', 'Choir rehearsal',
    'Grüße aus Köln', 'Été à la mer', 'Приглашение', 'こんにちは',
    '会議のお知らせ', 'Ελληνικά μαθήματα', 'A very long subject that goes on '
    'and on until it has to be folded over several lines of the header, '
    'because no line may be that long', 'Fwd: fence',
]
WORDS = ('the of and to in is you that it he was for on are with as his they '
         'be at one have this from or had by hot word but what some we can '
         'out other were all there when up use your how said an each she '
         'which do their time if will way about many then them write would '
         'like so these her long make thing see him two has look more day '
         'could go come did number sound no most people my over know water '
         'than call first who may down side been now find').split()
LATIN = 'Café, Straße, señor, naïve, façade, Ærø, über.'
CYRILLIC = 'Добрый день! Встреча завтра в десять часов.'
JAPANESE = 'こんにちは。会議は明日の十時からです。'


class Sample:
    def __init__(self, root, user, rnd):
        self.root, self.user, self.rnd = root, user, rnd
        self.n = 0
        self.ids = []                   # (message id, subject), for threads

    # texts

    def words(self, n):
        return ' '.join(self.rnd.choice(WORDS) for _ in range(n))

    def paragraphs(self, n):
        out = []
        for _ in range(n):
            text = self.words(self.rnd.randrange(20, 90)).capitalize() + '.'
            while text:
                cut = len(text) if len(text) <= 72 else text.rfind(' ', 0, 72)
                out.append(text[:cut])
                text = text[cut + 1:]
            out.append('')
        return '\n'.join(out)

    # headers

    @staticmethod
    def word(text, charset='utf-8', how='b'):
        """an RFC 2047 word, or the text itself where ASCII will do"""
        if text.isascii():
            return text
        raw = text.encode(charset)
        if how == 'b':
            return '=?%s?B?%s?=' % (charset, base64.b64encode(raw).decode())
        q = ''.join(chr(c) if chr(c).isalnum() and c < 128 else '_' if c == 32
                    else '=%02X' % c for c in raw)
        return '=?%s?Q?%s?=' % (charset, q)

    def address(self, who):
        name, addr = who
        if ',' in name or "'" in name:
            return '"%s" <%s>' % (name, addr)
        return '%s <%s>' % (self.word(name, how=self.rnd.choice('bq')), addr)

    def fold(self, name, value):
        """Name: value, folded near 76 columns at spaces"""
        line, out = name + ':', []
        for w in value.split(' '):
            if len(line) + 1 + len(w) > 76 and len(line) > len(name) + 2:
                out.append(line)
                line = '\t' + w if self.rnd.random() < .3 else ' ' + w
            else:
                line += ' ' + w
        return '\n'.join(out + [line]) + '\n'

    def head(self, when, subject, sender=None, to=None, reply=None, cc=0,
             how=None, charset='utf-8'):
        rnd = self.rnd
        sender = sender or rnd.choice(PEOPLE)
        me = ('Demo User', self.user)
        mid = '<%d.%d@%s>' % (when, self.n, sender[1].split('@')[1])
        zone = rnd.choice(['+0000', '+0100', '-0500', '+0900', '-0800'])
        shift = int(zone[:3]) * 3600
        text = 'Return-Path: <%s>\n' % sender[1]
        text += ('Received: from mx.%s (mx.%s [192.0.2.%d])\n'
                 '\tby mail.example.net with ESMTP id %08X\n'
                 '\tfor <%s>; %s\n' % (
                     sender[1].split('@')[1], sender[1].split('@')[1],
                     rnd.randrange(1, 255), rnd.randrange(1 << 32), self.user,
                     formatdate(when)))
        text += 'Date: %s\n' % formatdate(when + shift).replace('-0000', zone)
        text += self.fold('From', self.address(sender))
        text += self.fold('To', ', '.join(map(self.address, to or [me])))
        if cc:
            text += self.fold('Cc', ', '.join(
                self.address(p) for p in rnd.sample(PEOPLE, cc)))
        if reply:
            subject = 'Re: ' + reply[-1][1]
        words = subject.split(' ') if not subject.isascii() else None
        text += self.fold('Subject', subject if words is None else
                          self.word(subject, charset, how or rnd.choice('bq')))
        text += 'Message-ID: %s\n' % mid
        if reply:
            text += 'In-Reply-To: %s\n' % reply[-1][0]
            text += self.fold('References', ' '.join(r[0] for r in reply))
        self.ids.append((mid, subject.replace('Re: ', '')))
        return text

    @staticmethod
    def part(ctype, body, encoding=None, extra=''):
        raw = body if isinstance(body, bytes) else body.encode()
        if encoding == 'base64':
            raw = base64.encodebytes(raw)
        elif encoding == 'quoted-printable':
            raw = quopri.encodestring(raw)
        head = 'Content-Type: %s\n' % ctype
        if encoding:
            head += 'Content-Transfer-Encoding: %s\n' % encoding
        return (head + extra + '\n').encode() + raw

    def multipart(self, sub, parts, preamble=b''):
        b = '=_%x' % self.rnd.randrange(1 << 64)
        return ('Content-Type: multipart/%s;\n\tboundary="%s"\n\n'
                % (sub, b)).encode() + preamble + b''.join(
                    ('\n--%s\n' % b).encode() + p.rstrip(b'\n') for p in parts
                ) + ('\n--%s--\n' % b).encode()

    # whole messages; each takes the time and gives octets

    def plain(self, when, **kw):
        return (self.head(when, self.rnd.choice(SUBJECTS), **kw).encode()
                + b'\n' + self.paragraphs(self.rnd.randrange(1, 6)).encode())

    def thread(self, when):
        reply = None
        if self.ids:
            at = self.rnd.randrange(len(self.ids))
            reply = self.ids[max(0, at - self.rnd.randrange(4)):at + 1]
        quoted = ''.join('> %s\n' % x
                         for x in self.paragraphs(1).rstrip().split('\n'))
        return (self.head(when, '', reply=reply or [('<gone@example.org>',
                                                     'Lost thread')],
                          cc=self.rnd.randrange(3)).encode()
                + b'\n' + quoted.encode() + b'\n'
                + self.paragraphs(1).encode() + b'-- \nsent from afar\n')

    def charset(self, when):
        cs, text, enc = self.rnd.choice([
            ('utf-8', JAPANESE + '\n' + CYRILLIC + '\n' + LATIN, '8bit'),
            ('utf-8', LATIN + '\n', 'quoted-printable'),
            ('utf-8', CYRILLIC + '\n', 'base64'),
            ('iso-8859-1', LATIN + '\n', '8bit'),
            ('iso-8859-1', LATIN + '\n', 'quoted-printable'),
            ('iso-2022-jp', JAPANESE + '\n', '7bit'),
            ('koi8-r', CYRILLIC + '\n', '8bit'),
            ('windows-1252', 'Quotes “and” dashes – €5\n', '8bit')])
        subject = {'iso-2022-jp': '会議', 'koi8-r': 'Встреча',
                   }.get(cs, 'Größe')
        head = self.head(when, subject, charset=cs).encode()
        return head + b'MIME-Version: 1.0\n' + self.part(
            'text/plain; charset=' + cs, text.encode(cs),
            None if enc in ('8bit', '7bit') else enc,
            'Content-Transfer-Encoding: %s\n' % enc
            if enc in ('8bit', '7bit') else '')

    def alternative(self, when):
        text = self.paragraphs(2) + LATIN + '\n'
        html = '<html><body><p>%s</p></body></html>\n' % text.replace(
            '\n\n', '</p>\n<p>')
        return (self.head(when, self.rnd.choice(SUBJECTS)).encode()
                + b'MIME-Version: 1.0\n' + self.multipart('alternative', [
                    self.part('text/plain; charset=utf-8', text,
                              'quoted-printable'),
                    self.part('text/html; charset=utf-8', html, 'base64')],
                    b'This is a message in several parts.\n'))

    def attachment(self, when, size=None):
        rnd = self.rnd
        size = size or rnd.randrange(2000, 60000)
        kind, name = rnd.choice([('application/pdf', 'report 2023.pdf'),
                                 ('image/png', 'photo.png'),
                                 ('application/octet-stream', 'Größe.bin')])
        extra = 'Content-Disposition: attachment;\n\tfilename="%s"\n' % name
        if not name.isascii():
            extra = ("Content-Disposition: attachment;\n\tfilename*0*=UTF-8''"
                     "Gr%C3%B6%C3%9F;\n\tfilename*1*=e.bin\n")
        return (self.head(when, self.rnd.choice(SUBJECTS), cc=1).encode()
                + b'MIME-Version: 1.0\n' + self.multipart('mixed', [
                    self.part('text/plain; charset=us-ascii',
                              self.paragraphs(1)),
                    self.part(kind, rnd.randbytes(size), 'base64', extra)]))

    def nested(self, when):
        inner = self.alternative(when - 86400)
        return (self.head(when, 'Fwd: see below').encode()
                + b'MIME-Version: 1.0\n' + self.multipart('mixed', [
                    self.part('text/plain', self.paragraphs(1)),
                    self.part('message/rfc822', inner),
                    self.part('message/rfc822', self.plain(when - 172800))]))

    def related(self, when):
        return (self.head(when, 'Newsletter').encode()
                + b'List-Id: News <news.shop.example>\n'
                b'List-Unsubscribe: <https://shop.example/u>\n'
                b'MIME-Version: 1.0\n' + self.multipart('related', [
                    self.multipart('alternative', [
                        self.part('text/plain', self.paragraphs(1)),
                        self.part('text/html',
                                  '<img src="cid:logo@shop.example">\n')]),
                    self.part('image/png', self.rnd.randbytes(900), 'base64',
                              'Content-ID: <logo@shop.example>\n'
                              'Content-Disposition: inline\n')]))

    def broken(self, when):
        rnd = self.rnd
        head = self.head(when, 'broken').encode()
        deep = b''
        for i in range(50):
            deep += b'--d%d\nContent-Type: multipart/mixed; boundary=d%d\n\n' \
                % (i, i + 1)
        return rnd.choice([
            # nothing closes the part
            head + b'Content-Type: multipart/mixed; boundary=x\n\n--x\n\ntext',
            # no boundary at all
            head + b'Content-Type: multipart/mixed\n\nwhat parts?\n',
            # fifty deep
            head + b'Content-Type: multipart/mixed; boundary=d0\n\n' + deep,
            # 8-bit octets in the header, no charset
            b'From: J\xf6rg <joerg@example.de>\nSubject: Stra\xdfe\n'
            b'Date: 1 Jan 23 10:00 MET\n\nraw \xe4\xf6\xfc\n',
            # base64 that stops short and has odd characters
            head + b'Content-Transfer-Encoding: base64\n\nSGVsbG8gd29y*bG\n',
            # CRLF and bare CR in the file
            head.replace(b'\n', b'\r\n') + b'\r\nline\r\nbare \r here\n',
            # NULs
            head + b'\nbefore \0 after\n\0\0\0\n',
            # no header
            b'\nonly a body\n',
            # mbox line, header without colon, no end of line
            b'From someone Mon Jan  1 00:00:00 2023\nSubject: odd\nwhat\n'
            b'\nlast',
            # a line of a header that is far too long
            b'Subject: ' + b'long ' * 4000 + b'\nFrom: a@b.example\n\nx\n',
            # obsolete and impossible
            b'Date: Thu, 32 Foo 2023 25:61:00 +9999\n'
            b'From: "unclosed <a@b.example\nTo: group: a@x.example, b;,;\n'
            b'Subject: =?utf-8?Q?broken=C?= =?nocharset?B?!!!?=\n\nhm\n',
        ])

    # the Maildir

    def path(self, folder):
        return self.root if folder == '' else \
            os.path.join(self.root, '.' + folder)

    def folder(self, folder, keywords=()):
        path = self.path(folder)
        for d in ('cur', 'new', 'tmp'):
            os.makedirs(os.path.join(path, d), 0o700)
        if folder:
            open(os.path.join(path, 'maildirfolder'), 'w').close()
        if keywords:
            with open(os.path.join(path, 'dovecot-keywords'), 'w') as f:
                for i, k in enumerate(keywords):
                    f.write('%d %s\n' % (i, k))

    def store(self, folder, make, flags=None, when=None, **kw):
        """one message: a name as Dovecot, Courier, qmail or Postfix make it"""
        rnd = self.rnd
        self.n += 1
        when = when or BEGIN + self.n * 21600 + rnd.randrange(9000)
        text = make(when, **kw)
        micro = rnd.randrange(10 ** 6)
        name = rnd.choice([
            '%d.M%dP%d.mail.example.net,S=%d,W=%d' % (
                when, micro, 1000 + self.n, len(text),
                len(text) + text.count(b'\n') - text.count(b'\r\n')),
            '%d.M%dP%dV00000000000CA7DI%08X_0.mail,S=%d' % (
                when, micro, 1000 + self.n, self.n, len(text)),
            '%d.%d.mail.example.net' % (when, 1000 + self.n),
            '%d.V801I%xM%d.mail' % (when, self.n, micro)])
        where = 'new/' + name if flags is None else \
            'cur/%s:2,%s' % (name, flags)
        full = os.path.join(self.path(folder), where)
        with open(full, 'wb') as f:
            f.write(text)
        os.chmod(full, 0o600)
        os.utime(full, (when, when))

    def fill(self, messages, big):
        rnd = self.rnd
        kinds = ([self.plain] * 5 + [self.thread] * 5 + [self.charset] * 3
                 + [self.alternative] * 3 + [self.attachment] * 2
                 + [self.nested, self.related, self.broken])
        self.folder('', ('$Forwarded', 'Work', '$Junk', 'Later'))
        self.folder('Sent')
        self.folder('Drafts')
        self.folder('Junk', ('$Junk', '$NotJunk'))
        self.folder('Trash')
        self.folder('Archive')
        self.folder('Archive.2022')
        self.folder('Archive.2023')
        self.folder('Lists.gardening')      # its parent does not exist
        self.folder('&AMk-t&AOk-')          # Été
        self.folder('&ZeVnLIqe-')           # Japanese
        for i in range(messages):
            flags = rnd.choice(['', 'S', 'S', 'S', 'RS', 'FS', 'F', 'PS',
                                'Sb', 'Fb', 'FRS', 'Sabd'])
            self.store('', kinds[i % len(kinds)] if i < 44
                       else rnd.choice(kinds), flags)
        for _ in range(12):
            self.store('', self.broken, rnd.choice(['', 'S']))
        for _ in range(5):
            self.store('', self.plain)          # new mail
        if big:
            self.store('', self.attachment, 'S', size=big << 20)
        me = ('Demo User', self.user)
        for _ in range(messages // 4):
            self.store('Sent', rnd.choice(kinds[:-1]), 'S') \
                if rnd.random() < .3 else self.store(
                    'Sent', self.plain, 'S', sender=me,
                    to=rnd.sample(PEOPLE, rnd.randrange(1, 4)))
        self.store('Drafts', self.plain, 'DS', sender=me, to=[PEOPLE[0]])
        self.store('Drafts', self.alternative, 'D')
        for _ in range(6):
            self.store('Junk', self.related, rnd.choice(['a', 'Sa', '']))
        self.store('Trash', self.plain, 'ST')
        self.store('Trash', self.thread, 'S')
        for f in ('Archive.2022', 'Archive.2023'):
            for _ in range(messages // 3):
                self.store(f, rnd.choice(kinds), 'S')
        for _ in range(8):
            self.store('Lists.gardening', self.thread)
        self.store('&AMk-t&AOk-', self.charset, '')
        self.store('&ZeVnLIqe-', self.charset, 'S')
        with open(os.path.join(self.root, 'subscriptions'), 'w') as f:
            f.write('V\t2\n\nINBOX\nSent\nDrafts\nTrash\nJunk\nArchive\n'
                    'Archive\t2023\nLists\tgardening\n&AMk-t&AOk-\n')


def make(root, messages=60, big=0, user='demo@example.net'):
    """as the command line; gives the number of messages written"""
    os.makedirs(root, 0o700, exist_ok=True)
    if os.listdir(root):
        raise FileExistsError(root + ' is not empty')
    s = Sample(root, user, random.Random(1))
    s.fill(messages, big)
    return s.n


def main():
    ap = argparse.ArgumentParser(description='fill a Maildir')
    ap.add_argument('dir')
    ap.add_argument('--messages', type=int, default=60)
    ap.add_argument('--big', type=int, default=0, metavar='MB')
    ap.add_argument('--user', default='demo@example.net')
    a = ap.parse_args()
    print('%d messages' % make(a.dir, a.messages, a.big, a.user))
    return 0


if __name__ == '__main__':
    sys.exit(main())
