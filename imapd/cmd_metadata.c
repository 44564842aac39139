/* ISC licence; see LICENSE. */
#include "metadata.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/env.h"
#include "command.h"
#include "mailbox_name.h"
#include "notify.h"

/*
 * GETMETADATA and SETMETADATA: RFC 5464. Entries of mailboxes and of the
 * server lie in roost-attributes. What is computed: /shared/admin and
 * /shared/comment of the server, from the environment, and /private/specialuse
 * of a mailbox (RFC 6154 section 4). Since nobody shares a mailbox yet,
 * /private and /shared differ in name only.
 */
#define SPECIALUSE "/private/specialuse"
#define SCOPES "/private", "/shared"

struct target {
  struct text given;
  stralloc storage, name;       /* NUL-ended; the name as LIST shows it */
  struct attribute_owner owner;
};

static int same(const struct text *a, const char *s, size_t len)
{
  return a->len == len && !strncasecmp(a->s, s, len);
}

/* RFC 5464 section 3.2; one component is enough to look below it */
static int entry_ok(const struct text *t, int to_look)
{
  static const char *const scopes[] = { SCOPES };
  size_t i, n, parts = 0, vendor = 0;

  for (i = 0; i < t->len; i++) {
    unsigned char c = (unsigned char)t->s[i];

    if (c < ' ' || c >= 0x7f || c == '*' || c == '%') return 0;
    if (c != '/') continue;
    if (i + 1 == t->len || t->s[i + 1] == '/') return 0;
    parts++;
    if (parts == 2)
      vendor = t->len - i >= 7 && !strncasecmp(t->s + i + 1, "vendor", 6)
        && (i + 7 == t->len || t->s[i + 7] == '/');
  }
  if (t->len > ATTRIBUTE_KEY_MAX) return 0;
  for (i = 0; i < 2; i++) {
    n = strlen(scopes[i]);
    if (t->len < n || strncasecmp(t->s, scopes[i], n)
        || (t->len > n && t->s[n] != '/')) continue;
    return to_look || (parts >= 2 && (!vendor || parts >= 4));
  }
  return 0;
}

static int add_entry(struct metadata_query *q, struct parse *p)
{
  struct text t;

  if (!parse_astring(p, &t)) return 0;
  if (q->n == METADATA_ENTRIES_MAX) {
    p->why = "too many entries";
    return 0;
  }
  if (!entry_ok(&t, 1)) {
    p->why = "bad entry name";
    return 0;
  }
  q->entry[q->n++] = t;
  return 1;
}

int metadata_parse_entries(struct metadata_query *q, struct parse *p)
{
  if (!parse_try(p, '(')) return add_entry(q, p);
  do
    if (!add_entry(q, p)) return 0;
  while (parse_try(p, ' '));
  return parse_char(p, ')');
}

/* "(" option ... ")", the "(" is behind us. 0: some are bad, or none is
 * there, as where "(" begins a list of entries */
static int options(struct metadata_query *q, struct parse *p)
{
  uint32_t n;
  struct text t;

  do {
    if (parse_try_word(p, "MAXSIZE")) {
      if (!parse_sp(p) || !parse_number(p, &n)) return 0;
      q->has_max = 1;
      q->max = n;
    } else if (parse_try_word(p, "DEPTH")) {
      if (!parse_sp(p) || !parse_astring(p, &t)) return 0;
      if (same(&t, "0", 1)) q->depth = 0;
      else if (same(&t, "1", 1)) q->depth = 1;
      else if (same(&t, "infinity", 8)) q->depth = -1;
      else {
        p->why = "DEPTH is 0, 1 or infinity";
        return 0;
      }
    } else {
      p->why = "unknown GETMETADATA option";
      return 0;
    }
  } while (parse_try(p, ' '));
  return parse_char(p, ')');
}

/* ---- answers ---- */

