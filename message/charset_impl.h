/* ISC licence; see LICENSE. */
#ifndef MESSAGE_CHARSET_IMPL_H
#define MESSAGE_CHARSET_IMPL_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

struct charset;

/*
 * The tables that message/gen/charset_tables.c makes, between it and
 * charset.c. No pointers: nothing is relocated, no page is written to.
 *
 * A charset is a tree: its row has a cell for each octet that a character
 * may begin with, from lo on, n of them at charset_cells[at] or, where one
 * does not fit into 16 bits, charset_wides[at]. A narrow cell is a code point
 * or CHARSET_NARROW_NONE. A wide one is a code point, or
 *
 *   CHARSET_NONE     no character begins so
 *   CHARSET_ROW | r      another octet has to follow: row r
 *   CHARSET_STRING | w   several code points: charset_wides[w] is their number
 *   CHARSET_PAIR | w     charset_wides[w] is a cell, and the row at w + 1 has
 *                        what may follow to join it: the longest counts
 *   CHARSET_FOUR         GB18030's four octets
 */
#define CHARSET_NARROW_NONE 0xFFFFu
#define CHARSET_NONE 0xFFFFFFFFu
#define CHARSET_TYPE 0xF0000000u
#define CHARSET_ROW 0x10000000u
#define CHARSET_STRING 0x20000000u
#define CHARSET_PAIR 0x30000000u
#define CHARSET_FOUR 0x40000000u

struct charset_row {
  uint32_t at;
  uint16_t n;
  uint8_t lo, wide;
};

/* how a charset is read, as the words of message/gen/charsets */
enum {
  CHARSET_ASCII, CHARSET_UTF8, CHARSET_1252, CHARSET_TABLE, CHARSET_GB18030,
  CHARSET_UTF7, CHARSET_UTF7IMAP,
  CHARSET_UTF16, CHARSET_UTF16BE, CHARSET_UTF16LE,
  CHARSET_UTF32, CHARSET_UTF32BE, CHARSET_UTF32LE,
  CHARSET_UCS2, CHARSET_UCS2BE, CHARSET_UCS2LE, CHARSET_UNICODE,
  CHARSET_UCS4BE, CHARSET_UCS4LE,
  CHARSET_JP, CHARSET_JP2, CHARSET_JP3, CHARSET_KR, CHARSET_CN, CHARSET_CNEXT
};
#define CHARSET_KINDS \
  "ascii", "utf8", "1252", "table", "gb18030", \
  "utf7", "utf7imap", \
  "utf16", "utf16be", "utf16le", "utf32", "utf32be", "utf32le", \
  "ucs2", "ucs2be", "ucs2le", "unicode", "ucs4be", "ucs4le", \
  "jp", "jp2", "jp3", "kr", "cn", "cnext"

struct charset_how {
  uint32_t row;                 /* of CHARSET_TABLE and CHARSET_GB18030 */
  uint8_t kind;
  uint8_t ascii;                /* 0 to 127 are ASCII, and not in the row */
  uint16_t text;                /* in charset_text: the name that iconv has */
};

struct charset_name {
  uint16_t text;                /* in charset_text; upper case, sorted */
  uint16_t how;
};

/* GB18030: from the four octets counted as `from` on, code points from cp on,
   or CHARSET_NONE; the last one is at CHARSET_FOURS */
#define CHARSET_FOURS (126ul * 10 * 126 * 10)
struct charset_run {
  uint32_t from, cp;
};

/* the sets of ISO 2022: a charset that has it, and what leads to it there */
enum {
  SET_ASCII, SET_ROMAN, SET_KANA, SET_JIS78, SET_JIS83, SET_JIS212,
  SET_GB2312, SET_KSC, SET_LATIN1, SET_GREEK, SET_JISX1, SET_JISX2,
  SET_IR165, SET_CNS1, SET_CNS2, SET_CNS3, SET_CNS4, SET_CNS5, SET_CNS6,
  SET_CNS7
};
#define CHARSET_SETS \
  { "ISO-2022-JP-2", "" }, \
  { "ISO-2022-JP-2", "\x1b(J" }, { "ISO-2022-JP-3", "\x1b(I" }, \
  { "ISO-2022-JP-2", "\x1b$@" }, { "ISO-2022-JP-2", "\x1b$B" }, \
  { "ISO-2022-JP-2", "\x1b$(D" }, { "ISO-2022-JP-2", "\x1b$A" }, \
  { "ISO-2022-JP-2", "\x1b$(C" }, \
  { "ISO-2022-JP-2", "\x1b.A\x1bN" }, { "ISO-2022-JP-2", "\x1b.F\x1bN" }, \
  { "ISO-2022-JP-3", "\x1b$(Q" }, { "ISO-2022-JP-3", "\x1b$(P" }, \
  { "ISO-2022-CN-EXT", "\x1b$)E\x0e" }, \
  { "ISO-2022-CN-EXT", "\x1b$)G\x0e" }, \
  { "ISO-2022-CN-EXT", "\x1b$*H\x1bN" }, \
  { "ISO-2022-CN-EXT", "\x1b$+I\x1bO" }, \
  { "ISO-2022-CN-EXT", "\x1b$+J\x1bO" }, \
  { "ISO-2022-CN-EXT", "\x1b$+K\x1bO" }, \
  { "ISO-2022-CN-EXT", "\x1b$+L\x1bO" }, \
  { "ISO-2022-CN-EXT", "\x1b$+M\x1bO" }

extern const struct charset_row charset_rows[];
extern const uint16_t charset_cells[];
extern const uint32_t charset_wides[];
extern const struct charset_how charset_hows[];
extern const size_t charset_nhows;
extern const struct charset_name charset_names[];
extern const size_t charset_nnames;
extern const char charset_text[];
extern const struct charset_run charset_fours[];
extern const size_t charset_nfours;
extern const uint16_t charset_sets[];

/*
 * What reads a charset takes len octets at s and appends their UTF-8. It
 * returns how many it used: those that are left are the start of a longer
 * sequence, at most sizeof c->held. With c->last nothing follows, and what is
 * left is wrong.
 */
typedef size_t charset_reader(struct charset *c, const unsigned char *s,
                              size_t len, stralloc *out);
charset_reader charset_read_table, charset_read_2022, charset_read_utf7,
  charset_read_wide;

/* charset_bad - U+FFFD; charset_put - a code point, U+FFFD if it is none */
void charset_bad(struct charset *c, stralloc *out);
void charset_put(struct charset *c, stralloc *out, uint32_t cp);

/*
 * charset_tree - one character of the tree whose first row is row
 * Returns the octets used, 0 if more are needed, -1 if no character begins so.
 */
int charset_tree(struct charset *c, uint32_t row, const unsigned char *s,
                 size_t len, stralloc *out);

#endif
