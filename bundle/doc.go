// Package bundle is the pipeline for one application: requirements in, one
// file out. It reads the requirements, resolves them for every target, fetches
// the wheels, finds the application's own code, stages and packs; or installs
// the same into a virtual environment.
//
// Each step is a package of its own (resolve, bundle/stage, bundle/pack,
// runtime/venv); this one only joins them. It prints nothing: what a user
// should know comes back in a summary.
package bundle
