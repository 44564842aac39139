/* ISC licence; see LICENSE. */
#include "folder_impl.h"
#include "copy_data.h"
#include "maildirsize.h"
#include "place.h"
#include "young.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"

/*
 * COPY by link, MOVE by rename (or both by copying the text, where those are
 * not possible; then a MOVE unlinks what it copied last of all): both give the message a fresh base name in
 * the destination (a base name is unique to one message of one folder) and
 * write its GUID to the destination's uidlist, so that its identity goes
 * with it.
 */
struct source {
  uint32_t uid;
  stralloc guid;
  stralloc name;                /* where it was found last */
  int in_new;
  int64_t size;                 /* for the quota; -1 unknown */
  int copied;                   /* a MOVE had to: the source is still there */
};

struct copying {
  struct folder *src, *dst;
  struct item *item;
  struct source *source;
  size_t n;
  struct uidset young;          /* those that have to be synced first */
  int move;
  uint32_t letter[KEYWORD_LETTERS];     /* source letter -> mask in dst */
  uint32_t beyond;              /* letters for which dst has no letter left */
  struct folder_stamps before, after;   /* of the source, for a MOVE */
  struct item *hand;
  stralloc from, to;            /* paths, of the one in hand */
};

/* ---- gathering ---- */

/* May a message go without a keyword that the destination could not name? A
 * MOVE where the disk is full, since that is how people throw mail away. */
static int may_drop(const struct copying *c)
{
  return c->move && (errno == ENOSPC || errno == EDQUOT);
}

/* the destination's letter for one of the source's, as a mask in c->letter;
 * a letter without a name means nothing elsewhere. 0, -1 errno */
static int map_letter(struct copying *c, int i)
{
  struct keyword_ids ids = KEYWORD_IDS_ZERO;
  struct keywords *k = &c->src->keywords;
  int r, fd = folder_dirfd(c->src);

  if (!k->name[i] && (fd == -1 || keywords_read(k, fd) == -1)) return -1;
  c->letter[i] = 0;
  if (!k->name[i]) return 0;
  r = folder_keyword_ids(c->dst, k->name[i], strlen(k->name[i]), 1,
                         c->letter + i, &ids);
  if (r == -1 && may_drop(c)) r = 0;
  if (ids.n) c->beyond |= 1u << i;
  keyword_ids_free(&ids);
  return r;
}

/* a keyword beyond the letters may get a letter in the destination */
static int map_extra(struct copying *c, struct item *it, uint32_t *mask)
{
  struct keyword_ids ids = KEYWORD_IDS_ZERO;
  stralloc names = STRALLOC_ZERO;
  const char *name;
  size_t i, n;
  int r = 0;

  for (i = 0; r == 0 && i < it->extra.len; i += n + 1) {
    name = it->extra.s + i;
    n = strlen(name);
    ids.n = 0;
    r = folder_keyword_ids(c->dst, name, n, 1, mask, &ids);
    if (r == -1 && may_drop(c)) r = 0;
    if (r == 0 && ids.n) stralloc_catb(&names, name, n + 1);
  }
  stralloc_copy(&it->extra, &names);
  stralloc_free(&names);                /* free(3) keeps errno */
  keyword_ids_free(&ids);
  return r;
}

static int map_keywords(struct copying *c, struct item *it,
                        uint32_t *keywords)
{
  const char *name;
  uint32_t mask = 0;
  int i;

  if (c->src != c->dst && map_extra(c, it, &mask) == -1) return -1;

  for (i = 0; i < KEYWORD_LETTERS; i++) {
    if (!(*keywords >> i & 1)) continue;
    if (c->src == c->dst) c->letter[i] = 1u << i;
    if (c->letter[i] == ~0u && map_letter(c, i) == -1) return -1;
    mask |= c->letter[i];
    name = c->beyond >> i & 1 ? c->src->keywords.name[i] : 0;
    if (!name) continue;
    stralloc_cats(&it->extra, name);
    stralloc_0(&it->extra);
  }
  *keywords = mask;
  return 0;
}

/* fields of a uidlist's record are parted by spaces */
static int guid_ok(const stralloc *guid)
{
  size_t i;

  for (i = 0; i < guid->len; i++)
    if ((unsigned char)guid->s[i] <= ' ' || guid->s[i] == 0x7f) return 0;
  return guid->len <= GUID_LIMIT;
}

