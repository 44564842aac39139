/* ISC licence; see LICENSE. */
#ifndef MAILDIR_T_SCRATCH_H
#define MAILDIR_T_SCRATCH_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * A directory of its own for each test program, under TMPDIR or /tmp, and
 * small files in it. Whatever cannot be done ends the test.
 */
static char scratch_path[256];

static inline void scratch_die(const char *what)
{
  perror(what);
  exit(1);
}

static inline int scratch_dir(void)
{
  const char *tmp = getenv("TMPDIR");
  int fd;

  snprintf(scratch_path, sizeof scratch_path, "%s/roost-t-XXXXXX",
           tmp && *tmp ? tmp : "/tmp");
  if (!mkdtemp(scratch_path)) scratch_die(scratch_path);
  fd = open(scratch_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd == -1) scratch_die(scratch_path);
  return fd;
}

static inline void scratch_put(int dirfd, const char *name, const char *s,
                               size_t len)
{
  int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  if (fd == -1 || write(fd, s, len) != (ssize_t)len) scratch_die(name);
  close(fd);
}

static inline void scratch_puts(int dirfd, const char *name, const char *s)
{
  scratch_put(dirfd, name, s, strlen(s));
}

/* contents as a string that the caller frees; "" if there is no file */
static inline char *scratch_get(int dirfd, const char *name)
{
  int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC);
  struct stat st;
  char *s;

  if (fd == -1) return strdup("");
  if (fstat(fd, &st) == -1) scratch_die(name);
  s = calloc(1, (size_t)st.st_size + 1);
  if (read(fd, s, (size_t)st.st_size) != st.st_size) scratch_die(name);
  close(fd);
  return s;
}

static inline int scratch_is(int dirfd, const char *name, const char *s)
{
  char *got = scratch_get(dirfd, name);
  int ok = !strcmp(got, s);

  if (!ok) printf("%s holds [%s], wanted [%s]\n", name, got, s);
  free(got);
  return ok;
}

static inline int scratch_has(int dirfd, const char *name)
{
  struct stat st;

  return fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* entries of dirfd that are not "." and ".." */
static inline unsigned int scratch_count(int dirfd)
{
  DIR *d = fdopendir(openat(dirfd, ".", O_RDONLY | O_DIRECTORY));
  unsigned int n = 0;

  if (!d) scratch_die("opendir");
  while (readdir(d)) n++;
  closedir(d);
  return n - 2;
}

static inline void scratch_mkdir(int dirfd, const char *name)
{
  if (mkdirat(dirfd, name, 0700) == -1) scratch_die(name);
}

/* remove all, at the end of a test; the paths are short and ours */
static inline void scratch_remove(void)
{
  char cmd[640];

  snprintf(cmd, sizeof cmd, "chmod -R u+rwx '%s'; rm -rf '%s'", scratch_path,
           scratch_path);
  if (system(cmd)) scratch_die(scratch_path);
}

#endif
