import Foundation
import HoldfastCore
import HoldfastTestSupport
import Testing

extension EndToEnd {
    @Suite struct CatalogTests {
        @Test
        func `A model is published, found by PyPI's tuf, yanked and revoked`() async throws {
            try await TestCatalog.with { catalog in
                try await catalog.run(["init"]).succeeded()
                let published = try await catalog.publish(
                    "tiny", "1.0.0", ["--max-offline", "30d", "--grace", "2h", "--temperature", "0.7"]
                ).succeeded()
                #expect(published.output.contains("tiny-cpu:1.0.0"))
                try await catalog.publish("tiny", "1.1.0").succeeded()
                let again = try await catalog.publish("tiny", "1.1.0")
                #expect(again.status == 6 && again.errors.contains("a version never changes"))

                let manifest = try Manifest(
                    parsing: Array(try await catalog.run(["show", "tiny:1.0.0", "--json"]).succeeded().output.utf8))
                #expect(manifest.releaseCounter == 1 && manifest.maximumOffline == 30 * 86_400 && manifest.revocationGrace == 7200)
                #expect(manifest.licence.text == "Do as you like.\n" && manifest.sampling.temperature == 0.7 && manifest.context == 4096)

                let first = try await Self.consume(catalog, ["models/tiny/1.0.0.json", "models/none/1.json"])
                #expect(try Manifest(parsing: Array(#require(first["targets"]["models/tiny/1.0.0.json"]["text"].string).utf8)) == manifest)
                #expect(first["targets"]["models/none/1.json"].isNull)

                // The file, and a part of it, are what the manifest says.
                let variant = try #require(manifest.variants.first)
                let path = "/blobs/sha256/\(variant.digest.hex)"
                let whole = try await HTTPCall.send(catalog.socket, "GET", path)
                #expect(whole.status == 200 && whole.body == TestModel.bytes(name: "tiny 1.0.0"))
                let part = try await HTTPCall.send(catalog.socket, "GET", path, headers: ["Range: bytes=10-19"])
                #expect(part.status == 206 && part.body == Array(whole.body[10..<20]))

                try await catalog.run(["yank", "tiny:1.0.0"]).succeeded()
                try await catalog.run(["revoke", "tiny:1.1.0", "--reason", "it lies"]).succeeded()
                #expect(try await catalog.run(["yank", "tiny:1.1.0"]).status == 65, "what is revoked stays so")
                let last = try await Self.consume(catalog, ["models/tiny/1.0.0.json", "models/tiny/1.1.0.json"])
                #expect(last["targets"]["models/tiny/1.0.0.json"]["custom"]["holdfast"]["state"].string == "yanked")
                #expect(last["targets"]["models/tiny/1.1.0.json"]["custom"]["holdfast"]["reason"].string == "it lies")
                let list = try await catalog.run(["list"]).succeeded().output
                #expect(list.contains("yanked") && list.contains("revoked"))

                // The file of what is revoked goes; the other stays.
                #expect(try await catalog.run(["gc", "--grace", "0"]).succeeded().output.contains("1 file"))
                #expect(try await HTTPCall.send(catalog.socket, "GET", path).status == 200)

                try await catalog.stop()
                let audit = try await TestProcess.run(try SourceTree.program("holdfast"), ["audit", "verify", "--state", catalog.state])
                #expect(audit.status == 0, "\(audit.output) \(audit.errors)")
            }
        }

