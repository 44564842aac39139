/* ISC licence; see LICENSE. */
#ifndef BASE_TITLE_H
#define BASE_TITLE_H

/*
 * What ps(1) shows of a process: the title takes the place of the arguments
 * and, as far as it needs it, of the environment behind them, where the
 * kernel looks for it (proc_pid_cmdline(5)).
 */
#define TITLE_MAX 160

/*
 * title_init - make room; once, first thing in main
 *
 * argv's strings but the first, and those of the environment that lie in the
 * room, are copied elsewhere, so both stay as they were for everybody. The
 * room is cleared: what was in it is not left in memory.
 */
void title_init(int argc, char **argv);

/*
 * title_set - "PROG: words", ended by (char *)0, with a space between; an
 * empty word is passed over, a control character shows as ?, and what does
 * not fit is cut. Without title_init it does nothing.
 */
void title_set(const char *word, ...) __attribute__((sentinel));

/* title_get - the title as it is now, or PROG, into buf[TITLE_MAX] */
void title_get(char *buf);

#endif