struct answer {
  struct session *s;
  const struct metadata_query *q;
  const char *name;
  size_t len;
  unsigned char found[METADATA_ENTRIES_MAX];
  int any;                      /* the line is begun */
  uint64_t longest;
};

static void put_value(struct answer *a, const struct attribute *x)
{
  struct reply *r = &a->s->out;

  if (!a->any) {
    reply_puts(r, "* METADATA ");
    reply_astring(r, a->name, a->len);
  }
  reply_puts(r, a->any ? " " : " (");
  a->any = 1;
  reply_astring(r, x->key, x->keylen);
  reply_put(r, " ", 1);
  if (!x->value || !memchr(x->value, 0, x->len)) {
    reply_nstring(r, x->value, x->len);
    return;
  }
  reply_puts(r, "~{");          /* literal8: RFC 5464 section 5, value */
  reply_num(r, x->len);
  reply_puts(r, "}\r\n");
  reply_put(r, x->value, x->len);
}

/* is the key the entry, or as far below it as was asked? */
static int within(const struct text *e, const char *key, size_t len, int depth)
{
  const char *slash;

  if (len < e->len || strncasecmp(key, e->s, e->len)) return 0;
  if (len == e->len) return 1;
  if (!depth || key[e->len] != '/') return 0;
  slash = memchr(key + e->len + 1, '/', len - e->len - 1);
  return depth < 0 || !slash;
}

static void consider(void *arg, const struct attribute *x)
{
  struct answer *a = arg;
  size_t i;
  int hit = 0;

  for (i = 0; i < a->q->n; i++) {
    if (!within(&a->q->entry[i], x->key, x->keylen, a->q->depth)) continue;
    hit = 1;
    if (a->q->entry[i].len == x->keylen) a->found[i] = 1;
  }
  if (!hit) return;
  if (a->q->has_max && x->len > a->q->max) {
    if (x->len > a->longest) a->longest = x->len;
    return;
  }
  put_value(a, x);
}

static void computed(struct answer *a, const char *key, const char *value)
{
  struct attribute x = { key, strlen(key), value, value ? strlen(value) : 0 };

  if (value) consider(a, &x);
}

int metadata_put(struct session *s, const struct metadata_query *q,
                 const struct attribute_owner *o, const char *name, size_t len,
                 const char *use, uint64_t *longest)
{
  struct answer a = { .s = s, .q = q, .name = name, .len = len };
  struct attribute none = { 0, 0, 0, 0 };
  size_t i;

  if (attributes_each(&s->account.tree, o, consider, &a) == -1) return -1;
  if (o->server) {
    computed(&a, "/shared/admin", env_str("METADATA_ADMIN", 0));
    computed(&a, "/shared/comment", env_str("METADATA_COMMENT", 0));
  } else
    computed(&a, SPECIALUSE, use);
  for (i = 0; i < q->n; i++) {
    if (a.found[i] || q->depth) continue;
    none.key = q->entry[i].s;
    none.keylen = q->entry[i].len;
    put_value(&a, &none);
  }
  if (a.any) reply_puts(&s->out, ")\r\n");
  *longest = a.longest;
  return 0;
}

/* ---- commands ---- */

static int find(struct session *s, struct target *t)
{
  memset(&t->owner, 0, sizeof t->owner);
  t->owner.server = !t->given.len;
  if (t->owner.server) return 1;
  if (!mailbox_storage(s, &t->given, &t->storage, 0)) return 0;
  stralloc_0(&t->storage);
  t->owner.storage = t->storage.s;
  t->owner.len = t->storage.len - 1;
  mailbox_wire(s, t->storage.s, t->owner.len, &t->name);
  if (!t->name.len) stralloc_copyb(&t->name, t->given.s, t->given.len);
  return 1;
}

static void target_free(struct target *t)
{
  stralloc_free(&t->storage);
  stralloc_free(&t->name);
}

/* options may stand before the mailbox (section 5) or behind it (4.2.1) */
static int parse_get(struct parse *p, struct metadata_query *q,
                     struct target *t)
{
  struct parse before;

