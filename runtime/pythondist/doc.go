// Package pythondist gives an executable bundle a Python of its own: a
// distribution of Python that is a member of the bundle's zip, or that is fetched
// at the first start, becomes a folder in the cache, once for all bundles that
// have the same.
//
//	pythons/<the first 32 digits of the archive's sha256>/
//	    files.txt    the files and their sizes
//	    lease        its time is that of the last use; a shared lock says "in use"
//	    ...          what is in the archive
//
// The folder appears whole or not at all: the archive is unpacked beside it by
// the rules of package unpack, compared with its sha256, and renamed. A process
// that is killed leaves what the next one removes. A lock lets one process at a time
// do the work. After a power cut files may be there that are empty: the first use since the
// machine began compares the sizes, and makes anew what is damaged.
//
// Archives and the network are not its business: launchers that unpack bring an [Unpack]
// along, and those that fetch a [Fetch]. They are most of such a launcher, and of the
// time that it needs to begin.
// Nor is which Python is right for which bundle, which is decided when it is
// built.
package pythondist
