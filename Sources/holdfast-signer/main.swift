import HoldfastSigner

SignerProgram.run(Array(CommandLine.arguments.dropFirst()))
