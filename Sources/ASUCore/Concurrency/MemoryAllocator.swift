internal import Glibc

/// How the C library keeps freed memory.
package enum MemoryAllocator {
    /// Lets threads share two heaps and gives freed memory back early: for programs that work in bursts and then wait.
    ///
    /// By default each thread gets a heap of its own, up to eight a core, and most of what they free stays. Does nothing
    /// with a C library that can't.
    package static func keepSmall() {
        // <malloc.h> is in no module, so the function is looked up and its numbers stand here.
        guard let symbol = dlsym(nil, "mallopt") else { return }
        let mallopt = unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)
        let (trimThreshold, mmapThreshold, arenaMax) = (Int32(-1), Int32(-3), Int32(-8))
        _ = mallopt(arenaMax, 2)
        _ = mallopt(trimThreshold, 1 << 20)
        _ = mallopt(mmapThreshold, 1 << 18)
    }
}
