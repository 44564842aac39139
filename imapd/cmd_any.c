/* ISC licence; see LICENSE. */
#include "command.h"
#include "compress.h"
#include "contexts.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "modseq.h"

/* Commands that touch no folder. */

enum status cmd_capability(struct session *s, struct parse *p)
{
  if (!parse_end(p)) return cmd_syntax(s, p);
  reply_puts(&s->out, "* CAPABILITY ");
  capabilities_put(s);
  reply_crlf(&s->out);
  return cmd_ok(s, "CAPABILITY done");
}

enum status cmd_noop(struct session *s, struct parse *p)
{
  if (!parse_end(p)) return cmd_syntax(s, p);
  return cmd_ok(s, "NOOP done");
}

enum status cmd_check(struct session *s, struct parse *p)
{
  if (!parse_end(p)) return cmd_syntax(s, p);
  folder_flush(s->folder);
  return cmd_ok(s, "CHECK done");
}

enum status cmd_logout(struct session *s, struct parse *p)
{
  if (!parse_end(p)) return cmd_syntax(s, p);
  reply_untagged(&s->out, "BYE goodbye");
  s->logout = 1;
  s->why = "quit";
  return cmd_ok(s, "LOGOUT done");
}

/* RFC 4978 section 3 */
enum status cmd_compress(struct session *s, struct parse *p)
{
  struct text name;

  if (!parse_sp(p) || !parse_atom(p, &name) || !parse_end(p))
    return cmd_syntax(s, p);
  if (!text_is(&name, "DEFLATE")) return cmd_bad(s, "unknown algorithm");
  if (s->compress) return cmd_bad(s, "[COMPRESSIONACTIVE] it is on already");
  s->compress = compress_new();
  if (!s->compress) return cmd_no(s, "[UNAVAILABLE] out of memory");
  return cmd_ok(s, "DEFLATE active");
}

enum status cmd_login(struct session *s, struct parse *p)
{
  (void)p;
  return cmd_bad(s, "already logged in");
}

/* RFC 2971 section 3.3: at most 30 pairs, 30 and 1024 octets */
#define ID_PAIRS 30
#define ID_FIELD 30
#define ID_VALUE 1024

static int id_pair(struct parse *p, struct text *field, struct text *value)
{
  if (!parse_string(p, field) || !parse_sp(p) || !parse_nstring(p, value))
    return 0;
  if (field->len <= ID_FIELD && value->len <= ID_VALUE) return 1;
  p->why = "ID field or value too long";
  return 0;
}

/* Only these are worth a word in the log; the names are ours, not theirs. */
static void id_word(const struct text *field, const struct text *value)
{
  static const char *const names[] =
    { "name", "version", "os", "os-version", "vendor", "event" };
  size_t i;

  for (i = 0; value->s && i < sizeof names / sizeof *names; i++)
    if (text_is(field, names[i])) log_word(names[i], value->s, value->len);
}

/*
 * Apple's clients say why they connect: "indexer" and "back-fill" are work in
 * the background that can wait (Apple TN3189). The one that can wait longest
 * is sent away first, the other when it gets worse.
 */
struct id_facts {
  int apple;
  int indexer, back_fill;
};

static int has_word(const struct text *list, const char *word)
{
  size_t i, n, len = strlen(word);

  for (i = 0; i < list->len; i += n + 1) {
    while (i < list->len && list->s[i] == ' ') i++;
    for (n = 0; i + n < list->len && list->s[i + n] != ','; n++) ;
    if (n == len && !memcmp(list->s + i, word, n)) return 1;
  }
  return 0;
}

static void id_learn(struct id_facts *f, const struct text *field,
                     const struct text *value)
{
  static const char apple[] = "com.apple.";

  if (!value->s) return;
  if (text_is(field, "name"))
    f->apple = value->len > sizeof apple - 1
      && !memcmp(value->s, apple, sizeof apple - 1);
  if (text_is(field, "event")) {
    f->indexer = has_word(value, "indexer");
    f->back_fill = has_word(value, "back-fill");
  }
}