  if (!parse_sp(p)) return 0;
  if (parse_try(p, '(') && (!options(q, p) || !parse_sp(p))) return 0;
  if (!parse_mailbox(p, &t->given) || !parse_sp(p)) return 0;
  before = *p;
  if (parse_try(p, '(') && parse_peek(p) != '/' && parse_peek(p) != '"'
      && parse_peek(p) != '{') {
    if (!options(q, p) || !parse_sp(p)) return 0;
  } else
    *p = before;
  return metadata_parse_entries(q, p) && parse_end(p);
}

static int put(struct session *s, const struct metadata_query *q,
               const struct target *t, uint64_t *longest)
{
  struct special sp = SPECIAL_ZERO;
  stralloc names = STRALLOC_ZERO;
  const char *use = 0;
  int r, saved;

  if (!t->owner.server && tree_list(&s->account.tree, &names) == 0
      && special_read(&s->account.tree, &names, &sp) == 0)
    use = special_use(&sp, t->owner.storage, t->owner.len);
  r = metadata_put(s, q, &t->owner, t->name.s ? t->name.s : "", t->name.len,
                   use, longest);
  saved = errno;
  special_free(&sp);
  stralloc_free(&names);
  errno = saved;
  return r;
}

enum status cmd_getmetadata(struct session *s, struct parse *p)
{
  struct metadata_query *q = xalloc(sizeof *q);
  struct target t = { { 0, 0 }, STRALLOC_ZERO, STRALLOC_ZERO, { 0, 0, 0 } };
  enum status st = STATUS_NO;
  uint64_t longest = 0;

  memset(q, 0, sizeof *q);
  if (!parse_get(p, q, &t)) st = cmd_syntax(s, p);
  else if (!find(s, &t)) st = STATUS_NO;
  else if (put(s, q, &t, &longest) == -1)
    st = cmd_fault(s, "metadata");
  else {
    st = cmd_ok(s, longest ? "[METADATA LONGENTRIES " : "GETMETADATA done");
    if (longest) {
      stralloc_catu(&s->text, longest);
      stralloc_cats(&s->text, "] GETMETADATA done");
    }
  }
  target_free(&t);
  free(q);
  return st;
}

struct setting {
  struct attribute v[METADATA_ENTRIES_MAX];
  size_t n;
};

/* where the value of an entry goes: what is given twice is what it was last */
static struct attribute *value_of(struct setting *x, const struct text *key)
{
  size_t i;

  for (i = 0; i < x->n; i++)
    if (same(key, x->v[i].key, x->v[i].keylen)) return x->v + i;
  return x->v + x->n++;
}

static int set_value(struct setting *x, struct parse *p)
{
  struct attribute *a;
  struct text key, value;

  if (x->n == METADATA_ENTRIES_MAX) {
    p->why = "too many entries";
    return 0;
  }
  if (!parse_astring(p, &key) || !parse_sp(p) || !parse_nstring8(p, &value))
    return 0;
  if (!entry_ok(&key, 0)) {
    p->why = "bad entry name";
    return 0;
  }
  a = value_of(x, &key);
  a->key = key.s;
  a->keylen = key.len;
  a->value = value.s;
  a->len = value.len;
  return 1;
}

static int parse_set(struct parse *p, struct setting *x, struct target *t)
{
  if (!parse_sp(p) || !parse_mailbox(p, &t->given) || !parse_sp(p)
      || !parse_char(p, '('))
    return 0;
  do
    if (!set_value(x, p)) return 0;
  while (parse_try(p, ' '));
  return parse_char(p, ')') && parse_end(p);
}

static int is_key(const struct attribute *a, const char *key)
{
  return a->keylen == strlen(key) && !strncasecmp(a->key, key, a->keylen);
}

