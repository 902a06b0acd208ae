import FoundationEssentials
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastSigner
import Hummingbird

/// `POST /catalog/v1/signer/{role}`: the signer makes a further key. It counts once a root names it.
struct RotateHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.catalogRotate
    let catalog: Catalog

    func read(_ request: Request, _ parameters: Parameters) async throws -> SignerRole { try parameters.signerRole() }
    func resources(of input: SignerRole) -> [Resource] { [.node] }

    func handle(_ input: SignerRole, _ call: Call) async throws -> Answer {
        let signer = catalog.repository.signer
        let status = try await offPool { try signer.addKey(input) }
        try await catalog.trail.outcome(call, AuditOutcome(.ok, status: 200))
        return Answer(try .json(SignerBody(status)), recorded: .written)
    }
}

/// `DELETE /catalog/v1/signer/{role}`: of the role's keys those stay that the root in force names.
struct KeepHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.catalogKeep
    let catalog: Catalog

    func read(_ request: Request, _ parameters: Parameters) async throws -> SignerRole { try parameters.signerRole() }
    func resources(of input: SignerRole) -> [Resource] { [.node] }

    func handle(_ input: SignerRole, _ call: Call) async throws -> Answer {
        let root = try TUFRepository(files: try await catalog.storage.metadata()).root
        let listed: [String]
        switch input {
        case .timestamp: listed = root.keys(of: .timestamp).keyIDs
        case .snapshot: listed = root.keys(of: .snapshot).keyIDs
        case .director: listed = try root.directorKeys.map(\.id)
        }
        let signer = catalog.repository.signer
        let status = try await offPool { try signer.keepKeys(input, only: Set(listed)) }
        try await catalog.trail.outcome(call, AuditOutcome(.ok, status: 200))
        return Answer(try .json(SignerBody(status)), recorded: .written)
    }
}

extension Parameters {
    fileprivate func signerRole() throws -> SignerRole {
        guard let role = SignerRole(rawValue: get("role") ?? "") else {
            throw HoldfastError(
                .invalidRequest, "The signer's roles are \(SignerRole.allCases.map(\.rawValue).joined(separator: ", ")).", field: "role")
        }
        return role
    }
}

extension SignerBody {
    init(_ status: SignerClient.Status) {
        var keys: [String: [Data]] = [:]
        for (role, list) in status.keys { keys[role.rawValue] = list.map { Data($0.json.serialized()) } }
        self.init(keys: keys, versions: status.versions)
    }
}
