import ArgumentParser

struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Add, show, check and remove the models of this node.",
        subcommands: [
            ModelAdd.self, ModelList.self, ModelShow.self, ModelAlias.self, ModelRemove.self, ModelVerify.self, ModelPrune.self,
            ModelLoad.self, ModelUnload.self, ModelPin.self, ModelUnpin.self, ModelFootprint.self, ModelRecommend.self,
            ModelPinPrompt.self, ModelUnpinPrompt.self, ModelTune.self,
        ])
}
