import CHoldfastSystem
import Glibc

/// The file system, TCP, abstract sockets and signals, denied but for what a rule allows: as far as this kernel's version goes.
///
/// Documentation: https://docs.kernel.org/userspace-api/landlock.html
struct Landlock {
    /// `LANDLOCK_ACCESS_FS_…` of linux/landlock.h.
    struct Rights: OptionSet {
        let rawValue: UInt64
        static let execute = Rights(rawValue: 1 << 0)
        static let writeFile = Rights(rawValue: 1 << 1)
        static let readFile = Rights(rawValue: 1 << 2)
        static let readFolder = Rights(rawValue: 1 << 3)
        static let removeFile = Rights(rawValue: 1 << 5)
        static let makeFile = Rights(rawValue: 1 << 8)
        static let makeSocket = Rights(rawValue: 1 << 9)
        /// From version 3.
        static let truncate = Rights(rawValue: 1 << 14)
        /// Rights to a file itself; the others are rights to a folder, and the kernel refuses them for a file.
        static let ofFiles: Rights = [.execute, .writeFile, .readFile, .truncate, Rights(rawValue: 1 << 15)]
    }

    /// Of this kernel.
    let abi: Int32

    /// - Throws: when the kernel has no Landlock, or an older one than `minimumABI`.
    init(minimumABI: Int32) throws(LayerProblem) {
        abi = hf_landlock_abi()
        guard abi > 0 else { throw LayerProblem("this kernel does not offer it") }
        guard abi >= minimumABI else {
            throw LayerProblem(saying: "this kernel offers version \(abi) of it, and version \(minimumABI) is required")
        }
    }

    /// Every right this version knows: what is not among them cannot be denied.
    var handled: Rights {
        // 13 rights in version 1; `refer` came with 2, `truncate` with 3, device ioctl with 5.
        let bits: UInt64 = abi >= 5 ? 16 : abi >= 3 ? 15 : abi >= 2 ? 14 : 13
        return Rights(rawValue: 1 << bits - 1)
    }

    /// A ruleset that allows what `invocation` names and what its kind of engine needs of the system.
    /// - Returns: a descriptor.
    func ruleset(for invocation: Invocation) throws(LayerProblem) -> Int32 {
        // TCP bind and connect from version 4; abstract sockets and signals beyond this engine from 6.
        let ruleset = hf_landlock_create(handled.rawValue, abi >= 4 ? 3 : 0, abi >= 6 ? 3 : 0)
        guard ruleset >= 0 else { throw LayerProblem("landlock_create_ruleset") }
        for path in invocation.calls.systemPaths { try allow(path, [.readFile, .readFolder], in: ruleset, mayBeMissing: true) }
        for path in invocation.calls.programs { try allow(path, [.execute, .readFile], in: ruleset, mayBeMissing: true) }
        for path in invocation.folders { try allow(path, [.readFile, .readFolder], in: ruleset) }
        if let program = invocation.program { try allow(program, [.execute, .readFile], in: ruleset, mayBeMissing: true) }
        if let file = invocation.modelDescriptor {
            if hf_landlock_allow(ruleset, file, Rights.readFile.rawValue) != 0 { throw LayerProblem("rule for the model's file") }
        } else if let model = invocation.model {
            try allow(model, .readFile, in: ruleset)
        }
        if let sockets = invocation.sockets { try allow(sockets, [.makeSocket, .removeFile], in: ruleset) }
        if let scratch = invocation.scratch {
            try allow(scratch, [.readFile, .readFolder, .writeFile, .makeFile, .removeFile, .truncate], in: ruleset)
        }
        return ruleset
    }

    func allow(_ path: String, _ rights: Rights, in ruleset: Int32, mayBeMissing: Bool = false) throws(LayerProblem) {
        let place = hf_open_place(path)
        guard place >= 0 else {
            if mayBeMissing, errno == ENOENT { return }
            throw LayerProblem(path)
        }
        defer { close(place) }
        var status = stat()
        guard fstat(place, &status) == 0 else { throw LayerProblem(path) }
        var rights = rights.intersection(handled)
        if status.st_mode & S_IFMT != S_IFDIR { rights.formIntersection(.ofFiles) }
        if hf_landlock_allow(ruleset, place, rights.rawValue) != 0 { throw LayerProblem("rule for \(path)") }
    }
}
