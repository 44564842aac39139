/* ISC licence; see LICENSE. */
#ifndef MAILDIR_MAILDIRSIZE_H
#define MAILDIR_MAILDIRSIZE_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

/*
 * Maildir++ quota: the file maildirsize of the account's root, kept right
 * where it exists, never made by us. (Courier README.maildirquota)
 *
 *   10000000S,1000C     the quota, as the administrator wrote it
 *   123456 12           octets SP messages, any number of lines to be summed
 */
struct maildirsize {
  int rootfd;                   /* the Maildir; borrowed */
  int fd;                       /* kept open from check to update; -1 none */
  uint64_t max_bytes, max_count;        /* 0: no limit */
  int64_t bytes, count;         /* used */
  unsigned int lines;           /* that were summed */
  time_t mtime;
};

/*
 * maildirsize_open - read (recalculate when the rules say so) the file in
 * rootfd. 1: there is one, 0: there is none, -1: errno. Recalculation counts
 * all folders but Trash, messages with T not counted, as Courier does. To be
 * called before mail is added or removed, for it may count what is there.
 */
int maildirsize_open(struct maildirsize *, int rootfd);

/*
 * maildirsize_now - the same for those who want to know what is used: counts
 * anew if a folder's directory has changed since the file was written last, by
 * somebody who did not note it there (find -delete, a delivery without quota)
 */
int maildirsize_now(struct maildirsize *, int rootfd);

/*
 * maildirsize_room - 1 if bytes and count more would fit, else 0. Before it
 * says no it counts anew if the file has several lines or is older than 15
 * minutes. What takes room away (bytes and count not above 0) always fits.
 */
int maildirsize_room(struct maildirsize *, int64_t bytes, int64_t count);

/* maildirsize_update - append one line in one write; 0 or -1. Best effort:
 * a full disk must not keep anyone from deleting. */
int maildirsize_update(struct maildirsize *, int64_t bytes, int64_t count);
void maildirsize_close(struct maildirsize *);

/* maildirsize_quota_ok - 1 if text is a quota as the first line has it: numbers
 * with S (octets) and C (messages), a comma between, each at most once */
int maildirsize_quota_ok(const char *text);

/*
 * maildirsize_set - write the file anew: its quota becomes text, or stays if
 * text is 0; all mail is counted. 0, or -1 with errno (ENOENT: text is 0, and
 * there is no quota in any file).
 */
int maildirsize_set(int rootfd, const char *text);

/* maildirsize_is - 1 if there is such a file */
int maildirsize_is(int rootfd);

/* maildirsize_note - for changes that ask for no room (removal, a flag):
 * append one line where there is a file, without reading it. 0 or -1. */
int maildirsize_note(int rootfd, int64_t bytes, int64_t count);

/* maildirsize_counts - 1 if a message of that folder (storage name) with
 * those flags (MF_) counts: not in Trash, not marked T */
int maildirsize_counts(const char *storage, size_t len, uint32_t flags);

#endif
