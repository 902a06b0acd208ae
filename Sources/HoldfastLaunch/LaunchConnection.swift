import CHoldfastSystem
import Glibc

/// One end of an engine's connection. It blocks, and is not closed by itself.
package struct LaunchConnection: Sendable {
    package let descriptor: Int32

    package init(descriptor: Int32) { self.descriptor = descriptor }

    /// - Returns: the `errno` value when nobody listens there.
    package static func connect(_ path: String) -> Result<LaunchConnection, SpawnFailure> {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return .failure(SpawnFailure(path, ENAMETOOLONG)) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .failure(SpawnFailure("socket", errno)) }
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else {
            let code = errno
            close(descriptor)
            return .failure(SpawnFailure(path, code))
        }
        return .success(LaunchConnection(descriptor: descriptor))
    }

    /// - Parameter file: a descriptor of ours that the other end gets a copy of.
    /// - Returns: false when the other end is gone, or the packet is too large.
    @discardableResult
    package func send(_ message: LaunchMessage, file: Int32? = nil) -> Bool {
        let bytes = message.bytes
        guard bytes.count <= LaunchMessage.maximumBytes else { return false }
        return bytes.withUnsafeBytes { hf_send_packet(descriptor, $0.baseAddress, $0.count, file ?? -1) } == 0
    }

    package enum Received {
        /// With the descriptor that came with it, which the receiver closes.
        case message(LaunchMessage, file: Int32?)
        /// The other end is gone, or speaks another language.
        case over
    }

    package func receive() -> Received {
        var bytes = [UInt8](repeating: 0, count: LaunchMessage.maximumBytes)
        var file: Int32 = -1
        let count = bytes.withUnsafeMutableBytes { hf_receive_packet(descriptor, $0.baseAddress, $0.count, &file) }
        guard count > 0, let message = LaunchMessage(bytes: bytes[..<count]) else {
            if file >= 0 { close(file) }
            return .over
        }
        return .message(message, file: file >= 0 ? file : nil)
    }
}
