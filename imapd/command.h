/* ISC licence; see LICENSE. */
#ifndef IMAPD_COMMAND_H
#define IMAPD_COMMAND_H

#include "session.h"

/*
 * The command table. A handler is called with p behind the command's name (so
 * it begins with parse_sp or parse_end) and returns how the command ended. It
 * must have looked at the whole command (parse_end) before it does anything.
 */
typedef enum status command_fn(struct session *, struct parse *p);

#define CMD_SELECTED   0x01u    /* only when a folder is selected */
#define CMD_UID        0x02u    /* may also come as UID NAME: by_uid is 1 */
#define CMD_ONLY_UID   0x04u    /* this row is for UID NAME alone */
#define CMD_NO_EXPUNGE 0x08u    /* no EXPUNGE while it is answered, unless it
                                   came by UID: RFC 3501 section 7.4.1 */
#define CMD_STREAM     0x10u    /* reads its literals itself (APPEND) */
#define CMD_LITERAL8   0x100u   /* "~{n}" may stand in it: RFC 3516 */
#define CMD_NO_SYNC    0x20u    /* tells nothing of the folder at its end */

struct command {
  const char *name;
  command_fn *run;
  unsigned flags;
};

/* capabilities_put - what CAPABILITY lists, words divided by spaces */
void capabilities_put(struct session *);

/* command_find - row for a name (ASCII case ignored), 0 if there is none */
const struct command *command_find(const struct text *name, int by_uid);

command_fn cmd_capability, cmd_noop, cmd_check, cmd_logout, cmd_id, cmd_enable,
  cmd_namespace, cmd_compress, cmd_login;                             /* cmd_any.c */
command_fn cmd_select, cmd_examine, cmd_close, cmd_unselect; /* cmd_select.c */
command_fn cmd_create, cmd_delete, cmd_rename, cmd_subscribe,
  cmd_unsubscribe;                                      /* cmd_folders.c */
command_fn cmd_list, cmd_lsub;                          /* cmd_list.c */
command_fn cmd_status;                                  /* cmd_status.c */
command_fn cmd_getmetadata, cmd_setmetadata;            /* cmd_metadata.c */
command_fn cmd_getquota, cmd_getquotaroot;              /* cmd_quota.c */
command_fn cmd_append, cmd_replace;                                  /* cmd_append.c */
command_fn cmd_notify;                                  /* cmd_notify.c */
command_fn cmd_idle;                                    /* cmd_idle.c */
/* idle_go_on - the rest of an IDLE that has begun: for one that imap-idle has
 * waited in, too */
enum status idle_go_on(struct session *);
command_fn cmd_expunge, cmd_uid_expunge;                /* cmd_expunge.c */
command_fn cmd_store;                                   /* cmd_store.c */
command_fn cmd_copy, cmd_move;                          /* cmd_copy.c */
command_fn cmd_fetch;                                   /* cmd_fetch.c */
command_fn cmd_esearch;                                 /* cmd_esearch.c */
command_fn cmd_cancelupdate;                            /* cmd_cancelupdate.c */
command_fn cmd_sort;                                    /* cmd_sort.c */
command_fn cmd_thread;                                  /* cmd_thread.c */
command_fn cmd_search;                                  /* cmd_search.c */
command_fn cmd_uidbatches;                              /* cmd_uidbatches.c */

#endif
