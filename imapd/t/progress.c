/* ISC licence; see LICENSE. */
/* The lines of INPROGRESS: RFC 9585 section 4. */
#include "imapd/progress.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "message/t/test.h"

char const *PROG = "progress";

static int ends[2];

/* what one look tells when it is due (or not yet) */
static void look(const char *tag, uint64_t done, uint64_t goal, int due,
                 const char *want)
{
  static struct session s;
  struct progress p;
  char got[300];
  ssize_t n;

  reply_init(&s.out, ends[1]);
  s.progress_ms = due ? 0 : 10000;
  stralloc_copys(&s.tag, tag);
  progress_begin(&p, &s, "searched", goal);
  p.look_up = 0;
  p.done = done;
  EQ_NUM(progress_stop(&p), 0);
  n = read(ends[0], got, sizeof got);
  test_eq(__FILE__, __LINE__, tag, got, n > 0 ? (size_t)n : 0, want,
          strlen(want));
  reply_free(&s.out);
  stralloc_free(&s.tag);
}

int main(void)
{
  struct session s;
  struct progress p;

  signal(SIGPIPE, SIG_IGN);
  if (pipe(ends) == -1 || fcntl(ends[0], F_SETFL, O_NONBLOCK) == -1) return 1;
  look("A001", 454, 1000, 1,
       "* OK [INPROGRESS (\"A001\" 454 1000)] 454 messages searched\r\n");
  look("A001", 0, 1, 1,
       "* OK [INPROGRESS (\"A001\" 0 1)] 0 messages searched\r\n");
  /* a tag with "]" is not told */
  look("a]b", 1, 2, 1, "* OK [INPROGRESS (NIL 1 2)] 1 messages searched\r\n");
  /* the goal is always above what is done */
  look("a", 5, 5, 1,
       "* OK [INPROGRESS (\"a\" NIL NIL)] 5 messages searched\r\n");
  look("a", 5, 0, 1,
       "* OK [INPROGRESS (\"a\" NIL NIL)] 5 messages searched\r\n");
  /* not due yet */
  look("a", 1, 2, 0, "");
  /* nobody listens any more */
  memset(&s, 0, sizeof s);
  reply_init(&s.out, ends[1]);
  progress_begin(&p, &s, "searched", 1);
  close(ends[0]);
  EQ_NUM(progress_stop(&p), 0); /* it is too early to look */
  p.look_up = 0;
  EQ_NUM(progress_stop(&p), 1);
  reply_free(&s.out);
  return test_end("progress");
}
