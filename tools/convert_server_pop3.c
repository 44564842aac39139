/* ISC licence; see LICENSE. */
/*
 * The INBOX beside what a POP3 server answers: its unique-ids, by which
 * clients know what they have fetched. The server is asked first; mail that
 * comes after that is no difference.
 */
#include "convert_server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/alloc.h"
#include "pop3_connection.h"

#define TOLD_MAX 100            /* lines of a folder */
#define SLACK 2                 /* s between two clocks' ticks */

struct look {
  struct folder_state here;
  stralloc uidls;               /* of the server, NUL-ended */
  struct namemap map;           /* the same, to be found */
  unsigned char *met;           /* by entry of map: it is here */
  time_t asked;
  int dirfd;
  stralloc *told;
  unsigned long differences;
};

static void cat_uidl(stralloc *out, const char *s)
{
  for (; *s; s++)
    stralloc_append(out, (unsigned char)*s < 32 || (unsigned char)*s > 126
                    ? '?' : *s);
}

static void tell(struct look *l, const char *uidl, const char *what)
{
  if (l->differences++ >= TOLD_MAX) {
    if (l->differences == TOLD_MAX + 1) stralloc_cats(l->told, "  and more\n");
    return;
  }
  stralloc_cats(l->told, "  UIDL ");
  cat_uidl(l->told, uidl);
  stralloc_cats(l->told, what);
}

static void take_there(struct look *l)
{
  const char *s, *end = l->uidls.s + l->uidls.len;
  int known;
  size_t n;

  for (s = l->uidls.s; s && s < end; s += n + 1) {
    n = strlen(s);
    namemap_meet(&l->map, s, n, n, &known);
    if (known) tell(l, s, ": there twice\n");
  }
  l->met = xalloc(l->map.n + 1);
  memset(l->met, 0, l->map.n + 1);
}

/* a file that changed after the server had made its list */
static int since(const struct look *l, size_t i)
{
  stralloc path = STRALLOC_ZERO;
  struct stat st;
  int r;

  stralloc_cats(&path, l->here.m[i].in_new ? "new/" : "cur/");
  stralloc_cats(&path, namemap_text(&l->here.map, i));
  stralloc_0(&path);
  r = fstatat(l->dirfd, path.s, &st, AT_SYMLINK_NOFOLLOW) == -1
    || st.st_ctime >= l->asked - SLACK;
  stralloc_free(&path);
  return r;
}

static void compare(struct look *l)
{
  size_t i, k, unknown = 0, missing = 0;
  const char *uidl;

  for (i = 0; i < l->here.map.n; i++) {
    uidl = state_text(&l->here, l->here.m[i].uidl);
    if (!*uidl) {
      unknown++;
      continue;
    }
    k = namemap_find(&l->map, uidl, strlen(uidl));
    if (k != NAMEMAP_NONE) l->met[k] = 1;
    else if (!since(l, i)) tell(l, uidl, ": here, not there\n");
  }
  for (k = 0; k < l->map.n; k++) {
    if (l->met[k]) continue;
    tell(l, namemap_text(&l->map, k), ": there, not here\n");
    missing++;
  }
  if (!missing || !unknown) return;
  stralloc_cats(l->told, "  messages here whose UIDL no file says"
                " (POP3_UIDL?): ");
  stralloc_catu(l->told, unknown);
  stralloc_append(l->told, '\n');
}

static void ask(struct look *l, const struct convert_server *s)
{
  struct pop3 *c = xalloc(sizeof *c);
  stralloc password = STRALLOC_ZERO;
  size_t n;

  memset(c, 0, sizeof *c);
  stralloc_ready(&password, s->at.password.len + 1);
  stralloc_catb(&password, s->at.password.s, s->at.password.len);
  pop3_connect(c, s->host, s->pop3_port, s->at.tls, s->at.cafile);
  l->asked = time(0);
  pop3_login(c, s->user, s->master, &password);
  pop3_uidl(c, &l->uidls, &n);
  pop3_close(c);
  free(c);
}

unsigned long convert_server_pop3(const struct convert_server *s, int dirfd,
                                  stralloc *told)
{
  struct look l;

  memset(&l, 0, sizeof l);
  l.dirfd = dirfd;
  l.told = told;
  ask(&l, s);
  take_there(&l);
  if (folder_state(&l.here, dirfd, 1) == -1) {
    l.differences++;
    stralloc_cats(told, "  it cannot be read here: ");
    stralloc_cats(told, strerror(errno));
    stralloc_append(told, '\n');
  }
  else compare(&l);
  folder_state_free(&l.here);
  namemap_free(&l.map);
  stralloc_free(&l.uidls);
  free(l.met);
  return l.differences;
}
