import HoldfastCore

/// Holds each gap record's root against the hashes of the records it says are gone.
///
/// A gap is a gap only when a signed checkpoint covers its record, it speaks of records before itself, and it begins where the gap before it
/// ended: what is missing is always a beginning of the log.
struct GapCheck {
    private let claims: [GapClaim]
    private(set) var problem: AuditReport.Problem?
    private var next = 0
    private var position = 0
    private var frontier = TreeFrontier()

    init(_ claims: [GapClaim], covered: Int) {
        var good: [GapClaim] = []
        for claim in claims {
            let end = good.last?.gap.range.upperBound ?? 0
            guard claim.leaf < covered, claim.gap.range.upperBound <= claim.leaf, claim.gap.range.lowerBound == end else {
                if problem == nil {
                    problem = AuditReport.Problem(
                        index: Int64(claim.leaf),
                        what: "Record \(claim.leaf) says that other records were removed, and nothing vouches for it.")
                }
                continue
            }
            good.append(claim)
        }
        self.claims = good
    }

    /// Entries before it may be missing.
    var minimumIndex: Int { claims.last?.gap.range.upperBound ?? 0 }

    /// The leaf hashes of the log, in order.
    mutating func append(_ leaves: [MerkleHash]) {
        for leaf in leaves {
            guard next < claims.count else { return }
            frontier.append(leaf)
            position += 1
            let claim = claims[next]
            guard position == claim.gap.range.upperBound else { continue }
            if frontier.root != claim.gap.root, problem.map({ ($0.index ?? .max) > Int64(claim.leaf) }) ?? true {
                problem = AuditReport.Problem(
                    index: Int64(claim.leaf),
                    what: "Record \(claim.leaf) says that records \(claim.gap.range.lowerBound) to \(position - 1) were removed, "
                        + "and its hash is not theirs.")
            }
            next += 1
            frontier = TreeFrontier()
        }
    }
}
