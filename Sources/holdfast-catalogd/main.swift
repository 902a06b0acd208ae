import HoldfastCatalog

await CatalogProgram.run()
