import HoldfastCrypto
import HoldfastTestSupport
import Testing

@testable import HoldfastCore

@Suite("TUF: the formats (§4)")
struct TUFFormatTests {
    @Test(
        "the canonical form is securesystemslib's",
        arguments: [
            (#"{"b": 1, "a": [true, false, null], "": {}}"#, #"{"":{},"a":[true,false,null],"b":1}"#),
            (#"{"z": "\u00e9", "é": -0, "Z": -5}"#, #"{"Z":-5,"z":"é","é":0}"#),
            (#""a\"b\\c\/d""#, #""a\"b\\c/d""#),
            ("\"\\n\\t\\u0001\"", "\"\n\t\u{1}\""),
            ("[123456789012345678901234567890]", "[123456789012345678901234567890]"),
            (#"{"\ud83d\ude00": 1, "\uffff": 2}"#, "{\"\u{ffff}\":2,\"😀\":1}"),
        ])
    func canonical(json: String, form: String) throws {
        #expect(String(decoding: try OLPCJSON(parsing: Array(json.utf8)).serialized(), as: UTF8.self) == form)
    }

    @Test(
        "what is no such JSON is refused",
        arguments: [
            "", "{", "[1.0]", "[1e3]", #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, "[01]", "\"\\ud800\"", "[1] 2", "\u{feff}{}", "[1,]",
            "{\"é\":1,\"e\u{301}\":2}", String(repeating: "[", count: 65) + String(repeating: "]", count: 65),
        ])
    func refused(json: String) async {
        #expect(await refusal { try OLPCJSON(parsing: Array(json.utf8)) } == .metadataInvalid)
    }

    @Test("what is written can be read by any reader, and is signed the same") func written() throws {
        let value = OLPCJSON.object(["a\n\u{1}": .array(["\"\\", .number("5"), .bool(false), .null])])
        #expect(try OLPCJSON(parsing: value.json()) == value)
        #expect(try String(decoding: value.json(), as: UTF8.self) == #"{"a\n\u0001":["\"\\",5,false,null]}"#)
    }

    @Test("a key's id is that of securesystemslib, whatever else its object holds") func keyID() throws {
        // securesystemslib 1.4.0, SSlibKey of the key of RFC 8032's first test.
        let json = """
            {"keytype": "ed25519", "scheme": "ed25519",
             "keyval": {"public": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"}}
            """
        let key = try TUFKey(OLPCJSON(parsing: Array(json.utf8)), what: "test")
        #expect(key.id == "74c181c7ad8a0855d4b55e44d2ba87aabdddb196832571f15f92fece332e4916")
        #expect(
            TUFKey(try Ed25519PublicKey(bytes: Hex.decode("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a") ?? [])) == key
        )
        let more = try TUFKey(OLPCJSON(parsing: Array(json.replacing("\"scheme\"", with: "\"x\": 1, \"scheme\"").utf8)), what: "test")
        #expect(more.id == "73b54b2e26e2f36990c7bcf5bc53779765daaa0974dbbd7553c656f57393a2a4" && more.verifier == key.verifier)
    }

    @Test("times are to the second, in UTC, of days that exist") func times() throws {
        #expect(TUFTime("1970-01-01T00:00:00Z")?.seconds == 0)
        #expect(TUFTime("2026-11-24T13:05:09Z")?.description == "2026-11-24T13:05:09Z")
        #expect(TUFTime("2028-02-29T00:00:00Z") != nil)
        for text in [
            "", "2026-11-24", "2026-11-24T13:05:09", "2026-11-24T13:05:09+00:00", "2026-11-24T13:05:09.1Z", "2026-11-24t13:05:09z",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T13:60:00Z", "2026-11-24T13:05:60Z",
            "2026-00-10T00:00:00Z",
            "2026-01-00T00:00:00Z", "+026-01-01T00:00:00Z", "２026-01-01T00:00:00Z",
        ] { #expect(TUFTime(text) == nil, "\(text)") }
    }

    @Test("members unknown here are kept, signed over and written again") func unknownMembers() throws {
        var repository = try SimulatedRepository()
        var signed = try #require(repository.root.json.objectValue)
        signed["custom"] = .object(["x": .integer(1)])
        var roles = try #require(signed["roles"]?.objectValue)
        roles["mirrors"] = .object(["keyids": .array([]), "threshold": .integer(1)])
        var snapshot = try #require(roles["snapshot"]?.objectValue)
        snapshot["note"] = "n"
        roles["snapshot"] = .object(snapshot)
        signed["roles"] = .object(roles)
        let bytes = try TUFEnvelope(signing: .object(signed), by: repository.signers["root"] ?? [], what: "root").bytes
        let read = try TUFSigned<TUFRoot>(parsing: bytes)
        try read.content.keyring(of: .root).check(read.envelope, name: "root")
        #expect(read.content.json == .object(signed))
        repository.files = [:]

        for json in [
            #"{"name":"a","keyids":[],"threshold":1,"paths":["x"],"terminating":true,"more":[1]}"#,
            #"{"name":"a","keyids":[],"threshold":1,"path_hash_prefixes":["0a"],"terminating":false}"#,
        ] {
            let value = try OLPCJSON(parsing: Array(json.utf8))
            #expect(try TUFDelegatedRole(value, what: "test").json == value)
        }
        let target = try OLPCJSON(parsing: Array(#"{"length":1,"hashes":{"md4":"00"},"custom":{"a":null},"more":"b"}"#.utf8))
        #expect(try TUFTarget(path: "a", target, what: "test").json == target)
        let file = try OLPCJSON(parsing: Array(#"{"version":1,"more":"b"}"#.utf8))
        #expect(try TUFMetaFile(file, what: "test").json == file)
    }

    @Test(
        "a member that is missing, of another kind or out of range is refused",
        arguments: [
            ("version", "0"), ("version", "-1"), ("version", "\"1\""), ("version", "9223372036854775808"), ("version", nil),
            ("expires", "\"soon\""),
            ("expires", "5"), ("expires", nil), ("spec_version", "\"2.0.0\""), ("spec_version", "\"1\""), ("spec_version", "\"1.x\""),
            ("spec_version", "\"1.0.0.0\""), ("spec_version", nil), ("_type", "\"snapshot\""), ("_type", nil), ("keys", "[]"),
            ("keys", nil),
            ("roles", "{}"), ("roles", nil), ("consistent_snapshot", "1"),
        ] as [(String, String?)])
    func members(name: String, value: String?) async throws {
        let repository = try SimulatedRepository()
        var signed = try #require(repository.root.json.objectValue)
        signed[name] = try value.map { try OLPCJSON(parsing: Array($0.utf8)) }
        let bytes = try TUFEnvelope(signing: .object(signed), by: repository.signers["root"] ?? [], what: "root").bytes
        #expect(await refusal { try TUFClient(root: bytes, start: SimulatedRepository.now) } == .metadataInvalid)
    }
}
