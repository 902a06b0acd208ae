import Foundation
import HoldfastTestSupport

/// Clients that work until the node is gone, and write into the ledger what they were told.
struct Workload: Sendable {
    let node: TestNode
    let ledger: Ledger
    let trial: Int
    /// The model that chats and loads use.
    let chatModel: String
    /// One whose answers take long, so that each kill cuts one off.
    let streamModel: String

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await untilGone { try await add("a", $0) } }
            group.addTask { await untilGone { try await add("b", $0) } }
            group.addTask { await untilGone { try await rename($0) } }
            group.addTask { await untilGone { _ in try await stream() } }
            group.addTask { await untilGone { _ in try await chat() } }
            group.addTask { await untilGone { try await loadAndUnload($0) } }
            group.addTask { await untilGone { try await reload($0) } }
        }
    }

    /// A call that throws has met a connection that broke: the node was killed.
    private func untilGone(_ step: (Int) async throws -> Void) async {
        var number = 0
        while (try? await step(number)) != nil { number += 1 }
    }

    private func add(_ worker: String, _ number: Int) async throws {
        try await store("t\(trial)-\(worker)\(number)")
    }

    private func store(_ name: String) async throws {
        let full = name + ":latest"
        await ledger.begin(full)
        let answer = try await HTTPCall.send(
            node.admin, "POST", "/holdfast/v1/models/\(name)", body: TestModel.bytes(script: name, name: name))
        guard answer.status == 200, let digest = try answer.json["model"]["digest"].string else { return await ledger.refused(full) }
        await ledger.acknowledge(full, digest)
        await ledger.note(answer.requestID, completed: true)
    }

    /// Adds, gives a second name, takes the first away: three changes to one model.
    private func rename(_ number: Int) async throws {
        let (name, alias) = ("t\(trial)-r\(number)", "t\(trial)-s\(number)")
        try await store(name)
        let digest = await ledger.names[name + ":latest"]
        await ledger.begin(alias + ":latest")
        let aliased = try await node.post(node.admin, "/holdfast/v1/models/\(name)/aliases", ["alias": .string(alias)])
        if aliased.status == 200 { await ledger.acknowledge(alias + ":latest", digest) } else { await ledger.refused(alias + ":latest") }
        await ledger.note(aliased.requestID, completed: true)
        await ledger.begin(name + ":latest")
        let removed = try await node.delete("/holdfast/v1/models/\(name)")
        if removed.status == 200 { await ledger.acknowledge(name + ":latest", nil) } else { await ledger.refused(name + ":latest") }
        await ledger.note(removed.requestID, completed: true)
    }

    private func chat() async throws {
        let answer = try await node.chat(chatModel, "trial \(trial)", maxTokens: 4)
        await ledger.note(answer.requestID, completed: true)
    }

    /// The id is known with the head: from then on the record must be there, whatever becomes of the stream.
    private func stream() async throws {
        let request = node.streamBytes(TestNode.chatBody(streamModel, "trial \(trial): tell a long story", maxTokens: 1000, stream: true))
        let api = node.api
        let (id, completed) = try await blocking { () -> (String, Bool) in
            var events: EventReader
            do {
                events = try EventReader(RawSocket(api), request)
            } catch {
                // No head, or an error instead of a stream: nothing was promised. A node that is gone ends the loop.
                _ = try RawSocket(api)
                return ("", false)
            }
            let frames = try? events.rest()
            return (events.head.requestID, frames?.last == "[DONE]")
        }
        if !id.isEmpty { await ledger.note(id, completed: completed) }
    }

    private func loadAndUnload(_ number: Int) async throws {
        let target = number.isMultiple(of: 3) ? "slow-load" : chatModel
        let action = number.isMultiple(of: 2) ? "load" : "unload"
        let answer = try await node.post(node.admin, "/holdfast/v1/models/\(target)/\(action)")
        await ledger.note(answer.requestID, completed: true)
    }

    /// Nothing is acknowledged here; the node must come up with whatever was written last, whole or half.
    private func reload(_ number: Int) async throws {
        try node.write(policy: "node.yaml", KillCampaignPolicy.text(number))
        try node.daemon.signal(SIGHUP)
        _ = try await node.get(node.admin, "/healthz")
        try await Task.sleep(for: .milliseconds(20))
    }
}

enum KillCampaignPolicy {
    static func text(_ number: Int) -> String {
        """
        version: 1
        roles:
          app:
            allow: [{verbs: [models:read], resources: ["model:app-\(number)-*"]}]
        bindings: [{role: app, subjects: ["uid:1234"]}]
        """
    }
}
