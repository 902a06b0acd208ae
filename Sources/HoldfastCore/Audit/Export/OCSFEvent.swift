/// One record as an OCSF event.
struct OCSFEvent {
    private(set) var members: [String: CanonicalJSON]

    /// What every event has.
    private init(
        _ eventClass: OCSFClass, time: Int64, severity: OCSFSeverity, index: Int, leaf: MerkleHash, size: Int, context: ExportContext
    ) {
        let kind = eventClass.kind
        members = [
            "class_uid": .integer(kind.rawValue), "category_uid": .integer(kind.category),
            "activity_id": .integer(eventClass.activity), "activity_name": .string(eventClass.activityName),
            "type_uid": .integer(kind.rawValue * 100 + eventClass.activity), "time": .integer(time),
            "severity_id": .integer(severity.rawValue), "severity": .string(severity.caption),
            "raw_data_hash": ["algorithm": "RFC 6962 leaf, SHA-256", "algorithm_id": 99, "value": .string(leaf.hex)],
            "raw_data_size": .integer(Int64(size)),
        ]
        if kind == .eventLogActivity { members["log_name"] = .string(context.origin) }
        metadata = [
            "version": .string(OCSFExporter.schemaVersion), "sequence": .integer(Int64(index)), "uid": .string("\(index)"),
            "log_name": .string(context.origin), "log_provider": "holdfastd",
            "product": ["name": "Holdfast", "vendor_name": "Holdfast", "version": .string(context.productVersion)],
        ]
        members["metadata"] = .object(metadata)
    }

    private var metadata: [String: CanonicalJSON]

    init(unreadable index: Int, leaf: MerkleHash, size: Int, context: ExportContext) {
        self.init(
            OCSFClass(kind: .eventLogActivity, activity: 99, activityName: "Unreadable"), time: 0, severity: .unknown, index: index,
            leaf: leaf, size: size, context: context)
        members["message"] = .string("Record \(index) cannot be read by this version of Holdfast; its time is not known.")
    }

    init(_ record: AuditRecord, index: Int, leaf: MerkleHash, size: Int, context: ExportContext) {
        let eventClass = OCSFClass(operation: record.operation)
        self.init(
            eventClass, time: record.time, severity: OCSFSeverity(record), index: index, leaf: leaf, size: size, context: context)
        metadata["event_code"] = .string(record.operation)
        metadata["correlation_uid"] = .string(record.id)
        members["count"] = .integer(record.count)
        members["duration"] = record.duration.map { .integer($0 / 1000) }
        addOutcome(record)
        addSubject(record, eventClass.kind)
        addObject(record, eventClass)
        addUnmapped(record)
        var profiles: [CanonicalJSON] = []
        if record.operation.hasPrefix("inference."), eventClass.kind == .apiActivity, addModel(record) { profiles.append("ai_operation") }
        if record.outcome?.result == .denied {
            members["action_id"] = 2
            members["action"] = "Denied"
            members["disposition_id"] = 2
            members["disposition"] = "Blocked"
            profiles.append("security_control")
        }
        if !profiles.isEmpty { metadata["profiles"] = .array(profiles) }
        members["metadata"] = .object(metadata)
    }

    private mutating func addOutcome(_ record: AuditRecord) {
        let (id, name): (Int64, String) =
            switch record.outcome?.result {
            case .ok: (1, "Success")
            case .denied, .failed: (2, "Failure")
            case .cancelled: (99, "Cancelled")
            case .interrupted: (99, "Interrupted")
            case nil: (99, "Started")
            }
        members["status_id"] = .integer(id)
        members["status"] = .string(name)
        members["status_code"] = record.outcome?.code.map(CanonicalJSON.string)
        members["status_detail"] = record.outcome?.finish.map(CanonicalJSON.string)
    }

    private mutating func addSubject(_ record: AuditRecord, _ kind: OCSFClass.Kind) {
        guard kind != .applicationLifecycle else { return }
        let isDaemon = record.actor.socket == .internal
        members["actor"] = .object(OCSFActor.members(record))
        members["src_endpoint"] =
            isDaemon
            ? ["name": "holdfastd"] : ["name": "unix socket", "interface_name": .string("\(record.actor.socket.rawValue).sock")]
    }

