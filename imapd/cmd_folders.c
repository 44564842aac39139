/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/log.h"
#include "list_line.h"
#include "mailbox_name.h"
#include "metadata.h"
#include "notify.h"
#include "object_id.h"

/*
 * CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE: RFC 3501 sections 6.3.3 to
 * 6.3.7. Subscriptions outlive their folders, as 6.3.6 asks.
 */

/* a mailbox that a command names */
struct named {
  struct text given;
  stralloc storage;             /* NUL behind it */
  int changed;                  /* it had to be normalized */
};
#define NAMED_ZERO { { 0, 0 }, STRALLOC_ZERO, 0 }

/* given to storage; strip: a separator at its end does not count */
static int find(struct session *s, struct named *n, int strip)
{
  struct text *t = &n->given;

  /* the separator at the end declares that names will follow below it; we
   * need no such declaration. RFC 3501 section 6.3.3 */
  if (strip && t->len > 1
      && t->s[t->len - 1] == s->account.tree.ns.separator)
    t->len--;
  if (!mailbox_storage(s, t, &n->storage, &n->changed)) return 0;
  stralloc_0(&n->storage);
  n->storage.len--;
  return 1;
}

/* SP mailbox up to the end. 0: *st and text are set. */
static int one_mailbox(struct session *s, struct parse *p, struct named *n,
                       int strip, enum status *st)
{
  if (!parse_sp(p) || !parse_mailbox(p, &n->given) || !parse_end(p)) {
    *st = cmd_syntax(s, p);
    return 0;
  }
  *st = STATUS_NO;
  return find(s, n, strip);
}

/* A command that went well tells what it normalized: RFC 9051 section
 * 6.3.9.7. It went well even if that cannot be told. */
static enum status tell(struct session *s, enum status st, int changed,
                        const stralloc *storage, const struct text *oldname)
{
  if (st == STATUS_OK && changed
      && list_mailbox(s, storage, oldname) == -1)
    log_fault("fault", "list");
  return st;
}

static enum status done(struct session *s, int r, const char *what,
                        const char *text)
{
  return r == -1 ? cmd_fault(s, what) : cmd_ok(s, text);
}

/* The names above name, from the top: RFC 3501 section 6.3.3. */
static int create_above(struct session *s, const stralloc *name)
{
  size_t i;

  for (i = 1; i < name->len; i++) {
    if (name->s[i] != '.') continue;
    /* ".INBOX" beside the INBOX itself would have no name */
    if (i == 5 && !strncasecmp(name->s, "INBOX", 5)) continue;
    if (account_create(&s->account, name->s, i) == -1 && errno != EEXIST)
      return -1;
  }
  return 0;
}

static int create(struct session *s, const stralloc *name)
{
  int r = tree_exists(&s->account.tree, name->s, name->len);

  if (r == -1) return -1;
  if (r) {
    errno = EEXIST;
    return -1;
  }
  if (create_above(s, name) == -1) return -1;
  return account_create(&s->account, name->s, name->len);
}

/* the OK of a CREATE says which mailbox it is: RFC 8474 section 4.1 */
static enum status created(struct session *s, const stralloc *name)
{
  struct folder *f = 0;
  object_id id;

  if (folder_open(&f, &s->account, name->s, name->len, 0) == -1
      || folder_sync(f) == -1 || object_id_mailbox(id, f) == -1) {
    log_fault("fault", "create-id");
    cmd_ok(s, "CREATE done");
  } else {
    cmd_ok(s, "[MAILBOXID (");
    stralloc_cats(&s->text, id);
    stralloc_cats(&s->text, ")] CREATE done");
  }
  if (f) folder_close(f);
  return STATUS_OK;
}

/* create-param of RFC 6154 section 6: "(USE (" use-attr ... "))"; as words
 * with spaces between */
static int parse_use(struct parse *p, stralloc *uses)
{
  struct text t;

  if (!parse_char(p, '(')) return 0;
  if (!parse_try_word(p, "USE")) {
    p->why = "unknown CREATE parameter";
    return 0;
  }
  if (!parse_sp(p) || !parse_char(p, '(')) return 0;
  if (!parse_try(p, ')')) {
    do {
      if (!parse_char(p, '\\') || !parse_atom(p, &t)) return 0;
      if (uses->len) stralloc_append(uses, ' ');
      stralloc_append(uses, '\\');
      stralloc_catb(uses, t.s, t.len);
    } while (parse_try(p, ' '));
    if (!parse_char(p, ')')) return 0;
  }
  return parse_char(p, ')');
}

