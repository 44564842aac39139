/* ISC licence; see LICENSE. */
/*
 * What an authenticator reads: the octets as credentials on descriptor 3, and
 * again as a compiled database. A damaged one gives no root and no user that
 * breaks the rules for a user's record.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checkpassword/credentials.h"
#include "checkpassword/users_cdb.h"

const char *PROG = "fuzz_checkpassword_login";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* a descriptor of a file that holds these octets, at its start */
static int file_of(const uint8_t *data, size_t len)
{
  int fd = memfd_create("fuzz", 0);

  if (fd == -1 || fchmod(fd, 0600) == -1) abort();
  if (len && write(fd, data, len) != (ssize_t)len) abort();
  if (lseek(fd, 0, SEEK_SET) == -1) abort();
  return fd;
}

static void look_up(int fd, const char *name)
{
  struct users_cdb db = USERS_CDB_ZERO;
  struct user u = USER_ZERO;
  stralloc dummy = STRALLOC_ZERO;
  char path[32];

  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  if (users_cdb_open(&db, path) == -1) return;
  if (users_cdb_find(&db, name, &u) == 1
      && (user_bad(&u) || !u.uid || !u.gid || *u.home.s != '/')) abort();
  if (users_cdb_dummy(&db, name, &dummy) == 0 && !*dummy.s) abort();
  users_cdb_close(&db);
  user_free(&u);
  stralloc_free(&dummy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  static struct credentials c;
  size_t head = len < 600 ? len : 600;
  int fd = file_of(data, head);

  if (credentials_read(&c, fd) == 0) {
    if (c.password != c.name + strlen(c.name) + 1) abort();
    if (strlen(c.name) + strlen(c.password) > CREDENTIALS_MAX - 2) abort();
  }
  close(fd);
  fd = file_of(data, len);              /* and the whole as a database */
  look_up(fd, "joe");
  close(fd);
  return 0;
}
