import HoldfastCore
import Testing

struct DefaultDirectoriesTests {
    @Test(
        arguments: [
            (0, ["XDG_RUNTIME_DIR": "/run/user/0"], "/run/holdfast"),
            (1000, ["XDG_RUNTIME_DIR": "/run/user/1000/"], "/run/user/1000/holdfast"),
            (1000, [:], "/tmp/holdfast-1000"), (1000, ["XDG_RUNTIME_DIR": "relative"], "/tmp/holdfast-1000"),
            (1000, ["XDG_RUNTIME_DIR": ""], "/tmp/holdfast-1000"),
        ] as [(UInt32, [String: String], String)])
    func sockets(uid: UInt32, environment: [String: String], directory: String) {
        #expect(RuntimeDirectory.standard(uid: uid, environment: environment) == directory)
        #expect(RuntimeDirectory.candidates(uid: uid, environment: environment) == (uid == 0 ? [directory] : [directory, "/run/holdfast"]))
    }

    @Test(
        arguments: [
            (0, ["HOME": "/root"], "/var/lib/holdfast"), (1000, ["HOME": "/home/a", "XDG_STATE_HOME": "/s"], "/s/holdfast"),
            (1000, ["HOME": "/home/a"], "/home/a/.local/state/holdfast"), (1000, ["HOME": "a", "XDG_STATE_HOME": "s"], nil),
            (1000, [:], nil),
        ] as [(UInt32, [String: String], String?)])
    func state(uid: UInt32, environment: [String: String], directory: String?) {
        #expect(DefaultStateDirectory.standard(uid: uid, environment: environment) == directory)
    }
}
