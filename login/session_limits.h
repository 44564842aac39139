/* ISC licence; see LICENSE. */
#ifndef LOGIN_SESSION_LIMITS_H
#define LOGIN_SESSION_LIMITS_H

/*
 * What the handler writes is the user's: a packet is looked at octet by
 * octet, is cut to its field, and can only change the folder and the time in
 * this session's own file. So that a flood of notes costs no more than a
 * quiet session does, after NOTES_BURST of them within a second no more are
 * taken until the next; the socket then holds back the rest.
 */
#define NOTES_BURST 20
#define NOTES_WINDOW_MS 1000
/* a handler that was asked to end may say its last word for so long */
#define END_GRACE_MS 15000

#endif
