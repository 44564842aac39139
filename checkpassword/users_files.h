/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_USERS_FILES_H
#define CHECKPASSWORD_USERS_FILES_H

#include <skalibs/stralloc.h>

/*
 * The two files of virtual users, for roost-user: FILE, which people read and
 * write, and FILE.cdb, compiled from it. These functions end the program with
 * a line that says what is wrong: 100 for what the user has to mend (a fault
 * in the text, with its line), 111 for what the system refused.
 */
struct users_files {
  stralloc text_path;           /* 0-terminated */
  stralloc cdb_path;            /* text_path with .cdb */
};

#define USERS_FILES_ZERO { .text_path = STRALLOC_ZERO }

/*
 * users_files_name - fill f from the text's name, or if that is 0 from
 * $USERS_CDB, which then has to end in .cdb
 */
void users_files_name(struct users_files *f, const char *text_path);

/* users_files_lock - keep other roost-users away until this process ends */
void users_files_lock(const struct users_files *f);

/*
 * users_files_read - read the text; a last LF is added if missing
 *
 * Returns 1, or 0 if there is no such file and may_miss is 1 (text is then
 * empty).
 */
int users_files_read(const struct users_files *f, stralloc *text,
                     int may_miss);

/* users_files_fault - end with "FILE:LINE: reason" */
void users_files_fault(const struct users_files *f, unsigned long line,
                       const char *reason) __attribute__((noreturn));

/*
 * users_files_write - compile text, then put both files in place
 *
 * Nothing is changed if the text has a fault. keep_text: 1 if the text is
 * what is on disk already, so that only the cdb is written. The text goes
 * first: a crash between the two leaves a text that `compile' catches up on.
 * Warns of files that everyone may read.
 */
void users_files_write(const struct users_files *f, const stralloc *text,
                       int keep_text);

#endif
