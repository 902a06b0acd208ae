public import HoldfastCore

/// An engine that holds memory, or is about to.
struct Occupant: Sendable, Equatable {
    enum State: Sendable, Equatable {
        /// Nobody uses it since then.
        case idle(since: Duration)
        case busy
        /// It is being measured, and goes as soon as somebody waits.
        case trial
        /// It stays whatever happens.
        case pinned
        /// It ends, and what it has comes back.
        case leaving
    }

    var model: LoadableModel
    var need: Int64
    var use: MemoryUse?
    var state: State

    /// What it holds or will hold.
    var held: Int64 { max(need, use?.residentBytes ?? 0) }
    var anonymous: Int64 { use?.anonymousBytes ?? 0 }
}

/// Bytes that a further model could have. Mapped files count as available to the kernel, so what engines map, or have yet to touch, is taken
/// off: of each engine all but its anonymous memory, which is gone from the reading already.
struct MemoryBudget: Sendable {
    var reading: MemoryReading
    var reserve: Int64
    var budget: Int64?

    func free(beside occupants: [Occupant]) -> Int64 {
        var machine = reading.availableBytes - reserve
        var engines = budget ?? .max
        for occupant in occupants {
            if occupant.state == .leaving {
                machine += occupant.anonymous
            } else {
                machine -= occupant.held - occupant.anonymous
                engines -= occupant.held
            }
        }
        return min(machine, engines)
    }
}

/// A model does not fit, whoever waits.
public struct MemoryShortage: Error, Sendable {
    public var model: ModelName
    public var need: MemoryNeed
    /// Bytes it could have once everything that may go has gone.
    public var free: Int64
    /// Models that stay because they are pinned, largest first, with what they hold.
    public var pinned: [(model: LoadableModel, bytes: Int64)]
}

/// What is to be done so that a model can be loaded.
enum LoadPlan: Sendable {
    /// Start it, after these idle ones have ended, the one unused for longest first.
    case load(evicting: [SHA256Digest])
    /// It fits once these have nothing to do any more; they get no new requests until then.
    case wait(draining: [SHA256Digest])
    case refuse(MemoryShortage)

    static func make(_ model: LoadableModel, _ need: MemoryNeed, beside occupants: [Occupant], in budget: MemoryBudget) -> LoadPlan {
        let free = budget.free(beside: occupants)
        var missing = need.bytes - free
        if missing <= 0 { return .load(evicting: []) }
        let idle = occupants.compactMap { occupant in
            if case .idle(let since) = occupant.state { (occupant, since) } else { nil }
        }.sorted { ($0.1, $0.0.model.digest.hex) < ($1.1, $1.0.model.digest.hex) }.map(\.0)
        var victims: [Occupant] = []
        for occupant in idle where missing > 0 {
            victims.append(occupant)
            missing -= occupant.held
        }
        if missing <= 0 {
            // A large one may have made a small one's end needless.
            for victim in victims.reversed() where missing + victim.held <= 0 {
                victims.removeAll { $0 == victim }
                missing += victim.held
            }
            return .load(evicting: victims.map(\.model.digest))
        }
        var draining: [Occupant] = []
        for occupant in occupants.filter({ $0.state == .trial }) { missing -= occupant.held }
        for occupant in occupants.filter({ $0.state == .busy }).sorted(by: { $0.held > $1.held }) where missing > 0 {
            draining.append(occupant)
            missing -= occupant.held
        }
        if missing <= 0 { return .wait(draining: draining.map(\.model.digest)) }
        let pinned = occupants.filter { $0.state == .pinned }.sorted { $0.held > $1.held }
        return .refuse(
            MemoryShortage(model: model.name, need: need, free: max(0, need.bytes - missing), pinned: pinned.map { ($0.model, $0.held) }))
    }
}

extension MemoryShortage {
    /// For callers who may not be told what else is on this node.
    public var error: HoldfastError {
        HoldfastError(
            .insufficientMemory,
            "\(model) needs \(Self.mebibytes(need.bytes)) of memory, and \(Self.mebibytes(free)) can be had.",
            hint: hint, retryAfter: 30, cause: self)
    }

    private var hint: String {
        let fitting = need.smaller.first { $0.bytes <= free }
        let help = "holdfast model footprint \(model)"
        guard let fitting else { return "\(help) shows where it goes; a shorter engine.context needs less" }
        return "as \(fitting.quantization) it would need \(Self.mebibytes(fitting.bytes)) and fit: \(help)"
    }

    static func mebibytes(_ bytes: Int64) -> String { "\((max(0, bytes) + (1 << 20) - 1) >> 20) MiB" }
}
