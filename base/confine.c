/* ISC licence; see LICENSE. */
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/capability.h>

#include "log.h"

extern char **environ;

void confine_root(const char *root)
{
  struct stat st;
  int fd;

  fd = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd == -1 && errno == ENOENT) {
    if (mkdir(root, 0555) == -1 && errno != EEXIST)
      die_sys(111, "unable to make the empty directory ", root);
    fd = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  }
  if (fd == -1 || fstat(fd, &st) == -1)
    die_sys(111, "unable to open the empty directory ", root);
  if (st.st_uid != 0 || (st.st_mode & 022))
    die_text(111, "others than root may write to ", root);
  if (fchdir(fd) == -1 || chroot(".") == -1)
    die_sys(111, "unable to chroot to ", root);
  close(fd);
}

void confine_ids(uid_t uid, gid_t gid)
{
  if (setgroups(0, 0) == -1) die_sys(111, "unable to drop groups", 0);
  if (setresgid(gid, gid, gid) == -1)
    die_sys(111, "unable to change the group", 0);
  if (setresuid(uid, uid, uid) == -1)
    die_sys(111, "unable to change the user", 0);
}

void confine_capabilities(void)
{
  struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];

  memset(none, 0, sizeof none);
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (syscall(SYS_capset, &head, none) == -1)
    die_sys(111, "unable to drop capabilities", 0);
}

void confine_limit(int what, unsigned long n)
{
  struct rlimit r = { n, n };

  if (setrlimit(what, &r) == -1)
    die_sys(111, "unable to set resource limits", 0);
}

void confine_environment(void)
{
  char **e;

  for (e = environ; *e; e++) explicit_bzero(*e, strlen(*e));
  *environ = 0;
}

void confine_descriptors(int lowest)
{
  int fd;

#ifdef SYS_close_range
  if (syscall(SYS_close_range, (unsigned int)lowest, ~0U, 0) == 0) return;
#endif
  for (fd = lowest; fd < 4096; fd++) close(fd);
}
