/* ISC licence; see LICENSE. */
#ifndef POP3D_COMMAND_H
#define POP3D_COMMAND_H

#include <stddef.h>
#include <stdint.h>

/*
 * The commands of the TRANSACTION state, and those of the AUTHORIZATION
 * state, which are known but refused now.
 */
struct session;
struct command;
typedef void command_fn(struct session *, const struct command *);

enum command_args {
  ARGS_NONE,
  ARGS_MSN,                     /* a message-number */
  ARGS_MSN_OPTIONAL,
  ARGS_MSN_LINES,               /* a message-number and a number of lines */
  ARGS_WORD_OPTIONAL,           /* one word or none */
  ARGS_ANY
};

struct command_row {
  const char *name;
  enum command_args args;
  command_fn *run;
};

struct command {
  const struct command_row *row;
  uint64_t msn;                 /* 0: none was given */
  uint64_t lines;
  const char *word;             /* ARGS_WORD_OPTIONAL; borrowed, 0: none */
  size_t wordlen;
};

/*
 * command_parse - take a command line apart: RFC 1939 section 3, RFC 2449
 * section 3. Keywords without case; between words one or more spaces, and
 * spaces at the end are passed over.
 *
 * line  without its line end; may hold any octet
 *
 * Returns 0, or the reason for -ERR in words for the client. Whether there is
 * such a message is not looked at.
 */
const char *command_parse(struct command *, const char *line, size_t len);

/* command_table - the rows, up to one without a name: commands.c */
extern const struct command_row command_table[];

#endif
