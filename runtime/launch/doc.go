// Package launch starts a bundle that is a native executable: a launcher in front
// of the same zip that a zipapp has. It does what the lines of /bin/sh do in front
// of a zipapp: it finds a Python, and starts the environment that an earlier start
// has made for it; without one it leaves the first start to the bootstrap in the
// zip. So a zipapp and an executable with the same content share one environment.
//
// What is not needed at every start is left out: it is most of a launcher's size, and of
// its time, even where it only lies there. What only some bundles need comes in as
// [Means].
package launch
