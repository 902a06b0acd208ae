import HoldfastHTTP

/// Which handler carries out which operation of ``Operation/catalog``. A test holds this against the table.
enum CatalogRoutes {
    static func add(_ routes: inout OperationRouter.Builder, _ catalog: Catalog) {
        routes.add(CatalogHealthHandler(catalog: catalog))
        routes.add(MetadataHandler(catalog: catalog))
        routes.add(TargetHandler(catalog: catalog))
        routes.add(BlobHandler(catalog: catalog))
        routes.add(DirectorHandler(catalog: catalog))
        routes.add(RepositoryHandler(catalog: catalog))
        routes.add(UploadHandler(catalog: catalog))
        routes.add(PublishHandler.publish(catalog))
        routes.add(PublishHandler.withdraw(catalog))
        routes.add(RootHandler(catalog: catalog))
        routes.add(RotateHandler(catalog: catalog))
        routes.add(KeepHandler(catalog: catalog))
        routes.add(CollectHandler(catalog: catalog))
        routes.add(DirectorSetHandler(catalog: catalog))
        routes.add(DirectorListHandler(catalog: catalog))
        routes.add(OperatorTokenCreateHandler(catalog: catalog))
        routes.add(OperatorTokenListHandler(catalog: catalog))
        routes.add(OperatorTokenRevokeHandler(catalog: catalog))
        routes.add(CheckpointHandler(catalog: catalog))
    }
}
