import Foundation
import Testing

@testable import ASUCore

/// Every name by which a real device can ask means a profile of its target.
@Suite(.enabled(if: SharedData.isPresent)) struct RealProfilesTests {
    /// The supported_devices of every profile, as they stand in upstream's file.
    private func devices(_ version: String, _ target: Target) throws -> [String: [String]] {
        let bytes = try RealUpstream.bytes("releases/\(version)/targets/\(target)/profiles.json")
        let profiles = try JSONDecoder().decode(JSONValue.self, from: Data(bytes)).object?["profiles"]?.object ?? [:]
        return profiles.mapValues { $0.object?["supported_devices"]?.array?.compactMap(\.string) ?? [] }
    }

    @Test(arguments: [("25.12.0-rc2", 89, 55), ("23.05.4", 75, 48)])
    func resolve_everyIDAndDevice_followsTheRule(version: String, targets: Int, ambiguous: Int) throws {
        let indexes = try RealUpstream.profiles(version)
        #expect(indexes.count == targets)
        var rows = Set<AmbiguousDevices.Row>()
        for (target, index) in indexes {
            let profiles = TargetProfiles(bytes: TargetProfiles.encode(index.profiles))
            let devices = try devices(version, target)
            #expect(profiles.ids.count == devices.count, "\(target)")
            for id in devices.keys {
                let name = try #require(ProfileName(id), "\(target) \(id)")
                #expect(profiles.resolve(name)?.text == id, "\(target) \(id)")
            }
            var owners: [String: Set<String>] = [:]
            for (id, strings) in devices { for string in strings { owners[string, default: []].insert(id) } }
            for (string, ids) in owners {
                let name = try #require(ProfileName(string), "\(target) \(string)")
                let choice = try #require(profiles.resolve(name)?.text, "\(target) \(string)")
                #expect(choice == (devices[name.text] != nil ? name.text : ids.min()), "\(target) \(string)")
                if ids.count > 1 { rows.insert(.init("\(target)", string, choice)) }
            }
        }
        #expect(rows.count == ambiguous)
        if version == "25.12.0-rc2" { #expect(rows == AmbiguousDevices.rows) }
    }
}
