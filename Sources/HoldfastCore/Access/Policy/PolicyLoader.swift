/// Makes a ``Policy`` of files, all or nothing: on any problem the caller keeps the policy it has.
public struct PolicyLoader: Sendable {
    private let builtInBindings: BuiltInBindings
    private let resolver: NameResolver

    public init(builtInBindings: BuiltInBindings, resolver: NameResolver) {
        self.builtInBindings = builtInBindings
        self.resolver = resolver
    }

    /// - Parameter sources: in any order; they are taken in the order of their names.
    /// - Throws: ``HoldfastError`` `policy_invalid` with every problem of every file; its cause is ``PolicyProblems``.
    public func load(_ sources: [PolicySource], generation: Int) throws -> Policy {
        let sources = sources.sorted { $0.name < $1.name }
        var problems: [PolicyProblem] = []
        let documents = ([BuiltInRoles.source] + sources).map { source in
            let (document, found) = PolicyDocument.read(source)
            problems += found
            return document
        }
        let drops = documents.compactMap(\.dropsBuiltInBindings).first
        let bindings = (drops == nil ? builtInBindings.bindings : []) + documents.flatMap(\.bindings)
        let roles = Self.merge(documents, &problems)
        Self.checkRoles(of: bindings, among: roles, &problems)
        Self.checkLimits(of: bindings, among: roles, &problems)
        let recipients = CaptureCheck.merge(documents, &problems)
        CaptureCheck.check(roles, among: recipients, &problems)
        let (principals, warnings) = resolve(bindings, &problems)
        guard problems.isEmpty, let digest = PolicySource.digest(of: sources) else { throw PolicyProblems.error(problems) }
        return Policy(
            generation: generation, digest: digest, sources: sources, roles: roles, bindings: bindings, recipients: recipients,
            warnings: warnings, dropsBuiltInBindings: drops, principals: principals, zones: zones(bindings))
    }

    private func zones(_ bindings: [Binding]) -> [String: TimeZoneRules] {
        let names = Set(bindings.compactMap { $0.limits?.zone })
        return Dictionary(uniqueKeysWithValues: names.compactMap { name in resolver.zone(name).map { (name, $0) } })
    }

    private static func merge(_ documents: [PolicyDocument], _ problems: inout [PolicyProblem]) -> [Role] {
        var first: [String: SourceLocation] = [:]
        var roles: [Role] = []
        for role in documents.flatMap(\.roles) {
            if let location = first[role.name] {
                let builtIn = location.file == BuiltInRoles.source.name
                let why = builtIn ? "is built in and cannot be changed; choose another name" : "is already defined at \(location)"
                problems.append(PolicyProblem(at: role.location, "role '\(role.name)' \(why)"))
            } else {
                first[role.name] = role.location
                roles.append(role)
            }
        }
        return roles
    }

    private static func checkRoles(of bindings: [Binding], among roles: [Role], _ problems: inout [PolicyProblem]) {
        let names = Set(roles.map(\.name))
        for binding in bindings where !names.contains(binding.role) {
            let suggestion = Nearest.suggestion(for: binding.role, among: names.sorted())
            problems.append(PolicyProblem(at: binding.roleLocation, "there is no role '\(binding.role.prefix(80))'\(suggestion)"))
        }
    }

    /// Limits are on using models: on a role that grants no use of any they would bound nothing, which nobody means.
    private static func checkLimits(of bindings: [Binding], among roles: [Role], _ problems: inout [PolicyProblem]) {
        let using = Set(roles.filter { $0.rules.contains { $0.verbs.contains(.inferenceInvoke) } }.map(\.name))
        let known = Set(roles.map(\.name))
        for binding in bindings where known.contains(binding.role) && !using.contains(binding.role) {
            guard let limits = binding.limits else { continue }
            problems.append(
                PolicyProblem(
                    at: limits.location, "role '\(binding.role)' does not grant inference:invoke, and limits are on nothing else"))
        }
    }

    /// Asks for each name once, so that one load sees one state of the user database.
    private func resolve(
        _ bindings: [Binding], _ problems: inout [PolicyProblem]
    ) -> (principals: [Subject: Principal], warnings: [PolicyProblem]) {
        var principals: [Subject: Principal] = [:]
        var unresolved: Set<Subject> = []
        var warnings: [PolicyProblem] = []
        for entry in bindings.flatMap(\.subjects) {
            let subject = entry.subject
            guard principals[subject] == nil, !unresolved.contains(subject) else { continue }
            switch resolver.resolve(subject) {
            case nil:
                unresolved.insert(subject)
                warnings.append(PolicyProblem(at: entry.location, "\(subject) does not exist on this machine; it is given nothing"))
            case .some(let principal) where principal.id == Caller.overflowID:
                unresolved.insert(subject)
                problems.append(
                    PolicyProblem(
                        at: entry.location,
                        "\(subject) is id 65534, which the kernel shows for every id it cannot express; it must never be granted anything"))
            case .some(let principal):
                principals[subject] = principal
            }
        }
        return (principals, warnings)
    }
}
