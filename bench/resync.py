#!/usr/bin/env python3
# ISC licence; see LICENSE.
"""What a client that comes back costs: SELECT (QRESYNC ...) of a large folder
after five changes, processor time and time, also without a history.

    bench/resync.py [MESSAGES]          default 100000
"""
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../tests'))
from system import Imap, own, scratch                   # noqa: E402

TICK_MS = 1000 // os.sysconf('SC_CLK_TCK')


def cpu(s):
    with open('/proc/%d/stat' % s.p.pid) as f:
        words = f.read().rsplit(')', 1)[1].split()
    return (int(words[11]) + int(words[12])) * TICK_MS


def main():
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
    d = scratch('bare')
    for i in range(many):
        with open('%s/cur/%d.M%dP1.h,S=12,W=14:2,' % (d, 1600000000 + i, i),
                  'w') as f:
            f.write('Subject: x\n\n')
    own(os.path.dirname(d))
    s = Imap(d, log=os.devnull)
    uidvalidity = s.select()['UIDVALIDITY']
    out = b' '.join(s.must('STATUS INBOX (HIGHESTMODSEQ)'))
    was = int(re.search(rb'\(HIGHESTMODSEQ (\d+)\)', out)[1])
    s.must('UID STORE 5,%d,%d +FLAGS.SILENT (\\Seen)' % (many // 2, many))
    s.must('UID STORE 7,%d +FLAGS.SILENT (\\Deleted)' % (many // 2 + 9))
    s.must('EXPUNGE')
    s.logout()
    time.sleep(2.5)
    print('%d messages, 5 changes' % many)
    for name, modseq in (('first look after them', was),
                         ('from the history', was), ('again', was),
                         ('no history', 1)):
        s = Imap(d, log=os.devnull)
        s.must('ENABLE QRESYNC')
        used, begin = cpu(s), time.time()
        out = s.must('SELECT INBOX (QRESYNC (%d %d 1:%d))' % (
            uidvalidity, modseq, many))
        took = time.time() - begin
        print('%-22s %8.1f ms %5d ms processor %7d lines' % (
            name, took * 1000, cpu(s) - used, len(out)))
        s.logout()


main()