static void gather_one(struct copying *c, const struct message *m,
                       const struct record *r)
{
  struct item *it = c->item + c->n;
  struct source *s = c->source + c->n;
  int64_t size = filename_size(m->name, m->namelen, 'S');

  memset(it, 0, sizeof *it);
  memset(s, 0, sizeof *s);
  s->uid = it->from = m->uid;
  s->size = size;
  if (!r->m.synced && young_is(m->name, m->namelen))
    uidset_add(&c->young, m->uid, m->uid);
  stralloc_copyb(&s->name, m->name, m->namelen);
  s->in_new = m->in_new;
  if (r->m.guidlen) stralloc_catb(&s->guid, r->guid, r->m.guidlen);
  else stralloc_catb(&s->guid, m->name, filename_base(m->name, m->namelen));
  if (!guid_ok(&s->guid)) s->guid.len = 0;
  it->guid = s->guid.s;
  it->guidlen = s->guid.len;
  filename_unique(&it->name);
  if (size >= 0 && m->vsize >= 0)
    filename_add_sizes(&it->name, (uint64_t)size, (uint64_t)m->vsize);
  it->base = it->name.len;
  it->date = m->date;
  it->vsize = m->vsize;
  it->flags = m->flags;
  it->keywords = m->keywords;
  it->own = s;
  folder_extra_names(c->src, m->uid, &it->extra);
  c->n++;
}

static int gather(struct copying *c, const struct uidset *uids)
{
  struct message m;
  struct record r;
  struct uidset there = UIDSET_ZERO;
  uint32_t uid = 0;
  size_t a = 0;
  char buf[RECORD_TEXT];

  if (folder_extra_load(c->src) == -1 || folder_uids(c->src, &there) == -1
      || folder_begin(c->src) == -1) {
    uidset_free(&there);
    return -1;
  }
  uidset_intersect(&there, uids);
  while (uid != UINT32_MAX && (uid = uidset_next(&there, uid + 1))) {
    if (!folder_get(c->src, uid, &m)) continue;
    if (!msg_copy(c->src->txn, c->src->account->index, c->src->rec.id, uid,
                  &r, buf))
      continue;
    if (c->n == a) {
      a = a ? a * 2 : 16;
      c->item = xrealloc(c->item, a * sizeof *c->item);
      c->source = xrealloc(c->source, a * sizeof *c->source);
    }
    gather_one(c, &m, &r);
  }
  folder_end(c->src);
  uidset_free(&there);
  return 0;
}

/* the final names, once the letters are known; no transaction is open */
static int name_all(struct copying *c)
{
  stralloc name = STRALLOC_ZERO;
  struct item *it;
  size_t i;
  int r = 0;

  for (i = 0; r == 0 && i < c->n; i++) {
    it = c->item + i;
    it->own = c->source + i;            /* the arrays have stopped moving */
    r = map_keywords(c, it, &it->keywords);
    name.len = 0;
    filename_with(&name, it->name.s, it->name.len, it->flags, it->keywords,
                  ~0u);
    stralloc_copy(&it->name, &name);
  }
  stralloc_free(&name);                 /* free(3) keeps errno */
  return r;
}

/* ---- the files ---- */

/* flags that somebody set since we gathered go with the message */
static void follow_flags(struct item *it, const struct record *r)
{
  stralloc name = STRALLOC_ZERO;

  if (it->flags == r->m.flags) return;
  it->flags = r->m.flags;
  filename_with(&name, it->name.s, it->name.len, it->flags, it->keywords,
                ~0u);
  stralloc_copy(&it->name, &name);
  stralloc_free(&name);
}

/* by the name that s says */
static int put_named(struct copying *c, const struct item *it,
                     struct source *s)
{
  int root = c->src->account->rootfd, ret;

  folder_path(c->src, &c->from, s->in_new, s->name.s, s->name.len);
  folder_path(c->dst, &c->to, 0, it->name.s, it->name.len);
  if (c->move) ret = rename_keep(root, c->from.s, root, c->to.s);
  else ret = linkat(root, c->from.s, root, c->to.s, AT_SYMLINK_FOLLOW);
  if (ret == -1 && copy_needed(errno, c->move)) {
    ret = copy_data(c->dst, c->from.s, c->to.s);
    s->copied = ret == 0 && c->move;
  }
  return ret;
}

static int put_file(void *arg, struct folder *f, const struct record *r)
{
  struct copying *c = arg;
  struct source *s = c->hand->own;

  (void)f;
  follow_flags(c->hand, r);
  stralloc_copyb(&s->name, r->name, r->m.namelen);
  s->in_new = r->m.in_new;
  return put_named(c, c->hand, s);
}

/* Most often the file still has the name that we gathered, and so the flags.
 * The destination's ENOENT looks like the source's: ask once. */
