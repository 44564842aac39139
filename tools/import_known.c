/* ISC licence; see LICENSE. */
/* What has come in before, read from the names of the files that are there. */
#include "import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "base/alloc.h"
#include "base/log.h"
#include "tool.h"

static size_t place(const struct import_known *k, const struct import_id *id)
{
  size_t at;

  memcpy(&at, id->b, sizeof at);
  for (at &= k->size - 1; k->used[at]; at = (at + 1) & (k->size - 1))
    if (!memcmp(k->slot[at].b, id->b, IMPORT_ID)) break;
  return at;
}

static void grow(struct import_known *k)
{
  struct import_known old = *k;
  size_t i, at;

  k->size = old.size ? old.size * 2 : 1024;
  k->slot = xalloc(k->size * sizeof *k->slot);
  k->place = xalloc(k->size * sizeof *k->place);
  k->used = xalloc(k->size);
  memset(k->used, 0, k->size);
  for (i = 0; i < old.size; i++) {
    if (!old.used[i]) continue;
    at = place(k, old.slot + i);
    k->slot[at] = old.slot[i];
    k->place[at] = old.place[i];
    k->used[at] = 1;
  }
  free(old.slot);
  free(old.place);
  free(old.used);
}

int import_is_known(const struct import *im, const struct import_id *id)
{
  return im->known.size && im->known.used[place(&im->known, id)];
}

const struct import_place *import_find(const struct import *im,
                                       const struct import_id *id)
{
  size_t at;

  if (!import_is_known(im, id)) return 0;
  at = place(&im->known, id);
  return im->known.place[at].uid ? im->known.place + at : 0;
}

const char *import_place_folder(const struct import *im, uint32_t number)
{
  const char *s = im->known.folders.s;

  for (; number; number--) s += strlen(s) + 1;
  return s;
}

void import_note(struct import *im, const struct import_id *id,
                 const struct import_place *where)
{
  static const struct import_place nowhere;
  struct import_known *k = &im->known;
  size_t at;

  if (k->n * 2 >= k->size) grow(k);
  at = place(k, id);
  if (k->used[at]) return;
  k->slot[at] = *id;
  k->place[at] = where ? *where : nowhere;
  k->used[at] = 1;
  k->n++;
}

static int hex(char c)
{
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/* the id in a base name or GUID, wherever in it the field stands */
static void note_name(struct import *im, const struct import_place *where,
                      const char *s, size_t len)
{
  struct import_id id;
  const char *comma, *end = s + len;
  size_t i;

  for (; (comma = memchr(s, ',', (size_t)(end - s))); s = comma + 1) {
    if (end - comma < 3 + 2 * IMPORT_ID || comma[1] != 'I' || comma[2] != '=')
      continue;
    for (i = 0; i < IMPORT_ID; i++) {
      int a = hex(comma[3 + 2 * i]), b = hex(comma[4 + 2 * i]);

      if (a < 0 || b < 0) break;
      id.b[i] = (unsigned char)(a << 4 | b);
    }
    if (i == IMPORT_ID) import_note(im, &id, where);
  }
}

static int read_folder(struct account *a, const char *storage,
                       const char *name, void *arg)
{
  struct import *im = arg;
  struct folder *f;
  struct message m;
  struct import_place where = { im->known.nfolders++, 0 };
  uint32_t uid = 1;
  int r = 0;

  stralloc_cats(&im->known.folders, storage);
  stralloc_0(&im->known.folders);

  if (folder_open(&f, a, storage, strlen(storage), 0) == -1
      || folder_sync(f) == -1 || folder_begin(f) == -1)
    die_sys(111, "unable to read the folder ", name);
  while (uid && (r = folder_next(f, uid, &m)) == 1) {
    where.uid = m.uid;
    note_name(im, &where, m.name, filename_base(m.name, m.namelen));
    note_name(im, &where, m.guid, m.guidlen);
    uid = m.uid + 1;
  }
  /* what is not known would come in again */
  if (r == -1) die_sys(111, "unable to read the folder ", name);
  folder_end(f);
  folder_close(f);
  return 0;
}

/* On tmp/, since a lock on the Maildir itself would keep everyone from
 * breaking what dead processes left there (dotlock.c). Until the end. */
static void lock(struct import *im, const char *maildir)
{
  int fd = openat(im->account.rootfd, "tmp",
                  O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd == -1) die_sys(111, "this is no Maildir: ", maildir);
  if (flock(fd, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK)
    die_text(111, "another import is at work on ", maildir);
}

void import_open(struct import *im, const char *maildir)
{
  tool_open(&im->account, maildir);
  if (tree_make_inbox(&im->account.tree) == -1)
    die_sys(111, "this is no Maildir: ", maildir);
  lock(im, maildir);
  tool_each(&im->account, 0, read_folder, im);
}
