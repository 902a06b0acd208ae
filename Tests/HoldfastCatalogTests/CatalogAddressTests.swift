import HoldfastCore
import Testing

@testable import HoldfastCatalog

@Suite struct CatalogAddressTests {
    @Test
    func `Without TLS it listens on this machine only`() throws {
        #expect(try CatalogAddress("127.0.0.1:8443", tls: false) == .tcp(host: "127.0.0.1", port: 8443))
        #expect(try CatalogAddress("[::1]:1", tls: false) == .tcp(host: "::1", port: 1))
        #expect(try CatalogAddress("localhost:80", tls: false) == .tcp(host: "127.0.0.1", port: 80))
        #expect(try CatalogAddress("/run/catalog.sock", tls: false) == .unix("/run/catalog.sock"))
        #expect(try CatalogAddress("0.0.0.0:8443", tls: true) == .tcp(host: "0.0.0.0", port: 8443))
        for text in ["0.0.0.0:8443", "10.0.0.1:1", "8443", "localhost", "127.0.0.1:70000", ""] {
            #expect(throws: HoldfastError.self) { try CatalogAddress(text, tls: false) }
        }
    }
}