static int put_item(void *arg, struct item *it)
{
  struct copying *c = arg;
  struct folder_stamps there;

  c->hand = it;
  if (put_named(c, it, it->own) == 0) return 0;
  if (errno != ENOENT) return -1;
  if (file_of(c->src, it->from, put_file, c) == 0) return 0;
  if (errno != ENOENT) return -1;
  return folder_stamps(c->dst, &there) == -1 ? -1 : 1;
}

static void undo_item(void *arg, struct item *it)
{
  struct copying *c = arg;
  struct source *s = it->own;
  stralloc from = STRALLOC_ZERO, to = STRALLOC_ZERO;
  int root = c->src->account->rootfd;

  folder_path(c->dst, &to, 0, it->name.s, it->name.len);
  if (c->move && !s->copied) {
    folder_path(c->src, &from, s->in_new, s->name.s, s->name.len);
    rename_keep(root, to.s, root, from.s);
  }
  else
    unlinkat(root, to.s, 0);
  stralloc_free(&from);
  stralloc_free(&to);
}

static int unlink_file(void *arg, struct folder *f, const struct record *r)
{
  stralloc path = STRALLOC_ZERO;
  int ret;

  (void)arg;
  folder_path(f, &path, r->m.in_new, r->name, r->m.namelen);
  ret = unlinkat(f->account->rootfd, path.s, 0);
  stralloc_free(&path);                 /* free(3) keeps errno */
  return ret;
}

/* take back a copy that may have got other flags meanwhile */
static void take_back(struct copying *c, struct item *it)
{
  stralloc path = STRALLOC_ZERO;

  folder_path(c->dst, &path, 0, it->name.s, it->name.len);
  if (unlinkat(c->dst->account->rootfd, path.s, 0) == -1 && errno == ENOENT
      && it->uid && folder_sync(c->dst) == 0)
    file_of(c->dst, it->uid, unlink_file, 0);
  stralloc_free(&path);
  it->placed = 0;
  it->uid = 0;
}

/*
 * What a MOVE had to copy goes from the source now. Who finds it gone was
 * second: another moved or removed it, and this copy would be one too many.
 * One that cannot be removed stays in both folders.
 */
static void settle_item(struct copying *c, struct item *it)
{
  struct source *s = it->own;

  if (file_of(c->src, it->from, unlink_file, 0) == -1) {
    if (errno != ENOENT) {
      log_fault_file("move-left", c->src->dir.s);
      return;
    }
    take_back(c, it);
  }
  s->copied = 0;
}

static int settle(void *arg)
{
  struct copying *c = arg;
  size_t i;
  int back = 0;

  for (i = 0; i < c->n; i++)
    if (c->item[i].placed && c->source[i].copied) {
      settle_item(c, c->item + i);
      if (!c->item[i].placed) back = 1;
    }
  if (c->move) folder_stamps(c->src, &c->after);
  return back;
}

/* ---- the index ---- */

/* what was computed about a message goes with it */
static int copy_caches(MDB_txn *txn, struct index *ix, struct copying *c,
                       const struct item *it, struct folder_rec *dst)
{
  const char *data;
  size_t len;
  char *own;
  int kind, rc = 0;

  for (kind = 1; !rc && kind <= CACHE_KINDS; kind++) {
    if (!(c->src->rec.cache_kinds >> kind & 1)) continue;
    if (!cache_load(txn, ix, c->src->rec.id, it->from, kind, &data, &len))
      continue;
    own = xalloc(len);          /* a put may move the page it lies in */
    memcpy(own, data, len);
    rc = cache_save(txn, ix, dst, it->uid, kind, own, len);
    free(own);
  }
  return rc;
}

static int forget_moved(MDB_txn *txn, struct index *ix, struct copying *c)
{
  struct uidset gone = UIDSET_ZERO;
  size_t i;
  int rc;

  for (i = 0; i < c->n; i++)
    if (c->item[i].placed && !c->source[i].copied)
      uidset_add(&gone, c->item[i].from, c->item[i].from);
  rc = write_gone(txn, ix, c->src, &gone, &c->before, &c->after);
  uidset_free(&gone);
  return rc;
}

static int also(MDB_txn *txn, struct index *ix, void *arg,
                const struct folder_rec *placed)
{
  struct copying *c = arg;
  struct folder_rec dst;
  size_t i;
  int rc = 0;

  if (rec_load(txn, ix, c->dst->storage, &dst) && dst.id == placed->id) {
    for (i = 0; !rc && i < c->n; i++)
      if (c->item[i].uid)
        rc = copy_caches(txn, ix, c, c->item + i, &dst);
    if (!rc) rc = rec_save(txn, ix, c->dst->storage, &dst);
  }
  return rc || !c->move ? rc : forget_moved(txn, ix, c);
}

