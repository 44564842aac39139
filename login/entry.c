/* ISC licence; see LICENSE. */
#include "entry.h"

#include <stdio.h>
#include <string.h>

#define PID_DIGITS 9

void entry_put(char *field, size_t size, const char *s, size_t len)
{
  size_t i;

  if (len > size - 1) len = size - 1;
  memset(field, 0, size);
  for (i = 0; i < len; i++) field[i] = s[i] ? s[i] : '?';
}

#define ENDS(field) (memchr((field), 0, sizeof (field)) != 0)

int entry_fits(const struct entry *e, size_t len)
{
  if (len != sizeof *e) return 0;
  if (memcmp(e->magic, ENTRY_MAGIC, sizeof e->magic)) return 0;
  if (e->since < 0 || e->active < e->since) return 0;
  if (e->monitor <= 1 || e->handler <= 1) return 0;
  return ENDS(e->service) && ENDS(e->user) && ENDS(e->address)
    && ENDS(e->port) && ENDS(e->tls) && ENDS(e->folder);
}

static int fit_for_name(char c)
{
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
    || (c >= 'A' && c <= 'Z') || c == '.' || c == ':' || c == '%';
}

void entry_name(char *buf, pid_t monitor, const char *address)
{
  int n = snprintf(buf, ENTRY_NAME_MAX, "%ld-", (long)monitor);

  for (; *address && n < ENTRY_NAME_MAX - 1; address++)
    buf[n++] = fit_for_name(*address) ? *address : '_';
  buf[n] = 0;
}

pid_t entry_name_parse(const char *name, const char **address)
{
  pid_t pid = 0;
  int digits = 0;

  if (*name < '1' || *name > '9') return 0;
  for (; *name >= '0' && *name <= '9'; name++) {
    if (++digits > PID_DIGITS) return 0;
    pid = pid * 10 + (*name - '0');
  }
  if (*name != '-' || pid <= 1) return 0;
  *address = name + 1;
  return pid;
}

/* FNV-1a: names that are not the same just must not meet by chance */
static unsigned long long hash(const char *s)
{
  unsigned long long h = 14695981039346656037ULL;

  for (; *s; s++) h = (h ^ (unsigned char)*s) * 1099511628211ULL;
  return h;
}

void entry_account_name(char *buf, const struct entry_account *a)
{
  if (a->shown)
    snprintf(buf, ENTRY_NAME_MAX, "m.%lx.%llx.%llx", (unsigned long)a->uid,
      (unsigned long long)a->dev, (unsigned long long)a->ino);
  else snprintf(buf, ENTRY_NAME_MAX, "n.%llx", hash(a->user));
}

int entry_account_is(const char *name)
{
  size_t n = strlen(name);

  return (*name == 'm' || *name == 'n') && name[1] == '.' && n > 2
    && n < ENTRY_NAME_MAX && strspn(name + 1, ".0123456789abcdef") == n - 1;
}
