/* ISC licence; see LICENSE. */
#include "imap_connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/log.h"

static void lost(struct imap *c, const char *why, const char *words)
{
  if (c->lost) c->lost(c->lost_arg, why, words);
  die_text(111, why, words);
}

static void to_server(struct imap *c)
{
  if (server_write(&c->server, c->out.s, c->out.len) == -1)
    lost(c, "the IMAP server does not take what we write", 0);
  explicit_bzero(c->out.s, c->out.len);
  c->out.len = 0;
}

/* one response; what ends the connection ends us */
static void response(struct imap *c)
{
  int r = imap_reply_next(&c->in);

  if (r == 1) return;
  if (!r) lost(c, "the IMAP server hung up", 0);
  if (errno == EAGAIN || errno == EWOULDBLOCK) lost(c, "the IMAP server is silent", 0);
  if (errno == EMSGSIZE) lost(c, "a response of the IMAP server is too long", 0);
  lost(c, errno == EPROTO ? "the IMAP server wrote what none may write"
       : "the connection to the IMAP server broke", 0);
}

static void start_tls(struct imap *c, const char *cafile)
{
  /* what came in the clear behind STARTTLS is nobody's: RFC 9051, 11.1 */
  if (c->in.pos != c->in.len)
    lost(c, "the IMAP server wrote in the clear behind STARTTLS", 0);
  server_tls(&c->server, cafile);
}

void imap_connect(struct imap *c, const char *host, const char *port,
                  const char *tls, const char *cafile)
{
  c->in.read = server_read;
  c->in.arg = &c->server;
  if (!port) port = strcmp(tls, "tls") ? "143" : "993";
  server_connect(&c->server, host, port);
  if (!strcmp(tls, "tls")) start_tls(c, cafile);
  response(c);
  if (!imap_is(&c->in, 0, "*") || !imap_is(&c->in, 1, "OK")) {
    if (imap_is(&c->in, 1, "PREAUTH")) lost(c, "the IMAP server wants no login", 0);
    lost(c, "the server does not greet as an IMAP server", 0);
  }
  if (strcmp(tls, "starttls")) return;
  imap_begin(c, "STARTTLS");
  if (imap_end(c) != 1) die_text(100, "the server offers no STARTTLS: ", host);
  start_tls(c, cafile);
}

void imap_close(struct imap *c)
{
  /* nobody waits for the answer, or minds if it is gone already */
  imap_begin(c, "LOGOUT\r\n");
  server_write(&c->server, c->out.s, c->out.len);
  server_close(&c->server);
  imap_reply_free(&c->in);
  stralloc_free(&c->out);
}

/* ---- commands ---- */

void imap_begin(struct imap *c, const char *s)
{
  c->out.len = 0;
  stralloc_append(&c->out, 'r');
  stralloc_catu(&c->out, ++c->tag);
  stralloc_append(&c->out, ' ');
  imap_add(c, s);
}

void imap_add(struct imap *c, const char *s)
{
  stralloc_cats(&c->out, s);
}

static void untagged(struct imap *c)
{
  if (imap_is(&c->in, 0, "*") && imap_is(&c->in, 1, "BYE"))
    lost(c, "the IMAP server says goodbye: ", imap_word(&c->in, 2));
  if (c->untagged) c->untagged(c->arg, &c->in);
}

static int is_tagged(const struct imap *c)
{
  const char *s = imap_word(&c->in, 0);

  return *s == 'r' && strtoul(s + 1, 0, 10) == c->tag;
}

/* a word that may be shown: a hostile server writes to a terminal */
static void copy_text(char *to, size_t size, const char *s, size_t len)
{
  size_t i;

  for (i = 0; i < len && i + 1 < size; i++)
    to[i] = (unsigned char)s[i] < 32 || (unsigned char)s[i] > 126 ? '?' : s[i];
  to[i] = 0;
}

