internal import Foundation

enum ProfilesProperties {
    static func check(_ bytes: [UInt8]) {
        guard let index = FuzzedParser.parsed({ () throws(UpstreamError) in try ProfilesIndex(json: bytes, url: "u") })
        else { return }
        require(index.revision.isEmpty || ProfilesIndex.isRevision(index.revision), "the revision is well formed")
        if let kernel = index.kernel {
            require(kernel.isWellFormed && kernel.folder.utf8.count <= 194, "the kernel is well formed")
            require(!kernel.folder.contains("/"), "the kernel's folder is one")
        }
        let blob = TargetProfiles.encode(index.profiles)
        let (profiles, again) = (TargetProfiles(index.profiles), TargetProfiles(bytes: blob))
        require(profiles.ids.count == index.profiles.count, "no id is lost")
        require(again.ids == profiles.ids, "written and read again, the ids are the same")
        for (id, aliases) in index.profiles {
            require(profiles.resolve(id) == id, "the id '\(id)' means itself")
            for alias in aliases {
                guard let meant = profiles.resolve(alias) else {
                    require(false, "the alias '\(alias)' means something")
                    return
                }
                require(meant == alias || index.profiles[meant]?.contains(alias) == true, "'\(alias)' is of '\(meant)'")
                require(again.resolve(alias) == meant, "written and read again, '\(alias)' means the same")
            }
        }
        checkTextForm(of: index, blob: blob)
    }

    private static func checkTextForm(of index: ProfilesIndex, blob: [UInt8]) {
        struct Document: Encodable {
            struct Profile: Encodable {
                let supported_devices: [String]
            }

            let arch_packages: String?
            let version_code: String
            let linux_kernel: LinuxKernel?
            let profiles: [String: Profile]
        }
        let profiles = index.profiles.map { ($0.text, Document.Profile(supported_devices: $1.map(\.text))) }
        let document = Document(
            arch_packages: index.architecture,
            version_code: index.revision,
            linux_kernel: index.kernel,
            profiles: Dictionary(uniqueKeysWithValues: profiles)
        )
        guard let json = try? JSONEncoder().encode(document) else { return }
        let again = FuzzedParser.parsed { () throws(UpstreamError) in try ProfilesIndex(json: Array(json), url: "u") }
        require(again.map { TargetProfiles.encode($0.profiles) } == blob, "written again, the profiles are the same")
        require(again?.revision == index.revision && again?.kernel == index.kernel, "so are revision and kernel")
        require(again?.architecture == index.architecture, "so is the architecture")
    }
}
