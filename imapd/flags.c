/* ISC licence; see LICENSE. */
#include "flags.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "modseq.h"
#include "session.h"
#include "tell.h"

/*
 * The letter P (passed) of a file name is no IMAP flag here: Dovecot does not
 * show it, and $Forwarded is a keyword with a letter of its own there, so
 * both servers show the same flags only if we do the same.
 */
static const struct { const char *name; uint32_t bit; } system_flags[] = {
  { "\\Answered", MF_ANSWERED },
  { "\\Flagged", MF_FLAGGED },
  { "\\Deleted", MF_DELETED },
  { "\\Seen", MF_SEEN },
  { "\\Draft", MF_DRAFT },
};
#define SYSTEM_FLAGS (sizeof system_flags / sizeof *system_flags)

/* A letter's name as it may be shown, or 0. Others write the file of names,
 * too; one that is no atom would break the response (RFC 3501 section 9). */
static int is_atom(const char *s)
{
  for (; *s; s++)
    if (!is_atom_char((unsigned char)*s)) return 0;
  return 1;
}

static const char *atom_name(struct folder *f, int letter)
{
  const char *name = folder_keyword_name(f, letter);

  return name && is_atom(name) ? name : 0;
}

static void put_one(struct reply *r, int *any, const char *name)
{
  if (*any) reply_put(r, " ", 1);
  *any = 1;
  reply_puts(r, name);
}

void flags_put_list(struct reply *r, struct folder *f, uint32_t uid,
                    uint32_t flags, uint32_t keywords, int recent)
{
  const char *name;
  size_t i, at = 0;
  int any = 0, letter;

  reply_put(r, "(", 1);
  for (i = 0; i < SYSTEM_FLAGS; i++)
    if (flags & system_flags[i].bit) put_one(r, &any, system_flags[i].name);
  for (letter = 0; keywords >> letter; letter++) {
    if (!(keywords >> letter & 1)) continue;
    name = atom_name(f, letter);
    if (name) put_one(r, &any, name);
  }
  while ((name = folder_keyword_next(f, uid, keywords, &at)))
    if (is_atom(name)) put_one(r, &any, name);
  if (recent) put_one(r, &any, "\\Recent");
  reply_put(r, ")", 1);
}

void flags_put(struct reply *r, struct folder *f, uint32_t uid,
               uint32_t flags, uint32_t keywords, int recent)
{
  reply_puts(r, "FLAGS ");
  flags_put_list(r, f, uid, flags, keywords, recent);
}

uint32_t flags_system(const struct text *t)
{
  size_t i;

  for (i = 0; i < SYSTEM_FLAGS; i++)
    if (text_is(t, system_flags[i].name)) return system_flags[i].bit;
  return 0;
}

uint32_t flags_named_letters(struct folder *f)
{
  uint32_t mask = 0;
  int i;

  for (i = 0; i < KEYWORD_LETTERS; i++)
    if (atom_name(f, i)) mask |= 1u << i;
  return mask;
}

uint32_t flags_beyond(struct folder *f)
{
  const char *s;
  uint32_t sum = 0, h;
  size_t at = 0;

  while ((s = folder_keyword_next(f, 0, 0, &at))) {
    for (h = 5381; *s; s++) h = h * 33 ^ (unsigned char)*s;
    sum += h;
  }
  return sum;
}

static int one_flag(struct parse *p, struct flag_list *list)
{
  struct text t, whole;
  uint32_t bit;

  if (parse_peek(p) == '\\') {
    whole.s = p->s++;
    if (!parse_atom(p, &t)) return 0;
    whole.len = t.len + 1;
    bit = flags_system(&whole);
    if (!bit) {
      p->why = "no such system flag, or it cannot be set";
      return 0;
    }
    list->flags |= bit;
    return 1;
  }
  if (!parse_atom(p, &t)) {
    p->why = "flag expected";
    return 0;
  }
  if (t.len > KEYWORD_MAX) {
    p->why = "keyword too long";
    return 0;
  }
  stralloc_catb(&list->names, t.s, t.len);
  stralloc_0(&list->names);
  return 1;
}

int parse_flag_list(struct parse *p, struct flag_list *list, int bare)
{
  int paren;

  list->flags = 0;
  list->names.len = 0;
  paren = parse_try(p, '(');
  if (!paren && !bare) return parse_char(p, '(');
  if (paren && parse_try(p, ')')) return 1;
  do
    if (!one_flag(p, list)) return 0;
  while (parse_try(p, ' '));
  return paren ? parse_char(p, ')') : 1;
}

void flag_list_free(struct flag_list *list)
{
  stralloc_free(&list->names);
}

int flags_letters(struct folder *f, const struct flag_list *list, int create,
                  uint32_t *letters, struct keyword_ids *ids)
{
  size_t i, n;

  *letters = 0;
  ids->n = 0;
  for (i = 0; i < list->names.len; i += n + 1) {
    n = strlen(list->names.s + i);
    if (folder_keyword_ids(f, list->names.s + i, n, create, letters, ids)
        == -1) return -1;
  }
  return 0;
}

#define REPORT_MODSEQ 4u

static void report_one(struct session *s, const struct message *m, int recent,
                       unsigned what)
{
  struct reply *r = &s->out;

  tell_fetch(s, m->uid);
  if (what & REPORT_UID) {
    reply_puts(r, "UID ");
    reply_num(r, m->uid);
    reply_put(r, " ", 1);
  }
  if (what & REPORT_FLAGS)
    flags_put(r, s->folder, m->uid, m->flags, m->keywords, recent);
  if (what & REPORT_MODSEQ) {
    if (what & REPORT_FLAGS) reply_put(r, " ", 1);
    modseq_put(s, m->modseq);
  }
  reply_puts(r, ")\r\n");
}

/*
 * As many as fit into the reply's buffer, under one snapshot. *next is where
 * to go on, 0 when all are done. Returns how many are gone, -1 with errno.
 */
static int64_t report_some(struct session *s, const struct uidset *uids,
                           uint32_t *next, unsigned what, uint64_t since)
{
  const struct uidset *recent = session_recent(s);
  struct message m;
  int64_t missing = 0;
  uint32_t uid;
  int r;

  if (folder_begin(s->folder) == -1) return -1;
  for (uid = uidset_next(uids, *next); uid; uid = uidset_next(uids, uid + 1)) {
    if (s->out.buf.len > REPLY_HIGH) break;
    r = folder_get(s->folder, uid, &m);
    if (r == -1) {
      missing = -1;
      break;
    }
    if (!r) missing++;
    else if (m.modseq > since && uidset_has(&s->view.uids, uid)
             && what & (REPORT_FLAGS | REPORT_MODSEQ))
      report_one(s, &m, uidset_has(recent, uid), what);
    if (uid == UINT32_MAX) {
      uid = 0;
      break;
    }
  }
  folder_end(s->folder);
  *next = uid;
  return missing;
}

int64_t flags_report(struct session *s, const struct uidset *uids,
                     unsigned what, uint64_t since)
{
  int64_t missing = 0, r;
  uint32_t next = 1;

  what = (what & REPORT_FLAGS)
    | (tell_uid_item(s, !!(what & REPORT_UID)) ? REPORT_UID : 0)
    | (modseq_shown(s) ? REPORT_MODSEQ : 0);
  while (next) {
    r = report_some(s, uids, &next, what, since);
    if (r == -1) return -1;
    missing += r;
    if (reply_drain(&s->out) == -1) return -1;
  }
  return missing;
}
