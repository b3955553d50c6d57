"""Python as on a system without POSIX: `python other_systems.py WORDS...` runs the command line there.

Modules, functions and signals that Windows doesn't have are gone before anything of ours is imported, and time zones
come from the package tzdata. Libraries are loaded before: they have builds for each system.
"""

import importlib
import importlib.abc
import os
import signal
import socket
import sys
import zoneinfo

MODULES = frozenset(
    {"crypt", "fcntl", "grp", "nis", "ossaudiodev", "pty", "pwd", "readline", "resource", "spwd", "syslog", "termios"}
    | {"tty"}
)
_OS = (
    *("chown", "chroot", "confstr", "ctermid", "fchdir", "fchmod", "fchown", "fork", "forkpty", "fstatvfs", "getegid"),
    *("geteuid", "getgid", "getgrouplist", "getgroups", "getloadavg", "getpgid", "getpgrp", "getpriority", "getresgid"),
    *("getresuid", "getsid", "getuid", "initgroups", "killpg", "lchown", "lockf", "mkfifo", "mknod", "nice", "openpty"),
    *("pathconf", "pipe2", "posix_fadvise", "posix_fallocate", "posix_spawn", "posix_spawnp", "pread", "preadv"),
    *("pwrite", "pwritev", "readv", "register_at_fork", "sched_getaffinity", "sched_yield", "sendfile", "setegid"),
    *("seteuid", "setgid", "setgroups", "setpgid", "setpriority", "setregid", "setsid", "setuid", "statvfs", "sync"),
    *("sysconf", "tcgetpgrp", "tcsetpgrp", "ttyname", "uname", "wait", "wait3", "wait4", "waitid", "writev"),
    *("O_CLOEXEC", "O_DIRECTORY", "O_NOCTTY", "O_NOFOLLOW", "O_NONBLOCK", "O_PATH", "O_SYNC", "O_TMPFILE"),
)
_SIGNALS = (
    *("SIGALRM", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGSTOP", "SIGTSTP", "SIGUSR1"),
    *("SIGUSR2", "SIGWINCH", "alarm", "pause", "pthread_kill", "pthread_sigmask", "setitimer", "siginterrupt"),
    *("sigpending", "sigtimedwait", "sigwait", "sigwaitinfo"),
)


class WithoutPosix(importlib.abc.MetaPathFinder):
    """Finds none of the modules that only POSIX has."""

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        """Raise ModuleNotFoundError for those; leave all others to who comes next."""
        if name in MODULES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def leave_posix() -> None:
    """Take away what only POSIX has."""
    for name in MODULES:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, WithoutPosix())
    for module, names in ((os, _OS), (signal, _SIGNALS), (socket, ("AF_UNIX",))):
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    zoneinfo.reset_tzpath([])


if __name__ == "__main__":
    for library in ("click", "httpcore", "httpx", "msgspec"):
        importlib.import_module(library)
    leave_posix()
    from platspuls.cli.main import main

    main()
