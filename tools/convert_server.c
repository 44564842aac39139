/* ISC licence; see LICENSE. */
/* The folders of a Maildir beside those of an account that a server shows. */
#include "convert_server.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "tool.h"

struct comparison {
  struct import im;             /* names are given as in an import */
  struct remotes there;
  struct namemap dirs;          /* directories of ours that the server has */
  const char *path;
  int differs;
  stralloc out;
};

static void cat_name(stralloc *out, const char *s)
{
  for (; *s; s++)
    stralloc_append(out, (unsigned char)*s < 32 || *s == 127 ? '?' : *s);
}

static void tell(struct comparison *c, const char *name, const char *what)
{
  c->differs = 1;
  cat_name(&c->out, c->path);
  stralloc_append(&c->out, ' ');
  cat_name(&c->out, name);
  stralloc_cats(&c->out, what);
}

/* one of the server's: its messages, if it is here, too */
static void folder_there(struct comparison *c, struct imap *imap,
                         const struct remote *f)
{
  const struct tree *t = &c->im.account.tree;
  stralloc storage = STRALLOC_ZERO, dir = STRALLOC_ZERO, told = STRALLOC_ZERO;
  int fd, known;

  tool_storage(t, &storage, f->name);
  tree_dir(&dir, storage.s, storage.len);
  namemap_meet(&c->dirs, dir.s, dir.len - 1, dir.len - 1, &known);
  fd = tree_exists(t, storage.s, storage.len) == 1
    ? openat(t->rootfd, dir.s, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  if (fd == -1) tell(c, f->shown, ": there, not here\n");
  else if (convert_server_folder(imap, f->wire, fd, !storage.len, &told)) {
    tell(c, f->shown, ": differs\n");
    stralloc_cat(&c->out, &told);
  }
  tool_say(&c->out);
  stralloc_free(&storage);
  stralloc_free(&dir);
  stralloc_free(&told);
}

static void only_here(struct comparison *c)
{
  stralloc names = STRALLOC_ZERO, dir = STRALLOC_ZERO;
  const char *s;

  if (tree_list(&c->im.account.tree, &names) == -1)
    die_sys(111, "unable to list the folders of ", c->path);
  for (s = names.s; s && s < names.s + names.len; s += strlen(s) + 1) {
    dir.len = 0;
    tree_dir(&dir, s, strlen(s));
    if (namemap_find(&c->dirs, dir.s, dir.len - 1) == NAMEMAP_NONE)
      tell(c, s, ": here, not there\n");
  }
  if (namemap_find(&c->dirs, ".", 1) == NAMEMAP_NONE)
    tell(c, "INBOX", ": here, not there\n");
  tool_say(&c->out);
  stralloc_free(&names);
  stralloc_free(&dir);
}

static void by_imap(struct comparison *c, const struct convert_server *s)
{
  struct imap *imap = xalloc(sizeof *imap);
  stralloc password = STRALLOC_ZERO;
  size_t i;

  memset(imap, 0, sizeof *imap);
  stralloc_ready(&password, s->at.password.len + 1);    /* never moved */
  stralloc_catb(&password, s->at.password.s, s->at.password.len);
  imap_connect(imap, s->host, s->at.port, s->at.tls, s->at.cafile);
  imap_login(imap, s->user, s->master, &password);
  import_imap_folders(&c->im, &s->at, imap, &c->there);
  if (c->im.all_out) c->differs = 1;    /* each was told already */
  for (i = 0; i < c->there.n; i++)
    if (c->there.r[i].name) folder_there(c, imap, c->there.r + i);
  only_here(c);
  imap_close(imap);
  import_imap_folders_free(&c->there);
  free(imap);
}

static void by_pop3(struct comparison *c, const struct convert_server *s)
{
  stralloc told = STRALLOC_ZERO;

  if (convert_server_pop3(s, c->im.account.tree.rootfd, &told)) {
    tell(c, "INBOX", " by POP3: differs\n");
    stralloc_cat(&c->out, &told);
  }
  tool_say(&c->out);
  stralloc_free(&told);
}

int convert_server(struct convert_server *s, const char *path)
{
  struct comparison c;
  struct tree *t = &c.im.account.tree;

  memset(&c, 0, sizeof c);
  c.path = path;
  tool_own(path);
  t->rootfd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (t->rootfd == -1) die_sys(111, "unable to open ", path);
  tree_init(t, t->rootfd);
  if (s->imap) by_imap(&c, s);
  if (s->pop3) by_pop3(&c, s);
  explicit_bzero(s->at.password.s, s->at.password.len);
  namemap_free(&c.dirs);
  stralloc_free(&c.out);
  tree_free(t);
  close(t->rootfd);
  return c.differs;
}
