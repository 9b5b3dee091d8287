import ASUCore
import Testing

struct TargetProfilesTests {
    private static func name(_ text: String) throws -> ProfileName { try #require(ProfileName(text)) }

    private static func profiles(_ entries: [String: [String]]) throws -> TargetProfiles {
        var profiles: [ProfileName: [ProfileName]] = [:]
        for (id, aliases) in entries { profiles[try name(id)] = try aliases.map(name) }
        let made = TargetProfiles(profiles)
        let read = TargetProfiles(bytes: TargetProfiles.encode(profiles))
        #expect(read.ids == made.ids)
        return read
    }

    @Test func resolve_idThenAliasThenNothing() throws {
        let profiles = try Self.profiles([
            "b_two": ["x,shared", "a_one"], "a_one": ["old-one"], "c_three": ["x_shared", "c,three"], "d": [],
        ])
        let expected = [
            "a_one": "a_one", "a,one": "a_one", "old-one": "a_one", "x,shared": "b_two", "x_shared": "b_two",
            "c,three": "c_three", "d": "d",
        ]
        for (asked, id) in expected { #expect(profiles.resolve(try Self.name(asked))?.text == id, "\(asked)") }
        for asked in ["e", "A_one", "a", "generic"] { #expect(profiles.resolve(try Self.name(asked)) == nil) }
        #expect(profiles.ids.map(\.text) == ["a_one", "b_two", "c_three", "d"])
    }

    @Test func resolve_onlyGeneric_takesAnyName() throws {
        #expect(try Self.profiles(["generic": []]).resolve(Self.name("qemu,anything"))?.text == "generic")
        #expect(try Self.profiles(["generic": [], "other": []]).resolve(Self.name("qemu,anything")) == nil)
        #expect(try Self.profiles(["only": []]).resolve(Self.name("qemu,anything")) == nil)
        #expect(try Self.profiles([:]).resolve(Self.name("generic")) == nil)
    }

    @Test func read_damagedBytes_neverCrash() throws {
        for text in ["", "\n", "\t\t\n", "a", "a\tb", "../x\ta\n", "a\t../x\tb\n", "\u{0}\n\u{FFFD}"] {
            let profiles = TargetProfiles(bytes: Array(text.utf8))
            _ = profiles.resolve(try Self.name("a"))
        }
        #expect(TargetProfiles(bytes: Array("a\t../x\tb\n".utf8)).resolve(try Self.name("b"))?.text == "a")
    }

    @Test(.enabled(if: SharedData.isPresent)) func resolve_everyNameOfARealRelease_isFound() throws {
        var ambiguous = 0
        var shadowed = 0
        for (target, index) in try RealUpstream.profiles("25.12.0-rc2") {
            let profiles = TargetProfiles(bytes: TargetProfiles.encode(index.profiles))
            #expect(profiles.ids.count == index.profiles.count)
            var owners: [ProfileName: Set<ProfileName>] = [:]
            for (id, aliases) in index.profiles {
                #expect(profiles.resolve(id) == id)
                for alias in aliases { owners[alias, default: []].insert(id) }
            }
            for (alias, ids) in owners {
                if index.profiles[alias] != nil {
                    #expect(profiles.resolve(alias) == alias, "\(target) \(alias)")
                    shadowed += ids.subtracting([alias]).count
                } else {
                    #expect(profiles.resolve(alias) == ids.min(), "\(target) \(alias)")
                }
                if ids.count > 1 { ambiguous += 1 }
            }
        }
        #expect(ambiguous >= 55)
        #expect(shadowed == 10)
    }
}
