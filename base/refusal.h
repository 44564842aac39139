/* ISC licence; see LICENSE. */
#ifndef BASE_REFUSAL_H
#define BASE_REFUSAL_H

/*
 * refusal - 1 if an authenticator that exits with code has refused the name
 * or password, 0 if it could not tell
 *
 * 1 is checkpassword's way to say no, 3 12 13 15 20 21 22 23 are vchkpw's.
 */
int refusal(int code);

#endif
