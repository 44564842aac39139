# ISC licence; see LICENSE.
"""Mail to measure with: generated, the same each time for the same seed.

    make(path, n, seed)         a Maildir with n messages, as Dovecot would
                                have stored them, and its dovecot-uidlist
    folders(path, count, each)  one with folders of a few messages each
    word(rng)                   a word as it stands in the mail, Zipf-like

Sizes, MIME structure and threads are those of an ordinary mailbox: most
messages are a few kB of text, a third are multipart/alternative, one in
twenty has an attachment; two of three answer an earlier one. About 9 kB each.
"""
import base64
import itertools
import os
import random
import time

WORDS = 20000
EPOCH = 1500000000
SYLLABLES = ('ba be bi bo bu da de di do du fa fe fi ga ge go ka ke ki ko la '
             'le li lo lu ma me mi mo mu na ne ni no nu pa pe pi po ra re ri '
             'ro ru sa se si so su ta te ti to tu va ve vi vo za ze zo').split()


def vocabulary():
    rng = random.Random(1)
    seen = set()
    while len(seen) < WORDS:
        seen.add(''.join(rng.choice(SYLLABLES)
                         for _ in range(rng.choice((2, 2, 3, 3, 4)))))
    words = sorted(seen)
    rng.shuffle(words)
    return words


VOCABULARY = vocabulary()
WEIGHTS = list(itertools.accumulate(1 / (i + 3) for i in range(WORDS)))


def words(rng, n):
    return rng.choices(VOCABULARY, cum_weights=WEIGHTS, k=n)


