/* ISC licence; see LICENSE. */
#include "pop3_connection.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/log.h"

#define LINE_LIMIT 8192         /* octets; RFC 2449 section 4 allows 512 */
#define LINES_MAX (3u << 20)    /* of one response */
#define TEXT_MAX ((size_t)1 << 28)      /* octets of all unique-ids */

static char octet(struct pop3 *c)
{
  ssize_t r;

  if (c->pos < c->len) return c->buf[c->pos++];
  do r = server_read(&c->server, c->buf, sizeof c->buf);
  while (r == -1 && errno == EINTR);
  if (r == 0) die_text(111, "the POP3 server hung up", 0);
  if (r == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
    die_text(111, "the POP3 server is silent", 0);
  if (r == -1) die_text(111, "the connection to the POP3 server broke", 0);
  c->len = (size_t)r;
  c->pos = 1;
  return c->buf[0];
}

static void read_line(struct pop3 *c)
{
  char o;

  c->line.len = 0;
  while ((o = octet(c)) != '\n') {
    if (c->line.len == LINE_LIMIT)
      die_text(111, "a line of the POP3 server is too long", 0);
    stralloc_append(&c->line, o ? o : '?');
  }
  if (c->line.len && c->line.s[c->line.len - 1] == '\r') c->line.len--;
  stralloc_0(&c->line);
}

static void send_line(struct pop3 *c, const char *word, const char *more)
{
  stralloc out = STRALLOC_ZERO;

  stralloc_cats(&out, word);
  if (more) stralloc_cats(&out, more);
  stralloc_cats(&out, "\r\n");
  if (server_write(&c->server, out.s, out.len) == -1)
    die_text(111, "the POP3 server does not take what we write", 0);
  explicit_bzero(out.s, out.len);
  stralloc_free(&out);
}

/* 1 +OK, 0 -ERR; its words stay in line */
static int status(struct pop3 *c)
{
  size_t i;

  read_line(c);
  if (!strncmp(c->line.s, "+OK", 3)) return 1;
  if (strncmp(c->line.s, "-ERR", 4))
    die_text(111, "the server does not answer as a POP3 server", 0);
  for (i = 0; i + 1 < c->line.len; i++) /* for a terminal */
    if ((unsigned char)c->line.s[i] < 32 || (unsigned char)c->line.s[i] > 126)
      c->line.s[i] = '?';
  return 0;
}

static int command(struct pop3 *c, const char *word, const char *more)
{
  send_line(c, word, more);
  return status(c);
}

/* the next line of a response of several: 1, 0 it was the last */
static int more(struct pop3 *c)
{
  read_line(c);
  if (!strcmp(c->line.s, ".")) return 0;
  if (*c->line.s == '.') {
    memmove(c->line.s, c->line.s + 1, c->line.len - 1);
    c->line.len--;
  }
  return 1;
}

void pop3_connect(struct pop3 *c, const char *host, const char *port,
                  const char *tls, const char *cafile)
{
  if (!port) port = strcmp(tls, "tls") ? "110" : "995";
  server_connect(&c->server, host, port);
  if (!strcmp(tls, "tls")) server_tls(&c->server, cafile);
  if (!status(c)) die_text(111, "the POP3 server is not ready: ", c->line.s);
  if (strcmp(tls, "starttls")) return;
  if (!command(c, "STLS", 0))           /* RFC 2595 section 4 */
    die_text(100, "the POP3 server offers no STLS: ", host);
  if (c->pos != c->len)
    die_text(111, "the POP3 server wrote in the clear behind STLS", 0);
  server_tls(&c->server, cafile);
}

/* does CAPA say "SASL ... PLAIN ..."? RFC 5034 section 3 */
static int can_plain(struct pop3 *c)
{
  unsigned lines = 0;
  int found = 0;
  char *word;

  if (!command(c, "CAPA", 0)) return 0;
  while (more(c)) {
    if (++lines > 1000)
      die_text(111, "the POP3 server's list has no end", 0);
    if (strncasecmp(c->line.s, "SASL ", 5)) continue;
    for (word = strtok(c->line.s + 5, " "); word; word = strtok(0, " "))
      found |= !strcasecmp(word, "PLAIN");
  }
  return found;
}

/* RFC 5034 section 4; an initial response could make the line too long */
static int plain(struct pop3 *c, const char *user, const char *master,
                 const stralloc *password)
{
  stralloc b = STRALLOC_ZERO;
  int r = 0;

  send_line(c, "AUTH PLAIN", 0);
  read_line(c);
  if (*c->line.s == '+' && strncmp(c->line.s, "+OK", 3)) {
    server_plain(&b, user, master, password);
    stralloc_0(&b);
    r = command(c, b.s, 0);
    explicit_bzero(b.s, b.len);
  }
  stralloc_free(&b);
  return r;
}

void pop3_login(struct pop3 *c, const char *user, const char *master,
                stralloc *password)
{
  const char *s;
  int r;

  for (s = user; *s; s++)
    if ((unsigned char)*s < 32) die_text(100, "no name of a user: ", user);
  if (can_plain(c)) r = plain(c, user, master, password);
  else if (master)
    die_text(100, "the POP3 server offers no SASL PLAIN, which -m needs", 0);
  else {
    stralloc_0(password);
    r = command(c, "USER ", user) && command(c, "PASS ", password->s);
  }
  explicit_bzero(password->s, password->len);
  stralloc_free(password);
  if (r) return;
  die_text(strstr(c->line.s, "[SYS/TEMP]") || strstr(c->line.s, "[IN-USE]")
           ? 111 : 100, "the POP3 server refuses the login: ", c->line.s);
}

void pop3_uidl(struct pop3 *c, stralloc *uidls, size_t *n)
{
  const char *s;

  *n = 0;
  if (!command(c, "UIDL", 0))
    die_text(100, "the POP3 server tells no unique-ids: ", c->line.s);
  while (more(c)) {
    s = c->line.s + strspn(c->line.s, "0123456789");
    if (s == c->line.s || *s != ' ')
      die_text(111, "the POP3 server's list of unique-ids is none", 0);
    s += strspn(s, " ");
    if (++*n > LINES_MAX || uidls->len > TEXT_MAX)
      die_text(111, "the POP3 server's list has no end", 0);
    stralloc_cats(uidls, s);
    stralloc_0(uidls);
  }
}

void pop3_close(struct pop3 *c)
{
  server_write(&c->server, "QUIT\r\n", 6);      /* nobody waits for the answer */
  server_close(&c->server);
  stralloc_free(&c->line);
}
