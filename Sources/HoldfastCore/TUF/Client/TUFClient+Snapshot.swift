/// §5.5: which versions of targets metadata belong together.
extension TUFClient {
    /// What is stored is the measure for rollbacks, also when it is not the one that the timestamp names.
    mutating func takeStoredSnapshot(_ bytes: [UInt8]?) {
        phase = .snapshot
        guard let bytes, let stored = try? TUFSigned<TUFSnapshot>(parsing: bytes),
            (try? root.content.keyring(of: .snapshot).check(stored.envelope, name: TUFSnapshot.type)) != nil
        else { return }
        lastSnapshot = stored
        guard let file = try? snapshotFile(), (try? file.check(bytes, name: TUFSnapshot.type)) != nil,
            (try? checkSnapshot(stored, against: file)) != nil
        else { return }
        snapshot = stored
        phase = .storedTargets
    }

    mutating func acceptSnapshot(_ bytes: [UInt8]?) throws -> [TUFChange] {
        let bytes = try present(bytes, TUFSnapshot.type)
        let file = try snapshotFile()
        // 5.5.2
        try file.check(bytes, name: TUFSnapshot.type)
        let new = try TUFSigned<TUFSnapshot>(parsing: bytes)
        // 5.5.3
        try root.content.keyring(of: .snapshot).check(new.envelope, name: TUFSnapshot.type)
        try checkSnapshot(new, against: file)
        snapshot = new
        phase = .storedTargets
        return [.store(role: TUFSnapshot.type, version: new.version, bytes: bytes)]
    }

    private func checkSnapshot(_ new: TUFSigned<TUFSnapshot>, against file: TUFMetaFile) throws {
        // 5.5.4
        guard new.version == file.version else {
            throw HoldfastError.metadata(TUFSnapshot.type, "its version is \(new.version), and the timestamp names \(file.version)")
        }
        // 5.5.5
        for (name, before) in lastSnapshot?.content.files ?? [:] {
            guard let now = new.content.files[name] else {
                throw HoldfastError.rollback(TUFSnapshot.type, "'\(name.prefix(80))' is no longer in it")
            }
            guard now.version >= before.version else {
                throw HoldfastError.rollback(
                    TUFSnapshot.type, "it names version \(now.version) of '\(name.prefix(80))', and \(before.version) was seen before")
            }
        }
        // 5.5.6
        try new.checkExpiry(at: start)
    }
}
