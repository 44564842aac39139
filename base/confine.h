/* ISC licence; see LICENSE. */
#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

#include <sys/types.h>

/*
 * For a process that is about to read what strangers write: steps that take
 * its rights away. Each ends the program with 111 and a line when it fails.
 */

/*
 * confine_root - chroot into the empty directory root. It is made when it is
 * missing (/run is empty after each boot); a symbolic link, and one that
 * anybody but root could fill, is refused. Needs root.
 */
void confine_root(const char *root);

/* confine_ids - this user and group, and no other groups. Needs root. */
void confine_ids(uid_t uid, gid_t gid);

/* confine_capabilities - drop every capability, also what systemd gave */
void confine_capabilities(void);

/* confine_limit - set both values of a resource limit */
void confine_limit(int what, unsigned long n);

/* confine_environment - overwrite and forget the environment */
void confine_environment(void);

/* confine_descriptors - close all from lowest up */
void confine_descriptors(int lowest);

#endif
