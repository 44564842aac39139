/* ISC licence; see LICENSE. */
#include "sync.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>

#include "base/alloc.h"

#define SYNC_TRIES 4
#define LOOK_AGAIN_MAX_NS 1000000000ll

int64_t now_ns(void)
{
  struct timespec t;

  clock_gettime(CLOCK_REALTIME, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t tick_ns(const struct account *a)
{
  static const long network[] = {
    0x6969, 0x517b, 0xfe534d42, 0x00c36400, 0x65735546, 0x5346414f, 0x01021997
  };                            /* NFS SMB SMB2 CEPH FUSE AFS 9P */
  static int64_t known;
  struct statfs fs;
  size_t i;

  if (known) return known;
  known = TICK_LOCAL_NS;
  if (fstatfs(a->rootfd, &fs) == 0)
    for (i = 0; i < sizeof network / sizeof *network; i++)
      if ((uint32_t)fs.f_type == (uint32_t)network[i]) known = TICK_NETWORK_NS;
  return known;
}

int dir_stamp_eq(const struct dir_stamp *a, const struct dir_stamp *b)
{
  return a->ino == b->ino && a->mtime_ns == b->mtime_ns;
}

static int stat_below(const struct folder *f, const char *what,
                      struct stat *st)
{
  char path[FILENAME_LIMIT + 32];
  size_t n = strlen(f->dir.s), m = strlen(what);

  if (n + m + 2 > sizeof path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(path, f->dir.s, n);
  path[n] = '/';
  memcpy(path + n + 1, what, m + 1);
  return fstatat(f->account->rootfd, path, st, 0);
}

static int dir_stamp(const struct folder *f, const char *what,
                     struct dir_stamp *d)
{
  struct stat st;

  memset(d, 0, sizeof *d);
  if (stat_below(f, what, &st) == -1) return -1;
  d->ino = st.st_ino;
  d->mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
  return 0;
}

int folder_stamps(const struct folder *f, struct folder_stamps *s)
{
  struct stat st;

  memset(s, 0, sizeof *s);
  if (dir_stamp(f, "new", &s->new) == -1) return -1;
  if (dir_stamp(f, "cur", &s->cur) == -1) return -1;
  if (stat_below(f, UIDLIST_NAME, &st) == 0) stamp_of(&s->uidlist, &st);
  else if (errno != ENOENT) return -1;
  if (stat_below(f, EXTRA_NAME, &st) == 0) stamp_of(&s->extra, &st);
  else if (errno != ENOENT) return -1;
  return 0;
}

void stamps_after(struct folder_rec *rec, const struct folder_stamps *before,
                  const struct folder_stamps *after)
{
  if (dir_stamp_eq(&rec->cur, &before->cur)) rec->cur = after->cur;
  if (dir_stamp_eq(&rec->new, &before->new)) rec->new = after->new;
  if (now_ns() - after->cur.mtime_ns < TICK_NETWORK_NS) rec->again_cur = 1;
  if (now_ns() - after->new.mtime_ns < TICK_NETWORK_NS) rec->again_new = 1;
}

void look_at_once(struct folder_rec *rec)
{
  rec->cur.mtime_ns = -now_ns();        /* of no directory, nor another's */
  rec->again_cur = 1;
}

/* is it time for the look that our own changes made necessary? */
static int due(int again, const struct dir_stamp *d, int64_t tick,
               uint32_t messages, int64_t now)
{
  int64_t wait = tick, cost = (int64_t)messages * 2000;

  if (!again) return 0;
  if (cost > LOOK_AGAIN_MAX_NS) cost = LOOK_AGAIN_MAX_NS;
  if (cost > wait) wait = cost; /* a big folder is not read at every turn */
  return now - d->mtime_ns > wait || now < d->mtime_ns;
}

/* 1 if there is anything to do */
static int plan(struct sync *s, int force)
{
  const struct folder_rec *o = &s->old;
  int64_t tick = tick_ns(s->f->account);

  s->look_uidlist = !s->had || !stamp_eq(&o->uidlist, &s->stamps.uidlist);
  s->look_new = force || !s->had || !dir_stamp_eq(&o->new, &s->stamps.new)
    || due(o->again_new, &o->new, tick, o->in_new, s->started)
    || (s->f->claim && o->in_new);
  s->look_cur = force || !s->had || !dir_stamp_eq(&o->cur, &s->stamps.cur)
    || due(o->again_cur, &o->cur, tick, o->messages, s->started);
  if (s->had && o->cur.ino && o->cur.ino != s->stamps.cur.ino)
    s->look_uidlist = s->look_new = s->look_cur = 1;    /* another folder */
  s->look_extra = s->had && !stamp_eq(&o->extra, &s->stamps.extra);
  return s->look_uidlist || s->look_new || s->look_cur || s->look_extra;
}

static void sync_free(struct sync *s)
{
  size_t big = s->scan.map.text.a + s->listed.map.text.a;

  scan_free(&s->scan);
  uidlist_free(&s->u);
  namemap_free(&s->listed.map);
  namemap_free(&s->claimed);
  namemap_free(&s->wanted);
  stralloc_free(&s->listed.guids);
  free(s->listed.item);
  free(s->changes);
  stralloc_free(&s->text);
  uidset_free(&s->recent);
  uidset_free(&s->missing);
  uidset_free(&s->touched);
  stralloc_free(&s->extra_lines);
  takeover_free(&s->taken);
  free(s->letter);
  if (big > 400000) malloc_trim(0);
}

/* the files of the index at its path are others now: open those */
static void reopen(struct folder *f)
{
  struct account *a = f->account;

  index_close(a->index);
  a->index = index_open(a->index_path);
  f->nown = 0;
}

/*
 * The control files are read and locked through a descriptor, the mail by its
 * path: both have to be one folder, or new mail of the one that took the name
 * would be numbered in the uidlist of the one that had it.
 */
static int replaced(const struct folder *f)
{
  struct stat is, was;

  return f->dirfd != -1 && fstat(f->dirfd, &was) == 0
    && fstatat(f->account->rootfd, f->dir.s, &is, 0) == 0
    && (is.st_ino != was.st_ino || is.st_dev != was.st_dev);
}

/* one try: 0 done, -1 with errno; EAGAIN: start over */
static int sync_once(struct folder *f, int force)
{
  struct sync s;
  int r = -1, saved;

  memset(&s, 0, sizeof s);
  s.f = f;
  s.started = now_ns();
  if (folder_stamps(f, &s.stamps) == -1) return -1;
  s.had = folder_reload(f);
  if (s.had) s.old = f->rec;
  f->extra_now = s.stamps.extra;
  if (!plan(&s, force)) r = 0;
  else if (replaced(f)) errno = ESTALE;
  else if (sync_uidlist(&s) == 0 && sync_compare(&s) == 0
           && sync_assign(&s) == 0 && sync_extra(&s) == 0
           && sync_apply(&s) == 0) {
    r = 0;
    uidset_union(&f->recent, &s.recent);
  }
  saved = errno;
  sync_free(&s);
  errno = saved;
  return r;
}

static int sync_folder(struct folder *f, int force)
{
  int tries, r;

  f->syncing = 1;
  for (tries = 0; ; tries++) {
    if (index_stale(f->account->index)) reopen(f);
    r = sync_once(f, force);
    if (r == 0 || errno != EAGAIN || tries == SYNC_TRIES) break;
  }
  f->syncing = 0;
  if (r == -1) return -1;
  if (!f->uidvalidity) f->uidvalidity = f->rec.uidvalidity;
  if (f->uidvalidity == f->rec.uidvalidity) return 0;
  errno = ESTALE;
  return -1;
}

int folder_sync(struct folder *f)
{
  return sync_folder(f, 0);
}

int sync_forced(struct folder *f)
{
  return sync_folder(f, 1);
}
