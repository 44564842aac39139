/* ISC licence; see LICENSE. */
#ifndef IMAPD_REST_H
#define IMAPD_REST_H

#include "session.h"

/*
 * An idle session costs next to nothing: after some seconds without a word
 * imapd writes down what it has to remember (rest_state.h) and becomes
 * imap-idle, a program of a few pages, by exec; the process, its descriptors,
 * its parent and its fence stay. imap-idle becomes imapd again when there is
 * anything to do, and the client cannot tell.
 *
 * Both programs are run by descriptors that were opened before the fence was
 * set: so it is the same imapd that comes back after an upgrade, and the fence
 * allows these two files and no others (Landlock), and no exec but by a
 * descriptor (seccomp). Without Landlock, or without seccomp, imapd stays.
 *
 * Sessions that have more to remember stay, too: with COMPRESS, NOTIFY,
 * updates of searches (CONTEXT), and on a private index.
 */

/* rest_programs - open them, and list what the fence has to let be executed:
 * descriptors, at most REST_PROGRAMS; 0: it cannot be. The last of so many is
 * the loader's, and the caller's to close. */
#define REST_PROGRAMS 3
size_t rest_programs(int fd[REST_PROGRAMS]);

/* rest_allow - the fence stands, so a session of this Maildir (as main got it)
 * may rest. rest_forbid - it does not */
void rest_allow(struct session *, const char *maildir);
void rest_forbid(void);

/* rest_leave - struct input's leave, of a struct session */
void rest_leave(void *session, int watch, int64_t ms);

/* rest_is_back - 1 if it is imap-idle that has started us */
int rest_is_back(void);

/*
 * rest_back - become the session that went to rest: all of struct session but
 * what settings and catch_signals fill. Signals stay blocked until
 * rest_signals. Returns 0, or -1 with errno: the session has to end.
 */
int rest_back(struct session *);
void rest_signals(int block);

#endif