        @Test
        func `Every key can be replaced, and who trusted the first root follows`() async throws {
            try await TestCatalog.with { catalog in
                try await catalog.run(["init", "--root-keys", "3", "--root-threshold", "2"]).succeeded()
                let first = try catalog.file("first-root.json", Array(try Data(contentsOf: URL(filePath: catalog.trustedRoot))))
                try await catalog.publish("tiny", "1").succeeded()
                try await catalog.run(["director", "set", "gw-1", "--model", "tiny"]).succeeded()
                for role in ["timestamp", "snapshot", "director", "targets", "root"] {
                    try await catalog.run(["key", "rotate", role]).succeeded()
                }
                try await catalog.publish("tiny", "2").succeeded()
                try await catalog.run(["renew"]).succeeded()
                let keys = try await catalog.run(["key", "list", "--json"]).succeeded().json["keys"].array
                #expect(keys.count == 7 && keys.allSatisfy { $0["holder"].string != "elsewhere" })
                let answer = try await Self.consume(catalog, ["models/tiny/2.json"], root: first)
                #expect(answer["versions"]["root"].integer == 7)
                #expect(!answer["targets"]["models/tiny/2.json"].isNull)
                let newest = try TUFRepository(trusting: Array(try Data(contentsOf: URL(filePath: catalog.trustedRoot)))).root
                let told = try await HTTPCall.send(catalog.socket, "GET", "/directors/gw-1").body
                #expect(try DirectorDocument(verifying: told, for: "gw-1", by: newest).header.version == 2, "signed anew by the new key")
            }
        }

        @Test
        func `Each node gets its own document, and a poll that changes nothing is empty`() async throws {
            try await TestCatalog.with { catalog in
                try await catalog.run(["init"]).succeeded()
                try await catalog.publish("tiny", "1").succeeded()
                let unknown = try await catalog.run(["director", "set", "gw-1", "--model", "tiny:9"])
                #expect(unknown.status == 5 && unknown.errors.contains("tiny:9"))
                try await catalog.run(["director", "set", "gw-1", "--model", "tiny:1", "--pin", "tiny", "--download", "22:00-05:00"])
                    .succeeded()
                let set = try await catalog.run(["director", "set", "gw-1", "--model", "tiny", "--local-override", "--json"]).succeeded()
                #expect(try set.json["version"].integer == 2)
                let answer = try await HTTPCall.send(catalog.socket, "GET", "/directors/gw-1")
                let root = try TUFRepository(trusting: Array(try Data(contentsOf: URL(filePath: catalog.trustedRoot)))).root
                let document = try DirectorDocument(verifying: answer.body, for: "gw-1", by: root)
                #expect(document.header.version == 2 && document.localOverride && document.models.map(\.name) == ["tiny"])
                #expect(throws: HoldfastError.self) { try DirectorDocument(verifying: answer.body, for: "gw-2", by: root) }
                let tag = try #require(answer.headers["etag"])
                let poll = try await HTTPCall.send(catalog.socket, "GET", "/directors/gw-1", headers: ["If-None-Match: \(tag)"])
                #expect(poll.status == 304 && poll.body.isEmpty)
                #expect(try await HTTPCall.send(catalog.socket, "GET", "/directors/gw-2").status == 404)
            }
        }

        @Test
        func `Operators have tokens and roles; without one there is nothing but what is signed`() async throws {
            try await TestCatalog.with { catalog in
                try await catalog.run(["init"]).succeeded()
                let viewer = try await catalog.run(["token", "create", "--name", "eve", "--role", "viewer"]).succeeded().output
                #expect(try await catalog.run(["list"], catalog: catalog.url).status == 77)
                let environment = ["HOLDFAST_CATALOG_TOKEN": viewer]
                try await catalog.run(["list"], catalog: catalog.url, environment: environment).succeeded()
                let denied = try await catalog.run(["gc"], catalog: catalog.url, environment: environment)
                #expect(denied.status == 77)
                #expect(try await catalog.run(["director", "set", "a"], catalog: catalog.url, environment: environment).status == 77)
                try await catalog.run(["token", "revoke", "eve"]).succeeded()
                #expect(try await catalog.run(["list"], catalog: catalog.url, environment: environment).status == 77)
                let bad = try catalog.file("bad.gguf", Array("no model".utf8))
                let licence = try catalog.file("L", [65])
                let refused = try await catalog.run([
                    "publish", bad, "--name", "a", "--version", "1", "--license", licence, "--task", "chat",
                ])
                #expect(refused.status == 65 && refused.errors.contains("GGUF"))
                let sent = try await HTTPCall.send(catalog.socket, "POST", "/catalog/v1/blobs/a%3A1", body: Array("no model".utf8))
                #expect(sent.status == 400 && sent.text.contains("model_invalid"), "the catalog looks for itself")
            }
        }

