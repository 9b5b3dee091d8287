import ASUCore
import Testing

@testable import ASUWorker

@Suite struct PackagePlanTests {
    private func plan(_ packages: [String], defaults: [String], diff: Bool = true) throws -> PackagePlan {
        let job = try SampleJob.job {
            $0.packages = packages
            $0.diffPackages = diff
        }
        return PackagePlan(job, defaults: defaults)
    }

    @Test func diff_defaultsNotAskedFor_areRemovedFirstSorted() throws {
        let plan = try plan(["vim", "dnsmasq"], defaults: ["ppp", "dnsmasq", "firewall4", "base-files"])
        #expect(plan.text == "-base-files -firewall4 -ppp vim dnsmasq")
    }

    @Test func diff_removalInAProfilesList_staysOneRemoval() throws {
        let plan = try plan(["vim"], defaults: ["-dnsmasq", "--ppp", "ppp"])
        #expect(plan.entries == ["-dnsmasq", "-ppp", "vim"])
    }

    @Test func diff_askedForWhatAProfileRemoves_isInstalled() throws {
        #expect(try plan(["dnsmasq"], defaults: ["-dnsmasq"]).entries == ["dnsmasq"])
    }

    @Test func diff_requestedRemovals_areNotDoubled() throws {
        let plan = try plan(["-ppp", "vim", "-other"], defaults: ["ppp", "libc"])
        #expect(plan.entries == ["-libc", "-ppp", "vim", "-other"])
    }

    @Test func diff_defaultTwice_isRemovedOnce() throws {
        #expect(try plan([], defaults: ["ppp", "ppp"]).entries == ["-ppp"])
    }

    @Test func diff_malformedDefault_isPassedOver() throws {
        #expect(try plan(["vim"], defaults: ["a;reboot", "$(x)", "-", "libc"]).text == "-libc vim")
    }

    @Test func noDiff_packages_standAsGiven() throws {
        let plan = try plan(["vim", "-ppp", "dnsmasq"], defaults: ["libc"], diff: false)
        #expect(plan.text == "vim -ppp dnsmasq")
    }

    @Test func noDiff_nothingAskedFor_isEmpty() throws {
        #expect(try plan([], defaults: ["libc"], diff: false).text.isEmpty)
    }

    /// The worker doesn't go by what was asked for.
    @Test func job_packagesChangedByTheServer_areBuilt() throws {
        let asked = try SampleJob.job {
            $0.packages = ["auc", "vim"]
            $0.diffPackages = true
        }
        let job = BuildJob(
            request: asked.request,
            profile: asked.profile,
            architecture: asked.architecture,
            revision: asked.revision,
            packages: PackageList(
                selections: try ["owut", "vim", "fitblk"].map { try #require(PackageSelection($0)) },
                versions: [:]
            )
        )
        #expect(PackagePlan(job, defaults: ["ppp", "fitblk"]).text == "-ppp owut vim fitblk")
    }
}