static int parse_create(struct parse *p, struct named *n, stralloc *uses)
{
  if (!parse_sp(p) || !parse_mailbox(p, &n->given)) return 0;
  if (p->s < p->end && (!parse_sp(p) || !parse_use(p, uses))) return 0;
  return parse_end(p);
}

/* A mailbox with a special use, or none: RFC 6154 section 3 */
static int create_for(struct session *s, const stralloc *name,
                      const stralloc *uses)
{
  int e;

  if (create(s, name) == -1) return -1;
  if (!uses->len || special_set(&s->account.tree, name->s, uses->s) == 0)
    return 0;
  e = errno;
  account_delete(&s->account, name->s, name->len);
  errno = e;
  return -1;
}

enum status cmd_create(struct session *s, struct parse *p)
{
  struct named n = NAMED_ZERO;
  stralloc uses = STRALLOC_ZERO;
  enum status st = STATUS_NO;

  if (!parse_create(p, &n, &uses)) st = cmd_syntax(s, p);
  else if (find(s, &n, 1)
           && (!uses.len || metadata_special(s, &uses, n.storage.s))) {
    if (uses.len) {
      stralloc_0(&uses);
      uses.len--;
    }
    if (!n.storage.len)
      st = cmd_no(s, "[ALREADYEXISTS] there is always an INBOX");
    else
      st = create_for(s, &n.storage, &uses) == -1 ? cmd_fault(s, "create")
                                       : created(s, &n.storage);
    if (st == STATUS_OK) notify_renamed(s, n.storage.s, 0);
    st = tell(s, st, n.changed, &n.storage, &n.given);
  }
  stralloc_free(&uses);
  stralloc_free(&n.storage);
  return st;
}

static enum status delete(struct session *s, const stralloc *name)
{
  int own = s->folder && !strcmp(folder_name(s->folder), name->s);

  if (!name->len) return cmd_no(s, "[CANNOT] INBOX cannot be deleted");
  if (own && tree_exists(&s->account.tree, name->s, name->len) == 1)
    session_close_folder(s);
  return done(s, account_delete(&s->account, name->s, name->len), "delete",
              own ? "DELETE done, no mailbox is selected now" : "DELETE done");
}

enum status cmd_delete(struct session *s, struct parse *p)
{
  struct named n = NAMED_ZERO;
  enum status st;

  if (one_mailbox(s, p, &n, 0, &st)) {
    st = delete(s, &n.storage);
    if (st == STATUS_OK) notify_renamed(s, n.storage.s, 0);
    st = tell(s, st, n.changed, &n.storage, &n.given);
  }
  stralloc_free(&n.storage);
  return st;
}

/* what was made for a RENAME that failed goes, unless mail is in it: some
 * that could not be moved back, or that was delivered meanwhile */
static void unmake(struct session *s, struct folder *f)
{
  struct folder_counts c;
  const char *name = folder_name(f);

  if (folder_sync(f) == 0 && folder_counts(f, &c) == 0 && !c.messages)
    account_delete(&s->account, name, strlen(name));
}

struct copied {
  struct session *s;
  struct attribute_owner to;
};

static void copy_one(void *arg, const struct attribute *a)
{
  struct copied *c = arg;

  if (attributes_set(&c->s->account.tree, &c->to, a, 1) == -1)
    log_fault("fault", "metadata");
}

/* INBOX keeps its entries, and the new mailbox has them too: RFC 5464 section
 * 4.1. Messages are what counts: a fault here is for the log. */
static void copy_metadata(struct session *s, const stralloc *to)
{
  struct copied c = { s, { to->s, to->len, 0 } };
  struct attribute_owner inbox = { "", 0, 0 };

  if (attributes_each(&s->account.tree, &inbox, copy_one, &c) == -1)
    log_fault("fault", "metadata");
}

/*
 * RENAME of INBOX moves its messages into a new folder and leaves it empty;
 * what is below it stays. RFC 3501 section 6.3.5
 */
