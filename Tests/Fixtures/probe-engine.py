#!/usr/bin/python3 -IB
"""An engine that tries to get out, once, and says on standard error how far it came.

The model file's words say what it tries: `probe:NAME`, and `arg:VALUE` where it needs to know a path or a process.
  probe: NAME: done           it worked
  probe: NAME: denied ERRNO   it was told no
  (killed by a signal)        it was not told anything
It ends with exit code 3, so that the load fails in any case. HOLDFAST's own tests run it with and without each layer: an attempt that
would fail anyway shows nothing.
"""

import ctypes
import errno
import mmap
import os
import platform
import resource
import socket
import sys

words = open(sys.argv[sys.argv.index("--model") + 1], errors="replace").read().split()
name = next(word[len("probe:"):] for word in words if word.startswith("probe:"))
arg = next((word[len("arg:"):] for word in words if word.startswith("arg:")), "")
libc = ctypes.CDLL(None, use_errno=True)

# x86_64 and aarch64; None where there is no such call.
NUMBERS = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "mount": (165, 40), "umount2": (166, 39), "unshare": (272, 97),
    "setns": (308, 268), "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428), "fsopen": (430, 430),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "bpf": (321, 280), "userfaultfd": (323, 282),
    "perf_event_open": (298, 241), "io_uring_setup": (425, 425), "init_module": (175, 105), "finit_module": (313, 273),
    "kexec_load": (246, 104), "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264), "fanotify_init": (300, 262),
    "mknodat": (259, 33), "setuid": (105, 146), "setgroups": (116, 159), "pidfd_open": (434, 434), "kcmp": (312, 272),
    "clone3": (435, 435), "seccomp": (317, 277), "landlock_create_ruleset": (444, 444), "swapon": (167, 224), "reboot": (169, 142),
    "sendmsg": (46, 211), "execveat": (322, 281), "personality": (135, 92), "setsid": (112, 157), "clock_settime": (227, 112),
    "memfd_create": (319, 279), "setrlimit": (160, 164), "shmget": (29, 194), "msgget": (68, 186), "timer_create": (222, 107),
}


def raw(call, *values):
    """A call with arguments that do nothing where it is let through."""
    number = NUMBERS[call][0 if platform.machine() == "x86_64" else 1]
    ctypes.set_errno(0)
    if libc.syscall(ctypes.c_long(number), *[ctypes.c_long(value) for value in values]) < 0:
        raise OSError(ctypes.get_errno(), "")


def stream(family, kind=socket.SOCK_STREAM):
    return socket.socket(family, kind)


def memory():
    held = []
    while True:
        block = mmap.mmap(-1, 64 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        held.append(block)
        if len(held) > 64:  # 4 GiB, and nobody said no
            return


def fork():
    if os.fork() == 0:
        os._exit(0)


def thread():
    import threading
    started = threading.Thread(target=lambda: None)
    started.start()
    started.join()


def writable_code():
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)


def datagram():
    stream(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", arg)


def bind_tcp():
    stream(socket.AF_INET).bind(("127.0.0.1", 45613))


ATTEMPTS = {
    "inet": lambda: stream(socket.AF_INET),
    "inet6": lambda: stream(socket.AF_INET6),
    "netlink": lambda: stream(socket.AF_NETLINK, socket.SOCK_RAW),
    "packet": lambda: stream(socket.AF_PACKET, socket.SOCK_RAW),
    "vsock": lambda: stream(socket.AF_VSOCK),
    "bind-tcp": bind_tcp,
    "connect": lambda: stream(socket.AF_UNIX).connect(arg),
    "connect-abstract": lambda: stream(socket.AF_UNIX).connect("\0" + arg),
    "datagram": datagram,
    "read": lambda: open(arg, "rb").read(1),
    "list": lambda: os.listdir(arg),
    "write": lambda: open(arg, "wb").close(),
    "append": lambda: open(arg, "ab").close(),
    "mkdir": lambda: os.mkdir(arg),
    "unlink": lambda: os.unlink(arg),
    "rename": lambda: os.rename(arg, arg + ".moved"),
    "symlink": lambda: os.symlink("/", arg),
    "exec": lambda: os.execv("/bin/true", ["true"]),
    "signal": lambda: os.kill(int(arg), 0),
    # PTRACE_SEIZE: attaching would stop who is attached to, and that is who tests.
    "ptrace": lambda: raw("ptrace", 0x4206, int(arg), 0, 0),
    "process_vm_readv": lambda: raw("process_vm_readv", int(arg), 0, 0, 0, 0, 0),
    "fork": fork,
    "fork-bomb": lambda: [fork() for _ in range(1000)],
    "thread": thread,
    "memory": memory,
    "writable-code": writable_code,
    "raise-limit": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)),
    "terminal": lambda: __import__("fcntl").ioctl(0, 0x5412, b"x"),
    "abort": os.abort,
}
try:
    if name in ATTEMPTS:
        ATTEMPTS[name]()
    else:
        raw(name, 0, 0, 0, 0, 0, 0)
    outcome = "done"
except OSError as error:
    outcome = f"denied {errno.errorcode.get(error.errno, error.errno)}"
except MemoryError:
    outcome = "denied ENOMEM"
os.write(2, f"probe: {name}: {outcome}\n".encode())
os._exit(3)
