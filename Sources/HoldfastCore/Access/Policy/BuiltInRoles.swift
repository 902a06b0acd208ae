/// The roles every node has. They need no file, and no file can change them.
public enum BuiltInRoles {
    public static let names = ["viewer", "user", "operator", "security-admin", "auditor", recordsOfficer]
    /// Bound to nobody without a file: whoever holds all the others may write policy, and such a subject must not remove records.
    static let recordsOfficer = "records-officer"

    /// Their source, in the format of any policy; `access can` names its lines as `built-in:LINE`.
    public static let text = """
        version: 1
        roles:
          viewer:
            description: Sees the node and its models.
            allow:
              - {verbs: [node:read], resources: [node]}
              - {verbs: [models:read], resources: ["model:*"]}
          user:
            description: Uses the models.
            allow:
              - {verbs: [models:read, inference:invoke], resources: ["model:*"]}
          operator:
            description: Keeps the node and its models running.
            allow:
              - {verbs: [node:read, engines:write, "cache:*", directors:write], resources: [node]}
              - {verbs: ["models:*"], resources: ["*"]}
              - {verbs: [inference:invoke], resources: ["model:*"]}
          security-admin:
            description: Decides who may do what, and uses no model.
            allow:
              - {verbs: [node:read, node:backup, node:decommission, access:read, access:write, access:tokens, catalog:keys], resources: [node]}
          auditor:
            description: Reads and proves the audit trail, and changes nothing.
            allow:
              - {verbs: [node:read, audit:read, audit:verify, audit:export, audit:match, audit:content], resources: [node]}
          records-officer:
            description: Lets records go when their time is over, and content when a person asks; decides nothing else.
            allow:
              - {verbs: [node:read, audit:prune, audit:forget], resources: [node]}

        """

    static let source = PolicySource(name: "built-in", text: text)
}
