/* ISC licence; see LICENSE. */
#include "sync.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <skalibs/types.h>

#include "base/alloc.h"
#include "base/log.h"
#include "arrivals.h"

/* The steps of a sync that read and extend dovecot-uidlist. */

static int64_t field_number(const struct uidlist_record *r, char key)
{
  size_t n;
  const char *v = uidlist_field(r->fields, r->fieldslen, key, &n);
  uint64_t value = 0;
  size_t i;

  if (!v || !n || n > 18) return -1;
  for (i = 0; i < n; i++) {
    if (v[i] < '0' || v[i] > '9') return -1;
    value = value * 10 + (uint64_t)(v[i] - '0');
  }
  return (int64_t)value;
}

int sync_listed(struct listed *l, const struct uidlist_record *r)
{
  size_t i = namemap_append(&l->map, r->name, r->namelen, r->namelen);
  size_t n;
  const char *guid = uidlist_field(r->fields, r->fieldslen, 'G', &n);

  if (i == NAMEMAP_NONE) return -1;
  if (i >= l->a) {
    l->a = l->map.a;
    l->item = xrealloc(l->item, l->a * sizeof *l->item);
  }
  l->item[i].uid = r->uid;
  l->item[i].vsize = field_number(r, 'W');
  l->item[i].guid = l->guids.len;
  l->item[i].guidlen = guid && n <= GUID_LIMIT ? (uint8_t)n : 0;
  if (guid && n <= GUID_LIMIT) stralloc_catb(&l->guids, guid, n);
  return 0;
}

static int list_one(void *arg, const struct uidlist_record *r)
{
  return sync_listed(arg, r);
}

static void list_clear(struct listed *l)
{
  namemap_clear(&l->map);
  l->guids.len = 0;
}

/* the whole file, from its start */
static int read_whole(struct sync *s)
{
  int fd = folder_dirfd(s->f);

  if (fd == -1) return -1;
  list_clear(&s->listed);
  s->full_list = 1;
  if (uidlist_read(&s->u, fd, list_one, &s->listed) == 0) return 0;
  if (errno != EBADMSG) return -1;
  /* As Dovecot does: what is broken is thrown away, all UIDs change. */
  log_begin("uidlist-rebuilt");
  log_str("file", s->f->dir.s);
  log_end();
  list_clear(&s->listed);
  s->u.version = 0;
  s->u.uidvalidity = 0;
  s->u.uidnext = 1;
  s->rebuild = 1;
  return 0;
}

int sync_uidlist(struct sync *s)
{
  int fd;

  if (s->had && s->u.version == 0) {
    /* what the index remembers of the file, instead of reading it */
    s->u.version = (int)s->old.uidlist_version;
    s->u.uidvalidity = s->old.uidvalidity;
    s->u.uidnext = s->old.uidnext;
    s->u.end = s->old.uidlist_end;
    s->u.stamp = s->old.uidlist;
  }
  if (!s->look_uidlist) return 0;
  fd = folder_dirfd(s->f);
  if (fd == -1) return -1;
  if (s->u.version != 3
      || uidlist_read_tail(&s->u, fd, list_one, &s->listed) == -1) {
    if (s->u.version == 3 && errno != ESTALE && errno != EBADMSG) return -1;
    if (read_whole(s) == -1) return -1;
  }
  if (s->had && s->u.uidvalidity && s->u.uidvalidity != s->old.uidvalidity)
    s->rebuild = 1;
  return 0;
}

/* ---- UIDs for new mail ---- */

/* may this UID of the list be given to a file that the index knows not? An
 * old one was expunged and its file came back: it gets a new UID. */
static int fresh(const struct sync *s, uint32_t uid)
{
  return !s->had || s->rebuild || uid >= s->old.uidnext;
}

