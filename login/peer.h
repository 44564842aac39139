/* ISC licence; see LICENSE. */
#ifndef LOGIN_PEER_H
#define LOGIN_PEER_H

/* Who is at the other end of the connection. */
struct peer {
  char ip[64];                  /* for the log; "unknown" if it is */
  char port[8];                 /* empty if unknown */
  int loopback;                 /* 127.0.0.0/8 or ::1; unknown is not */
};

/*
 * peer_find - by TCPREMOTEIP and TCPREMOTEPORT if the server has set them,
 * else by getpeername on descriptor 0
 *
 * In the second case (xinetd, systemd) the TCP variables that tcpserver
 * would have set (PROTO, TCPREMOTEIP, TCPREMOTEPORT, TCPLOCALIP,
 * TCPLOCALPORT) are put into the environment, for authenticator and handler.
 */
void peer_find(struct peer *p);

/*
 * peer_answer_at_once - set TCP_NODELAY on the connection; not a socket: nothing
 *
 * tcpserver leaves Nagle's algorithm on unless told (-D): the last segment of
 * an answer would wait for the client's delayed acknowledgement, 40 ms. All
 * that write here and behind (the handler too) write whole answers.
 */
void peer_answer_at_once(void);

/* peer_is_loopback - 1 for the text of an address in 127/8, ::1, or the
 * first mapped into IPv6; 0 for all else, also for what is no address */
int peer_is_loopback(const char *ip);

#endif
