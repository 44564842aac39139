/* ISC licence; see LICENSE. */
#include "import_imap.h"

#include <errno.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "tool.h"

/* the same server however its name is written */
static char *lower(const char *s)
{
  char *p = xstrdup(s), *q;

  for (q = p; *q; q++) *q = (char)tolower((unsigned char)*q);
  return p;
}

/* what it is for, unless another folder is that here already */
static void set_use(struct import *im, const char *storage, const char *use)
{
  struct special s = SPECIAL_ZERO;
  stralloc names = STRALLOC_ZERO;
  const char *p, *has;
  int taken = 0;

  if (tree_list(&im->account.tree, &names) == -1
      || special_read(&im->account.tree, &names, &s) == -1)
    die_sys(111, "unable to read what folders are for", 0);
  for (p = names.s; p && p < names.s + names.len; p += strlen(p) + 1)
    if ((has = special_use(&s, p, strlen(p))) && strstr(has, use)) taken = 1;
  if (!taken && special_set(&im->account.tree, storage, use) == -1)
    die_sys(111, "unable to note what a folder is for", 0);
  special_free(&s);
  stralloc_free(&names);
}

static void one_folder(struct import *im, const struct import_options *opt,
                       struct imap *c, const char *user,
                       const struct remote *f)
{
  stralloc storage = STRALLOC_ZERO;

  tool_storage(&im->account.tree, &storage, f->name);
  stralloc_0(&storage);
  import_imap_fetch(im, opt, c, user, f, storage.s);
  if (!im->dry && *f->use && *storage.s) set_use(im, storage.s, f->use);
  if (!im->dry && f->subscribed
      && subscriptions_set(&im->account.tree, storage.s, storage.len - 1, 1)
         == -1)
    die_sys(111, "unable to subscribe to ", f->name);
  stralloc_free(&storage);
}

void import_imap(struct import *im, const struct import_options *opt,
                 const char *host, const char *user)
{
  struct imap *c = xalloc(sizeof *c);
  struct remotes all = { 0, 0, 0 };
  stralloc password = opt->password;
  char *name = lower(host);
  size_t i;

  memset(c, 0, sizeof *c);
  imap_connect(c, name, opt->port, opt->tls, opt->cafile);
  imap_login(c, user, 0, &password);
  import_imap_folders(im, opt, c, &all);
  for (i = 0; i < all.n; i++)
    if (all.r[i].name) one_folder(im, opt, c, user, all.r + i);
  imap_close(c);
  import_imap_folders_free(&all);
  free(name);
  free(c);
}
