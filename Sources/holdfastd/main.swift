import HoldfastNode

await DaemonProgram.run()
