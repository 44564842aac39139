/* ISC licence; see LICENSE. */
#ifndef TESTS_FAULTS_SCENE_H
#define TESTS_FAULTS_SCENE_H

#include <stddef.h>
#include <stdint.h>

#include "maildir/folder.h"

/*
 * The Maildir on which faults are tried, and what a session sees of it.
 *
 * INBOX      1 S, 2 T, 3 with keyword Work, 4 RF, 5 S Label, 6 none
 * Other      11 S, 12 Label     (its letters differ from INBOX's)
 * Other.Sub  21
 * Trash      31 S
 * UIDs are 3, 4, 7, 8, 10, 11 and so on; UIDNEXT is above them.
 */
#define SCENE_NEW 1             /* 7 and 8 have just been delivered to new/ */
#define SCENE_QUOTA 2           /* there is a maildirsize */
#define SCENE_LONG_LIST 4       /* a uidlist of mostly dead records */
#define SCENE_LIST_1 8          /* a uidlist of version 1 */
#define SCENE_NO_LIST 16        /* removed once the index was made */
#define SCENE_NO_INDEX 32       /* no index once UIDs were given */
#define SCENE_BAD_LIST 64       /* a torn tail */
#define SCENE_EXTRA 128         /* no letters left in INBOX and Other; 3 has the
                                   keyword Far beyond them, too */
#define SCENE_APART 256         /* Other is on another file system */

/* scene_make - make it anew at path; ends the program when that fails */
void scene_make(const char *path, int what);
/* scene_apart - 1 if there is another file system for SCENE_APART */
int scene_apart(const char *path);
/* scene_late - what is done after the index was made */
void scene_late(const char *path, int what);
void scene_remove(const char *path);
void scene_remove_index(const char *path);
/* scene_age_locks - every lock file gets a time long ago, for none of those
 * who made them lives any more */
void scene_age_locks(const char *path);
/* scene_lists_whole - 1 if every uidlist is whole but for a torn tail, if
 * torn is 1; else why is set */
int scene_lists_whole(const char *path, int torn, char *why, size_t size);
/* scene_litter - 1 if a temporary file lies about; its name in why */
int scene_litter(const char *path, char *why, size_t size);

/* message_text - message num, LF line ends; its length. buf: MESSAGE_LIMIT */
#define MESSAGE_LIMIT 20000
size_t message_text(int num, char *buf);
/* message_num - which message fd holds in whole; -1 none */
int message_num(int fd);

#define PICTURE_MESSAGES 48
#define PICTURE_FOLDERS 16

struct pic_message {
  uint32_t uid, flags;
  int num;
  int64_t date, vsize;
  char keywords[48];
};

struct pic_folder {
  char name[64];
  uint32_t uidvalidity, uidnext, unseen, deleted;
  uint64_t modseq;
  int n;
  struct pic_message m[PICTURE_MESSAGES];
};

struct picture {
  int whole;                    /* it was taken to its end */
  char why[160];                /* what went wrong */
  int n;
  struct pic_folder f[PICTURE_FOLDERS];
  char subscribed[200];
};

/* picture_take - all that a session sees. In this process. */
void picture_take(struct picture *, struct account *);
struct pic_folder *picture_folder(struct picture *, const char *name);

#endif
