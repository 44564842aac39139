/* ISC licence; see LICENSE. */
/* A file of mbox becomes a folder. */
#include "import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "mbox.h"
#include "tool.h"

struct one {
  struct import *im;
  struct mbox *m;
  struct import_counts counts;
  const char *name;             /* of the folder */
  uint32_t uidvalidity, lastuid;        /* of the mbox */
  int keep;                     /* its UIDs are good in the folder */
  int pass;                     /* with keep: 1 those that have a UID, 2 others */
  int others;                   /* there are such */
};

static void hash_put(void *arg, const char *s, size_t len)
{
  import_hash_put(arg, s, len);
}

static void store_put(void *arg, const char *s, size_t len)
{
  import_data(arg, s, len);
}

static void read_failed(struct import *im, const char *path)
{
  import_die(im, 111, 1, "unable to read ", path);
}

/*
 * Status: R read, O old; X-Status: A answered, F flagged, D deleted, T draft.
 * What is neither R nor O nobody has seen yet. Programs put all letters into
 * either field.
 */
static void take_status(struct import_message *msg, const stralloc *s)
{
  static const struct { char letter; uint32_t flag; } table[] = {
    { 'R', MF_SEEN }, { 'A', MF_ANSWERED }, { 'F', MF_FLAGGED },
    { 'D', MF_DELETED }, { 'T', MF_DRAFT }
  };
  size_t i;

  for (i = 0; i < sizeof table / sizeof *table; i++)
    if (s->len && memchr(s->s, table[i].letter, s->len))
      msg->flags |= table[i].flag;
  msg->recent = !msg->flags && !(s->len && memchr(s->s, 'O', s->len));
}

/* words with spaces between; the fields may be folded */
static void take_keywords(struct import_message *msg, const stralloc *s)
{
  size_t i, n;

  for (i = 0; i < s->len; i += n + 1) {
    for (n = 0; i + n < s->len && !strchr(" \t\r\n,", s->s[i + n]); n++) ;
    if (!n || n > 255 || memchr(s->s + i, 0, n)) continue;
    stralloc_catb(&msg->keywords, s->s + i, n);
    stralloc_0(&msg->keywords);
  }
}

/* Those without a UID come last: the ones that they get must not be those of
 * messages that are still to come. */
static int its_turn(struct one *o, const struct mbox_fields *f)
{
  int has = f->uid && f->uid <= o->lastuid;

  if (!o->keep) return 1;
  if (!has) o->others = 1;
  return has == (o->pass == 1);
}

static void one_message(struct one *o, const char *path)
{
  struct import_message msg = { .date = o->m->date };
  struct mbox_fields f = { .uid = 0 };
  struct import_hash *h = import_hash_begin();
  unsigned char content[32];

  if (mbox_text(o->m, &f, hash_put, h) == -1) read_failed(o->im, path);
  import_hash_end(h, content);
  import_content_id(&o->counts, o->name, content, &msg.id);
  if (f.internal || !its_turn(o, &f)) ;
  else if (import_is_known(o->im, &msg.id)) o->im->there++;
  else {
    take_status(&msg, &f.status);
    take_keywords(&msg, &f.keywords);
    if (o->pass == 1) msg.uid = f.uid;
    import_start(o->im);
    if (!o->im->dry && mbox_text(o->m, 0, store_put, o->im) == -1) {
      import_drop(o->im);
      read_failed(o->im, path);
    }
    import_finish(o->im, &msg);
  }
  mbox_fields_free(&f);
  import_message_free(&msg);
}

/* the first message has the UIDVALIDITY, and the last UID that was given */
static void learn_base(struct one *o, const char *path)
{
  struct mbox_fields f = { .uid = 0 };
  off_t start = o->m->next;

  if (mbox_next(o->m) == 1 && mbox_text(o->m, &f, 0, 0) == -1)
    read_failed(o->im, path);
  o->uidvalidity = f.uidvalidity;
  o->lastuid = f.lastuid;
  o->m->next = start;
  mbox_fields_free(&f);
}

/* the folder is named as the file, without .mbox, unless -f says it */
static void choose_name(const struct tree *t, const struct import_options *opt,
                        const char *path, stralloc *name)
{
  const char *base = strrchr(path, '/');
  size_t len;

  if (opt->folder) stralloc_copys(name, opt->folder);
  else {
    base = base ? base + 1 : path;
    len = strlen(base);
    if (len > 5 && !strcmp(base + len - 5, ".mbox")) len -= 5;
    if (len == 5 && !strncasecmp(base, "inbox", len))
      stralloc_copys(name, "INBOX");
    else {
      import_prefix(t, name);
      import_part(t, name, base, len);
    }
  }
  stralloc_0(name);
}

static void all_messages(struct one *o, const char *path)
{
  int r;

  while ((r = mbox_next(o->m)) == 1) {
    one_message(o, path);
    import_progress(o->im, (uint64_t)o->m->next, (uint64_t)o->m->size);
  }
  if (r == -1) read_failed(o->im, path);
}

/* and, where its UIDs are kept, a second time for those without one */
static void both_passes(struct one *o, const char *storage, const char *path)
{
  off_t start = o->m->next;

  o->pass = o->keep;
  all_messages(o, path);
  if (!o->keep) return;
  import_commit(o->im);
  if (o->lastuid) import_uidnext(o->im, storage, o->lastuid + 1);
  if (!o->others) return;
  o->pass = 2;
  o->m->next = start;
  import_counts_free(&o->counts);       /* each is counted anew */
  all_messages(o, path);
}

void import_mbox(struct import *im, const struct import_options *opt,
                 const char *path)
{
  struct one o = { .im = im, .m = xalloc(sizeof *o.m) };
  stralloc name = STRALLOC_ZERO, storage = STRALLOC_ZERO;
  struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd == -1) die_sys(111, "unable to open ", path);
  /* who delivers to it or rewrites it holds a lock of this kind */
  if (fcntl(fd, F_SETLK, &lock) == -1 && (errno == EAGAIN || errno == EACCES))
    die_text(111, "someone has this mbox locked: ", path);
  if (mbox_open(o.m, fd, (enum mbox_format)opt->format) == -1) {
    if (errno != EINVAL) die_sys(111, "unable to read ", path);
    die_text(100, "this is no mbox file: ", path);
  }
  choose_name(&im->account.tree, opt, path, &name);
  o.name = name.s;
  tool_storage(&im->account.tree, &storage, name.s);
  stralloc_0(&storage);
  learn_base(&o, path);
  o.keep = o.uidvalidity && import_make(im, storage.s, o.uidvalidity);
  import_folder(im, storage.s, name.s);
  if (o.keep) im->uidvalidity = o.uidvalidity;
  both_passes(&o, storage.s, path);
  import_folder_end(im);
  import_counts_free(&o.counts);
  stralloc_free(&name);
  stralloc_free(&storage);
  free(o.m);
  close(fd);
}