static int shed(const struct session *s, const struct id_facts *f)
{
  double load;

  if (s->shed_load == SHED_NEVER || !f->apple || (!f->indexer && !f->back_fill)
      || getloadavg(&load, 1) != 1)
    return 0;
  return load >= (double)s->shed_load * (f->indexer ? 1.0 : 1.5);
}

static int id_list(struct parse *p, struct id_facts *f)
{
  struct text field, value;
  int pairs = 0;

  if (parse_try_word(p, "NIL")) return 1;
  if (!parse_char(p, '(')) return 0;
  if (parse_try(p, ')')) return 1;
  do {
    if (++pairs > ID_PAIRS) {
      p->why = "too many ID fields";
      return 0;
    }
    if (!id_pair(p, &field, &value)) return 0;
    id_word(&field, &value);
    id_learn(f, &field, &value);
  } while (parse_try(p, ' '));
  return parse_char(p, ')');
}

enum status cmd_id(struct session *s, struct parse *p)
{
  struct id_facts f = { 0, 0, 0 };

  /* the line is built while parsing and written only if all was right */
  log_begin("id");
  log_str("user", s->user);
  if (!parse_sp(p) || !id_list(p, &f) || !parse_end(p)) return cmd_syntax(s, p);
  if (shed(s, &f)) {
    log_str("result", "unavailable");
    log_end();
    return cmd_no(s, "[UNAVAILABLE] busy, come back later");
  }
  log_end();
  reply_untagged(&s->out, "ID (\"name\" \"Roost\")");
  return cmd_ok(s, "ID done");
}

static const struct { const char *name; unsigned bit; } extensions[] = {
  { "IMAP4rev2", ENABLED_REV2 },
  { "CONDSTORE", ENABLED_CONDSTORE },
  { "QRESYNC", ENABLED_QRESYNC },
  { "UIDONLY", ENABLED_UIDONLY },
  { "UTF8=ACCEPT", ENABLED_UTF8 },
};
#define EXTENSIONS (sizeof extensions / sizeof *extensions)

static unsigned extension(const struct text *name)
{
  size_t i;

  for (i = 0; i < EXTENSIONS; i++)
    if (text_is(name, extensions[i].name)) return extensions[i].bit;
  return 0;
}

/* RFC 9051 section 6.3.1: what is not known, or needs no enabling, is passed
 * over. A name that is enabled already is confirmed. */
enum status cmd_enable(struct session *s, struct parse *p)
{
  struct text name;
  unsigned on = 0;
  size_t i;

  do {
    if (!parse_sp(p) || !parse_atom(p, &name)) return cmd_syntax(s, p);
    on |= extension(&name);
  } while (p->s < p->end);
  if (on & (ENABLED_CONDSTORE | ENABLED_QRESYNC)) modseq_enable(s);
  if (!s->utf8_strict) on &= ~ENABLED_UTF8;
  s->enabled |= on;
  if (on & ENABLED_UIDONLY) contexts_only_uids(s);
  s->out.utf8 = session_utf8(s);
  reply_puts(&s->out, "* ENABLED");
  for (i = 0; i < EXTENSIONS; i++)
    if (on & extensions[i].bit) {
      reply_put(&s->out, " ", 1);
      reply_puts(&s->out, extensions[i].name);
    }
  reply_crlf(&s->out);
  return cmd_ok(s, "ENABLE done");
}

enum status cmd_namespace(struct session *s, struct parse *p)
{
  const struct namespace *ns = &s->account.tree.ns;
  char sep[1] = { ns->separator };

  if (!parse_end(p)) return cmd_syntax(s, p);
  reply_puts(&s->out, "* NAMESPACE ((");
  reply_string(&s->out, ns->prefix.s ? ns->prefix.s : "", ns->prefix.len);
  reply_puts(&s->out, " ");
  reply_string(&s->out, sep, 1);
  reply_puts(&s->out, ")) NIL NIL\r\n");
  return cmd_ok(s, "NAMESPACE done");
}
