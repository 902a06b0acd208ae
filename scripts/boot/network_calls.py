"""Reads strace's output (--follow-forks, one file) for one program's network calls, from its exec on, in all its threads."""

import re

LINE = re.compile(r"^(\d+) +(.*)$")
CHILD = re.compile(r"^(?:clone3?|fork|vfork)\(.*= (\d+)$|^<\.\.\. (?:clone3?|fork|vfork) resumed>.*= (\d+)$")
CALL = re.compile(r"^(socket|connect|bind|sendto|sendmsg)\(")
REMOTE = re.compile(r"AF_INET6?|AF_NETLINK|AF_PACKET|AF_VSOCK|sin6?_port")


def network_calls(text, program):
    """The calls that reach beyond this machine's files, and how many socket calls there were at all.

    A process that the program starts and that becomes another program is no longer the program."""
    watched, found, seen = set(), [], 0
    for line in text.splitlines():
        match = LINE.match(line)
        if not match:
            continue
        pid, what = match[1], match[2]
        executed = re.match(r'^execve(?:at)?\((?:\d+, )?"([^"]+)"', what)
        if executed and "ENOENT" not in what:
            (watched.add if executed[1] == program else watched.discard)(pid)
        if pid not in watched:
            continue
        child = CHILD.match(what)
        if child:
            watched.add(child[1] or child[2])
        if CALL.match(what):
            seen += 1
            if REMOTE.search(what):
                found.append(line)
    return found, seen


# That it can find something: the daemon's thread opens an IPv4 socket, and so does a program that it starts, which is another matter.
SAMPLE = """\
7 execve("/usr/bin/holdfastd", ["/usr/bin/holdfastd"], 0x1) = 0
7 socket(AF_UNIX, SOCK_STREAM, 0) = 3
7 clone3({flags=CLONE_THREAD}, 88) = 8
8 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 4
8 connect(4, {sa_family=AF_INET6, sin6_port=htons(80)}, 28) = -1 EPERM
7 clone(child_stack=NULL, flags=SIGCHLD) = 9
9 execve("/usr/bin/other", ["other"], 0x1) = 0
9 socket(AF_INET, SOCK_STREAM, 0) = 3
"""
assert [line.split()[0] for line in network_calls(SAMPLE, "/usr/bin/holdfastd")[0]] == ["8", "8"]
assert network_calls(SAMPLE, "/usr/bin/holdfastd")[1] == 3
