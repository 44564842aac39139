/* ISC licence; see LICENSE. */
#include "command.h"

#define SEL CMD_SELECTED

static const struct command table[] = {
  { "CAPABILITY", cmd_capability, 0 },          /* RFC 3501 section 6.1.1 */
  { "NOOP", cmd_noop, 0 },                      /* 6.1.2 */
  { "LOGOUT", cmd_logout, CMD_NO_SYNC },        /* 6.1.3 */
  { "ID", cmd_id, 0 },                          /* RFC 2971 section 3.1 */
  { "STARTTLS", cmd_login, 0 },                 /* 6.2.1: too late */
  { "AUTHENTICATE", cmd_login, 0 },             /* 6.2.2: too late */
  { "LOGIN", cmd_login, 0 },                    /* 6.2.3: too late */

  { "SELECT", cmd_select, CMD_NO_SYNC },        /* 6.3.1 */
  { "EXAMINE", cmd_examine, CMD_NO_SYNC },      /* 6.3.2 */
  { "CREATE", cmd_create, 0 },                  /* 6.3.3 */
  { "DELETE", cmd_delete, 0 },                  /* 6.3.4 */
  { "RENAME", cmd_rename, 0 },                  /* 6.3.5 */
  { "SUBSCRIBE", cmd_subscribe, 0 },            /* 6.3.6 */
  { "UNSUBSCRIBE", cmd_unsubscribe, 0 },        /* 6.3.7 */
  { "LIST", cmd_list, 0 },                      /* 6.3.8, RFC 5258 */
  { "LSUB", cmd_lsub, 0 },                      /* 6.3.9 */
  { "STATUS", cmd_status, 0 },                  /* 6.3.10 */
  { "APPEND", cmd_append, CMD_STREAM },         /* 6.3.11, RFC 3502 */
  { "GETMETADATA", cmd_getmetadata, 0 },        /* RFC 5464 section 4.2 */
  { "SETMETADATA", cmd_setmetadata, CMD_LITERAL8 },     /* 4.3 */
  { "GETQUOTA", cmd_getquota, 0 },              /* RFC 9208 section 4.1.1 */
  { "GETQUOTAROOT", cmd_getquotaroot, 0 },      /* 4.1.2 */
  { "NAMESPACE", cmd_namespace, 0 },            /* RFC 2342 section 5 */
  { "ENABLE", cmd_enable, 0 },                  /* RFC 5161 section 3.1 */
  { "COMPRESS", cmd_compress, 0 },              /* RFC 4978 section 3 */
  { "IDLE", cmd_idle, 0 },                      /* RFC 2177 section 3 */
  { "NOTIFY", cmd_notify, 0 },                  /* RFC 5465 section 3.1 */

  { "CHECK", cmd_check, SEL },                  /* 6.4.1 */
  { "CLOSE", cmd_close, SEL | CMD_NO_SYNC },    /* 6.4.2 */
  { "UNSELECT", cmd_unselect, SEL | CMD_NO_SYNC },      /* RFC 3691 */
  { "EXPUNGE", cmd_expunge, SEL },              /* 6.4.3 */
  { "EXPUNGE", cmd_uid_expunge, SEL | CMD_ONLY_UID },   /* RFC 4315 */
  { "SEARCH", cmd_search, SEL | CMD_UID | CMD_NO_EXPUNGE },     /* 6.4.4 */
  { "ESEARCH", cmd_esearch, 0 },                /* RFC 7377 section 2: has no */
  { "ESEARCH", cmd_esearch, CMD_ONLY_UID },     /* numbers without UID either */
  { "CANCELUPDATE", cmd_cancelupdate, SEL },    /* RFC 5267 section 4.3.5 */
  { "SORT", cmd_sort, SEL | CMD_UID | CMD_NO_EXPUNGE }, /* RFC 5256 */
  { "THREAD", cmd_thread, SEL | CMD_UID | CMD_NO_EXPUNGE },     /* RFC 5256 */
  { "FETCH", cmd_fetch, SEL | CMD_UID | CMD_NO_EXPUNGE },       /* 6.4.5 */
  { "STORE", cmd_store, SEL | CMD_UID | CMD_NO_EXPUNGE },       /* 6.4.6 */
  { "COPY", cmd_copy, SEL | CMD_UID },          /* 6.4.7 */
  { "MOVE", cmd_move, SEL | CMD_UID },          /* RFC 6851 section 3.1 */
  { "REPLACE", cmd_replace, SEL | CMD_UID | CMD_STREAM },       /* RFC 8508 */
  { "UIDBATCHES", cmd_uidbatches, SEL },        /* RFC 10022 */
};

/* STARTTLS, AUTH= and SASL-IR are the front end's: there is no login here */
static const char capabilities[] =
  "IMAP4rev1 IMAP4rev2 LITERAL+ ENABLE ID IDLE NAMESPACE CHILDREN UNSELECT"
  " UIDPLUS MOVE ESEARCH SEARCHRES LIST-EXTENDED LIST-STATUS SPECIAL-USE"
  " BINARY STATUS=SIZE MULTIAPPEND WITHIN"
  " SORT SORT=DISPLAY ESORT THREAD=ORDEREDSUBJECT THREAD=REFERENCES THREAD=REFS"
  " I18NLEVEL=1 INPROGRESS PREVIEW"
  " CONTEXT=SEARCH CONTEXT=SORT MULTISEARCH NOTIFY"
  " SAVEDATE OBJECTID CONDSTORE QRESYNC UIDONLY PARTIAL UIDBATCHES";

static const char capabilities_of_the_store[] =
  " QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE METADATA LIST-METADATA"
  " CREATE-SPECIAL-USE REPLACE CATENATE";

void capabilities_put(struct session *s)
{
  reply_puts(&s->out, capabilities);
  reply_puts(&s->out, capabilities_of_the_store);
  if (!s->compress) reply_puts(&s->out, " COMPRESS=DEFLATE");
  if (s->utf8_strict) reply_puts(&s->out, " UTF8=ACCEPT");
  reply_puts(&s->out, " APPENDLIMIT=");         /* RFC 7889 section 2 */
  reply_num(&s->out, session_append_limit(s));
  if (s->message_limit) {
    reply_puts(&s->out, " MESSAGELIMIT=");
    reply_num(&s->out, s->message_limit);
  }
}

const struct command *command_find(const struct text *name, int by_uid)
{
  const struct command *c;
  size_t i;

  for (i = 0; i < sizeof table / sizeof *table; i++) {
    c = &table[i];
    if (!text_is(name, c->name)) continue;
    if (by_uid ? c->flags & (CMD_UID | CMD_ONLY_UID)
               : !(c->flags & CMD_ONLY_UID))
      return c;
  }
  return 0;
}
