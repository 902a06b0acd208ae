import HoldfastCore
import HoldfastCrypto

/// One step of the schema: a file of `migrations/node`, embedded in the binary. Steps are only ever added at the end.
struct Migration: Sendable {
    let version: Int
    let name: String
    let sql: String
    /// SHA-256 of the file, hexadecimal.
    let checksum: String

    init(version: Int, name: String, _ bytes: [UInt8]) {
        self.version = version
        self.name = name
        self.sql = String(decoding: bytes, as: UTF8.self)
        self.checksum = Hex.encode(SHA256.hash(bytes))
    }

    /// What a catalog has beside ``all``, numbered on its own.
    static let catalog = [Migration(version: 1, name: "catalog", PackageResources._001_catalog_sql)]

    /// All steps in their order, numbered from 1 without gaps; a test holds the list against the folder.
    static let all = [
        Migration(version: 1, name: "registry", PackageResources._001_registry_sql),
        Migration(version: 2, name: "audit", PackageResources._002_audit_sql),
        Migration(version: 3, name: "policy", PackageResources._003_policy_sql),
        Migration(version: 4, name: "subjects", PackageResources._004_subjects_sql),
        Migration(version: 5, name: "proofs", PackageResources._005_proofs_sql),
        Migration(version: 6, name: "retention", PackageResources._006_retention_sql),
        Migration(version: 7, name: "limits", PackageResources._007_limits_sql),
        Migration(version: 8, name: "privacy", PackageResources._008_privacy_sql),
        Migration(version: 9, name: "scheduling", PackageResources._009_scheduling_sql),
        Migration(version: 10, name: "pinned-prompts", PackageResources._010_pinned_prompts_sql),
        Migration(version: 11, name: "tuning", PackageResources._011_tuning_sql),
        Migration(version: 12, name: "engines-and-backup", PackageResources._012_engines_and_backup_sql),
    ]
}
