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
#define CMD_ONLY_UID   0x04u    /* only as UID NAME */
#define CMD_NO_EXPUNGE 0x08u    /* no EXPUNGE while it is answered, unless it
                                   came by UID: RFC 3501 section 7.4.1 */
#define CMD_STREAM     0x10u    /* reads its literals itself (APPEND) */
#define CMD_NO_SYNC    0x20u    /* tells nothing of the folder at its end */

struct command {
  const char *name;
  command_fn *run;
  unsigned flags;
};

/* command_find - row for a name (ASCII case ignored), 0 if there is none */
const struct command *command_find(const struct text *name, int by_uid);

command_fn cmd_fetch, cmd_search;       /* cmd_fetch.c, cmd_search.c */

#endif
