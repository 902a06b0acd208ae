import CHoldfastSystem

/// A resource limit, soft and hard, in setrlimit(2)'s unit: bytes, or a count for `nofile` and `nproc`.
struct Limit {
    let name: String
    let resource: Int32
    let value: UInt64

    static func resource(named name: String) -> Int32? {
        switch name {
        case "nofile": hf_limit_nofile
        case "core": hf_limit_core
        case "fsize": hf_limit_fsize
        case "data": hf_limit_data
        case "as": hf_limit_as
        case "nproc": hf_limit_nproc
        case "stack": hf_limit_stack
        case "memlock": hf_limit_memlock
        default: nil
        }
    }
}
