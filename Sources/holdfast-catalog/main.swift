import HoldfastCommands

await CatalogTool.main { address, authorities in WebTransport(address: address, authorities: authorities) }
