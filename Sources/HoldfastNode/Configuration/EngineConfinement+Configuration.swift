import HoldfastCore
import HoldfastHTTP
import HoldfastInference

extension EngineConfinement {
    static let keys: Set<String> = [
        "confinement.user", "confinement.landlock", "confinement.landlock_version", "confinement.seccomp",
        "confinement.own_user",
    ]

    /// - Throws: ``HoldfastError`` `configuration_invalid`.
    init(_ reader: ConfigurationReader) throws {
        self.init()
        landlock = try Self.level("confinement.landlock", reader) ?? landlock
        landlockVersion = try reader.integer("confinement.landlock_version", in: 1...1000).map(Int.init) ?? landlockVersion
        seccomp = try Self.level("confinement.seccomp", reader) ?? seccomp
        ownUser = try Self.level("confinement.own_user", reader) ?? ownUser
        user = try reader.string("confinement.user").map(Self.user)
        if ownUser == .off, user != nil {
            throw Self.refusal("'confinement.user' names a user, and 'confinement.own_user' is off: leave one of them out.")
        }
    }

    private static func level(_ key: String, _ reader: ConfigurationReader) throws -> Level? {
        guard let text = reader.string(key) else { return nil }
        guard let level = Level(rawValue: text) else {
            throw refusal("'\(key)' must be required, best_effort or off; it is '\(text.prefix(40))'.")
        }
        return level
    }

    /// A name, or a number.
    private static func user(_ text: String) throws -> User {
        guard let account = SystemNames.account(named: text) ?? UInt32(text).flatMap(SystemNames.account(uid:)) else {
            throw refusal("'confinement.user': this system has no user '\(text.prefix(40))'.")
        }
        guard account.uid != 0, account.gid != 0 else {
            throw refusal("'confinement.user' must be another than root: '\(text.prefix(40))' is uid \(account.uid), gid \(account.gid).")
        }
        return User(uid: account.uid, gid: account.gid)
    }

    private static func refusal(_ message: String) -> HoldfastError {
        HoldfastError(.configurationInvalid, message, hint: "docs/configuration.md lists all settings")
    }
}
