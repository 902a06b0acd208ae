import HoldfastModelCheck

ModelCheckProgram.run()
