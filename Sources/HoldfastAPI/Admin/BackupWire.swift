/// `POST /holdfast/v1/backup`. The answer is a tar archive; what is in it says its first member, a signed manifest.
public struct BackupBody: Codable, Sendable {
    /// The models' files too; true when it is not said.
    public var models: Bool?
    /// Captured content and the salts of records' HMACs; true when it is not said.
    public var content: Bool?
    /// An age recipient (`age1…`) for whom the signing key is put in, encrypted.
    public var keyRecipient: String?

    public init(models: Bool? = nil, content: Bool? = nil, keyRecipient: String? = nil) {
        self.models = models
        self.content = content
        self.keyRecipient = keyRecipient
    }

    enum CodingKeys: String, CodingKey {
        case models, content
        case keyRecipient = "key_recipient"
    }
}
