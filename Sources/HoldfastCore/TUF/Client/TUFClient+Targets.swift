/// §5.6: targets metadata, and the search for a target through delegations.
extension TUFClient {
    func targetsFile(_ role: String) throws -> TUFMetaFile {
        guard let file = snapshot?.content.file(of: role) else { throw HoldfastError.metadata(role, "the snapshot does not list it") }
        return file
    }

    mutating func acceptTargets(_ bytes: [UInt8]?, role: String, keyring: TUFKeyring) throws -> [TUFChange] {
        let bytes = try present(bytes, role)
        let version = try checkedTargets(bytes, role: role, keyring: keyring)
        return [.store(role: role, version: version, bytes: bytes)]
    }

    /// - Returns: its version.
    mutating func checkedTargets(_ bytes: [UInt8], role: String, keyring: TUFKeyring) throws -> Int {
        let file = try targetsFile(role)
        // 5.6.2
        try file.check(bytes, name: role)
        let metadata = try TUFSigned<TUFTargets>(parsing: bytes, name: role)
        // 5.6.3
        try keyring.check(metadata.envelope, name: role)
        // 5.6.4
        guard metadata.version == file.version else {
            throw HoldfastError.metadata(role, "its version is \(metadata.version), and the snapshot names \(file.version)")
        }
        // 5.6.5
        try metadata.checkExpiry(at: start, name: role)
        targets[role] = (metadata, keyring)
        return metadata.version
    }

    /// Looks for a target, in the order of §5.6.7. Call it until it needs nothing more; in between, ``accept(_:for:)`` takes what it needed.
    /// - Throws: ``HoldfastError`` `name_invalid` for a path that cannot be one; `metadata_invalid` when more than ``TUFLimits/visitedRoles``
    ///   would have to be looked at; `metadata_unsigned` when a role is not signed by the keys of who delegates here.
    public mutating func search(for path: String) throws -> TUFSearch {
        try TUFTargetPath.check(path)
        if let step = try refreshStep() { return .needs(step) }
        var stack = [(role: TUFTargets.type, keyring: root.content.keyring(of: .targets))]
        var visited: Set<String> = []
        while let next = stack.popLast() {
            guard !visited.contains(next.role) else { continue }
            guard visited.count < limits.visitedRoles else {
                throw HoldfastError.metadata(next.role, "more than \(limits.visitedRoles) roles are responsible for one target")
            }
            guard let metadata = try trusted(next.role, by: next.keyring) else { return .needs(try ask(for: next.role, next.keyring)) }
            visited.insert(next.role)
            if let target = metadata.targets[path] { return .found(target) }
            guard let delegations = metadata.delegations else { continue }
            var children: [(role: String, keyring: TUFKeyring)] = []
            for role in delegations.roles(for: path) {
                children.append((role.name, delegations.keyring(of: role)))
                if role.isTerminating {
                    // Nobody but this role and whom it names has a word on this path.
                    stack.removeAll()
                    break
                }
            }
            stack += children.reversed()
        }
        return .absent
    }

    /// A role may be reached through several delegators: each one's keys must have signed it.
    private mutating func trusted(_ role: String, by keyring: TUFKeyring) throws -> TUFTargets? {
        guard let known = targets[role] else { return nil }
        if known.keyring != keyring {
            try keyring.check(known.metadata.envelope, name: role)
            targets[role]?.keyring = keyring
        }
        return known.metadata.content
    }

    private mutating func ask(for role: String, _ keyring: TUFKeyring) throws -> TUFStep {
        let step: TUFStep =
            loaded.contains(role) ? .fetch(try request(role, targetsFile(role), atMost: limits.targetsBytes)) : .load(role: role)
        searched = (step, role, keyring)
        return step
    }

    mutating func acceptSearched(_ bytes: [UInt8]?) throws -> [TUFChange] {
        guard let searched else { return [] }
        self.searched = nil
        if case .load = searched.step {
            loaded.insert(searched.role)
            // What is stored is worth a look, no more: if it does not fit, it is fetched.
            if let bytes { _ = try? checkedTargets(bytes, role: searched.role, keyring: searched.keyring) }
            return []
        }
        return try acceptTargets(bytes, role: searched.role, keyring: searched.keyring)
    }
}
