import Glibc
import HoldfastCore

/// A failed system call in words.
enum SystemError {
    static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }

    static func current(_ what: String, number: Int32 = errno) -> HoldfastError {
        HoldfastError(number == ENOSPC ? .diskFull : .internalError, "Cannot \(what): \(reason(number)).")
    }
}
