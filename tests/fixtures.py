# ISC licence; see LICENSE.
"""Maildirs that tests start from: fixed names, times and contents.

make(kind, path) makes one of

  none      nothing at all
  bare      a Maildir without messages and without control files
  empty     the same with a dovecot-uidlist (UIDVALIDITY 1700000000)
  raw       the four messages of "few", no control files: UIDs 1 to 4 are
            given in the order of the names
  few       four messages, UIDs 1 to 4, UIDVALIDITY 1700000000, UIDNEXT 5:
              1  plain    \\Seen
              2  multi    \\Seen \\Answered
              3  latin    no flags
              4  nested   \\Flagged
  new       as few, and two more in new/: 1700000005... (plain) and
            1700000006... (reply): they become UIDs 5 and 6
  folders   as few, and the folders Sent (one message), Drafts, Trash,
            Archive, Archive.2023 (two messages), Archive.2024; all but
            Archive.2023 and Trash are subscribed
  keywords  as few, with dovecot-keywords 0 $Forwarded, 1 Work, 2 $Junk;
            message 1 bears Work, message 3 bears Work and $Junk
  pop3      as few, with pinned POP3 UIDLs for messages 1 and 3
  many      200 messages of one line, UIDs 1 to 200, every third \\Seen

The message texts are in MAIL, by name; files hold LF line ends.
INTERNALDATE of message n is 1700000000 + n*3600 (UTC 14-Nov-2023 22:13:20
and on).
"""
import os

UIDVALIDITY = 1700000000
GUID = '0123456789abcdef0123456789abcdef'


def _text(*lines):
    return ('\n'.join(lines) + '\n').encode('latin-1')


MAIL = {
    'plain': _text(
        'Return-Path: <ann@example.org>',
        'Date: Tue, 14 Nov 2023 22:13:20 +0000',
        'From: Ann Example <ann@example.org>',
        'To: Bob Sample <bob@example.net>',
        'Subject: lunch on friday',
        'Message-ID: <plain.1@example.org>',
        '',
        'Hello Bob,',
        '',
        'lunch on Friday?',
        '. a line that starts with a dot',
        '',
        'Ann'),
    'reply': _text(
        'Date: Wed, 15 Nov 2023 09:00:00 +0100',
        'From: "Bob Sample" <bob@example.net>',
        'To: Ann Example <ann@example.org>',
        'Cc: carl@example.com, "Dora, D." <dora@example.com>',
        'Subject: Re: lunch on friday',
        'Message-ID: <reply.1@example.net>',
        'In-Reply-To: <plain.1@example.org>',
        'References: <plain.1@example.org>',
        '',
        'Yes.'),
    'multi': _text(
        'Date: Wed, 15 Nov 2023 10:11:12 -0500',
        'From: news@example.com',
        'To: bob@example.net',
        'Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?=',
        'Message-ID: <multi.1@example.com>',
        'MIME-Version: 1.0',
        'Content-Type: multipart/mixed; boundary="outer"',
        '',
        'This is a preamble.',
        '--outer',
        'Content-Type: multipart/alternative; boundary=inner',
        '',
        '--inner',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'Sch=C3=B6ne Gr=C3=BC=C3=9Fe, a soft line=',
        ' break.',
        '--inner',
        'Content-Type: text/html; charset=utf-8',
        '',
        '<p>hello</p>',
        '--inner--',
        '--outer',
        'Content-Type: application/pdf; name="report.pdf"',
        'Content-Transfer-Encoding: base64',
        'Content-Disposition: attachment; filename="report.pdf"',
        '',
        'JVBERi0xLjQKJcOkw7zDtsOfCg==',
        '--outer--',
        'An epilogue.'),
    'latin': _text(
        'Date: Thu, 16 Nov 2023 00:00:00 GMT',
        'From: =?iso-8859-1?Q?J=F6rg?= <joerg@example.de>',
        'To: undisclosed-recipients:;',
        'Subject: =?iso-8859-1?Q?Caf=E9?=',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=iso-8859-1',
        'Content-Transfer-Encoding: 8bit',
        '',
        'Caf\xe9 und Stra\xdfe'),
    'nested': _text(
        'Date: Fri, 17 Nov 2023 01:02:03 +0900',
        'From: carl@example.com',
        'Subject: Fwd: lunch',
        'MIME-Version: 1.0',
        'Content-Type: multipart/mixed; boundary=b1',
        '',
        '--b1',
        '',
        'see below',
        '--b1',
        'Content-Type: message/rfc822',
        '',
        'From: ann@example.org',
        'To: bob@example.net',
        'Subject: inner',
        'Date: Tue, 14 Nov 2023 22:13:20 +0000',
        '',
        'inner body',
        '--b1--'),
    'headless': b'\njust a body, no header\n',
    'empty': b'',
    'onlyheader': b'Subject: no body and no blank line\n',
    'nolf': b'Subject: ends without a line end\n\nlast line',
    'nul': b'Subject: a NUL\n\nbefore \0 after\n',
}


