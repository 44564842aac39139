/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/log.h"

/*
 * CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE: RFC 3501 sections 6.3.3 to
 * 6.3.7. Subscriptions outlive their folders, as 6.3.6 asks.
 */

/* SP mailbox up to the end, as a storage name. 0: *st and text are set. */
static int one_mailbox(struct session *s, struct parse *p, stralloc *storage,
                       int strip, enum status *st)
{
  struct text name;

  if (!parse_sp(p) || !parse_mailbox(p, &name) || !parse_end(p)) {
    *st = cmd_syntax(s, p);
    return 0;
  }
  /* the separator at the end declares that names will follow below it; we
   * need no such declaration. RFC 3501 section 6.3.3 */
  if (strip && name.len > 1
      && name.s[name.len - 1] == s->account.tree.ns.separator)
    name.len--;
  *st = STATUS_NO;
  if (!cmd_mailbox(s, &name, storage)) return 0;
  stralloc_0(storage);
  storage->len--;
  return 1;
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

enum status cmd_create(struct session *s, struct parse *p)
{
  stralloc name = STRALLOC_ZERO;
  enum status st;

  if (one_mailbox(s, p, &name, 1, &st)) {
    if (!name.len)
      st = cmd_no(s, "[ALREADYEXISTS] there is always an INBOX");
    else
      st = done(s, create(s, &name), "create", "CREATE done");
  }
  stralloc_free(&name);
  return st;
}

enum status cmd_delete(struct session *s, struct parse *p)
{
  stralloc name = STRALLOC_ZERO;
  enum status st;
  int own;

  if (!one_mailbox(s, p, &name, 0, &st)) goto done;
  if (!name.len) {
    st = cmd_no(s, "[CANNOT] INBOX cannot be deleted");
    goto done;
  }
  own = s->folder && !strcmp(folder_name(s->folder), name.s);
  if (own && tree_exists(&s->account.tree, name.s, name.len) == 1)
    session_close_folder(s);
  st = done(s, account_delete(&s->account, name.s, name.len), "delete",
            own ? "DELETE done, no mailbox is selected now" : "DELETE done");
done:
  stralloc_free(&name);
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
  stralloc from = STRALLOC_ZERO, to = STRALLOC_ZERO;
  struct text a, b;
  enum status st = STATUS_NO;

  if (!parse_sp(p) || !parse_mailbox(p, &a) || !parse_sp(p)
      || !parse_mailbox(p, &b) || !parse_end(p))
    return cmd_syntax(s, p);
  if (b.len > 1 && b.s[b.len - 1] == s->account.tree.ns.separator) b.len--;
  if (cmd_mailbox(s, &a, &from) && cmd_mailbox(s, &b, &to)) {
    stralloc_0(&from);
    from.len--;
    stralloc_0(&to);
    to.len--;
    if (!to.len)
      st = cmd_no(s, "[ALREADYEXISTS] there is always an INBOX");
    else
      st = done(s, rename_folder(s, &from, &to), "rename", "RENAME done");
  }
  stralloc_free(&from);
  stralloc_free(&to);
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
  stralloc name = STRALLOC_ZERO;
  enum status st;

  if (one_mailbox(s, p, &name, 1, &st))
    st = done(s, subscribe(s, &name), "subscribe", "SUBSCRIBE done");
  stralloc_free(&name);
  return st;
}

enum status cmd_unsubscribe(struct session *s, struct parse *p)
{
  stralloc name = STRALLOC_ZERO;
  enum status st;
  int r;

  if (one_mailbox(s, p, &name, 1, &st)) {
    r = subscriptions_set(&s->account.tree, name.s, name.len, 0);
    st = done(s, r, "unsubscribe", "UNSUBSCRIBE done");
  }
  stralloc_free(&name);
  return st;
}
