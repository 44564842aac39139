/* ISC licence; see LICENSE. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

/*
 * One line per event on descriptor 2, for multilog: the program's name (PROG
 * of skalibs), the event, then key=value words. A line is one write(2).
 *
 *   log_begin("login");  log_word("user", u, strlen(u));  log_end();
 *   -> imap-login: login user=joe
 *
 * Values come from clients: an octet that is a control, a space, DEL, above
 * 0x7E, or one of = " \ is written \xHH, and a value is cut after
 * LOG_VALUE_MAX octets, so that no client can forge a word or a line.
 * roost-log(5) lists every event and key; other programs read them.
 */
#define LOG_VALUE_MAX 256

void log_begin(const char *event);
void log_word(const char *key, const char *value, size_t len);
void log_str(const char *key, const char *value); /* value 0 writes nothing */
void log_num(const char *key, uint64_t value);
void log_errno(int e);          /* adds error="text of e" as an escaped word */
void log_end(void);

/* log_so_far - the line as it stands, in place of log_end, for one who will
 * write it; borrowed until the next log_begin */
const char *log_so_far(void);

/* log_value - append a value in the form of a line's: escaped and cut */
void log_value(stralloc *out, const char *value, size_t len);

/*
 * log_fault - "PROG: event what=WHAT error=..." in one call; errno is kept
 * log_fault_file - the same with file=NAME
 */
void log_fault(const char *event, const char *what);
void log_fault_file(const char *event, const char *file);

/*
 * die_sys - log "PROG: fatal: TEXTWHAT: reason of errno" and exit with code
 * die_text - the same without errno
 * what may be 0.
 */
void die_sys(int code, const char *text, const char *what)
  __attribute__((noreturn));
void die_text(int code, const char *text, const char *what)
  __attribute__((noreturn));

#endif
