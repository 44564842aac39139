/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "maildir/maildirsize.h"
#include "mailbox_name.h"

/*
 * GETQUOTA, GETQUOTAROOT: RFC 9208, over maildirsize. There is one quota root,
 * "", where the administrator has made that file; it has all mailboxes but
 * Trash, whose mail does not count (Maildir++). Limits are the
 * administrator's: no QUOTASET.
 */
#define UNIT 1024               /* octets, of STORAGE: section 5.1 */

/* 1 read, 0 there is no quota, -1 errno */
static int read_quota(struct session *s, struct maildirsize *q)
{
  int r = maildirsize_now(q, s->account.rootfd);

  if (r == 1) maildirsize_close(q);
  return r;
}

static void put_resource(struct reply *r, const char *between,
                         const char *name, uint64_t used, uint64_t limit)
{
  reply_puts(r, between);
  reply_puts(r, name);
  reply_put(r, " ", 1);
  reply_num(r, used);
  reply_put(r, " ", 1);
  reply_num(r, limit);
}

/* section 4.2.1: what is not limited is not listed. Usage is rounded up, so
 * that one octet is not nothing, and the limit down. */
static void put_quota(struct session *s, const struct maildirsize *q)
{
  struct reply *r = &s->out;
  uint64_t bytes = q->bytes > 0 ? (uint64_t)q->bytes : 0;
  uint64_t count = q->count > 0 ? (uint64_t)q->count : 0;

  reply_puts(r, "* QUOTA \"\" (");
  if (q->max_bytes)
    put_resource(r, "", "STORAGE", bytes / UNIT + !!(bytes % UNIT),
                 q->max_bytes / UNIT);
  if (q->max_count)
    put_resource(r, q->max_bytes ? " " : "", "MESSAGE", count, q->max_count);
  reply_puts(r, ")\r\n");
}

enum status cmd_getquota(struct session *s, struct parse *p)
{
  struct maildirsize q;
  struct text root;
  int r;

  if (!parse_sp(p) || !parse_astring(p, &root) || !parse_end(p))
    return cmd_syntax(s, p);
  r = root.len ? 0 : read_quota(s, &q);
  if (r == -1) return cmd_fault(s, "quota");
  if (!r) return cmd_no(s, "[NONEXISTENT] no such quota root");
  put_quota(s, &q);
  return cmd_ok(s, "GETQUOTA done");
}

/* the mailbox need not exist: section 4.1.2 */
enum status cmd_getquotaroot(struct session *s, struct parse *p)
{
  stralloc storage = STRALLOC_ZERO, shown = STRALLOC_ZERO;
  struct maildirsize q;
  struct text name;
  enum status st = STATUS_NO;
  int r;

  if (!parse_sp(p) || !parse_mailbox(p, &name) || !parse_end(p))
    return cmd_syntax(s, p);
  if (!mailbox_storage(s, &name, &storage, 0)) goto done;
  stralloc_readyplus(&storage, 1);
  r = maildirsize_counts(storage.s, storage.len, 0) ? read_quota(s, &q) : 0;
  if (r == -1) {
    st = cmd_fault(s, "quota");
    goto done;
  }
  mailbox_wire(s, storage.s, storage.len, &shown);
  if (!shown.len) stralloc_copyb(&shown, name.s, name.len);
  reply_puts(&s->out, "* QUOTAROOT ");
  reply_astring(&s->out, shown.s, shown.len);
  reply_puts(&s->out, r ? " \"\"\r\n" : "\r\n");
  if (r) put_quota(s, &q);
  st = cmd_ok(s, "GETQUOTAROOT done");
done:
  stralloc_free(&storage);
  stralloc_free(&shown);
  return st;
}
