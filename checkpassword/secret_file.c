/* ISC licence; see LICENSE. */
#include "secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/timedio.h"

/* What speaks against trusting this file, or 0. */
static const char *untrusted(const struct stat *st, int secret)
{
  if (!S_ISREG(st->st_mode)) return "not a regular file: ";
  if (st->st_size > SETTINGS_FILE_MAX) return "larger than 64 kB: ";
  if (st->st_uid && st->st_uid != geteuid())
    return "it belongs neither to root nor to this process's user: ";
  if (st->st_mode & S_IWOTH) return "everyone may write to it: ";
  if (secret && st->st_mode & (S_IRWXO | S_IWGRP))
    return "others may use it, or its group write to it (chmod 600): ";
  return 0;
}

void settings_file_read(stralloc *out, const char *path, int secret)
{
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat st;
  const char *bad;
  ssize_t len;

  if (fd == -1 || fstat(fd, &st) == -1) die_sys(111, "unable to read ", path);
  bad = untrusted(&st, secret);
  if (bad) die_text(100, bad, path);
  stralloc_readyplus(out, SETTINGS_FILE_MAX + 1);
  len = fd_fill(fd, out->s + out->len, SETTINGS_FILE_MAX);
  if (len == -1) die_sys(111, "unable to read ", path);
  close(fd);
  if (memchr(out->s + out->len, 0, (size_t)len))
    die_text(100, "a NUL is in ", path);
  out->len += (size_t)len;
  stralloc_0(out);
}

static char *trim(char *s)
{
  size_t n;

  s += strspn(s, " \t\r");
  n = strlen(s);
  while (n && strchr(" \t\r", s[n - 1])) n--;
  s[n] = 0;
  return s;
}

int settings_next(struct settings_lines *l, char **name, char **value)
{
  char *s, *eq;

  while (*l->at) {
    s = l->at;
    l->at += strcspn(s, "\n");
    if (*l->at) *l->at++ = 0;
    l->line++;
    s = trim(s);
    if (!*s || *s == '#') continue;
    eq = strchr(s, '=');
    if (!eq || eq == s) return -1;
    *eq = 0;
    *name = trim(s);
    *value = trim(eq + 1);
    return 1;
  }
  return 0;
}

void settings_die(const char *path, unsigned long line, const char *text)
{
  stralloc said = STRALLOC_ZERO, place = STRALLOC_ZERO;

  stralloc_cats(&said, text);
  stralloc_cats(&said, ": ");
  stralloc_0(&said);
  stralloc_cats(&place, path);
  stralloc_append(&place, ':');
  stralloc_catu(&place, line);
  stralloc_0(&place);
  die_text(100, said.s, place.s);
}