/* What is refused before anything is done. 0, or -1: text is set. */
static int may_set(struct session *s, const struct setting *x,
                   const struct target *t)
{
  size_t i;

  for (i = 0; i < x->n; i++) {
    if (x->v[i].len > ATTRIBUTE_VALUE_MAX) {
      cmd_no(s, "[METADATA MAXSIZE ");
      stralloc_catu(&s->text, ATTRIBUTE_VALUE_MAX);
      stralloc_cats(&s->text, "] value too long");
      return -1;
    }
    /* what all users of the server see is the administrator's */
    if (t->owner.server && x->v[i].keylen > 7
        && !strncasecmp(x->v[i].key, "/shared", 7)) {
      cmd_no(s, "[NOPERM] entries of the server are set by its administrator");
      return -1;
    }
  }
  return 0;
}

/* /private/specialuse is kept with the special uses: it is taken out of what
 * is set. 1 it was there, uses are the new ones; 0; -1 it may not be, text is
 * set */
static int take_special(struct session *s, struct setting *x,
                        const struct target *t, stralloc *uses)
{
  size_t i;

  for (i = 0; i < x->n; i++)
    if (!t->owner.server && is_key(x->v + i, SPECIALUSE)) break;
  if (i == x->n) return 0;
  if (x->v[i].value) {
    stralloc_catb(uses, x->v[i].value, x->v[i].len);
    if (!metadata_special(s, uses, t->storage.s)) return -1;
  }
  stralloc_0(uses);
  x->v[i] = x->v[--x->n];
  return 1;
}

/* RFC 7162 section 3.2: what was set is a change of the mailbox */
static void raise_modseq(struct session *s, const struct target *t)
{
  struct folder *f = s->folder;
  int selected;

  if (t->owner.server) return;
  selected = f && !strcmp(folder_name(f), t->storage.s);
  if (!selected
      && folder_open(&f, &s->account, t->storage.s, t->owner.len, 0) == -1)
    return;
  if (folder_sync(f) == 0) folder_raise_modseq(f);
  if (!selected) folder_close(f);
}

/* What may be refused comes first: of a command that is answered with NO
 * nothing is done (RFC 5464 section 4.3). 0, -1: text is set */
static int store(struct session *s, struct setting *x, const struct target *t)
{
  stralloc uses = STRALLOC_ZERO;
  int special = take_special(s, x, t, &uses), r = special == -1 ? -1 : 0;

  if (r == 0 && x->n)
    r = attributes_set(&s->account.tree, &t->owner, x->v, x->n);
  if (r == 0 && special)
    r = special_set(&s->account.tree, t->storage.s, uses.s);
  stralloc_free(&uses);                 /* free(3) keeps errno */
  if (r == 0 || special == -1) return r;
  if (errno == E2BIG)
    cmd_no(s, "[METADATA TOOMANY] too many entries of this mailbox");
  else
    cmd_fault(s, "metadata");
  return -1;
}

static enum status set(struct session *s, struct setting *x,
                       const struct target *t)
{
  int e = tree_exists(&s->account.tree, t->owner.server ? "" : t->storage.s,
                      t->owner.len);

  if (!e) errno = ENOENT;
  if (e != 1) return cmd_fault(s, "metadata");
  if (store(s, x, t) == -1) return STATUS_NO;
  raise_modseq(s, t);
  notify_annotated(s, t->owner.server ? 0 : t->storage.s, x->v, x->n);
  return cmd_ok(s, "SETMETADATA done");
}

enum status cmd_setmetadata(struct session *s, struct parse *p)
{
  struct setting *x = xalloc(sizeof *x);
  struct target t = { { 0, 0 }, STRALLOC_ZERO, STRALLOC_ZERO, { 0, 0, 0 } };
  enum status st = STATUS_NO;

  x->n = 0;
  if (!parse_set(p, x, &t)) st = cmd_syntax(s, p);
  else if (find(s, &t) && may_set(s, x, &t) == 0) st = set(s, x, &t);
  target_free(&t);
  free(x);
  return st;
}