static int tagged(struct imap *c)
{
  const char *s = imap_word(&c->in, 2);
  size_t n;

  c->code[0] = 0;
  if (*s == '[') {
    n = strcspn(++s, " ]");
    copy_text(c->code, sizeof c->code, s, n);
  }
  s = imap_word(&c->in, 2);
  copy_text(c->text, sizeof c->text, s, strlen(s));
  if (imap_is(&c->in, 1, "OK")) return 1;
  return imap_is(&c->in, 1, "NO") ? 0 : -1;
}

/* until a "+" comes; 1, or as tagged - 1: the command is over */
static int go_ahead(struct imap *c)
{
  to_server(c);
  for (;;) {
    response(c);
    if (imap_is(&c->in, 0, "+")) return 1;
    if (is_tagged(c)) return tagged(c) - 1;
    untagged(c);
  }
}

void imap_add_string(struct imap *c, const char *s)
{
  const char *p;

  for (p = s; *p && (unsigned char)*p < 127 && (unsigned char)*p > 31; p++) ;
  if (*p) {                     /* a literal: RFC 9051 section 4.3 */
    stralloc_append(&c->out, '{');
    stralloc_catu(&c->out, strlen(s));
    stralloc_cats(&c->out, "}\r\n");
    if (go_ahead(c) != 1)
      lost(c, "the IMAP server takes no literal", 0);
    stralloc_cats(&c->out, s);
    return;
  }
  stralloc_append(&c->out, '"');
  for (p = s; *p; p++) {
    if (*p == '"' || *p == '\\') stralloc_append(&c->out, '\\');
    stralloc_append(&c->out, *p);
  }
  stralloc_append(&c->out, '"');
}

int imap_end(struct imap *c)
{
  stralloc_cats(&c->out, "\r\n");
  to_server(c);
  for (;;) {
    response(c);
    if (is_tagged(c)) return tagged(c);
    untagged(c);
  }
}

/* ---- capabilities and login ---- */

struct search { const char *word; int found; };

static void look(void *arg, const struct imap_reply *r)
{
  struct search *s = arg;
  size_t i;

  if (!imap_is(r, 1, "CAPABILITY")) return;
  for (i = 2; i < r->n; i++)
    if (imap_is(r, i, s->word)) s->found = 1;
}

int imap_can(struct imap *c, const char *capability)
{
  struct search s = { capability, 0 };
  void (*was)(void *, const struct imap_reply *) = c->untagged;
  void *was_arg = c->arg;

  c->untagged = look;
  c->arg = &s;
  imap_begin(c, "CAPABILITY");
  imap_end(c);
  c->untagged = was;
  c->arg = was_arg;
  return s.found;
}

static int plain(struct imap *c, const char *user, const char *master,
                 const stralloc *password)
{
  stralloc b = STRALLOC_ZERO;
  int r;

  server_plain(&b, user, master, password);
  imap_begin(c, "AUTHENTICATE PLAIN\r\n");
  r = go_ahead(c);
  if (r == 1) {
    stralloc_cat(&c->out, &b);
    r = imap_end(c);
  }
  explicit_bzero(b.s, b.len);
  stralloc_free(&b);
  return r;
}

void imap_login(struct imap *c, const char *user, const char *master,
                stralloc *password)
{
  int r;

  if (imap_can(c, "AUTH=PLAIN")) r = plain(c, user, master, password);
  else if (master)
    die_text(100, "the server offers no AUTH=PLAIN, which -m needs", 0);
  else if (imap_can(c, "LOGINDISABLED"))
    die_text(100, "the server takes no password here: another -t?", 0);
  else {
    stralloc_0(password);
    imap_begin(c, "LOGIN ");
    imap_add_string(c, user);
    imap_add(c, " ");
    imap_add_string(c, password->s);
    r = imap_end(c);
  }
  explicit_bzero(password->s, password->len);
  stralloc_free(password);
  if (r == 1) return;
  die_text(!strcasecmp(c->code, "UNAVAILABLE") || !strcasecmp(c->code, "INUSE")
           ? 111 : 100, "the server refuses the login: ", c->text);
}
