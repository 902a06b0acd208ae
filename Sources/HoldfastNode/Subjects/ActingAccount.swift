import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Synchronization

/// Who the callers of an application socket are. Where they take a uid's place, they are in the groups that the system gives it, which are
/// looked up apart: nobody waits for the user database when a connection is accepted.
final class ActingAccount: Sendable {
    private let socket: ApplicationSocket
    private let account: Mutex<SystemNames.Account?>

    init(_ socket: ApplicationSocket) {
        self.socket = socket
        account = Mutex(nil)
        refresh()
    }

    func refresh() {
        guard let uid = socket.actsAs else { return }
        let found = SystemNames.account(uid: uid)
        account.withLock { $0 = found }
    }

    func caller(pid: Int32) -> Caller {
        let subject = NamedSubject.app(socket.name)
        guard let uid = socket.actsAs else { return Caller(subject, pid: pid, socket: .api) }
        let account = account.withLock { $0 }
        return Caller(
            uid: uid, gid: account?.gid ?? Caller.noID, pid: pid, groups: account?.groups ?? [], socket: .api, subject: subject)
    }
}
