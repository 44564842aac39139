/* ISC licence; see LICENSE. */
#include "uidlist.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "replace.h"

int uidlist_lock(struct dotlock *l, int dirfd)
{
  return dotlock_take(l, dirfd, UIDLIST_LOCK, UIDLIST_NAME, UIDLIST_WAIT_MS);
}

void uidlist_line(stralloc *out, uint32_t uid, const char *fields,
                  size_t fieldslen, const char *name, size_t namelen)
{
  stralloc_catu(out, uid);
  stralloc_append(out, ' ');
  if (fieldslen) {
    stralloc_catb(out, fields, fieldslen);
    stralloc_append(out, ' ');
  }
  stralloc_append(out, ':');
  stralloc_catb(out, name, namelen);
  stralloc_append(out, '\n');
}

static void header(stralloc *out, const struct uidlist *u)
{
  stralloc_cats(out, "3 V");
  stralloc_catu(out, u->uidvalidity);
  stralloc_cats(out, " N");
  stralloc_catu(out, u->uidnext);
  stralloc_cats(out, " G");
  stralloc_cats(out, u->guid);
  stralloc_cat(out, &u->words);
  stralloc_append(out, '\n');
}

int uidlist_create(struct uidlist *u, int dirfd, const stralloc *lines)
{
  stralloc head = STRALLOC_ZERO;
  struct iovec v[2];
  struct stat st;
  uint32_t last = 0;
  int ret;

  if (!u->uidvalidity || !uidlist_check(lines->s, lines->len, &last)) {
    errno = EINVAL;
    return -1;
  }
  if (!*u->guid) mailbox_guid(u->guid);
  if (u->uidnext <= last) u->uidnext = last + 1;
  header(&head, u);
  v[0].iov_base = head.s;
  v[0].iov_len = head.len;
  v[1].iov_base = lines->s;
  v[1].iov_len = lines->len;
  ret = replace_file(dirfd, UIDLIST_TMP, UIDLIST_NAME, v, 2, &st);
  if (ret == 0) {
    u->version = 3;
    u->last = last;
    u->end = (uint64_t)st.st_size;
    stamp_of(&u->stamp, &st);
  }
  stralloc_free(&head);
  return ret;
}

/* Open for appending if the file is what u says; cut a torn tail off. */
static int open_in_step(const struct uidlist *u, int dirfd)
{
  int fd = openat(dirfd, UIDLIST_NAME, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
  struct stamp now;
  struct stat st;

  if (fd == -1) {
    if (errno == ENOENT) errno = ESTALE;
    return -1;
  }
  if (fstat(fd, &st) == -1) goto bad;
  stamp_of(&now, &st);
  if (!stamp_eq(&now, &u->stamp)) {
    errno = ESTALE;
    goto bad;
  }
  if (now.size == u->end || ftruncate(fd, (off_t)u->end) == 0) return fd;
bad:
  fd_close_once(&fd);
  return -1;
}

/* All in one write, or nothing. A kill between two writes would leave a torn
 * tail, so the rest is not even tried. */
static int write_once(int fd, const stralloc *lines, uint64_t at)
{
  ssize_t w = pwrite(fd, lines->s, lines->len, (off_t)at);
  int saved;

  if (w == (ssize_t)lines->len && fsync(fd) == 0) return 0;
  saved = w >= 0 && w != (ssize_t)lines->len ? ENOSPC : errno;
  if (ftruncate(fd, (off_t)at) == 0) errno = saved;
  return -1;
}

int uidlist_append(struct uidlist *u, int dirfd, const stralloc *lines,
                   uint32_t new_uidnext)
{
  uint32_t last = u->uidnext ? u->uidnext - 1 : 0;
  struct stat st;
  int fd, ret, saved;

  if (u->version != 3 || !uidlist_check(lines->s, lines->len, &last)) {
    errno = EINVAL;
    return -1;
  }
  fd = open_in_step(u, dirfd);
  if (fd == -1) return -1;
  ret = lines->len ? write_once(fd, lines, u->end) : 0;
  saved = errno;
  if (ret == 0) {
    u->end += lines->len;
    if (lines->len) u->last = last;
    if (u->uidnext <= last) u->uidnext = last + 1;
    if (u->uidnext < new_uidnext) u->uidnext = new_uidnext;
  }
  /* after a failure too: the cut changed the file's times, nothing else */
  if (fstat(fd, &st) == 0 && (uint64_t)st.st_size == u->end)
    stamp_of(&u->stamp, &st);
  if (fd_close_once(&fd) == -1 && ret == 0) {
    saved = errno;
    ret = -1;
  }
  errno = saved;
  return ret;
}
