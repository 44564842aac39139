/* ISC licence; see LICENSE. */
#include "title.h"

#include <stdarg.h>
#include <string.h>
#include <skalibs/strerr.h>

#include "alloc.h"

extern char **environ;

static char *room;
static size_t room_len;
static char *kept;              /* the copies, one after the other */

/* s is copied behind the copies that are there, which end at *to */
static char *keep(char **to, const char *s)
{
  char *copy = *to;

  *to = stpcpy(copy, s) + 1;
  return copy;
}

void title_init(int argc, char **argv)
{
  char *end, **p, *to;
  size_t env = 0, n;
  int i;

  if (argc < 1) return;
  end = argv[0] + strlen(argv[0]) + 1;
  /* the strings follow one another, those of the environment at last */
  for (i = 1; i < argc; i++) {
    if (argv[i] != end) return;
    end += strlen(argv[i]) + 1;
  }
  for (p = environ; p && *p == end && end < argv[0] + TITLE_MAX; p++, env++)
    end += strlen(*p) + 1;
  room = argv[0];
  room_len = (size_t)(end - room);
  kept = to = xalloc(room_len);
  for (i = 1; i < argc; i++) argv[i] = keep(&to, argv[i]);
  for (n = 0; n < env; n++) environ[n] = keep(&to, environ[n]);
  explicit_bzero(room, room_len);
  if (room_len > TITLE_MAX) room_len = TITLE_MAX;
}

static size_t put(size_t n, const char *s)
{
  for (; *s && n < room_len - 1; s++) {
    unsigned char c = (unsigned char)*s;

    room[n++] = c < ' ' || c == 0x7f ? '?' : (char)c;
  }
  return n;
}

void title_set(const char *word, ...)
{
  const char *before = ": ";
  va_list ap;
  size_t n;

  if (room_len < 2) return;
  n = put(0, PROG);
  va_start(ap, word);
  for (; word; word = va_arg(ap, const char *)) {
    if (!*word) continue;
    n = put(put(n, before), word);
    before = " ";
  }
  va_end(ap);
  memset(room + n, 0, room_len - n);
}

void title_get(char *buf)
{
  const char *from = room_len < 2 ? PROG : room;
  size_t n = strlen(from);

  if (n > TITLE_MAX - 1) n = TITLE_MAX - 1;
  memcpy(buf, from, n);
  buf[n] = 0;
}