int sync_unseen(const struct sync *s, struct namemap *wanted)
{
  size_t i;
  int known, any = 0;

  for (i = 0; i < s->listed.map.n; i++) {
    if (!fresh(s, s->listed.item[i].uid)
        || namemap_in(&s->scan.map, &s->listed.map, i) != NAMEMAP_NONE)
      continue;
    any = 1;
    if (!wanted) break;
    namemap_meet(wanted, namemap_text(&s->listed.map, i),
                 s->listed.map.e[i].base, s->listed.map.e[i].base, &known);
  }
  return any;
}

static void add_entry(struct sync *s, size_t i, uint32_t uid, int64_t vsize,
                      const char *guid, size_t guidlen)
{
  const struct name_entry *e = s->scan.map.e + i;
  const char *name = namemap_text(&s->scan.map, i);
  int64_t w = filename_size(name, e->base, 'W');

  sync_change(s, CHANGE_ADD, uid, s->scan.where[i] & SCAN_NEW, name, e->len,
              w >= 0 ? w : vsize, guid, guidlen);
  s->scan.where[i] |= SCAN_MATCHED;
}

/* entry i of the scan has item j of the list, if that is one to take */
static int take_listed(struct sync *s, size_t i, size_t j)
{
  const struct listed_item *it;

  if (i == NAMEMAP_NONE || j == NAMEMAP_NONE) return 0;
  it = s->listed.item + j;
  if (!fresh(s, it->uid)) return 0;
  if (!(s->scan.where[i] & SCAN_MATCHED))
    add_entry(s, i, it->uid, it->vsize, s->listed.guids.s + it->guid,
              it->guidlen);
  return 1;
}

/* names lie in the order of the directory: ask for the memory of those that
 * come soon, entry first */
#define AHEAD 16

static void ask_for(const struct namemap *m, uint32_t soon, uint32_t later)
{
  const char *name;

  if (later < m->n) __builtin_prefetch(m->e + later);
  if (soon >= m->n) return;
  name = namemap_text(m, soon);
  __builtin_prefetch(name);
  __builtin_prefetch(name + 40);
}

/*
 * In the order of their UIDs, since it saves sorting them. Where the list has
 * a base name twice the later UID wins.
 */
static void resolve_in_order(struct sync *s)
{
  size_t found[NAMEMAP_SOME], i, k, n, all = s->listed.map.n;
  uint32_t *file = xalloc(all * sizeof *file);          /* of each record */
  uint32_t *last = xalloc(s->scan.map.n * sizeof *last);  /* of each file */

  for (i = 0; i < all; i += n) {
    n = all - i < NAMEMAP_SOME ? all - i : NAMEMAP_SOME;
    namemap_in_some(&s->scan.map, &s->listed.map, i, n, found);
    for (k = 0; k < n; k++) {
      file[i + k] = (uint32_t)found[k];         /* no file: above them all */
      if (found[k] != NAMEMAP_NONE) last[found[k]] = (uint32_t)(i + k);
    }
  }
  for (i = 0; i < all; i++) {
    if (all - i > 2 * AHEAD)
      ask_for(&s->scan.map, file[i + AHEAD], file[i + 2 * AHEAD]);
    if (file[i] < s->scan.map.n && last[file[i]] == i)
      take_listed(s, file[i], i);
  }
  free(last);
  free(file);
}

/* take the UIDs that the list has; 1 if some file is left without one */
static int resolve(struct sync *s)
{
  size_t i;
  int left = 0;

  /* where the list is not much longer than what was seen */
  if (s->listed.map.n / 2 <= s->scan.map.n) {
    resolve_in_order(s);
    for (i = 0; i < s->scan.map.n && !left; i++)
      left = !(s->scan.where[i] & SCAN_MATCHED);
    return left;
  }
  namemap_find_all(&s->listed.map);
  for (i = 0; i < s->scan.map.n; i++)
    if (!(s->scan.where[i] & SCAN_MATCHED)
        && !take_listed(s, i, namemap_in(&s->listed.map, &s->scan.map, i)))
      left = 1;
  return left;
}

/*
 * Is entry i of the scan still there? One that others moved away after we
 * read the directory, and forgot before we read the index, looks new; with a
 * UID it would be shown, and gone at the next look.
 */
