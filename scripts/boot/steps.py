"""What a gateway goes through, one step after the other: steps.py ROOT.tar FOLDER-OF-PACKAGES"""

import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from machine import Failed, Machine, Steps, require
from network_calls import network_calls

STATE = "/var/lib/holdfast"


def next_version(package, folder):
    """The same package as the version after it: a higher number, and a database one step further. What an upgrade brings."""
    tree = os.path.join(folder, "next")
    subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
    control = os.path.join(tree, "DEBIAN/control")
    text = open(control).read()
    version = re.search(r"^Version: (.*)$", text, re.M)[1]
    with open(control, "w") as file:
        file.write(text.replace(f"Version: {version}", f"Version: {version}.next"))
    schema = os.path.join(tree, "usr/share/holdfast/schema")
    step = int(open(schema).read())
    with open(schema, "w") as file:
        file.write(f"{step + 1}\n")
    out = os.path.join(folder, "holdfast_next.deb")
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", "-Zgzip", "-z1", tree, out], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(tree)
    return version, out


class Gateway:
    def __init__(self, machine):
        self.machine = machine
        self.run = machine.run
        self.tree = None

    def json(self, *words, **more):
        return json.loads(self.run("holdfast", *words, "--json", **more).stdout)

    def pid(self):
        return int(self.run("systemctl", "show", "--property=MainPID", "--value", "holdfastd.service").stdout)

    def serves(self):
        return self.run("holdfast", "status", check=False).returncode == 0

    def wait_until_serving(self):
        self.machine.until(self.serves, "holdfast status answers")

    def chat(self, user="alice", **more):
        return self.run("holdfast", "run", "smollm2", "Say hello.", "--max-tokens", "8", user=user, timeout=600, **more)

    def engine(self):
        return self.run("pgrep", "-x", "llama-server", check=False).stdout.split()

    def require_confined(self, pid):
        status = self.run("cat", f"/proc/{pid}/status").stdout
        uid = re.search(r"^Uid:\s+(\d+)", status, re.M)[1]
        require(uid == self.run("id", "-u", "holdfast-engine").stdout.strip(), f"the engine's uid is {uid}")
        require(re.search(r"^Seccomp:\s+2", status, re.M) and re.search(r"^NoNewPrivs:\s+1", status, re.M), "the engine is filtered")
        unit = self.run("cat", f"/proc/{pid}/cgroup").stdout
        require("holdfast-engine@" in unit, f"the engine is in its unit: {unit}")
        own = {self.run("readlink", f"/proc/{p}/ns/net").stdout for p in (1, pid)}
        require(len(own) == 2, "the engine has a network of its own, with nothing in it")

    def verify(self):
        """The trail holds, and goes on from where it was looked at last: records are never fewer, and the old tree is its beginning."""
        body = self.json("audit", "verify")
        size = body["records"] if "records" in body else body["size"]
        require(self.tree is None or size >= self.tree, f"the trail has {size} records and had {self.tree}")
        self.tree = size
        return f"{size} records"

    # What follows are the steps.

    def install(self):
        self.run("dpkg", "--install", *(f"/mnt/shared/{name}" for name in sorted(os.listdir(self.machine.shared)) if "_next" not in name), timeout=300)
        self.run("useradd", "--create-home", "--groups", "holdfast-admin", "admin")
        self.run("useradd", "--create-home", "alice")
        self.wait_until_serving()
        failed = self.run("systemctl", "list-units", "--failed", "--plain", "--no-legend").stdout
        require("holdfast" not in failed, f"units failed:\n{failed}")
        loopback = self.run("systemctl", "is-enabled", "holdfastd-loopback.socket", check=False).stdout.strip()
        require(loopback == "disabled", f"the loopback socket is {loopback}")

    def status(self):
        require("is healthy" in self.run("holdfast", "status").stdout, "root is told that the node is healthy")
        require("is healthy" in self.run("holdfast", "status", user="admin").stdout, "a member of holdfast-admin is told so")
        stranger = self.run("holdfast", "status", user="alice", check=False)
        require(stranger.returncode != 0 and "holdfast-admin" in stranger.stdout, f"a stranger is told what it lacks: {stranger.stdout}")
        return "stranger: " + stranger.stdout.splitlines()[0]

    def model(self):
        def there():
            return any(name.startswith("smollm2") for model in self.json("model", "list")["models"] for name in model["names"])
        self.machine.until(there, "the model package has handed its model to the node")
        added = self.run("holdfast", "audit", "list", "--operation", "models.add").stdout
        require("smollm2" in added, f"the audit trail has it:\n{added}")

    def policy(self):
        denied = self.chat(check=False)
        require(denied.returncode != 0, "without a rule alice may not use the model")
        self.machine.write("/etc/holdfast/policies/apps.yaml",
                           "version: 1\nbindings:\n  - role: user\n    subjects: [user:alice]\n")
        os.chmod(os.path.join(self.machine.root, "etc/holdfast/policies/apps.yaml"), 0o644)
        self.run("systemctl", "reload", "holdfastd.service")

        def may():
            return "apps.yaml" in self.run("holdfast", "access", "can", "inference:invoke", "model:smollm2", "--as", "user:alice", check=False).stdout
        self.machine.until(may, "the policy rules after a reload")

    def talk(self):
        answer = self.chat().stdout
        require(answer.strip(), "an answer has text")
        pid, = self.engine()
        self.require_confined(pid)
        return repr(answer.strip()[:40])

    def daemon_killed(self):
        before = self.pid()
        self.run("kill", "-9", str(before))
        self.machine.until(lambda: self.pid() not in (0, before), "the daemon is started again")
        self.wait_until_serving()
        self.chat()
        return self.verify()

    def daemon_stopped(self):
        before = self.pid()
        self.run("kill", "-STOP", str(before))
        self.machine.until(lambda: self.pid() not in (0, before), "the watchdog ends a daemon that does nothing")
        self.wait_until_serving()
        log = self.run("journalctl", "--unit", "holdfastd.service", "--no-pager").stdout
        require("atchdog" in log, "the journal says that it was the watchdog")
        self.chat()
        return self.verify()

    def engine_killed(self):
        pid, = self.engine()
        self.run("kill", "-9", pid)
        self.machine.until(lambda: pid not in self.engine(), "the engine is gone")
        self.chat()
        ended = self.run("holdfast", "audit", "list", "--operation", "engine.exit").stdout
        require("engine" in ended, "its end is in the trail")

    def engine_stopped(self):
        pid, = self.engine()
        self.run("kill", "-STOP", pid)
        waiting = self.machine.start("timeout", "8", "holdfast", "run", "smollm2", "Say hello.", "--max-tokens", "8", user="alice")
        time.sleep(1)
        self.run("holdfast", "status", timeout=60)
        waiting.wait(30)
        require(waiting.returncode != 0, "a stopped engine answers nobody")
        self.run("holdfast", "model", "unload", "smollm2", timeout=120)
        self.machine.until(lambda: pid not in self.engine(), "unloading ends an engine that is stopped")
        self.chat()

    def engine_exchanged(self):
        """An engine from an archive, used and rolled back: each start is the one that was chosen, as confined as the package's."""
        def runs_from(folder):
            self.chat()
            pid, = self.engine()
            path = self.run("readlink", f"/proc/{pid}/exe").stdout.strip()
            require(path.startswith(folder), f"the engine that runs is {path}, not one of {folder}")
            self.require_confined(pid)

        self.run("tar", "--create", "--gzip", "--file", "/var/tmp/other.tgz", "--directory", "/usr/lib/holdfast/engines/llamacpp", ".")
        self.run("holdfast", "engine", "install", "/var/tmp/other.tgz", "--name", "other", timeout=300)
        runs_from("/usr/lib/holdfast/engines/")
        self.run("holdfast", "engine", "use", "other")
        runs_from(f"{STATE}/engines/")
        self.run("holdfast", "engine", "rollback")
        runs_from("/usr/lib/holdfast/engines/")
        kept = self.run("holdfast", "engine", "remove", "other", check=False)
        require(kept.returncode != 0, "what a rollback goes to is not removed")
        require("other" in self.run("holdfast", "engine", "list").stdout, "nor gone from the list")
        self.run("rm", "/var/tmp/other.tgz")

    def logs(self):
        said = self.run("holdfast", "logs", "--since", "today").stdout
        require("Serving on" in said, f"the journal has the daemon's lines:\n{said[-2000:]}")
        fields = self.run("journalctl", "--unit", "holdfastd.service", "--output", "json", "--no-pager").stdout
        require('"HOLDFAST_' in fields, "its lines have fields of their own")
        stranger = self.run("holdfast", "logs", user="alice", check=False)
        require("Serving on" not in stranger.stdout, "a stranger does not read it")

    def disk_full(self):
        # Half a megabyte less than all there is: the database cannot grow.
        free = int(self.run("df", "--output=avail", "-B1", STATE).stdout.split()[1])
        filler = os.path.join(self.machine.root, "var/tmp/filler")
        with open(filler, "wb") as file:
            try:
                while True:
                    file.write(bytes(1 << 20))
                    file.flush()
            except OSError:
                pass
        refused = self.run("holdfast", "model", "add", "/usr/share/holdfast/models/SmolLM2-135M-Instruct.Q4_1.gguf", "--name", "again", check=False)
        require(refused.returncode != 0, "a model is refused on a full disk")
        said = self.run("holdfast", "status", check=False)
        require(said.returncode in (0, 8, 9) or "disk" in said.stdout, f"status answers: {said.stdout}")
        os.unlink(filler)
        self.wait_until_serving()

        def whole():
            return self.chat(check=False).returncode == 0
        self.machine.until(whole, "it goes on by itself once there is room")
        return f"{free >> 20} MiB were filled; " + self.verify()

    def rebooted(self):
        self.machine.reboot()
        self.wait_until_serving()
        self.chat()
        return self.verify()

    def upgraded(self, version, package):
        self.machine.write("/etc/holdfast/holdfast.yaml", "# of this site\nengine:\n  slots: 2\n")
        before = self.pid()
        self.run("dpkg", "--install", "--force-confold", f"/mnt/shared/{package}", timeout=300)
        self.machine.until(lambda: self.pid() not in (0, before), "the new version runs")
        self.wait_until_serving()
        require("of this site" in self.run("cat", "/etc/holdfast/holdfast.yaml").stdout, "settings survive")
        require(self.run("dpkg-query", "-W", "-f=${Version}", "holdfast").stdout == version + ".next", "the new version is there")
        self.chat()
        return self.verify()

    def downgrade(self, package):
        refused = self.run("dpkg", "--install", f"/mnt/shared/{package}", check=False, timeout=300)
        require(refused.returncode != 0 and "is not installed" in refused.stdout, f"a downgrade is refused with the reason:\n{refused.stdout}")
        self.chat()
        reason = next(line for line in refused.stdout.splitlines() if "is not installed" in line)
        return reason.strip()

    def networkless(self):
        trace = "/var/tmp/trace"
        tracer = self.machine.start("strace", "--follow-forks", "--quiet=all", "--signal=none",
                                    "--trace=execve,execveat,clone,clone3,fork,vfork,socket,connect,bind,sendto,sendmsg", "--output", trace,
                                    "--attach", "1")
        try:
            time.sleep(1)
            self.run("systemctl", "restart", "holdfastd.service", timeout=60)
            self.wait_until_serving()
            self.chat()
            self.run("systemctl", "reload", "holdfastd.service")
            self.run("holdfast", "model", "unload", "smollm2")
        finally:
            # In the machine: what we hold is only the nsenter that waits for it.
            self.run("pkill", "-x", "strace", check=False)
            tracer.wait(20)
        text = open(os.path.join(self.machine.root, trace.lstrip("/")), errors="replace").read()
        calls, seen = network_calls(text, "/usr/bin/holdfastd")
        require(seen > 0, "the trace has the daemon from exec on")
        require(not calls, "network calls:\n" + "\n".join(calls))
        os.unlink(os.path.join(self.machine.root, trace.lstrip("/")))
        return f"{seen} socket calls seen, all of AF_UNIX"

    def removed(self):
        self.run("dpkg", "--remove", "holdfast-model-smollm2", "holdfast-engine-llamacpp", "holdfast", timeout=120)
        require(not self.machine.exists("/usr/bin/holdfastd"), "programs are gone")
        # Asked within: its /run is a file system that we do not see.
        require(self.run("ls", "-d", "/run/holdfast", check=False).returncode != 0, "sockets are gone")
        require(self.machine.exists(STATE + "/holdfast.db"), "the state stays until purge")
        require(self.machine.exists("/etc/holdfast/holdfast.yaml"), "settings stay until purge")

    def purged(self):
        self.run("dpkg", "--purge", "holdfast-model-smollm2", "holdfast-engine-llamacpp", "holdfast", timeout=120)
        # What this test itself put beside the unit.
        shutil.rmtree(os.path.join(self.machine.root, "etc/systemd/system/holdfastd.service.d"))
        left = self.run("find", "/etc", "/usr", "/var", "/run", "/lib", "-xdev", "-iname", "*holdfast*", "-not", "-path", "/var/log/*").stdout.split()
        left = [path for path in left if not path.startswith("/run/systemd/") and "/systemd-private-" not in path]
        require(not left, f"left behind: {left}")


