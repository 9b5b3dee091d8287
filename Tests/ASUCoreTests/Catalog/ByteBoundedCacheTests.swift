import ASUCore
import ASUTestSupport
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct ByteBoundedCacheTests {
    @Test func value_isLoadedOnce() async throws {
        let cache = ByteBoundedCache(maxBytes: 100)
        for _ in 0..<3 { #expect(try await cache.value("a") { (7, 1) } == 7) }
        // What is kept is given, whatever a later load would make.
        #expect(try await cache.value("a") { (8, 1) } == 7)
    }

    /// An absent entry once passed for a cached nil.
    @Test func value_optional_isLoadedBeforeItIsKept() async throws {
        let cache = ByteBoundedCache(maxBytes: 100)
        let loads = Mutex(0)
        for _ in 0..<2 {
            let value: Int? = try await cache.value("a") {
                loads.withLock { $0 += 1 }
                return (Optional(7), 1)
            }
            #expect(value == 7)
        }
        #expect(loads.withLock { $0 } == 1)
        for _ in 0..<2 {
            let value: Int? = try await cache.value("none") {
                loads.withLock { $0 += 1 }
                return (Int?.none, 1)
            }
            #expect(value == nil)
        }
        #expect(loads.withLock { $0 } == 2)
    }

    @Test func value_ofAnotherType_isLoaded() async throws {
        let cache = ByteBoundedCache(maxBytes: 100)
        for _ in 0..<2 {
            #expect(try await cache.value("a") { (7, 1) } == 7)
            #expect(try await cache.value("a") { ("seven", 1) } == "seven")
        }
    }

    @Test func value_failedLoad_isTriedAgain() async throws {
        let cache = ByteBoundedCache(maxBytes: 100)
        await #expect(throws: TestSupportError.self) {
            _ = try await cache.value("a") { () async throws -> (Int, Int) in throw TestSupportError("no") }
        }
        #expect(try await cache.value("a") { (7, 1) } == 7)
    }

    @Test func bound_dropsTheLeastRecentlyUsed() async throws {
        let cache = ByteBoundedCache(maxBytes: 100)
        let load = { (name: String, value: Int) in try await cache.value(name) { (value, 40) } }
        _ = try await load("a", 1)
        _ = try await load("b", 1)
        _ = try await load("a", 2)
        _ = try await load("c", 1)
        #expect(try await load("a", 2) == 1)
        #expect(try await load("c", 2) == 1)
        #expect(try await load("b", 2) == 2)
        // One that is too large for all of it is given all the same, and takes the place of the others.
        #expect(try await cache.value("large") { (9, 1000) } == 9)
        #expect(try await load("b", 3) == 3)
    }
}
