import HoldfastConfine

ConfineProgram.run()
