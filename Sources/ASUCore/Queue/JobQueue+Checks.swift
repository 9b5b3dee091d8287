/// The bounds of what the queue takes.
extension JobQueue {
    func key(_ hash: String) throws -> String {
        let isWellFormed = hash.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isWellFormed, (1...128).contains(hash.utf8.count) else {
            throw QueueError(.invalidArgument, "a request hash has 1 to 128 characters of 0-9 a-z A-Z _ -")
        }
        return keys.build(hash)
    }

    func checkWorker(_ worker: String) throws {
        guard (1...128).contains(worker.utf8.count), worker.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw QueueError(.invalidArgument, "a worker id has 1 to 128 printable ASCII characters without spaces")
        }
    }

    func checkField(_ name: String) throws {
        let isWellFormed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"),
                UInt8(ascii: "."), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isWellFormed, (1...64).contains(name.utf8.count), !BuildRecord.reserved.contains(name) else {
            throw QueueError(
                .invalidArgument,
                "a field name has 1 to 64 characters of 0-9 a-z _ . - and is none of "
                    + BuildRecord.reserved.sorted().joined(separator: ", ")
            )
        }
    }

    func checkSize(_ bytes: Int, _ name: String) throws {
        guard bytes <= Self.maxValueBytes else {
            throw QueueError(.invalidArgument, "\(name) has \(bytes) bytes, more than \(Self.maxValueBytes)")
        }
    }

    func leaseTime(_ time: Duration) throws -> Int64 {
        guard time >= .milliseconds(1), time <= .seconds(86_400) else {
            throw QueueError(.invalidArgument, "a lease lasts 1 ms to 1 day")
        }
        return time.milliseconds
    }
}

extension Duration {
    /// Whole milliseconds, cut off, for durations of up to some centuries.
    var milliseconds: Int64 {
        components.seconds.multipliedReportingOverflow(by: 1000).partialValue
            &+ components.attoseconds / 1_000_000_000_000_000
    }
}
