/* ISC licence; see LICENSE. */
#ifndef IMAPD_READ_H
#define IMAPD_READ_H

#include "command.h"

/*
 * Reading one command whole: its lines and the literals between them, within
 * limits. RFC 3501 sections 2.2.1, 4.3, 7.5; RFC 7888.
 */

/* most octets of a command in memory, literals included; a message that
 * APPEND stores is not held in memory */
#define COMMAND_MAX 262144

/*
 * command_read - the next command into s->cmd, its tag into s->tag
 *
 * Returns 1: *row is the command, *args the offset in s->cmd behind its name,
 * by_uid is set. If the row says CMD_STREAM, only the first line was read.
 * 0: it was refused, text says why (BAD): all that belongs to it was read.
 * -1: the session ends (session_input_ended was called).
 */
int command_read(struct session *s, const struct command **row, size_t *args);

/*
 * read_literal - a literal was announced at the end of s->cmd and is wanted in
 * memory (binary: also if it is a literal8): go ahead, append it and the line behind it. 1; 0: refused, text
 * says why, nothing of this command is to be read any more; -1.
 */
int read_literal(struct session *s, const struct literal *lit, int binary);

/*
 * read_discard - throw away what is left of a command that was refused, from
 * the literal on that its last line announces (if any). A client that waits
 * for a go-ahead gets none. 0, or -1: the session ends.
 */
int read_discard(struct session *s);

#endif
