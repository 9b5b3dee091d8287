import ASUCore
import Foundation

/// Checks what a build left behind: exit code 0 proves nothing, files with the right hashes do.
struct ImageCollector {
    let job: BuildJob
    let label: String
    /// Every file that the build handed over.
    let artifacts: [ArtifactStreamReader.Artifact]

    /// From the profiles.json that the build wrote.
    ///
    /// - Parameters:
    ///   - profiles: What it wrote.
    ///   - manifest: What it installed.
    /// - Returns: What to tell of it.
    /// - Throws: ``BuildFailure`` if the profile, its images or their files aren't as they must be.
    func collect(_ profiles: BuildProfiles, manifest: BuildManifest) throws -> BuiltImages {
        let built: BuildProfiles.Profile
        do {
            built = try profiles.profile(job.profile.text)
        } catch {
            throw BuildFailure.infrastructure(message: "Profile not found in JSON file: \(job.profile)")
        }
        var fields = profiles.fields.merging(built.fields) { _, own in own }
        return try check(built.images, &fields, manifest)
    }

    /// From upstream's profile data and the files found: 19.07's x86 writes no profiles.json.
    ///
    /// - Parameters:
    ///   - upstream: The target's profiles.json upstream.
    ///   - manifest: What the build installed.
    /// - Returns: What to tell of it.
    /// - Throws: ``BuildFailure`` as above.
    func collect(withoutProfiles upstream: BuildProfiles, manifest: BuildManifest) throws -> BuiltImages {
        let images = images(knownFrom: upstream)
        guard let known = upstream.profiles[job.profile.text], !images.isEmpty else {
            throw BuildFailure.infrastructure(message: "No JSON file found")
        }
        var fields = upstream.fields.merging(known.fields) { _, own in own }
        return try check(images, &fields, manifest)
    }

    /// The files that are images, going by upstream's profile data; none if it doesn't know the profile.
    func images(knownFrom upstream: BuildProfiles) -> [BuildProfiles.Image] {
        guard let known = upstream.profiles[job.profile.text] else { return [] }
        return artifacts.compactMap { artifact in
            kind(of: artifact.name, known).map { kind in
                BuildProfiles.Image(
                    name: artifact.name,
                    type: kind.type,
                    filesystem: kind.filesystem,
                    sha256: artifact.sha256.hex,
                    sha256Unsigned: nil,
                    size: nil
                )
            }
        }
    }

    /// Type and file system by a file's name: like upstream's name of the same image, with our label behind the version,
    /// or in 19.07's form for x86, `...-combined-efi-ext4.img.gz`.
    private func kind(of name: String, _ known: BuildProfiles.Profile) -> (type: String, filesystem: String?)? {
        let original = name.replacingOccurrences(of: "-\(label)-", with: "-")
        if let model = known.images.first(where: { $0.name == original }) { return (model.type, model.filesystem) }
        for type in ["combined-efi", "combined", "rootfs"] {
            for filesystem in [Filesystem.ext4.rawValue, Filesystem.squashfs.rawValue]
            where name.hasSuffix("-\(type)-\(filesystem).img.gz") || name.hasSuffix("-\(type)-\(filesystem).img") {
                return (type, filesystem)
            }
        }
        return nil
    }

    private func check(
        _ listed: [BuildProfiles.Image],
        _ fields: inout [String: JSONValue],
        _ manifest: BuildManifest
    ) throws -> BuiltImages {
        var files: [String: ArtifactStreamReader.Artifact] = [:]
        for artifact in artifacts { files[artifact.name] = artifact }
        for image in listed {
            guard let file = files[image.name] else {
                throw BuildFailure.infrastructure(message: "Image not found: \(image.name)")
            }
            guard file.sha256.hex == image.sha256 else {
                throw BuildFailure.infrastructure(
                    message: "Image \(image.name) has SHA-256 \(file.sha256), profiles.json says \(image.sha256)"
                )
            }
        }
        let images = try wanted(listed).sorted { $0.name < $1.name }
        try checkVersions(manifest)
        fields["images"] = .array(images.map { Self.json($0, size: files[$0.name]?.size) })
        return BuiltImages(fields: fields, images: images, manifest: manifest.versions)
    }

    /// Only main's ImageBuilder heeds ROOTFS_FILESYSTEM; for all others the list is filtered here.
    private func wanted(_ images: [BuildProfiles.Image]) throws -> [BuildProfiles.Image] {
        guard !images.isEmpty else { throw BuildFailure.infrastructure(message: "Image not found: none was built") }
        guard let filesystem = job.request.filesystem?.rawValue else { return images }
        let matching = images.filter { $0.filesystem == nil || $0.filesystem == filesystem }
        guard matching.contains(where: { $0.filesystem == filesystem }) else {
            let offered = Set(images.compactMap(\.filesystem)).sorted().joined(separator: ", ")
            throw BuildFailure.user(
                .init(.unclassified, "Unsupported filesystem: \(filesystem). This profile is built with: \(offered)")
            )
        }
        return matching
    }

    /// Every version that the client named must be what was installed.
    private func checkVersions(_ manifest: BuildManifest) throws {
        for (name, version) in job.packagesVersions.sorted(by: { $0.key < $1.key }) {
            guard let installed = manifest.versions[name.text] else {
                throw BuildFailure.user(
                    .init(
                        .missingPackages,
                        "Impossible package selection: \(name) not in manifest",
                        packages: [name.text]
                    )
                )
            }
            guard installed == version.text else {
                throw BuildFailure.user(
                    .init(
                        .missingPackages,
                        "Impossible package selection: \(name) version not as requested: \(version) vs. \(installed)",
                        packages: [name.text]
                    )
                )
            }
        }
    }

    private static func json(_ image: BuildProfiles.Image, size: Int64?) -> JSONValue {
        var fields: [String: JSONValue] = [
            "name": .string(image.name), "type": .string(image.type), "sha256": .string(image.sha256),
        ]
        if let filesystem = image.filesystem { fields["filesystem"] = .string(filesystem) }
        if let unsigned = image.sha256Unsigned { fields["sha256_unsigned"] = .string(unsigned) }
        if let size { fields["size"] = .integer(size) }
        return .object(fields)
    }
}
