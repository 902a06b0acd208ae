"""What systemd does for holdfast-engine.socket: for each connection a program with the connection as its input.

engine-socket.py PATH [--owner UID:GID] [--as UID:GID] -- PROGRAM ARGUMENT...
The socket is UID:GID's, mode 0600; the program runs as UID:GID. SIGTERM ends this and all it started. Prints `listening`, then the id of each.
"""

import os
import signal
import socket
import sys

end = sys.argv.index("--")
path, options, command = sys.argv[1], sys.argv[2:end], sys.argv[end + 1:]


def user(name):
    if name not in options:
        return None
    uid, gid = options[options.index(name) + 1].split(":")
    return int(uid), int(gid)


children = set()


def reap(*_):
    try:
        while True:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            children.discard(pid)
    except ChildProcessError:
        pass


def stop(*_):
    for child in children:
        os.kill(child, signal.SIGKILL)
    os._exit(0)


listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
listening.bind(path)
os.chmod(path, 0o600)
if user("--owner"):
    os.chown(path, *user("--owner"))
listening.listen(16)
signal.signal(signal.SIGCHLD, reap)
signal.signal(signal.SIGTERM, stop)
print("listening", flush=True)
while True:
    connection, _ = listening.accept()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        null = os.open("/dev/null", os.O_WRONLY)
        os.dup2(connection.fileno(), 0)
        os.dup2(null, 1)
        os.closerange(3, 100)
        if user("--as"):
            uid, gid = user("--as")
            os.setgroups([])
            os.setresgid(gid, gid, gid)
            os.setresuid(uid, uid, uid)
        os.execve(command[0], command, {})
    children.add(child)
    print(child, flush=True)
    connection.close()
