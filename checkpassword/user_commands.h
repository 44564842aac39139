/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_USER_COMMANDS_H
#define CHECKPASSWORD_USER_COMMANDS_H

#include "user.h"
#include "users_files.h"
#include "users_text.h"

/*
 * The commands of roost-user. Each reads the text, makes a new one of it in
 * memory, and has both files replaced. They return the program's exit code,
 * or end it with a line that says what is wrong and one of these:
 */
#define USER_NO 1               /* the answer is no */
#define USER_MISUSE 100
#define USER_FAILED 111

struct user_options {
  const char *uid, *gid, *home, *scheme;        /* 0 if not given */
  unsigned long cost;
  int fd;                       /* to read the password from; -1: ask */
  int ready_hash, no_password, make_home;
  const char *vars[USER_ENV_COUNT + 1];         /* 0-ended */
  unsigned nvars;
};

struct user_job {
  struct users_files files;
  struct user_options o;
  const char *name;             /* 0 if not given; its form is checked */
  stralloc text, out;           /* the text before and after; or output */
  struct users_entry e;         /* the user in question */
};

/* user_no_fault - end with USER_MISUSE and the reason, unless that is 0 */
void user_no_fault(const char *bad);

int user_add(struct user_job *j);
int user_change(struct user_job *j);
int user_passwd(struct user_job *j);
int user_lock(struct user_job *j);
int user_unlock(struct user_job *j);
int user_remove(struct user_job *j);
int user_list(struct user_job *j);
int user_check(struct user_job *j);
int user_hash(struct user_job *j);
int user_compile(struct user_job *j);
int user_rehash(struct user_job *j);

#endif