        @Test
        func `A catalog that came back from yesterday's backup says so, and is mended by one command`() async throws {
            try await TestCatalog.with { catalog in
                try await catalog.run(["init"]).succeeded()
                try await catalog.publish("tiny", "1").succeeded()
                try await catalog.run(["backup", "--state", catalog.state, "--out", catalog.folder + "/copy"]).succeeded()
                try await catalog.publish("tiny", "2").succeeded()
                let before = try await Self.consume(catalog, ["models/tiny/2.json"])
                try await catalog.stop()
                try await catalog.run(["restore", "--from", catalog.folder + "/copy", "--state", catalog.folder + "/again"]).succeeded()
                try await catalog.start(state: catalog.folder + "/again")
                let list = try await catalog.run(["list"]).succeeded()
                #expect(list.errors.contains("restored from a backup") && list.errors.contains("holdfast catalog renew"))
                // Whoever saw the newer metadata takes none of the older.
                #expect(try await Self.consumer(catalog, [], root: catalog.trustedRoot).status != 0)
                try await catalog.run(["renew"]).succeeded()
                #expect(try await catalog.run(["list"]).succeeded().errors.isEmpty)
                let after = try await Self.consume(catalog, ["models/tiny/1.json", "models/tiny/2.json"])
                #expect(try #require(after["versions"]["targets"].integer) > #require(before["versions"]["targets"].integer))
                #expect(after["targets"]["models/tiny/2.json"].isNull && !after["targets"]["models/tiny/1.json"].isNull)
                #expect(try await HTTPCall.send(catalog.socket, "GET", "/healthz").status == 200)
            }
        }

        @Test
        func `The signer has no network, no privileges to gain, and one folder`() async throws {
            try await TestCatalog.with { catalog in
                let status = try String(contentsOfFile: "/proc/\(await catalog.signerPid)/status", encoding: .utf8)
                #expect(status.contains("NoNewPrivs:\t1") && status.contains("Seccomp:\t2"))
                let sockets = try await TestProcess.run("/bin/sh", ["-c", "ls -l /proc/\(await catalog.signerPid)/fd | grep -c socket:"])
                #expect(sockets.output == "1\n")
            }
        }

        @Test
        func `Over TLS, the authority that is named is trusted and no other`() async throws {
            try await TestCatalog.with { catalog in
                try await catalog.run(["init"]).succeeded()
                let token = try await catalog.run(["token", "create", "--name", "ops", "--role", "operator"]).succeeded().output
                try await TestProcess.run(
                    "/usr/bin/openssl",
                    [
                        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", catalog.folder + "/key.pem", "-out",
                        catalog.folder + "/cert.pem",
                    ]
                ).succeeded()
                try await catalog.stop()
                try await catalog.start(["--tls-cert", catalog.folder + "/cert.pem", "--tls-key", catalog.folder + "/key.pem"])
                let secure = "https://127.0.0.1:\(catalog.port)"
                let environment = ["HOLDFAST_CATALOG_TOKEN": token]
                let model = try catalog.file("m.gguf", TestModel.bytes(name: "over TLS"))
                let licence = try catalog.file("L", [65])
                try await catalog.run(
                    [
                        "publish", model, "--name", "tiny", "--version", "1", "--license", licence, "--task", "chat", "--ca",
                        catalog.folder + "/cert.pem",
                    ],
                    catalog: secure, environment: environment
                ).succeeded()
                let untrusted = try await catalog.run(["list"], catalog: secure, environment: environment)
                #expect(untrusted.status == 69, "\(untrusted.errors)")
            }
        }

        // MARK: PyPI's tuf

        private static func consumer(_ catalog: TestCatalog, _ paths: [String], root: String) async throws -> TestProcess.Finished {
            try await TestProcess.run(
                Installed.python(), ["-IB", SourceTree.fixture("tuf_web.py"), root, catalog.url, catalog.folder + "/client"] + paths)
        }

        /// One client, whose metadata stays from call to call.
        private static func consume(_ catalog: TestCatalog, _ paths: [String], root: String? = nil) async throws -> JSONValue {
            try await consumer(catalog, paths, root: root ?? catalog.trustedRoot).succeeded().json
        }
    }
}