static int rename_inbox(struct session *s, const stralloc *to)
{
  struct folder *src = 0, *dst = 0;
  struct uidset uids = UIDSET_ZERO, from = UIDSET_ZERO, moved = UIDSET_ZERO;
  int ret = -1, saved;

  if (create(s, to) == -1) return -1;
  if (folder_open(&dst, &s->account, to->s, to->len, 0) == -1
      || folder_sync(dst) == -1
      || folder_open(&src, &s->account, "", 0, 0) == -1
      || folder_sync(src) == -1 || folder_uids(src, &uids) == -1)
    goto done;
  if (uids.n && folder_copy(src, &uids, dst, 1, &from, &moved) == -1)
    goto done;
  copy_metadata(s, to);
  ret = 0;
done:
  saved = errno;
  if (src) folder_close(src);
  if (dst && ret == -1) unmake(s, dst);
  if (dst) folder_close(dst);
  uidset_free(&uids);
  uidset_free(&from);
  uidset_free(&moved);
  errno = saved;
  return ret;
}

/*
 * The selected folder may be one of those that got a new name: go on with it
 * there. Its UIDs are the same, so the view stays. RFC 2180 section 3.4
 */
static void follow(struct session *s, const stralloc *from, const stralloc *to)
{
  const char *old = s->folder ? folder_name(s->folder) : "";
  stralloc name = STRALLOC_ZERO;
  struct folder *f;

  if (!*old || strncmp(old, from->s, from->len)
      || (old[from->len] && old[from->len] != '.'))
    return;
  stralloc_copy(&name, to);
  stralloc_cats(&name, old + from->len);
  if (folder_open(&f, &s->account, name.s, name.len, !s->readonly) == -1)
    log_fault("fault", "rename-selected");
  else {
    folder_close(s->folder);
    s->folder = f;
  }
  stralloc_free(&name);
}

static int rename_folder(struct session *s, const stralloc *from,
                         const stralloc *to)
{
  int r;

  if (!from->len) return rename_inbox(s, to);
  r = tree_exists(&s->account.tree, to->s, to->len);
  if (r) {
    if (r == 1) errno = EEXIST;
    return -1;
  }
  r = account_rename(&s->account, from->s, from->len, to->s, to->len);
  if (r == -1) return -1;
  /* after the rename: one that fails must leave nothing behind */
  if (create_above(s, to) == -1) log_fault("fault", "rename-parents");
  follow(s, from, to);
  return 0;
}

enum status cmd_rename(struct session *s, struct parse *p)
{
  struct named from = NAMED_ZERO, to = NAMED_ZERO;
  enum status st = STATUS_NO;

  if (!parse_sp(p) || !parse_mailbox(p, &from.given) || !parse_sp(p)
      || !parse_mailbox(p, &to.given) || !parse_end(p))
    return cmd_syntax(s, p);
  if (find(s, &from, 0) && find(s, &to, 1)) {
    if (!to.storage.len)
      st = cmd_no(s, "[ALREADYEXISTS] there is always an INBOX");
    else
      st = done(s, rename_folder(s, &from.storage, &to.storage), "rename",
                "RENAME done");
    if (st == STATUS_OK) notify_renamed(s, from.storage.s, to.storage.s);
    st = tell(s, st, from.changed || to.changed, &to.storage, &from.given);
  }
  stralloc_free(&from.storage);
  stralloc_free(&to.storage);
  return st;
}

/* Only folders that exist can be subscribed to: else the
 * file could be made to grow without end. */
static int subscribe(struct session *s, const stralloc *name)
{
  int r = tree_exists(&s->account.tree, name->s, name->len);

  if (r == -1) return -1;
  if (!r) {
    errno = ENOENT;
    return -1;
  }
  return subscriptions_set(&s->account.tree, name->s, name->len, 1);
}

enum status cmd_subscribe(struct session *s, struct parse *p)
{
  struct named n = NAMED_ZERO;
  enum status st;

  if (one_mailbox(s, p, &n, 1, &st)) {
    st = done(s, subscribe(s, &n.storage), "subscribe", "SUBSCRIBE done");
    if (st == STATUS_OK) notify_subscribed(s, n.storage.s);
  }
  stralloc_free(&n.storage);
  return st;
}

enum status cmd_unsubscribe(struct session *s, struct parse *p)
{
  struct named n = NAMED_ZERO;
  enum status st;
  int r;

  if (one_mailbox(s, p, &n, 1, &st)) {
    r = subscriptions_set(&s->account.tree, n.storage.s, n.storage.len, 0);
    st = done(s, r, "unsubscribe", "UNSUBSCRIBE done");
    if (st == STATUS_OK) notify_subscribed(s, n.storage.s);
  }
  stralloc_free(&n.storage);
  return st;
}
