/* ISC licence; see LICENSE. */
#ifndef BASE_NOTE_H
#define BASE_NOTE_H

#include <stddef.h>
#include <stdint.h>

/*
 * A handler tells its front end what it does, over the descriptor that
 * NOTE_FD_VAR names (login/sign.h says more): a socket of packets, one note
 * each. Its first octet is the kind:
 *
 *   A  the account: a descriptor of the open Maildir comes along
 *      (SCM_RIGHTS), so that nobody can name one that it cannot open
 *   F  the folder that is selected; its name follows, none: no folder
 *   I  the client has said something
 *
 * Nothing here waits or fails: a note that finds no room, or nobody who
 * reads it, is lost, and the session goes on.
 */
#define NOTE_FD_VAR "ROOST_NOTE_FD"
#define NOTE_MAX 128            /* octets of a note; longer names are cut */
#define NOTE_EVERY_MS 1000      /* I no more often than this */

/*
 * note_account - once, before the sign of life: takes NOTE_FD_VAR out of the
 * environment and notes the Maildir that rootfd is open on. Without a front
 * end of ours all notes do nothing.
 */
void note_account(int rootfd);

/* note_fd - the descriptor that notes go to, -1: none, and when the last I was
 * sent; note_resume - go on with these, after an exec */
int note_fd(int64_t *when);
void note_resume(int fd, int64_t when);

/* note_folder - name of the selected folder; len 0: none */
void note_folder(const char *name, size_t len);

/* note_active - the client has said something, now */
void note_active(void);

#endif
