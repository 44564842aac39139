/* ISC licence; see LICENSE. */
#ifndef LOGIN_CLIENT_H
#define LOGIN_CLIENT_H

#include <stddef.h>
#include <stdint.h>

/*
 * The talker's side of the connection. It never reads an octet beyond the
 * line or literal that it acts on: on a socket it peeks, then consumes
 * through the LF, or all that it saw if there is none; on a pipe, where one
 * cannot peek, it reads octet by octet. What is behind stays in the kernel
 * for the next program, or for TLS.
 */
#define CLIENT_INPUT_MAX 262144 /* octets from one client before login */

#define CLIENT_TAIL 32

struct client {
  int in;
  int out;
  int peek;                     /* in is a socket */
  int64_t deadline;             /* clock_ms of the end of the login */
  size_t taken;                 /* octets read so far */
  size_t outlen;
  char outbuf[2048];
};

enum client_result {
  CLIENT_OK,
  CLIENT_LONG,                  /* line longer than room, middle lost */
  CLIENT_CLOSED,                /* end of input */
  CLIENT_TIMEOUT,               /* the deadline */
  CLIENT_FLOOD,                 /* more than CLIENT_INPUT_MAX */
  CLIENT_ERROR                  /* read or write failed */
};

/* client_init - speak on in and out until deadline (clock_ms) */
void client_init(struct client *c, int in, int out, int64_t deadline);

/*
 * client_line - flush, then read one line
 *
 * buf    receives the line without LF and one CR before it; may hold NUL
 * room   size of buf, at least 2 * CLIENT_TAIL; a line that with its LF does
 *        not fit is CLIENT_LONG: buf then holds its begin and, as the last
 *        CLIENT_TAIL octets, its end
 * len    receives the length, 0 unless CLIENT_OK or CLIENT_LONG
 */
enum client_result client_line(struct client *c, char *buf, size_t room,
  size_t *len);

/*
 * client_octets - flush, then read exactly n octets to buf; buf 0 throws
 * them away. CLIENT_LONG does not happen.
 */
enum client_result client_octets(struct client *c, char *buf, size_t n);

/* client_put - append text to what is sent; client_putb - counted octets */
void client_put(struct client *c, const char *s);
void client_putb(struct client *c, const char *s, size_t n);

/* client_flush - send it; CLIENT_OK, CLIENT_TIMEOUT, CLIENT_ERROR */
enum client_result client_flush(struct client *c);

#endif
