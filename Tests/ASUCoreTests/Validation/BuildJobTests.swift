import ASUCore
import Foundation
import Testing

struct BuildJobTests {
    private static func job(_ packages: PackageList? = nil) throws -> BuildJob {
        BuildJob(
            request: try SampleRequest.full(),
            profile: try #require(ProfileName("generic")),
            architecture: "x86_64",
            revision: "r28959-29397011cc",
            packages: packages
        )
    }

    @Test func job_encoded_isReadAsTheSame() throws {
        let job = try Self.job()
        let read = try BuildJob(encoded: job.encoded())
        #expect(read.request == job.request)
        #expect(read.profile == job.profile)
        #expect(read.packages == job.request.packages)
        #expect(read.packagesVersions == job.request.packagesVersions)
        #expect(read.architecture == job.architecture)
        #expect(read.revision == job.revision)
        #expect(RequestHash(read.request) == RequestHash(job.request))
    }

    @Test func job_withoutRevision_isReadAsTheSame() throws {
        let job = BuildJob(
            request: try SampleRequest.parse(),
            profile: try #require(ProfileName("generic")),
            architecture: "x86_64",
            revision: ""
        )
        #expect(try BuildJob(encoded: job.encoded()).revision == "")
    }

    @Test func job_changedPackages_areReadAsTheSame() throws {
        let request = try SampleRequest.full()
        let luci = try #require(PackageName("luci"))
        let list = PackageList(
            selections: [try #require(PackageSelection("owut")), try #require(PackageSelection("-ppp"))],
            versions: [luci: try #require(PackageVersion("25.1~abc"))]
        )
        let job = BuildJob(
            request: request,
            profile: try #require(ProfileName("generic")),
            architecture: "x86_64",
            revision: "",
            packages: list
        )
        let read = try BuildJob(encoded: job.encoded())
        #expect(read.packages == list.selections)
        #expect(read.packagesVersions == list.versions)
        #expect(read.request == request)
    }

    @Test func job_asManyPackagesAsARequestMayHaveAndFixupsAdd_isRead() throws {
        let job = { (count: Int) in
            BuildJob(
                request: try SampleRequest.parse(),
                profile: try #require(ProfileName("generic")),
                architecture: "x86_64",
                revision: "",
                packages: PackageList(
                    selections: try (1...count).map { try #require(PackageSelection("p\($0)")) },
                    versions: [:]
                )
            )
        }
        #expect(try BuildJob(encoded: job(1100).encoded()).packages.count == 1100)
        #expect(throws: ValidationError.self) { try BuildJob(encoded: job(1101).encoded()) }
    }

    /// Pairs of what stands in the payload of a job with a list of its own and what an intruder would put there.
    @Test(arguments: [
        (#""profile":"generic","request"#, #""profile":"..\/x","request"#),
        (#""architecture":"x86_64""#, #""architecture":"..\/..\/etc""#),
        (#""architecture":"x86_64""#, #""architecture":"""#),
        (#""revision":"r28959-29397011cc""#, #""revision":"r1\nr2""#),
        (#""revision":"r28959-29397011cc""#, #""revision":7"#),
        (#""htop""#, #""htop;reboot""#),
        (#""packages":["htop","luci"],"packagesVersions":"#, #""packages":["$(x)"],"packagesVersions":"#),
        (#""packages":["htop","luci"],"packagesVersions":"#, #""packages":"htop","packagesVersions":"#),
        (#""packages":["htop","luci"],"packagesVersions":"#, #""packagesVersions":"#),
        (#""packagesVersions":{"htop":"#, #""packagesVersions":{"-htop":"#),
        (#""packagesVersions":{"htop":"3.3.0-r1""#, #""packagesVersions":{"htop":"3 r1""#),
        (#""packagesVersions":"#, #""PackagesVersions":"#),
        (#""version":"24.10.4""#, #""version":"..""#),
        (#""target":"x86\/64""#, #""target":"..\/..""#),
        (#""distro":"openwrt""#, #""distro":"other""#),
        (#"example.org:8080"#, #"user@example.org"#),
        (#""rootfs_size_mb":512"#, #""rootfs_size_mb":99999999"#),
        (#""request":"#, #""Request":"#),
    ])
    func job_tampered_isRefused(found: String, replacement: String) throws {
        let list = PackageList(
            selections: [try #require(PackageSelection("htop")), try #require(PackageSelection("luci"))],
            versions: [try #require(PackageName("htop")): try #require(PackageVersion("3.3.0-r1"))]
        )
        let text = try Self.sorted(Self.job(list).encoded())
        try #require(text.contains(found))
        let tampered = text.replacingOccurrences(of: found, with: replacement)
        #expect(throws: (any Error).self) { try BuildJob(encoded: Array(tampered.utf8)) }
    }

    @Test(arguments: ["", "{}", "null", "[]", "\u{0}", "{\"request\":"])
    func job_noJob_isRefused(text: String) {
        #expect(throws: (any Error).self) { try BuildJob(encoded: Array(text.utf8)) }
    }

    private static func sorted(_ bytes: [UInt8]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(
            decoding: try encoder.encode(JSONDecoder().decode(JSONValue.self, from: Data(bytes))),
            as: UTF8.self
        )
    }
}