def main(archive, packages):
    shared = tempfile.mkdtemp(prefix="holdfast-packages-")
    machine = None
    try:
        for path in glob.glob(f"{packages}/holdfast*.deb"):
            if "-dbgsym_" not in path:
                shutil.copy(path, shared)
        current, = glob.glob(f"{shared}/holdfast_*.deb")
        version, following = next_version(current, shared)
        machine = Machine(archive, shared)
        # One thread: others may be at work on this machine, and an engine's threads wait for each other. All else is as shipped.
        machine.write("/etc/systemd/system/holdfastd.service.d/test.conf",
                      "[Service]\nEnvironment=HOLDFAST_ENGINE_THREADS=1\n")
        machine.write("/etc/systemd/journald.conf.d/test.conf", "[Journal]\nStorage=volatile\n")
        gateway, step = Gateway(machine), Steps(machine)
        step("boot", machine.boot)
        step("install", gateway.install)
        step("status for root, a member of holdfast-admin, a stranger", gateway.status)
        step("the packaged model is handed over", gateway.model)
        step("a policy is reloaded", gateway.policy)
        step("a chat under full hardening", gateway.talk)
        step("no network call from exec on", gateway.networkless)
        step("kill -9 of the daemon", gateway.daemon_killed)
        step("SIGSTOP of the daemon", gateway.daemon_stopped)
        step("kill -9 of an engine", gateway.engine_killed)
        step("SIGSTOP of an engine", gateway.engine_stopped)
        step("an engine is installed, used, rolled back", gateway.engine_exchanged)
        step("logs", gateway.logs)
        step("a full disk", gateway.disk_full)
        step("reboot", gateway.rebooted)
        step("upgrade", lambda: gateway.upgraded(version, os.path.basename(following)))
        step("downgrade", lambda: gateway.downgrade(os.path.basename(current)))
        step("remove", gateway.removed)
        step("purge", gateway.purged)
        print(f"{step.count} passed, 0 failed")
    finally:
        if machine:
            machine.close()
        shutil.rmtree(shared, ignore_errors=True)


main(*sys.argv[1:])
