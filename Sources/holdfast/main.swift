import HoldfastCommands

await CommandLineTool.main()
