// Package unpack unpacks archives without trusting them.
//
// The rules are those of PEP 706's data filter (https://peps.python.org/pep-0706/),
// which PEP 721 asks for source distributions, and stricter ones where an
// archive would mean different things to different readers or systems:
//
//   - names are relative, without "..", drives, backslashes and control
//     characters, and none is there twice, not even in another case;
//   - links stay inside, whatever chain of links they go through, and nothing is
//     written through a link; hard links are to files that came before;
//   - there are no devices, pipes and other special files;
//   - of modes only the executable bit is kept, owners and attributes are not;
//   - an archive is of one kind only: what is both a zip and a tar, or has bytes
//     that belong to no member, is refused;
//   - [Limits] bound what is written.
//
// What is refused is refused by name, with an [*UnsafeError]. As a second line of
// defence everything is written through an [os.Root], so that a rule forgotten
// here can't write outside the folder either.
//
// Which file is the project is not looked at: see package build.
package unpack