static int still_there(const struct sync *s, size_t i, int64_t *moved)
{
  stralloc path = STRALLOC_ZERO;
  struct stat st;
  int r;

  *moved = INT64_MIN;

  folder_path(s->f, &path, s->scan.where[i] & SCAN_NEW,
              namemap_text(&s->scan.map, i), s->scan.map.e[i].len);
  r = fstatat(s->f->account->rootfd, path.s, &st, AT_SYMLINK_NOFOLLOW);
  stralloc_free(&path);                 /* free(3) keeps errno */
  if (r == 0) *moved = st.st_ctime;
  return r == 0 || errno != ENOENT;
}

/*
 * When a message came here (RFC 8514) is the time in its base name, which all
 * that deliver write and our COPY and MOVE too. One without it, or one that
 * somebody moved here under its old name, gets a line in roost-extra.
 */
#define LATE 3600               /* s from a name's time to the file's change */

static void note_saved(struct sync *s, const struct arrival *a, uint32_t uid,
                       int64_t moved)
{
  int64_t t = a->time < TIME_MIN ? 0 : a->time;

  if (moved != INT64_MIN && moved > t + LATE)
    extra_line_date(&s->extra_lines, uid, moved);
}

/* those that have no UID yet, in the order of their arrival; how many. moved,
 * if there is one, receives when each was; some may have kept a UID if may */
static size_t arrivals(struct sync *s, struct arrival *order, int64_t *moved,
                       int *may)
{
  const struct name_entry *e = s->scan.map.e;
  const char *name;
  size_t i, n = 0;

  *may = 0;

  for (i = 0; i < s->scan.map.n; i++) {
    if (s->scan.where[i] & SCAN_MATCHED) continue;
    if (moved && !still_there(s, i, moved + i)) {
      s->again = 1;             /* it may only have another name now */
      continue;
    }
    name = namemap_text(&s->scan.map, i);
    if (memchr(name, 'K', e[i].base)) *may = 1;
    order[n].time = filename_time(name, e[i].base, &order[n].micro);
    order[n++].entry = (uint32_t)i;
  }
  arrivals_sort(order, n, &s->scan.map);
  return n;
}

/* ---- an import was killed before it recorded the UIDs that it kept ---- */

static const uint32_t *sort_kept;       /* by entry of the scan; 0: none */

static int by_kept(const void *a, const void *b)
{
  uint32_t i = sort_kept[((const struct arrival *)a)->entry];
  uint32_t j = sort_kept[((const struct arrival *)b)->entry];

  return i < j ? -1 : i > j;
}

/* The UIDs of those whose names say which they were to have (append_origin);
 * these come first, by that. 0: there is none, as nearly always. */
static uint32_t *kept_first(const struct sync *s, struct arrival *order,
                            size_t n)
{
  const struct namemap *map = &s->scan.map;
  struct arrival *all;
  uint32_t *kept, uidvalidity, uid;
  size_t i, first = 0, last = n;

  for (i = 0; i < n; i++)
    if (filename_kept(namemap_text(map, order[i].entry),
                      map->e[order[i].entry].base, &uidvalidity)) break;
  if (i == n) return 0;
  kept = xalloc(map->n * sizeof *kept);
  all = xalloc(n * sizeof *all);
  memcpy(all, order, n * sizeof *all);
  for (i = n; i-- > 0; ) {      /* the others keep their order, behind */
    uid = filename_kept(namemap_text(map, all[i].entry),
                        map->e[all[i].entry].base, &uidvalidity);
    if (uid && uidvalidity != s->u.uidvalidity) uid = 0;
    kept[all[i].entry] = uid;
    if (!uid) order[--last] = all[i];
  }
  for (i = 0; i < n; i++)
    if (kept[all[i].entry]) order[first++] = all[i];
  sort_kept = kept;
  qsort(order, first, sizeof *order, by_kept);
  free(all);
  return kept;
}

