// What Swift cannot import of the system: calls that glibc declares only for GNU programs.
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#ifdef __linux__
#include <fcntl.h>
#include <sys/syscall.h>
#endif

// Exchanges two names in one step (Linux: renameat2 with RENAME_EXCHANGE). A file system that cannot do it has the second name
// moved aside for a moment.
static inline int cfiles_exchange(const char *first, const char *second) {
#if defined(__linux__) && defined(SYS_renameat2)
  if (syscall(SYS_renameat2, AT_FDCWD, first, AT_FDCWD, second, 2) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
#endif
  char aside[4096];
  int length = snprintf(aside, sizeof aside, "%s.old", first);
  if (length < 0 || length >= (int)sizeof aside) {
    errno = ENAMETOOLONG;
    return -1;
  }
  if (rename(second, aside) != 0) return -1;
  if (rename(first, second) != 0) {
    int problem = errno;
    rename(aside, second);
    errno = problem;
    return -1;
  }
  return rename(aside, first);
}

// Gives a file another name unless something has that name (Linux: renameat2 with RENAME_NOREPLACE; elsewhere a second link).
static inline int cfiles_move(const char *from, const char *to) {
#if defined(__linux__) && defined(SYS_renameat2)
  if (syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
#endif
  if (link(from, to) == 0) return unlink(from);
  if (errno == EEXIST) return -1;
  return rename(from, to);
}
