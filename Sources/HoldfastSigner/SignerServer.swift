import CHoldfastSystem
import Glibc
import HoldfastCore

/// Answers one connection after the other: one request each, from whom the kernel names as one of `uids`.
struct SignerServer {
    private let descriptor: Int32
    private let uids: Set<uid_t>
    private var signer: Signer

    init(socket path: String, uids: Set<uid_t>, group: gid_t?, signer: Signer) throws {
        descriptor = try SignerFrames.open()
        self.uids = uids
        self.signer = signer
        try removeDead(path)
        let mask = umask(0o177)
        let bound = try SignerFrames.withAddress(path) { bind(descriptor, $0, $1) }
        umask(mask)
        let mode: mode_t = group == nil ? 0o600 : 0o660
        guard bound == 0, group.map({ chown(path, uid_t.max, $0) == 0 }) ?? true, chmod(path, mode) == 0, listen(descriptor, 64) == 0 else {
            throw HoldfastError(.configurationInvalid, "Cannot listen on \(path): \(String(cString: strerror(errno))).")
        }
    }

    /// A live socket is never taken; only a dead one is removed, and nothing but a socket.
    private func removeDead(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        let probe = try SignerFrames.open()
        defer { close(probe) }
        guard status.st_mode & S_IFMT == S_IFSOCK, try SignerFrames.withAddress(path, { connect(probe, $0, $1) }) != 0,
            errno == ECONNREFUSED
        else {
            throw HoldfastError(
                .socketInUse, "\(path) is there and is served, or is no socket.", hint: "holdfast-signer --socket with another path")
        }
        unlink(path)
    }

    mutating func run() -> Never {
        while true {
            let peer = accept(descriptor, nil, nil)
            guard peer >= 0 else {
                if [EINTR, ECONNABORTED].contains(errno) { continue }
                say("cannot accept: \(String(cString: strerror(errno)))")
                sleep(1)
                continue
            }
            SignerFrames.limitWaiting(peer)
            serve(peer)
            close(peer)
        }
    }

    private mutating func serve(_ peer: Int32) {
        var (uid, gid, pid): (uid_t, gid_t, pid_t) = (0, 0, 0)
        let answer: OLPCJSON
        do {
            guard hf_peer_credentials(peer, &uid, &gid, &pid) == 0, uids.contains(uid) else {
                say("refused uid \(uid)")
                throw HoldfastError(.peerRefused, "The signer signs for the catalog's user alone, and you are uid \(uid).")
            }
            answer = try signer.answer(SignerRequest(SignerFrames.read(from: peer))).json
        } catch {
            answer = SignerAnswer.json(of: error)
        }
        try? SignerFrames.write(answer, to: peer)
    }

    private func say(_ text: String) {
        let line = "holdfast-signer: \(text)\n"
        _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    }
}
