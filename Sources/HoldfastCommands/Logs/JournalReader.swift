import Glibc
import HoldfastCore

/// journalctl, run with our standard output.
struct JournalReader {
    static let units = ["holdfastd.service", "holdfast-engine@*.service"]
    /// The MESSAGE_ID of mirrored audit records.
    static let auditMessage = "5b0b4f6c1f2e4a53a1c8d0f3e7c96b24"
    /// Where systemd says that it is the machine's init: sd_booted(3).
    private static let sign = "/run/systemd/system"

    let console: Console
    let environment: [String: String]

    /// - Returns: its exit status.
    /// - Throws: ``HoldfastError`` `invalid_request` on a machine without systemd.
    func run(_ arguments: [String]) throws -> Int32 {
        guard access(Self.sign, F_OK) == 0 else {
            throw HoldfastError(
                .invalidRequest, "There is no journal here: systemd does not run on this machine. A node writes its log to standard error.",
                hint: "look where holdfastd was started; holdfast audit list shows what was recorded")
        }
        var pid = pid_t()
        var words: [UnsafeMutablePointer<CChar>?] = (["journalctl"] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        let code = posix_spawnp(&pid, "journalctl", nil, nil, &words, environ)
        guard code == 0 else {
            throw HoldfastError(.internalError, "journalctl cannot be run: \(SystemError.reason(code)).", hint: "apt install systemd")
        }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        // Ended by the signal that ends us too, such as Ctrl-C: as it was meant.
        return status & 0x7f == SIGINT || status & 0x7f == SIGPIPE ? 0 : status >> 8 & 0xff
    }
}
