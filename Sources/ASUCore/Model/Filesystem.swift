/// A root file system that a client can ask for; the names are those of the v1 API.
package enum Filesystem: String, Sendable, Hashable, CaseIterable, Codable {
    case squashfs
    case ext4
    case ubifs
    case erofs
    case jffs2
    case jffs2NAND = "jffs2-nand"
    case tarGzip = "targz"
    case cpioGzip = "cpiogz"
}
