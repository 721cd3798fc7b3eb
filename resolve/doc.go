// Package resolve turns requirements and targets into a resolution per
// target: which version of which distribution, and which file of it.
//
// It joins the parts that each know one thing: index finds the files of a
// project, fetch reads their metadata and brings them here, target ranks
// wheels by tags, and solve picks versions. What a solve consulted (markers
// and Requires-Python) is handed on as plain data, so that a bundle can
// decide at run time whether the pick is valid on another interpreter.
//
// It does not build source distributions; see [Options.Builder].
package resolve
