internal import Foundation

/// Events summed up, as the commands that add them to Redis.
struct StatisticsBatch {
    private let keys: StatisticsKeys
    private var hashes: [String: [String: Int]] = [:]
    private var sets: [String: [String: Int]] = [:]
    /// How often packages were asked for, by day and branch; what all branches together make is added up at the end.
    private var packages: [Day: [String: [String: Int]]] = [:]
    private var lifetimes: [String: Int64] = [:]
    private var errors: [String] = []
    /// Counts that only grow, by key and field.
    private(set) var totals: [String: [String: Int]] = [:]

    init(keys: StatisticsKeys) {
        self.keys = keys
    }

    mutating func add(_ event: StatisticsEvent, at date: Date) {
        let day = Day(date)
        switch event {
        case .request(let request, let isHit):
            count(.requests, day)
            count(isHit ? .cacheHits : .cacheMisses, day)
            let branch = request.version.branchName
            // Taken out while it grows: with hundreds of packages a request this is most of the work.
            var counts = packages[day]?.removeValue(forKey: branch) ?? [:]
            for selection in request.packages where !selection.isRemoval {
                counts[selection.name.text, default: 0] += 1
            }
            packages[day, default: [:]][branch] = counts
            add("\(request.version) \(request.target) \(request.profile)", to: keys.profiles(day))
            let client = request.client ?? "unknown/0"
            add(client, to: keys.clients(day))
            totals[keys.totalClients, default: [:]][client, default: 0] += 1
        case .success(let job):
            count(.successes, day)
            finished(job, day, date, total: keys.totalBuilds)
        case .failure(let job, let message):
            count(.failures, day)
            finished(job, day, date, total: keys.totalFailures)
            let line = message.split(whereSeparator: \.isNewline).first ?? ""
            let place = "\(job.request.version):\(job.request.target):\(job.profile)"
            errors.append("\(date.formatted(.iso8601)) \(place) \(line.prefix(300))")
        }
    }

    private mutating func finished(_ job: BuildJob, _ day: Day, _ date: Date, total: String) {
        let hour = Int(date.timeIntervalSince1970) % 86_400 / 3600
        increment(keys.day(day), Self.builtField(hour: hour), lifetime: StatisticsKeys.daySeconds)
        add(job.request.version.text, to: keys.week(day), lifetime: StatisticsKeys.weekSeconds)
        totals[total, default: [:]]["\(job.request.version) \(job.request.target)", default: 0] += 1
    }

    /// The field of a day's hash that counts the builds finished in an hour.
    static func builtField(hour: Int) -> String { "built-\(hour)" }

    private mutating func count(_ kind: StatisticsKeys.Count, _ day: Day) {
        increment(keys.day(day), kind.rawValue, lifetime: StatisticsKeys.daySeconds)
        hashes[keys.totals, default: [:]][kind.rawValue, default: 0] += 1
    }

    private mutating func increment(_ key: String, _ field: String, lifetime: Int64) {
        hashes[key, default: [:]][field, default: 0] += 1
        lifetimes[key] = lifetime
    }

    private mutating func add(_ member: String, to key: String, lifetime: Int64 = StatisticsKeys.daySeconds) {
        sets[key, default: [:]][member, default: 0] += 1
        lifetimes[key] = lifetime
    }

    private static func adding(_ members: [String: Int], to key: String) -> [RedisCommand] {
        members.map { RedisCommand("ZINCRBY", key, $0.value, $0.key) }
            + [RedisCommand("ZREMRANGEBYRANK", key, 0, -StatisticsKeys.maxMembers - 1)]
    }

    var commands: [RedisCommand] {
        var commands: [RedisCommand] = []
        for (key, fields) in hashes {
            for (field, sum) in fields { commands.append(RedisCommand("HINCRBY", key, field, sum)) }
        }
        for (key, members) in sets { commands += Self.adding(members, to: key) }
        for (day, branches) in packages {
            var all: [String: Int] = [:]
            for (branch, counts) in branches where !counts.isEmpty {
                let key = keys.packages(day, branch: branch)
                commands += Self.adding(counts, to: key)
                commands.append(RedisCommand("EXPIRE", key, StatisticsKeys.daySeconds))
                all.merge(counts, uniquingKeysWith: +)
            }
            guard !all.isEmpty else { continue }
            let key = keys.packages(day, branch: nil)
            commands += Self.adding(all, to: key)
            commands.append(RedisCommand("EXPIRE", key, StatisticsKeys.daySeconds))
        }
        for (key, seconds) in lifetimes { commands.append(RedisCommand("EXPIRE", key, seconds)) }
        if !errors.isEmpty {
            for error in errors { commands.append(RedisCommand("LPUSH", keys.errors, error)) }
            commands.append(RedisCommand("LTRIM", keys.errors, 0, StatisticsKeys.maxErrors - 1))
        }
        return commands
    }
}