/* ---- */

static int learn_size(void *arg, struct folder *f, const struct record *r)
{
  struct source *s = arg;
  stralloc path = STRALLOC_ZERO;
  struct stat st;
  int ret;

  folder_path(f, &path, r->m.in_new, r->name, r->m.namelen);
  ret = fstatat(f->account->rootfd, path.s, &st, 0);
  if (ret == 0) s->size = st.st_size;
  stralloc_free(&path);                 /* free(3) keeps errno */
  return ret;
}

/* Where there is a quota the octets of those count, too, whose names do not
 * tell: most deliver them so. One that is gone will not be copied either. */
static void learn_sizes(struct copying *c)
{
  size_t i;

  if (!maildirsize_is(c->src->account->rootfd)) return;
  for (i = 0; i < c->n; i++)
    if (c->source[i].size < 0)
      file_of(c->src, c->item[i].from, learn_size, c->source + i);
}

/* of all that are to come, or of those that came */
static int64_t bytes_of(const struct copying *c, int check, int64_t *count)
{
  int64_t bytes = 0;
  size_t i;

  *count = 0;
  for (i = 0; i < c->n; i++) {
    if (c->item[i].flags & MF_DELETED || !(check || c->item[i].placed))
      continue;
    if (c->source[i].size > 0) bytes += c->source[i].size;
    else if (c->item[i].vsize > 0) bytes += c->item[i].vsize;
    ++*count;
  }
  return bytes;
}

/* a MOVE into Trash or out of it changes what counts; others do not */
static int quota(struct copying *c, int check)
{
  int64_t count, bytes;
  int from = strcmp(c->src->storage, "Trash") != 0;
  int to = strcmp(c->dst->storage, "Trash") != 0;

  if (c->move ? from == to : !to) return 0;
  if (check) learn_sizes(c);
  bytes = bytes_of(c, check, &count);
  if (!count) return 0;
  if (check) return to ? place_room(c->dst, bytes, count) : 0;
  if (to) place_count(c->dst, bytes, count);
  else if (c->move) place_count(c->src, -bytes, -count);
  return 0;
}

static int run(struct copying *c, struct uidset *from, struct uidset *to)
{
  struct placing p;
  size_t i;

  if (quota(c, 1) == -1) return -1;
  memset(&p, 0, sizeof p);
  p.dst = c->dst;
  p.item = c->item;
  p.n = c->n;
  p.may_go_without_uids = c->move;
  p.put = put_item;
  p.undo = undo_item;
  p.settle = settle;
  p.also = also;
  p.arg = c;
  /* all of them before the first gets its name: an fsync after a rename would
   * make the file system write that rename by itself */
  if (young_sync(c->src, &c->young) == -1) return -1;
  if (folder_stamps(c->src, &c->before) == -1) return -1;
  if (place_all(&p, to) == -1) return -1;
  for (i = 0; i < c->n; i++)
    if (c->item[i].placed && (c->item[i].uid || c->move))
      uidset_add(from, c->item[i].from, c->item[i].from);
  /* Both names are never gone: the destination was synced before. This is
   * for the one that must not come back. */
  if (c->move) {
    place_sync(c->src, 0);
    if (c->src->rec.in_new) place_sync(c->src, 1);
  }
  return quota(c, 0);
}

int folder_copy(struct folder *src, const struct uidset *uids,
                struct folder *dst, int move,
                struct uidset *from, struct uidset *to)
{
  struct copying c;
  size_t i;
  int r, saved;

  memset(&c, 0, sizeof c);
  c.src = src;
  c.dst = dst;
  c.move = move;
  for (i = 0; i < KEYWORD_LETTERS; i++) c.letter[i] = ~0u;
  r = folder_sync(src) == -1 || gather(&c, uids) == -1 ? -1 : 0;
  if (r == 0) r = name_all(&c);
  if (r == 0 && c.n) r = run(&c, from, to);
  saved = errno;
  for (i = 0; i < c.n; i++) {
    stralloc_free(&c.item[i].name);
    stralloc_free(&c.item[i].extra);
    stralloc_free(&c.source[i].guid);
    stralloc_free(&c.source[i].name);
  }
  uidset_free(&c.young);
  stralloc_free(&c.from);
  stralloc_free(&c.to);
  free(c.item);
  free(c.source);
  errno = saved;
  return r;
}
