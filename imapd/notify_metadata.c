/* ISC licence; see LICENSE. */
#include "notify_impl.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/log.h"
#include "mailbox_name.h"
#include "maildir/attributes.h"
#include "message/msgid.h"

/*
 * Changed entries of METADATA, by name: RFC 5465 sections 5.6, 5.7, RFC 5464
 * section 4.4.2. Of each entry its name and a hash of its value is kept, "name
 * NUL" and 8 octets; those that a file no longer has are told, too.
 */
#define SPECIALUSE "/private/specialuse"

static void add_entry(void *arg, const struct attribute *a)
{
  uint64_t hash = msgid_hash(a->value, a->len);

  stralloc_catb(arg, a->key, a->keylen);
  stralloc_0((stralloc *)arg);
  stralloc_catb(arg, (const char *)&hash, sizeof hash);
}

static size_t next_entry(const stralloc *e, size_t at)
{
  return at + strlen(e->s + at) + 1 + sizeof(uint64_t);
}

/* 1 if e has the entry that is at x: with hash 1, of the same value */
static int has(const stralloc *e, const char *x, int hash)
{
  size_t at, len = strlen(x) + 1;

  for (at = 0; at < e->len; at = next_entry(e, at))
    if (!strcasecmp(e->s + at, x))
      return !hash || !memcmp(e->s + at + len, x + len, sizeof(uint64_t));
  return 0;
}

static int is_own(const struct attribute *own, size_t n, const char *key)
{
  size_t i, len = strlen(key);

  for (i = 0; i < n; i++)
    if (own[i].keylen == len && !strncasecmp(own[i].key, key, len)) return 1;
  return 0;
}

/* "* METADATA name entry entry": begun with the first one */
static void put(struct session *s, const char *storage, int *any,
                const char *key)
{
  stralloc name = STRALLOC_ZERO;

  if (!*any) {
    if (storage) mailbox_wire(s, storage, strlen(storage), &name);
    reply_puts(&s->out, "* METADATA ");
    reply_astring(&s->out, name.s ? name.s : "", name.len);
    stralloc_free(&name);
  }
  *any = 1;
  reply_puts(&s->out, " ");
  reply_astring(&s->out, key, strlen(key));
}

/* those of a that b has not, or with hash 1 not with the same value */
static void put_difference(struct session *s, const char *storage,
                           const stralloc *a, const stralloc *b, int hash,
                           const struct attribute *own, size_t n, int *any)
{
  size_t at;

  for (at = 0; at < a->len; at = next_entry(a, at))
    if (!has(b, a->s + at, hash) && !is_own(own, n, a->s + at))
      put(s, storage, any, a->s + at);
}

static int read_entries(struct session *s, const char *storage,
                        stralloc *entries)
{
  struct attribute_owner o = { storage, storage ? strlen(storage) : 0,
                               !storage };

  if (attributes_each(&s->account.tree, &o, add_entry, entries) == 0)
    return 0;
  if (errno != ENOENT && errno != EACCES) log_fault("fault", "metadata");
  return -1;
}

static void keep(struct notify *n, stralloc *old, stralloc *new)
{
  static const stralloc none = STRALLOC_ZERO;

  n->entries -= old->len;
  n->entries += new->len;
  if (n->entries > NOTIFY_ENTRIES_MAX) n->overflow = 1;
  stralloc_free(old);
  *old = *new;
  *new = none;
}

void notify_look_metadata(struct session *s, struct notify_folder *f,
                          const struct attribute *own, size_t n)
{
  stralloc *old = f ? &f->entries : &s->notify->server, now = STRALLOC_ZERO;
  const char *storage = f ? f->storage : 0;
  int any = 0;

  if (read_entries(s, storage, &now) == 0) {
    put_difference(s, storage, &now, old, 1, own, n, &any);
    put_difference(s, storage, old, &now, 0, own, n, &any);
    if (any) reply_crlf(&s->out);
    keep(s->notify, old, &now);
  }
  stralloc_free(&now);
}

void notify_learn_metadata(struct session *s, struct notify_folder *f)
{
  stralloc *old = f ? &f->entries : &s->notify->server, now = STRALLOC_ZERO;

  if (read_entries(s, f ? f->storage : 0, &now) == 0)
    keep(s->notify, old, &now);
  stralloc_free(&now);
}

void notify_look_uses(struct session *s, int tell,
                      const struct notify_folder *own)
{
  struct notify *n = s->notify;
  struct special sp = SPECIAL_ZERO;
  stralloc names = STRALLOC_ZERO;
  const char *use;
  uint64_t hash;
  size_t i;
  int any;

  for (i = 0; i < n->n; i++)
    if (*n->f[i]->storage)
      stralloc_catb(&names, n->f[i]->storage, strlen(n->f[i]->storage) + 1);
  if (special_read(&s->account.tree, &names, &sp) == -1)
    log_fault("fault", "metadata");
  for (i = 0; i < n->n; i++) {
    use = special_use(&sp, n->f[i]->storage, strlen(n->f[i]->storage));
    hash = use ? msgid_hash(use, strlen(use)) : 0;
    any = 0;
    if (tell && hash != n->f[i]->use && n->f[i] != own
        && n->f[i]->events & NOTIFY_METADATA)
      put(s, n->f[i]->storage, &any, SPECIALUSE);
    if (any) reply_crlf(&s->out);
    n->f[i]->use = hash;
  }
  special_free(&sp);
  stralloc_free(&names);
}
