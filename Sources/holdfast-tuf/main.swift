import HoldfastTUFAdapter

await AdapterProgram.run()
