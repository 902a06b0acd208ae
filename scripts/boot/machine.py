"""A machine of its own in systemd-nspawn: a Debian root in memory, no network, booted by its own systemd.

Not registered anywhere (--register=no --keep-unit), so commands get in through its namespaces."""

import os
import shutil
import subprocess
import sys
import tempfile
import time


class Failed(Exception):
    pass


class Machine:
    def __init__(self, archive, shared, size="1500m"):
        """shared is a folder of ours that it sees, read-only, as /mnt/shared. size bounds its whole disk."""
        self.folder = tempfile.mkdtemp(prefix="holdfast-boot-")
        self.root = os.path.join(self.folder, "root")
        self.shared = shared
        self.nspawn = None
        os.mkdir(self.root)
        # Its disk is in memory: quick, of a size that can be filled, and gone with it.
        self._own("mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", self.root)
        self._own("tar", "-xf", archive, "-C", self.root)
        # Empty: a machine that has never been booted.
        with open(os.path.join(self.root, "etc/machine-id"), "w"):
            pass

    @staticmethod
    def _own(*words):
        subprocess.run(words, check=True)

    def boot(self):
        self.console = open(os.path.join(self.folder, "console"), "ab")
        self.nspawn = subprocess.Popen(
            ["systemd-nspawn", "--quiet", "--directory", self.root, "--register=no", "--keep-unit", "--private-network", "--boot",
             # nspawn's own filter knows no Landlock; the kernel does.
             "--system-call-filter=landlock_create_ruleset landlock_add_rule landlock_restrict_self seccomp @keyring",
             "--machine", f"holdfast-boot-{os.getpid()}", f"--bind-ro={self.shared}:/mnt/shared"],
            stdin=subprocess.DEVNULL, stdout=self.console, stderr=self.console)
        self.wait_until_up()

    def leader(self):
        """Its process 1, as we see it."""
        with open(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children") as file:
            children = file.read().split()
        for child in children:
            with open(f"/proc/{child}/comm") as file:
                if file.read().strip() == "systemd":
                    return child
        raise Failed("the machine has no systemd")

    def wait_until_up(self, seconds=180):
        def up():
            if self.nspawn.poll() is not None:
                raise Failed(f"the machine ended with status {self.nspawn.returncode}")
            try:
                done = self.run("systemctl", "is-system-running", check=False, timeout=20)
            except (Failed, FileNotFoundError, subprocess.TimeoutExpired):
                return False
            return done.stdout.strip() in ("running", "degraded")
        self.until(up, "the machine is up", seconds)

    def until(self, condition, what, seconds=300):
        deadline = time.monotonic() + seconds
        while True:
            found = condition()
            if found:
                return found
            if time.monotonic() > deadline:
                raise Failed(f"waited {seconds} s, and still not: {what}")
            time.sleep(0.2)

    def _words(self, words, user):
        enter = ["nsenter", "--target", self.leader(), "--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd=/", "--"]
        if user != "root":
            enter += ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--reset-env"]
        return enter + list(words)

    def run(self, *words, user="root", check=True, input=None, timeout=120):
        """Runs a command in it; output and errors together."""
        done = subprocess.run(self._words(words, user), input=input, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=timeout, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/"})
        if check and done.returncode != 0:
            raise Failed(f"{' '.join(words)} (as {user}) ended with status {done.returncode}:\n{done.stdout}")
        return done

    def start(self, *words, user="root"):
        """Starts a command in it, whose end is not waited for."""
        return subprocess.Popen(self._words(words, user), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                text=True, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/"})

    def write(self, path, text):
        target = os.path.join(self.root, path.lstrip("/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w") as file:
            file.write(text)

    def exists(self, path):
        return os.path.lexists(os.path.join(self.root, path.lstrip("/")))

    def reboot(self):
        self.run("systemctl", "reboot", check=False)
        # With --keep-unit nspawn leaves booting again to whoever started it, and says so by this status.
        if self.nspawn.wait(120) != 133:
            raise Failed(f"the machine went off with status {self.nspawn.returncode} instead of booting again")
        self.boot()

    def close(self):
        if self.nspawn and self.nspawn.poll() is None:
            self.nspawn.terminate()
            try:
                self.nspawn.wait(30)
            except subprocess.TimeoutExpired:
                self.nspawn.kill()
                self.nspawn.wait()
        subprocess.run(["umount", "--lazy", self.root], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def journal(self, lines=60):
        try:
            return self.run("journalctl", "--no-pager", "-n", str(lines), check=False).stdout
        except Exception as error:  # The machine may be what has failed.
            with open(os.path.join(self.folder, "console"), errors="replace") as file:
                return f"{error}\n{file.read()[-4000:]}"


class Steps:
    """Runs steps in order, says how each went, and stops at the first that fails."""

    def __init__(self, machine):
        self.machine = machine
        self.count = 0

    def __call__(self, what, step):
        begun = time.monotonic()
        try:
            note = step()
        except Exception as error:
            print(f"failed  {what}\n{error}\n--- journal\n{self.machine.journal()}", flush=True)
            raise SystemExit(1) from (None if isinstance(error, Failed) else error)
        self.count += 1
        print(f"ok      {what} ({time.monotonic() - begun:.1f} s){': ' + note if note else ''}", flush=True)


def require(condition, what):
    if not condition:
        raise Failed(what)


if __name__ == "__main__":
    sys.exit("scripts/boot-test runs the steps")
