/* ISC licence; see LICENSE. */
/* How far it is: a bar on a terminal, lines elsewhere; on descriptor 2. */
#include "import.h"

#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timedio.h"

#define BAR 30
#define BAR_EVERY 100           /* ms */
#define LINE_EVERY 10000

static int64_t last;
static int drawn;

static void say(const stralloc *s)
{
  if (write(2, s->s, s->len) == -1) return;     /* nobody looks */
}

static void draw(stralloc *s, unsigned int percent)
{
  unsigned int i;

  stralloc_cats(s, "\r[");
  for (i = 0; i < BAR; i++)
    stralloc_append(s, i * 100 < percent * BAR ? '#' : '.');
  stralloc_cats(s, "] ");
}

void import_progress(struct import *im, uint64_t done, uint64_t all)
{
  int64_t now = clock_ms();
  int bar = isatty(2);
  unsigned int percent = all ? (unsigned int)(100.0 * (double)done
                                              / (double)all) : 100;
  stralloc s = STRALLOC_ZERO;

  if (!last) last = now;
  if (im->quiet || now - last < (bar ? BAR_EVERY : LINE_EVERY)) return;
  last = now;
  if (percent > 100) percent = 100;
  if (bar) draw(&s, percent);
  stralloc_catu(&s, percent);
  stralloc_cats(&s, "% ");
  stralloc_catb(&s, im->name.s, im->name.len);
  stralloc_cats(&s, ": ");
  stralloc_catu(&s, im->here);
  stralloc_cats(&s, bar ? " imported\033[K" : " imported\n");
  say(&s);
  drawn = bar;
  stralloc_free(&s);
}

void import_progress_end(void)
{
  static const stralloc clear = { "\r\033[K", 4, 4 };

  if (drawn) say(&clear);
  drawn = 0;
}
