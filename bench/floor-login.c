/*
 * floor-login - what the processes of a login cost if none of them does
 * anything. ISC licence; see LICENSE.
 *
 *   cc -O2 -fPIE -static-pie -o floor-login bench/floor-login.c
 *   ./floor-login [RUNS]
 *
 * As many as a login in the clear has, 8 of them at a time: the server forks
 * and runs the first program (imap-login), which forks one (the talker),
 * starts by vfork's means one (checkpassword-cdb), which runs another in its
 * place (imapd). Each is this one, linked as those are, and ends at once: no
 * socket, no hash, no sandbox. Prints microseconds of time and of processor for
 * each run, to be held beside `sh bench/run 'login, logout'`.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define AT_A_TIME 8

static void run(const char *step)
{
  execl("/proc/self/exe", "floor-login", step, (char *)0);
  _exit(111);
}

static void wait_for(pid_t pid)
{
  int status;

  if (pid == -1 || waitpid(pid, &status, 0) == -1 || status) _exit(111);
}

/* the monitor: a talker that ends, and a chain of two programs */
static int login(void)
{
  pid_t talker = fork(), chain;

  if (!talker) _exit(0);
  chain = vfork();
  if (!chain) run("check");
  wait_for(talker);
  wait_for(chain);
  return 0;
}

static double seconds(struct timeval t)
{
  return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void)
{
  struct timespec t;

  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* the server */
static int serve(int runs)
{
  int i, status, going = 0;
  struct rusage u;
  double began = now();
  pid_t pid;

  for (i = 0; i < runs || going; i++) {
    if (going == AT_A_TIME || i >= runs) {
      if (wait(&status) == -1 || status) return 111;
      going--;
    }
    if (i >= runs) continue;
    pid = fork();
    if (!pid) run("login");
    if (pid == -1) return 111;
    going++;
  }
  began = now() - began;
  getrusage(RUSAGE_CHILDREN, &u);
  printf("%.0f us, %.0f us of processor\n", began / runs * 1e6,
         (seconds(u.ru_utime) + seconds(u.ru_stime)) / runs * 1e6);
  return 0;
}

int main(int argc, char **argv)
{
  const char *step = argc > 1 ? argv[1] : "2000";

  if (!strcmp(step, "login")) return login();
  if (!strcmp(step, "check")) run("handle");
  if (!strcmp(step, "handle")) return 0;
  return atoi(step) > 0 ? serve(atoi(step)) : 100;
}