    private mutating func addObject(_ record: AuditRecord, _ eventClass: OCSFClass) {
        let resource = record.resource
        let name = resource?.name ?? resource?.kind ?? "node"
        let digest = resource?.digest.map { CanonicalJSON.string($0.description) }
        switch eventClass.kind {
        case .apiActivity:
            var api: [String: CanonicalJSON] = [
                "operation": .string(record.operation), "service": ["name": "holdfastd"], "request": ["uid": .string(record.id)],
            ]
            if let outcome = record.outcome {
                var response: [String: CanonicalJSON] = [:]
                response["code"] = outcome.status.map(CanonicalJSON.integer)
                response["error"] = outcome.code.map(CanonicalJSON.string)
                api["response"] = response.isEmpty ? nil : .object(response)
            }
            members["api"] = .object(api)
            if let resource { members["resources"] = .array([Self.named(name, type: resource.kind, digest)]) }
        case .entityManagement:
            var entity: [String: CanonicalJSON] = ["name": .string(name), "type": .string(resource?.kind ?? "node")]
            entity["uid"] = digest
            entity["type_id"] = resource?.kind == "policy" ? 5 : 99
            members["entity"] = .object(entity)
            if let alias = resource?.alias {
                entity["name"] = .string(alias)
                members["entity_result"] = .object(entity)
            }
        case .userAccess:
            members["user"] = ["name": .string(name)]
            members["privileges"] = .array([.string(record.operation)])
        case .applicationLifecycle:
            members["app"] = [
                "name": .string(record.operation.hasPrefix("engine.") ? "llama-server" : "holdfastd"), "vendor_name": "Holdfast",
                "feature": Self.feature(name, digest),
            ]
        case .eventLogActivity: break
        }
    }

    private static func named(_ name: String, type: String, _ digest: CanonicalJSON?) -> CanonicalJSON {
        var members: [String: CanonicalJSON] = ["name": .string(name), "type": .string(type)]
        members["uid"] = digest
        return .object(members)
    }

    /// The part of the product an event of the daemon is about: the engine of one model.
    private static func feature(_ name: String, _ digest: CanonicalJSON?) -> CanonicalJSON {
        var members: [String: CanonicalJSON] = ["name": .string(name)]
        members["uid"] = digest
        return .object(members)
    }

    /// - Returns: whether there was a model to name.
    private mutating func addModel(_ record: AuditRecord) -> Bool {
        guard let name = record.resource?.name else { return false }
        var model: [String: CanonicalJSON] = ["name": .string(name), "ai_provider": "llama.cpp on this node"]
        model["uid"] = record.resource?.digest.map { .string($0.description) }
        members["ai_model"] = .object(model)
        var message: [String: CanonicalJSON] = ["uid": .string(record.id), "service": ["name": "holdfastd"]]
        if let tokens = record.tokens {
            message["prompt_tokens"] = .integer(tokens.prompt)
            message["completion_tokens"] = .integer(tokens.completion)
            message["total_tokens"] = .integer(tokens.prompt + tokens.completion)
        }
        members["message_context"] = .object(message)
        return true
    }

    /// What OCSF has no place for.
    private mutating func addUnmapped(_ record: AuditRecord) {
        var rest: [String: CanonicalJSON] = [
            "phase": .string(record.phase.rawValue), "boot": .string(record.boot), "seq": .integer(record.sequence),
            "policy_generation": .integer(record.policyGeneration), "gid": .integer(record.actor.gid),
            "socket": .string(record.actor.socket.rawValue),
        ]
        rest["operation"] = .string(record.operation)
        rest["duration_us"] = record.duration.map(CanonicalJSON.integer)
        rest["cached_tokens"] = record.tokens.map { .integer($0.cached) }
        rest["prompt_hmac"] = record.content?.prompt.map(CanonicalJSON.string)
        rest["answer_hmac"] = record.content?.answer.map(CanonicalJSON.string)
        if !record.parameters.isEmpty { rest["params"] = .object(record.parameters.mapValues(CanonicalJSON.integer)) }
        members["unmapped"] = ["holdfast": .object(rest)]
    }
}