/* number the files that have no UID yet; their lines go to lines */
static uint32_t number(struct sync *s, stralloc *lines)
{
  struct arrival *order = xalloc(s->scan.map.n * sizeof *order), *a;
  int known = s->had && !s->rebuild, may;
  int64_t *moved = known ? xalloc(s->scan.map.n * sizeof *moved) : 0;
  stralloc fields = STRALLOC_ZERO;
  uint32_t uid = s->u.uidnext;
  size_t n = arrivals(s, order, moved, &may);
  uint32_t *kept = may ? kept_first(s, order, n) : 0;
  const char *name;

  if (known && s->old.uidnext > uid) uid = s->old.uidnext;
  for (a = order; a < order + n && uid < UINT32_MAX - 1; a++, uid++) {
    if (order + n - a > 2 * AHEAD)
      ask_for(&s->scan.map, a[AHEAD].entry, a[2 * AHEAD].entry);
    if (kept && kept[a->entry] > uid) uid = kept[a->entry];
    name = namemap_text(&s->scan.map, a->entry);
    sync_taken(s, name, s->scan.map.e[a->entry].base, &fields);
    uidlist_line(lines, uid, fields.s, fields.len, name,
                 s->scan.map.e[a->entry].base);
    add_entry(s, a->entry, uid, -1, "", 0);
    if (moved) note_saved(s, a, uid, moved[a->entry]);
  }
  stralloc_free(&fields);
  free(kept);
  free(moved);
  free(order);
  return uid;
}

/* Before the first record: header, and what the index remembers, so that a
 * removed uidlist costs no UID. */
static void lines_of_index(struct sync *s, stralloc *lines)
{
  struct message m;
  struct record r;
  char buf[RECORD_TEXT];
  uint32_t from = 1;
  stralloc field = STRALLOC_ZERO;

  if (!s->had || s->rebuild || folder_begin(s->f) == -1) return;
  while (folder_next(s->f, from, &m) == 1) {
    if (!msg_copy(s->f->txn, s->f->account->index, s->old.id, m.uid, &r, buf))
      break;
    field.len = 0;
    if (r.m.guidlen) {
      stralloc_cats(&field, "G");
      stralloc_catb(&field, r.guid, r.m.guidlen);
    }
    uidlist_line(lines, m.uid, field.s, field.len, m.name,
                 filename_base(m.name, m.namelen));
    from = m.uid + 1;
  }
  folder_end(s->f);
  stralloc_free(&field);
}

/* A version 1 file becomes one of version 3, and what another server kept one
 * of ours: all that it lists, by UID. */
static int by_uid(const void *a, const void *b)
{
  uint32_t i = ((const struct listed_item *)a)->uid;
  uint32_t j = ((const struct listed_item *)b)->uid;

  return i < j ? -1 : i > j;
}

static void lines_of_list(struct sync *s, stralloc *lines)
{
  stralloc fields = STRALLOC_ZERO;
  struct listed_item *sorted;
  size_t i, n = s->listed.map.n;
  const char *name;

  namemap_find_all(&s->listed.map);
  sorted = xalloc(n * sizeof *sorted);
  for (i = 0; i < n; i++) {
    sorted[i].uid = s->listed.item[i].uid;
    sorted[i].guid = i;         /* here: the entry's number */
  }
  qsort(sorted, n, sizeof *sorted, by_uid);
  for (i = 0; i < n; i++) {
    if (namemap_in(&s->listed.map, &s->listed.map, sorted[i].guid)
        != sorted[i].guid) continue;    /* it has a later UID, too */
    name = namemap_text(&s->listed.map, sorted[i].guid);
    sync_taken(s, name, s->listed.map.e[sorted[i].guid].base, &fields);
    uidlist_line(lines, sorted[i].uid, fields.s, fields.len, name,
                 s->listed.map.e[sorted[i].guid].base);
  }
  stralloc_free(&fields);
  free(sorted);
}

