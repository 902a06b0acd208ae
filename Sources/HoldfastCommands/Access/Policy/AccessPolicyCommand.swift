import ArgumentParser

struct AccessPolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Work on policies: check, compare, put in force, go back.",
        subcommands: [
            AccessPolicyShow.self, AccessPolicyCheck.self, AccessPolicyDiff.self, AccessPolicyApply.self, AccessPolicyHistory.self,
            AccessPolicyRollback.self,
        ])
}
