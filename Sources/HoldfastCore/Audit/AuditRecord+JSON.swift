extension AuditRecord {
    /// RFC 8785 bytes: the leaf's content.
    /// - Throws: ``HoldfastError`` `invalid_request` when the record is longer than ``maximumBytes``.
    public func canonicalBytes() throws -> [UInt8] {
        let bytes = try canonicalJSON.serialized()
        guard bytes.count <= Self.maximumBytes else {
            throw HoldfastError(
                .invalidRequest, "The request's audit record would have \(bytes.count) bytes; \(Self.maximumBytes) is the most.",
                detail: "operation \(operation)")
        }
        return bytes
    }

    var canonicalJSON: CanonicalJSON {
        var keys: [String: CanonicalJSON] = [
            "v": .integer(version), "id": .string(id), "time": .integer(time), "boot": .string(boot), "seq": .integer(sequence),
            "phase": .string(phase.rawValue), "actor": actor.canonicalJSON, "op": .string(operation),
            "policy": .integer(policyGeneration), "count": .integer(count),
        ]
        keys["clock"] = clock.map { .string($0.rawValue) }
        keys["resource"] = resource?.canonicalJSON
        if !parameters.isEmpty { keys["params"] = .object(parameters.mapValues(CanonicalJSON.integer)) }
        if let content {
            let fields = [
                "prompt": content.prompt, "message": content.message, "answer": content.answer, "recipients": content.recipients,
                "captured": content.captured?.description,
            ]
            keys["content"] = .object(fields.compactMapValues { $0.map(CanonicalJSON.string) })
        }
        if let outcome {
            var fields: [String: CanonicalJSON] = ["result": .string(outcome.result.rawValue)]
            fields["code"] = outcome.code.map(CanonicalJSON.string)
            fields["status"] = outcome.status.map(CanonicalJSON.integer)
            fields["finish"] = outcome.finish.map(CanonicalJSON.string)
            keys["outcome"] = .object(fields)
        }
        keys["duration_us"] = duration.map(CanonicalJSON.integer)
        if let tokens {
            keys["tokens"] = .object([
                "prompt": .integer(tokens.prompt), "completion": .integer(tokens.completion), "cached": .integer(tokens.cached),
            ])
        }
        return .object(keys)
    }

    /// Reads a record back from its canonical bytes.
    /// - Throws: ``HoldfastError`` `audit_broken` when the bytes are not a record of a version this build knows.
    public init(parsing bytes: some Collection<UInt8>) throws {
        let reader = try JSONObjectReader(CanonicalJSON(parsing: bytes, requireCanonical: true))
        version = try reader.integer("v")
        guard version == Self.currentVersion else { throw reader.broken("version \(version) is not known to this build") }
        id = try reader.string("id")
        time = try reader.integer("time")
        clock = try reader.optionalEnumeration("clock")
        boot = try reader.string("boot")
        sequence = try reader.integer("seq")
        phase = try reader.enumeration("phase")
        operation = try reader.string("op")
        policyGeneration = try reader.integer("policy")
        count = try reader.integer("count")
        actor = try AuditActor(reader.object("actor"))
        resource = try reader.optionalObject("resource").map(AuditResource.init)
        parameters = try reader.optionalObject("params")?.integers() ?? [:]
        content = try reader.optionalObject("content").map { fields in
            var content = AuditContent(
                prompt: try fields.optionalString("prompt"), message: try fields.optionalString("message"),
                answer: try fields.optionalString("answer"), recipients: try fields.optionalString("recipients"))
            content.captured = try fields.optionalString("captured").map { try SHA256Digest(parsing: $0) }
            return content
        }
        outcome = try reader.optionalObject("outcome").map {
            AuditOutcome(
                try $0.enumeration("result"), code: try $0.optionalString("code"), status: try $0.optionalInteger("status"),
                finish: try $0.optionalString("finish"))
        }
        duration = try reader.optionalInteger("duration_us")
        tokens = try reader.optionalObject("tokens").map {
            AuditTokens(prompt: try $0.integer("prompt"), completion: try $0.integer("completion"), cached: try $0.integer("cached"))
        }
    }
}

extension AuditActor {
    fileprivate var canonicalJSON: CanonicalJSON {
        var fields: [String: CanonicalJSON] = [
            "uid": .integer(uid), "gid": .integer(gid), "pid": .integer(pid), "groups": .array(groups.map(CanonicalJSON.integer)),
            "socket": .string(socket.rawValue),
        ]
        fields["role"] = role.map(CanonicalJSON.string)
        fields["rule"] = rule.map(CanonicalJSON.string)
        fields["subject"] = subject.map(CanonicalJSON.string)
        return .object(fields)
    }

    fileprivate init(_ reader: JSONObjectReader) throws {
        self.init(
            uid: try reader.integer("uid"), gid: try reader.integer("gid"), pid: try reader.integer("pid"),
            groups: try reader.integerArray("groups"), socket: try reader.enumeration("socket"), role: try reader.optionalString("role"),
            rule: try reader.optionalString("rule"), subject: try reader.optionalString("subject"))
    }
}

extension AuditResource {
    fileprivate var canonicalJSON: CanonicalJSON {
        var fields: [String: CanonicalJSON] = ["kind": .string(kind)]
        fields["name"] = name.map(CanonicalJSON.string)
        fields["digest"] = digest.map { .string($0.description) }
        fields["alias"] = alias.map(CanonicalJSON.string)
        return .object(fields)
    }

    fileprivate init(_ reader: JSONObjectReader) throws {
        self.init(
            kind: try reader.string("kind"), name: try reader.optionalString("name"),
            digest: try reader.optionalString("digest").map { try SHA256Digest(parsing: $0) },
            alias: try reader.optionalString("alias"))
    }
}