def wsize(text):
    """octets as sent: every line end CR LF (RFC 3501 section 7.4.2)"""
    return len(text) + text.count(b'\n') - text.count(b'\r\n')


def name(n):
    """base name of the n-th message of a fixture"""
    return '%d.M%dP7.example' % (UIDVALIDITY + n, n)


def put(path, text, mtime):
    """write one mail file; the time is what INTERNALDATE shows"""
    with open(path, 'wb') as f:
        f.write(text)
    os.chmod(path, 0o600)
    os.utime(path, (mtime, mtime))


def folder(path):
    """the three directories; maildirfolder where the name says so"""
    for d in ('', 'cur', 'new', 'tmp'):
        os.makedirs(os.path.join(path, d), 0o700, exist_ok=True)
    if os.path.basename(path).startswith('.'):
        open(os.path.join(path, 'maildirfolder'), 'w').close()


def write(path, text):
    with open(path, 'w', encoding='latin-1') as f:
        f.write(text)
    os.chmod(path, 0o600)


def _fill(path, mails, uids=True, start=1, v=UIDVALIDITY, guid=GUID,
          fields=None):
    folder(path)
    lines = ['3 V%d N%d G%s\n' % (v, start + len(mails), guid)]
    for i, (kind, info) in enumerate(mails):
        n = start + i
        text = MAIL[kind] if isinstance(kind, str) else kind
        put('%s/cur/%s:2,%s' % (path, name(n), info), text,
            UIDVALIDITY + n * 3600)
        extra = (fields or {}).get(n, '')
        lines.append('%d %s:%s\n' % (n, extra, name(n)))
    if uids:
        write(path + '/dovecot-uidlist', ''.join(lines))


FEW = [('plain', 'S'), ('multi', 'RS'), ('latin', ''), ('nested', 'F')]


def make(kind, path):
    if kind == 'none':
        return
    if kind == 'bare':
        folder(path)
    elif kind == 'empty':
        _fill(path, [])
    elif kind == 'raw':
        _fill(path, FEW, uids=False)
    elif kind == 'few':
        _fill(path, FEW)
    elif kind == 'new':
        _fill(path, FEW)
        for n, k in ((5, 'plain'), (6, 'reply')):
            put('%s/new/%s' % (path, name(n)), MAIL[k],
                UIDVALIDITY + n * 3600)
    elif kind == 'folders':
        _fill(path, FEW)
        for i, (f, mails) in enumerate((
                ('Sent', [('reply', 'S')]), ('Drafts', []), ('Trash', []),
                ('Archive', []),
                ('Archive.2023', [('plain', 'S'), ('reply', '')]),
                ('Archive.2024', []))):
            _fill(path + '/.' + f, mails, v=UIDVALIDITY + 1 + i,
                  guid='%032x' % (i + 1))
        write(path + '/subscriptions',
              'V\t2\n\nSent\nDrafts\nArchive\nArchive\t2024\n')
    elif kind == 'keywords':
        _fill(path, [('plain', 'Sb'), ('multi', 'RS'), ('latin', 'bc'),
                     ('nested', 'F')])
        write(path + '/dovecot-keywords', '0 $Forwarded\n1 Work\n2 $Junk\n')
    elif kind == 'pop3':
        _fill(path, FEW, fields={1: 'Ppinned-one ', 3: 'Ppinned-three '})
    elif kind == 'many':
        _fill(path, [(_text('Subject: message %d' % n, '', 'body %d' % n),
                      'S' if n % 3 == 0 else '') for n in range(1, 201)])
    else:
        raise ValueError('no such Maildir: ' + kind)
