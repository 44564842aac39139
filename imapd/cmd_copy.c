/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "limit.h"
#include "mailbox_name.h"
#include "notify.h"

/* COPY (RFC 3501 section 6.4.7) and MOVE (RFC 6851) */

/* COPYUID of RFC 4315 section 3, without brackets */
static void copyuid(stralloc *out, uint32_t uidvalidity,
                    const struct uidset *from, const struct uidset *to)
{
  stralloc_cats(out, "COPYUID ");
  stralloc_catu(out, uidvalidity);
  stralloc_append(out, ' ');
  uidset_fmt(out, from);
  stralloc_append(out, ' ');
  uidset_fmt(out, to);
}

/* NO for a destination that cannot be opened; it could be created */
static enum status no_destination(struct session *s)
{
  if (errno == ENOENT || errno == ENOTDIR)
    return cmd_no(s, "[TRYCREATE] no such mailbox");
  return cmd_fault(s, "copy");
}

/*
 * What was copied, as COPYUID. Of a COPY it stands in the tagged OK; of a
 * MOVE before the EXPUNGEs (RFC 6851 section 4.3). short_of: some messages
 * were gone; the rest of a MOVE is done, of a COPY nothing (RFC 3501 section
 * 6.4.7, RFC 2180 section 4.4.1).
 */
static enum status copied(struct session *s, int move, uint32_t uidvalidity,
                          const struct uidset *from, const struct uidset *to,
                          int short_of)
{
  /* one count on both sides, or the pairs would mean nothing */
  int pairs = from->n && uidset_count(from) == uidset_count(to);

  s->text.len = 0;
  if (pairs) copyuid(&s->text, uidvalidity, from, to);
  if (pairs && move) {
    reply_puts(&s->out, "* OK [");
    reply_put(&s->out, s->text.s, s->text.len);
    reply_puts(&s->out, "] moved\r\n");
  }
  if (short_of)
    return cmd_no(s, "[EXPUNGEISSUED] some messages no longer exist");
  if (move || !pairs) return cmd_ok(s, move ? "MOVE done" : "COPY done");
  stralloc_inserts(&s->text, 0, "[");
  stralloc_cats(&s->text, "] COPY done");
  return STATUS_OK;
}

static enum status copy_to(struct session *s, const struct uidset *uids,
                           struct folder *dst, int move)
{
  struct uidset from = UIDSET_ZERO, to = UIDSET_ZERO;
  struct folder_counts c;
  enum status st;
  int short_of;

  if (folder_sync(dst) == -1 || folder_counts(dst, &c) == -1)
    return no_destination(s);
  if (uids->n && folder_copy(s->folder, uids, dst, move, &from, &to) == -1)
    st = no_destination(s);
  else {
    short_of = !s->by_uid && uidset_count(&from) < uidset_count(uids);
    /* a COPY that says NO has copied nothing: RFC 3501 section 6.4.7 */
    if (short_of && !move && folder_remove(dst, &to, 0, 0) == -1)
      log_fault("fault", "copy-undo");
    st = copied(s, move, c.uidvalidity, &from, &to, short_of);
  }
  if (move) {
    s->expunged += uidset_count(&from);
    view_removed(s, &from);
  }
  if (dst == s->folder) view_made(s, &to);
  else if (st == STATUS_OK || move)
    notify_appended(s, folder_name(dst), uidset_count(&to));
  uidset_free(&from);
  uidset_free(&to);
  return st;
}

static enum status to_mailbox(struct session *s, const struct uidset *uids,
                              const struct text *name, int move)
{
  stralloc storage = STRALLOC_ZERO;
  struct folder *dst = 0;
  enum status st = STATUS_NO;
  const char *to;

  if (!mailbox_storage(s, name, &storage, 0)) goto done;
  stralloc_0(&storage);
  to = storage.s;
  if (!strcmp(to, folder_name(s->folder)))
    st = copy_to(s, uids, s->folder, move);
  else if (folder_open(&dst, &s->account, to, storage.len - 1, 0) == -1)
    st = no_destination(s);
  else {
    st = copy_to(s, uids, dst, move);
    folder_close(dst);
  }
done:
  stralloc_free(&storage);
  return st;
}

static enum status copy_or_move(struct session *s, struct parse *p, int move)
{
  struct seqset set = SEQSET_ZERO;
  struct uidset uids = UIDSET_ZERO;
  struct text name;
  enum status st;

  if (!parse_sp(p) || !parse_sequence_set(p, &set) || !parse_sp(p)
      || !parse_mailbox(p, &name) || !parse_end(p))
    st = cmd_syntax(s, p);
  else if (view_resolve(&s->view, &set, s->by_uid, &uids) == -1)
    st = cmd_bad(s, "no such message number");
  else if (move && !cmd_may_change(s))
    st = STATUS_NO;
  else if (!move && limit_refuse(s, &uids, uidset_count(&uids)))
    st = STATUS_NO;
  else {
    if (move) limit_cut(s, &uids);
    st = to_mailbox(s, &uids, &name, move);
  }
  uidset_free(&uids);
  seqset_free(&set);
  return st;
}

enum status cmd_copy(struct session *s, struct parse *p)
{
  return copy_or_move(s, p, 0);
}

enum status cmd_move(struct session *s, struct parse *p)
{
  return copy_or_move(s, p, 1);
}
