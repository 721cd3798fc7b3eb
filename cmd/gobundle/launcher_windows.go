package main

import "context"

// isLauncher reports false: there are no executables for Windows.
func isLauncher() bool { return false }

func launchBundle(context.Context) int { return exitFailed }