def word(rng):
    """one of the rarer half, so that few messages have it"""
    return VOCABULARY[rng.randrange(WORDS // 4, WORDS)]


class Generator:
    def __init__(self, seed):
        self.rng = rng = random.Random(seed)
        self.people = ['%s %s <%s@%s.example>' % (
            a.title(), b.title(), a, c) for a, b, c in
            (words(rng, 3) for _ in range(400))]
        self.lines = [' '.join(words(rng, rng.randint(6, 13)))
                      for _ in range(20000)]
        self.blob = base64.encodebytes(rng.randbytes(300000))

    def text(self, octets):
        rng, out, n = self.rng, [], 0
        while n < octets:
            i = rng.randrange(len(self.lines) - 12)
            part = '\n'.join(self.lines[i:i + rng.randint(2, 12)])
            out.append(part)
            n += len(part) + 2
        return '\n\n'.join(out) + '\n'

    def size(self):
        return min(60000, int(self.rng.lognormvariate(8.0, 0.9)))

    def subject(self):
        return ' '.join(words(self.rng, self.rng.randint(2, 7)))

    def body(self):
        """(content header lines, body)"""
        rng = self.rng
        text = self.text(self.size())
        if rng.random() < 0.6:
            return ('Content-Type: text/plain; charset=utf-8\n'
                    'Content-Transfer-Encoding: 8bit\n', text)
        b = 'b%016x' % rng.getrandbits(64)
        html = '<html><body><p>%s</p></body></html>\n' % text.replace(
            '\n\n', '</p>\n<p>')
        inner = ('--%s\nContent-Type: text/plain; charset=utf-8\n\n%s'
                 '--%s\nContent-Type: text/html; charset=utf-8\n\n%s'
                 '--%s--\n' % (b, text, b, html, b))
        head = 'Content-Type: multipart/alternative; boundary="%s"\n' % b
        if rng.random() < 0.875:
            return head, inner
        m = 'm%016x' % rng.getrandbits(64)
        start = rng.randrange(0, len(self.blob) // 77 - 1200) * 77
        blob = self.blob[start:start + 77 * rng.randint(100, 1200)].decode()
        return ('Content-Type: multipart/mixed; boundary="%s"\n' % m,
                '--%s\n%s\n%s--%s\nContent-Type: application/pdf; name="%s.pdf'
                '"\nContent-Disposition: attachment; filename="%s.pdf"\n'
                'Content-Transfer-Encoding: base64\n\n%s--%s--\n' % (
                    m, head, inner, m, words(rng, 1)[0], words(rng, 1)[0],
                    blob, m))

    def message(self, i, earlier):
        """the i-th, octets; earlier: (subject, ids) of those before it"""
        rng = self.rng
        ident = '<%d.%08x@bench.example>' % (i, rng.getrandbits(32))
        if earlier and rng.random() < 0.66:
            subject, ids = earlier[-rng.randint(1, min(len(earlier), 400))]
            reply = 'In-Reply-To: %s\nReferences: %s\n' % (
                ids[-1], '\n '.join(ids[-8:]))
            shown, ids = 'Re: ' + subject, ids + [ident]
        else:
            subject = shown = self.subject()
            reply, ids = '', [ident]
        earlier.append((subject, ids[-8:]))
        if len(earlier) > 400:
            del earlier[0]
        date = time.strftime('%a, %d %b %Y %H:%M:%S +0000',
                             time.gmtime(EPOCH + i * 600))
        head, body = self.body()
        return (
            'Return-Path: <bounce@bench.example>\n'
            'Received: from mx%d.bench.example (mx.bench.example [192.0.2.%d])\n'
            '\tby mail.bench.example with ESMTPS id %08x; %s\n'
            'From: %s\nTo: %s\nCc: %s\nSubject: %s\nDate: %s\n'
            'Message-ID: %s\n%sMIME-Version: 1.0\n%s'
            'X-Mailer: bench 1.0\n\n%s' % (
                i % 4, i % 250, i, date, rng.choice(self.people),
                rng.choice(self.people), rng.choice(self.people), shown, date,
                ident, reply, head, body)).encode()


def store(folder, i, text, flags, new=False):
    """one file as Dovecot names it; its base name"""
    name = '%d.M%dP%d.bench,S=%d,W=%d' % (
        EPOCH + i * 600, i % 1000000, 1000 + i % 30000, len(text),
        len(text) + text.count(b'\n'))
    path = folder + ('/new/' + name if new else '/cur/%s:2,%s' % (name, flags))
    with open(path, 'wb') as f:
        f.write(text)
    os.utime(path, (EPOCH + i * 600,) * 2)
    return name


def maildir(path):
    for d in ('cur', 'new', 'tmp'):
        os.makedirs(path + '/' + d, 0o700)


def uidlist(folder, names, validity):
    with open(folder + '/dovecot-uidlist', 'w') as f:
        f.write('3 V%d N%d G%032x\n' % (validity, len(names) + 1, validity))
        for i, n in enumerate(names):
            f.write('%d :%s\n' % (i + 1, n))


def make(path, n, seed=7):
    g = Generator(seed)
    maildir(path)
    earlier, names = [], []
    for i in range(n):
        flags = ''.join(sorted(g.rng.choice(('', 'S', 'S', 'S', 'RS', 'FS'))))
        names.append(store(path, i, g.message(i, earlier), flags))
    uidlist(path, names, 1234567890)


def folders(path, count=500, each=20, seed=11):
    g = Generator(seed)
    maildir(path)
    earlier = []
    uidlist(path, [store(path, i, g.message(i, earlier), 'S')
                   for i in range(each)], 1234567890)
    with open(path + '/subscriptions', 'w') as subs:
        subs.write('V\t2\n\n')
        for k in range(count):
            name = 'F%03d' % k if k % 3 else 'F%03d.%s' % (
                k - k % 30, VOCABULARY[k])
            folder = path + '/.' + name
            maildir(folder)
            open(folder + '/maildirfolder', 'w').close()
            uidlist(folder, [store(folder, i, g.message(i, earlier), 'S')
                             for i in range(each)], 1234600000 + k)
            subs.write(name.replace('.', '\t') + '\n')
