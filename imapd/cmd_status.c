/* ISC licence; see LICENSE. */
#include "status_items.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "command.h"
#include "mailbox_name.h"
#include "modseq.h"

/* STATUS: RFC 3501 section 6.3.10; DELETED and SIZE, RFC 9051 section 6.3.11
 * and RFC 8438; the others as in status_items.h */

static const struct { const char *name; unsigned bit; } items_table[] = {
  { "MESSAGES", STATUS_MESSAGES },
  { "RECENT", STATUS_RECENT },
  { "UIDNEXT", STATUS_UIDNEXT },
  { "UIDVALIDITY", STATUS_UIDVALIDITY },
  { "UNSEEN", STATUS_UNSEEN },
  { "DELETED", STATUS_DELETED },
  { "SIZE", STATUS_SIZE },
  { "DELETED-STORAGE", STATUS_DELETED_STORAGE },
  { "APPENDLIMIT", STATUS_APPENDLIMIT },
  { "HIGHESTMODSEQ", STATUS_HIGHESTMODSEQ },
  { "MAILBOXID", STATUS_MAILBOXID },
};
#define ITEMS (sizeof items_table / sizeof *items_table)

int parse_status_items(struct parse *p, unsigned *items)
{
  struct text t;
  size_t i;

  *items = 0;
  if (!parse_char(p, '(')) return 0;
  do {
    if (!parse_atom(p, &t)) return 0;
    for (i = 0; i < ITEMS; i++)
      if (text_is(&t, items_table[i].name)) break;
    if (i == ITEMS) {
      p->why = "unknown STATUS item";
      return 0;
    }
    *items |= items_table[i].bit;
  } while (parse_try(p, ' '));
  return parse_char(p, ')');
}

/* octets that an EXPUNGE would give back: the files, as far as their names
 * tell, else the messages */
static int deleted_octets(struct folder *f, uint64_t *octets)
{
  struct uidset unknown = UIDSET_ZERO;
  struct message m;
  uint32_t uid = 0;
  int64_t n;

  *octets = 0;
  if (folder_begin(f) == -1) return -1;
  while (uid != UINT32_MAX && folder_next(f, uid + 1, &m) == 1) {
    uid = m.uid;
    if (!(m.flags & MF_DELETED)) continue;
    n = filename_size(m.name, m.namelen, 'S');
    if (n < 0) n = m.vsize;
    if (n < 0) uidset_add(&unknown, uid, uid);
    else *octets += (uint64_t)n;
  }
  folder_end(f);
  for (uid = 0; uid != UINT32_MAX && (uid = uidset_next(&unknown, uid + 1)); )
    if (folder_vsize(f, uid, &n) == 0) *octets += (uint64_t)n;
  uidset_free(&unknown);
  return 0;
}

static int count(struct folder *f, unsigned items, struct status_facts *x)
{
  x->deleted_octets = 0;
  if (folder_sync(f) == -1 || folder_counts(f, &x->c) == -1) return -1;
  if (!folder_modseqs(f)) x->c.modseq = 0;      /* RFC 7162 section 3.1.7 */
  if (items & STATUS_MAILBOXID && object_id_mailbox(x->id, f) == -1)
    return -1;
  if (items & STATUS_DELETED_STORAGE && x->c.deleted
      && deleted_octets(f, &x->deleted_octets) == -1)
    return -1;
  return items & STATUS_SIZE ? folder_size(f, &x->c.size) : 0;
}

int status_counts(struct session *s, const char *storage, size_t len,
                  unsigned items, struct status_facts *c)
{
  struct folder *f = s->folder;
  int ret, saved;

  if (items & STATUS_HIGHESTMODSEQ) modseq_enable(s);
  if (f && strlen(folder_name(f)) == len
      && !memcmp(folder_name(f), storage, len))
    return count(f, items, c);
  if (folder_open(&f, &s->account, storage, len, 0) == -1) return -1;
  ret = count(f, items, c);
  saved = errno;
  folder_close(f);
  errno = saved;
  return ret;
}

void status_put(struct session *s, const char *name, size_t len,
                unsigned items, const struct status_facts *x)
{
  const struct folder_counts *c = &x->c;
  uint64_t values[ITEMS] = { c->messages, c->recent, c->uidnext,
    c->uidvalidity, c->unseen, c->deleted, c->size, x->deleted_octets,
    session_append_limit(s), c->modseq };
  const char *between = " (";
  size_t i;

  reply_puts(&s->out, "* STATUS ");
  reply_astring(&s->out, name, len);
  for (i = 0; i < ITEMS; i++) {
    if (!(items & items_table[i].bit)) continue;
    reply_puts(&s->out, between);
    reply_puts(&s->out, items_table[i].name);
    reply_put(&s->out, " ", 1);
    if (items_table[i].bit == STATUS_MAILBOXID) {
      reply_put(&s->out, "(", 1);
      reply_puts(&s->out, x->id);
      reply_put(&s->out, ")", 1);
    } else
      reply_num(&s->out, values[i]);
    between = " ";
  }
  reply_puts(&s->out, ")\r\n");
}

enum status cmd_status(struct session *s, struct parse *p)
{
  stralloc storage = STRALLOC_ZERO, shown = STRALLOC_ZERO;
  struct status_facts c;
  struct text name;
  unsigned items;
  enum status st = STATUS_NO;

  if (!parse_sp(p) || !parse_mailbox(p, &name) || !parse_sp(p)
      || !parse_status_items(p, &items) || !parse_end(p))
    return cmd_syntax(s, p);
  if (!mailbox_storage(s, &name, &storage, 0)) goto done;
  stralloc_readyplus(&storage, 1);
  if (status_counts(s, storage.s, storage.len, items, &c) == -1) {
    st = cmd_fault(s, "status");
    goto done;
  }
  /* the name in the form that LIST shows, "INBOX" for "inbox" */
  mailbox_wire(s, storage.s, storage.len, &shown);
  if (!shown.len) stralloc_copyb(&shown, name.s, name.len);
  status_put(s, shown.s, shown.len, items, &c);
  st = cmd_ok(s, "STATUS done");
done:
  stralloc_free(&storage);
  stralloc_free(&shown);
  return st;
}