static int write_list(struct sync *s, int fd)
{
  stralloc lines = STRALLOC_ZERO, all = STRALLOC_ZERO;
  size_t before = s->n;
  uint32_t uidnext = number(s, &lines);
  int r;

  if (!s->u.version && s->f->account->index->left) {
    errno = ENODATA;            /* those who see the old index know better */
    r = -1;
  }
  else if (s->u.version == 3) {
    r = uidlist_append(&s->u, fd, &lines, uidnext);
  }
  else {
    /* a file that only went away comes back as it was */
    if (!s->u.uidvalidity && s->had && !s->rebuild)
      s->u.uidvalidity = s->old.uidvalidity;
    if (!s->u.uidvalidity)
      s->u.uidvalidity = uidvalidity_next(s->f->account->rootfd);
    if (s->had && s->u.uidvalidity <= s->old.uidvalidity && s->rebuild)
      s->u.uidvalidity = s->old.uidvalidity + 1;
    if (!*s->u.guid) mailbox_guid(s->u.guid);
    s->u.uidnext = uidnext;
    if (s->u.version == 1 || s->taken.from) lines_of_list(s, &all);
    else lines_of_index(s, &all);
    stralloc_cat(&all, &lines);
    r = s->taken.from ? sync_taken_words(s, fd) : 0;
    if (r == 0) r = uidlist_create(&s->u, fd, &all);
  }
  if (r == -1) {
    s->n = before;              /* not recorded: not shown */
    s->extra_lines.len = 0;
  }
  stralloc_free(&lines);
  stralloc_free(&all);
  return r;
}

static int assign_locked(struct sync *s, int fd)
{
  struct folder_stamps now;
  int moved;

  if (folder_stamps(s->f, &now) == -1) return -1;
  moved = !stamp_eq(&now.uidlist, &s->u.stamp);
  if ((s->u.version == 1 || moved)
      && (s->u.version != 3
          || uidlist_read_tail(&s->u, fd, list_one, &s->listed) == -1)
      && read_whole(s) == -1)
    return -1;
  if (s->had && s->u.uidvalidity && s->u.uidvalidity != s->old.uidvalidity
      && !s->rebuild) {
    errno = EAGAIN;             /* replaced meanwhile: start over */
    return -1;
  }
  /* Files of those records may be younger than our scan, and their UIDs are
   * below those that we are about to give. */
  if (moved && sync_unseen(s, &s->wanted) && sync_search(s) == -1) return -1;
  if (!s->u.version && !s->had && !s->rebuild
      && !s->f->account->index->left && sync_takeover(s, fd) == -1) return -1;
  if ((resolve(s) || !s->u.version) && write_list(s, fd) == -1) return -1;
  sync_compact(s, fd);
  scan_sweep_tmp(s->f->account->rootfd, s->f->dir.s);
  return 0;
}

int sync_assign(struct sync *s)
{
  struct dotlock lock;
  int fd, r, version = s->u.version;

  if (!resolve(s) && s->u.version && !(s->rebuild && !s->u.uidvalidity)
      && !sync_behind(s))
    return 0;
  fd = folder_dirfd(s->f);
  if (fd == -1) return -1;
  if (uidlist_lock(&lock, fd) == -1) r = -1;
  else {
    r = assign_locked(s, fd);
    dotlock_release(&lock);
  }
  if (r == 0) return 0;
  if (errno == EAGAIN && s->had) return -1;
  /* what is there could not be read again: nothing is made up for it */
  if (version && !s->u.version && !s->rebuild) return -1;
  if (!s->u.version && s->f->account->index->left) return -1;
  /* what another server left must not seem to be gone */
  if (!s->had && !version && !s->rebuild && takeover_waits(fd)) {
    log_fault_file("uidlist-blocked", s->f->dir.s);
    if (errno == EAGAIN) errno = EBUSY;
    return -1;
  }
  /* New mail without a recorded UID is not shown; the rest is. */
  log_fault_file("uidlist-blocked", s->f->dir.s);
  s->blocked = 1;
  if (!s->u.uidvalidity) s->u.uidvalidity = (uint32_t)(s->started / 1000000000);
  return 0;
}
