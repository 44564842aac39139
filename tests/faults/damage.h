/* ISC licence; see LICENSE. */
#ifndef TESTS_FAULTS_DAMAGE_H
#define TESTS_FAULTS_DAMAGE_H

/*
 * damage_all - the index is damaged in every way at every page (each
 * stride-th case), between sessions and under one; path is where the
 * Maildir is made, errfd takes what the sessions log. Adds to the counts.
 */
void damage_all(const char *path, int errfd, long stride, unsigned int seed,
                unsigned long *passed, unsigned long *failed);

#endif
