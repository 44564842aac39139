/* ISC licence; see LICENSE. */
#ifndef LOGIN_FRAME_H
#define LOGIN_FRAME_H

#include <stddef.h>

/*
 * What the talker tells the monitor: one frame per event, one datagram per
 * frame. The monitor believes nothing in it: frame_parse is all that stands
 * between an octet from the network and a process that may be root.
 *
 * On the wire: kind, detail, utf8 (an octet each), then the fields tag,
 * login, password, lang, id, data, each ended by NUL, and nothing behind
 * them.
 */
#define FRAME_TAG_MAX 64
#define FRAME_LOGIN_MAX 1024
#define FRAME_PASSWORD_MAX 1024
#define FRAME_LANG_MAX 35       /* RFC 5646 section 4.4.1 */
#define FRAME_ID_MAX 1024
#define FRAME_DATA_MAX 16384    /* base64 of a response, roost-sasl(7) */
#define FRAME_MAX (3 + FRAME_TAG_MAX + FRAME_LOGIN_MAX + FRAME_PASSWORD_MAX \
  + FRAME_LANG_MAX + FRAME_ID_MAX + FRAME_DATA_MAX + 6)

enum frame_kind {
  FRAME_ATTEMPT = 'A',  /* log in with these credentials; awaits a verdict */
  FRAME_RESPONSE = 'R', /* the client's answer to a challenge */
  FRAME_CANCEL = 'C',   /* the client gives no answer to it */
  FRAME_PLAIN = 'P',    /* a login in the clear was refused; awaits one too */
  FRAME_TLS = 'T',      /* the go-ahead for TLS is sent; the talker ends */
  FRAME_END = 'E'       /* the talker ends; detail says why */
};

/* detail of ATTEMPT and PLAIN: how the client logs in */
enum frame_method {
  METHOD_LOGIN = 'l',           /* IMAP LOGIN */
  METHOD_PASS = 'u',            /* POP3 USER and PASS */
  METHOD_APOP = 'a',            /* POP3 APOP: the password is the digest */
  METHOD_SASL_PLAIN = 'p',
  METHOD_SASL_LOGIN = 'q',
  METHOD_CRAM_MD5 = 'm',        /* the password is the digest */
  METHOD_SCRAM_SHA_1 = 's',     /* from here on: data is the first message, */
  METHOD_SCRAM_SHA_1_PLUS = 'S',        /* login and password are empty */
  METHOD_SCRAM_SHA_256 = 't',
  METHOD_SCRAM_SHA_256_PLUS = 'T',
  METHOD_EXTERNAL = 'e',
  METHOD_OAUTHBEARER = 'o',
  METHOD_XOAUTH2 = 'x'
};

/* detail of END */
enum frame_reason {
  END_QUIT = 'q',               /* LOGOUT, QUIT */
  END_CLOSED = 'c',             /* the client closed the connection */
  END_TIMEOUT = 't',            /* the time limit of the whole login */
  END_ATTEMPTS = 'a',           /* too many failed attempts */
  END_ERRORS = 'e',             /* too many bad commands, or too much input */
  END_IO = 'i'                  /* the connection broke */
};

struct frame {
  char kind;
  char detail;                          /* '-' where a kind has none */
  char utf8;                            /* '1' after POP3 UTF8, else '0' */
  char tag[FRAME_TAG_MAX + 1];          /* IMAP: of the login command */
  char login[FRAME_LOGIN_MAX + 1];
  char password[FRAME_PASSWORD_MAX + 1];
  char lang[FRAME_LANG_MAX + 1];        /* POP3 LANG, or empty */
  char id[FRAME_ID_MAX + 1];            /* IMAP ID, see sign.h, or empty */
  char data[FRAME_DATA_MAX + 1];        /* base64: of the dialogue */
};

/* the verdict on ATTEMPT and PLAIN: two octets back; after a success the
 * monitor sends none, it ends the talker. Before a verdict on a dialogue
 * there may be challenges: VERDICT_CHALLENGE and the base64 of one */
enum verdict {
  VERDICT_REFUSED = 'N',        /* wrong name or password */
  VERDICT_TEMP = 'T',           /* cannot tell, or cannot serve, for now */
  VERDICT_TIMEOUT = 'O'         /* the time limit: say so and end */
};
#define VERDICT_CHALLENGE 'C'   /* first octet: awaits RESPONSE or CANCEL */
#define VERDICT_CHALLENGE_MAX 8192      /* octets of the base64 */
#define VERDICT_GO_ON '+'       /* second octet: the client may try again */
#define VERDICT_LAST '.'        /* second octet: that was the last attempt */

/* frame_init - empty f and set its kind and detail; frame_wipe - overwrite
 * what is in f. Neither touches memory that was not used: data is large. */
void frame_init(struct frame *f, char kind, char detail);
void frame_wipe(struct frame *f);

/* frame_make - write f to buf (FRAME_MAX octets); returns its length */
size_t frame_make(char *buf, const struct frame *f);

/*
 * frame_parse - check and take apart what came from a talker
 *
 * Returns 0 and fills f, or -1 if buf is not exactly one valid frame: known
 * kind and detail, every field there, within its limit and of its own
 * alphabet (tag: RFC 9051 section 9; lang: letters, digits, hyphens; id:
 * parentheses around, no controls; data: base64, only with RESPONSE and with
 * methods that are a dialogue; login and password: anything, but empty where
 * data may be there).
 */
int frame_parse(struct frame *f, const char *buf, size_t len);

/* frame_tag_char - 1 if c may stand in a tag, RFC 9051 section 9 */
int frame_tag_char(unsigned char c);

/* frame_method_name - the word for the log, or 0 if there is no such method */
const char *frame_method_name(char method);

/* frame_reason_name - the same for the reasons of END */
const char *frame_reason_name(char reason);

#endif
