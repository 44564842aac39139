/* ISC licence; see LICENSE. */
#include "sync.h"

/*
 * A file that is renamed while readdir goes on may be passed over: it left its
 * old place before that was read, for one that had been read already. Nobody
 * can tell such a file from one that was removed but by looking again, and a
 * client that was told EXPUNGE would have to fetch the message anew, under
 * another UID. So what is missing is searched for until it is found, or until
 * a look during which nobody was at work in these directories did not find
 * it. That comes to an end also where somebody renames all the time: a file
 * that this many looks in a row passed over is gone. A look at a folder which
 * one process renames as fast as it can misses a given file once in twenty
 * to a hundred times. Only names are read, and most often of a few files.
 */
#define LOOKS 16

int sync_quiet(const struct sync *s, const struct folder_stamps *before,
               int64_t started)
{
  struct folder_stamps now;
  int64_t old = started - tick_ns(s->f->account);

  return folder_stamps(s->f, &now) == 0
    && dir_stamp_eq(&before->cur, &now.cur) && now.cur.mtime_ns < old
    && dir_stamp_eq(&before->new, &now.new) && now.new.mtime_ns < old;
}

static int look(struct sync *s)
{
  int root = s->f->account->rootfd;
  const char *dir = s->f->dir.s;
  size_t i = s->scan.map.n;

  if (scan_for(&s->scan, root, dir, 1, &s->wanted) == -1) return -1;
  for (; s->f->claim && i < s->scan.map.n; i++) sync_claim(s, i);
  return scan_for(&s->scan, root, dir, 0, &s->wanted);
}

static size_t found(const struct sync *s)
{
  size_t i, n = 0;

  for (i = 0; i < s->wanted.n; i++)
    n += namemap_in(&s->scan.map, &s->wanted, i) != NAMEMAP_NONE;
  return n;
}

int sync_search(struct sync *s)
{
  struct folder_stamps before;
  int64_t started;
  size_t had = found(s), n = had;
  int i, quiet = 0;

  for (i = 0; i < LOOKS && n < s->wanted.n && !quiet; i++) {
    started = now_ns();
    if (folder_stamps(s->f, &before) == -1 || look(s) == -1) return -1;
    n = found(s);
    quiet = sync_quiet(s, &before, started);
  }
  if (n != had) s->again = 1;
  namemap_clear(&s->wanted);
  return 0;
}
