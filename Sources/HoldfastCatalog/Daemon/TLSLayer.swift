import HoldfastCore
import HoldfastHTTP
import NIOCore
import NIOSSL

/// TLS 1.2 or later at the listener, as HummingbirdTLS does it: our accept loop is our own, so the handler is put in place here.
enum TLSLayer {
    /// - Throws: ``HoldfastError`` `configuration_invalid` for a certificate or key that cannot be read or do not belong together.
    static func make(certificate: String, key: String) throws -> SocketServer.Layer {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate).map { NIOSSLCertificateSource.certificate($0) }
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain, privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            let context = try NIOSSLContext(configuration: configuration)
            return { try $0.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context)) }
        } catch {
            throw HoldfastError(
                .configurationInvalid, "The TLS certificate \(certificate) or its key \(key) cannot be used.", detail: "\(error)",
                hint: "give PEM files that belong together with --tls-cert and --tls-key")
        }
    }
}
