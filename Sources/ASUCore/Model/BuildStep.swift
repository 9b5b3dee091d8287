/// The progress of a build (`imagebuilder_status`): the names that every LuCI since 2021 knows.
package enum BuildStep: String, Sendable, CaseIterable {
    case initialize = "init"
    case downloadImageBuilder = "download_imagebuilder"
    case unpackImageBuilder = "unpack_imagebuilder"
    case calculatePackagesHash = "calculate_packages_hash"
    case buildingImage = "building_image"
}
